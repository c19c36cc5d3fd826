//! Random pipelines that the check lets through run on the demo account, and give the columns that the check promised.

use orq::diagnostics::Exit;
use orq::model::catalog::{Accepts, FunctionKind};
use orq::model::frame::Answer;
use orq::model::value::Value;
use orq::one_form::formatted;
use orq::session::{CATALOG, Output, Session};
use orq::types::Type;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::reading::same_meaning;
use super::runner;
use crate::support::NOW;
use crate::support::inside::{Inside, deep, planner};

/// Choices that were drawn, spent one by one; where none is left, the first of what there is.
struct Choices<'a>(std::slice::Iter<'a, u16>);

impl Choices<'_> {
    fn up_to(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |choice| usize::from(*choice) % count)
    }

    fn of<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.up_to(from.len())]
    }

    fn is_spent(&self) -> bool {
        self.0.len() == 0
    }
}

/// The columns at a point, each with its type, as the check sees them.
type Columns = Vec<(String, Type)>;

fn columns(session: &Session, query: &str) -> Option<Columns> {
    let checked = session.check(query);
    if checked.diagnostics.iter().any(|d| d.is_error()) {
        return None;
    }
    let table = &checked.program.steps.first()?.table;
    Some(table.schema.columns.iter().map(|column| (column.name.clone(), column.ty.clone())).collect())
}

fn word(name: &str) -> String {
    orq::syntax::format::word(name)
}

/// The names of columns whose type passes.
fn named(columns: &Columns, passes: impl Fn(&Type) -> bool) -> Vec<String> {
    columns.iter().filter(|(_, ty)| passes(ty)).map(|(name, _)| word(name)).collect()
}

/// What an expression is to be.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Text,
    Bool,
    Date,
}

const KINDS: [Kind; 4] = [Kind::Number, Kind::Text, Kind::Bool, Kind::Date];

