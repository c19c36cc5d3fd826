//! A plan for people: the calls it makes, what is done here, and the columns that come out.

use std::fmt::Write as _;

use super::by_key::{self, ByKey};
use super::route::{Fetch, Routed};
use super::{cube, outline};
use crate::model::cube::{CubeQuery, MOST_DIMENSIONS, MOST_ROWS};
use crate::model::expr::{Node, Typed};
use crate::model::rel::{JoinKind, Named, Pair, Rel, SortKey};
use crate::model::request::{Paging, Request};
use crate::model::route::{Facts, Lookup, Work};
use crate::model::schema::Schema;
use crate::sources;
use crate::syntax::format;
use crate::types::Unit;

/// The whole explanation of one pipeline. `text` is the source of the spans.
pub fn explain(
    plan: &Routed,
    schema: &Schema,
    lookups: &[Lookup],
    fetches: &[Fetch],
    facts: &Facts,
    text: &str,
) -> String {
    let mut shown = String::from("calls\n");
    for lookup in &outline::lookups(plan, lookups, facts) {
        for request in sources::requests_of(*lookup, facts) {
            line(&mut shown, &format!("{}{}  (lookup: {})", request.shown(), pages(&request), what(*lookup)));
        }
    }
    for fetch in fetches {
        for piece in &fetch.offer.pieces {
            let days = piece.days.map(|days| format!("  ({days})")).unwrap_or_default();
            match &piece.work {
                Work::Request(request) => {
                    line(&mut shown, &format!("{}{}{days}", request.shown(), pages(request)));
                }
                Work::Cube(query) => cube_calls(&mut shown, query, &days, facts),
                Work::Kept(kept) => line(&mut shown, &format!("none: the ledger has {}{days}", kept.kind.doc)),
            }
        }
        for gap in &fetch.offer.gaps {
            line(&mut shown, &format!("none for {}: {}", gap.days, gap.why));
        }
        if let Some(refusal) = &fetch.offer.refusal {
            line(&mut shown, &format!("none: {}", refusal.message));
        }
        let columns: Vec<&str> = fetch.columns.iter().map(|def| def.name).collect();
        line(&mut shown, &format!("  read: {}", columns.join(", ")));
        for note in &fetch.offer.notes {
            line(&mut shown, &format!("  {note}"));
        }
    }
    let by_keys = by_key::by_keys(&plan.rel);
    for by_key in &by_keys {
        key_calls(&mut shown, by_key, facts);
    }
    if fetches.is_empty() {
        line(&mut shown, "none");
    }
    let (least, most) = outline::counts(plan, fetches, facts);
    let calls = match most {
        Some(most) if most == least => format!("{least}"),
        Some(most) => format!("{least} to {most}"),
        None => format!("{least} or more"),
    };
    if most != Some(least) || least > 1 {
        line(&mut shown, &format!("{calls} calls for data; `--max-calls` allows {}", facts.wishes.most_calls));
    }
    shown.push_str("\nhere\n");
    for step in &steps(&plan.rel, text) {
        line(&mut shown, step);
    }
    shown.push_str("\nresult\n");
    for column in &schema.columns {
        let unit = column.ty.unit().filter(|unit| *unit != Unit::NONE).map(|unit| format!(" ({unit})"));
        line(&mut shown, &format!("{}: {}{}", column.name, column.ty.word(), unit.unwrap_or_default()));
    }
    if let Some(ty) = &schema.open {
        line(&mut shown, &format!("and columns that the rows name: {ty}"));
    }
    shown
}

fn what(lookup: Lookup) -> &'static str {
    match lookup {
        Lookup::Workspaces => "names and ids",
        Lookup::Keys => "names and hashes of keys",
        Lookup::Members => "names and ids of members",
        Lookup::Models => "lasting names of models",
    }
}

fn pages(request: &Request) -> &'static str {
    if request.paging == Paging::Whole { "" } else { ", every page" }
}

