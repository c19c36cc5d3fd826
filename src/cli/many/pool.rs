//! A few workers for many scripts: each takes the next that waits for nothing, and results are told in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::cli::STACK;
use crate::diagnostics::{Code, Diagnostic};

/// What is to be done for each of so many scripts.
pub struct Work<'a, T> {
    /// For each, the ones before it that it waits for.
    pub waits: &'a [Vec<usize>],
    /// One of them, with the results of those that it waited for.
    pub one: &'a (dyn Fn(usize, &[Arc<T>]) -> T + Sync),
    /// What is said of one whose work ended in a panic, which has printed what it knows.
    pub lost: &'a (dyn Fn(usize) -> T + Sync),
}

struct Queue<T> {
    started: Vec<bool>,
    done: Vec<Option<Arc<T>>>,
}

/// Does all of it, as many at a time as the machine has cores, and tells each result when all before it are told.
pub fn in_order<T: Send + Sync>(
    work: &Work<'_, T>,
    mut told: impl FnMut(usize, &T),
) -> Result<Vec<Arc<T>>, Diagnostic> {
    let count = work.waits.len();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let queue =
        Mutex::new(Queue { started: vec![false; count], done: std::iter::repeat_with(|| None).take(count).collect() });
    let changed = Condvar::new();
    std::thread::scope(|scope| {
        for worker in 0..cores.min(count) {
            let run = || while one_of(work, &queue, &changed) {};
            let started = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
            // Fewer workers than there are cores are enough.
            match started {
                Err(error) if worker == 0 => return Err(no_thread(&error)),
                Err(_) => break,
                Ok(_) => {}
            }
        }
        let mut results = Vec::new();
        for at in 0..count {
            let mut open = lock(&queue);
            let result = loop {
                if let Some(result) = open.done.get(at).cloned().flatten() {
                    break result;
                }
                open = changed.wait(open).unwrap_or_else(PoisonError::into_inner);
            };
            drop(open);
            told(at, &result);
            results.push(result);
        }
        Ok(results)
    })
}

pub fn no_thread(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::E0703, format!("no thread can be started: {error}")).help("close other programs")
}

/// Takes one that is ready, or waits for one; nothing is left where this is false.
fn one_of<T: Send + Sync>(work: &Work<'_, T>, queue: &Mutex<Queue<T>>, changed: &Condvar) -> bool {
    let mut open = lock(queue);
    let (at, earlier) = loop {
        match next(&open, work.waits) {
            Next::Ready(at, earlier) => break (at, earlier),
            Next::Later => open = changed.wait(open).unwrap_or_else(PoisonError::into_inner),
            Next::Nothing => return false,
        }
    };
    if let Some(started) = open.started.get_mut(at) {
        *started = true;
    }
    drop(open);
    let result = catch_unwind(AssertUnwindSafe(|| (work.one)(at, &earlier))).unwrap_or_else(|_| (work.lost)(at));
    if let Some(done) = lock(queue).done.get_mut(at) {
        *done = Some(Arc::new(result));
    }
    changed.notify_all();
    true
}

enum Next<T> {
    Ready(usize, Vec<Arc<T>>),
    /// Those that are left wait for others.
    Later,
    Nothing,
}

fn next<T>(queue: &Queue<T>, waits: &[Vec<usize>]) -> Next<T> {
    let mut left = false;
    for (at, (started, waits)) in queue.started.iter().zip(waits).enumerate() {
        if *started {
            continue;
        }
        left = true;
        let done = |earlier: &usize| queue.done.get(*earlier).cloned().flatten();
        if let Some(earlier) = waits.iter().map(done).collect() {
            return Next::Ready(at, earlier);
        }
    }
    if left { Next::Later } else { Next::Nothing }
}

fn lock<T>(queue: &Mutex<Queue<T>>) -> MutexGuard<'_, Queue<T>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}
