//! How far the reading of files is, for somebody who shows it. Told by blocks of a file, never by rows.

use std::fmt;
use std::sync::Arc;

use super::input::{Found, StandardInput};

/// Somebody who shows what goes on. Called between blocks, so it must not block.
pub trait ReadObserver: Send + Sync {
    /// So many bytes of files more will be read, at most.
    fn will_read(&self, _bytes: u64) {}

    /// So many more were read.
    fn read(&self, _bytes: u64) {}
}

/// What queries read, and who is told of it.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    pub standard: StandardInput,
    pub watch: Watch,
}

/// The observer, where there is one.
#[derive(Clone, Default)]
pub struct Watch(pub Option<Arc<dyn ReadObserver>>);

impl Watch {
    /// These files will be read from their first byte to their last.
    pub fn will_read(&self, files: &[Found]) {
        if let Some(observer) = &self.0 {
            observer.will_read(files.iter().map(Found::length).sum());
        }
    }

    pub fn read(&self, bytes: u64) {
        if let Some(observer) = &self.0 {
            observer.read(bytes);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watch({})", self.0.is_some())
    }
}
