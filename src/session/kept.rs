//! The local history of a session, and what there is of it before anything is asked.

use jiff::Timestamp;

use super::{LastResult, Session};
use crate::diagnostics::Diagnostic;
use crate::exec::Rows;
use crate::ledger::Ledger;
use crate::model::route::Facts;

impl Session {
    /// With the local history of the account.
    pub fn remembering(self, ledger: Ledger) -> Self {
        Self { ledger, ..self }
    }

    /// Reads what is kept now, for another process may have changed it. Returns what is to be said where it cannot be used.
    pub(super) fn look_again(&mut self) -> Option<Diagnostic> {
        let (ledger, unusable) = self.ledger.again();
        self.ledger = ledger;
        unusable
    }

    /// The rows that were printed last, as the engine has them.
    pub fn last_rows(&self) -> Option<Rows> {
        self.last.as_ref().map(LastResult::rows)
    }

    /// What is known before anything is asked.
    pub(super) fn facts(&self, now: Timestamp) -> Facts {
        Facts { kept: self.ledger.days(), ..Facts::at(now, self.zone.clone(), self.wishes) }
    }
}
