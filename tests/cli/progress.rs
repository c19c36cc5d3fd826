//! What a terminal shows while a query runs, and that it is gone afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use orq::exec::{Inputs, ReadObserver, StandardInput, Watch};

use super::*;
use crate::support::inside;
use crate::support::terminal::{screen, start};

#[cfg(unix)]
#[test]
fn slow_calls_are_counted_and_the_line_is_gone_when_they_are_done() {
    let orq = orq().args(["--demo", "--fault", "latency=2s", "credits | select used"]).env("TERM", "xterm");
    let mut session = start(&orq, 80, true);
    session.exp_string("0 of 1 calls").unwrap();
    let rest = session.exp_eof().unwrap();
    // The line is cleared before the answer is printed.
    let (progress, answer) = rest.rsplit_once("\u{1b}[2K").unwrap();
    assert!(!progress.contains("$25,649.43"), "{progress}");
    assert!(answer.contains("$25,649.43") && !answer.contains("calls"), "{answer}");
}

#[cfg(unix)]
#[test]
fn a_wait_is_counted_down() {
    let orq = orq().args(["--demo", "--fault", "429=1,retry-after=3", "credits"]).env("TERM", "xterm");
    let mut session = start(&orq, 100, true);
    session.exp_string("waiting 3 s: ").unwrap();
    session.exp_string("waiting 2 s: ").unwrap();
    session.exp_string("waiting 1 s: ").unwrap();
    session.exp_string("used_ratio").unwrap();
    session.exp_eof().unwrap();
}

#[cfg(unix)]
#[test]
fn a_terminal_is_shown_what_it_can_show() {
    let slow = || orq().args(["--demo", "--fault", "latency=1200ms", "credits | select used as total"]);
    let dumb = screen(&slow().env("TERM", "dumb"), 80, true);
    assert!(dumb.text.starts_with("     total"), "{:?}", dumb.text);
    let ascii = screen(&slow().env("TERM", "xterm").env("LC_ALL", "C"), 80, true);
    assert!(ascii.text.contains("0 of 1 calls") && ascii.text.is_ascii(), "{:?}", ascii.text);
}

/// Files and standard error elsewhere: nothing of it.
#[test]
fn without_a_terminal_nothing_is_shown() {
    let run = orq().args(["--demo", "--fault", "latency=1s", "credits"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[cfg(unix)]
#[test]
fn a_quick_answer_shows_no_progress() {
    let orq = with_files(orq().args(["read \"a.csv\" | count"]).env("TERM", "xterm"), &[("a.csv", "n\n1\n2\n")]);
    let screen = screen(&orq, 80, false);
    assert_eq!(screen.code, 0);
    assert!(screen.text.starts_with("count"), "{}", screen.text);
}

#[derive(Default)]
struct Told {
    to_read: AtomicU64,
    read: AtomicU64,
    /// How often, and the largest step.
    steps: Mutex<Vec<u64>>,
}

impl ReadObserver for Told {
    fn will_read(&self, bytes: u64) {
        self.to_read.fetch_add(bytes, Ordering::Relaxed);
    }

    fn read(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
        self.steps.lock().unwrap().push(bytes);
    }
}

#[test]
fn reading_is_told_by_blocks_from_the_first_byte_to_the_last() {
    let directory = tempfile::tempdir().unwrap();
    let rows = 60_000;
    let text: String =
        std::iter::once("n,name\n".to_string()).chain((0..rows).map(|n| format!("{n},row {n}\n"))).collect();
    for name in ["a.csv", "b.csv"] {
        fs::write(directory.path().join(name), &text).unwrap();
    }
    let whole = 2 * text.len() as u64;
    let path = directory.path().join("*.csv");
    // Part by part, and all rows at once.
    for query in ["count", "sort -n | limit 1"] {
        let told = Arc::new(Told::default());
        let inputs = Inputs { standard: StandardInput::default(), watch: Watch(Some(told.clone())) };
        let mut inside = inside::anywhere(inputs);
        inside.answer(&format!("read \"{}\" | {query}", path.display()));
        assert_eq!(told.to_read.load(Ordering::Relaxed), whole, "{query}");
        assert_eq!(told.read.load(Ordering::Relaxed), whole, "{query}");
        let steps = told.steps.lock().unwrap().iter().filter(|step| **step > 0).count();
        assert!((20..rows / 100).contains(&steps), "{query}: {steps} steps are not blocks");
    }
}
