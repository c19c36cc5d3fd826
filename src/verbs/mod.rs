//! The verbs: one file each, and its line here. The order is that of help and reference. A verb lowers its stage to the
//! closed primitives; aggregates are verbs too, by their rows among the functions.

pub mod agg;
pub mod arguments;
mod r#as;
pub mod assert;
mod compare;
mod derive;
mod describe;
mod distinct;
mod drop;
mod fill;
pub mod group;
mod join;
mod limit;
mod on;
mod pivot;
mod rename;
mod sample;
pub mod save;
mod schema;
pub mod select;
mod share;
mod skip;
pub mod sort;
pub mod title;
mod top;
mod union;
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
    &sample::VERB,
    &distinct::VERB,
    &fill::VERB,
    &share::SHARE,
    &share::CUMULATE,
    &share::DELTA,
    &compare::VERB,
    &pivot::PIVOT,
    &pivot::UNPIVOT,
    &unnest::VERB,
    &join::JOIN,
    &join::LEFT_JOIN,
    &join::RIGHT_JOIN,
    &join::FULL_JOIN,
    &join::SEMI_JOIN,
    &join::ANTI_JOIN,
    &join::CROSS_JOIN,
    &union::VERB,
    &describe::VERB,
    &schema::VERB,
    &title::VERB,
    &assert::VERB,
    &save::VERB,
    &r#as::VERB,
];
