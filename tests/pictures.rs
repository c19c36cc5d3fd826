//! Pictures of answers: on a terminal, in files and on pages.

mod documents;
mod hash;
mod kit;
mod language;
mod looks;
mod widths;
