//! Where plans run: requests are fetched, answers become frames, frames become the answer. The only room with polars.

mod aggregate;
mod collect;
mod decode;
mod expr;
mod fetch;
mod frame;
mod notice;
mod save;
mod text;

pub use fetch::{Fetched, fetch, look_up};
pub use frame::run;
pub use save::{Permissions, Places, permit};
