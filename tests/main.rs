//! One binary for all tests: each binary links polars anew.

mod agent;
mod architecture;
mod canary;
mod catalog;
mod cli;
mod docs;
mod errors;
mod examples;
mod faults;
mod formats;
mod habits;
mod http;
mod language;
mod ledger;
mod mcp;
mod mistakes;
mod pictures;
mod properties;
mod questions;
mod repl;
mod sandbox;
mod support;
mod taste;
