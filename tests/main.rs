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
mod lsp;
mod mcp;
mod mistakes;
mod pictures;
mod properties;
mod questions;
mod recordings;
mod repl;
mod repository;
mod sandbox;
mod support;
mod taste;
mod textmate;
