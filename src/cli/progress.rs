//! What goes on, on standard error while it is a terminal, and gone when it is done.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::harmless;
use crate::model::request::{Call, Request};
use crate::net::Observer;

/// Nothing is shown for what is quicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// A spinner with the calls that are done and under way.
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
    /// Why nothing goes out, where that is so.
    waits: Option<String>,
}

/// While this lives, a query runs.
pub struct Watched(Arc<Spinner>);

impl Progress {
    pub fn on_a_terminal() -> Option<Self> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::hidden();
        let style =
            ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        bar.set_style(style);
        Some(Self(Arc::new(Spinner { bar, run: Mutex::default() })))
    }

    /// Who is told of the calls.
    pub fn observer(&self) -> Arc<dyn Observer> {
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
        // One slow call tells nothing while it is under way, so somebody has to look.
        let looks = spinner.clone();
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            let run = looks.run();
            if run.number == number {
                looks.show(&run);
            }
        });
        Watched(spinner)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.run().started = None;
        self.0.bar.finish_and_clear();
        self.0.bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

impl Spinner {
    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shown from the first call on, where patience is over: what asks for a key before that has the terminal for itself.
    fn show(&self, run: &Run) {
        let Some(started) = run.started else { return };
        let waits = run.waits.as_deref().unwrap_or_default();
        self.bar.set_message(format!("{} of {} calls{waits}", run.done, run.sent.max(run.planned)));
        let begun = run.sent > 0 || run.waits.is_some();
        if self.bar.is_hidden() && begun && started.elapsed() >= PATIENCE {
            self.bar.reset();
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
    }
}

impl Observer for Spinner {
    fn planned(&self, calls: usize) {
        let mut run = self.run();
        run.planned = run.planned.max(run.sent) + calls;
        self.show(&run);
    }

    fn sent(&self, _: &Request) {
        let mut run = self.run();
        run.sent += 1;
        run.waits = None;
        self.show(&run);
    }

    fn answered(&self, _: &Call) {
        let mut run = self.run();
        run.done += 1;
        self.show(&run);
    }

    fn waiting(&self, reason: &str, time: Duration) {
        let mut run = self.run();
        run.waits = Some(format!(", waiting {:.1} s: {}", time.as_secs_f64(), harmless::line(reason)));
        self.show(&run);
    }
}
