//! Where plans run: requests are fetched, answers become frames, frames become the answer. The only room with polars.

mod aggregate;
mod assert;
mod by_key;
mod by_row;
mod collect;
mod cube;
mod decode;
mod describe;
mod expr;
mod fetch;
mod fill;
mod frame;
mod function;
mod given_up;
mod join;
mod load;
mod notice;
mod open;
mod over;
mod permissions;
mod quotient;
mod readers;
mod reshape;
mod save;
mod text;
mod unseen;
mod zone;

pub use by_key::{Found, Joined, keys, look_up_rows};
pub use cube::requests;
pub use fetch::{Fetched, Rows, Silent, fetch, look_up};
pub use frame::{Given, Ran, part_of, run, shown};
pub use given_up::GivenUp;
pub use load::load;
pub use permissions::{Allowed, Content, Permissions, Places, Sandbox, Save};
pub use readers::{Inputs, ReadObserver, StandardInput, Watch, head};
pub use save::permit;
