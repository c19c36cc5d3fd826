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

pub use run::{Gathered, Run, Sent};

use crate::model::cube::CubeQuery;
use crate::model::request::Request;
use crate::model::route::{Facts, Wishes};

/// What a question sends first; whether more follows is told by the answers.
pub fn first(query: &CubeQuery, facts: &Facts) -> Vec<Request> {
    // How many are allowed is looked at by those that ask.
    let facts = Facts { wishes: Wishes { most_calls: usize::MAX, ..facts.wishes }, ..facts.clone() };
    let begun = Run::new(query, &facts).map(|mut run| run.due());
    begun.into_iter().flatten().map(|sent| sent.request).collect()
}
