//! A question as a value: how it is written, and what its answer is, by plain loops over the requests.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use orq::demo::base::Row;
use orq::demo::data::{KEYS, Life};
use orq::model::value::Value;

use super::account::{Account, DAY, DIMS, Event, HOUR, Names, OF_A_YEAR, dim};

/// A cell of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    Number(f64),
}

impl Cell {
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Text(text) => Self::Text(text.clone()),
            Value::Date(date) => Self::Text(date.to_string()),
            Value::Time(time) => Self::Text(time.to_string()),
            value => Self::Number(value.number().unwrap_or_else(|| panic!("{value:?} is no cell here"))),
        }
    }

    /// The same, but for the last digits of a number.
    pub fn is_near(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => (a - b).abs() <= 2e-9 * a.abs().max(b.abs()).max(1.0),
            (a, b) => a == b,
        }
    }

    /// From the least to the greatest or the other way; nulls are last either way.
    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let turned = |order: Ordering| if descending { order.reverse() } else { order };
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Greater,
            (_, Self::Null) => Ordering::Less,
            (Self::Number(a), Self::Number(b)) => turned(a.total_cmp(b)),
            (Self::Text(a), Self::Text(b)) => turned(a.cmp(b)),
            _ => panic!("a text beside a number"),
        }
    }
}

/// A range: how it is written, and the instants that it is from and until.
#[derive(Clone, Debug)]
pub struct Range {
    pub text: String,
    pub from: i64,
    pub until: i64,
}

impl Range {
    pub fn is_of_days(&self) -> bool {
        self.from % DAY == 0 && self.until % DAY == 0
    }

    /// The days that it touches: the first, and the one after the last.
    pub fn days(&self) -> (i64, i64) {
        (self.from.div_euclid(DAY), (self.until - 1).div_euclid(DAY) + 1)
    }
}

#[derive(Clone, Debug)]
pub enum Condition {
    Is(usize, String),
    IsNot(usize, String),
    In(usize, Vec<String>),
    NotIn(usize, Vec<String>),
    /// `x == "a" or x == "b"`
    Either(usize, String, String),
    Null(usize),
    NotNull(usize),
    StartsWith(usize, String),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    /// From this day on.
    Since(&'static str, i64),
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Condition {
    pub fn text(&self) -> String {
        let name = |dim: &usize| DIMS[*dim].name;
        let list = |values: &[String]| values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", ");
        match self {
            Self::Is(dim, value) => format!("{} == {}", name(dim), quoted(value)),
            Self::IsNot(dim, value) => format!("{} != {}", name(dim), quoted(value)),
            Self::In(dim, values) => format!("{} in ({})", name(dim), list(values)),
            Self::NotIn(dim, values) => format!("{} not in ({})", name(dim), list(values)),
            Self::Either(dim, a, b) => format!("({0} == {1} or {0} == {2})", name(dim), quoted(a), quoted(b)),
            Self::Null(dim) => format!("{} is null", name(dim)),
            Self::NotNull(dim) => format!("{} is not null", name(dim)),
            Self::StartsWith(dim, value) => format!("{} starts_with {}", name(dim), quoted(value)),
            Self::Not(of) => format!("not ({})", of.text()),
            Self::And(a, b) => format!("({} and {})", a.text(), b.text()),
            Self::Or(a, b) => format!("({} or {})", a.text(), b.text()),
            Self::Since(column, day) => format!("{column} >= {}", date(*day)),
        }
    }

    pub fn dims(&self) -> Vec<usize> {
        match self {
            Self::Is(dim, _)
            | Self::IsNot(dim, _)
            | Self::In(dim, _)
            | Self::NotIn(dim, _)
            | Self::Either(dim, ..)
            | Self::Null(dim)
            | Self::NotNull(dim)
            | Self::StartsWith(dim, _) => vec![*dim],
            Self::Not(of) => of.dims(),
            Self::And(a, b) | Self::Or(a, b) => [a.dims(), b.dims()].concat(),
            Self::Since(..) => Vec::new(),
        }
    }

    /// True, false, or null for what is not known. A condition that stands alone on names of keys that all live means
    /// those keys (`top`); any other looks at the names.
    fn holds(&self, event: &Event, names: Names, account: &Account, top: bool) -> Option<bool> {
        let label = |dim: usize| account.label(dim, event.label(dim, names));
        let among = |dim: usize, values: &[&str]| {
            if top && dim == super::account::dim("key") && values.iter().all(|value| live_keys(value) > 0) {
                let key = event.row.key?;
                return Some(key.life != Life::Deleted && values.contains(&key.name.as_str()));
            }
            label(dim).map(|label| values.contains(&label))
        };
        let texts = |values: &'_ [String]| -> Vec<String> { values.to_vec() };
        let many = |dim: usize, values: &[String]| {
            let values = texts(values);
            among(dim, &values.iter().map(String::as_str).collect::<Vec<_>>())
        };
        match self {
            Self::Is(dim, value) => among(*dim, &[value]),
            Self::IsNot(dim, value) => among(*dim, &[value]).map(|is| !is),
            Self::In(dim, values) => many(*dim, values),
            Self::NotIn(dim, values) => many(*dim, values).map(|is| !is),
            Self::Either(dim, a, b) => among(*dim, &[a, b]),
            Self::Null(dim) => Some(label(*dim).is_none()),
            Self::NotNull(dim) => Some(label(*dim).is_some()),
            Self::StartsWith(dim, value) => label(*dim).map(|label| label.starts_with(value.as_str())),
            Self::Not(of) => of.holds(event, names, account, top).map(|is| !is),
            Self::And(a, b) => {
                let (a, b) = (a.holds(event, names, account, top), b.holds(event, names, account, top));
                match (a, b) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                }
            }
            Self::Or(a, b) => {
                let (a, b) = (a.holds(event, names, account, false), b.holds(event, names, account, false));
                match (a, b) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                }
            }
            Self::Since(_, day) => Some(event.day() >= *day),
        }
    }
}

