//! Where plans run: requests are fetched, answers become frames, frames become the answer. The only room with polars.

mod aggregate;
mod collect;
mod cube;
mod decode;
mod expr;
mod fetch;
mod frame;
mod join;
mod notice;
mod save;
mod text;
mod zone;

pub use cube::requests;
pub use fetch::{Fetched, Silent, fetch, look_up};
pub use frame::{Ran, run};
pub use save::{Permissions, Places, permit};
