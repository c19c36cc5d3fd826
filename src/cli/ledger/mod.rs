//! `orq sync` and `orq ledger`: what is kept of the days that the API forgets.

mod status;
mod sync;
mod verify;

use super::arguments::{LedgerCommand, Options};
use super::output::{Place, report};
use super::start::Connection;
use crate::diagnostics::{Code, Diagnostic, Exit};

pub use sync::{Wanted, Work, sync};

pub const SYNC_HELP: &str = "Each completed day is fetched until it is final: three days after its end, and three days \
    after late rows were last found in it. What is kept is below ORQ_DATA_DIR, or where the machine keeps data. Run it once a \
    day:\n  orq sync\n  orq sync --since 2026-01-01\n  orq sync --dry-run";

pub const HELP: &str = "Queries of `activity` take final days from the ledger, and ask the API for the others; \
    `--no-ledger` leaves it out:\n  orq sync\n  orq ledger status\n  orq ledger verify\n  orq ledger path";

pub fn run(command: LedgerCommand, options: &Options) -> Result<Exit, Diagnostic> {
    let place = Place::stdout(options.color, options.errors);
    let connection = Connection::open(options, None, None)?;
    let ledger = connection.ledger(&Options { no_ledger: false, raw: false, ..options.clone() })?;
    let Some(ledger) = ledger else {
        return Err(Diagnostic::error(Code::E0701, "nothing is kept of this account yet")
            .help("`orq sync` keeps what the API has; run daily, it keeps what the API forgets"));
    };
    let (ledger, unusable) = ledger.again();
    match command {
        LedgerCommand::Status => {
            report(unusable.as_slice(), "", "", options.errors, options.color);
            Ok(place.print(&status::page(&ledger, connection.clock.now())))
        }
        LedgerCommand::Verify => verify::run(connection, &ledger, unusable, options),
        LedgerCommand::Path => {
            let path = ledger.directory().map(|directory| directory.display().to_string()).unwrap_or_default();
            Ok(place.print(&format!("{path}\n")))
        }
    }
}
