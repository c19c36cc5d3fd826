//! The words of a `SELECT` become its parts: reading by descent, which gives up at whatever it does not know.

use super::{Select, Token, at, binary, call, is_day, like, not};
use crate::syntax::ast::*;

/// Expressions that are nested deeper are not read.
const MAX_DEPTH: usize = 30;

pub struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// What names of columns may be qualified by.
    tables: Vec<String>,
}

/// Words that end an item, and are no alias.
const CLAUSES: &[&str] = &[
    "from", "where", "group", "having", "order", "limit", "offset", "asc", "desc", "as", "and", "or", "when", "then",
    "else", "end",
];

/// Functions that are called the same, and mean the same.
const FUNCTIONS: &[&str] = &[
    "sum", "avg", "min", "max", "count", "median", "lower", "upper", "trim", "length", "round", "abs", "floor", "ceil",
    "sqrt", "coalesce", "concat", "replace", "day", "week", "month", "quarter", "year", "hour", "now",
];

impl<'a> Reader<'a> {
    pub fn new(tokens: &'a [Token]) -> Self {
        Self { tokens, at: 0, depth: 0, tables: Vec::new() }
    }

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

    /// One expression, and nothing behind it.
    pub fn whole(&mut self) -> Option<Expr> {
        let expr = self.expr()?;
        (self.at == self.tokens.len()).then_some(expr)
    }

    pub fn select(&mut self) -> Option<Select> {
        self.must("select")?;
        let mut select = Select { distinct: self.take("distinct"), ..Select::default() };
        // The table is needed to read names that it qualifies.
        let from =
            self.tokens.iter().position(|t| matches!(t, Token::Word(word) if word.eq_ignore_ascii_case("from")))?;
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
            "case" => {
                self.at += 1;
                return self.choice();
            }
            "interval" => {
                self.at += 1;
                return self.length();
            }
            "current_timestamp" if !called => {
                self.at += 1;
                return Some(call("now", vec![]));
            }
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
        let qualified =
            name.split_once('.').filter(|(table, _)| self.tables.iter().any(|t| t.eq_ignore_ascii_case(table)));
        let name = qualified.map_or(name.clone(), |(_, column)| column.to_string());
        Some(at(ExprKind::Name(name)))
    }

    /// `CASE WHEN cost > 1 THEN 'much' ELSE 'little' END` behind its first word.
    fn choice(&mut self) -> Option<Expr> {
        let mut arguments = Vec::new();
        while self.take("when") {
            arguments.push(self.expr()?);
            self.must("then")?;
            arguments.push(self.expr()?);
        }
        arguments.push(if self.take("else") { self.expr()? } else { at(ExprKind::Null) });
        self.must("end")?;
        match arguments.len() {
            1 => None,
            3 => Some(call("if", arguments)),
            _ => Some(call("case", arguments)),
        }
    }

    /// `'7 days'`, `'7' day`, `7 day` behind `INTERVAL`.
    fn length(&mut self) -> Option<Expr> {
        let (count, unit) = match self.tokens.get(self.at)?.clone() {
            Token::Text(text) => {
                self.at += 1;
                match text.trim().split_once(' ') {
                    Some((count, unit)) => (count.parse().ok()?, Some(unit.trim().to_lowercase())),
                    None => (text.trim().parse().ok()?, None),
                }
            }
            Token::Number(count) => {
                self.at += 1;
                (count, None)
            }
            Token::Word(_) | Token::Quoted(_) | Token::Sign(_) => return None,
        };
        let unit = match unit {
            Some(unit) => unit,
            None => {
                let unit = self.word()?;
                self.at += 1;
                unit
            }
        };
        let (count, unit) = match unit.as_str() {
            "day" | "days" => (count, "d"),
            "week" | "weeks" => (7.0 * count, "d"),
            "hour" | "hours" => (count, "h"),
            "minute" | "minutes" => (count, "m"),
            // Months and years have no fixed length.
            _ => return None,
        };
        Some(at(ExprKind::Quantity(count, unit.to_string())))
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
            let name = match name {
                "current_date" | "curdate" => "today",
                "current_timestamp" | "getdate" => "now",
                name => name,
            };
            return (name == "today" || FUNCTIONS.contains(&name)).then(|| call(name, vec![]));
        }
        let mut arguments = self.list(Self::expr)?;
        self.sign(")").then_some(())?;
        // `DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)`
        if let ("date_sub" | "datetime_sub" | "timestamp_sub", 2) = (name, arguments.len()) {
            let length = arguments.pop()?;
            return Some(binary(BinaryOp::Subtract, arguments.pop()?, length));
        }
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