fn expr(choices: &mut Choices<'_>, columns: &Columns, kind: Kind, depth: usize) -> String {
    let of_kind = match kind {
        Kind::Number => named(columns, Type::is_number),
        Kind::Text => named(columns, |ty| *ty == Type::Text),
        Kind::Bool => named(columns, |ty| *ty == Type::Bool),
        Kind::Date => named(columns, |ty| matches!(ty, Type::Date | Type::Time)),
    };
    let leaf = depth == 0 || choices.is_spent();
    let sub = |choices: &mut Choices<'_>, kind| expr(choices, columns, kind, depth - 1);
    if leaf || choices.up_to(3) == 0 {
        let literals: &[&str] = match kind {
            Kind::Number => &["1", "0", "0.5", "1e6", "100", "null", "3"],
            Kind::Text => &["\"a\"", "\"openai/gpt-5.2\"", "\"\"", "null", "'%'"],
            Kind::Bool => &["true", "false", "null"],
            Kind::Date => &["2026-02-01", "today()", "2026-02-01T09:30:00Z", "now()"],
        };
        let literal = of_kind.is_empty() || choices.up_to(4) == 0;
        return if literal { choices.of(literals).to_string() } else { choices.of(&of_kind).clone() };
    }
    match kind {
        Kind::Number => {
            let lists = named(columns, |ty| matches!(ty, Type::List(_)));
            match choices.up_to(14) {
                0..=4 => {
                    let (a, b) = (sub(choices, kind), sub(choices, kind));
                    format!("({a} {} {b})", choices.of(&["+", "-", "*", "/", "%", "??"]))
                }
                5 => format!("(-{})", sub(choices, kind)),
                6 => {
                    let name = *choices.of(&["abs", "round", "floor", "ceil", "sqrt", "ln"]);
                    format!("{name}({})", sub(choices, kind))
                }
                7 => format!("round({}, 2)", sub(choices, kind)),
                8 => format!("length({})", sub(choices, Kind::Text)),
                9 if !lists.is_empty() => format!("length({})", choices.of(&lists)),
                9 => format!("weekday({})", sub(choices, Kind::Date)),
                10 => format!("hour_of_day({})", sub(choices, Kind::Date)),
                11 => format!("date_diff({}, {})", sub(choices, Kind::Date), sub(choices, Kind::Date)),
                12 => format!("if({}, {}, {})", sub(choices, Kind::Bool), sub(choices, kind), sub(choices, kind)),
                _ => format!("case({}, {}, {})", sub(choices, Kind::Bool), sub(choices, kind), sub(choices, kind)),
            }
        }
        Kind::Text => match choices.up_to(8) {
            0 => format!("lower({})", sub(choices, kind)),
            1 => format!("upper(trim({}))", sub(choices, kind)),
            2 => format!("substr({}, 1, 3)", sub(choices, kind)),
            3 => format!("replace({}, \"a\", {})", sub(choices, kind), sub(choices, kind)),
            4 => {
                let of = *choices.of(&KINDS);
                format!("concat({}, {})", sub(choices, of), sub(choices, kind))
            }
            5 => format!("if({}, {})", sub(choices, Kind::Bool), sub(choices, kind)),
            6 => format!("coalesce({}, {}, \"x\")", sub(choices, kind), sub(choices, kind)),
            _ => format!("({} ?? {})", sub(choices, kind), sub(choices, kind)),
        },
        Kind::Bool => match choices.up_to(10) {
            0 | 1 => {
                let of = *choices.of(&[Kind::Number, Kind::Text, Kind::Date]);
                let op = *choices.of(&["==", "!=", "<", "<=", ">", ">="]);
                format!("({} {op} {})", sub(choices, of), sub(choices, of))
            }
            2 => format!("({} {} {})", sub(choices, kind), choices.of(&["and", "or"]), sub(choices, kind)),
            3 => format!("(not {})", sub(choices, kind)),
            4 => {
                let of = *choices.of(&KINDS);
                format!("({} is {}null)", sub(choices, of), choices.of(&["", "not "]))
            }
            5 => {
                let of = *choices.of(&KINDS);
                format!(
                    "({} {} ({}, {}))",
                    sub(choices, of),
                    choices.of(&["in", "not in"]),
                    sub(choices, of),
                    sub(choices, of)
                )
            }
            6 => format!(
                "({} in {}..{})",
                sub(choices, Kind::Number),
                sub(choices, Kind::Number),
                sub(choices, Kind::Number)
            ),
            7 => format!("({} ~ \"^[a-m]\")", sub(choices, Kind::Text)),
            8 => {
                let op = *choices.of(&["contains", "starts_with", "ends_with"]);
                format!("({} {op} {})", sub(choices, Kind::Text), sub(choices, Kind::Text))
            }
            _ => format!("if({}, {}, {})", sub(choices, kind), sub(choices, kind), sub(choices, kind)),
        },
        Kind::Date => match choices.up_to(5) {
            0 => {
                let unit = *choices.of(&["minute", "hour", "day", "week", "month", "quarter", "year"]);
                format!("{unit}({})", sub(choices, kind))
            }
            1 => format!("({} + {})", sub(choices, kind), choices.of(&["1d", "2w", "1mo", "3h", "1y", "90m"])),
            2 => format!("({} - {})", sub(choices, kind), choices.of(&["1d", "2w", "1mo", "3h", "1q", "5s"])),
            3 => format!("if({}, {}, {})", sub(choices, Kind::Bool), sub(choices, kind), sub(choices, kind)),
            _ => format!("({} ?? {})", sub(choices, kind), sub(choices, kind)),
        },
    }
}

/// A call of any function of one row that the catalog has, with arguments of the types that it takes.
fn catalog_call(choices: &mut Choices<'_>, columns: &Columns) -> String {
    let scalars: Vec<_> = CATALOG
        .all_functions()
        .filter_map(|function| match &function.kind {
            FunctionKind::Scalar { params, required, .. } => Some((function.name, *params, *required)),
            FunctionKind::Aggregate { .. } | FunctionKind::Window { .. } => None,
        })
        .collect();
    let (name, params, required) = *choices.of(&scalars);
    let count = required + choices.up_to(params.len().saturating_sub(required) + 1);
    let lists = named(columns, |ty| matches!(ty, Type::List(_)));
    let arguments: Vec<String> = (0..count)
        .map(|index| match params.get(index).or(params.last()) {
            Some(Accepts::Number) => expr(choices, columns, Kind::Number, 1),
            Some(Accepts::Literal) => choices.up_to(5).to_string(),
            Some(Accepts::Text) => expr(choices, columns, Kind::Text, 1),
            Some(Accepts::TextOrList) if !lists.is_empty() => choices.of(&lists).clone(),
            Some(Accepts::TextOrList) => expr(choices, columns, Kind::Text, 1),
            Some(Accepts::Bool) => expr(choices, columns, Kind::Bool, 1),
            Some(Accepts::Time) => expr(choices, columns, Kind::Date, 1),
            _ => any_expr(choices, columns, 1),
        })
        .collect();
    format!("{name}({})", arguments.join(", "))
}

