//! SQL, understood only to say what to write instead: one `SELECT` becomes the query that it means, or nothing where a
//! part of it is not known.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::ast::*;
use super::format;
use crate::diagnostics::{Code, Diagnostic};
use crate::span::{Span, Spanned};

/// Longer texts are not translated, nor are expressions that are nested deeper.
const MAX_TOKENS: usize = 1000;
const MAX_DEPTH: usize = 30;

/// What a text is told that is a `SELECT … FROM …`.
pub fn whole_query(text: &str) -> Option<Diagnostic> {
    let code = text.trim_start();
    let start = text.len() - code.len();
    let word = code.split(|c: char| !c.is_alphanumeric()).next()?;
    let spaced = code.get(word.len()..)?.starts_with(|c: char| c.is_whitespace() || c == '*');
    let piped = code.contains('|') && !code.contains("||");
    if !word.eq_ignore_ascii_case("select") || !spaced || piped || !has_word(code, "from") {
        return None;
    }
    let at = Span::new(start, start + word.len());
    let error = Diagnostic::error(Code::E0001, format!("a query starts with its source, not with `{word}`"));
    let error = error.at(at).label("this is SQL");
    Some(match translated(code) {
        Some(query) => error.help(format!("write `{query}`")).edit(Span::new(start, text.trim_end().len()), query),
        None => error.help(
            "the source comes first, then a stage for each step: `activity last 7d | where cost > 1 | group model | sum cost`",
        ),
    })
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|part| part.eq_ignore_ascii_case(word))
}

/// The query that a `SELECT` means.
fn translated(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: &tokens, at: 0, depth: 0, tables: Vec::new() };
    let select = reader.select()?;
    Some(format::pipeline(&select.pipeline()?))
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    /// A name in double quotes, backticks or square brackets.
    Quoted(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

const SIGNS: [&str; 16] = ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ",", "*", "/", "+", "-", "%"];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim().trim_end_matches(';').trim_end();
    while let Some(first) = rest.chars().next() {
        if tokens.len() > MAX_TOKENS {
            return None;
        }
        let after = |length: usize| rest.get(length..);
        let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let (token, left) = match first {
            c if c.is_whitespace() => {
                rest = rest.trim_start();
                continue;
            }
            '\'' | '"' | '`' => {
                let inside = after(1)?;
                let end = inside.find(first)?;
                let (written, left) = (inside.get(..end)?.to_string(), inside.get(end + 1..)?);
                // A doubled quote is one of the text; who needs it writes the query by hand.
                if left.starts_with(first) {
                    return None;
                }
                (if first == '\'' { Token::Text(written) } else { Token::Quoted(written) }, left)
            }
            c if c.is_ascii_digit() => {
                let length = run(|c| c.is_ascii_digit() || c == '.');
                (Token::Number(rest.get(..length)?.parse().ok()?), after(length)?)
            }
            c if c.is_alphabetic() || c == '_' => {
                let length = run(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
                (Token::Word(rest.get(..length)?.to_string()), after(length)?)
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign))?;
                (Token::Sign(sign), after(sign.len())?)
            }
        };
        tokens.push(token);
        rest = left;
    }
    Some(tokens)
}

/// One `SELECT`, its parts in the trees of the language.
#[derive(Default)]
struct Select {
    distinct: bool,
    items: Vec<(Expr, Option<String>)>,
    table: String,
    condition: Option<Expr>,
    keys: Vec<Expr>,
    having: Option<Expr>,
    order: Vec<(Expr, bool)>,
    limit: Option<f64>,
    offset: Option<f64>,
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// What names of columns may be qualified by.
    tables: Vec<String>,
}

/// Words that end an item, and are no alias.
const CLAUSES: &[&str] = &["from", "where", "group", "having", "order", "limit", "offset", "asc", "desc", "as", "and", "or"];

/// Functions that are called the same, and mean the same.
const FUNCTIONS: &[&str] = &[
    "sum", "avg", "min", "max", "count", "median", "lower", "upper", "trim", "length", "round", "abs", "floor", "ceil",
    "sqrt", "coalesce", "concat", "replace", "day", "week", "month", "quarter", "year", "hour", "now",
];

