//! `orq`, a scriptable query language for OpenRouter usage.
//!
//! # The way of a query
//!
//! One direction, one function a step; [`session`] calls them in a row.
//!
//! | step | takes | hands on | where |
//! |---|---|---|---|
//! | parse | text | [`syntax::ast::Script`] | [`syntax::parse`] |
//! | write out | script, catalog | the same without aliases and shorthand | [`one_form::script`] |
//! | load | script | [`check::Libraries`], the files of `use` | [`exec::load`] |
//! | check | script, libraries, schemas, catalog | [`check::Program`] of [`model::lowering::Table`] | [`check::check`] |
//! | look into files | those that the check asks for | [`model::files::Schemas`], for the check again | [`exec::head`] |
//! | look up | program | [`model::route::Facts`] | [`exec::look_up`] |
//! | route | program, facts | [`plan::Fetch`] of [`model::request::Request`] | [`plan::route`] |
//! | fetch | requests | frames, one a scan | [`exec::fetch`] |
//! | look up rows | keys of rows that are there | rows beside them | [`plan::by_key`], [`exec::look_up_rows`] |
//! | run | plan, frames | [`model::frame::Frame`] | [`exec::run`] |
//! | format | [`model::frame::Answer`] | bytes | [`formats`] |
//!
//! Parse, check and route are pure. What is wrong at any step is a [`diagnostics::Diagnostic`].
//!
//! # The rooms
//!
//! A module imports only what stands above it in this list.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable
)]

pub mod harmless;
pub mod span;
pub mod suggest;
pub mod types;

pub mod diagnostics;
pub mod syntax;

pub mod model;

pub mod formats;
pub mod functions;
pub mod sources;
pub mod verbs;

pub mod one_form;

pub mod check;
pub mod plan;

pub mod net;

pub mod ledger;

pub mod exec;

pub mod session;

pub mod assist;

pub mod demo;

pub mod agent;

pub mod lsp;

pub mod repl;

pub mod cli;
