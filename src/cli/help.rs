//! What stands above the options of `orq --help`: queries first.

/// Queries that the demo account answers too.
pub const TO_TRY: &[&str] = &[
    "orq --demo 'activity last 30d | group model | sum cost | top 5'",
    "orq --demo 'analytics last 3h | group hour(time) | sum requests, cost'",
    "orq --demo 'keys | top 3 by cost_monthly | select name, cost_monthly'",
];

/// Before the usage.
pub fn queries() -> String {
    let queries: Vec<String> = TO_TRY.iter().map(|query| format!("  {query}")).collect();
    format!("Three queries to try, without a key:\n{}", queries.join("\n"))
}