/// Keys of this name that `/keys` lists.
pub fn live_keys(name: &str) -> usize {
    KEYS.iter().filter(|key| key.name == name && key.life != Life::Deleted).count()
}

pub fn date(day: i64) -> Date {
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
}

#[derive(Clone, Debug)]
pub enum Key {
    Dim(usize),
    Time(Unit),
}

/// Something that adds up: how it is written, and its value in nano-USD or as it is.
pub struct Measure {
    pub text: &'static str,
    pub money: bool,
    pub of: fn(&Row) -> i64,
    /// It is null where it is not used.
    pub nullable: bool,
    /// Of `analytics` alone, and of 31 days.
    pub month: bool,
}

const fn money(text: &'static str, of: fn(&Row) -> i64) -> Measure {
    Measure { text, money: true, of, nullable: false, month: false }
}

const fn count(text: &'static str, of: fn(&Row) -> i64) -> Measure {
    Measure { money: false, ..money(text, of) }
}

/// The first ones are columns of `activity` too.
pub const SHARED: usize = 12;

pub static MEASURES: &[Measure] = &[
    money("cost", |row| row.credits() + row.byok_inference()),
    money("credits", Row::credits),
    money("byok", Row::byok_inference),
    count("requests", |_| 1),
    count("tokens", |row| (row.prompt + row.completion) as i64),
    count("tokens_prompt", |row| row.prompt as i64),
    count("tokens_completion", |row| row.completion as i64),
    count("tokens_reasoning", |row| row.reasoning as i64),
    money("cost - 2 * byok", |row| row.credits() - row.byok_inference()),
    money("credits * 3", |row| row.credits() * 3),
    count("tokens_prompt + tokens_reasoning * 2", |row| (row.prompt + row.reasoning * 2) as i64),
    count("-tokens", |row| -((row.prompt + row.completion) as i64)),
    count("tokens_cached", |row| row.cached as i64),
    count("byok_requests", |row| i64::from(row.byok)),
    money("usage_upstream", |row| row.upstream),
    Measure { nullable: true, ..money("usage_cache", |row| row.cache) },
    Measure { nullable: true, ..money("usage_data", |row| row.data) },
    Measure { nullable: true, ..money("usage_web", |row| row.web) },
    Measure { nullable: true, month: true, ..money("byok_fees", |row| row.fee) },
    Measure { month: true, ..money("openrouter_usage", |row| row.credits() - row.fee) },
];

#[derive(Clone, Debug)]
pub enum Aggregate {
    Sum(usize),
    SumWhere(usize, Condition),
    Distinct(usize),
    Count,
    HitRate,
    /// `cost` of a million tokens, by two sums.
    PerToken,
    /// Of latency or throughput: the mean, or this percentile.
    Mean(bool),
    Percentile(bool, u32),
}