/// The stages of the examples of all verbs: those that fit what stands before are taken.
fn stages_of_examples() -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for example in CATALOG.verbs.iter().flat_map(|verb| verb.examples) {
        let Ok(form) = formatted(&format!("{}\n", example.query), &CATALOG) else { continue };
        let one_line = form.replace("\n| ", " | ");
        let mut stage = String::new();
        for part in one_line.trim_end().split(" | ") {
            // A `|` in brackets parts the stages of another pipeline.
            stage = if stage.is_empty() { part.to_string() } else { format!("{stage} | {part}") };
            if stage.matches(['(', '[']).count() == stage.matches([')', ']']).count() {
                found.push(std::mem::take(&mut stage));
            }
        }
    }
    // Sources are no stages.
    found.retain(|stage| orq::syntax::parse(&format!("keys | {stage}")).diagnostics.is_empty());
    assert!(found.len() > 20, "{found:?}");
    found
}

fn any_expr(choices: &mut Choices<'_>, columns: &Columns, depth: usize) -> String {
    let kind = *choices.of(&KINDS);
    expr(choices, columns, kind, depth)
}

fn aggregate(choices: &mut Choices<'_>, columns: &Columns) -> String {
    let number = |choices: &mut Choices<'_>| expr(choices, columns, Kind::Number, 1);
    match choices.up_to(9) {
        0 | 1 => format!("sum({})", number(choices)),
        2 => format!("avg({})", number(choices)),
        3 => format!("{}({})", choices.of(&["median", "p75", "p90", "p95", "p99"]), number(choices)),
        4 => "count()".to_string(),
        5 => format!("count({})", any_expr(choices, columns, 1)),
        6 => format!("{}({})", choices.of(&["min", "max", "count_distinct"]), any_expr(choices, columns, 1)),
        7 => {
            let all = named(columns, |_| true);
            format!("{}({})", choices.of(&["first", "last"]), choices.of(&all))
        }
        _ => format!("sum({}) / sum({}) * 1e6", number(choices), number(choices)),
    }
}

/// Right sides of joins. Each has few rows for each key: several joins in a row multiply what there is.
const TABLES: &[&str] = &[
    "models | where context_length > 500000 | limit 4",
    "activity yesterday | group model_id | sum cost, tokens | limit 3",
    "activity last 2d | select date, provider, cost, k = if(cost > 0.1, variant) | limit 5",
    "keys | limit 3 | derive b = disabled or null, n = length(name)",
    "activity yesterday | agg a = count(), b = sum(cost), d0 = max(date)",
    "generation gen-demo-2",
    "models | where false",
    "credits | derive s = null, x = 1.5, r = \"a\"",
];

/// A join on one or two pairs of columns that have the same type, where there are some.
fn join(choices: &mut Choices<'_>, session: &Session, left: &Columns) -> String {
    let verb = *choices.of(&["join", "left_join", "semi_join", "anti_join", "right_join", "full_join"]);
    let table = *choices.of(TABLES);
    let right = columns(session, table).unwrap();
    let alike = |(_, a): &&(String, Type), b: &Type| std::mem::discriminant(a) == std::mem::discriminant(b);
    let mut pairs = Vec::new();
    for _ in 0..=choices.up_to(2) {
        let (name, ty) = choices.of(left);
        let partners: Vec<&(String, Type)> = right.iter().filter(|column| alike(column, ty)).collect();
        let any: Vec<&(String, Type)> = right.iter().collect();
        let partner = &choices.of(if partners.is_empty() { &any } else { &partners }).0;
        pairs.push(format!("{} == {}", word(name), word(partner)));
    }
    format!("{verb} ({table}) on {}", pairs.join(", "))
}

