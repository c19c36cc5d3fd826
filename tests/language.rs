//! The semantics of the language, each confirmed by a second way of computing: plain loops over the demo account's base
//! table, the API's answers as they came, or values written out by hand.

mod aggregates;
mod expressions;
mod functions;
mod joins;
mod limits;
mod means;
mod naming;
mod order;
mod ranges;
mod read;
mod read_troubles;
mod series;
mod shapes;
mod spent;
mod stages;
mod statements;
mod units;
mod unseen;
mod windows;