impl Aggregate {
    fn text(&self) -> String {
        let sample = |latency: &bool| if *latency { "latency" } else { "throughput" };
        match self {
            Self::Sum(measure) => format!("sum({})", MEASURES[*measure].text),
            Self::SumWhere(measure, condition) => {
                format!("sum({}) where {}", MEASURES[*measure].text, condition.text())
            }
            Self::Distinct(dim) => format!("count_distinct({})", DIMS[*dim].name),
            Self::Count => "count()".to_string(),
            Self::HitRate => "avg(cache_hit_rate)".to_string(),
            Self::PerToken => "sum(cost) / sum(tokens)".to_string(),
            Self::Mean(of) => format!("avg({})", sample(of)),
            Self::Percentile(of, percent) => format!("p{percent}({})", sample(of)),
        }
    }

    pub fn is_holistic(&self) -> bool {
        matches!(self, Self::Mean(_) | Self::Percentile(..))
    }

    pub fn dims(&self) -> Vec<usize> {
        match self {
            Self::Distinct(dim) => vec![*dim],
            Self::SumWhere(_, condition) => condition.dims(),
            Self::Sum(_) | Self::Count | Self::HitRate | Self::PerToken | Self::Mean(_) | Self::Percentile(..) => {
                Vec::new()
            }
        }
    }

    fn value(&self, events: &[&Event], names: impl Fn(&Event) -> Names, account: &Account) -> Cell {
        let sum = |measure: &Measure, passes: &dyn Fn(&Event) -> bool| {
            let values: Vec<i64> =
                events.iter().filter(|event| passes(event)).map(|event| (measure.of)(&event.row)).collect();
            if measure.nullable && !values.is_empty() && values.iter().all(|value| *value == 0) {
                return Cell::Null;
            }
            let sum: i64 = values.iter().sum();
            Cell::Number(if measure.money { sum as f64 / 1e9 } else { sum as f64 })
        };
        let total = |of: fn(&Row) -> i64| events.iter().map(|event| of(&event.row)).sum::<i64>();
        let quotient =
            |above: f64, below: i64| if below == 0 { Cell::Null } else { Cell::Number(above / below as f64) };
        let samples = |latency: bool| {
            let mut samples: Vec<f64> = events.iter().filter_map(|event| sample(&event.row, latency)).collect();
            samples.sort_by(f64::total_cmp);
            samples
        };
        match self {
            Self::Sum(measure) => sum(&MEASURES[*measure], &|_| true),
            Self::SumWhere(measure, condition) => {
                sum(&MEASURES[*measure], &|event| condition.holds(event, names(event), account, false) == Some(true))
            }
            Self::Distinct(dim) => {
                let labels: BTreeSet<&str> =
                    events.iter().filter_map(|event| account.label(*dim, event.label(*dim, names(event)))).collect();
                Cell::Number(labels.len() as f64)
            }
            Self::Count => Cell::Number(events.len() as f64),
            Self::HitRate => quotient(total(|row| row.cached as i64) as f64, total(|row| row.prompt as i64)),
            Self::PerToken => quotient(
                total(|row| row.credits() + row.byok_inference()) as f64 / 1e9,
                total(|row| (row.prompt + row.completion) as i64),
            ),
            Self::Mean(of) => match samples(*of) {
                none if none.is_empty() => Cell::Null,
                some => Cell::Number(some.iter().sum::<f64>() / some.len() as f64),
            },
            Self::Percentile(of, percent) => {
                let samples = samples(*of);
                let Some(last) = samples.len().checked_sub(1) else { return Cell::Null };
                let place = last as f64 * f64::from(*percent) / 100.0;
                let (low, high) = (samples[place.floor() as usize], samples[place.ceil() as usize]);
                Cell::Number(low + (high - low) * place.fract())
            }
        }
    }
}

fn sample(row: &Row, latency: bool) -> Option<f64> {
    if latency {
        return Some(row.latency() as f64);
    }
    row.generation_time().map(|ms| row.completion as f64 * 1000.0 / ms as f64)
}

/// What follows the groups.
#[derive(Clone, Debug)]
pub enum Tail {
    Nothing,
    Top(usize, usize),
    Bottom(usize, usize),
    /// `sort -a | limit n`
    SortLimit(usize, usize),
}

