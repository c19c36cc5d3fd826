//! The program on a pseudo-terminal of a given width.

use std::process::{Command, Stdio};

use rexpect::process::WaitStatus;
use rexpect::session::{Options, PtySession, spawn_with_options};

use super::Orq;

/// Long enough for the slowest machine; nothing waits for it where all is well.
const PATIENCE: u64 = 120_000;

/// What a screen showed, and how the run ended.
pub struct Screen {
    pub text: String,
    pub code: i32,
}

/// Starts it; `escapes` leaves the codes of the terminal in what is read.
pub fn start(orq: &Orq, columns: usize, escapes: bool) -> PtySession {
    let program = orq.command();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("stty cols {columns} rows 50; exec \"$0\" \"$@\"")]);
    command.arg(program.get_program()).args(program.get_args()).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(directory) = program.get_current_dir() {
        command.current_dir(directory);
    }
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let options = Options::new().timeout_ms(Some(PATIENCE)).strip_ansi_escape_codes(!escapes);
    spawn_with_options(command, options).unwrap()
}

/// Runs it to its end.
pub fn screen(orq: &Orq, columns: usize, escapes: bool) -> Screen {
    let mut session = start(orq, columns, escapes);
    let read = session.exp_eof().unwrap();
    let code = match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => code,
        other => panic!("ended by {other:?}"),
    };
    Screen { text: letters(&read), code }
}

/// What was read byte by byte, as the letters that it is.
fn letters(read: &str) -> String {
    let bytes: Option<Vec<u8>> = read.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let text = bytes.map_or_else(|| read.to_string(), |bytes| String::from_utf8_lossy(&bytes).into_owned());
    text.replace("\r\n", "\n")
}
