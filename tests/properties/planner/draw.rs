//! Random questions. Choices are spent one by one, and where none is left the first of what there is is taken: fewer
//! choices are a simpler question.

use super::account::{ACCOUNT, Account, DAY, DIMS, HOUR, dim};
use super::question::{Aggregate, Condition, Key, MEASURES, Question, Range, SHARED, Tail, Unit, date, live_keys};

pub struct Choices<'a>(pub std::slice::Iter<'a, u16>);

impl Choices<'_> {
    pub fn up_to(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |choice| usize::from(*choice) % count)
    }

    fn of<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.up_to(from.len())].clone()
    }

    /// Once in so many times; never where nothing is left.
    fn once_in(&mut self, times: usize) -> bool {
        self.up_to(times) == times - 1
    }
}

/// Dimensions of `activity`, and all.
const SHARED_DIMS: &[&str] =
    &["model", "provider", "key", "author", "variant", "model_id", "model_permaslug", "workspace", "user"];

const DIMS_OF_CUBE: &[&str] = &[
    "model",
    "provider",
    "key",
    "user",
    "workspace",
    "app",
    "variant",
    "model_id",
    "model_permaslug",
    "author",
    "finish_reason",
    "origin",
    "country",
    "data_region",
    "skin",
    "streamed",
    "context_length_bucket",
    "external_user",
    "session_id",
    "user_email",
    "key_hash",
];

fn days(first: i64, last: i64) -> Range {
    let text =
        if first == last { format!("on {}", date(first)) } else { format!("from {} to {}", date(first), date(last)) };
    Range { text, from: first * DAY, until: (last + 1) * DAY }
}

fn named(text: String, first: i64, last: i64) -> Range {
    Range { text, ..days(first, last) }
}

/// Whole days: at the edges of 30, 31 and 365 days, today, whole weeks and months.
pub fn range_of_days(choices: &mut Choices<'_>, account: &Account) -> Range {
    let today = account.today();
    let monday = today - (today + 3).rem_euclid(7);
    let month = today - i64::from(date(today).day()) + 1;
    match choices.up_to(14) {
        0 | 1 => {
            let count = choices.of(&[7, 1, 2, 3, 29, 30, 31]);
            named(format!("last {count}d"), today - count, today - 1)
        }
        2 => {
            let count = choices.of(&[31, 32, 33, 60, 61, 62, 63, 90]);
            named(format!("last {count}d"), today - count, today - 1)
        }
        3 => {
            let count = choices.of(&[364, 365, 200, 120]);
            named(format!("last {count}d"), today - count, today - 1)
        }
        4 => named("today".to_string(), today, today),
        5 => named("yesterday".to_string(), today - 1, today - 1),
        6 => {
            let count = choices.of(&[1, 2, 4, 8]);
            named(format!("last {count}w"), monday - count * 7, monday - 1)
        }
        7 => {
            let before = month - i64::from(date(month - 1).day());
            named("last month".to_string(), before, month - 1)
        }
        8 => named("this month to today".to_string(), month, today),
        9 => {
            let first = today - choices.of(&[29, 30, 31, 32, 0, 1, 365]);
            named(format!("from {} to today", date(first)), first, today)
        }
        10 => {
            let first = today - choices.of(&[30, 31, 32, 33, 34]);
            let last = first + choices.of(&[0, 1, 2, 3]);
            days(first, last.min(today))
        }
        11 => {
            let first = today - choices.of(&[365, 364, 363, 200]);
            let last = first + choices.of(&[0, 6, 30, 31, 60]);
            days(first, last)
        }
        _ => {
            let first = today - choices.up_to(75) as i64;
            days(first, (first + choices.up_to(40) as i64).min(today))
        }
    }
}

