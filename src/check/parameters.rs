//! Parameters: a text declares them with their types, and who runs it gives them values.

use jiff::civil::Date;

use super::Checker;
use super::definitions::{Constant, Param};
use super::expr::{Place, read_date};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::model::units::{self, Length};
use crate::model::value::Value;
use crate::span::{Span, Spanned};
use crate::suggest;
use crate::syntax::ast::{Default, Expr, Ident};
use crate::types::{Class, Type, Unit};

/// The values that were given for parameters, and what for.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// A name and what it is to be, as it was written; the last of a name counts.
    pub values: Vec<(String, String)>,
    pub purpose: Purpose,
}

/// What a text is checked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// It is run: each parameter needs its value, and each value its parameter.
    #[default]
    Run,
    /// It is only looked at: a parameter without a value gets one that is like it.
    Look,
    /// It is a line of many: a value may be of a parameter that comes later.
    Prompt,
}

/// What the value of a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Bool,
    Date,
    Duration,
    Usd,
    List,
}

/// Milliseconds.
const DAY: i64 = 86_400_000;

struct Row {
    name: &'static str,
    kind: Kind,
    /// In the words of a message: `no …`.
    what: &'static str,
    example: &'static str,
    /// In the place of a value where a text is only looked at.
    stand_in: &'static str,
}

/// Fits wherever a text is asked for: it names a model, and a file that can be written.
const ANY_TEXT: &str = "author/model.csv";

/// The types that a parameter can have.
const ROWS: &[Row] = &[
    Row { name: "text", kind: Kind::Text, what: "text", example: "openai", stand_in: ANY_TEXT },
    Row { name: "number", kind: Kind::Number, what: "number", example: "10", stand_in: "10" },
    Row { name: "bool", kind: Kind::Bool, what: "bool", example: "true", stand_in: "true" },
    Row { name: "date", kind: Kind::Date, what: "date", example: "2026-02-01", stand_in: "2026-02-01" },
    Row { name: "duration", kind: Kind::Duration, what: "length of time", example: "7d", stand_in: "7d" },
    Row { name: "usd", kind: Kind::Usd, what: "amount of USD", example: "500", stand_in: "500" },
    Row { name: "list", kind: Kind::List, what: "list", example: "a,b", stand_in: "a,b" },
];

/// The names of the types, each with a value that is written as one of it.
pub fn types() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROWS.iter().map(|row| (row.name, row.example))
}

/// A parameter that has no value yet.
pub struct Missing {
    name: Ident,
    row: &'static Row,
    doc: Option<String>,
}

