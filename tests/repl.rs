//! The REPL in a pseudo-terminal: what a person types, and what is on the screen then.

mod commands;
mod completion;
mod resume;
mod screen;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use rexpect::process::WaitStatus;
use rexpect::session::{Options, PtySession, spawn_with_options};

use crate::support::orq;

/// Long enough for the slowest machine; nothing waits for it where all is well.
const PATIENCE: u64 = 120_000;

const PROMPT: &str = "orq> ";

/// The REPL on the demo account.
struct Prompt {
    session: PtySession,
    home: tempfile::TempDir,
}

fn prompt(arguments: &[&str]) -> Prompt {
    prompt_at("xterm", arguments)
}

fn prompt_at(term: &str, arguments: &[&str]) -> Prompt {
    // With colours each key paints the line anew, and the prompt with it.
    let program = orq().args(["--demo"]).args(arguments.iter().copied()).env("TERM", term).env("NO_COLOR", "1");
    let mut command = program.command();
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(true);
    let session = spawn_with_options(command, options).unwrap();
    let mut prompt = Prompt { session, home: program.home };
    prompt.sees(":quit or Ctrl-D ends");
    prompt.sees(PROMPT);
    prompt
}

/// The REPL on a terminal of a size.
fn prompt_of_size(rows: u16, columns: u16, env: &[(&str, &str)]) -> Prompt {
    sized(rows, columns, env, Escapes::Gone)
}

/// Whether what a terminal would do without showing it is part of what is seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Gone,
    Seen,
}