const AGGREGATES: &[&str] = &["sum", "avg", "min", "max", "count", "median", "count_distinct"];

impl Reader<'_> {
    fn word(&self) -> Option<String> {
        match self.tokens.get(self.at)? {
            Token::Word(word) => Some(word.to_lowercase()),
            _ => None,
        }
    }

    /// Takes a word where it stands here.
    fn take(&mut self, word: &str) -> bool {
        let here = self.word().is_some_and(|here| here == word);
        self.at += usize::from(here);
        here
    }

    fn sign(&mut self, sign: &str) -> bool {
        let here = matches!(self.tokens.get(self.at), Some(Token::Sign(here)) if *here == sign);
        self.at += usize::from(here);
        here
    }

    fn must(&mut self, word: &str) -> Option<()> {
        self.take(word).then_some(())
    }

    fn select(&mut self) -> Option<Select> {
        self.must("select")?;
        let mut select = Select { distinct: self.take("distinct"), ..Select::default() };
        // The table is needed to read names that it qualifies.
        let from = self.tokens.iter().position(|t| matches!(t, Token::Word(word) if word.eq_ignore_ascii_case("from")))?;
        let start = std::mem::replace(&mut self.at, from + 1);
        select.table = self.name()?;
        self.tables.push(select.table.clone());
        let alias = self.take("as");
        if let Some(word) = self.word().filter(|word| alias || !CLAUSES.contains(&word.as_str())) {
            self.tables.push(word);
            self.at += 1;
        }
        let behind = std::mem::replace(&mut self.at, start);
        if !self.sign("*") {
            loop {
                let value = self.expr()?;
                select.items.push((value, self.alias()?));
                if !self.sign(",") {
                    break;
                }
            }
        }
        if self.at != from {
            return None;
        }
        self.at = behind;
        if self.take("where") {
            select.condition = Some(self.expr()?);
        }
        if self.take("group") {
            self.must("by")?;
            select.keys = self.list(Self::expr)?;
        }
        if self.take("having") {
            select.having = Some(self.expr()?);
        }
        if self.take("order") {
            self.must("by")?;
            select.order = self.list(|reader| {
                let key = reader.expr()?;
                let descending = reader.take("desc");
                let _ = !descending && reader.take("asc");
                Some((key, descending))
            })?;
        }
        if self.take("limit") {
            let first = self.number()?;
            if self.sign(",") {
                (select.offset, select.limit) = (Some(first), Some(self.number()?));
            } else {
                select.limit = Some(first);
            }
        }
        if self.take("offset") {
            select.offset = Some(self.number()?);
        }
        (self.at == self.tokens.len()).then_some(select)
    }

    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut all = vec![one(self)?];
        while self.sign(",") {
            all.push(one(self)?);
        }
        Some(all)
    }

    /// `AS total`, `total`, or nothing; nothing at all where `AS` has no name behind it.
    fn alias(&mut self) -> Option<Option<String>> {
        if self.take("as") {
            return self.name().map(Some);
        }
        let named = match self.tokens.get(self.at) {
            Some(Token::Word(word)) => !CLAUSES.contains(&word.to_lowercase().as_str()),
            Some(Token::Quoted(_)) => true,
            _ => false,
        };
        if named { self.name().map(Some) } else { Some(None) }
    }

    fn name(&mut self) -> Option<String> {
        let name = match self.tokens.get(self.at)? {
            Token::Word(word) if !CLAUSES.contains(&word.to_lowercase().as_str()) => word.clone(),
            Token::Quoted(name) if !name.contains(['`', '\n']) => name.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(name)
    }

    fn number(&mut self) -> Option<f64> {
        let Some(Token::Number(number)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        Some(*number)
    }

    fn expr(&mut self) -> Option<Expr> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut left = self.and()?;
        while self.take("or") {
            left = binary(BinaryOp::Or, left, self.and()?);
        }
        self.depth -= 1;
        Some(left)
    }

    fn and(&mut self) -> Option<Expr> {
        let mut left = self.not()?;
        while self.take("and") {
            left = binary(BinaryOp::And, left, self.not()?);
        }
        Some(left)
    }

    fn not(&mut self) -> Option<Expr> {
        let mut times = 0;
        while self.take("not") {
            times += 1;
        }
        let value = self.comparison()?;
        Some(if times % 2 == 1 { not(value) } else { value })
    }

    fn comparison(&mut self) -> Option<Expr> {
        const OPERATORS: &[(&str, BinaryOp)] = &[
            ("==", BinaryOp::Equal),
            ("=", BinaryOp::Equal),
            ("<>", BinaryOp::NotEqual),
            ("!=", BinaryOp::NotEqual),
            ("<=", BinaryOp::LessEqual),
            (">=", BinaryOp::GreaterEqual),
            ("<", BinaryOp::Less),
            (">", BinaryOp::Greater),
        ];
        let left = self.sum()?;
        if let Some((_, op)) = OPERATORS.iter().find(|(sign, _)| self.sign(sign)) {
            return Some(binary(*op, left, self.sum()?));
        }
        if self.take("is") {
            let negated = self.take("not");
            self.must("null")?;
            return Some(at(ExprKind::IsNull { value: Box::new(left), negated }));
        }
        let negated = self.take("not");
        let found = if self.take("in") {
            self.sign("(").then_some(())?;
            let values = self.list(Self::expr)?;
            self.sign(")").then_some(())?;
            let op = if negated { BinaryOp::NotIn } else { BinaryOp::In };
            return Some(binary(op, left, at(ExprKind::List(values))));
        } else if self.take("between") {
            let low = self.sum()?;
            self.must("and")?;
            let range = binary(BinaryOp::Range, low, self.sum()?);
            binary(BinaryOp::In, left, range)
        } else if self.take("like") {
            self.pattern(left, false)?
        } else if self.take("ilike") {
            self.pattern(left, true)?
        } else {
            return (!negated).then_some(left);
        };
        Some(if negated { not(found) } else { found })
    }

    /// `LIKE 'openai/%'`
    fn pattern(&mut self, left: Expr, any_case: bool) -> Option<Expr> {
        let Some(Token::Text(pattern)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        let (op, text) = like(pattern)?;
        Some(if any_case {
            let lower = call("lower", vec![left]);
            binary(op, lower, at(ExprKind::Text(text.to_lowercase())))
        } else {
            binary(op, left, at(ExprKind::Text(text.to_string())))
        })
    }

    fn sum(&mut self) -> Option<Expr> {
        let mut left = self.product()?;
        loop {
            let op = match () {
                () if self.sign("+") => BinaryOp::Add,
                () if self.sign("-") => BinaryOp::Subtract,
                () => return Some(left),
            };
            left = binary(op, left, self.product()?);
        }
    }

    fn product(&mut self) -> Option<Expr> {
        let mut left = self.primary()?;
        loop {
            let op = match () {
                () if self.sign("*") => BinaryOp::Multiply,
                () if self.sign("/") => BinaryOp::Divide,
                () if self.sign("%") => BinaryOp::Remainder,
                () => return Some(left),
            };
            left = binary(op, left, self.primary()?);
        }
    }

    fn primary(&mut self) -> Option<Expr> {
        if self.sign("(") {
            let inside = self.expr()?;
            return self.sign(")").then_some(inside);
        }
        if self.sign("-") {
            let number = self.number()?;
            return Some(at(ExprKind::Unary(UnaryOp::Negate, Box::new(at(ExprKind::Number(number))))));
        }
        let token = self.tokens.get(self.at)?.clone();
        let word = match token {
            Token::Number(number) => {
                self.at += 1;
                return Some(at(ExprKind::Number(number)));
            }
            Token::Text(text) => {
                self.at += 1;
                return Some(at(if is_day(&text) { ExprKind::Date(text) } else { ExprKind::Text(text) }));
            }
            Token::Quoted(_) => return Some(at(ExprKind::Name(self.name()?))),
            Token::Word(word) => word,
            Token::Sign(_) => return None,
        };
        let lower = word.to_lowercase();
        let called = matches!(self.tokens.get(self.at + 1), Some(Token::Sign("(")));
        match lower.as_str() {
            "null" => {
                self.at += 1;
                return Some(at(ExprKind::Null));
            }
            "true" | "false" => {
                self.at += 1;
                return Some(at(ExprKind::Bool(lower == "true")));
            }
            "current_date" if !called => {
                self.at += 1;
                return Some(call("today", vec![]));
            }
            // `DATE '2026-02-01'`
            "date" | "timestamp" if matches!(self.tokens.get(self.at + 1), Some(Token::Text(_))) => {
                self.at += 1;
                return self.primary();
            }
            _ => {}
        }
        if called {
            self.at += 2;
            return self.call(&lower);
        }
        let name = self.name()?;
        let qualified = name.split_once('.').filter(|(table, _)| self.tables.iter().any(|t| t.eq_ignore_ascii_case(table)));
        let name = qualified.map_or(name.clone(), |(_, column)| column.to_string());
        Some(at(ExprKind::Name(name)))
    }

    /// A call behind its `(`.
    fn call(&mut self, name: &str) -> Option<Expr> {
        if name == "count" && self.sign("*") {
            return self.sign(")").then(|| call("count", vec![]));
        }
        if name == "count" && self.take("distinct") {
            let column = self.expr()?;
            return self.sign(")").then(|| call("count_distinct", vec![column]));
        }
        if self.sign(")") {
            return FUNCTIONS.contains(&name).then(|| call(name, vec![]));
        }
        let mut arguments = self.list(Self::expr)?;
        self.sign(")").then_some(())?;
        if name == "date_trunc" {
            let [Expr { kind: ExprKind::Text(unit), .. }, _] = arguments.as_slice() else { return None };
            let unit = unit.to_lowercase();
            FUNCTIONS.contains(&unit.as_str()).then_some(())?;
            return Some(call(&unit, vec![arguments.pop()?]));
        }
        let name = if name == "date" { "day" } else { name };
        FUNCTIONS.contains(&name).then(|| call(name, arguments))
    }
}

/// The operator and the text of a pattern that only has `%` at its ends.
pub fn like(pattern: &str) -> Option<(BinaryOp, &str)> {
    let text = pattern.strip_prefix('%').unwrap_or(pattern);
    let text = if text.is_empty() { text } else { text.strip_suffix('%').unwrap_or(text) };
    if text.is_empty() || text.contains(['%', '_', '\\']) {
        return None;
    }
    Some(match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, true) => (BinaryOp::Contains, text),
        (false, true) => (BinaryOp::StartsWith, text),
        (true, false) => (BinaryOp::EndsWith, text),
        (false, false) => (BinaryOp::Equal, text),
    })
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