impl Checker<'_> {
    /// `param name: type = default "doc"`
    pub fn declare(&mut self, name: &Ident, ty: &Ident, default: Option<&Spanned<Default>>, doc: Option<&str>) {
        self.declared.push(name.value.clone());
        let value = self.declared_value(name, ty, default, doc);
        match value {
            Some(param) => {
                self.lost.remove(&at(&name.value));
                self.scope.params.insert(name.value.clone(), param);
            }
            None => {
                self.scope.params.remove(&name.value);
                self.lost.insert(at(&name.value));
            }
        }
    }

    fn declared_value(
        &mut self,
        name: &Ident,
        ty: &Ident,
        default: Option<&Spanned<Default>>,
        doc: Option<&str>,
    ) -> Option<Param> {
        let Some(row) = ROWS.iter().find(|row| row.name == ty.value) else {
            let error = Diagnostic::error(Code::E0006, format!("there is no type `{}`", ty.value)).at(ty.span);
            let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            let near = suggest::nearest(&ty.value, names.iter().copied());
            let error = error.label("unknown type").help(format!("types: {}", names.join(", ")));
            self.report(if near.is_empty() { error } else { error.did_you_mean(ty.span, near) });
            return None;
        };
        let marked = Spanned::new(at(&name.value), name.span);
        if !self.claim(&marked) {
            return None;
        }
        // A default that does not fit is wrong whatever was given.
        let default = match default {
            Some(default) => Some(self.default_value(row, default)?),
            None => None,
        };
        let given = self.arguments.values.iter().rev().find(|(known, _)| *known == name.value);
        match (given, default) {
            (Some((_, text)), _) => {
                let read = self.read(row, text, name.span);
                if read.is_none() {
                    let shown = if text.is_empty() { "an empty value".to_string() } else { format!("`{text}`") };
                    let message = format!("{shown}, given for `@{}`, is no {}", name.value, row.what);
                    let error = Diagnostic::error(Code::E0006, message).at(name.span);
                    let example = format!("as in `-p {}={}`", name.value, row.example);
                    self.report(error.label(format!("of type {}", row.name)).help(example));
                }
                read
            }
            (None, Some(default)) => Some(default),
            (None, None) if self.arguments.purpose == Purpose::Look => self.read(row, row.stand_in, name.span),
            (None, None) => {
                self.missing.push(Missing { name: name.clone(), row, doc: doc.map(str::to_string) });
                None
            }
        }
    }

    fn default_value(&mut self, row: &'static Row, default: &Spanned<Default>) -> Option<Param> {
        let read = match &default.value {
            Default::Text(text) | Default::Bare(text) => self.read(row, text, default.span),
            Default::List(items) if row.kind == Kind::List => self.list(items),
            Default::List(_) => None,
        };
        if read.is_none() {
            let written = default.span.of(self.text);
            let error = Diagnostic::error(Code::E0006, format!("`{written}` is no {}", row.what)).at(default.span);
            let example = match row.kind {
                Kind::Text => "\"openai\"",
                Kind::List => "[\"a\", \"b\"]",
                Kind::Number | Kind::Bool | Kind::Date | Kind::Duration | Kind::Usd => row.example,
            };
            self.report(error.label(format!("not of type {}", row.name)).help(format!("as in `= {example}`")));
        }
        read
    }

    /// A list that is written out: of texts, numbers or dates.
    fn list(&mut self, items: &[Expr]) -> Option<Param> {
        let items: Vec<Option<Typed>> =
            items.iter().map(|item| self.expr(item, &Schema::default(), Place::Row)).collect();
        let items: Vec<Typed> = items.into_iter().collect::<Option<_>>()?;
        let written = items.iter().all(|item| matches!(item.node, Node::Literal(_)));
        (written && !items.is_empty()).then_some(Param { value: Constant::Several(items), text: None })
    }

    /// The value that a text is; nothing where it is none of this type.
    fn read(&self, row: &Row, text: &str, span: Span) -> Option<Param> {
        let number = |text: &str| {
            let digits = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
            text.parse::<f64>().ok().filter(|number| digits && number.is_finite())
        };
        let one = |value: Value, ty: Type, text: String| Param {
            value: Constant::One(Typed::literal(value, ty, span)),
            text: Some(text),
        };
        let trimmed = text.trim();
        match row.kind {
            Kind::Text => Some(one(Value::Text(text.to_string()), Type::Text, text.to_string())),
            Kind::Number => {
                let value = number(&trimmed.replace('_', ""))?;
                Some(one(Value::Float(value), Type::PLAIN, trimmed.replace('_', "")))
            }
            Kind::Usd => {
                let digits = trimmed.replacen('$', "", 1).replace('_', "");
                let ty = Type::Number(Unit::USD, Class::Plain);
                Some(one(Value::Float(number(&digits)?), ty, digits))
            }
            Kind::Bool => {
                let value = trimmed.parse().ok()?;
                Some(one(Value::Bool(value), Type::Bool, trimmed.to_string()))
            }
            Kind::Date => {
                let days = jiff::Span::new().days(1);
                let day = match trimmed {
                    "today" => self.today().to_string(),
                    "yesterday" => self.today().saturating_sub(days).to_string(),
                    other => match other.strip_suffix("ago") {
                        Some(length) => self.days_ago(length.trim_end())?.to_string(),
                        None => other.to_string(),
                    },
                };
                let (value, ty) = read_date(&day, self.zone)?;
                Some(one(value, ty, day))
            }
            Kind::Duration => {
                let unit = trimmed.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
                let (count, unit) = (number(trimmed.get(..unit)?)?, trimmed.get(unit..)?.trim());
                let (value, ty) = match units::unit(unit)?.1 {
                    Length::Millis(ms) => (Value::Float(count * ms as f64), Type::Number(Unit::MS, Class::Plain)),
                    // Whole and small: the cast is exact.
                    Length::Months(months) if count.fract() == 0.0 && count < 1e5 => {
                        (Value::Months(count as i32 * months), Type::Period)
                    }
                    Length::Months(_) => return None,
                };
                Some(one(value, ty, trimmed.to_string()))
            }
            Kind::List => {
                let items: Vec<&str> = trimmed.split(',').map(str::trim).collect();
                if items.iter().any(|item| item.is_empty()) {
                    return None;
                }
                let item = |text: &&str| Typed::literal(Value::Text(text.to_string()), Type::Text, span);
                Some(Param { value: Constant::Several(items.iter().map(item).collect()), text: None })
            }
        }
    }

    /// The day so long before that of the run: `30d`, `2mo`.
    fn days_ago(&self, length: &str) -> Option<Date> {
        let unit = length.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = length.get(..unit)?.parse().ok()?;
        let none = jiff::Span::new();
        let back = match units::unit(length.get(unit..)?.trim_start())?.1 {
            Length::Millis(ms) if ms % DAY == 0 => none.try_days(count.checked_mul(ms / DAY)?),
            Length::Millis(_) => return None,
            Length::Months(months) => none.try_months(count.checked_mul(i64::from(months))?),
        };
        self.today().checked_sub(back.ok()?).ok()
    }

    /// `@name` in an expression.
    pub fn parameter_value(&mut self, name: &str, span: Span) -> Option<Typed> {
        let value = self.parameter_named(name, span, "number = 10")?.value;
        self.one_value(value, span)
    }

    /// `@name` among the arguments of a source, as text.
    pub fn parameter_text(&mut self, name: &str, span: Span) -> Option<String> {
        let param = self.parameter_named(name, span, "date = 2026-02-01")?;
        if param.text.is_none() {
            let error = Diagnostic::error(Code::E0202, "a list cannot be an argument of a source").at(span);
            self.report(error.label("a list").help("filter the rows of the source, as in `| where model in @models`"));
        }
        param.text
    }

    /// `example` is how it could be declared.
    fn parameter_named(&mut self, name: &str, span: Span, example: &str) -> Option<Param> {
        if let Some(param) = self.scope.params.get(name) {
            return Some(param.clone());
        }
        if self.lost.contains(&at(name)) {
            return None;
        }
        let error = Diagnostic::error(Code::E0105, format!("there is no parameter `@{name}`")).at(span);
        let near = suggest::nearest(name, self.scope.params.keys().map(String::as_str));
        let error = error.label("unknown parameter");
        if self.scope.consts.contains_key(name) {
            self.report(error.help(format!("`{name}` is a constant: write `{name}`")).edit(span, name));
            return None;
        }
        self.report(if near.is_empty() {
            error.help(format!("declare it in a line above, as in `param {name}: {example}`"))
        } else {
            error.did_you_mean(span, near.iter().map(|name| at(name)).collect())
        });
        None
    }

    /// Values that are missing, and values that nothing takes.
    pub fn settle_arguments(&mut self) {
        let missing = std::mem::take(&mut self.missing);
        if let [first, rest @ ..] = missing.as_slice() {
            let shown = |missing: &Missing| {
                let doc = missing.doc.as_ref().map(|doc| format!(": {doc}")).unwrap_or_default();
                format!("`@{}` ({}{doc})", missing.name.value, missing.row.name)
            };
            let all: Vec<String> = missing.iter().map(shown).collect();
            let message = match rest {
                [] => format!("a value is missing for the parameter {}", all.join(", ")),
                _ => format!("values are missing for the parameters {}", all.join(", ")),
            };
            let mut error = Diagnostic::error(Code::E0110, message).at(first.name.span).label("no value");
            for other in rest {
                error = error.also(other.name.span, "no value");
            }
            let flags = missing.iter().map(|missing| format!("-p {}={}", missing.name.value, missing.row.example));
            let flags: Vec<String> = flags.collect();
            self.report(error.help(format!(
                "add `{}`, or give it a default, as in `= {}`",
                flags.join(" "),
                first.row.example
            )));
        }
        if self.arguments.purpose == Purpose::Prompt {
            return;
        }
        for (name, _) in &self.arguments.values {
            if self.declared.contains(name) || self.lost.contains(&at(name)) {
                continue;
            }
            let error = Diagnostic::error(Code::E0105, format!("a value is given for `{name}`, which is no parameter"));
            let near = suggest::nearest(name, self.declared.iter().map(String::as_str));
            let known: Vec<String> = self.declared.iter().map(|name| format!("`{name}`")).collect();
            let help = match (near.first(), known.as_slice()) {
                (Some(best), _) => format!("did you mean `{best}`?"),
                (None, []) => format!("the text declares none; a line such as `param {name}: number` would"),
                (None, _) => format!("parameters: {}; `orq run --help` lists the options of orq", known.join(", ")),
            };
            let error = Diagnostic { candidates: near, ..error.help(help) };
            self.diagnostics.push(error);
        }
    }
}

/// A parameter among the names of a text.
fn at(name: &str) -> String {
    format!("@{name}")
}
