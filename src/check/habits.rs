//! Names that things have in other languages, each with what it is called here.

use super::Checker;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::model::units;
use crate::span::Span;
use crate::syntax::ast::{Argument, ArgumentValue, Call, Expr, ExprKind, Stage};
use crate::syntax::{format, search};

/// Verbs: theirs and ours.
const VERBS: &[(&str, &str)] = &[
    ("order_by", "sort"),
    ("orderby", "sort"),
    ("sort_by", "sort"),
    ("sortby", "sort"),
    ("arrange", "sort"),
    ("by", "group"),
    ("stats", "agg"),
    ("eval", "derive"),
    ("assign", "derive"),
    ("let", "derive"),
    ("compute", "derive"),
    ("dedup", "distinct"),
    ("drop_duplicates", "distinct"),
    ("fields", "select"),
    ("keep", "select"),
    ("having", "where"),
    ("export", "save"),
    ("total", "sum"),
    ("merge", "join"),
    ("lookup", "left_join"),
];

/// Functions: theirs and ours.
const FUNCTIONS: &[(&str, &str)] = &[
    ("total", "sum"),
    ("maximum", "max"),
    ("minimum", "min"),
    ("nunique", "count_distinct"),
    ("uniq", "count_distinct"),
    ("dcount", "count_distinct"),
    ("countd", "count_distinct"),
    ("std", "stddev"),
    ("stdev", "stddev"),
    ("nvl", "coalesce"),
    ("strlen", "length"),
    ("size", "length"),
    ("tolower", "lower"),
    ("toupper", "upper"),
    ("lcase", "lower"),
    ("ucase", "upper"),
];

/// Columns: theirs and ours.
const COLUMNS: &[(&str, &str)] = &[
    ("spend", "cost"),
    ("spent", "cost"),
    ("spending", "cost"),
    ("amount", "cost"),
    ("usd", "cost"),
    ("calls", "requests"),
    ("input_tokens", "tokens_prompt"),
    ("output_tokens", "tokens_completion"),
];

/// Words before a source.
const BEFORE_A_SOURCE: &[&str] = &["from", "show", "get", "list", "fetch", "describe", "query"];

/// The function that gives the start of a time's unit.
fn bucket(count: f64, unit: &str) -> Option<&'static str> {
    Some(match (count, units::unit(unit)?.0) {
        (1.0, "m") => "minute",
        (1.0, "h") => "hour",
        (1.0, "d") => "day",
        (1.0, "w") | (7.0, "d") => "week",
        (1.0, "mo") => "month",
        (1.0, "q") => "quarter",
        (1.0, "y") => "year",
        _ => return None,
    })
}