#[derive(Clone, Debug)]
pub struct Question {
    pub source: &'static str,
    pub range: Range,
    pub conditions: Vec<Condition>,
    pub keys: Vec<Key>,
    pub aggregates: Vec<Aggregate>,
    pub having: Option<(usize, f64)>,
    pub tail: Tail,
}

impl Question {
    pub fn text(&self) -> String {
        let time = if self.source == "activity" { "date" } else { "time" };
        let mut text = format!("{} {}", self.source, self.range.text).trim_end().to_string();
        for condition in &self.conditions {
            text += &format!(" | where {}", condition.text());
        }
        let key = |(place, key): (usize, &Key)| match key {
            Key::Dim(dim) => DIMS[*dim].name.to_string(),
            Key::Time(Unit::Day) if time == "date" => "date".to_string(),
            Key::Time(unit) => format!("k{place} = {}({time})", format!("{unit:?}").to_lowercase()),
        };
        if !self.keys.is_empty() {
            let keys: Vec<String> = self.keys.iter().enumerate().map(key).collect();
            text += &format!(" | group {}", keys.join(", "));
        }
        let aggregate = |(place, of): (usize, &Aggregate)| format!("a{place} = {}", of.text());
        let aggregates: Vec<String> = self.aggregates.iter().enumerate().map(aggregate).collect();
        text += &format!(" | agg {}", aggregates.join(", "));
        if let Some((place, than)) = self.having {
            text += &format!(" | where a{place} > {than}");
        }
        match self.tail {
            Tail::Nothing => text,
            Tail::Top(rows, 0) => format!("{text} | top {rows}"),
            Tail::Top(rows, by) => format!("{text} | top {rows} by a{by}"),
            Tail::Bottom(rows, by) => format!("{text} | bottom {rows} by a{by}"),
            Tail::SortLimit(rows, by) => format!("{text} | sort -a{by} | limit {rows}"),
        }
    }

    /// The names of models that are gone, where a part of the days comes from `/activity` and a part from the cube.
    pub fn names(&self, routes: &[String], account: &Account) -> impl Fn(&Event) -> Names + Copy + use<> {
        let (list, cube) =
            (routes.iter().any(|route| route == "activity"), routes.iter().any(|route| route != "activity"));
        let today = account.today();
        move |event: &Event| match (list, cube) {
            (true, false) => Names::List,
            (true, true) if (today - 30..today).contains(&event.day()) => Names::List,
            _ => Names::Cube,
        }
    }