fn at(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    at(ExprKind::Binary(op, Span::default(), Box::new(left), Box::new(right)))
}

fn not(value: Expr) -> Expr {
    at(ExprKind::Unary(UnaryOp::Not, Box::new(value)))
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    at(ExprKind::Call(Call { name: ident(name), arguments, as_word: false, over: None }))
}

fn ident(name: &str) -> Ident {
    Spanned::new(name.to_string(), Span::default())
}

fn column(name: &str) -> Expr {
    at(ExprKind::Name(name.to_string()))
}

fn item(name: Option<&str>, value: Expr) -> Item {
    Item { name: name.map(ident), value, tail: Tail::default(), span: Span::default() }
}

fn stage(word: &str, items: Vec<Item>) -> Stage {
    Stage {
        word: ident(word),
        tail: Tail::default(),
        alone: false,
        items,
        clauses: Vec::new(),
        calls: Calls::Plain,
        span: Span::default(),
    }
}

impl Select {
    fn pipeline(mut self) -> Option<Pipeline> {
        let mut stages = Vec::new();
        let mut conditions = Vec::new();
        self.condition.take().into_iter().for_each(|condition| parts(condition, &mut conditions));
        let arguments = range(&mut conditions)?;
        if let Some(condition) = conditions.into_iter().reduce(|a, b| binary(BinaryOp::And, a, b)) {
            (!aggregates(&condition)).then_some(())?;
            stages.push(stage("where", vec![item(None, condition)]));
        }
        let grouped = !self.keys.is_empty() || self.having.is_some();
        if grouped || self.items.iter().any(|(value, _)| aggregates(value)) {
            self.aggregated(&mut stages)?;
        } else {
            self.plain(&mut stages)?;
        }
        for (word, count) in [("skip", self.offset), ("limit", self.limit)] {
            stages.extend(count.map(|count| stage(word, vec![item(None, at(ExprKind::Number(count)))])));
        }
        let source = Source::Named { name: ident(&self.table), arguments };
        Some(Pipeline { source, stages, rest: Rest::Whole, span: Span::default() })
    }

