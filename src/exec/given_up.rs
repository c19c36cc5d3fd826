//! Whether somebody still waits for a query: the engine cannot be stopped, but what nobody waits for writes no file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::diagnostics::{Code, Diagnostic};

/// Set once, when nobody waits for a query any more; clones are of the same query.
#[derive(Clone, Debug, Default)]
pub struct GivenUp(Arc<AtomicBool>);

impl GivenUp {
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// E0704 where nobody waits any more.
    pub fn not_yet(&self) -> Result<(), Diagnostic> {
        match self.0.load(Ordering::SeqCst) {
            true => Err(Diagnostic::error(Code::E0704, "nobody waits for this any more").help("run it again")),
            false => Ok(()),
        }
    }
}
