//! The type of a column, told by its cells: what all of them are, and text where they differ.

use serde_json::Value as Json;

use super::cell;
use crate::types::Type;

/// What the cells of a column are so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing but nulls.
    Nothing,
    Bool,
    Number,
    Date,
    Time,
    Text,
    List(Box<Kind>),
    Record(Vec<(String, Kind)>),
}

/// Records in records further down than this are text.
const DEEPEST: usize = 16;

/// A record with more fields than this is a table of something, and text.
const WIDEST: usize = 500;

impl Kind {
    /// Of a field of a csv; an empty one in quotes fits everywhere.
    pub fn of_text(text: &str) -> Self {
        match text.as_bytes().first() {
            None => Self::Nothing,
            Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b' ') if cell::number(text).is_some() => Self::Number,
            Some(b'0'..=b'9') => Self::of_words(text),
            Some(b't' | b'T' | b'f' | b'F') if cell::boolean(text).is_some() => Self::Bool,
            Some(_) => Self::Text,
        }
    }

    /// Of a text that is one: a day, a time, or a text.
    fn of_words(text: &str) -> Self {
        if cell::date(text).is_some() {
            Self::Date
        } else if cell::time(text).is_some() {
            Self::Time
        } else {
            Self::Text
        }
    }

    pub fn of_json(value: &Json) -> Self {
        Self::below(value, 0)
    }

    fn below(value: &Json, depth: usize) -> Self {
        match value {
            Json::Null => Self::Nothing,
            Json::Bool(_) => Self::Bool,
            Json::Number(number) => match number.as_f64().and_then(cell::exact) {
                Some(_) => Self::Number,
                None => Self::Text,
            },
            Json::String(text) => Self::of_words(text),
            Json::Array(_) | Json::Object(_) if depth >= DEEPEST => Self::Text,
            Json::Array(items) => {
                let kinds = items.iter().map(|item| Self::below(item, depth + 1));
                Self::List(Box::new(kinds.fold(Self::Nothing, Self::or_text)))
            }
            Json::Object(fields) if fields.len() > WIDEST => Self::Text,
            Json::Object(fields) => {
                let kinds = fields.iter().map(|(name, value)| (name.clone(), Self::below(value, depth + 1)));
                Self::Record(kinds.collect())
            }
        }
    }

    /// What cells of both are, where they go together.
    pub fn with(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Nothing, kind) | (kind, Self::Nothing) => kind,
            (Self::Date, Self::Time) | (Self::Time, Self::Date) => Self::Time,
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.with(*b)?)),
            (Self::Record(mut fields), Self::Record(others)) => {
                for (name, kind) in others {
                    match fields.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => *known = std::mem::replace(known, Self::Nothing).with(kind)?,
                        None => fields.push((name, kind)),
                    }
                }
                if fields.len() > WIDEST { Self::Text } else { Self::Record(fields) }
            }
            (a, b) if a == b => a,
            _ => return None,
        })
    }

    /// What cells of both are; all cells can be text.
    pub fn or_text(self, other: Self) -> Self {
        match (self, other) {
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.or_text(*b))),
            (Self::Record(mut fields), Self::Record(others)) => {
                for (name, kind) in others {
                    match fields.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => *known = std::mem::replace(known, Self::Nothing).or_text(kind),
                        None => fields.push((name, kind)),
                    }
                }
                if fields.len() > WIDEST { Self::Text } else { Self::Record(fields) }
            }
            (a, b) => a.with(b).unwrap_or(Self::Text),
        }
    }

    /// The type of the column; a record without fields has none that could be asked for, and is text.
    pub fn ty(&self) -> Type {
        match self {
            Self::Nothing | Self::Text => Type::Text,
            Self::Bool => Type::Bool,
            Self::Number => Type::PLAIN,
            Self::Date => Type::Date,
            Self::Time => Type::Time,
            Self::List(item) => Type::List(Box::new(item.ty())),
            Self::Record(fields) if fields.is_empty() => Type::Text,
            Self::Record(fields) => Type::Record(fields.iter().map(|(name, kind)| (name.clone(), kind.ty())).collect()),
        }
    }
}