/// With the clock: by the hour, and seldom by the minute.
fn range_of_hours(choices: &mut Choices<'_>, account: &Account) -> Range {
    let now = account.now;
    let up = |length: i64| -(-now).div_euclid(length) * length;
    let stamp = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
    match choices.up_to(5) {
        0 | 1 => {
            let count = choices.of(&[24, 1, 6, 48, 100]);
            Range {
                text: format!("last {count}h"),
                from: (now - count * HOUR).div_euclid(HOUR) * HOUR,
                until: up(HOUR),
            }
        }
        2 => {
            let count = choices.of(&[90, 45]);
            let minute = HOUR / 60;
            Range {
                text: format!("last {count}m"),
                from: (now - count * minute).div_euclid(minute) * minute,
                until: up(minute),
            }
        }
        _ => {
            let from = (account.today() - choices.of(&[1, 2, 5, 20, 29, 30, 31, 33, 60])) * DAY;
            let from = from + choices.up_to(24) as i64 * HOUR;
            let until = (from + choices.of(&[1, 5, 24, 30, 72, 200, 740]) * HOUR).min(up(HOUR));
            Range { text: format!("from {} to {}", stamp(from), stamp(until)), from, until }
        }
    }
}

fn value(choices: &mut Choices<'_>, dim: usize) -> String {
    // Names that two live keys bear are an error of their own.
    let labels: Vec<&str> =
        ACCOUNT.labels(dim).filter(|label| DIMS[dim].name != "key" || live_keys(label) < 2).collect();
    let plain = |label: &str| label.chars().all(|c| !c.is_control() && c != '"' && c != '\\');
    let labels: Vec<&str> = labels.into_iter().filter(|label| plain(label)).collect();
    // A hash that is no key's is a question that the cube does not understand (fact 21).
    if choices.once_in(20) && DIMS[dim].name != "key_hash" {
        "nobody".to_string()
    } else {
        choices.of(&labels).to_string()
    }
}

fn condition(choices: &mut Choices<'_>, dims: &[&str], column: &'static str, depth: usize) -> Condition {
    let of = dim(choices.of(dims));
    // A key that is gone has no hash here, and yet another one than those that live: negations are left out.
    let negated = DIMS[of].name != "key_hash";
    match choices.up_to(if depth == 0 { 11 } else { 15 }) {
        3 if negated => Condition::IsNot(of, value(choices, of)),
        4 => Condition::In(of, vec![value(choices, of), value(choices, of), value(choices, of)]),
        5 if negated => Condition::NotIn(of, vec![value(choices, of), value(choices, of)]),
        0..=3 | 5 => Condition::Is(of, value(choices, of)),
        6 => Condition::Either(of, value(choices, of), value(choices, of)),
        7 => Condition::Null(of),
        8 => Condition::NotNull(of),
        9 => {
            let value = value(choices, of);
            Condition::StartsWith(of, value.chars().take(3).collect())
        }
        10 => {
            let today = ACCOUNT.today();
            Condition::Since(column, today - choices.of(&[3, 1, 30, 31]))
        }
        11 => {
            let one = condition(choices, dims, column, depth - 1);
            if one.dims().contains(&dim("key_hash")) { one } else { Condition::Not(Box::new(one)) }
        }
        12 => Condition::And(
            Box::new(condition(choices, dims, column, depth - 1)),
            Box::new(condition(choices, dims, column, depth - 1)),
        ),
        _ => {
            let (one, other) = (condition(choices, dims, column, 0), condition(choices, dims, column, 0));
            // `or` on one column is one condition, which `Either` is.
            if one.dims() == other.dims() { one } else { Condition::Or(Box::new(one), Box::new(other)) }
        }
    }
}

fn sum(choices: &mut Choices<'_>, measures: usize) -> usize {
    // Cost more often than the others.
    if choices.up_to(3) == 0 { 0 } else { choices.up_to(measures) }
}