fn stage(choices: &mut Choices<'_>, columns: &Columns) -> String {
    let all = named(columns, |_| true);
    let keys = named(columns, |ty| !matches!(ty, Type::List(_) | Type::Record(_)));
    let key = |choices: &mut Choices<'_>| if keys.is_empty() { "1".to_string() } else { choices.of(&keys).clone() };
    let lists = named(columns, |ty| matches!(ty, Type::List(_)));
    match choices.up_to(26) {
        0..=2 => format!("where {}", expr(choices, columns, Kind::Bool, 3)),
        3 => format!("derive d{} = {}", choices.up_to(3), any_expr(choices, columns, 3)),
        4 => format!("derive d{} = {}", choices.up_to(3), catalog_call(choices, columns)),
        5 => {
            let (a, b) = (choices.of(&all).clone(), any_expr(choices, columns, 2));
            format!("select {a}, s = {b}")
        }
        6 => {
            let more = aggregate(choices, columns);
            let unit = *choices.of(&["day", "week", "month", "hour"]);
            let dates = named(columns, |ty| matches!(ty, Type::Date | Type::Time));
            let by = if dates.is_empty() { key(choices) } else { format!("{unit}({})", choices.of(&dates)) };
            format!("group {by} | agg r = {more}")
        }
        7 | 8 => {
            let (one, two) = (key(choices), any_expr(choices, columns, 1));
            let (a, b) = (aggregate(choices, columns), aggregate(choices, columns));
            format!("group {one}, k = {two} | agg a = {a}, b = {b}")
        }
        9 => format!("agg a = {}, b = {}", aggregate(choices, columns), aggregate(choices, columns)),
        10 => {
            let condition = expr(choices, columns, Kind::Bool, 2);
            let number = expr(choices, columns, Kind::Number, 1);
            format!("group {} | sum {number} where {condition} as x, count where {condition} as n", key(choices))
        }
        11 => format!("sort -{}, {}", key(choices), any_expr(choices, columns, 2)),
        12 => format!("top {} by {}", choices.up_to(8), expr(choices, columns, Kind::Number, 2)),
        13 => choices.of(&["limit 3", "skip 2", "limit 0", "skip 1000 | limit 2"]).to_string(),
        14 if !lists.is_empty() => format!("unnest {}", choices.of(&lists)),
        14 => format!("distinct {}", key(choices)),
        15..=22 => rows_around(choices, columns),
        _ => match choices.up_to(4) {
            0 => format!("drop {}", choices.of(&all)),
            1 => format!("rename renamed = {}", choices.of(&all)),
            2 => "schema".to_string(),
            _ => format!("distinct {}, {}", key(choices), key(choices)),
        },
    }
}

