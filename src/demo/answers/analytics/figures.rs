//! The sums of a group of generations, and a metric's value as it is compared and written.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use crate::demo::amount::usd;
use crate::demo::base::{Finish, Row};

/// What single requests are measured by, kept only where a metric asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    Latency,
    Throughput,
}

/// What a group adds up to: counts, tokens, nano-USD.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    pub requests: u64,
    pub byok_requests: u64,
    /// Requests that a guardrail stopped.
    pub guarded: u64,
    pub prompt: u64,
    pub completion: u64,
    pub reasoning: u64,
    pub cached: u64,
    /// Prompt tokens that a cache could have held.
    pub cacheable: u64,
    pub credits: i64,
    pub byok: i64,
    pub upstream: i64,
    /// Components are `None` as long as no generation has them (fact 17).
    pub fee: Option<i64>,
    pub cache: Option<i64>,
    pub data: Option<i64>,
    pub web: Option<i64>,
    /// Milliseconds to the first token.
    pub latencies: Vec<f64>,
    /// Tokens a second, of the generations that wrote some.
    pub throughputs: Vec<f64>,
}

impl Sums {
    pub fn add(&mut self, row: &Row, samples: &[Sample]) {
        self.byok_requests += u64::from(row.byok);
        self.guarded += u64::from(row.finish == Finish::ContentFilter);
        self.prompt += row.prompt;
        self.completion += row.completion;
        self.reasoning += row.reasoning;
        self.cached += row.cached;
        if row.endpoint.model.cache_read > 0 {
            self.cacheable += row.prompt * 9 / 10;
        }
        self.credits += row.credits();
        self.byok += row.byok_inference();
        self.upstream += row.upstream;
        for (sum, part) in [
            (&mut self.fee, row.fee),
            (&mut self.cache, row.cache),
            (&mut self.data, row.data),
            (&mut self.web, row.web),
        ] {
            if part != 0 {
                *sum = Some(sum.unwrap_or(0) + part);
            }
        }
        for sample in samples {
            match sample {
                Sample::Latency => self.latencies.push(row.latency() as f64),
                Sample::Throughput => {
                    let ms = row.generation_time().filter(|ms| *ms > 0);
                    self.throughputs.extend(ms.map(|ms| row.completion as f64 * 1000.0 / ms as f64));
                }
            }
        }
    }

    /// Percentiles need their samples in order.
    pub fn sort_samples(&mut self) {
        self.latencies.sort_unstable_by(f64::total_cmp);
        self.throughputs.sort_unstable_by(f64::total_cmp);
    }
}

/// The value of a metric.
#[derive(Clone, Copy, Debug)]
pub enum Figure {
    Count(u64),
    /// Nano-USD.
    Usd(i64),
    Real(f64),
    /// Nothing to add, or nothing to divide by.
    Unset,
}

impl Figure {
    pub fn money(sum: Option<i64>) -> Self {
        sum.map_or(Figure::Unset, Figure::Usd)
    }

    pub fn ratio(part: u64, whole: u64) -> Self {
        if whole == 0 { Figure::Unset } else { Figure::Real(part as f64 / whole as f64) }
    }

    pub fn mean(samples: &[f64]) -> Self {
        if samples.is_empty() {
            return Figure::Unset;
        }
        Figure::Real(samples.iter().sum::<f64>() / samples.len() as f64)
    }

    /// The value that so many percent of the sorted samples lie below, between two of them in proportion.
    pub fn percentile(sorted: &[f64], percent: usize) -> Self {
        let steps = sorted.len().saturating_sub(1) * percent;
        let (low, part) = (steps / 100, (steps % 100) as f64 / 100.0);
        let Some(below) = sorted.get(low) else { return Figure::Unset };
        let above = sorted.get(low + 1).unwrap_or(below);
        Figure::Real(below + (above - below) * part)
    }

    fn number(self) -> Option<f64> {
        match self {
            Figure::Count(count) => Some(count as f64),
            Figure::Usd(nano) => Some(nano as f64),
            Figure::Real(number) => Some(number),
            Figure::Unset => None,
        }
    }

    /// By size; what is unset comes last, whichever way is asked for.
    pub fn compare(self, other: Self, descending: bool) -> Ordering {
        match (self.number(), other.number()) {
            (Some(one), Some(other)) if descending => other.total_cmp(&one),
            (Some(one), Some(other)) => one.total_cmp(&other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }

    pub fn json(self) -> Value {
        match self {
            Figure::Count(count) => Value::from(count),
            Figure::Usd(nano) => usd(nano),
            Figure::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
            Figure::Unset => Value::Null,
        }
    }
}