/// What is sent to the cube at first, and the caps that hold for it.
fn cube_calls(shown: &mut String, query: &CubeQuery, days: &str, facts: &Facts) {
    let begun = cube::first(query, facts);
    for request in &begun {
        line(shown, &format!("{}{}", request.shown(), if begun.len() == 1 { days } else { "" }));
        if let Some(body) = &request.body {
            line(shown, &format!("  {body}"));
        }
    }
    let reach = query.reach(&query.metrics);
    line(shown, &format!("  caps: {} days a call, {} rows", reach.days(), MOST_ROWS));
    if query.is_controlled(facts.now) {
        line(shown, "  control: days older than 31 days are compared with a count of requests that is kept for a year");
    }
    if query.pairs().is_some() {
        line(shown, "  put together by the request: the cube takes two dimensions at once");
    } else if query.dimensions.len() > MOST_DIMENSIONS {
        let names: Vec<&str> = query.dimensions.iter().map(|dimension| dimension.name).collect();
        line(shown, &format!("  one of {} is split by its values: the cube takes two at once", names.join(", ")));
    }
    let is_cut = begun.iter().filter_map(|request| request.body.as_ref()).any(|body| body.get("order_by").is_some());
    if let Some(cut) = query.cut.as_ref().filter(|_| is_cut) {
        line(shown, &format!("  pushed: the first {} by {}", cut.rows, cut.metric.name));
    }
    for filter in &query.filters {
        line(shown, &format!("  pushed: the filter on {}", filter.dimension.name));
    }
}

/// What is asked for the keys that the rows have by then.
fn key_calls(shown: &mut String, by_key: &ByKey<'_>, facts: &Facts) {
    let (at_once, alone) = by_key.shown(facts);
    for request in &at_once {
        line(shown, &format!("{}  (many at once)", request.shown()));
        if let Some(body) = &request.body {
            line(shown, &format!("  {body}"));
        }
    }
    let each = if at_once.is_empty() { "one each" } else { "each of those that are few, or that it does not have" };
    for request in &alone {
        line(shown, &format!("{}  ({each})", request.shown()));
    }
    let columns: Vec<&str> = by_key.columns().iter().map(|def| def.name).collect();
    line(shown, &format!("  read: {}", columns.join(", ")));
}

fn line(shown: &mut String, text: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(shown, "  {text}");
}

/// What is done here, a line for each primitive.
pub fn steps(rel: &Rel, text: &str) -> Vec<String> {
    let mut steps = Vec::new();
    collect(rel, text, &mut steps);
    steps
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
        Rel::Scan(scan) => match (scan.arguments.days, scan.arguments.window) {
            (Some(days), _) => format!("scan {}, {days}", scan.source.name),
            (None, Some(window)) => format!("scan {}, {window}", scan.source.name),
            (None, None) => format!("scan {}", scan.source.name),
        },
        Rel::Read(files) => {
            let names: Vec<String> = files.columns.names().map(format::word).collect();
            format!("read {}, columns {}", format::quoted(files.path()), names.join(", "))
        }
        Rel::Constant { rows, .. } => format!("{} rows that are known", rows.len()),
        Rel::Last(last) => format!("{} rows of the last result", last.rows),
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
        Rel::Join { kind: JoinKind::Cross, .. } => "cross_join, with".to_string(),
        Rel::Join { kind, on, .. } => {
            let pair = |pair: &Pair| equal(&pair.left, &pair.right);
            format!("{} on {}, with", kind.verb(), on.iter().map(pair).collect::<Vec<_>>().join(" and "))
        }
        Rel::LookupJoin { source, parameter, key, kind, .. } => {
            format!("{} {} on {}, asked for each", JoinKind::from(*kind).verb(), source.name, equal(key, parameter))
        }
        Rel::Window { columns, .. } => {
            let shown: Vec<String> = columns.iter().map(|over| in_one_line(over.span.of(text))).collect();
            format!("window {}", shown.join(", "))
        }
        Rel::Union { inputs } => format!("union of the {} above and below", inputs.len()),
        Rel::Pivot { pivot, .. } => format!("pivot {} by {}", format::word(&pivot.value), format::word(&pivot.names)),
        Rel::Unpivot { unpivot, .. } => {
            let names: Vec<String> = unpivot.columns.iter().map(|name| format::word(name)).collect();
            format!("unpivot {}", names.join(", "))
        }
        Rel::Fill { fill, .. } => match &fill.buckets {
            Some((column, _)) => format!("fill, with every {}", format::word(column)),
            None => "fill".to_string(),
        },
        Rel::Sample { rows, seed, .. } => format!("sample {rows}, seed {seed}"),
        Rel::Describe { .. } => "describe".to_string(),
        Rel::Assert { assert, .. } => format!("assert {}", source(&assert.condition)),
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
