//! A plan for people: the calls it makes, what is done here, and the columns that come out.

use std::fmt::Write as _;

use super::columns::Pruned;
use super::route::Fetch;
use crate::model::expr::{Node, Typed};
use crate::model::rel::{JoinKind, Named, Pair, Rel, SortKey};
use crate::model::request::Paging;
use crate::model::route::Lookup;
use crate::model::schema::Schema;
use crate::sources;
use crate::syntax::format;
use crate::types::Unit;

/// The whole explanation of one pipeline. `text` is the source of the spans.
pub fn explain(plan: &Pruned, schema: &Schema, lookups: &[Lookup], fetches: &[Fetch], text: &str) -> String {
    let mut shown = String::from("calls\n");
    for lookup in lookups {
        match lookup {
            Lookup::Workspaces => {
                let request = sources::workspaces_request().shown();
                line(&mut shown, &format!("{request}, every page  (lookup: names and ids)"));
            }
        }
    }
    for fetch in fetches {
        for piece in &fetch.offer.pieces {
            let pages = if piece.request.paging == Paging::Whole { "" } else { ", every page" };
            let days = piece.days.map(|days| format!("  ({days})")).unwrap_or_default();
            line(&mut shown, &format!("{}{pages}{days}", piece.request.shown()));
        }
        for gap in &fetch.offer.gaps {
            line(&mut shown, &format!("none for {}: {}", gap.days, gap.why));
        }
        let columns: Vec<&str> = fetch.columns.iter().map(|def| def.name).collect();
        line(&mut shown, &format!("  read: {}", columns.join(", ")));
    }
    if fetches.is_empty() {
        line(&mut shown, "none");
    }
    shown.push_str("\nhere\n");
    let mut steps = Vec::new();
    collect(&plan.rel, text, &mut steps);
    for step in &steps {
        line(&mut shown, step);
    }
    shown.push_str("\nresult\n");
    for column in &schema.columns {
        let unit = column.ty.unit().filter(|unit| *unit != Unit::NONE).map(|unit| format!(" ({unit})"));
        line(&mut shown, &format!("{}: {}{}", column.name, column.ty.word(), unit.unwrap_or_default()));
    }
    shown
}

fn line(shown: &mut String, text: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(shown, "  {text}");
}

/// The primitives in the order in which they run; the right side of a join stands below it, indented.
fn collect(rel: &Rel, text: &str, steps: &mut Vec<String>) {
    let inputs = rel.inputs();
    let mut inputs = inputs.iter();
    if let Some(first) = inputs.next() {
        collect(first, text, steps);
    }
    steps.push(step(rel, text));
    for input in inputs {
        let mut below = Vec::new();
        collect(input, text, &mut below);
        steps.extend(below.iter().map(|step| format!("  {step}")));
    }
}

/// One primitive, in one line.
fn step(rel: &Rel, text: &str) -> String {
    let source = |value: &Typed| in_one_line(value.span.of(text));
    let written = |named: &Named| {
        let source = source(&named.value);
        if source.is_empty() || source == named.name {
            named.name.clone()
        } else {
            format!("{} = {source}", named.name)
        }
    };
    let list = |columns: &[Named]| columns.iter().map(written).collect::<Vec<_>>().join(", ");
    let order = |key: &SortKey| {
        let name = match &key.value.node {
            Node::Column(name) => format::word(name),
            _ => source(&key.value),
        };
        if key.descending { format!("-{name}") } else { name }
    };
    match rel {
        Rel::Scan(scan) => match scan.arguments.days {
            Some(days) => format!("scan {}, {days}", scan.source.name),
            None => format!("scan {}", scan.source.name),
        },
        Rel::Constant { rows, .. } => format!("{} rows that are known", rows.len()),
        Rel::Filter { condition, .. } => format!("filter {}", source(condition)),
        Rel::Project { columns, .. } => format!("project {}", list(columns)),
        Rel::Aggregate { keys, aggregates, .. } => {
            let by = if keys.is_empty() { String::new() } else { format!(" by {}", list(keys)) };
            format!("aggregate {}{by}", list(aggregates))
        }
        Rel::Sort { by, .. } => format!("sort {}", by.iter().map(order).collect::<Vec<_>>().join(", ")),
        Rel::Limit { skip, take, .. } => match take {
            Some(take) if *skip == 0 => format!("limit {take}"),
            Some(take) => format!("limit {take}, skipping {skip}"),
            None => format!("skip {skip}"),
        },
        Rel::Unnest { column, .. } => format!("unnest {column}"),
        Rel::Join { kind, on, .. } => {
            let pair = |pair: &Pair| equal(&pair.left, &pair.right);
            format!("{} on {}, with", kind.verb(), on.iter().map(pair).collect::<Vec<_>>().join(" and "))
        }
        Rel::LookupJoin { source, parameter, key, kind, .. } => {
            format!("{} {} on {}, asked for each", JoinKind::from(*kind).verb(), source.name, equal(key, parameter))
        }
        Rel::Save { file, .. } => format!("save {}", format::quoted(&file.path)),
    }
}

/// The condition of a join as it is written.
fn equal(left: &str, right: &str) -> String {
    let (left, right) = (format::word(left), format::word(right));
    if left == right { left } else { format!("{left} == {right}") }
}

/// An expression that was written over several lines, comments left out.
fn in_one_line(text: &str) -> String {
    let code = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
    code.filter(|line| !line.is_empty() && !line.starts_with('#')).collect::<Vec<_>>().join(" ")
}