    /// `SELECT model, cost … ORDER BY cost`
    fn plain(&mut self, stages: &mut Vec<Stage>) -> Option<()> {
        let order = std::mem::take(&mut self.order);
        let named = |(value, alias): &(Expr, Option<String>)| alias.clone().or(name_of(value));
        let names: Option<Vec<String>> = self.items.iter().map(named).collect();
        let mut keys = Vec::new();
        for (key, descending) in order {
            let key = match &key.kind {
                ExprKind::Number(place) => column(names.as_ref()?.get((*place as usize).checked_sub(1)?)?),
                _ => key,
            };
            keys.push(sort_key(key, descending));
        }
        let shown = |key: &Item| {
            let column = match &key.value.kind {
                ExprKind::Unary(_, inner) => name_of(inner),
                _ => name_of(&key.value),
            };
            column.is_some_and(|column| names.as_ref().is_some_and(|names| names.contains(&column)))
        };
        let sort = (!keys.is_empty()).then(|| keys.iter().all(shown));
        let items: Vec<Item> =
            self.items.drain(..).map(|(value, alias)| item(alias.as_deref(), value)).collect();
        let select = (!items.is_empty()).then(|| stage(if self.distinct { "distinct" } else { "select" }, items));
        if self.distinct && (select.is_none() || sort == Some(false)) {
            return None;
        }
        if sort == Some(false) {
            stages.push(stage("sort", std::mem::take(&mut keys)));
        }
        stages.extend(select);
        if sort == Some(true) {
            stages.push(stage("sort", keys));
        }
        Some(())
    }