    /// The answer.
    pub fn answer(&self, account: &Account, names: impl Fn(&Event) -> Names + Copy) -> Vec<Vec<Cell>> {
        let mut groups: BTreeMap<Vec<i64>, Vec<&Event>> = BTreeMap::new();
        for event in account.between(self.range.from, self.range.until) {
            let holds = |condition: &Condition| condition.holds(event, names(event), account, true) == Some(true);
            if self.conditions.iter().all(holds) {
                groups
                    .entry(self.keys.iter().map(|key| place(key, event, names(event))).collect())
                    .or_default()
                    .push(event);
            }
        }
        if self.keys.is_empty() && groups.is_empty() {
            groups.insert(Vec::new(), Vec::new());
        }
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (places, events) in groups {
            let keys = self.keys.iter().zip(&places).map(|(key, place)| self.shown(key, *place, account));
            let values = self.aggregates.iter().map(|aggregate| aggregate.value(&events, names, account));
            rows.push(keys.chain(values).collect());
        }
        let first = self.keys.len();
        let by_keys = |a: &Vec<Cell>, b: &Vec<Cell>| {
            (0..first).map(|at| a[at].compare(&b[at], false)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        rows.sort_by(by_keys);
        if let Some((place, than)) = self.having {
            rows.retain(|row| matches!(row[first + place], Cell::Number(value) if value > than));
        }
        let sort = |rows: &mut Vec<Vec<Cell>>, by: usize, descending: bool, count: usize| {
            rows.sort_by(|a, b| a[first + by].compare(&b[first + by], descending));
            rows.truncate(count);
        };
        match self.tail {
            Tail::Nothing => {}
            Tail::Top(count, by) | Tail::SortLimit(count, by) => sort(&mut rows, by, true, count),
            Tail::Bottom(count, by) => sort(&mut rows, by, false, count),
        }
        rows
    }

    fn shown(&self, key: &Key, place: i64, account: &Account) -> Cell {
        match key {
            Key::Dim(dim) => {
                account.label(*dim, place as u32).map_or(Cell::Null, |label| Cell::Text(label.to_string()))
            }
            Key::Time(Unit::Hour) => Cell::Text(jiff::Timestamp::from_millisecond(place).unwrap().to_string()),
            Key::Time(_) => Cell::Text(date(place / DAY).to_string()),
        }
    }

    /// How many dimensions of the cube its keys have.
    pub fn grouped_by(&self) -> usize {
        let of = self.keys.iter().flat_map(|key| match key {
            Key::Dim(dim) => DIMS[*dim].of,
            Key::Time(_) => &[],
        });
        of.collect::<BTreeSet<_>>().len()
    }

    /// Every dimension of the cube that it reads.
    pub fn dimensions(&self) -> BTreeSet<&'static str> {
        let keys = self.keys.iter().filter_map(|key| match key {
            Key::Dim(dim) => Some(*dim),
            Key::Time(_) => None,
        });
        let dims = keys
            .chain(self.conditions.iter().flat_map(Condition::dims))
            .chain(self.aggregates.iter().flat_map(Aggregate::dims));
        dims.flat_map(|dim| DIMS[dim].of.iter().copied()).collect()
    }

    pub fn reads(&self, name: &str) -> bool {
        let dim = dim(name);
        self.keys.iter().any(|key| matches!(key, Key::Dim(of) if *of == dim))
            || self.conditions.iter().any(|condition| condition.dims().contains(&dim))
            || self.aggregates.iter().any(|aggregate| aggregate.dims().contains(&dim))
    }

    /// Whether there is no excuse: sums, by what one call of the cube or of `/activity` can tell apart, of days that are
    /// kept.
    pub fn must_be_answered(&self, account: &Account) -> bool {
        let (first, end) = self.range.days();
        let sums = self.aggregates.iter().all(|aggregate| !aggregate.is_holistic());
        let kept = first >= account.today() - 365 && end <= account.today() + 1;
        let named =
            !self.reads("endpoint") && ["generation_id", "session_id", "key_hash"].iter().all(|name| !self.reads(name));
        let hours = self.keys.iter().any(|key| matches!(key, Key::Time(Unit::Hour)));
        let whole = self.range.from % HOUR == 0 && self.range.until % HOUR == 0;
        let few = self.dimensions().len() <= 2 && !(hours && end - first > 31);
        sums && kept && named && few && whole && !self.is_ambiguous()
    }

    /// A name that is asked for by itself, and that two keys bear.
    pub fn is_ambiguous(&self) -> bool {
        fn names(condition: &Condition) -> Vec<&String> {
            match condition {
                Condition::Is(dim, value) | Condition::StartsWith(dim, value) if DIMS[*dim].name == "key" => {
                    vec![value]
                }
                Condition::In(dim, values) if DIMS[*dim].name == "key" => values.iter().collect(),
                Condition::Either(dim, a, b) if DIMS[*dim].name == "key" => vec![a, b],
                Condition::And(a, b) | Condition::Or(a, b) => [names(a), names(b)].concat(),
                Condition::Not(of) => names(of),
                _ => Vec::new(),
            }
        }
        self.conditions.iter().flat_map(names).any(|name| live_keys(name) > 1)
    }

    /// Only what reaches back a year.
    pub fn is_of_a_year(&self) -> bool {
        let measures = self.aggregates.iter().all(|aggregate| match aggregate {
            Aggregate::Sum(measure) | Aggregate::SumWhere(measure, _) => !MEASURES[*measure].month,
            aggregate => !aggregate.is_holistic(),
        });
        measures && self.dimensions().iter().all(|dimension| OF_A_YEAR.contains(dimension))
    }
}

fn place(key: &Key, event: &Event, names: Names) -> i64 {
    let day = event.day();
    match key {
        Key::Dim(dim) => i64::from(event.label(*dim, names)),
        Key::Time(Unit::Hour) => event.time.div_euclid(HOUR) * HOUR,
        Key::Time(Unit::Day) => day * DAY,
        // 1970-01-01 was a Thursday.
        Key::Time(Unit::Week) => (day - (day + 3).rem_euclid(7)) * DAY,
        Key::Time(Unit::Month) => (day - i64::from(date(day).day()) + 1) * DAY,
    }
}
