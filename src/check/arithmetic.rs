//! Arithmetic: what is added to what, and the unit and class of sums, products and quotients.

use super::Checker;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{Node, ScalarOp, Typed};
use crate::model::lowering::Lowering as _;
use crate::model::value::Value;
use crate::span::Span;
use crate::syntax::ast::BinaryOp;
use crate::types::{Class, Type, Unit};

impl Checker<'_> {
    /// Addition and subtraction: of numbers of one unit, of times and lengths.
    pub fn sum_of(&mut self, op: ScalarOp, left: Typed, right: Typed, at: Span, span: Span) -> Option<Typed> {
        let is_time = |ty: &Type| matches!(ty, Type::Date | Type::Time);
        let ms = Type::Number(Unit::MS, Class::Plain);
        match (&left.ty, &right.ty) {
            (Type::Number(a, ca), Type::Number(b, cb)) if a.fits(*b) => {
                let ty = Type::Number(a.or(*b), ca.beside(*cb));
                Some(Typed::scalar(op, vec![left, right], ty, span))
            }
            (Type::Null, Type::Number(..)) | (Type::Number(..), Type::Null) => {
                let ty = if left.ty == Type::Null { right.ty.clone() } else { left.ty.clone() };
                Some(Typed::scalar(op, vec![left, right], ty, span))
            }
            (a, b) if is_time(a) && is_time(b) && op == ScalarOp::Subtract => {
                Some(Typed::scalar(ScalarOp::MillisBetween, vec![right, left], ms, span))
            }
            (a, Type::Period) if is_time(a) && !matches!(right.node, Node::Literal(_)) => {
                let error =
                    Diagnostic::error(Code::E0202, "a length of the calendar must be written out").at(right.span);
                self.report(error.label("computed").help("as in `date + 1mo`; days and shorter may be computed"));
                None
            }
            (a, Type::Period) if is_time(a) => {
                let ty = a.clone();
                let right = self.signed(op, right)?;
                Some(Typed::scalar(ScalarOp::AddMonths, vec![left, right], ty, span))
            }
            (a, Type::Number(unit, _)) if is_time(a) && *unit == Unit::MS => {
                // Whole days leave a date a date; anything finer makes it a time.
                let whole = matches!(&right.node, Node::Literal(Value::Float(n)) if n % 86_400_000.0 == 0.0);
                let ty = if *a == Type::Date && whole { Type::Date } else { Type::Time };
                let right = self.signed(op, right)?;
                Some(Typed::scalar(ScalarOp::AddMillis, vec![left, right], ty, span))
            }
            (Type::Text, Type::Text) if op == ScalarOp::Add => {
                let (a, b) = (left.span.of(self.text), right.span.of(self.text));
                let mended = format!("concat({a}, {b})");
                let error = Diagnostic::error(Code::E0201, "text is not added").at(at).label("use `concat`");
                self.report(error.help(format!("write `{mended}`")).edit(span, mended));
                None
            }
            _ => {
                self.mismatch(if op == ScalarOp::Add { "added" } else { "subtracted" }, &left, &right, at);
                None
            }
        }
    }

    fn signed(&mut self, op: ScalarOp, length: Typed) -> Option<Typed> {
        if op == ScalarOp::Add {
            return Some(length);
        }
        let span = length.span;
        self.negate(length, span)
    }

    pub fn product(&mut self, op: BinaryOp, left: Typed, right: Typed, at: Span, span: Span) -> Option<Typed> {
        let scalar = match op {
            BinaryOp::Multiply => ScalarOp::Multiply,
            BinaryOp::Divide => ScalarOp::Divide,
            _ => ScalarOp::Remainder,
        };
        let (a, b) = match (&left.ty, &right.ty) {
            (Type::Number(a, ca), Type::Number(b, cb)) => ((*a, *ca), (*b, *cb)),
            (Type::Null, _) | (_, Type::Null) => {
                return Some(Typed::scalar(scalar, vec![left, right], Type::PLAIN, span));
            }
            _ => {
                self.mismatch(if op == BinaryOp::Multiply { "multiplied" } else { "divided" }, &left, &right, at);
                return None;
            }
        };
        let unit = match op {
            BinaryOp::Multiply => a.0.times(b.0),
            BinaryOp::Divide => a.0.per(b.0),
            _ => Some(a.0),
        };
        let unit = unit.unwrap_or(Unit::NONE);
        // A written factor scales: by a power of ten under a name of its own (a price of a million tokens), by any other
        // factor a quotient or ratio is no longer in its unit. Ten times a cost, as twice a cost, is a cost; and ten times
        // a written length of time is one.
        let factor = match op {
            BinaryOp::Multiply => constant(&right).or_else(|| constant(&left)),
            BinaryOp::Divide => constant(&right).map(|n| 1.0 / n).or_else(|| constant(&left)),
            _ => None,
        };
        let fixed = unit.is_quotient() || unit.unscaled() == Unit::RATIO;
        let scaled = match factor.map(|factor| (factor, power_of_ten(factor))) {
            None => unit,
            Some((_, Some(power))) if !fixed && (power.abs() == 1 || is_written(&left) && is_written(&right)) => unit,
            Some((_, Some(power))) => unit.scaled(power),
            Some(_) if fixed => Unit::NONE,
            Some(_) => unit,
        };
        let class = if fixed {
            Class::Ratio
        } else if constant(&right).is_some() && op != BinaryOp::Remainder {
            a.1
        } else if constant(&left).is_some() && op == BinaryOp::Multiply {
            b.1
        } else if op == BinaryOp::Divide && a.1 == Class::Additive && b.1 == Class::Additive {
            Class::Ratio
        } else {
            Class::Plain
        };
        let unit = scaled;
        Some(Typed::scalar(scalar, vec![left, right], Type::Number(unit, class), span))
    }
}

/// The value of a number that is written out, or computed from such without a unit.
fn constant(typed: &Typed) -> Option<f64> {
    match &typed.node {
        Node::Literal(Value::Float(n)) if typed.ty.unit() == Some(Unit::NONE) => Some(*n),
        Node::Scalar(op, arguments) => match (op, arguments.as_slice()) {
            (ScalarOp::Negate, [a]) => Some(-constant(a)?),
            (ScalarOp::Multiply, [a, b]) => Some(constant(a)? * constant(b)?),
            (ScalarOp::Divide, [a, b]) => Some(constant(a)? / constant(b)?),
            _ => None,
        },
        _ => None,
    }
}

/// A value that stands in the text.
fn is_written(typed: &Typed) -> bool {
    matches!(typed.node, Node::Literal(_))
}

/// 2 for 100, -3 for 0.001; the sign does not count.
fn power_of_ten(n: f64) -> Option<i8> {
    (-12..=12).find(|power| (10f64.powi(i32::from(*power)) / n.abs() - 1.0).abs() < 1e-12)
}