    /// `SELECT model, SUM(cost) … GROUP BY model HAVING … ORDER BY …`
    fn aggregated(&mut self, stages: &mut Vec<Stage>) -> Option<()> {
        let mut results = Results::default();
        let mut shown = Vec::new();
        let items = std::mem::take(&mut self.items);
        let mut keys: Vec<(Expr, Option<String>)> = Vec::new();
        for key in std::mem::take(&mut self.keys) {
            let named = |(value, alias): &&(Expr, Option<String>)| *value == key || alias.is_some() && *alias == name_of(&key);
            let of_place = match key.kind {
                ExprKind::Number(place) => Some(items.get((place as usize).checked_sub(1)?)?),
                _ => items.iter().find(named),
            };
            let (value, alias) = of_place.cloned().unwrap_or((key, None));
            (!aggregates(&value)).then_some(())?;
            // A computed key needs a name that the rest can refer to.
            keys.push((value.clone(), alias.or(name_of(&value)).or(name_of_call(&value))));
        }
        for (value, alias) in &items {
            if aggregates(value) {
                shown.push(results.add(value, alias.as_deref())?);
            } else {
                let key = keys.iter().find(|(key, _)| key == value)?;
                shown.push(key.1.clone()?);
            }
        }
        let having = self.having.take().map(|having| results.replaced(having, &keys)).transpose_some()?;
        let mut order = Vec::new();
        for (key, descending) in std::mem::take(&mut self.order) {
            let key = match &key.kind {
                ExprKind::Number(place) => column(shown.get((*place as usize).checked_sub(1)?)?),
                _ => results.replaced(key, &keys)?,
            };
            order.push(sort_key(key, descending));
        }
        let mut given: Vec<String> = keys.iter().map(|(_, name)| name.clone()).collect::<Option<_>>()?;
        if !keys.is_empty() {
            let key = |(value, name): (Expr, Option<String>)| {
                let plain = name_of(&value) == name;
                item(name.as_deref().filter(|_| !plain), value)
            };
            stages.push(stage("group", keys.into_iter().map(key).collect()));
        }
        given.extend(results.list.iter().map(|(_, name)| name.clone()));
        if results.list.is_empty() {
            // Keys alone are the rows that differ in them.
            let Some(group) = stages.last_mut() else { return None };
            group.word = ident("distinct");
        } else {
            stages.push(results.stage());
        }
        stages.extend(having.map(|having| stage("where", vec![item(None, having)])));
        if !order.is_empty() {
            stages.push(stage("sort", order));
        }
        if given != shown {
            stages.push(stage("select", shown.iter().map(|name| item(None, column(name))).collect()));
        }
        Some(())
    }
}

