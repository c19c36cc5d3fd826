//! `join` and its kin: rows of another table beside the rows that match them by key.

use super::arguments::{closed, misuse, one_item};
use super::on::{self, Asked, Matched, Sides};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Example, RangeOf, SourceDef, Takes, VerbDef};
use crate::model::lowering::{Lowering, Table};
use crate::model::rel::{Added, JoinKind, LookupKind, Pair, Rel};
use crate::model::schema::{Column, Schema};
use crate::span::Span;
use crate::suggest::unused;
use crate::syntax::ast::{BinaryOp, Call, ExprKind, Item, Stage};
use crate::syntax::format;

pub const JOIN: VerbDef = VerbDef {
    name: "join",
    aliases: &["inner_join", "innerjoin"],
    doc: "Rows that match a row of another table by key, with its columns; a name that is taken gets `_right`",
    usage: "join TABLE on COLUMN == COLUMN",
    examples: &[
        Example {
            query: "activity last 7d | group model_id | sum cost | join models on model_id == id | select model_id, cost, context_length",
            shows: "spend beside what is known of each model",
        },
        Example {
            query: "activity 1w ago | group model | sum cost | join (activity 2w ago | group model | sum cost) on model",
            shows: "models that were used in both weeks, with `cost` and `cost_right`",
        },
        Example {
            query: "analytics last 3d | group generation_id | sum cost | top 20 | join generation on generation_id == id | select id, model, cost, latency",
            shows: "what is known of single requests: a source that wants an argument is asked for each",
        },
    ],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &JOIN, JoinKind::Inner, stage, table),
};

pub const LEFT_JOIN: VerbDef = VerbDef {
    name: "left_join",
    aliases: &["leftjoin", "left_outer_join"],
    doc: "All rows, with the columns of the rows of another table that match by key, or with nulls",
    usage: "left_join TABLE on COLUMN == COLUMN",
    examples: &[Example {
        query: "activity last 7d | group model_id | sum cost | left_join models on model_id == id | select model_id, cost, price_prompt",
        shows: "models that are no longer listed have no price",
    }],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &LEFT_JOIN, JoinKind::Left, stage, table),
};

pub const SEMI_JOIN: VerbDef = VerbDef {
    name: "semi_join",
    aliases: &["semijoin", "left_semi_join"],
    doc: "Rows that match some row of another table by key, as they are",
    usage: "semi_join TABLE on COLUMN == COLUMN",
    examples: &[Example {
        query: "models | semi_join (activity yesterday) on id == model_id | select id, price_prompt",
        shows: "the models that were used",
    }],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &SEMI_JOIN, JoinKind::Semi, stage, table),
};

pub const ANTI_JOIN: VerbDef = VerbDef {
    name: "anti_join",
    aliases: &["antijoin", "left_anti_join"],
    doc: "Rows that match no row of another table by key, as they are",
    usage: "anti_join TABLE on COLUMN == COLUMN",
    examples: &[
        Example {
            query: "models | where free | anti_join activity on id == model_id | select id",
            shows: "free models that nobody used",
        },
        Example {
            query: "activity yesterday | distinct model | anti_join (activity 2d ago | distinct model) on model",
            shows: "models that were used yesterday, and not on the day before",
        },
    ],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &ANTI_JOIN, JoinKind::Anti, stage, table),
};

pub const RIGHT_JOIN: VerbDef = VerbDef {
    name: "right_join",
    aliases: &["rightjoin", "right_outer_join"],
    doc: "All rows of another table, with the columns of the rows that match them by key, or with nulls",
    usage: "right_join TABLE on COLUMN == COLUMN",
    examples: &[Example {
        query: "activity yesterday | group model_id | sum cost | right_join (models | where free) on model_id == id | select id, cost",
        shows: "every free model, used or not",
    }],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &RIGHT_JOIN, JoinKind::Right, stage, table),
};

pub const FULL_JOIN: VerbDef = VerbDef {
    name: "full_join",
    aliases: &["fulljoin", "full_outer_join", "outer_join"],
    doc: "All rows of both tables, put together where they match by key, with nulls where they do not",
    usage: "full_join TABLE on COLUMN == COLUMN",
    examples: &[Example {
        query: "activity yesterday | group model | sum cost | full_join (activity 2d ago | group model | sum cost) on model",
        shows: "the models of two days, with `cost` and `cost_right`",
    }],
    takes: TAKES,
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &FULL_JOIN, JoinKind::Full, stage, table),
};

