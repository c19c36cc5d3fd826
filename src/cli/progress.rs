//! What goes on, on standard error while it is a terminal, and gone when it is done.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;
use crate::exec::ReadObserver;
use crate::harmless;
use crate::model::request::{Call, Request};
use crate::net::Observer;

/// Nothing is shown for what is quicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// The line is drawn anew so often.
const TICK: Duration = Duration::from_millis(100);

/// The spinner where there are no others; the last one is for its end.
const TICKS_OF_ASCII: &str = "|/-\\ ";

/// A spinner with the calls that are done and under way, how far files are read, and what is waited for.
pub struct Progress(Arc<Spinner>);

struct Spinner {
    bar: ProgressBar,
    run: Mutex<Run>,
}

/// The query that runs, if one does.
#[derive(Default)]
struct Run {
    /// Tells one run from the next.
    number: u64,
    started: Option<Instant>,
    planned: usize,
    sent: usize,
    done: usize,
    /// Bytes of files, and how many of them there are.
    read: u64,
    to_read: u64,
    /// Why nothing goes out, and until when, where that is so.
    waits: Option<(String, Instant)>,
}

/// While this lives, a query runs.
pub struct Watched(Arc<Spinner>);

impl Progress {
    pub fn on_a_terminal() -> Option<Self> {
        if !std::io::stderr().is_terminal() || output::is_dumb() {
            return None;
        }
        let bar = ProgressBar::hidden();
        let style =
            ProgressStyle::with_template("{spinner} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let style = if output::unicode() { style } else { style.tick_chars(TICKS_OF_ASCII) };
        bar.set_style(style);
        Some(Self(Arc::new(Spinner { bar, run: Mutex::default() })))
    }

    /// Who is told of the calls.
    pub fn observer(&self) -> Arc<dyn Observer> {
        self.0.clone()
    }

    /// Who is told how far files are read.
    pub fn read_observer(&self) -> Arc<dyn ReadObserver> {
        self.0.clone()
    }

    /// A query begins; what it shows is gone when the guard is.
    pub fn watch(&self) -> Watched {
        let spinner = self.0.clone();
        let number = {
            let mut run = spinner.run();
            *run = Run { number: run.number + 1, started: Some(Instant::now()), ..Run::default() };
            run.number
        };
        // Those who tell of calls and bytes only count: somebody else looks at what there is, and draws it.
        let looks = spinner.clone();
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            while looks.draw(number) {
                std::thread::sleep(TICK);
            }
        });
        Watched(spinner)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Nothing is drawn from here on: whoever draws holds the lock.
        let mut run = self.0.run();
        run.started = None;
        self.0.bar.finish_and_clear();
        self.0.bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

impl Spinner {
    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws the line, and says whether there is more to come. Shown from the first call or byte on: what asks for a key
    /// before that has the terminal for itself.
    fn draw(&self, number: u64) -> bool {
        let run = self.run();
        if run.number != number || run.started.is_none() {
            return false;
        }
        let shown = run.in_words(Instant::now());
        if shown.is_empty() {
            return true;
        }
        if self.bar.is_hidden() {
            self.bar.reset();
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(shown);
        self.bar.tick();
        true
    }
}

impl Run {
    /// `3 of 5 calls, 12 of 340 MB, waiting 4 s: too many requests`; nothing before there is anything.
    fn in_words(&self, now: Instant) -> String {
        let mut parts = Vec::new();
        if self.sent > 0 || self.waits.is_some() {
            parts.push(format!("{} of {} calls", self.done, self.sent.max(self.planned)));
        }
        if self.to_read > 0 {
            parts.push(format!("{} of {} MB read", self.read >> 20, (self.to_read >> 20).max(self.read >> 20)));
        }
        if let Some((reason, until)) = &self.waits {
            // Whole seconds, and none that is not over as 0.
            let left = until.saturating_duration_since(now).as_millis().div_ceil(1000);
            if left > 0 {
                parts.push(format!("waiting {left} s: {reason}"));
            }
        }
        parts.join(", ")
    }
}

impl Observer for Spinner {
    fn planned(&self, calls: usize) {
        let mut run = self.run();
        run.planned = run.planned.max(run.sent) + calls;
    }

    fn sent(&self, _: &Request) {
        let mut run = self.run();
        run.sent += 1;
        run.waits = None;
    }

    fn answered(&self, _: &Call) {
        self.run().done += 1;
    }

    fn waiting(&self, reason: &str, time: Duration) {
        let until = Instant::now().checked_add(time);
        self.run().waits = until.map(|until| (harmless::line(reason).into_owned(), until));
    }
}

impl ReadObserver for Spinner {
    fn will_read(&self, bytes: u64) {
        self.run().to_read += bytes;
    }

    fn read(&self, bytes: u64) {
        self.run().read += bytes;
    }
}
