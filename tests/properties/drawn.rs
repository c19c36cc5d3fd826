//! Pipelines drawn by chance: sources, stages and expressions that each fit what stands before, as the check sees it.

use orq::model::catalog::{Accepts, FunctionKind};
use orq::model::schema::Schema;
use orq::session::{CATALOG, Session};
use orq::types::Type;

/// Choices that were drawn, spent one by one; where none is left, the first of what there is.
pub struct Choices<'a>(std::slice::Iter<'a, u16>);

impl<'a> Choices<'a> {
    pub fn new(drawn: &'a [u16]) -> Self {
        Self(drawn.iter())
    }

    pub fn up_to(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |choice| usize::from(*choice) % count)
    }

    pub fn of<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.up_to(from.len())]
    }

    pub fn is_spent(&self) -> bool {
        self.0.len() == 0
    }
}

/// The columns at a point, each with its type, as the check sees them.
pub type Columns = Vec<(String, Type)>;

/// What the check promises of a query; nothing where it is wrong.
pub fn promised(session: &Session, query: &str) -> Option<Schema> {
    let mut checked = session.check(query);
    let wrong = checked.diagnostics.iter().any(|d| d.is_error()) || checked.program.steps.is_empty();
    (!wrong).then(|| checked.program.steps.swap_remove(0).table.schema)
}

/// What a stage may name: columns, fields of records, and names that an open table may have.
fn nameable(schema: &Schema) -> Columns {
    let mut found: Columns = Vec::new();
    for column in &schema.columns {
        found.push((column.name.clone(), column.ty.clone()));
        if let Type::Record(fields) = &column.ty {
            found.extend(fields.iter().map(|(name, ty)| (format!("{}.{name}", column.name), ty.clone())));
        }
    }
    if let Some(ty) = &schema.open {
        found.extend(["a", "b", "OpenAI"].map(|name| (name.to_string(), ty.clone())));
    }
    found
}

pub fn columns(session: &Session, query: &str) -> Option<Columns> {
    promised(session, query).map(|schema| nameable(&schema))
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
        7 if !columns.is_empty() => {
            let all = named(columns, |_| true);
            format!("{}({})", choices.of(&["first", "last", "list"]), choices.of(&all))
        }
        7 => "list(1)".to_string(),
        _ => format!("sum({}) / sum({}) * 1e6", number(choices), number(choices)),
    }
}

/// What pipelines are made of: where they start, and the other tables of joins and unions.
pub struct World {
    pub sources: Vec<String>,
    pub tables: Vec<String>,
}

/// A join by names that both sides have, or by one or two pairs of columns that have the same type, where there are some.
fn join(choices: &mut Choices<'_>, world: &World, session: &Session, left: &Columns) -> String {
    let verbs = ["join", "left_join", "semi_join", "anti_join", "right_join", "full_join"];
    let table = choices.of(&world.tables).clone();
    let right = columns(session, &table).unwrap_or_default();
    if choices.up_to(12) == 0 || right.is_empty() || left.is_empty() {
        return format!("cross_join ({table} | limit 2)");
    }
    let verb = *choices.of(&verbs);
    let alike = |(_, a): &&(String, Type), b: &Type| std::mem::discriminant(a) == std::mem::discriminant(b);
    let shared: Vec<&str> =
        left.iter().filter(|column| right.contains(column)).map(|(name, _)| name.as_str()).collect();
    let mut pairs = Vec::new();
    for _ in 0..=choices.up_to(2) {
        if !shared.is_empty() && choices.up_to(2) == 0 {
            pairs.push(word(choices.of::<&str>(&shared)));
            continue;
        }
        let (name, ty) = choices.of(left);
        let partners: Vec<&(String, Type)> = right.iter().filter(|column| alike(column, ty)).collect();
        let any: Vec<&(String, Type)> = right.iter().collect();
        let partner = &choices.of(if partners.is_empty() { &any } else { &partners }).0;
        pairs.push(format!("{} == {}", word(name), word(partner)));
    }
    format!("{verb} ({table}) on {}", pairs.join(", "))
}

