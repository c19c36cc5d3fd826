//! Values for people: rounded, with units, on one line, and harmless to a terminal.

use super::number::Numbers;
use super::plain;
use crate::harmless;
use crate::model::value::Value;
use crate::types::Type;

/// How the cells of one column are shown.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    ty: &'a Type,
    numbers: Numbers,
}

impl<'a> Cells<'a> {
    /// For values of this type; numbers get the decimals that these values need.
    pub fn of(ty: &'a Type, values: &[Value]) -> Self {
        Self { ty, numbers: Numbers::of(ty, values.iter().filter_map(Value::number)) }
    }

    pub fn show(&self, value: &Value) -> String {
        match value {
            Value::Null => "null".to_string(),
            Value::Bool(yes) => yes.to_string(),
            Value::Int(n) => self.numbers.show_int(*n),
            Value::Float(x) => self.numbers.show(*x),
            Value::Text(raw) => text(raw),
            Value::Date(day) => day.to_string(),
            Value::Time(time) => time.to_string().replace('T', " ").trim_end_matches('Z').to_string(),
            Value::Local(time, offset) => offset.to_datetime(*time).to_string().replace('T', " "),
            Value::Months(count) => {
                let mut shown = String::new();
                plain::months(&mut shown, *count);
                shown
            }
            Value::List(items) if items.is_empty() => "[]".to_string(),
            Value::List(items) => {
                let records = items.iter().any(|item| matches!(item, Value::Record(_)));
                let cells = Self::of(item_type(self.ty), items);
                let shown: Vec<String> = items.iter().map(|item| cells.show(item)).collect();
                shown.join(if records { "; " } else { ", " })
            }
            Value::Record(fields) => format!("{{{}}}", record(self.ty, fields)),
        }
    }
}

/// The fields of a record on one line: `provider: DeepInfra, status: 503`.
pub fn record(ty: &Type, fields: &[(String, Value)]) -> String {
    let field = |(name, value): &(String, Value)| {
        let cells = Cells::of(field_type(ty, name), std::slice::from_ref(value));
        format!("{}: {}", harmless::line(name), cells.show(value))
    };
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

/// The type of the elements of a list.
pub fn item_type(ty: &Type) -> &Type {
    match ty {
        Type::List(item) => item,
        _ => &Type::Null,
    }
}

fn field_type<'a>(ty: &'a Type, name: &str) -> &'a Type {
    match ty {
        Type::Record(fields) => fields.iter().find(|(known, _)| known == name).map_or(&Type::Null, |(_, ty)| ty),
        _ => &Type::Null,
    }
}

/// Text that would look like nothing, or like a null, stands in quotes.
fn text(raw: &str) -> String {
    match raw {
        "" => "\"\"".to_string(),
        "null" => "\"null\"".to_string(),
        raw => harmless::line(raw).into_owned(),
    }
}