/// An option in an option: nothing to do is fine, what cannot be done is not.
trait TransposeSome<T> {
    fn transpose_some(self) -> Option<Option<T>>;
}

impl<T> TransposeSome<T> for Option<Option<T>> {
    fn transpose_some(self) -> Option<Option<T>> {
        match self {
            None => Some(None),
            Some(None) => None,
            Some(found) => Some(found),
        }
    }
}

/// Aggregates, each with the name of its result.
#[derive(Default)]
struct Results {
    list: Vec<(Expr, String)>,
}

impl Results {
    /// The name of the result of this expression, which is there afterwards.
    fn add(&mut self, value: &Expr, alias: Option<&str>) -> Option<String> {
        if let Some((_, name)) = self.list.iter().find(|(known, name)| known == value && alias.is_none_or(|a| a == name)) {
            return Some(name.clone());
        }
        let name = alias.map(str::to_string).or_else(|| name_of_call(value)).unwrap_or_else(|| "result".to_string());
        let taken = self.list.iter().any(|(_, known)| *known == name);
        (!taken).then(|| {
            self.list.push((value.clone(), name.clone()));
            name
        })
    }

    /// An expression over the results: its aggregates and keys are columns there.
    fn replaced(&mut self, expr: Expr, keys: &[(Expr, Option<String>)]) -> Option<Expr> {
        if let Some((_, name)) = self.list.iter().find(|(value, _)| *value == expr) {
            return Some(column(name));
        }
        if let Some((_, Some(name))) = keys.iter().find(|(key, _)| *key == expr) {
            return Some(column(name));
        }
        Some(at(match expr.kind {
            ExprKind::Call(ref aggregate) if AGGREGATES.contains(&aggregate.name.value.as_str()) => {
                ExprKind::Name(self.add(&expr, None)?)
            }
            ExprKind::Binary(op, span, left, right) => {
                let (left, right) = (self.replaced(*left, keys)?, self.replaced(*right, keys)?);
                ExprKind::Binary(op, span, Box::new(left), Box::new(right))
            }
            ExprKind::Unary(op, value) => ExprKind::Unary(op, Box::new(self.replaced(*value, keys)?)),
            ExprKind::IsNull { value, negated } => {
                ExprKind::IsNull { value: Box::new(self.replaced(*value, keys)?), negated }
            }
            kind => {
                (!aggregates(&at(kind.clone()))).then_some(())?;
                kind
            }
        }))
    }

    /// `sum cost, count as n`, or `agg` where one of them is more than an aggregate of a column.
    fn stage(self) -> Stage {
        let simple = |value: &Expr| match &value.kind {
            ExprKind::Call(call) => call.arguments.iter().all(|argument| name_of(argument).is_some()),
            _ => false,
        };
        if !self.list.iter().all(|(value, _)| simple(value)) {
            return stage("agg", self.list.into_iter().map(|(value, name)| item(Some(&name), value)).collect());
        }
        let named = |(mut value, name): (Expr, String)| {
            let plain = name_of_call(&value).is_some_and(|usual| usual == name);
            if let ExprKind::Call(call) = &mut value.kind {
                call.as_word = !call.arguments.is_empty();
            }
            let tail = Tail { condition: None, alias: (!plain).then(|| ident(&name)) };
            Item { name: None, value, tail, span: Span::default() }
        };
        let mut items: Vec<Item> = self.list.into_iter().map(named).collect();
        // The first aggregate is the verb.
        let first = items.remove(0);
        let ExprKind::Call(call) = first.value.kind else { return stage("agg", items) };
        let mut aggregate = stage(&call.name.value, Vec::new());
        match call.arguments.into_iter().next() {
            Some(argument) => items.insert(0, Item { tail: first.tail, ..item(None, argument) }),
            None => {
                aggregate.tail = first.tail;
                aggregate.alone = !items.is_empty();
            }
        }
        aggregate.items = items;
        aggregate
    }
}