/// A question to `activity`.
pub fn of_activity(choices: &mut Choices<'_>) -> Question {
    let range = if choices.once_in(12) {
        let today = ACCOUNT.today();
        named(String::new(), today - 30, today - 1)
    } else {
        range_of_days(choices, &ACCOUNT)
    };
    let dims: Vec<&str> = SHARED_DIMS.iter().copied().chain(choices.once_in(6).then_some("endpoint")).collect();
    let mut keys = Vec::new();
    for _ in 0..choices.of(&[1, 0, 1, 2, 2, 3]) {
        keys.push(match choices.up_to(4) {
            3 => Key::Time(choices.of(&[Unit::Day, Unit::Week, Unit::Month])),
            _ => Key::Dim(dim(choices.of(&dims))),
        });
    }
    let mut aggregates = vec![Aggregate::Sum(sum(choices, SHARED))];
    for _ in 0..choices.of(&[0, 1, 2]) {
        aggregates.push(match choices.up_to(6) {
            0..=2 => Aggregate::Sum(sum(choices, SHARED)),
            3 => Aggregate::Distinct(dim(choices.of(&dims))),
            4 => Aggregate::PerToken,
            _ => Aggregate::SumWhere(sum(choices, 8), condition(choices, &dims, "date", 0)),
        });
    }
    completed(choices, "activity", range, keys, aggregates, &dims)
}

/// A question to `analytics`.
pub fn of_analytics(choices: &mut Choices<'_>) -> Question {
    let range = if choices.once_in(3) { range_of_hours(choices, &ACCOUNT) } else { range_of_days(choices, &ACCOUNT) };
    // `on 2026-02-01` and the like are for both; an open end differs.
    let short = range.until - range.from <= 31 * DAY;
    let mut keys = Vec::new();
    for _ in 0..choices.of(&[1, 0, 1, 2, 2, 3, 4]) {
        keys.push(match choices.up_to(4) {
            3 if short => Key::Time(choices.of(&[Unit::Day, Unit::Hour, Unit::Week, Unit::Month])),
            3 => Key::Time(choices.of(&[Unit::Day, Unit::Week, Unit::Month])),
            _ => Key::Dim(dim(choices.of(DIMS_OF_CUBE))),
        });
    }
    let mut aggregates = Vec::new();
    for _ in 0..choices.of(&[1, 1, 2, 3]) {
        aggregates.push(match choices.up_to(10) {
            0..=3 => Aggregate::Sum(sum(choices, MEASURES.len())),
            4 => Aggregate::Distinct(dim(choices.of(DIMS_OF_CUBE))),
            5 => Aggregate::Count,
            6 => Aggregate::HitRate,
            7 => Aggregate::SumWhere(sum(choices, 8), condition(choices, DIMS_OF_CUBE, "time", 0)),
            8 => Aggregate::Mean(choices.up_to(2) == 0),
            _ => Aggregate::Percentile(choices.up_to(2) == 0, choices.of(&[50, 90, 99])),
        });
    }
    completed(choices, "analytics", range, keys, aggregates, DIMS_OF_CUBE)
}

fn completed(
    choices: &mut Choices<'_>,
    source: &'static str,
    range: Range,
    mut keys: Vec<Key>,
    aggregates: Vec<Aggregate>,
    dims: &[&str],
) -> Question {
    let mut seen = Vec::new();
    keys.retain(|key| {
        let text = format!("{key:?}");
        !seen.contains(&text) && (seen.push(text), true).1
    });
    let column = if source == "activity" { "date" } else { "time" };
    let mut conditions = Vec::new();
    for _ in 0..choices.of(&[0, 1, 0, 1, 2]) {
        conditions.push(condition(choices, dims, column, 2));
    }
    let having = choices.once_in(6).then(|| (choices.up_to(aggregates.len()), choices.of(&[1.5, 100.5, 0.01])));
    let by = choices.up_to(aggregates.len());
    let tail = match choices.up_to(8) {
        _ if keys.is_empty() => Tail::Nothing,
        4 => Tail::Top(choices.of(&[3, 1, 5, 10, 40, 60]), 0),
        5 => Tail::Top(choices.of(&[3, 1, 5, 10, 40, 60]), by),
        6 => Tail::Bottom(choices.of(&[3, 1, 5, 10, 40]), by),
        7 => Tail::SortLimit(choices.of(&[3, 10]), by),
        _ => Tail::Nothing,
    };
    Question { source, range, conditions, keys, aggregates, having, tail }
}
