//! What goes on, on standard error while it is a terminal, and gone when it is done.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::harmless;
use crate::model::request::{Call, Request};
use crate::net::Observer;

/// A spinner with the calls that are done and under way.
pub struct Progress {
    bar: ProgressBar,
    sent: AtomicUsize,
    done: AtomicUsize,
}

/// Nothing is shown for what is quicker.
const PATIENCE: Duration = Duration::from_millis(500);

impl Progress {
    pub fn on_a_terminal() -> Option<Arc<dyn Observer>> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::hidden();
        let style =
            ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        bar.set_style(style);
        Some(Arc::new(Self { bar, sent: AtomicUsize::new(0), done: AtomicUsize::new(0) }))
    }

    fn show(&self, message: String) {
        if self.bar.is_hidden() && self.bar.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
        self.bar.set_message(message);
    }

    fn count(&self) -> String {
        let (done, sent) = (self.done.load(Ordering::Relaxed), self.sent.load(Ordering::Relaxed));
        format!("{done} of {sent} calls")
    }
}

impl Observer for Progress {
    fn sent(&self, _: &Request) {
        if self.done.load(Ordering::Relaxed) == self.sent.load(Ordering::Relaxed) {
            self.bar.reset();
        }
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.show(self.count());
    }

    fn answered(&self, _: &Call) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.show(self.count());
        if done == self.sent.load(Ordering::Relaxed) {
            self.bar.finish_and_clear();
            self.bar.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    fn waiting(&self, reason: &str, time: Duration) {
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.enable_steady_tick(Duration::from_millis(100));
        let reason = harmless::line(reason);
        self.bar.set_message(format!("{}, waiting {:.1} s: {reason}", self.count(), time.as_secs_f64()));
    }
}