/// Stages that look at several rows, or give them another shape.
fn rows_around(choices: &mut Choices<'_>, columns: &Columns) -> String {
    let keys = named(columns, |ty| !matches!(ty, Type::List(_) | Type::Record(_)));
    let numbers = named(columns, Type::is_number);
    let key = |choices: &mut Choices<'_>| if keys.is_empty() { "1".to_string() } else { choices.of(&keys).clone() };
    let number =
        |choices: &mut Choices<'_>| if numbers.is_empty() { "x".to_string() } else { choices.of(&numbers).clone() };
    match choices.up_to(13) {
        0..=2 => {
            let by = if choices.up_to(2) == 0 { format!("by {} ", key(choices)) } else { String::new() };
            let sort = match choices.up_to(3) {
                0 => String::new(),
                1 => format!("sort {} ", key(choices)),
                _ => format!("sort -{}, {} ", key(choices), any_expr(choices, columns, 1)),
            };
            let call = match choices.up_to(8) {
                0 => format!("lag({}, {})", any_expr(choices, columns, 1), choices.up_to(3)),
                1 => format!("lead({})", any_expr(choices, columns, 1)),
                2 => choices.of(&["row_number()", "rank()", "dense_rank()"]).to_string(),
                3 => format!("{}({})", choices.of(&["first", "last", "min", "max", "count_distinct"]), key(choices)),
                4 => format!("{}({})", choices.of(&["median", "p90", "stddev"]), number(choices)),
                _ => format!("{}({})", choices.of(&["sum", "avg", "count", "min"]), number(choices)),
            };
            let frame = *choices.of(&["", "", "rows 3", "range 2d"]);
            format!("derive w{} = {call} over ({by}{sort}{frame})", choices.up_to(3))
        }
        3 => format!("{} {}", choices.of(&["share", "cumulate", "delta"]), number(choices)),
        4 => format!("share {} by {}", number(choices), key(choices)),
        5 => {
            let dates = named(columns, |ty| matches!(ty, Type::Date | Type::Time));
            let by = if dates.is_empty() { key(choices) } else { format!("week({})", choices.of(&dates)) };
            let filled = *choices.of(&["0", "forward, f"]);
            format!("group {by}, {} | agg f = sum({}) | fill {filled}", key(choices), number(choices))
        }
        6 => format!("unpivot {}, {}", number(choices), number(choices)),
        7 => choices.of(&["sample 3", "sample 2, seed = 5", "describe", "title \"t\"", "assert true"]).to_string(),
        8 => format!("top 2 by {} per {}", number(choices), key(choices)),
        9 => format!("select x = {} | union (models | limit 2 | select x = id)", expr(choices, columns, Kind::Text, 2)),
        10 => {
            let (one, two) = (key(choices), key(choices));
            format!("group {one}, k = {two} | agg m = sum({}) | pivot m by k in (\"OpenAI\", \"x\")", number(choices))
        }
        11 => format!("group {} | agg n = count() | compare 7d", key(choices)),
        _ => format!("where {} in (models | limit 9 | select author)", key(choices)),
    }
}

const SOURCES: &[&str] =
    &["activity yesterday", "models", "activity last 3d", "keys", "credits", "generation gen-demo-2", "key"];

/// A pipeline of stages that each fit what stands before, after each of them; those that do not are left out.
fn pipeline(session: &Session, choices: &[u16]) -> Vec<String> {
    let mut choices = Choices(choices.iter());
    let mut query = choices.of(SOURCES).to_string();
    let mut known = columns(session, &query).unwrap();
    let mut all = vec![query.clone()];
    while !choices.is_spent() {
        let few = query.matches("join (").count() < 3;
        let next = if few && choices.up_to(6) == 0 {
            join(&mut choices, session, &known)
        } else {
            stage(&mut choices, &known)
        };
        let longer = format!("{query} | {next}");
        if let Some(columns) = columns(session, &longer) {
            known = columns;
            query = longer;
            all.push(query.clone());
        }
    }
    all
}

/// A cell that can stand in a column of this type.
fn fits(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Null, _) => true,
        (Value::Int(_), Type::Number(..)) => true,
        (Value::Float(n), Type::Number(..)) => n.is_finite(),
        (Value::Text(_), Type::Text) | (Value::Bool(_), Type::Bool) => true,
        (Value::Date(_), Type::Date) | (Value::Time(_), Type::Time) => true,
        (Value::List(items), Type::List(item)) => items.iter().all(|value| fits(value, item)),
        (Value::Record(values), Type::Record(fields)) => {
            values.len() == fields.len()
                && values.iter().zip(fields).all(|((a, value), (b, ty))| a == b && fits(value, ty))
        }
        _ => false,
    }
}

