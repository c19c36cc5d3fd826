//! Operators: what goes together with what, and what comes out, with units and classes.

use super::Checker;
use super::expr::{Place, read_date};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, ScalarOp, TimeUnit, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::schema::Schema;
use crate::model::value::Value;
use crate::model::zone::Zone;
use crate::span::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};
use crate::syntax::format;
use crate::types::{Type, Unit};

/// No model takes as much for a token, in USD.
const DEAREST: f64 = 0.1;

/// How the columns of listed prices begin.
const PRICES: &str = "price_";

impl Checker<'_> {
    pub fn not(&mut self, value: Typed, span: Span) -> Option<Typed> {
        let value = self.must_be_bool(value)?;
        Some(Typed::scalar(ScalarOp::Not, vec![value], Type::Bool, span))
    }

    pub fn negate(&mut self, value: Typed, span: Span) -> Option<Typed> {
        match (&value.ty, &value.node) {
            (Type::Number(..), Node::Literal(Value::Float(n))) => {
                Some(Typed::literal(Value::Float(-n), value.ty.clone(), span))
            }
            (Type::Period, Node::Literal(Value::Months(n))) => {
                Some(Typed::literal(Value::Months(-n), Type::Period, span))
            }
            (Type::Number(..) | Type::Null, _) => {
                let ty = value.ty.clone();
                Some(Typed::scalar(ScalarOp::Negate, vec![value], ty, span))
            }
            (ty, _) => {
                let error = Diagnostic::error(Code::E0202, format!("a {ty} cannot be negative")).at(span);
                self.report(error.label(format!("a {ty}")).help("`-` stands before a number; conditions take `not`"));
                None
            }
        }
    }

    pub fn is_null(value: Typed, negated: bool, span: Span) -> Typed {
        self::negated(Typed::scalar(ScalarOp::IsNull, vec![value], Type::Bool, span), negated, span)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a binary expression and its place")]
    pub fn binary(
        &mut self,
        op: BinaryOp,
        at: Span,
        left: &Expr,
        right: &Expr,
        span: Span,
        schema: &Schema,
        place: Place,
    ) -> Option<Typed> {
        match op {
            BinaryOp::In | BinaryOp::NotIn => return self.membership(op, left, right, span, schema, place),
            BinaryOp::Range => {
                let error = Diagnostic::error(Code::E0202, "a range can only stand after `in`").at(span);
                self.report(error.label("a range").help("as in `cost in 1..5`, both ends included"));
                return None;
            }
            BinaryOp::Assign if !matches!(place, Place::Condition | Place::Table) => {
                if let ExprKind::Text(name) = &left.kind
                    && format::word(name) == *name
                {
                    let error = Diagnostic::error(Code::E0001, "a name is written without quotes").at(left.span);
                    let error = error.label("a text, not a name").help(format!("write `{name} = …`"));
                    self.report(error.edit(left.span, name.clone()));
                    return None;
                }
                let error = Diagnostic::error(Code::E0005, "a single `=` gives a name; `==` compares").at(at);
                self.report(error.label("use `==`").help("write `==`").edit(at, "=="));
                return None;
            }
            _ => {}
        }
        let typed_left = self.expr(left, schema, place);
        if op.is_comparison() && self.unquoted(typed_left.as_ref(), right, schema) {
            return None;
        }
        let written = (left, right.span);
        let right = self.expr(right, schema, place);
        let (left, right) = (typed_left?, right?);
        if self.compares_no_column(&left, &right, schema) {
            return None;
        }
        match op {
            BinaryOp::And | BinaryOp::Or if self.half_a_comparison(written.0, &right, written.1) => None,
            BinaryOp::Or if self.joins_texts(&left, &right, at, span) => None,
            BinaryOp::And | BinaryOp::Or => {
                let (left, right) = (self.must_be_bool(left), self.must_be_bool(right));
                let op = if op == BinaryOp::And { ScalarOp::And } else { ScalarOp::Or };
                Some(Typed::scalar(op, vec![left?, right?], Type::Bool, span))
            }
            BinaryOp::Equal | BinaryOp::Assign => self.comparison(ScalarOp::Equal, left, right, at, span),
            BinaryOp::NotEqual => self.comparison(ScalarOp::NotEqual, left, right, at, span),
            BinaryOp::Less => self.comparison(ScalarOp::Less, left, right, at, span),
            BinaryOp::LessEqual => self.comparison(ScalarOp::LessEqual, left, right, at, span),
            BinaryOp::Greater => self.comparison(ScalarOp::Greater, left, right, at, span),
            BinaryOp::GreaterEqual => self.comparison(ScalarOp::GreaterEqual, left, right, at, span),
            BinaryOp::Matches => self.matches(left, right, span),
            BinaryOp::NotMatches => {
                let matches = self.matches(left, right, span)?;
                Some(Typed::scalar(ScalarOp::Not, vec![matches], Type::Bool, span))
            }
            BinaryOp::Contains => self.text_test(ScalarOp::Contains, left, right, span),
            BinaryOp::StartsWith => self.text_test(ScalarOp::StartsWith, left, right, span),
            BinaryOp::EndsWith => self.text_test(ScalarOp::EndsWith, left, right, span),
            BinaryOp::Coalesce => self.coalesce(left, right, at, span),
            BinaryOp::Add => self.sum_of(ScalarOp::Add, left, right, at, span),
            BinaryOp::Subtract => self.sum_of(ScalarOp::Subtract, left, right, at, span),
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => self.product(op, left, right, at, span),
            BinaryOp::In | BinaryOp::NotIn | BinaryOp::Range => None,
        }
    }

    /// `model == "a" or "b"`: a value where the comparison should be said again.
    fn half_a_comparison(&mut self, left: &Expr, right: &Typed, at: Span) -> bool {
        let before = match &left.kind {
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, _, _, last) => last,
            _ => left,
        };
        let ExprKind::Binary(op, _, subject, _) = &before.kind else { return false };
        let value = matches!(right.node, Node::Literal(Value::Text(_) | Value::Float(_)));
        if !value || !op.is_comparison() || matches!(op, BinaryOp::In | BinaryOp::NotIn) {
            return false;
        }
        let op = if *op == BinaryOp::Assign { BinaryOp::Equal } else { *op };
        let mended = format!("{} {} {}", subject.span.of(self.text), op.text(), at.of(self.text));
        let error = Diagnostic::error(Code::E0202, format!("a condition is needed, not a {}", right.ty)).at(at);
        let error = error.label("compared with nothing").help(format!("write `{mended}`"));
        self.report(error.edit(at, mended));
        true
    }

    /// `model || provider`: texts put together; whether they were.
    fn joins_texts(&mut self, left: &Typed, right: &Typed, at: Span, span: Span) -> bool {
        if at.of(self.text) != "||" || left.ty != Type::Text || right.ty != Type::Text {
            return false;
        }
        let mended = format!("concat({}, {})", left.span.of(self.text), right.span.of(self.text));
        let error = Diagnostic::error(Code::E0005, "`||` puts no texts together").at(span).label("use `concat`");
        self.report(error.help(format!("write `{mended}`")).edit(span, mended));
        true
    }

    /// `model == openai/gpt-5.2`: text without its quotes. Says so, and what to write.
    pub fn unquoted(&mut self, left: Option<&Typed>, right: &Expr, schema: &Schema) -> bool {
        self.unquoted_among(left, std::slice::from_ref(right), schema)
    }

    /// The same for several values; the edits mend them all.
    fn unquoted_among(&mut self, left: Option<&Typed>, values: &[Expr], schema: &Schema) -> bool {
        if left.is_some_and(|left| left.ty != Type::Text) {
            return false;
        }
        let texts: Vec<(Span, String)> =
            values.iter().filter_map(|value| Some((value.span, self.meant_as_text(value, schema)?))).collect();
        let Some((at, text)) = texts.first() else {
            return values.iter().any(|value| self.backticks(value, schema));
        };
        let error = Diagnostic::error(Code::E0206, format!("`{text}` is text, and text wants quotes")).at(*at);
        let quoted: Vec<String> = texts.iter().map(|(_, text)| format!("`\"{text}\"`")).collect();
        let mut error = error.label("no quotes").help(format!("write {}", quoted.join(" and ")));
        for (at, text) in &texts {
            error = error.edit(*at, format!("\"{text}\""));
        }
        self.report(error);
        true
    }

    /// The text of a bare word or slug that names no column, nor nearly one.
    fn meant_as_text(&self, value: &Expr, schema: &Schema) -> Option<String> {
        let written = value.span.of(self.text);
        let first = first_name(value)?;
        let plain = matches!(value.kind, ExprKind::Name(_) | ExprKind::Binary(..));
        let in_one = !written.contains(char::is_whitespace) && !written.contains(['(', '"', '\'', '@', '`']);
        let column = schema.find(first).is_some()
            || self.is_constant(first)
            || (!written.contains('/') && !schema.nearest(first).is_empty());
        (plain && in_one && !column).then(|| written.to_string())
    }

    /// Backticks where quotes were meant.
    fn backticks(&mut self, right: &Expr, schema: &Schema) -> bool {
        let ExprKind::Name(name) = &right.kind else { return false };
        let written = right.span.of(self.text);
        if !written.contains('`')
            || self.is_constant(name)
            || schema.find(name).is_some()
            || !schema.nearest(name).is_empty()
        {
            return false;
        }
        let mended = format!("\"{name}\"");
        let error = Diagnostic::error(Code::E0206, format!("there is no column {written}, and text wants quotes"));
        let error = error.at(right.span).label("backticks hold the name of a column");
        self.report(error.help(format!("write `{mended}`")).edit(right.span, mended));
        true
    }

    fn comparison(&mut self, op: ScalarOp, left: Typed, right: Typed, at: Span, span: Span) -> Option<Typed> {
        let (left, right) = as_dates(left, right, self.zone);
        let (left, right) = (by_day(left.clone(), &right), by_day(right, &left));
        if self.no_such_day(&left, &right) || self.no_such_day(&right, &left) {
            return None;
        }
        let ordered = !matches!(op, ScalarOp::Equal | ScalarOp::NotEqual);
        let (a, b) = (&left.ty, &right.ty);
        let comparable = |ty: &Type| !matches!(ty, Type::List(_) | Type::Record(_) | Type::Period);
        if !a.fits(b) || !comparable(a) || !comparable(b) {
            self.mismatch("compared", &left, &right, at);
            return None;
        }
        if ordered && *a == Type::Bool {
            let error =
                Diagnostic::error(Code::E0201, "conditions have no order").at(at).label("compares true and false");
            self.report(error.help("use `and`, `or`, `not`, `==` or `!=`"));
            return None;
        }
        if matches!(left.node, Node::Literal(Value::Null)) || matches!(right.node, Node::Literal(Value::Null)) {
            let is = if op == ScalarOp::Equal { "is null" } else { "is not null" };
            let other = if matches!(right.node, Node::Literal(Value::Null)) { &left } else { &right };
            let mended = format!("{} {is}", other.span.of(self.text));
            let error = Diagnostic::error(Code::E0202, "nothing is equal to null, or more, or less").at(at);
            let error = error.label(format!("use `{is}`")).help(format!("write `{mended}`"));
            self.report(if ordered { error } else { error.edit(span, mended) });
            return None;
        }
        if self.no_such_price(&left, &right) || self.no_such_price(&right, &left) {
            return None;
        }
        Some(Typed::scalar(op, vec![left, right], Type::Bool, span))
    }

    /// `price_completion > 10`: prices are shown for a million tokens, and are those of one; whether it is said.
    fn no_such_price(&mut self, price: &Typed, number: &Typed) -> bool {
        let (Some(unit), Node::Literal(Value::Float(n))) = (price.ty.unit(), &number.node) else { return false };
        // What is computed of single requests may be as high.
        let is_listed = matches!(&price.node, Node::Column(name) if name.starts_with(PRICES));
        if !is_listed
            || unit != Unit::USD_PER_TOKEN
            || number.ty.unit().is_some_and(|unit| unit != Unit::NONE)
            || n.abs() < DEAREST
        {
            return false;
        }
        let mended = format!("{} / 1e6", number.span.of(self.text));
        let error = Diagnostic::error(Code::E0201, "a price is that of one token, and none is as high as this");
        let error = error.at(number.span).label("meant for a million tokens?").help(format!("write `{mended}`"));
        self.report(error.edit(number.span, mended));
        true
    }

    /// `date == "2026-02-30"`: a text that was meant as a date.
    fn no_such_day(&mut self, time: &Typed, text: &Typed) -> bool {
        let Node::Literal(Value::Text(written)) = &text.node else { return false };
        let looks = written.starts_with(|c: char| c.is_ascii_digit()) && written.contains('-');
        let wrong = looks && matches!(time.ty, Type::Date | Type::Time);
        if wrong {
            self.not_a_date(written, text.span);
        }
        wrong
    }

    pub fn mismatch(&mut self, how: &str, left: &Typed, right: &Typed, at: Span) {
        let (a, b) = (&left.ty, &right.ty);
        let error = Diagnostic::error(Code::E0201, format!("a {a} and a {b} cannot be {how}")).at(at);
        let error = error.label("these do not go together");
        let error = error.also(left.span, format!("a {a}")).also(right.span, format!("a {b}"));
        let without_quotes = |typed: &Typed, other: &Type| match &typed.node {
            Node::Literal(Value::Text(text)) if typed.span.of(self.text).starts_with(['"', '\'']) => {
                let number = other.is_number() && text.trim().parse::<f64>().is_ok_and(f64::is_finite);
                let bool = *other == Type::Bool && matches!(text.as_str(), "true" | "false");
                (number || bool).then(|| (typed.span, text.trim().to_string()))
            }
            _ => None,
        };
        if let Some((span, value)) = without_quotes(left, b).or_else(|| without_quotes(right, a)) {
            self.report(error.help(format!("write `{value}`, without quotes")).edit(span, value));
            return;
        }
        let is_time = |ty: &Type| matches!(ty, Type::Date | Type::Time);
        let units = a.is_number() && b.is_number();
        self.report(error.help(if units {
            "use columns of one unit, or divide one by the other for a rate"
        } else if is_time(a) || is_time(b) {
            "a day is written 2026-02-28, a time 2026-02-28T09:30, a length of time 7d"
        } else if *a == Type::Text || *b == Type::Text {
            "text goes with text, in quotes; numbers and dates are written without"
        } else {
            "use values of one type"
        }));
    }

    /// A regular expression, which is checked now.
    fn matches(&mut self, left: Typed, right: Typed, span: Span) -> Option<Typed> {
        let left = self.must_be_text(left)?;
        let right = self.must_be_text(right)?;
        let Node::Literal(Value::Text(pattern)) = &right.node else {
            let error = Diagnostic::error(Code::E0202, "a pattern must be written out, in quotes").at(right.span);
            self.report(
                error.label("not a text in quotes").help("as in `model ~ \"^openai/\"`; `contains` takes any text"),
            );
            return None;
        };
        if let Err(error) = regex::RegexBuilder::new(pattern).size_limit(1 << 20).build() {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_string();
            let error = Diagnostic::error(Code::E0006, "this pattern is no regular expression").at(right.span);
            self.report(error.label(reason).help("escape special characters with a backslash, or use `contains`"));
            return None;
        }
        Some(Typed::scalar(ScalarOp::Matches, vec![left, right], Type::Bool, span))
    }

    fn text_test(&mut self, op: ScalarOp, left: Typed, right: Typed, span: Span) -> Option<Typed> {
        if op == ScalarOp::Contains && is_list_of_text(&left.ty) {
            let right = self.must_be_text(right)?;
            return Some(Typed::scalar(op, vec![left, right], Type::Bool, span));
        }
        let (left, right) = (self.must_be_text(left), self.must_be_text(right));
        Some(Typed::scalar(op, vec![left?, right?], Type::Bool, span))
    }

    fn must_be_text(&mut self, typed: Typed) -> Option<Typed> {
        if matches!(typed.ty, Type::Text | Type::Null) {
            return Some(typed);
        }
        let error = Diagnostic::error(Code::E0202, format!("text is needed here, not a {}", typed.ty)).at(typed.span);
        self.report(error.label(format!("a {}", typed.ty)).help("numbers and dates are compared with `==`, `<`, `>`"));
        None
    }

    fn membership(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
        schema: &Schema,
        place: Place,
    ) -> Option<Typed> {
        let value = self.expr(left, schema, place)?;
        let test = match &right.kind {
            ExprKind::Binary(BinaryOp::Range, at, low, high) => {
                let (low, high) = (self.expr(low, schema, place)?, self.expr(high, schema, place)?);
                if self.backwards(&low, &high, right.span) {
                    return None;
                }
                // Both ends are checked as comparisons, and then tested in one.
                self.comparison(ScalarOp::GreaterEqual, value.clone(), low.clone(), *at, span)?;
                self.comparison(ScalarOp::LessEqual, value.clone(), high.clone(), *at, span)?;
                let ((value, low), (_, high)) =
                    (as_dates(value.clone(), low, self.zone), as_dates(value, high, self.zone));
                let value = if low.ty == Type::Date && high.ty == Type::Date { by_day(value, &low) } else { value };
                Typed::scalar(ScalarOp::Between, vec![value, low, high], Type::Bool, span)
            }
            ExprKind::Pipeline(pipeline) if self.no_pipeline(pipeline) => return None,
            ExprKind::Pipeline(_) => self.among_rows(value, right, span)?,
            kind => {
                if let Some(items) = self.several(right, schema) {
                    let test = self.among(value, items, right.span, span)?;
                    return Some(negated(test, op == BinaryOp::NotIn, span));
                }
                let one = std::slice::from_ref(right);
                let items: &[Expr] = if let ExprKind::List(items) = kind { items } else { one };
                if let ([item], Type::Text) = (items, &value.ty)
                    && let Some(list) = self.list_column(item, schema)
                {
                    let has = Typed::scalar(ScalarOp::Contains, vec![list, value], Type::Bool, span);
                    return Some(negated(has, op == BinaryOp::NotIn, span));
                }
                if let (ExprKind::Name(name), Node::Literal(Value::Text(text)), Some(Type::Text)) =
                    (kind, &value.node, schema.find(right_name(right)).map(|column| &column.ty))
                {
                    let mended = format!("{name} contains {}", format::quoted(text));
                    let error = Diagnostic::error(Code::E0202, format!("`{name}` is text, and `in` wants a list"))
                        .at(right.span);
                    let error = error.label("a text").help(format!("write `{mended}`, or `==` for the whole text"));
                    self.report(error.edit(span, mended));
                    return None;
                }
                if self.unquoted_among(Some(&value), items, schema) {
                    return None;
                }
                let mut arguments = vec![value];
                for item in items {
                    let first = arguments.first()?.clone();
                    let item = self.expr(item, schema, place)?;
                    if let ([_], Type::Text, true) = (items, &first.ty, is_list_of_text(&item.ty)) {
                        let has = Typed::scalar(ScalarOp::Contains, vec![item, first], Type::Bool, span);
                        return Some(negated(has, op == BinaryOp::NotIn, span));
                    }
                    let item = self.listed(first, item, right.span)?;
                    arguments.push(item);
                }
                if self.is_tangled(&arguments) {
                    return None;
                }
                one_of(arguments, span)?
            }
        };
        Some(negated(test, op == BinaryOp::NotIn, span))
    }

    /// The values of a list that has a name. Texts of a flag are numbers where numbers are looked for.
    fn among(&mut self, value: Typed, items: Vec<Typed>, at: Span, span: Span) -> Option<Typed> {
        let mut arguments = vec![value.clone()];
        for item in items {
            let item = match &item.node {
                Node::Literal(Value::Text(text)) if value.ty.is_number() => match text.parse::<f64>() {
                    Ok(number) if number.is_finite() => Typed::literal(Value::Float(number), Type::PLAIN, item.span),
                    _ => item,
                },
                _ => item,
            };
            arguments.push(self.listed(value.clone(), item, at)?);
        }
        one_of(arguments, span)
    }

    /// One of several values that another is looked for among.
    fn listed(&mut self, first: Typed, item: Typed, at: Span) -> Option<Typed> {
        let (first, item) = as_dates(first, item, self.zone);
        if item.ty == Type::Null {
            let name = first.span.of(self.text);
            let error = Diagnostic::error(Code::E0202, "nothing is equal to null, so a list with it misleads");
            let error = error.at(item.span).label("null");
            self.report(error.help(format!("take it out, and add `or {name} is null` where that is meant")));
            return None;
        }
        let nested = matches!(first.ty, Type::List(_) | Type::Record(_));
        if nested || !first.ty.fits(&item.ty) {
            self.mismatch("compared", &first, &item, at);
            return None;
        }
        Some(item)
    }

    /// A column that holds lists of text, where the expression names one.
    fn list_column(&mut self, expr: &Expr, schema: &Schema) -> Option<Typed> {
        let ExprKind::Name(name) = &expr.kind else { return None };
        schema.find(name).filter(|column| is_list_of_text(&column.ty))?;
        self.name(name, expr.span, schema)
    }

    /// A value is compared with each of several columns, so it must not be a large expression: nested, each level would
    /// stand in the plan as often as there are columns.
    fn is_tangled(&mut self, arguments: &[Typed]) -> bool {
        let Some((value, items)) = arguments.split_first() else { return false };
        let written = items.iter().all(|item| matches!(item.node, Node::Literal(_)));
        if written || items.len() < 2 || matches!(value.node, Node::Column(_) | Node::Field(..) | Node::Literal(_)) {
            return false;
        }
        let error =
            Diagnostic::error(Code::E0302, "a computed value cannot be looked for among columns").at(value.span);
        self.report(error.label("computed").help("give it a name first, as in `derive x = …`, and use `x in (…)`"));
        true
    }

    /// `cost in 5..1`
    fn backwards(&mut self, low: &Typed, high: &Typed, span: Span) -> bool {
        let wrong = match (&low.node, &high.node) {
            (Node::Literal(Value::Float(low)), Node::Literal(Value::Float(high))) => low > high,
            (Node::Literal(Value::Date(low)), Node::Literal(Value::Date(high))) => low > high,
            _ => false,
        };
        if wrong {
            let mended = format!("{}..{}", high.span.of(self.text), low.span.of(self.text));
            let error = Diagnostic::error(Code::E0402, "the range ends before it starts, and holds nothing").at(span);
            let error = error.label("ends before it starts").help(format!("write `{mended}`"));
            self.report(error.edit(span, mended));
        }
        wrong
    }

    fn coalesce(&mut self, left: Typed, right: Typed, at: Span, span: Span) -> Option<Typed> {
        if !left.ty.fits(&right.ty) {
            self.mismatch("put in one column", &left, &right, at);
            return None;
        }
        let ty = Type::common([&left.ty, &right.ty]);
        Some(Typed::scalar(ScalarOp::Coalesce, vec![left, right], ty, span))
    }
}

