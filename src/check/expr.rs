//! Expressions: literals, calls and what they may stand for at a place.

use super::Checker;
use super::range;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, Argument, Built, FunctionDef, FunctionKind, Second};
use crate::model::expr::{Aggregate, Node, ScalarOp, TimeUnit, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::model::units::{self, Length};
use crate::model::value::Value;
use crate::model::zone::Zone;
use crate::span::{Span, Spanned};
use crate::suggest;
use crate::syntax::ast::{BinaryOp, Call, Expr, ExprKind, Pipeline, Source, UnaryOp};
use crate::types::{Class, Type, Unit};

/// Where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A value of each row.
    Row,
    /// A condition on each row: a single `=` can only compare.
    Condition,
    /// A value of each group, made of aggregates.
    Group,
    /// The argument of an aggregate.
    Inside,
    /// A condition on each row, in which aggregates are made of the whole table.
    Table,
}

impl Checker<'_> {
    pub fn expr(&mut self, expr: &Expr, schema: &Schema, place: Place) -> Option<Typed> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Null => Some(Typed::literal(Value::Null, Type::Null, span)),
            ExprKind::Bool(value) => Some(Typed::literal(Value::Bool(*value), Type::Bool, span)),
            ExprKind::Number(value) => Some(Typed::literal(Value::Float(*value), Type::PLAIN, span)),
            ExprKind::Text(value) => Some(Typed::literal(Value::Text(value.clone()), Type::Text, span)),
            ExprKind::Date(text) => self.date(text, span),
            ExprKind::Quantity(number, unit) => self.quantity(*number, unit, span),
            ExprKind::Name(name) => {
                if let Some(value) = self.constant(name, span, schema) {
                    return value;
                }
                if place == Place::Group {
                    if let Some(call) = self.bare_aggregate(name, span, schema) {
                        return self.call(&call, span, schema, place);
                    }
                    return self.column_of_a_group(name, span, schema);
                }
                if place == Place::Table
                    && let Some(call) = self.bare_aggregate(name, span, schema)
                {
                    return self.call(&call, span, schema, place);
                }
                self.name(name, span, schema)
            }
            ExprKind::Param(name) => self.parameter_value(name, span),
            ExprKind::Call(call) => self.call(call, span, schema, place),
            ExprKind::Unary(op, value) => {
                let value = self.expr(value, schema, place)?;
                match op {
                    UnaryOp::Not => self.not(value, span),
                    UnaryOp::Negate => self.negate(value, span),
                }
            }
            ExprKind::Binary(op, at, left, right) => self.binary(*op, *at, left, right, span, schema, place),
            ExprKind::IsNull { value, negated } => {
                let value = self.expr(value, schema, place)?;
                Some(Self::is_null(value, *negated, span))
            }
            ExprKind::List(items) => {
                let error = Diagnostic::error(Code::E0202, "a list can only stand after `in`").at(span).label("a list");
                let columns = !items.is_empty() && items.iter().all(|item| matches!(item.kind, ExprKind::Name(_)));
                let inside = Span::new(span.start + 1, span.end.saturating_sub(1)).of(self.text).trim().to_string();
                let touches =
                    self.text.get(..span.start).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric()));
                self.report(
                    if let (true, [key, order]) = (columns, items.as_slice())
                        && let down @ ("desc" | "asc") = order.span.of(self.text).to_lowercase().as_str()
                    {
                        let key = key.span.of(self.text);
                        let mended = if down == "desc" { format!("-{key}") } else { key.to_string() };
                        let space = if touches { " " } else { "" };
                        error.help(format!("write `{mended}`")).edit(span, format!("{space}{mended}"))
                    } else if columns {
                        let space = if touches { " " } else { "" };
                        error.help(format!("leave the brackets out: `{inside}`")).edit(span, format!("{space}{inside}"))
                    } else {
                        error.help("as in `model in (\"a\", \"b\")`")
                    },
                );
                None
            }
            // `(cost gt 5)`: words in brackets read as a source and its arguments.
            ExprKind::Pipeline(pipeline) if self.no_pipeline(pipeline) => None,
            ExprKind::Pipeline(_) => {
                let error =
                    Diagnostic::error(Code::E0202, "a pipeline is a table, and a value is needed here").at(span);
                let help = "`x in (pipeline)` asks for one of its values; `cross_join (pipeline)` puts its columns beside \
                            each row";
                self.report(error.label("a table").help(help));
                None
            }
        }
    }

    pub fn must_be_bool(&mut self, typed: Typed) -> Option<Typed> {
        if matches!(typed.ty, Type::Bool | Type::Null) {
            return Some(typed);
        }
        let error = Diagnostic::error(Code::E0202, format!("a condition is needed, not a {}", typed.ty)).at(typed.span);
        self.report(error.label(format!("this is a {}", typed.ty)).help("compare it with something, as in `cost > 1`"));
        None
    }

    /// `YYYY-MM-DD`, with or without a time.
    fn date(&mut self, text: &str, span: Span) -> Option<Typed> {
        match read_date(text, self.zone) {
            Some((value, ty)) => Some(Typed::literal(value, ty, span)),
            None => {
                self.not_a_date(text, span);
                None
            }
        }
    }

    pub fn not_a_date(&mut self, text: &str, span: Span) {
        let error = Diagnostic::error(Code::E0006, format!("`{text}` is not a date")).at(span);
        let (label, help) = match range::off_the_calendar(text) {
            Some(why) => ("no such day", why),
            None => ("no such day or time", "a day is written 2026-02-28, a time 2026-02-28T09:30:00".to_string()),
        };
        self.report(error.label(label).help(help));
    }

    /// `7d`: fixed lengths are milliseconds, calendar ones months.
    fn quantity(&mut self, number: f64, unit: &str, span: Span) -> Option<Typed> {
        let Some((_, length)) = units::unit(unit) else {
            let at = Span::new(span.end - unit.len(), span.end);
            let near = units::nearest(unit);
            let error =
                Diagnostic::error(Code::E0006, format!("`{unit}` is no unit of time")).at(at).label("unknown unit");
            // `5usd`: the unit is that of the column.
            let of_columns = [Unit::USD, Unit::TOKENS, Unit::REQUESTS].map(|known| known.to_string());
            let known = of_columns.contains(&unit.to_lowercase());
            // `1M`: a number with the prefix of a thousand or a million.
            let power = match unit {
                "k" | "K" => Some("e3"),
                "M" => Some("e6"),
                "B" | "G" | "bn" => Some("e9"),
                _ => None,
            };
            if let Some(power) = power {
                let mended = format!("{}{power}", Span::new(span.start, at.start).of(self.text));
                let error = error.help(format!("write `{mended}`"));
                self.report(error.edit(at, power));
                return None;
            }
            self.report(if known {
                let number = Span::new(span.start, at.start).of(self.text);
                error.help(format!("a number takes the unit of its column: write `{number}`")).edit(at, "")
            } else if near.is_empty() {
                error.help("units: ms s m h d w, and mo q y of the calendar")
            } else {
                error.did_you_mean(at, near)
            });
            return None;
        };
        match length {
            Length::Millis(ms) => {
                let ty = Type::Number(Unit::MS, Class::Plain);
                Some(Typed::literal(Value::Float(number * ms as f64), ty, span))
            }
            Length::Months(months) if number.fract() == 0.0 && number.abs() < 1e5 => {
                // Whole and small: the cast is exact.
                Some(Typed::literal(Value::Months(number as i32 * months), Type::Period, span))
            }
            Length::Months(_) => {
                let error = Diagnostic::error(Code::E0006, "months, quarters and years are counted whole").at(span);
                self.report(error.label("not whole").help("use `d` or `w` for parts of a month"));
                None
            }
        }
    }

    /// A bare `count` among aggregates, where no column is called so.
    pub fn bare_aggregate(&self, name: &str, span: Span, schema: &Schema) -> Option<Call> {
        let nothing = |kind: &FunctionKind| matches!(kind, FunctionKind::Aggregate { takes: Argument::Optional, .. });
        let known = schema.find(name).is_some() || !self.catalog.function(name).is_some_and(|f| nothing(&f.kind));
        let call =
            || Call { name: Spanned::new(name.to_string(), span), arguments: vec![], as_word: false, over: None };
        (!known).then(call)
    }

    /// In an aggregating stage a column must be inside of an aggregate.
    fn column_of_a_group(&mut self, name: &str, span: Span, schema: &Schema) -> Option<Typed> {
        if self.joined_aggregate(name, span, schema) {
            return None;
        }
        let column = self.name(name, span, schema)?;
        if let Some(rate) = self.of_cube.and_then(|source| self.rate_of_cube(source, &column)) {
            return Some(rate);
        }
        let additive = column.ty.class() == Some(Class::Additive);
        let how = if additive { "sum" } else { "first" };
        let error =
            Diagnostic::error(Code::E0205, format!("`{name}` has a value for each row, not one for each group"));
        let error = error.at(span).label("outside of an aggregate").help(format!("write `{how}({name})`"));
        self.report(error.edit(span, format!("{how}({name})")));
        None
    }

    fn call(&mut self, call: &Call, span: Span, schema: &Schema, place: Place) -> Option<Typed> {
        let name = call.name.value.as_str();
        let Some(function) = self.catalog.function(name) else {
            if let Some(function) = self.scope.fns.get(name).cloned() {
                return self.call_of_fn(&function, call, span, schema, place);
            }
            self.unknown_function(call, schema);
            return None;
        };
        if call.over.is_some() {
            return self.over(function, call, span, schema, place);
        }
        match &function.kind {
            FunctionKind::Window { .. } => self.over(function, call, span, schema, place),
            FunctionKind::Scalar { params, required, repeats, build, .. } => {
                self.arity(function, call, span, *required, if *repeats { usize::MAX } else { params.len() })?;
                let mut arguments: Vec<Typed> = Vec::new();
                for (index, argument) in call.arguments.iter().enumerate() {
                    let accepts = params.get(index).or(params.last()).copied().unwrap_or(Accepts::Anything);
                    let unit = matches!(&argument.kind, ExprKind::Name(name) if TimeUnit::named(name).is_some());
                    let name_wanted = accepts == Accepts::WrittenText || (accepts == Accepts::TimeOrUnit && unit);
                    if name_wanted && self.unquoted(None, argument, schema) {
                        return None;
                    }
                    let typed = self.expr(argument, schema, place)?;
                    arguments.push(self.accepted(function, accepts, typed, &arguments)?);
                }
                Some(match build(&arguments) {
                    Built::Op(ScalarOp::Choose, _) if !self.choices(function, &arguments) => return None,
                    Built::Op(op, ty) => Typed::scalar(op, arguments, ty, span),
                    Built::Now => Typed::literal(Value::Time(self.now), Type::Time, span),
                    Built::Today => Typed::literal(Value::Date(self.today()), Type::Date, span),
                    Built::Value(value) => Typed { span, ..value },
                    Built::Wrong(error) => {
                        self.report(*error);
                        return None;
                    }
                })
            }
            FunctionKind::Aggregate { op, takes, second, result, .. } => {
                if !matches!(place, Place::Group | Place::Table) {
                    self.misplaced_aggregate(call, span, place);
                    return None;
                }
                let (least, most) = match takes {
                    Argument::Optional => (0, 1),
                    Argument::Needed(_) => (1, 1),
                };
                let more = usize::from(*second != Second::None);
                self.arity(function, call, span, least + more, most + more)?;
                let op = &match second {
                    Second::None => *op,
                    Second::Fraction => self.quantile(function, call, schema)?,
                    Second::Weight => return self.weighted_mean(function, call, span, schema),
                };
                if let Some(source) = self.of_cube {
                    return self.aggregate_of_cube(source, function, *op, call, span, schema);
                }
                let argument = match call.arguments.first() {
                    None => None,
                    Some(argument) => {
                        let typed = self.expr(argument, schema, Place::Inside)?;
                        let accepts = match takes {
                            Argument::Needed(accepts) => *accepts,
                            Argument::Optional => Accepts::Anything,
                        };
                        let typed = self.accepted(function, accepts, typed, &[])?;
                        Some(self.summable(*op, typed, schema)?)
                    }
                };
                let ty = result(argument.as_ref().map_or(&Type::Null, |argument| &argument.ty));
                Some(Typed {
                    node: Node::Aggregate(Box::new(Aggregate { op: *op, argument, condition: None })),
                    ty,
                    span,
                })
            }
        }
    }

    /// Words in brackets that start with no source.
    pub fn no_pipeline(&mut self, pipeline: &Pipeline) -> bool {
        let Source::Named { name, arguments } = &pipeline.source else { return false };
        let known = self.catalog.source(&name.value).is_some() || self.lets.contains_key(&name.value);
        let (false, [argument, ..]) = (known, arguments.as_slice()) else { return false };
        let word = argument.span.of(self.text);
        let message = format!("something is missing between `{}` and `{word}`", name.value);
        let error = Diagnostic::error(Code::E0001, message).at(argument.span);
        let error = error.label("a `,` or an operator is missing before this");
        self.report(error.help("values are joined by operators, as in `(cost > 1 and cost < 5)`"));
        true
    }

    /// Whether each condition of an `if` or `case` is one, and all values are of one kind.
    fn choices(&mut self, function: &FunctionDef, arguments: &[Typed]) -> bool {
        let mut values: Vec<Typed> = Vec::new();
        for pair in arguments.chunks(2) {
            match pair {
                [condition, value] => {
                    let condition = self.accepted(function, Accepts::Bool, condition.clone(), &[]);
                    let value = self.accepted(function, Accepts::Alike, value.clone(), &values);
                    let (Some(_), Some(value)) = (condition, value) else { return false };
                    values.push(value);
                }
                [otherwise] => return self.accepted(function, Accepts::Alike, otherwise.clone(), &values).is_some(),
                _ => {}
            }
        }
        true
    }

    pub fn unknown_function(&mut self, call: &Call, schema: &Schema) {
        let (name, span) = (call.name.value.as_str(), call.name.span);
        if self.lost.contains(name) || self.blind {
            return;
        }
        if call.as_word && schema.find(name).is_some() {
            let argument = call.arguments.first().map_or(span, |argument| argument.span);
            let word = argument.of(self.text);
            let message = format!("a `,` or an operator is missing between `{name}` and `{word}`");
            let error = Diagnostic::error(Code::E0001, message).at(argument);
            let error = error.label("a `,` or an operator is missing before this").help("part items with `,`");
            let first = word.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            let is_aggregate = self.catalog.aggregates().any(|f| f.name == first || f.aliases.contains(&first));
            self.report(if schema.find(word).is_some() {
                error.edit(span.after(), ",")
            } else if is_aggregate || self.catalog.verb(first).is_some() {
                let error = Diagnostic::error(Code::E0001, format!("a `|` is missing before `{first}`")).at(argument);
                let error = error.label("a stage starts here").help("part the stages with `|`");
                error.edit(Span::new(argument.start, argument.start), "| ")
            } else {
                error
            });
            return;
        }
        // `derive total cost = …`: a name of two words.
        if let (true, Some(Expr { kind: ExprKind::Binary(BinaryOp::Assign, _, second, _), .. })) =
            (call.as_word, call.arguments.first())
            && let ExprKind::Name(word) = &second.kind
        {
            let mended = format!("{name}_{word}");
            let whole = span.to(second.span);
            let error = Diagnostic::error(Code::E0001, format!("a name is one word, and `{name} {word}` is two"));
            let error = error.at(whole).label("two words").help(format!("write `{mended} = …`"));
            self.report(error.edit(whole, mended));
            return;
        }
        let lower = name.to_lowercase();
        if call.as_word && name != lower && matches!(lower.as_str(), "not" | "by") {
            let error = Diagnostic::error(Code::E0005, format!("`{name}` wants small letters")).at(span);
            self.report(error.label(format!("use `{lower}`")).help(format!("write `{lower}`")).edit(span, lower));
            return;
        }
        if self.foreign_function(call) {
            return;
        }
        let known = self.catalog.all_functions().map(|function| function.name);
        let mut near = suggest::nearest(name, known.chain(self.scope.fns.keys().map(String::as_str)));
        if self.catalog.verb(name).is_some() {
            near.clear();
        }
        let error = Diagnostic::error(Code::E0104, format!("there is no function `{name}`")).at(span);
        let error = error.label("unknown function");
        self.report(if near.is_empty() {
            let scalar = |f: &&FunctionDef| matches!(f.kind, FunctionKind::Scalar { .. });
            let names: Vec<&str> = self.catalog.all_functions().filter(scalar).map(|f| f.name).collect();
            if self.catalog.verb(name).is_some() && call.as_word {
                let stage = span.to(call.arguments.first().map_or(span, |argument| argument.span)).of(self.text);
                self.report(error.label("a verb").help(format!("`{name}` is a verb, and starts a stage: `| {stage}`")));
                return;
            }
            let name_it = match call.arguments.first() {
                Some(Expr { kind: ExprKind::Name(column), .. }) if call.as_word => {
                    format!("`{name} = {column}` gives a name; ")
                }
                _ => String::new(),
            };
            error.help(format!("{name_it}functions: {}", names.join(", ")))
        } else {
            error.did_you_mean(span, near)
        });
    }

    pub fn arity(&mut self, function: &FunctionDef, call: &Call, span: Span, least: usize, most: usize) -> Option<()> {
        let given = call.arguments.len();
        if (least..=most).contains(&given) {
            return Some(());
        }
        let counted = |n: usize| match n {
            0 => "no argument".to_string(),
            1 => "1 argument".to_string(),
            n => format!("{n} arguments"),
        };
        let wanted = match (least, most) {
            (least, usize::MAX) => format!("at least {}", counted(least)),
            (least, most) if least == most => counted(least),
            (least, most) if least + 1 == most => format!("{least} or {}", counted(most)),
            (least, most) => format!("{least} to {}", counted(most)),
        };
        let error = Diagnostic::error(Code::E0204, format!("`{}` takes {wanted}, not {given}", function.name)).at(span);
        self.report(
            error.label(format!("written `{}`", function.usage())).help(format!("as in `{}`", function.example.query)),
        );
        None
    }

    /// The argument, where the function takes its type.
    pub fn accepted(
        &mut self,
        function: &FunctionDef,
        accepts: Accepts,
        typed: Typed,
        before: &[Typed],
    ) -> Option<Typed> {
        // A text that is a date, where one is wanted, can only be that.
        if let (Accepts::Time | Accepts::TimeOrUnit, Node::Literal(Value::Text(text))) = (accepts, &typed.node)
            && let Some((value, ty)) = read_date(text, self.zone)
        {
            return Some(Typed::literal(value, ty, typed.span));
        }
        let ty = &typed.ty;
        let wanted = match accepts {
            Accepts::Anything => return Some(typed),
            Accepts::Number if ty.is_number() => return Some(typed),
            Accepts::Number => "a number",
            Accepts::Literal if matches!(typed.node, Node::Literal(Value::Float(n)) if n >= 0.0 && n.fract() == 0.0 && n < 1e9) =>
            {
                return Some(typed);
            }
            Accepts::Literal => "a whole number that is written out",
            Accepts::Text if *ty == Type::Text => return Some(typed),
            Accepts::Text => "text",
            Accepts::WrittenText if matches!(typed.node, Node::Literal(Value::Text(_))) => return Some(typed),
            Accepts::WrittenText => "text in quotes",
            Accepts::ListOrRecord if matches!(ty, Type::List(_) | Type::Record(_)) => return Some(typed),
            Accepts::ListOrRecord => "a list or a record",
            Accepts::TextOrList if matches!(ty, Type::Text | Type::List(_)) => return Some(typed),
            Accepts::TextOrList => "text or a list",
            Accepts::Bool if *ty == Type::Bool => return Some(typed),
            Accepts::Bool => "a condition",
            Accepts::Time if matches!(ty, Type::Date | Type::Time) => return Some(typed),
            Accepts::Time => "a date or a time",
            Accepts::TimeOrUnit
                if matches!(ty, Type::Date | Type::Time) || matches!(typed.node, Node::Literal(Value::Text(_))) =>
            {
                return Some(typed);
            }
            Accepts::TimeOrUnit => "a date or a time",
            Accepts::Ordered if !matches!(ty, Type::List(_) | Type::Record(_) | Type::Period) => return Some(typed),
            Accepts::Ordered => "a number, a text or a time",
            Accepts::Alike => {
                let first = before.iter().find(|b| b.ty != Type::Null && b.ty != Type::Bool).or(before.last());
                match first {
                    Some(first) if !first.ty.fits(ty) => {
                        let message =
                            format!("`{}` needs values of one kind: a {} and a {}", function.name, first.ty, ty);
                        let error = Diagnostic::error(Code::E0201, message).at(typed.span).label(format!("a {ty}"));
                        self.report(
                            error.also(first.span, format!("a {}", first.ty)).help("make both of one type and unit"),
                        );
                        return None;
                    }
                    _ => return Some(typed),
                }
            }
        };
        if *ty == Type::Null && accepts != Accepts::WrittenText {
            return Some(typed);
        }
        let given = match accepts {
            Accepts::Literal | Accepts::WrittenText => format!("`{}`", typed.span.of(self.text)),
            _ => format!("a {ty}"),
        };
        let error = Diagnostic::error(Code::E0202, format!("`{}` needs {wanted} here, not {given}", function.name));
        self.report(error.at(typed.span).label(format!("a {ty}")).help(format!("as in `{}`", function.example.query)));
        None
    }

    fn misplaced_aggregate(&mut self, call: &Call, span: Span, place: Place) {
        let name = &call.name.value;
        let error = Diagnostic::error(
            Code::E0205,
            match place {
                Place::Inside => format!("`{name}` is an aggregate inside of an aggregate"),
                _ => format!("`{name}` looks at many rows, and this place has one"),
            },
        );
        self.report(error.at(span).label("an aggregate").help(match place {
            Place::Inside => "take one of the two, or group twice: first `group model | sum cost`, then aggregate that",
            _ => "aggregate first, as in `group model | sum cost`, and go on with the result",
        }));
    }
}

/// A day, or an instant; without an offset it is of the zone.
pub fn read_date(text: &str, zone: &Zone) -> Option<(Value, Type)> {
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && !text.contains('T')
    {
        return Some((Value::Date(date), Type::Date));
    }
    let time = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let civil = text.parse::<jiff::civil::DateTime>().ok().filter(|_| text.contains('T'))?;
        zone.instant(civil)
    });
    time.map(|time| (Value::Time(time), Type::Time))
}
