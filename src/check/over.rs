//! Windows: calls with `over`, and what else of an expression is made of more than its row. Each becomes a column of its
//! own beside the rows, before the stage that asked for it.

use super::Checker;
use super::expr::Place;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Accepts, Argument, FunctionDef, FunctionKind, OverTakes, Second, Shown};
use crate::model::expr::{AggregateOp, Node, ScalarOp, Typed};
use crate::model::hidden::Hidden;
use crate::model::lowering::{Lowering as _, Table};
use crate::model::over::{Over, OverOp, RowsAround};
use crate::model::rel::{Added, JoinKind, Named, Pair, Rel, SortKey};
use crate::model::schema::{Column, Schema};
use crate::model::value::Value;
use crate::span::Span;
use crate::syntax::ast::{Call, Clause, Expr, ExprKind, Item, UnaryOp};
use crate::types::{Class, Type, Unit};

const OVER: Hidden = Hidden::new("over");
const AMONG: Hidden = Hidden::new("among");

/// Columns that an expression asks for beside the rows.
#[derive(Debug)]
pub struct Beside {
    /// The rows have an order, which windows follow that name none.
    ordered: bool,
    columns: Vec<Asked>,
}

/// A column that no text can name.
#[derive(Debug)]
enum Asked {
    Over(Box<Over>),
    /// Whether a value is among those of a table: true, or null.
    Among(Box<Among>),
}

#[derive(Debug)]
struct Among {
    name: String,
    value: Typed,
    /// The table, and its one column.
    rel: Rel,
    column: Typed,
    span: Span,
}

impl Asked {
    fn add_to(self, table: &mut Table) {
        let column = |name: &str, ty: Type| Column { shown: Shown::OnDemand, ..Column::new(name, ty) };
        let rel = std::mem::replace(&mut table.rel, Rel::Union { inputs: Vec::new() });
        match self {
            Self::Over(over) => {
                table.schema.columns.push(column(&over.name, over.ty.clone()));
                table.rel = Rel::Window { input: Box::new(rel), columns: vec![*over] };
            }
            Self::Among(among) => {
                let Among { name, value, rel: right, column: of, span } = *among;
                let (key, found) = (format!("{name}key"), format!("{name}found"));
                let ty = Type::common([&value.ty, &of.ty]);
                let mut columns = table.schema.as_they_are();
                columns.push(Named { name: key.clone(), value });
                let left = Box::new(Rel::Project { input: Box::new(rel), columns });
                let one = Named { name: key.clone(), value: of };
                let one = Rel::Aggregate { input: Box::new(right), keys: vec![one], aggregates: Vec::new() };
                let own = Named { name: key.clone(), value: Typed::column(&key, ty.clone(), span) };
                let yes = Typed::literal(Value::Bool(true), Type::Bool, span);
                let columns = vec![own, Named { name: found.clone(), value: yes }];
                let right = Box::new(Rel::Project { input: Box::new(one), columns });
                let on = vec![Pair { left: key.clone(), right: key.clone(), ty: ty.clone(), shared: false }];
                let added = vec![Added { column: found, shown: name.clone() }];
                table.schema.columns.extend([column(&key, ty), column(&name, Type::Bool)]);
                table.rel = Rel::Join { left, right, kind: JoinKind::Left, on, added, span };
            }
        }
    }
}

