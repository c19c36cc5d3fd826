//! The only HTTP of the program: a request in, the pages of its answer or a [`Diagnostic`](crate::diagnostics::Diagnostic)
//! out. Nothing is sent, resolved or loaded before a request is.
//!
//! | room | what it holds |
//! |---|---|
//! | `answers` | what was answered a moment ago, for the prompt |
//! | `client` | a request in, its pages out: keys, paging and retries put together |
//! | `exchange` | one attempt: send, read the bounded body before the deadline, parse |
//! | `trouble` | what can go wrong with one attempt, as a value |
//! | `retry` | which trouble is worth another attempt, and when (pure) |
//! | `paging` | how a list is read to its end (pure) |
//! | `limit` | how many calls a minute, and how many at once |
//! | `problems` | trouble as a diagnostic |
//! | `credentials` | where keys are found |
//! | `host` | where keys may go |
//! | `safe` | what the API says, made fit to show |
//! | `meta` | what the cube says it has, kept on disk for a day |
//! | `recording` | answers that are kept in a directory, and answers that come from there |
//! | `names` | names that answers have shown, kept on disk |
//! | `log` | the calls that were made, and who watches them |

mod answers;
mod client;
mod credentials;
mod exchange;
mod host;
mod limit;
mod log;
mod meta;
mod names;
mod paging;
mod problems;
mod recording;
mod retry;
mod safe;
mod trouble;

pub use answers::Answers;
pub use client::{Client, ClientOptions, Fetched};
pub use credentials::{
    Configuration, Credentials, Env, Key, Mark, Origin, Places, Written, configuration, variable, write_configuration,
};
pub use host::{Base, DEFAULT_BASE_URL};
pub use limit::Limiter;
pub use log::Observer;
pub use meta::KeptMeta;
pub use names::KeptNames;
pub use recording::{About, Recorded, Recorder, Recording, Transport, is_recording};
pub use retry::{Pace, Pause, RealPace};
pub use safe::without_secrets;