impl Checker<'_> {
    /// A verb of another language; whether it was one.
    pub(super) fn foreign_verb(&mut self, stage: &Stage, schema: &Schema) -> bool {
        let (word, at) = (stage.word.value.as_str(), stage.word.span);
        let error = Diagnostic::error(Code::E0102, format!("there is no verb `{word}`")).at(at);
        let lower = word.to_lowercase();
        let known = |name: &str| self.catalog.verb(name).is_some() || self.catalog.function(name).is_some();
        if let Some((_, ours)) = VERBS.iter().find(|(theirs, ours)| *theirs == lower && known(ours)) {
            self.report(error.label(format!("use `{ours}`")).help(format!("write `{ours}`")).edit(at, *ours));
            return true;
        }
        if let Some((aggregate, column)) = self.aggregate_of(word, schema)
            && stage.items.is_empty()
        {
            let mended = format!("{aggregate} {}", format::word(&column));
            let error = error.label("an aggregate and its column are two words");
            self.report(error.help(format!("write `{mended}`")).edit(at, mended));
            return true;
        }
        // `to json`, `format json`, `to_json`, `json`
        let named = stage.items.first().map(|item| item.value.span.of(self.text));
        let (name, whole) = match (lower.as_str(), named) {
            ("to" | "format" | "output", Some(name)) => (name, stage.span),
            (_, None) => (lower.strip_prefix("to_").unwrap_or(&lower), at),
            _ => return false,
        };
        let Some(format) = self.catalog.format(name) else { return false };
        let mended = format!("as {}", format.name);
        let error = error.label("`as` chooses the format");
        self.report(error.help(format!("write `{mended}`")).edit(whole, mended));
        true
    }

    /// `sum_cost`: an aggregate and a column that is there.
    pub(super) fn aggregate_of(&self, name: &str, schema: &Schema) -> Option<(&'static str, String)> {
        self.catalog.aggregates().find_map(|function| {
            let column = name.strip_prefix(function.name)?.strip_prefix('_')?;
            let column = schema.find(column)?;
            Some((function.name, column.name.clone()))
        })
    }

    /// `agg sum_cost`; whether it was one.
    pub(super) fn joined_aggregate(&mut self, name: &str, at: Span, schema: &Schema) -> bool {
        if schema.find(name).is_some() {
            return false;
        }
        let Some((aggregate, column)) = self.aggregate_of(name, schema) else { return false };
        let mended = format!("{aggregate}({})", format::word(&column));
        let error = Diagnostic::error(Code::E0103, format!("there is no column `{name}` here")).at(at);
        self.report(error.label("an aggregate of a column").help(format!("write `{mended}`")).edit(at, mended));
        true
    }

    /// What a column of this name is called here.
    pub(super) fn foreign_column(&self, name: &str, schema: &Schema) -> Option<String> {
        let name = name.to_lowercase();
        let (_, ours) = COLUMNS.iter().find(|(theirs, _)| *theirs == name)?;
        schema.find(ours).map(|column| column.name.clone())
    }

    /// A function of another language; whether it was one.
    pub(super) fn foreign_function(&mut self, call: &Call) -> bool {
        let (name, at) = (call.name.value.as_str(), call.name.span);
        let lower = name.to_lowercase();
        let error = Diagnostic::error(Code::E0104, format!("there is no function `{name}`")).at(at);
        let whole = || {
            let last = call.arguments.last()?;
            let end = self.text.get(last.span.end..)?.find(')')? + last.span.end + 1;
            Some(Span::new(at.start, end))
        };
        let texts: Vec<&str> = call.arguments.iter().map(|argument| argument.span.of(self.text)).collect();
        // Tests that are operators here.
        let mended = match (lower.as_str(), texts.as_slice()) {
            ("isnull" | "is_null", [value]) => Some(format!("{value} is null")),
            ("isnotnull" | "is_not_null" | "notnull", [value]) => Some(format!("{value} is not null")),
            ("matches" | "regexp_match" | "regexp_like", [value, pattern]) => Some(format!("{value} ~ {pattern}")),
            _ => None,
        };
        let plain =
            call.arguments.iter().all(|argument| matches!(argument.kind, ExprKind::Name(_) | ExprKind::Text(_)));
        if let (Some(mended), Some(whole), true, false) = (mended, whole(), plain, call.as_word) {
            let error = error.label("an operator does this");
            self.report(error.help(format!("write `{mended}`")).edit(whole, mended));
            return true;
        }
        // `bin(date, 1d)`: what a time is rounded down to has a function for each unit.
        if let ("bin" | "date_bin" | "floor_time", [Expr { kind: ExprKind::Name(column), .. }, length], Some(whole)) =
            (lower.as_str(), call.arguments.as_slice(), whole())
            && let ExprKind::Quantity(count, unit) = &length.kind
            && let Some(bucket) = bucket(*count, unit)
        {
            let mended = format!("{bucket}({})", format::word(column));
            self.report(error.label(format!("use `{bucket}`")).help(format!("write `{mended}`")).edit(whole, mended));
            return true;
        }
        let known = |name: &str| self.catalog.function(name).is_some();
        let Some((_, ours)) = FUNCTIONS.iter().find(|(theirs, ours)| *theirs == lower && known(ours)) else {
            return false;
        };
        self.report(error.label(format!("use `{ours}`")).help(format!("write `{ours}`")).edit(at, *ours));
        true
    }

    /// `from activity last 7d`; whether it was one.
    pub(super) fn word_before_a_source(&mut self, name: &str, at: Span, arguments: &[Argument]) -> bool {
        let whole = arguments.last().map_or(at, |last| at.to(last.span));
        if let (true, Some(mended)) = (name == "search", search(whole.of(self.text))) {
            let error = Diagnostic::error(Code::E0101, "a query starts with its source, not with `search`").at(whole);
            self.report(error.label("as in Splunk").help(format!("write `{mended}`")).edit(whole, mended));
            return true;
        }
        let Some(Argument { name: None, value: ArgumentValue::Bare(source), span }) = arguments.first() else {
            return false;
        };
        let known = self.catalog.source(source).is_some() || self.lets.contains_key(source);
        if !known || !BEFORE_A_SOURCE.contains(&name.to_lowercase().as_str()) {
            return false;
        }
        let error = Diagnostic::error(Code::E0101, format!("a query starts with its source, not with `{name}`"));
        let error = error.at(at).label("one word too many").help(format!("write `{source}` first"));
        self.report(error.edit(Span::new(at.start, span.start), ""));
        true
    }
}