/// The first is one of the others: of written values in one look, of columns by comparing with each, so that nulls are
/// what they are in a comparison.
fn one_of(arguments: Vec<Typed>, span: Span) -> Option<Typed> {
    let (value, items) = arguments.split_first()?;
    if items.iter().all(|item| matches!(item.node, Node::Literal(_))) {
        let days = items.iter().all(|item| item.ty == Type::Date);
        let value = items.first().filter(|_| days).map_or_else(|| value.clone(), |day| by_day(value.clone(), day));
        let arguments = std::iter::once(value).chain(items.iter().cloned()).collect();
        return Some(Typed::scalar(ScalarOp::In, arguments, Type::Bool, span));
    }
    let tests = items
        .iter()
        .map(|item| Typed::scalar(ScalarOp::Equal, vec![by_day(value.clone(), item), item.clone()], Type::Bool, span));
    tests.reduce(|a, b| Typed::scalar(ScalarOp::Or, vec![a, b], Type::Bool, span))
}

fn negated(test: Typed, negated: bool, span: Span) -> Typed {
    if negated { Typed::scalar(ScalarOp::Not, vec![test], Type::Bool, span) } else { test }
}

fn is_list_of_text(ty: &Type) -> bool {
    matches!(ty, Type::List(item) if **item == Type::Text)
}