fn sort_key(key: Expr, descending: bool) -> Item {
    item(None, if descending { at(ExprKind::Unary(UnaryOp::Negate, Box::new(key))) } else { key })
}

fn name_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        _ => None,
    }
}

/// The name that the result of a call of a column has by itself.
fn name_of_call(expr: &Expr) -> Option<String> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let function = call.name.value.as_str();
    match call.arguments.as_slice() {
        [] => Some(function.to_string()),
        [argument] => {
            let column = name_of(argument)?;
            Some(match function {
                "sum" => column,
                _ if AGGREGATES.contains(&function) => format!("{function}_{column}"),
                _ => function.to_string(),
            })
        }
        _ => None,
    }
}

/// Whether an aggregate stands in it.
fn aggregates(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(call) => {
            AGGREGATES.contains(&call.name.value.as_str()) || call.arguments.iter().any(aggregates)
        }
        ExprKind::Binary(_, _, left, right) => aggregates(left) || aggregates(right),
        ExprKind::Unary(_, value) | ExprKind::IsNull { value, .. } => aggregates(value),
        ExprKind::List(items) => items.iter().any(aggregates),
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Quantity(..)
        | ExprKind::Name(_)
        | ExprKind::Param(_)
        | ExprKind::Pipeline(_) => false,
    }
}

/// What is joined by `and`.
fn parts(condition: Expr, into: &mut Vec<Expr>) {
    match condition.kind {
        ExprKind::Binary(BinaryOp::And, _, left, right) => {
            parts(*left, into);
            parts(*right, into);
        }
        kind => into.push(at(kind)),
    }
}

/// The range of a source, from conditions on its days, which are taken out; nothing where it has an end alone.
fn range(conditions: &mut Vec<Expr>) -> Option<Vec<Argument>> {
    let (mut first, mut last): (Option<Date>, Option<Date>) = (None, None);
    let mut kept = Vec::new();
    for condition in conditions.drain(..) {
        match days(&condition) {
            Some((from, to)) => {
                first = from.into_iter().chain(first).max();
                last = to.into_iter().chain(last).min();
            }
            None => kept.push(condition),
        }
    }
    *conditions = kept;
    let words = match (first, last) {
        (None, None) => String::new(),
        (Some(first), Some(last)) if first == last => format!("on {first}"),
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        (Some(first), None) => format!("from {first}"),
        (None, Some(_)) => return None,
    };
    let bare = |word: &str| Argument { name: None, value: ArgumentValue::Bare(word.to_string()), span: Span::default() };
    Some(words.split_whitespace().map(bare).collect())
}

/// The first and the last day that a condition on a column of days leaves.
fn days(condition: &Expr) -> Option<(Option<Date>, Option<Date>)> {
    let ExprKind::Binary(op, _, left, right) = &condition.kind else { return None };
    // A time is later than its day as soon as the day has begun.
    let known = match name_of(left)?.as_str() {
        "date" => true,
        "time" => matches!(op, BinaryOp::GreaterEqual | BinaryOp::Less),
        _ => false,
    };
    if !known {
        return None;
    }
    let day = |expr: &Expr| match &expr.kind {
        ExprKind::Date(text) => text.parse::<Date>().ok(),
        _ => None,
    };
    Some(match (op, &right.kind) {
        (BinaryOp::Equal, _) => (Some(day(right)?), Some(day(right)?)),
        (BinaryOp::GreaterEqual, _) => (Some(day(right)?), None),
        (BinaryOp::Greater, _) => (Some(day(right)?.saturating_add(1.day())), None),
        (BinaryOp::LessEqual, _) => (None, Some(day(right)?)),
        (BinaryOp::Less, _) => (None, Some(day(right)?.saturating_sub(1.day()))),
        (BinaryOp::In, ExprKind::Binary(BinaryOp::Range, _, low, high)) => (Some(day(low)?), Some(day(high)?)),
        _ => return None,
    })
}
