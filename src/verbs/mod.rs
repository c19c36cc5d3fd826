//! The verbs: one file each, and its line here. The order is that of help and reference. A verb lowers its stage to the
//! closed primitives; aggregates are verbs too, by their rows among the functions.

pub mod agg;
pub mod arguments;
mod r#as;
mod derive;
mod distinct;
mod drop;
pub mod group;
mod join;
mod limit;
mod on;
mod rename;
mod save;
mod schema;
mod select;
mod skip;
pub mod sort;
mod top;
mod unnest;
pub mod r#where;

use crate::model::catalog::VerbDef;

pub const ALL: &[&VerbDef] = &[
    &r#where::VERB,
    &select::VERB,
    &drop::VERB,
    &rename::VERB,
    &derive::VERB,
    &group::VERB,
    &agg::VERB,
    &sort::VERB,
    &top::TOP,
    &top::BOTTOM,
    &limit::VERB,
    &skip::VERB,
    &distinct::VERB,
    &unnest::VERB,
    &join::JOIN,
    &join::LEFT_JOIN,
    &join::SEMI_JOIN,
    &join::ANTI_JOIN,
    &schema::VERB,
    &save::VERB,
    &r#as::VERB,
];