impl Checker<'_> {
    /// Something lowered over the rows of a table, which gets the columns that it asks for.
    pub fn beside<T>(&mut self, table: &mut Table, lower: impl FnOnce(&mut Self, &Schema) -> Option<T>) -> Option<T> {
        let own = Beside { ordered: table.rel.is_ordered(), columns: Vec::new() };
        let before = self.beside.replace(own);
        let lowered = lower(self, &table.schema);
        let own = std::mem::replace(&mut self.beside, before)?;
        if own.columns.is_empty() {
            return lowered;
        }
        lowered.inspect(|_| own.columns.into_iter().for_each(|column| column.add_to(table)))
    }

    /// `x in (pipeline)`
    pub fn among_rows(&mut self, value: Typed, right: &Expr, span: Span) -> Option<Typed> {
        let Table { rel, schema, .. } = self.table_of(right)?;
        let columns: Vec<&Column> = schema.shown_columns().collect();
        let [column] = columns.as_slice() else {
            let message = format!("`in` takes a pipeline of one column, and this one has {}", columns.len());
            let error = Diagnostic::error(Code::E0302, message).at(right.span).label("several columns");
            self.report(error.help("end it with the one that is meant, as in `(models | where free | select id)`"));
            return None;
        };
        let column = Typed::column(&column.name, column.ty.clone(), right.span);
        if !value.ty.fits(&column.ty) || matches!(value.ty, Type::List(_) | Type::Record(_)) {
            self.mismatch("compared", &value, &column, right.span);
            return None;
        }
        self.hidden += 1;
        let name = AMONG.numbered(self.hidden);
        let Some(beside) = &mut self.beside else {
            let error = Diagnostic::error(Code::E0302, "a pipeline cannot be asked here").at(right.span);
            let help = "filter before: `where … in (pipeline)` stands in a stage of its own";
            self.report(error.label("a pipeline").help(help));
            return None;
        };
        let among = Among { name: name.clone(), value: value.clone(), rel, column, span };
        beside.columns.push(Asked::Among(Box::new(among)));
        // Of nothing it is not known whether it is among them.
        let found = Typed::column(name, Type::Bool, span);
        let is_null = |of: Typed| Typed::scalar(ScalarOp::IsNull, vec![of], Type::Bool, span);
        let is_found = Typed::scalar(ScalarOp::Not, vec![is_null(found)], Type::Bool, span);
        let nothing = Typed::literal(Value::Null, Type::Null, span);
        Some(Typed::scalar(ScalarOp::Choose, vec![is_null(value), nothing, is_found], Type::Bool, span))
    }

    /// A call with `over`, or of a function that needs it.
    pub fn over(
        &mut self,
        function: &'static FunctionDef,
        call: &Call,
        span: Span,
        schema: &Schema,
        place: Place,
    ) -> Option<Typed> {
        let Some(ordered) = self.beside.as_ref().map(|beside| beside.ordered).filter(|_| place != Place::Group) else {
            let message = format!("`{}` looks at other rows, and this place has none", function.name);
            let help = "give it a name before, as in `derive before = lag(cost) over (sort date)`";
            self.report(Diagnostic::error(Code::E0205, message).at(span).label("a window").help(help));
            return None;
        };
        let argument = |at: usize| call.arguments.get(at);
        let (op, argument) = match &function.kind {
            FunctionKind::Window { op, takes: OverTakes::Nothing | OverTakes::Order, .. } => {
                self.arity(function, call, span, 0, 0)?;
                (*op, None)
            }
            FunctionKind::Window { op, takes: OverTakes::ValueAndDistance, .. } => {
                self.arity(function, call, span, 1, 2)?;
                let value = self.expr(argument(0)?, schema, Place::Row)?;
                let distance = match argument(1) {
                    Some(distance) => self.whole(function, distance, schema)?,
                    None => 1,
                };
                (op.at(distance), Some(value))
            }
            FunctionKind::Aggregate { op, takes, second, .. } => {
                let (least, accepts) = match takes {
                    Argument::Optional => (0, Accepts::Anything),
                    Argument::Needed(accepts) => (1, *accepts),
                };
                self.arity(function, call, span, least, if *second == Second::None { 1 } else { 2 })?;
                let value = match argument(0) {
                    Some(value) => {
                        let value = self.expr(value, schema, Place::Row)?;
                        let value = self.accepted(function, accepts, value, &[])?;
                        Some(self.summable(*op, value, schema)?)
                    }
                    None => None,
                };
                (OverOp::Aggregate(*op), value)
            }
            FunctionKind::Scalar { .. } => {
                let message = format!("`{}` looks at one row alone, and takes no `over`", function.name);
                let at = call.over.iter().flatten().next().map_or(span, |clause| clause.span);
                let help =
                    "windows are made of lag, lead, rank, row_number, and of sum, avg, min, max, count, first, last";
                self.report(Diagnostic::error(Code::E0302, message).at(at).label("no window").help(help));
                return None;
            }
        };
        let clauses = call.over.as_deref().unwrap_or_default();
        let by = self.over_by(clauses, schema)?;
        let sort = self.over_sort(clauses, schema)?;
        let frame = self.over_frame(clauses, op, &sort, schema)?;
        let by_value = matches!(function.kind, FunctionKind::Window { takes: OverTakes::Order, .. });
        let sorted = !sort.is_empty() || (ordered && !by_value);
        if !self.has_such_a_window(function, op, frame, argument.as_ref(), span) {
            return None;
        }
        if !sorted && self.wants_order(function, op, frame, call, span, schema) {
            return None;
        }
        let ty = match (&function.kind, &argument) {
            (FunctionKind::Aggregate { result, .. }, argument) => {
                not_additive(result(argument.as_ref().map_or(&Type::Null, |argument| &argument.ty)))
            }
            (_, Some(argument)) => argument.ty.clone(),
            (_, None) => Type::PLAIN,
        };
        let argument = argument.or_else(|| match op {
            // Rows are counted by something that none lacks.
            OverOp::Aggregate(_) => Some(Typed::literal(Value::Float(1.0), Type::PLAIN, span)),
            OverOp::Lag(_) | OverOp::Lead(_) | OverOp::RowNumber | OverOp::Rank | OverOp::DenseRank => None,
        });
        self.hidden += 1;
        let name = OVER.numbered(self.hidden);
        let over = Over { name: name.clone(), op, argument, by, sort, frame, ty: ty.clone(), span };
        if let Some(beside) = &mut self.beside {
            beside.columns.push(Asked::Over(Box::new(over)));
        }
        Some(Typed::column(name, ty, span))
    }

    /// Not every aggregate can be made of a part of the rows.
    fn has_such_a_window(
        &mut self,
        function: &FunctionDef,
        op: OverOp,
        frame: RowsAround,
        argument: Option<&Typed>,
        span: Span,
    ) -> bool {
        let OverOp::Aggregate(op) = op else { return true };
        let whole = frame == RowsAround::All;
        let one = matches!(&function.kind, FunctionKind::Aggregate { second: Second::None, .. });
        let error = Diagnostic::error(Code::E0302, format!("`{}` has no such window", function.name)).at(span);
        let help = match op {
            AggregateOp::List | AggregateOp::Only => {
                "windows are made of sums, means, counts, the least and the greatest"
            }
            _ if !one => "take it of a group, and `join` the result",
            AggregateOp::CountDistinct | AggregateOp::Quantile(_) | AggregateOp::Deviation if !whole => {
                "it is made of all rows: leave out `sort`, `rows` and `range`"
            }
            AggregateOp::Least | AggregateOp::Greatest
                if !whole && argument.is_some_and(|argument| !argument.ty.is_number()) =>
            {
                "of texts and times it is made of all rows: leave out `sort`, `rows` and `range`"
            }
            _ => return true,
        };
        self.report(error.label("not as a window").help(help));
        false
    }

    /// Without an order there is no row before.
    fn wants_order(
        &mut self,
        function: &FunctionDef,
        op: OverOp,
        frame: RowsAround,
        call: &Call,
        span: Span,
        schema: &Schema,
    ) -> bool {
        let needs = match op {
            OverOp::Lag(_) | OverOp::Lead(_) | OverOp::RowNumber | OverOp::Rank | OverOp::DenseRank => true,
            OverOp::Aggregate(AggregateOp::First | AggregateOp::Last) => true,
            OverOp::Aggregate(_) => frame != RowsAround::All,
        };
        if !needs {
            return false;
        }
        let time = schema.columns.iter().find(|column| matches!(column.ty, Type::Date | Type::Time));
        let key = time.or(schema.columns.first()).map_or("date", |column| column.name.as_str());
        let message = format!("`{}` follows the order of the rows, and they have none", function.name);
        let error = Diagnostic::error(Code::E0302, message).at(span).label("which order?");
        let written = match &call.over {
            None => format!("{} over (sort {key})", span.of(self.text)),
            Some(_) => format!("over (… sort {key})"),
        };
        let error = error.help(format!("name it: `{written}`"));
        self.report(if call.over.is_none() && !call.as_word { error.edit(span, written) } else { error });
        true
    }

    fn over_by(&mut self, clauses: &[Clause], schema: &Schema) -> Option<Vec<Typed>> {
        for (at, clause) in clauses.iter().enumerate() {
            let word = clause.word.value.as_str();
            if !matches!(word, "by" | "sort" | "rows" | "range") {
                let error = Diagnostic::error(Code::E0302, format!("`over` knows no `{word}`")).at(clause.word.span);
                let error = error.label("one of by, sort, rows, range");
                self.report(match word {
                    "order" => error.did_you_mean(clause.word.span, vec!["sort".to_string()]),
                    "partition" => error.did_you_mean(clause.word.span, vec!["by".to_string()]),
                    _ => error.help("as in `avg(cost) over (by model sort date rows 7)`"),
                });
                return None;
            }
            if let Some(first) = clauses.iter().take(at).find(|earlier| earlier.word.value == clause.word.value) {
                let error = Diagnostic::error(Code::E0302, format!("`{word}` is there twice")).at(clause.span);
                let error = error.label("and here").also(first.span, "here");
                self.report(error.help("part the items of one by `,`"));
                return None;
            }
        }
        let items = items_of(clauses, "by");
        items.map(|item| self.expr(&item.value, schema, Place::Row)).collect()
    }

    fn over_sort(&mut self, clauses: &[Clause], schema: &Schema) -> Option<Vec<SortKey>> {
        let keys: Vec<(Expr, bool)> = items_of(clauses, "sort").map(|item| direction(&item.value)).collect();
        let mut sort = Vec::new();
        for (key, descending) in keys {
            let value = self.expr(&key, schema, Place::Row)?;
            if matches!(value.ty, Type::List(_) | Type::Record(_)) {
                let error = Diagnostic::error(Code::E0202, format!("a {} has no order", value.ty.word())).at(key.span);
                self.report(error.label(format!("a {}", value.ty)).help("sort by a number, a text or a time"));
                return None;
            }
            sort.push(SortKey { value, descending });
        }
        Some(sort)
    }

    fn over_frame(&mut self, clauses: &[Clause], op: OverOp, sort: &[SortKey], schema: &Schema) -> Option<RowsAround> {
        let find = |word: &str| clauses.iter().find(|clause| clause.word.value == word);
        let (rows, range) = (find("rows"), find("range"));
        let Some(clause) = rows.or(range) else {
            return Some(if sort.is_empty() { RowsAround::All } else { RowsAround::UpToHere });
        };
        if let (Some(rows), Some(range)) = (rows, range) {
            let error = Diagnostic::error(Code::E0302, "`rows` and `range` say the same in two ways").at(range.span);
            self.report(error.label("the second one").also(rows.span, "the first one").help("leave one of them out"));
            return None;
        }
        let rolls = matches!(
            op,
            OverOp::Aggregate(
                AggregateOp::Sum
                    | AggregateOp::Average
                    | AggregateOp::Least
                    | AggregateOp::Greatest
                    | AggregateOp::Count
            )
        );
        if !rolls {
            let message = format!("`{}` belongs to sum, avg, min, max and count", clause.word.value);
            let help = "leave it out; `lag(x, 3)` is the value three rows before";
            self.report(
                Diagnostic::error(Code::E0302, message).at(clause.span).label("does not belong here").help(help),
            );
            return None;
        }
        let [item] = clause.items.as_slice() else {
            let error = Diagnostic::error(Code::E0302, format!("`{}` takes one number", clause.word.value));
            self.report(error.at(clause.span).label("several").help("as in `rows 7` or `range 7d`"));
            return None;
        };
        let value = self.expr(&item.value, schema, Place::Row)?;
        let number = match &value.node {
            Node::Literal(value) => value.number().filter(|n| *n >= 1.0 && *n < 1e15),
            _ => None,
        };
        let by_time = value.ty.unit() == Some(Unit::MS);
        match (number, range.is_some()) {
            (Some(n), false) if n.fract() == 0.0 && !by_time => Some(RowsAround::Last(n as usize)),
            (Some(n), true) if by_time => match sort {
                [SortKey { value, descending: false }] if matches!(value.ty, Type::Date | Type::Time) => {
                    Some(RowsAround::Before(n as i64))
                }
                _ => {
                    let error = Diagnostic::error(Code::E0302, "`range` looks back in time").at(clause.span);
                    let help = "sort by one date or time, ascending: `over (sort date range 7d)`";
                    self.report(error.label("by which time?").help(help));
                    None
                }
            },
            (_, in_time) => {
                let wanted =
                    if in_time { "a length of time, as in `range 7d`" } else { "a whole number, as in `rows 7`" };
                let error = Diagnostic::error(Code::E0302, format!("`{}` needs {wanted}", clause.word.value));
                self.report(
                    error.at(item.span).label("not that").help("calendar lengths such as 1mo have no fixed length"),
                );
                None
            }
        }
    }

    /// A whole number that is written out.
    fn whole(&mut self, function: &FunctionDef, expr: &Expr, schema: &Schema) -> Option<usize> {
        let typed = self.expr(expr, schema, Place::Row)?;
        let typed = self.accepted(function, Accepts::Literal, typed, &[])?;
        match typed.node {
            // Whole, and smaller than a billion.
            Node::Literal(Value::Float(n)) => Some(n as usize),
            _ => None,
        }
    }
}

/// `-x`, `x desc`, `x asc`: what to sort by, and whether from above.
fn direction(expr: &Expr) -> (Expr, bool) {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::Negate, inner) => ((**inner).clone(), true),
        ExprKind::Call(Call { name, arguments, as_word: true, .. }) => match arguments.as_slice() {
            [Expr { kind: ExprKind::Name(word), .. }] if matches!(word.as_str(), "desc" | "asc") => {
                (Expr { kind: ExprKind::Name(name.value.clone()), span: name.span }, word == "desc")
            }
            _ => (expr.clone(), false),
        },
        _ => (expr.clone(), false),
    }
}

fn items_of<'c>(clauses: &'c [Clause], word: &'static str) -> impl Iterator<Item = &'c Item> {
    clauses.iter().filter(move |clause| clause.word.value == word).flat_map(|clause| &clause.items)
}

/// What a window gives stands in many rows, and is counted again and again where these are added up.
fn not_additive(ty: Type) -> Type {
    match ty {
        Type::Number(unit, Class::Additive) => Type::Number(unit, Class::Holistic),
        other => other,
    }
}
