//! A terminal that cannot move its cursor: lines as they come, without editing or history.

use std::io::{self, BufRead as _, Write as _};

use rustyline::error::ReadlineError;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Receiver};

/// Terminals that rustyline cannot edit on.
const PLAIN: &[&str] = &["dumb", "cons25", "emacs"];

/// Lines of standard input, and Ctrl-C between them.
pub struct Lines {
    lines: Receiver<io::Result<String>>,
    runtime: Runtime,
}

/// Whether this terminal is such a one.
pub fn is_plain() -> bool {
    std::env::var("TERM").is_ok_and(|term| PLAIN.contains(&term.as_str()))
}

impl Lines {
    pub fn new() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (sender, lines) = mpsc::channel(1);
        std::thread::spawn(move || {
            for line in io::stdin().lock().lines() {
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { lines, runtime })
    }

    /// The next input, of as many lines as it has. Ctrl-C drops what was begun.
    pub fn readline(&mut self, prompt: &str) -> rustyline::Result<String> {
        let Self { lines, runtime } = self;
        let input = runtime.block_on(async {
            tokio::select! {
                // Ctrl-C is listened for before the prompt invites it.
                biased;
                _ = tokio::signal::ctrl_c() => Err(ReadlineError::Interrupted),
                input = input(lines, prompt) => input,
            }
        });
        if input.is_err() {
            println!();
        }
        input
    }
}

async fn input(lines: &mut Receiver<io::Result<String>>, prompt: &str) -> rustyline::Result<String> {
    print!("{prompt}");
    io::stdout().flush()?;
    let mut input = String::new();
    loop {
        input += &lines.recv().await.ok_or(ReadlineError::Eof)??;
        if super::is_complete(&input) {
            return Ok(input);
        }
        input.push('\n');
    }
}
