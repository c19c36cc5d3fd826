//! The columns at one point of a pipeline.

use super::catalog::Shown;
use super::expr::Typed;
use super::hidden::OTHERS;
use super::rel::Named;
use crate::span::Span;
use crate::suggest;
use crate::types::{Type, Unit};

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub ty: Type,
    pub role: Role,
    /// Other names that are understood: the API's own.
    pub aliases: &'static [&'static str],
    /// How a rate is recomputed from its parts: `sum(cost) / sum(tokens)`.
    pub parts: Option<String>,
    /// Its values are means of groups, or quotients of their sums: a mean of them wants weights.
    pub averaged: bool,
    pub shown: Shown,
    pub doc: &'static str,
}

impl Column {
    pub fn new(name: impl Into<String>, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty: ty.settled(),
            role: Role::Plain,
            aliases: &[],
            parts: None,
            averaged: false,
            shown: Shown::Always,
            doc: "",
        }
    }

    pub fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// A part of a whole, as `share` makes it.
    pub fn is_share(&self) -> bool {
        self.ty.unit() == Some(Unit::RATIO) && self.role == Role::Measure && self.name.ends_with("_share")
    }

    /// A number that is no key: what a picture can draw.
    pub fn is_value(&self) -> bool {
        self.ty.is_number() && self.role != Role::Key
    }
}

/// What a column is to the aggregation it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Plain,
    /// A key of the group: breaks ties.
    Key,
    /// A result of an aggregate: what a bare `top` sorts by.
    Measure,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    pub columns: Vec<Column>,
    /// There are columns of this type behind them whose names only the rows tell.
    pub open: Option<Type>,
}

impl Schema {
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, open: None }
    }

    /// A column by its name, or else by an alias.
    pub fn find(&self, name: &str) -> Option<&Column> {
        let by_name = self.columns.iter().find(|column| column.name == name);
        by_name.or_else(|| self.columns.iter().find(|column| column.aliases.contains(&name)))
    }

    /// The columns that were likely meant by `name`.
    pub fn nearest(&self, name: &str) -> Vec<String> {
        let names = self
            .columns
            .iter()
            .flat_map(|column| std::iter::once(column.name.as_str()).chain(column.aliases.iter().copied()));
        let mut found: Vec<String> = Vec::new();
        for near in suggest::nearest(name, names) {
            let column = self.find(&near).map_or(near, |column| column.name.clone());
            if !found.contains(&column) {
                found.push(column);
            }
        }
        found
    }

    /// Without the columns that nobody named.
    pub fn shown(&self) -> Self {
        Self { open: self.open.clone(), ..Self::new(self.shown_columns().cloned().collect()) }
    }

    pub fn shown_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.shown == Shown::Always)
    }

    /// Each column as it is, and those whose names only the rows tell.
    pub fn as_they_are(&self) -> Vec<Named> {
        let own = self.columns.iter().map(|column| (column.name.as_str(), &column.ty));
        let others = self.open.iter().map(|ty| (OTHERS, ty));
        let kept = |(name, ty): (&str, &Type)| Named {
            name: name.to_string(),
            value: Typed::column(name, ty.clone(), Span::default()),
        };
        own.chain(others).map(kept).collect()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// A picture of it has something to draw, as far as its columns are known.
    pub fn is_drawable(&self) -> bool {
        self.open.is_some() || self.shown_columns().any(Column::is_value)
    }

    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |column| column.role == role)
    }
}