fn sized(rows: u16, columns: u16, env: &[(&str, &str)], escapes: Escapes) -> Prompt {
    let program =
        env.iter().fold(orq().args(["--demo"]).env("TERM", "xterm"), |orq, (name, value)| orq.env(name, value));
    let inner = program.command();
    let mut command = std::process::Command::new("/bin/sh");
    let size = format!("stty rows {rows} cols {columns}; exec \"$0\" \"$@\"");
    command.arg("-c").arg(size).arg(inner.get_program()).args(inner.get_args()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", "/usr/bin:/bin").current_dir(program.home.path());
    let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(escapes == Escapes::Gone);
    let session = spawn_with_options(command, options).unwrap();
    let mut prompt = Prompt { session, home: program.home };
    prompt.sees(":quit or Ctrl-D ends");
    prompt.sees(PROMPT);
    prompt
}

impl Prompt {
    /// Waits for a text on the screen; what came before it. ASCII only: rexpect reads bytes.
    #[track_caller]
    fn sees(&mut self, text: &str) -> String {
        assert!(text.is_ascii(), "{text}");
        self.session.exp_string(text).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Types without Enter.
    fn types(&mut self, text: &str) {
        self.session.send(text).unwrap();
        self.session.flush().unwrap();
    }

    /// Enters a line; what is on the screen until the next prompt.
    #[track_caller]
    fn answers(&mut self, line: &str, expected: &str) -> String {
        self.types(&format!("{line}\r"));
        let before = self.sees(expected);
        before + expected + &self.sees(PROMPT)
    }

    /// Enters a line that is answered with nothing.
    #[track_caller]
    fn enters(&mut self, line: &str) {
        self.types(line);
        self.sees(line.rsplit(' ').next().unwrap());
        self.types("\r");
        self.sees(PROMPT);
    }

    fn presses_ctrl(&mut self, key: char) {
        self.session.send_control(key).unwrap();
    }

    /// Waits for the end; the exit code.
    #[track_caller]
    fn ends(mut self) -> i32 {
        self.session.exp_eof().unwrap();
        match self.session.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("ended by {other:?}"),
        }
    }
}

/// The history of a home directory, wherever the system keeps it.
fn history(home: &Path) -> PathBuf {
    let mut found = Vec::new();
    let mut directories = vec![home.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.ends_with("history") {
                found.push(path);
            }
        }
    }
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn it_greets_with_a_query_and_the_commands() {
    let program = orq().args(["--demo"]).env("TERM", "xterm");
    let mut command = program.command();
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let mut session = spawn_with_options(command, Options::new().timeout_ms(Some(PATIENCE))).unwrap();
    let greeting = session.exp_string(PROMPT).unwrap();
    for part in ["activity last 7d | group model | sum cost | top 5", ":help", ":quit"] {
        assert!(greeting.contains(part), "{greeting}");
    }
    assert!(greeting.lines().all(|line| line.trim_end().chars().count() < 80), "{greeting}");
}

#[test]
fn a_query_is_answered_and_the_prompt_comes_back() {
    let mut prompt = prompt(&[]);
    prompt.answers("activity last 7d | group model | sum cost | top 3", "anthropic/claude-sonnet-4.5");
    prompt.answers("credits", "used_ratio");
}

#[test]
fn a_format_of_the_command_line_holds_for_every_query() {
    let mut prompt = prompt(&["-f", "json"]);
    let shown = prompt.answers("credits | select total", "\"total\":26000");
    assert!(shown.contains('['), "{shown}");
    prompt.answers("credits | select total | as csv", "\"total\":26000");
}

#[test]
fn a_line_that_ends_in_a_bar_goes_on_in_the_next() {
    let mut prompt = prompt(&[]);
    prompt.types("activity last 7d |\r");
    prompt.answers("agg n = count()", "272");
}

#[test]
fn a_line_that_ends_in_an_operator_goes_on_in_the_next() {
    let mut prompt = prompt(&[]);
    prompt.types("credits | where total -\r");
    prompt.types("used > 0 and\r");
    prompt.answers("used > 0 | select left = total - total", "$0.00");
}

#[test]
fn a_line_with_an_open_bracket_goes_on_in_the_next() {
    let mut prompt = prompt(&[]);
    prompt.types("credits | derive double = (total\r");
    prompt.answers("+ total) | select double", "$52,000.00");
}

#[test]
fn an_empty_line_ends_what_would_go_on() {
    let mut prompt = prompt(&[]);
    prompt.types("credits | derive double = (total\r");
    prompt.answers("", "E0002");
    prompt.answers("credits", "used_ratio");
}

#[test]
fn several_lines_can_be_pasted_a_bar_at_the_start_of_each() {
    let mut prompt = prompt(&[]);
    prompt.types("\x1b[200~let days = activity last 7d\r\r# what it costs\rdays\r| agg n = count()\x1b[201~");
    prompt.answers("", "272");
    prompt.answers("days | agg m = 2 * count()", "544");
}

#[test]
fn alt_enter_starts_a_line_anywhere() {
    let mut prompt = prompt(&[]);
    prompt.types("activity last 7d\x1b\r");
    prompt.answers("| agg n = count()", "272");
}

#[test]
fn a_name_stays_and_a_line_that_fails_changes_nothing() {
    let mut prompt = prompt(&[]);
    prompt.enters("let mine = credits | select total");
    prompt.answers("mine", "$26,000.00");
    prompt.answers("let mine = credits | select totl", "E0103");
    prompt.answers("mine", "$26,000.00");
    prompt.answers("let other = credits; mine | derive x = nothing", "E0103");
    prompt.answers("other", "E0101");
}

#[test]
fn consts_functions_and_parameters_stay_and_a_line_that_fails_changes_none() {
    let mut prompt = prompt(&["-f", "json", "-p", "n=4"]);
    prompt.enters("const k = 3");
    prompt.enters("fn times(x) = x * k");
    prompt.enters("param n: number = 1");
    prompt.answers("credits | select total | derive y = times(@n)", "\"y\":12");
    prompt.answers("const k = 100; credits | derive y = nothing", "E0103");
    prompt.answers("credits | select total | derive z = k + 1", "\"z\":4");
    // A line may define a name anew; a function keeps what it saw.
    prompt.enters("const k = 5");
    prompt.answers("credits | select total | derive a = k, b = times(1)", "\"a\":5,\"b\":3");
    // What is wrong in the body of an earlier line is shown with its text.
    let shown = prompt.answers("keys | derive c = times(name)", "E0201");
    assert!(shown.contains("an earlier line"), "{shown}");
}

#[test]
fn help_lists_every_name_and_shows_one() {
    let mut prompt = prompt(&[]);
    let all = prompt.answers(":help", "Ctrl-C drops a line");
    for name in ["workspaces", "distinct", "count_distinct", "date_diff", "envelope", "Alt-Enter"] {
        assert!(all.contains(name), "{name}: {all}");
    }
    prompt.answers("help", "Ctrl-C drops a line");
    let one = prompt.answers(":help sum", "spend and tokens of each");
    assert!(one.contains("The sum"), "{one}");
    prompt.answers(":help modle", "did you mean `models`?");
}

#[test]
fn an_unknown_command_names_those_there_are() {
    let mut prompt = prompt(&[]);
    prompt.answers(":frobnicate", "there is no command `:frobnicate`: `:help` lists them");
}

#[test]
fn an_answer_is_kept_for_a_minute_and_refresh_asks_again() {
    // The first request of each path is refused, and the demo account is asked once for each query that sends one.
    let mut prompt = prompt(&["--fault", "500=1", "-f", "envelope"]);
    prompt.answers(":refresh", "nothing has been asked yet");
    let first = prompt.answers("credits | select total", "\"truncated\":false");
    assert!(first.contains("\"status\":500") && !first.contains("kept_s"), "{first}");
    let kept = prompt.answers("credits | select used", "; :refresh asks again");
    assert!(kept.contains("\"calls\":[]") && kept.contains("\"kept_s\":"), "{kept}");
    assert!(kept.contains("from an answer "), "{kept}");
    let anew = prompt.answers(":refresh", "\"truncated\":false");
    assert!(anew.contains("\"name\":\"used\"") && anew.contains("\"status\":200"), "{anew}");
    assert!(!anew.contains("kept_s") && !anew.contains("from an answer"), "{anew}");
}

#[test]
fn help_names_each_command() {
    let mut prompt = prompt(&[]);
    let all = prompt.answers(":help", "Ctrl-C drops a line");
    for command in [":help [NAME]", ":refresh ", ":save FILE", ":quit "] {
        assert!(all.contains(command), "{command}: {all}");
    }
}

#[test]
fn ctrl_c_drops_the_line_and_keeps_the_prompt() {
    let mut prompt = prompt(&[]);
    prompt.types("activity yesterday | frobnicate");
    prompt.sees("frobnicate");
    prompt.presses_ctrl('c');
    prompt.sees(PROMPT);
    let shown = prompt.answers("credits", "used_ratio");
    assert!(!shown.contains("E0"), "{shown}");
}

#[test]
fn ctrl_c_stops_a_slow_query_and_keeps_the_prompt() {
    let mut prompt = prompt(&["--fault", "latency=10m", "--timeout", "1000"]);
    for _ in 0..2 {
        prompt.types("credits\r");
        // The request is under way, and says so.
        prompt.sees("0 of 1 calls");
        prompt.presses_ctrl('c');
        prompt.sees("interrupted");
        prompt.sees(PROMPT);
    }
    prompt.answers("credits | schema", "used_ratio");
}

#[test]
fn progress_shows_a_wait_and_is_gone_with_the_answer() {
    let mut prompt = prompt(&["--fault", "429=1,retry-after=2"]);
    prompt.types("credits\r");
    prompt.sees("1 of 1 calls, waiting");
    let shown = prompt.answers("", "used_ratio");
    let (_, after) = shown.split_once("used_ratio").unwrap();
    assert!(!after.contains("calls"), "{after}");
}

#[test]
fn ctrl_d_and_quit_end_it_with_exit_code_0() {
    let mut by_key = prompt(&[]);
    by_key.presses_ctrl('d');
    assert_eq!(by_key.ends(), 0);
    for word in [":quit", ":q", "quit", "exit"] {
        let mut by_word = prompt(&[]);
        by_word.types(&format!("{word}\r"));
        assert_eq!(by_word.ends(), 0, "{word}");
    }
}

#[test]
fn an_error_does_not_change_the_exit_code_of_the_prompt() {
    let mut prompt = prompt(&[]);
    prompt.answers("nothing", "E0101");
    prompt.presses_ctrl('d');
    assert_eq!(prompt.ends(), 0);
}

#[test]
fn history_is_for_the_user_alone_and_holds_no_key() {
    let mut prompt = prompt(&[]);
    prompt.answers("models | where id == \"sk-or-v1-canary\" | agg first_canary = count()", "first_canary");
    prompt.answers("credits | select total", "$26,000.00");
    let path = history(prompt.home.path());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept.contains("credits | select total"), "{kept}");
    assert!(!kept.contains("sk-or-") && !kept.contains("canary"), "{kept}");
}

#[test]
fn an_earlier_line_comes_back_with_the_arrow_key() {
    let mut prompt = prompt(&[]);
    prompt.answers("credits | select total", "$26,000.00");
    prompt.types("\x1b[A");
    prompt.answers("", "$26,000.00");
}

#[test]
fn a_plain_terminal_will_do() {
    let mut prompt = prompt_at("dumb", &[]);
    prompt.types("activity last 7d |\n");
    prompt.types("agg n = count()\n");
    prompt.sees("272");
    prompt.sees(PROMPT);
    prompt.types("credits | derive double = (total\n");
    prompt.presses_ctrl('c');
    prompt.sees(PROMPT);
    prompt.types("credits\n");
    let shown = prompt.sees("used_ratio");
    assert!(!shown.contains("E0"), "{shown}");
    prompt.sees(PROMPT);
    prompt.presses_ctrl('d');
    assert_eq!(prompt.ends(), 0);
}
