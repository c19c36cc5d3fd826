//! Filters: dimensions compared with ids, all of which must hold (facts 9, 20, 21).

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::dimensions::{self, Dimension};
use crate::demo::base::Row;
use crate::demo::data::KEYS;
use crate::demo::fault::Faults;
use crate::demo::refusal::Refusal;

/// More filters than these are refused.
const MOST: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Scalar,
    Array,
}

impl Takes {
    pub fn name(self) -> &'static str {
        match self {
            Takes::Scalar => "scalar",
            Takes::Array => "array",
        }
    }
}

/// How a row's value stands to those of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Among,
    NotAmong,
    /// Which orderings pass.
    Ordered(&'static [Ordering]),
}

pub static OPERATORS: &[(&str, Compare, Takes)] = &[
    ("eq", Compare::Among, Takes::Scalar),
    ("neq", Compare::NotAmong, Takes::Scalar),
    ("in", Compare::Among, Takes::Array),
    ("not_in", Compare::NotAmong, Takes::Array),
    ("gt", Compare::Ordered(&[Ordering::Greater]), Takes::Scalar),
    ("gte", Compare::Ordered(&[Ordering::Greater, Ordering::Equal]), Takes::Scalar),
    ("lt", Compare::Ordered(&[Ordering::Less]), Takes::Scalar),
    ("lte", Compare::Ordered(&[Ordering::Less, Ordering::Equal]), Takes::Scalar),
];

/// One filter. A row without a value passes only where `include_unset` says so.
#[derive(Debug)]
pub struct Filter {
    pub dimension: &'static Dimension,
    compare: Compare,
    values: HashSet<String>,
    include_unset: bool,
}

impl Filter {
    /// Reads `filters`; what cannot be resolved is named among the warnings.
    pub fn read_all(
        filters: Option<&Value>,
        faults: &Faults,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<Self>, Refusal> {
        let Some(filters) = filters else { return Ok(Vec::new()) };
        let filters = filters.as_array().ok_or_else(Refusal::bad_request)?;
        if filters.len() > MOST {
            return Err(Refusal::new(400, format!("At most {MOST} filters are allowed")));
        }
        filters.iter().map(|filter| Self::read(filter, faults, warnings)).collect()
    }

    fn read(filter: &Value, faults: &Faults, warnings: &mut Vec<String>) -> Result<Self, Refusal> {
        let word = |name: &str| filter.get(name).and_then(Value::as_str).ok_or_else(Refusal::bad_request);
        let (field, operator) = (word("field")?, word("operator")?);
        let dimension = dimensions::all(faults).find(|dimension| dimension.name == field);
        let dimension = dimension.ok_or_else(|| Refusal::new(400, format!("Unknown filter field: {field}")))?;
        let known = OPERATORS.iter().find(|(name, _, _)| *name == operator);
        let (_, compare, takes) = known.ok_or_else(|| Refusal::new(400, format!("Unknown operator: {operator}")))?;
        let given = match (takes, filter.get("value")) {
            (Takes::Array, Some(Value::Array(values))) => values.iter().collect(),
            (Takes::Scalar, Some(value)) => vec![value],
            (Takes::Array, Some(_)) | (_, None) => return Err(Refusal::bad_request()),
        };
        let mut values = HashSet::new();
        for value in given {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(Refusal::bad_request());
                }
            };
            values.extend(resolved(dimension, text, warnings));
        }
        let include_unset = match filter.get("include_unset") {
            None => false,
            Some(Value::Bool(include)) if *takes == Takes::Array && dimension.unset_bucket => *include,
            Some(_) => {
                let message = "include_unset needs the operator in or not_in, and api_key_id, app or user";
                return Err(Refusal::new(400, message));
            }
        };
        Ok(Filter { dimension, compare: *compare, values, include_unset })
    }

    fn passes(&self, value: Option<&str>) -> bool {
        let Some(value) = value else { return self.include_unset };
        match self.compare {
            Compare::Among => self.values.contains(value),
            Compare::NotAmong => !self.values.contains(value),
            Compare::Ordered(passing) => self.values.iter().all(|than| passing.contains(&order(value, than))),
        }
    }
}

/// As rows hold it: of keys the number, for the hash as well. A key that is nobody's is a warning and no value.
fn resolved(dimension: &Dimension, text: String, warnings: &mut Vec<String>) -> Option<String> {
    match dimension.name {
        "api_key_id" => {
            let found = KEYS.iter().find(|key| {
                key.hash.eq_ignore_ascii_case(&text) || text.parse::<u64>().is_ok_and(|number| number == key.number)
            });
            if found.is_none() {
                warnings.push(format!("api_key_id filter: {text} could not be resolved to an API key"));
            }
            found.map(|key| key.number.to_string())
        }
        "workspace" => Some(text.to_ascii_lowercase()),
        _ => Some(text),
    }
}

/// Numbers by size, other texts by their letters.
fn order(value: &str, than: &str) -> Ordering {
    match (value.parse::<f64>(), than.parse::<f64>()) {
        (Ok(value), Ok(than)) => value.total_cmp(&than),
        _ => value.cmp(than),
    }
}

/// The filters of a query over its rows: each value is looked at once.
pub struct Sieve<'a> {
    faults: &'a Faults,
    filters: Vec<(&'a Filter, HashMap<u64, bool>)>,
}

impl<'a> Sieve<'a> {
    pub fn new(filters: &'a [Filter], faults: &'a Faults) -> Self {
        Sieve { faults, filters: filters.iter().map(|filter| (filter, HashMap::new())).collect() }
    }

    pub fn passes(&mut self, row: &Row) -> bool {
        let faults = self.faults;
        self.filters.iter_mut().all(|(filter, known)| {
            let key = (filter.dimension.key)(row, faults);
            let look = || filter.passes((filter.dimension.raw)(row, faults).as_deref());
            *known.entry(key).or_insert_with(look)
        })
    }
}
