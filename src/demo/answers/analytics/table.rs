//! A group as a row of the answer: time, dimensions, metrics (facts 17, 18, 20).

use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::cube::Group;
use super::figures::Figure;
use super::metrics::Written;
use super::window::Kept;
use crate::demo::fault::Faults;

pub fn row(group: &Group, ask: &Ask, faults: &Faults) -> Value {
    let mut fields = Map::new();
    if let Some(granularity) = ask.granularity {
        let (name, value) = ask.window.written(granularity, group.place.0);
        fields.insert(name, json!(value));
    }
    for dimension in &ask.dimensions {
        fields.insert(dimension.name.to_owned(), dimension.value(&group.one, faults));
        if let Some(field) = &dimension.beside {
            fields.insert(field.name.to_owned(), (field.value)(&group.one));
        }
    }
    for metric in &ask.metrics {
        let figure = (metric.value)(&group.sums);
        let value = match (figure, metric.written, ask.window.kept) {
            (Figure::Count(count), Written::Text, _)
            | (Figure::Count(count), Written::TextOfRequests, Kept::Requests) => json!(count.to_string()),
            (figure, Written::Text | Written::Number | Written::TextOfRequests, _) => figure.json(),
        };
        fields.insert(metric.name.to_owned(), value);
    }
    Value::Object(fields)
}