/// An instant beside a written day is compared by its day: `created_at <= 2026-02-18` has all of that day.
fn by_day(typed: Typed, other: &Typed) -> Typed {
    let written_day = other.ty == Type::Date && matches!(other.node, Node::Literal(_));
    if !written_day || typed.ty != Type::Time || matches!(typed.node, Node::Literal(_)) {
        return typed;
    }
    let span = typed.span;
    Typed::scalar(ScalarOp::Start(TimeUnit::Day), vec![typed], Type::Date, span)
}

/// A text that stands beside a date can only be one.
fn as_dates(left: Typed, right: Typed, zone: &Zone) -> (Typed, Typed) {
    let is_time = |typed: &Typed| matches!(typed.ty, Type::Date | Type::Time);
    let read = |typed: Typed| match &typed.node {
        Node::Literal(Value::Text(text)) => match read_date(text, zone) {
            Some((value, ty)) => Typed::literal(value, ty, typed.span),
            None => typed,
        },
        _ => typed,
    };
    match (is_time(&left), is_time(&right)) {
        (true, false) => (left, read(right)),
        (false, true) => (read(left), right),
        _ => (left, right),
    }
}

fn right_name(expr: &Expr) -> &str {
    if let ExprKind::Name(name) = &expr.kind { name } else { "" }
}

/// The name that a chain of operators starts with.
fn first_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Binary(_, _, left, _) => first_name(left),
        _ => None,
    }
}