/// It runs, and gives the columns that the check promised, each of its type.
fn has_its_columns(planner: &Session, inside: &mut Inside, query: &str) -> Result<Box<Answer>, TestCaseError> {
    let promised = columns(planner, query).unwrap();
    let outcome = inside.run(query);
    for error in outcome.diagnostics.iter().filter(|d| d.is_error()) {
        prop_assert!(error.code.exit() != Exit::Internal, "{query}\n{error:#?}");
        prop_assert!(false, "{query}\nis wrong only when it runs: {error:#?}");
    }
    let Some(Output::Table { answer, .. }) = outcome.outputs.into_iter().next() else {
        return Err(TestCaseError::fail(format!("{query} printed nothing")));
    };
    let frame = &answer.frame;
    let found: Vec<&str> = frame.schema.names().collect();
    let names: Vec<&str> = promised.iter().map(|(name, _)| name.as_str()).collect();
    prop_assert_eq!(&found, &names, "{}", query);
    prop_assert_eq!(frame.columns.len(), names.len(), "{}", query);
    for ((name, ty), values) in promised.iter().zip(&frame.columns) {
        prop_assert_eq!(values.len(), frame.height(), "{}: {}", query, name);
        if let Some(value) = values.iter().find(|value| !fits(value, ty)) {
            prop_assert!(false, "{query}\n`{name}` is a {ty}, and has {value:?}");
        }
    }
    Ok(answer)
}

#[test]
fn a_pipeline_that_is_checked_runs_and_has_the_columns_of_the_check() {
    let (mut stages, mut joins) = (0, 0);
    deep(|| {
        let planner = planner(NOW);
        let mut inside = Inside::new();
        let state = std::cell::RefCell::new((&mut inside, &mut stages, &mut joins));
        let runs = |choices: Vec<u16>| {
            let mut state = state.borrow_mut();
            let all = pipeline(&planner, &choices);
            let query = all.last().unwrap();
            *state.1 += query.matches(" | ").count();
            *state.2 += query.matches("join (").count();
            // After each stage, one by one in the many cases.
            let part = &all[usize::from(choices.first().copied().unwrap_or(0)) % all.len()];
            if part != query {
                has_its_columns(&planner, state.0, part)?;
            }
            let answer = has_its_columns(&planner, state.0, query)?;
            // Every format can show it.
            for format in CATALOG.formats {
                if let orq::model::catalog::Render::Text(render) = format.render {
                    let looks =
                        orq::model::catalog::Looks { width: Some(80), unicode: true, color: false, max_rows: Some(20) };
                    let titled = [orq::model::catalog::Titled { title: "", answer: &answer, picture: None }];
                    // A picture of nothing is none.
                    let drawable = answer.frame.schema.is_drawable() || !format.pictures.need_numbers();
                    prop_assert_eq!(render(&titled, &looks).is_ok(), drawable, "{} as {}", query, format.name);
                }
            }
            Ok(())
        };
        runner(400).run(&vec(any::<u16>(), 0..60), runs).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(stages > 500 && joins > 100, "only {stages} stages were run, {joins} of them joins");
}

#[test]
fn a_pipeline_of_any_rows_of_the_catalog_means_the_same_when_it_is_laid_out_anew() {
    let (mut stages, mut right) = (0, 0);
    deep(|| {
        let planner = planner(NOW);
        let examples = stages_of_examples();
        let sources: Vec<&str> =
            CATALOG.sources.iter().filter_map(|source| source.examples.first().map(|example| example.query)).collect();
        let count = std::cell::RefCell::new((&mut stages, &mut right));
        let same = |choices: Vec<u16>| {
            let mut choices = Choices(choices.iter());
            let mut query = choices.of(&sources).split(" | ").next().unwrap_or_default().to_string();
            let known = columns(&planner, &query).unwrap_or_default();
            while !choices.is_spent() {
                let next = if known.is_empty() || choices.up_to(3) == 0 {
                    choices.of(&examples).clone()
                } else {
                    stage(&mut choices, &known)
                };
                query = format!("{query} | {next}");
                *count.borrow_mut().0 += 1;
            }
            let form = match formatted(&query, &CATALOG) {
                Ok(form) => form,
                Err(errors) => return Err(proptest::test_runner::TestCaseError::fail(format!("{query}\n{errors:#?}"))),
            };
            prop_assert_eq!(&formatted(&form, &CATALOG).unwrap(), &form, "{}", query);
            *count.borrow_mut().1 += usize::from(same_meaning(&planner, &query, &form)?);
            Ok(())
        };
        runner(10_000).run(&vec(any::<u16>(), 0..12), same).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(stages > 10_000 && right > 2000, "{right} pipelines were right, of {stages} stages in all");
}
