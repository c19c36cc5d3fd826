//! Standard output and error: interrupts, colours, letters.

use super::*;

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_run_at_once() {
    use std::os::unix::process::ExitStatusExt as _;
    let server = Server::in_turn(vec![Reply::Stall]);
    let mut child = server.orq(["--timeout", "600", "credits"]).command().spawn().unwrap();
    while server.seen().is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let told = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.signal() == Some(2) || output.status.code() == Some(130), "{:?}", output.status);
    assert!(output.stdout.is_empty());
}

#[test]
fn colours_are_for_those_who_ask() {
    let has_colour = |run: Run| run.stdout.contains('\u{1b}') || run.stderr.contains('\u{1b}');
    for query in ["credits", "credits | grup x"] {
        let orq = || orq().args(["--demo", query]);
        assert!(!has_colour(orq().run()), "a pipe is no terminal");
        assert!(!has_colour(orq().args(["--color", "never"]).run()));
        assert!(!has_colour(orq().env("NO_COLOR", "1").run()));
        // A flag is more than a habit.
        assert!(has_colour(orq().args(["--color", "always"]).env("NO_COLOR", "1").run()));
    }
    let json = run(["--demo", "--color", "always", "-f", "json", "credits"]);
    assert!(!has_colour(json), "data has no colours");
}

#[test]
fn a_locale_without_unicode_gets_ascii() {
    let shown = orq().args(["--demo", "credits | grup x"]).env("LC_ALL", "C").run();
    assert!(shown.stderr.is_ascii(), "{}", shown.stderr);
    let shown = orq().args(["--demo", "workspaces | select name"]).env("LC_ALL", "C").run();
    assert!(shown.stdout.is_ascii(), "{}", shown.stdout);
}
