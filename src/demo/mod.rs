//! The demo account: an HTTP server in this process that answers like OpenRouter's management API.
//!
//! Everything it tells comes from one base table of generations, made day by day from a seed; see `base`.
//! It shares no code with the rest of the program, so that it is a second reading of the contract. `base` and
//! `data` are public so that tests can compute what the answers must be.
//!
//! | room | what it holds |
//! |---|---|
//! | `data` | the fixed tables: models, endpoints, keys, members, workspaces |
//! | `base` | the base table: the generations of a day |
//! | `account` | the days that are made, and the sums all endpoints share |
//! | `answers` | a file for each endpoint: a call in, a JSON answer out |
//! | `routes` | the table of endpoints and the keys they take |
//! | `gate`, `fault`, `wire` | what a request passes, and what goes wrong on request |

mod account;
mod amount;
mod answers;
pub mod base;
mod call;
pub mod data;
mod fault;
mod gate;
mod refusal;
mod routes;
mod wire;

use std::sync::Arc;

use axum::Router;
use jiff::Timestamp;
use tokio::net::TcpListener;

pub use fault::{Fault, FaultError, Faults, KNOBS, Knob};

/// The management key of the demo account.
pub const MANAGEMENT_KEY: &str = "sk-or-v1-demo-management";

/// The API key of the demo account: the first key of `/keys`.
pub const API_KEY: &str = "sk-or-v1-demo";

/// Where the API begins.
pub const BASE_PATH: &str = "/api/v1";

/// The seed unless told otherwise.
pub const SEED: u64 = 20;

/// The clock, asked once a request.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a demo account depends on: the clock, the seed, and what goes wrong.
#[derive(Clone)]
pub struct Options {
    pub now: Now,
    pub seed: u64,
    pub faults: Faults,
}

impl Options {
    /// The usual seed, and nothing goes wrong.
    pub fn new(now: Now) -> Self {
        Options { now, seed: SEED, faults: Faults::default() }
    }
}

/// Answers requests below [`BASE_PATH`] until the future is dropped.
///
/// # Errors
/// Only what the listener itself reports.
pub async fn serve(listener: TcpListener, options: Options) -> std::io::Result<()> {
    let gate = gate::Gate {
        account: account::Account::new(options.seed),
        now: options.now,
        faults: options.faults,
        met: Default::default(),
        asked: Default::default(),
    };
    let router = Router::new().fallback(gate::pass).with_state(Arc::new(gate));
    let service = router.into_make_service_with_connect_info::<wire::Line>();
    axum::serve(wire::Tap(listener), service).await
}
