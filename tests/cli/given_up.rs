//! A query that was given up while this machine works on it: the work cannot be stopped, but it writes no file.

use std::fs;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use orq::exec::{Inputs, ReadObserver, StandardInput, Watch};
use orq::session::Cancel;

use crate::support::inside;

/// Says that reading has begun, and holds it up until it may go on.
struct Held {
    begun: mpsc::Sender<()>,
    go_on: Mutex<mpsc::Receiver<()>>,
}

impl ReadObserver for Held {
    fn read(&self, _: u64) {
        // Once nobody listens any more, nothing is held up.
        let _ = self.begun.send(());
        let _ = self.go_on.lock().unwrap_or_else(PoisonError::into_inner).recv();
    }
}

/// Runs `read … | save …`, gives it up in the middle if asked to, and lets it end. Returns what the file has then.
fn saved(gives_up: bool) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let (from, to) = (directory.path().join("from.csv"), directory.path().join("to.csv"));
    fs::write(&from, "n\n1\n2\n").unwrap();
    let (begun, has_begun) = mpsc::channel();
    let (go, go_on) = mpsc::channel();
    let held = Arc::new(Held { begun, go_on: Mutex::new(go_on) });
    let still_works = Arc::downgrade(&held);
    let cancel = Cancel::default();
    let ends = cancel.clone();
    let query = format!("read \"{}\" | save \"{}\"", from.display(), to.display());
    let run = std::thread::spawn(move || {
        let inputs = Inputs { standard: StandardInput::default(), watch: Watch(Some(held)) };
        inside::anywhere(inputs).until(ends).run(&query).diagnostics
    });
    has_begun.recv().unwrap();
    if gives_up {
        cancel.cancel();
        let errors = run.join().unwrap();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].message, "cancelled");
        drop(go);
    } else {
        drop(go);
        assert!(run.join().unwrap().is_empty());
    }
    // The work has ended when nobody holds the observer any more.
    while still_works.strong_count() > 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let left: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 1 + usize::from(to.exists()), "{left:?}");
    fs::read_to_string(to).ok()
}

#[test]
fn what_was_given_up_writes_no_file() {
    assert_eq!(saved(false).as_deref(), Some("n\n1\n2\n"));
    assert_eq!(saved(true), None);
}
