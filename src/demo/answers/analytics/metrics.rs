//! The metrics of the cube: a row for each, in the order of `/analytics/meta` (facts 14, 17, 19).

use super::figures::{Figure, Sample, Sums};
use crate::demo::fault::{Fault, Faults};

/// How a count is written (fact 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Number,
    Text,
    /// As text where single requests are counted, as a number where days are.
    TextOfRequests,
}

/// One metric.
#[derive(Debug)]
pub struct Metric {
    pub name: &'static str,
    pub label: &'static str,
    /// Must never be added up.
    pub is_rate: bool,
    pub format: &'static str,
    /// The longest window.
    pub days: i64,
    pub written: Written,
    pub sample: Option<Sample>,
    pub value: fn(&Sums) -> Figure,
}

/// Longest window of what is kept by day.
pub const YEAR: i64 = 365;

/// Longest window of what is only kept by request.
pub const MONTH: i64 = 31;

const fn count(name: &'static str, label: &'static str, written: Written, value: fn(&Sums) -> Figure) -> Metric {
    Metric { name, label, is_rate: false, format: "number", days: YEAR, written, sample: None, value }
}

const fn money(name: &'static str, label: &'static str, value: fn(&Sums) -> Figure) -> Metric {
    Metric { format: "currency", ..count(name, label, Written::Number, value) }
}

const fn rate(name: &'static str, label: &'static str, format: &'static str, value: fn(&Sums) -> Figure) -> Metric {
    Metric { is_rate: true, format, ..count(name, label, Written::Number, value) }
}

impl Metric {
    const fn month(mut self) -> Self {
        self.days = MONTH;
        self
    }

    const fn of(mut self, sample: Sample) -> Self {
        self.sample = Some(sample);
        self.month()
    }
}

/// What there is with the knob `new-columns` alone.
pub static NEW: &[Metric] =
    &[rate("tokens_a_request", "Tokens a Request", "number", |s| Figure::ratio(s.prompt + s.completion, s.requests))
        .month()];

/// Every metric that the account has.
pub fn all(faults: &Faults) -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().chain(if faults.has(&Fault::NewColumns) { NEW } else { &[] })
}

#[rustfmt::skip]
static METRICS: &[Metric] = &[
    count("request_count", "Request Count", Written::TextOfRequests, |s| Figure::Count(s.requests)),
    money("total_usage", "Total Usage ($)", |s| Figure::Usd(s.credits + s.byok)),
    count("tokens_total", "Tokens (Total)", Written::Text, |s| Figure::Count(s.prompt + s.completion)),
    count("tokens_prompt", "Tokens (Prompt)", Written::Text, |s| Figure::Count(s.prompt)),
    count("tokens_completion", "Tokens (Completion)", Written::Text, |s| Figure::Count(s.completion)),
    count("reasoning_tokens", "Reasoning Tokens", Written::Number, |s| Figure::Count(s.reasoning)),
    count("cached_tokens", "Cached Tokens", Written::Text, |s| Figure::Count(s.cached)),
    rate("avg_latency", "Avg Latency", "latency", |s| Figure::mean(&s.latencies)).of(Sample::Latency),
    rate("p50_latency", "P50 Latency", "latency", |s| Figure::percentile(&s.latencies, 50)).of(Sample::Latency),
    rate("p90_latency", "P90 Latency", "latency", |s| Figure::percentile(&s.latencies, 90)).of(Sample::Latency),
    rate("p99_latency", "P99 Latency", "latency", |s| Figure::percentile(&s.latencies, 99)).of(Sample::Latency),
    rate("cache_hit_rate", "Cache Hit Rate", "percent", |s| Figure::ratio(s.cached, s.prompt)),
    rate("blended_cost_per_million_tokens", "Blended Cost ($/1M Tokens)", "currency", blended).month(),
    rate("avg_throughput", "Avg Throughput (tok/s)", "throughput", |s| Figure::mean(&s.throughputs)).of(Sample::Throughput),
    rate("p50_throughput", "P50 Throughput (tok/s)", "throughput", |s| Figure::percentile(&s.throughputs, 50)).of(Sample::Throughput),
    rate("p90_throughput", "P90 Throughput (tok/s)", "throughput", |s| Figure::percentile(&s.throughputs, 90)).of(Sample::Throughput),
    rate("p99_throughput", "P99 Throughput (tok/s)", "throughput", |s| Figure::percentile(&s.throughputs, 99)).of(Sample::Throughput),
    count("guardrail_invoked_count", "Guardrail Invoked (Count)", Written::Text, |s| Figure::Count(s.guarded)).month(),
    rate("guardrail_invoked_rate", "Guardrail Invoked Rate", "percent", |s| Figure::ratio(s.guarded, s.requests)).month(),
    count("response_cached_count", "Response Cached (Count)", Written::Text, |_| Figure::Count(0)).month(),
    rate("response_cached_rate", "Response Cached Rate", "percent", |s| Figure::ratio(0, s.requests)).month(),
    money("byok_usage", "BYOK Usage ($)", |s| Figure::Usd(s.byok)),
    money("credits_usage", "Credits Usage ($)", |s| Figure::Usd(s.credits)),
    money("openrouter_usage", "OpenRouter Usage ($)", |s| Figure::Usd(s.credits - s.fee.unwrap_or(0))).month(),
    money("byok_fees", "BYOK Fees ($)", |s| Figure::money(s.fee)).month(),
    count("byok_request_count", "BYOK Requests", Written::Text, |s| Figure::Count(s.byok_requests)),
    money("usage_upstream", "Upstream Usage ($)", |s| Figure::Usd(s.upstream)),
    money("usage_cache", "Cache Usage ($)", |s| Figure::money(s.cache)),
    money("usage_data", "Data Logging Discount ($)", |s| Figure::money(s.data)),
    money("usage_web", "Web Search Usage ($)", |s| Figure::money(s.web)),
    money("usage_upstream_web", "Upstream Web Search Usage ($)", |s| Figure::money(s.web.map(|web| web * 3 / 4))),
    money("usage_file", "File Usage ($)", |_| Figure::Unset).month(),
    money("usage_upstream_file", "Upstream File Usage ($)", |_| Figure::Unset).month(),
    money("usage_web_fetch", "Web Fetch Usage ($)", |_| Figure::Unset).month(),
    money("usage_upstream_web_fetch", "Upstream Web Fetch Usage ($)", |_| Figure::Unset).month(),
    count("possible_cached_tokens", "Possible Cached Tokens", Written::Text, |s| Figure::Count(s.cacheable)).month(),
    rate("cache_capture_rate", "Cache Capture Rate", "percent", |s| Figure::ratio(s.cached, s.cacheable)).month(),
];

/// USD a million tokens, without what server tools cost (fact 19).
fn blended(sums: &Sums) -> Figure {
    let tokens = sums.prompt + sums.completion;
    if tokens == 0 {
        return Figure::Unset;
    }
    let nano = sums.credits + sums.byok - sums.web.unwrap_or(0);
    Figure::Real(nano as f64 / 1e3 / tokens as f64)
}