/// The rows of another table behind those that are there, by the columns that both have; or one column of each.
fn union(choices: &mut Choices<'_>, world: &World, session: &Session, left: &Columns) -> String {
    let table = choices.of(&world.tables).clone();
    let right = columns(session, &table).unwrap_or_default();
    let both = |(name, ty): &&(String, Type)| {
        !name.contains('.') && right.iter().any(|(other, theirs)| other == name && theirs.fits(ty))
    };
    let shared: Vec<String> = left.iter().filter(both).map(|(name, _)| word(name)).collect();
    if !shared.is_empty() && choices.up_to(3) > 0 {
        let names = shared.join(", ");
        return format!("select {names} | union ({table} | select {names})");
    }
    let kind = *choices.of(&KINDS);
    let (mine, theirs) = (expr(choices, left, kind, 1), expr(choices, &right, kind, 1));
    format!("select x = {mine} | union ({table} | select x = {theirs})")
}

/// Whether a value is among those of a column of another table.
fn among(choices: &mut Choices<'_>, world: &World, session: &Session, left: &Columns) -> String {
    let table = choices.of(&world.tables).clone();
    let right = columns(session, &table).unwrap_or_default();
    let kind = *choices.of(&KINDS);
    let (mine, theirs) = (expr(choices, left, kind, 1), expr(choices, &right, kind, 0));
    let is_in = *choices.of(&["in", "not in"]);
    format!("{} {mine} {is_in} ({table} | select x = {theirs})", choices.of(&["where", "derive w0 ="]))
}

/// A stage that may fit behind these columns.
pub fn stage(choices: &mut Choices<'_>, columns: &Columns) -> String {
    let all = if columns.is_empty() { vec!["x".to_string()] } else { named(columns, |_| true) };
    let keys = named(columns, |ty| !matches!(ty, Type::List(_) | Type::Record(_)));
    let key = |choices: &mut Choices<'_>| if keys.is_empty() { "1".to_string() } else { choices.of(&keys).clone() };
    let lists = named(columns, |ty| matches!(ty, Type::List(_)));
    match choices.up_to(28) {
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
        15..=24 => rows_around(choices, columns),
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
    match choices.up_to(12) {
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
        6 if choices.up_to(2) == 0 => format!("unpivot {}, {}", key(choices), key(choices)),
        6 => format!("unpivot {}, {}", number(choices), number(choices)),
        7 => choices.of(&["sample 3", "sample 2, seed = 5", "describe", "title \"t\"", "assert true"]).to_string(),
        8 => format!("top 2 by {} per {}", number(choices), key(choices)),
        9 | 10 => pivot(choices, columns),
        _ => format!("group {} | agg n = count() | compare 7d", key(choices)),
    }
}

/// A pivot whose columns are written, or are those that the rows give.
fn pivot(choices: &mut Choices<'_>, columns: &Columns) -> String {
    let or_none = |names: Vec<String>| if names.is_empty() { vec!["x".to_string()] } else { names };
    let keys = or_none(named(columns, |ty| !matches!(ty, Type::List(_) | Type::Record(_))));
    let numbers = or_none(named(columns, Type::is_number));
    let values = match choices.up_to(7) {
        0..=2 => "",
        3 | 4 => " in (\"OpenAI\", \"a\", null)",
        5 => " in (1, 0.5)",
        _ => *choices.of(&[" in (true, false)", " in (2026-02-01, 2026-02-17)", " in (\"a\")"]),
    };
    let (one, two) = (choices.of(&keys).clone(), choices.of(&keys).clone());
    match choices.up_to(4) {
        0 => format!("pivot {one} by {two}{values}"),
        1 => format!("group k = {two} | agg m = {} | pivot m by k{values}", aggregate(choices, columns)),
        2 => {
            format!("group {one}, k = {two} | agg m = {} | pivot m by k{values}", aggregate(choices, columns))
        }
        _ => format!("group {one}, k = {two} | agg m = sum({}) | pivot m by k{values}", choices.of(&numbers)),
    }
}

/// A pipeline of stages that each fit what stands before, after each of them; those that do not are left out.
pub fn pipeline(session: &Session, world: &World, choices: &[u16]) -> Vec<String> {
    let mut choices = Choices::new(choices);
    let mut query = choices.of(&world.sources).clone();
    let Some(mut known) = columns(session, &query) else { return Vec::new() };
    let mut all = vec![query.clone()];
    while !choices.is_spent() {
        let few = query.matches("join (").count() < 3;
        let next = match choices.up_to(8) {
            0 if few => join(&mut choices, world, session, &known),
            1 if few && choices.up_to(2) == 0 => union(&mut choices, world, session, &known),
            2 if few && choices.up_to(3) == 0 => among(&mut choices, world, session, &known),
            3 if choices.up_to(2) == 0 => pivot(&mut choices, &known),
            _ => stage(&mut choices, &known),
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
