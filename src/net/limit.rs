//! How many calls a minute, and how many at once: the API's own limits, kept so that they are not run into.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::retry::{LONGEST_WAIT, Pace};

/// The time that limits count in.
const MINUTE: Duration = Duration::from_secs(60);

/// At most this many calls are under way at once; `/generation` refuses under load (fact 28).
const AT_ONCE: usize = 8;
const GENERATIONS_AT_ONCE: usize = 4;

/// Endpoints that share a limit, by how their paths begin, and how many calls a minute they take (facts 23 and 32).
const FAMILIES: [(&str, usize); 4] =
    [("/analytics/", 64), ("/datasets/", 30), ("/benchmarks", 30), ("/classifications/", 30)];

/// Lets calls through as fast as the API takes them. Shared by all clients of a session.
#[derive(Debug)]
pub struct Limiter {
    /// One for each family; none at rest.
    windows: Vec<(&'static str, Mutex<Window>)>,
    generations: Semaphore,
    others: Semaphore,
}

impl Limiter {
    /// Keeps the limits a minute.
    pub fn on() -> Self {
        let window = |&(path, most): &(&'static str, usize)| (path, Mutex::new(Window::new(most)));
        Self { windows: FAMILIES.iter().map(window).collect(), ..Self::at_rest() }
    }

    /// Counts no minutes: on this machine nobody has to be spared. How many run at once is limited all the same.
    pub fn at_rest() -> Self {
        Self { windows: Vec::new(), generations: Semaphore::new(GENERATIONS_AT_ONCE), others: Semaphore::new(AT_ONCE) }
    }

    /// Waits until a call to this path may go out; it is under way as long as the pass lives. `waiting` is told each
    /// time before a wait.
    pub async fn ready(&self, path: &str, pace: &dyn Pace, waiting: impl Fn(Duration)) -> Option<SemaphorePermit<'_>> {
        let gate = if path.starts_with("/generation") { &self.generations } else { &self.others };
        loop {
            // The gates are never closed, so there is always a pass in the end.
            let pass = gate.acquire().await.ok();
            let Some(wait) = self.wait(path, pace.now()) else { return pass };
            drop(pass);
            waiting(wait);
            pace.sleep(wait).await;
        }
    }

    /// The API wants no call to this path for so long (`Retry-After`), which goes for all that share its limit. What is
    /// longer than orq waits holds nobody back: the next call is told so itself.
    pub fn hold(&self, path: &str, time: Duration, now: Instant) {
        if let Some(mut window) = self.window(path).filter(|_| time <= LONGEST_WAIT) {
            window.held = window.held.max(now.checked_add(time));
        }
    }

    /// Counts a call to this path, or says how long to wait before asking again.
    fn wait(&self, path: &str, now: Instant) -> Option<Duration> {
        self.window(path)?.wait(now)
    }

    fn window(&self, path: &str) -> Option<MutexGuard<'_, Window>> {
        let (_, window) = self.windows.iter().find(|(family, _)| path.starts_with(family))?;
        Some(window.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The calls of the last minute.
#[derive(Debug)]
struct Window {
    most: usize,
    calls: VecDeque<Instant>,
    /// No call goes out before.
    held: Option<Instant>,
}

impl Window {
    fn new(most: usize) -> Self {
        Self { most, calls: VecDeque::with_capacity(most), held: None }
    }

    fn wait(&mut self, now: Instant) -> Option<Duration> {
        if let Some(held) = self.held.filter(|held| *held > now) {
            return Some(held.duration_since(now));
        }
        while self.calls.front().is_some_and(|&call| now.duration_since(call) >= MINUTE) {
            self.calls.pop_front();
        }
        match self.calls.front() {
            Some(&oldest) if self.calls.len() >= self.most => Some(MINUTE.saturating_sub(now.duration_since(oldest))),
            _ => {
                self.calls.push_back(now);
                None
            }
        }
    }
}