pub const CROSS_JOIN: VerbDef = VerbDef {
    name: "cross_join",
    aliases: &["crossjoin"],
    doc: "Each row with each row of another table",
    usage: "cross_join TABLE",
    examples: &[Example {
        query: "activity last 7d | group provider | sum cost | cross_join (activity last 7d | sum cost as total) | derive part = cost / total",
        shows: "the part of each in the total",
    }],
    takes: Takes { clauses: &[], ..TAKES },
    aggregates: false,
    row_by_row: false,
    lower: |cx, stage, table| lower(cx, &CROSS_JOIN, JoinKind::Cross, stage, table),
};

/// `on model = id` reads as a name, and `models as m` as an alias: what they mean is said here.
const TAKES: Takes = Takes { clauses: &["on"], names: true, aliases: true, conditions: true, ..Takes::ITEMS };

fn lower(cx: &mut dyn Lowering, def: &'static VerbDef, kind: JoinKind, stage: &Stage, table: Table) -> Option<Table> {
    one_item(cx, def, stage)?;
    let item = stage.items.first()?;
    if is_no_table(cx, def, stage, item) {
        return None;
    }
    if let Some(asked) = asked_by_key(cx, item) {
        return look_up(cx, def, kind, stage, table, asked);
    }
    let right = cx.table(&item.value)?;
    closed(cx, def, item.span, &right.schema)?;
    let sides = Sides { def, stage, item, left: &table.schema, right: &right.schema, asked: None };
    let matched = match kind {
        JoinKind::Cross => Matched { pairs: Vec::new(), shared: Vec::new(), span: item.span },
        JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti | JoinKind::Right | JoinKind::Full => {
            on::matched(cx, &sides)?
        }
    };
    let (schema, added) = match kind {
        JoinKind::Inner | JoinKind::Left | JoinKind::Right | JoinKind::Full | JoinKind::Cross => {
            beside(cx, &sides, &matched)?
        }
        JoinKind::Semi | JoinKind::Anti => (table.schema.clone(), Vec::new()),
    };
    let (left, right) = (Box::new(table.rel), Box::new(right.rel));
    let rel = Rel::Join { left, right, kind, on: matched.pairs, added, span: matched.span };
    Some(Table { rel, schema, ..table })
}

/// A source that cannot be read as a whole: it is asked for each key.
fn asked_by_key(cx: &dyn Lowering, item: &Item) -> Option<Asked> {
    let ExprKind::Name(name) = &item.value.kind else { return None };
    let source = cx.catalog().source(name)?;
    let parameter = source.params.iter().find(|param| param.required)?;
    Some(Asked { source, parameter: parameter.name })
}

/// `join generation on generation_id == id`
fn look_up(
    cx: &mut dyn Lowering,
    def: &'static VerbDef,
    kind: JoinKind,
    stage: &Stage,
    table: Table,
    asked: Asked,
) -> Option<Table> {
    let Asked { source, parameter } = asked;
    let item = stage.items.first()?;
    let (looked_up, instead) = match kind {
        JoinKind::Inner => (Some(LookupKind::Inner), JOIN.name),
        JoinKind::Left => (Some(LookupKind::Left), LEFT_JOIN.name),
        JoinKind::Semi | JoinKind::Right | JoinKind::Cross => (None, JOIN.name),
        JoinKind::Anti | JoinKind::Full => (None, LEFT_JOIN.name),
    };
    let Some(kind) = looked_up else {
        let why = match kind {
            JoinKind::Semi | JoinKind::Anti => "keeps no column of it",
            JoinKind::Inner | JoinKind::Left | JoinKind::Right | JoinKind::Full | JoinKind::Cross => {
                "wants all its rows"
            }
        };
        let message = format!("`{}` is asked for each {parameter}, and `{}` {why}", source.name, def.name);
        let error = Diagnostic::error(Code::E0302, message).at(stage.word.span).label(format!("use `{instead}`"));
        cx.report(error.help(format!("write `{instead}`, which has its columns")).edit(stage.word.span, instead));
        return None;
    };
    let right = source.schema();
    let sides = Sides { def, stage, item, left: &table.schema, right: &right, asked: Some(asked) };
    let matched = on::matched(cx, &sides)?;
    let [Pair { left: key, right: column, .. }] = matched.pairs.as_slice() else {
        cx.report(on::not_by_key(&sides, asked, matched.span));
        return None;
    };
    if column != parameter {
        cx.report(on::not_by_key(&sides, asked, matched.span));
        return None;
    }
    let (key, (schema, added)) = (key.clone(), beside(cx, &sides, &matched)?);
    let input = Box::new(table.rel);
    let rel = Rel::LookupJoin { input, source, parameter, key, kind, added, slot: 0, span: matched.span };
    Some(Table { rel, schema, ..table })
}

