//! Names that hold control characters.

use super::*;

/// No character that a terminal acts on, but line ends.
fn assert_harmless(what: &str, text: &str) {
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(acts), "{what}: {text:?}");
}

fn assert_harmless_run(what: &str, run: &Run) {
    assert_harmless(what, &run.stdout);
    assert_harmless(what, &run.stderr);
}

#[test]
fn names_of_the_api_are_harmless_in_every_format_for_people_and_in_json() {
    for query in ["workspaces | select name, description", "keys | distinct workspace"] {
        for format in ["table", "record", "markdown", "json", "jsonl", "envelope"] {
            let run = run(["--demo", "--fault", "hostile-names", "-f", format, query]);
            assert_eq!(run.code, 0, "{}", run.stderr);
            assert!(run.stdout.contains("Research"), "{format}: {}", run.stdout);
            assert_harmless_run(format, &run);
        }
    }
    let raw = run(["--demo", "--fault", "hostile-names", "--raw", "workspaces"]);
    assert_eq!(raw.code, 0);
    assert_harmless_run("--raw", &raw);
}

const HOSTILE: &str = "\u{1b}[31m\u{9b}2J\u{202e}drow\u{202c}\u{7}\u{200f}\r";

#[test]
fn messages_of_the_api_are_harmless() {
    let message = format!("say {HOSTILE} it");
    for reply in [
        Reply::error(400, &message),
        Reply::error(401, &message),
        Reply::error(403, &message),
        Reply::error(500, &message),
        Reply::ok(format!("<html>{message}")),
        Reply::data(json!([{ "name": [message] }])),
        Reply::error(302, "").header(&format!("Location: http://127.0.0.1/{}", "\u{9b}2J\u{202e}x")),
    ] {
        let server = Server::in_turn(vec![reply.clone()]);
        for errors in ["human", "json"] {
            let run = server.orq(["--retries", "0", "--errors", errors, "workspaces | select name"]).run();
            assert_eq!(run.code, 4, "{reply:?}: {}", run.stderr);
            assert_harmless_run(&format!("{reply:?}"), &run);
        }
    }
}

#[test]
fn texts_of_the_command_line_are_harmless_when_they_are_shown_again() {
    let hostile = HOSTILE;
    for errors in ["human", "json"] {
        for arguments in [
            vec![format!("activity | where `{hostile}` == 1")],
            vec![format!("activity | where model == \"{hostile}")],
            vec![format!("activity | sum cots # {hostile}")],
            vec![format!("{hostile}")],
            vec!["-f".to_string(), hostile.to_string(), "credits".to_string()],
            vec![format!("--{hostile}")],
            vec!["run".to_string(), format!("{hostile}.orq")],
            vec!["describe".to_string(), hostile.to_string()],
            vec!["--base-url".to_string(), format!("https://{hostile}"), "credits".to_string()],
            vec!["--profile".to_string(), hostile.to_string(), "credits".to_string()],
            vec!["--key-file".to_string(), hostile.to_string(), "credits".to_string()],
            vec!["--demo".to_string(), format!("workspaces | save \"nowhere{hostile}/x.csv\"")],
        ] {
            let run = orq().args(["--errors", errors]).args(arguments.clone()).run();
            assert_ne!(run.code, 0, "{arguments:?}");
            assert_harmless_run(&format!("{arguments:?}"), &run);
        }
    }
}

#[test]
fn titles_and_plans_are_harmless() {
    let query = format!("workspaces | where name == \"{HOSTILE}\" | count; workspaces | count");
    assert_harmless_run("titles", &run(["--demo", &query]));
    assert_harmless_run("check", &run(["check", &query]));
    assert_harmless_run("explain", &run(["explain", &query]));
}
