//! From one question to the cube to the calls that answer it whole, and back from their answers to its rows. Pure: what
//! is to be sent is handed out, and what came back is handed in.
//!
//! | room | what it holds |
//! |---|---|
//! | `call` | one call: its JSON, and the calls that a question begins with |
//! | `answer` | what an answer must fulfil, and its rows |
//! | `run` | the calls of a question until it is answered: cuts, halves, splits |
//! | `split` | one dimension taken apart by its values |
//! | `pairs` | requests with more dimensions than a call may have, put together by their ids |
//! | `control` | totals that the parts must meet |

mod answer;
mod call;
mod control;
mod pairs;
mod run;
mod split;

pub use call::{CubeCall, begin};
pub use run::{Gathered, Run, Sent};
