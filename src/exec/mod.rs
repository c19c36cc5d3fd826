//! Where plans run: requests are fetched, answers become frames, frames become the answer. The only room with polars.

mod aggregate;
mod by_key;
mod collect;
mod cube;
mod decode;
mod expr;
mod fetch;
mod frame;
mod join;
mod notice;
mod readers;
mod save;
mod text;
mod zone;

pub use by_key::{Found, Joined, keys, look_up_rows};
pub use cube::requests;
pub use fetch::{Fetched, Rows, Silent, fetch, look_up};
pub use frame::{Given, Ran, part_of, run};
pub use readers::{StandardInput, head};
pub use save::{Permissions, Places, permit};
