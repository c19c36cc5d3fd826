//! The functions: one row each, in the file of their kind. The order is that of help and reference.

mod aggregates;
mod conditions;
mod lists;
mod numbers;
mod patterns;
mod text;
mod time;
mod windows;

use crate::model::catalog::FunctionDef;

pub const ALL: &[&[FunctionDef]] =
    &[aggregates::ROWS, conditions::ROWS, numbers::ROWS, text::ROWS, lists::ROWS, time::ROWS, windows::ROWS];