/// The columns of the left and then those of the right: of a key that both call alike one stays, and any other name that
/// is taken gets `_right`.
fn beside(cx: &mut dyn Lowering, sides: &Sides<'_>, matched: &Matched) -> Option<(Schema, Vec<Added>)> {
    let mut columns = sides.left.columns.clone();
    let mut added: Vec<Added> = Vec::new();
    for column in sides.right.columns.iter().filter(|column| !matched.shared.contains(&column.name)) {
        let taken = sides.left.columns.iter().any(|known| known.name == column.name);
        let shown = if taken { format!("{}_right", column.name) } else { column.name.clone() };
        if columns.iter().any(|known| known.name == shown) {
            cx.report(two_alike(sides, &shown));
            return None;
        }
        columns.push(Column {
            name: shown.clone(),
            aliases: if taken { &[] } else { column.aliases },
            ..column.clone()
        });
        added.push(Added { column: column.name.clone(), shown });
    }
    // The parts of a rate are named as they were on the right.
    if added.iter().any(|added| added.column != added.shown) {
        columns.iter_mut().skip(sides.left.columns.len()).for_each(|column| column.parts = None);
    }
    Some((Schema { columns, open: sides.left.open.clone() }, added))
}

/// A name with `_right` that is taken as well.
fn two_alike(sides: &Sides<'_>, shown: &str) -> Diagnostic {
    let error = Diagnostic::error(Code::E0108, format!("two columns would be called `{shown}`")).at(sides.item.span);
    let error = error.label("the second one");
    if sides.left.columns.iter().all(|column| column.name != shown) {
        return error.help("give columns of the right side other names, as in `(activity | rename other = cost)`");
    }
    let taken: Vec<&str> = sides.left.names().chain(sides.right.names()).collect();
    let first = format!("rename {} = {}", format::word(&unused(shown, &taken)), format::word(shown));
    let start = Span::new(sides.stage.span.start, sides.stage.span.start);
    error.help(format!("give the first one another name before: `{first}`")).edit(start, format!("{first} | "))
}

/// What reads as an argument and is none: a name, a condition, `using(…)`, a condition without its `on`.
fn is_no_table(cx: &mut dyn Lowering, def: &VerbDef, stage: &Stage, item: &Item) -> bool {
    let text = cx.text();
    let value = item.value.span.of(text);
    if let Some(name) = &item.name {
        let at = Span::new(name.span.start, item.value.span.start);
        cx.report(misuse(def, at, format!("`{}` takes no name", def.name)).help("leave it out").edit(at, ""));
        return true;
    }
    if let Some(condition) = &item.tail.condition {
        let mended = format!("({value} | where {})", condition.span.of(text));
        let error = misuse(def, condition.span, format!("`where` does not belong into `{}` here", def.name));
        cx.report(error.help(format!("filter the right side in brackets: `{mended}`")).edit(item.span, mended));
        return true;
    }
    let ExprKind::Call(Call { name, arguments, as_word: true, .. }) = &item.value.kind else { return false };
    let ([argument], []) = (arguments.as_slice(), stage.clauses.as_slice()) else { return false };
    let whole = argument.span;
    let mended = match &argument.kind {
        ExprKind::Call(Call { name, arguments, as_word: false, .. }) if name.value == "using" => {
            let columns: Vec<&str> = arguments.iter().map(|column| column.span.of(text)).collect();
            format!("on {}", columns.join(", "))
        }
        ExprKind::Binary(BinaryOp::Equal | BinaryOp::Assign | BinaryOp::And, ..) => {
            format!("on {}", whole.of(text))
        }
        // What follows a source that takes no arguments is none.
        ExprKind::Name(column) if takes_nothing(cx, &name.value) => format!("on {column}"),
        _ => return false,
    };
    let error = misuse(def, whole, format!("`{}` needs `on` before its condition", def.name));
    cx.report(error.help(format!("write `{mended}`")).edit(whole, mended));
    true
}

/// A pipeline with a name, or a source without arguments.
fn takes_nothing(cx: &dyn Lowering, name: &str) -> bool {
    let nothing = |source: &SourceDef| source.params.is_empty() && source.range == RangeOf::Nothing;
    cx.catalog().source(name).is_none_or(nothing)
}
