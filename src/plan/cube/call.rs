//! One call to the cube: what it asks, as the API reads it. And the calls that a question begins with: one for each group
//! of metrics that may stand together, and for each window that is short enough.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use crate::model::cube::{
    CubeFilter, CubeQuery, Cut, Dimension, Group, MOST_DIMENSIONS, MOST_ROWS, Metric, REQUESTS, Test,
};
use crate::model::expr::TimeUnit;
use crate::model::request::Request;
use crate::model::window::Window;

#[derive(Clone, Debug, PartialEq)]
pub struct CubeCall {
    pub window: Window,
    /// Cut by the server; without it whole UTC days are counted (fact 19), so the window has whole days then.
    pub granularity: Option<TimeUnit>,
    pub dimensions: Vec<&'static Dimension>,
    pub metrics: Vec<Metric>,
    pub filters: Vec<CubeFilter>,
    pub cut: Option<Cut>,
}

impl CubeCall {
    pub fn request(&self) -> Request {
        Request::post("/analytics/query", self.body())
    }

    /// Rows that come back at most.
    pub fn limit(&self) -> usize {
        self.cut.as_ref().map_or(MOST_ROWS, Cut::limit).min(MOST_ROWS)
    }

    fn body(&self) -> Json {
        let mut body = serde_json::Map::new();
        let mut put = |name: &str, value: Json| body.insert(name.to_string(), value);
        let metrics: Vec<&str> = self.metrics.iter().map(|metric| metric.name).collect();
        put("metrics", json!(metrics));
        if !self.dimensions.is_empty() {
            let dimensions: Vec<&str> = self.dimensions.iter().map(|dimension| dimension.name).collect();
            put("dimensions", json!(dimensions));
        }
        if let Some(unit) = self.granularity {
            put("granularity", json!(unit.name()));
        }
        // With seconds: anything shorter is refused (fact 11). Where whole days are counted whatever the clock says (fact
        // 19), the end lies within the last one: the day that begins there cannot be meant.
        let end = match self.granularity {
            Some(_) => self.window.end,
            None => self.window.end.checked_sub(SignedDuration::from_secs(1)).unwrap_or(self.window.end),
        };
        put("time_range", json!({ "start": self.window.start.to_string(), "end": end.to_string() }));
        if !self.filters.is_empty() {
            let filters: Vec<Json> = self.filters.iter().map(filter).collect();
            put("filters", json!(filters));
        }
        if let Some(cut) = &self.cut {
            let direction = if cut.descending { "desc" } else { "asc" };
            put("order_by", json!({ "field": cut.metric.name, "direction": direction }));
        }
        put("limit", json!(self.limit()));
        Json::Object(body)
    }
}

fn filter(filter: &CubeFilter) -> Json {
    let field = filter.dimension.name;
    match filter.test {
        Test::In => json!({ "field": field, "operator": "in", "value": filter.values }),
        Test::NotIn => {
            json!({ "field": field, "operator": "not_in", "value": filter.values, "include_unset": false })
        }
        Test::NotInOrUnset => {
            json!({ "field": field, "operator": "not_in", "value": filter.values, "include_unset": true })
        }
    }
}

/// The groups of a question. Where a part of the answer may not be kept any more, requests are counted along.
pub fn groups(query: &CubeQuery, now: Timestamp) -> Vec<Group> {
    let mut groups = query.groups();
    if query.is_controlled(now) {
        let lacking = groups.iter_mut().map(|group| &mut group.metrics);
        let lacking = lacking.filter(|metrics| query.reads_requests(metrics) && !metrics.contains(&REQUESTS));
        lacking.for_each(|metrics| metrics.push(REQUESTS));
    }
    groups
}

/// The calls that a question begins with; each with the group it belongs to. One that has more dimensions
/// than a call may have is split when it is sent.
pub fn begin(query: &CubeQuery, now: Timestamp) -> Vec<(usize, CubeCall)> {
    let mut calls = Vec::new();
    let groups = groups(query, now);
    // Requests in pairs are the same ones in each.
    let alike = groups.len() == 1 || query.pairs().is_some();
    for (nth, group) in groups.into_iter().enumerate() {
        let windows = query.windows(&group.metrics);
        // The first rows of a part are not the first rows of the whole, nor those that other metrics are had of.
        let cut = query.cut.as_ref().filter(|cut| alike && windows.len() == 1 && group.metrics.contains(&cut.metric));
        for (window, granularity) in windows {
            let call = CubeCall {
                window,
                granularity,
                dimensions: seen(query, &group, cut.is_some()),
                metrics: group.metrics.clone(),
                filters: query.filters.clone(),
                cut: cut.cloned(),
            };
            calls.push((nth, call));
        }
    }
    calls
}

/// The dimensions of a group, and those of filters that there is room for: what a filter leaves can be seen then, where the
/// server passes over what it does not understand (fact 19). One value makes no group more; several would part what is had
/// of exactly the groups that are asked for, and sums that the server cuts off.
fn seen(query: &CubeQuery, group: &Group, is_cut: bool) -> Vec<&'static Dimension> {
    let mut dimensions = group.dimensions.clone();
    let may_be_parted = !is_cut && group.metrics.iter().all(|metric| metric.adds_up());
    for filter in &query.filters {
        let fits = may_be_parted || (filter.test == Test::In && filter.values.len() == 1);
        if fits && dimensions.len() < MOST_DIMENSIONS && !dimensions.contains(&filter.dimension) {
            dimensions.push(filter.dimension);
        }
    }
    dimensions
}

/// Calls that show whether the filters hold that no other call of the question shows.
pub fn witnesses(query: &CubeQuery, begun: &[(usize, CubeCall)]) -> Vec<CubeCall> {
    let Some((_, last)) = begun.last() else { return Vec::new() };
    let shown = |dimension: &&'static Dimension| begun.iter().any(|(_, call)| call.dimensions.contains(dimension));
    let mut hidden: Vec<&'static Dimension> = Vec::new();
    for filter in &query.filters {
        if !shown(&filter.dimension) && !hidden.contains(&filter.dimension) {
            hidden.push(filter.dimension);
        }
    }
    let call = |dimensions: &[&'static Dimension]| CubeCall {
        dimensions: dimensions.to_vec(),
        metrics: vec![REQUESTS],
        cut: None,
        ..last.clone()
    };
    hidden.chunks(MOST_DIMENSIONS).map(call).collect()
}
