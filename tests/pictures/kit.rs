//! What the tests of pictures share: answers that are written by hand, and what a terminal makes of a text.

use jiff::civil::date;
use orq::formats;
use orq::model::catalog::{Looks, Picture, Render, Titled, Unrenderable};
use orq::model::frame::{Answer, Frame};
use orq::model::route::Coverage;
use orq::model::schema::{Column, Role, Schema};
use orq::model::value::Value;
use orq::types::{Class, Type, Unit};

pub const USD: Type = Type::Number(Unit::USD, Class::Additive);
pub const MS: Type = Type::Number(Unit::MS, Class::Holistic);
pub const RATIO: Type = Type::Number(Unit::RATIO, Class::Ratio);

pub const TERMINAL: Looks = Looks { width: Some(80), unicode: true, color: false, max_rows: Some(200) };
pub const FILE: Looks = Looks { width: None, unicode: true, color: false, max_rows: None };

pub fn plain(width: usize) -> Looks {
    Looks { width: Some(width), unicode: false, ..TERMINAL }
}

pub fn wide(width: usize) -> Looks {
    Looks { width: Some(width), ..TERMINAL }
}

pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub fn key(name: &str, ty: Type, values: Vec<Value>) -> (Column, Vec<Value>) {
    (Column::new(name, ty).role(Role::Key), values)
}

pub fn measure(name: &str, ty: Type, values: &[f64]) -> (Column, Vec<Value>) {
    (Column::new(name, ty).role(Role::Measure), values.iter().map(|x| Value::Float(*x)).collect())
}

pub fn answer(columns: Vec<(Column, Vec<Value>)>) -> Answer {
    assert!(columns.windows(2).all(|two| two[0].1.len() == two[1].1.len()));
    let (columns, values) = columns.into_iter().unzip();
    let frame = Frame { schema: Schema::new(columns), columns: values };
    Answer { query: "test".to_string(), frame, coverage: Coverage::default(), warnings: Vec::new() }
}

/// Days from 2026-01-28 on.
pub fn days(count: usize) -> Vec<Value> {
    date(2026, 1, 28).series(jiff::Span::new().days(1)).take(count).map(Value::Date).collect()
}

pub fn rendered(format: &str, titled: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    let def = formats::ALL.iter().find(|def| def.name == format).unwrap();
    match def.render {
        Render::Text(render) => render(titled, looks),
        Render::Parquet => panic!("{format} is no text"),
    }
}

pub fn shown(format: &str, answer: &Answer, looks: &Looks) -> String {
    rendered(format, &[Titled { title: "", answer, picture: None }], looks).unwrap()
}

/// As a pipeline that ends in `as …` is shown by a format of the whole output.
pub fn pictured(format: &str, picture: Picture, answer: &Answer) -> String {
    rendered(format, &[Titled { title: "Title", answer, picture: Some(picture) }], &FILE).unwrap()
}

/// The columns that a line takes on a terminal, for the characters of these tests; colours take none.
pub fn columns(line: &str) -> usize {
    let mut total = 0;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        total += match c {
            '\u{1b}' => {
                rest.by_ref().find(|c| *c == 'm');
                0
            }
            '\u{300}'..='\u{36f}' => 0,
            '\u{3040}'..='\u{9fff}' | '\u{1f300}'..='\u{1faff}' => 2,
            _ => 1,
        };
    }
    total
}

/// Spend of two weeks, with a day that is not known.
pub fn fortnight() -> Answer {
    let costs = [54.0, 46.8, 49.3, 43.0, 30.6, 26.8, 48.7, 0.0, 49.0, 44.6, 83.7, 20.8, 22.0, 52.1];
    let mut cost = measure("cost", USD, &costs);
    cost.1[7] = Value::Null;
    answer(vec![key("date", Type::Date, days(14)), cost])
}

/// Spend of two weeks by provider, eight of them.
pub fn providers() -> Answer {
    let names = ["Anthropic", "OpenAI", "Azure", "Google", "Mistral", "xAI", "Groq", "Together AI"];
    let (mut dates, mut providers, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    for (day, date) in days(14).into_iter().enumerate() {
        for (place, name) in names.iter().enumerate() {
            dates.push(date.clone());
            providers.push(text(*name));
            costs.push(((day * 7 + place * 5) % 11 + 2) as f64 / (place + 1) as f64);
        }
    }
    let cost = measure("cost", USD, &costs);
    answer(vec![key("date", Type::Date, dates), key("provider", Type::Text, providers), cost])
}

/// Spend of models, names of all lengths among them.
pub fn models() -> Answer {
    let names = [
        "anthropic/claude-sonnet-4.5",
        "openai/gpt-5.2",
        "meta-llama/llama-3.3-70b-instruct-with-a-long-name",
        "モデル/日本語",
        "free",
        "unknown",
    ];
    let mut cost = measure("cost", USD, &[414.63, 203.52, 37.19, 4.7, 0.0, 0.0]);
    cost.1[5] = Value::Null;
    let tokens = measure("tokens", Type::Number(Unit::TOKENS, Class::Additive), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    answer(vec![key("model", Type::Text, names.map(text).to_vec()), cost, tokens])
}

/// More and less than the day before.
pub fn changes() -> Answer {
    answer(vec![key("date", Type::Date, days(5)), measure("cost_delta", USD, &[2.94, -17.08, 65.0, -0.01, 0.0])])
}
