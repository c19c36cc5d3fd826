//! `activity`: spend and traffic by day, model, endpoint and provider. `/activity` has single rows of the last 30
//! completed UTC days; the cube has sums of a year, and of today.

use std::collections::BTreeSet;

use jiff::ToSpan;
use serde_json::Value as Json;

use super::analytics;
use super::cube::{self, Refused, membership};
use super::fields::*;
use super::kept;
use super::names::{self, Resolved};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::cube::{self as of_cube, Bucket, CubeFilter, CubeQuery, Cubed, Test, Values};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Ask, Facts, Gap, Grain, Lookup, Offer, Piece, Pushdown, Translation, Wishes};
use crate::model::window::{Days, Window, day_of};

/// `/activity` has so many completed days (fact 6).
const KEPT_DAYS: i32 = 30;

pub const SOURCE: SourceDef = SourceDef {
    name: "activity",
    doc: "Spend, requests and tokens of UTC days, by model, endpoint and provider; by key, user and workspace on demand",
    usage: "activity [RANGE]",
    examples: &[
        Example { query: "activity yesterday", shows: "every row of the last completed day" },
        Example { query: "activity last 7d | group model | sum cost | top 5", shows: "the five models that cost most" },
        Example { query: "activity last 7d | group key | sum cost | top 3", shows: "the keys that cost most" },
    ],
    range: RangeOf::CompletedDays { default: KEPT_DAYS },
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[],
    columns: &[
        ColumnDef::new("date", "date", DATE, "UTC day").required(),
        ColumnDef::new("model", "model", TEXT, "Model, without its variant")
            .from(|row| model_of(row, "model"))
            .required(),
        ColumnDef::new("author", "model", TEXT, "The part of the model before `/`").from(|row| author_of(row, "model")),
        ColumnDef::new("variant", "model", TEXT, "`free`, `extended`, …; null is the standard one")
            .from(|row| variant_of(row, "model")),
        ColumnDef::new("model_id", "model", TEXT, "Model with its variant, as `models` calls it").required(),
        ColumnDef::new("model_permaslug", "model_permaslug", TEXT, "The model's lasting name, with its date")
            .required(),
        ColumnDef::new("provider", "provider_name", TEXT, "Who served it").alias(&["provider_name"]).required(),
        ColumnDef::new("endpoint", "endpoint_id", TEXT, "The provider's endpoint").alias(&["endpoint_id"]).required(),
        ColumnDef::new("key", "key", TEXT, "Name of the API key; null is the chatroom").alias(&["api_key"]).on_demand(),
        ColumnDef::new("key_hash", "key_hash", TEXT, "Hash of the API key").alias(&["api_key_hash"]).on_demand(),
        ColumnDef::new("user", "user", TEXT, "Name of the member, in organisations").on_demand(),
        ColumnDef::new("user_email", "user_email", TEXT, "Address of the member").on_demand(),
        ColumnDef::new("workspace", "workspace", TEXT, "Name of the workspace").on_demand(),
        ColumnDef::new("cost", "usage", USD, "True spend: credits and BYOK").with(&["byok_usage_inference"]).required(),
        ColumnDef::new("credits", "usage", USD, "Spend in credits").alias(&["usage"]).required(),
        ColumnDef::new("byok", "byok_usage_inference", USD, "Spend with the account's own provider keys")
            .alias(&["byok_usage_inference"])
            .required(),
        ColumnDef::new("requests", "requests", REQUESTS, "Requests").required(),
        ColumnDef::new("tokens", "prompt_tokens", TOKENS, "Prompt and completion tokens")
            .with(&["completion_tokens"])
            .required(),
        ColumnDef::new("tokens_prompt", "prompt_tokens", TOKENS, "Prompt tokens").alias(&["prompt_tokens"]).required(),
        ColumnDef::new("tokens_completion", "completion_tokens", TOKENS, "Completion tokens, reasoning inside")
            .alias(&["completion_tokens"])
            .required(),
        ColumnDef::new("tokens_reasoning", "reasoning_tokens", TOKENS, "Reasoning tokens, a part of completion")
            .alias(&["reasoning_tokens"])
            .required(),
    ],
    offer,
};

/// A way to some of the days.
struct Way {
    pieces: Vec<Piece>,
    taken: Vec<usize>,
    lookups: Vec<Lookup>,
    notes: Vec<String>,
    calls: usize,
}

fn offer(ask: &Ask<'_>, facts: &Facts) -> Offer {
    if !facts.zone.is_utc() {
        return local(ask, facts);
    }
    let today = day_of(facts.now);
    let yesterday = today.saturating_sub(1.days());
    let last = facts.late.map_or(yesterday, |late| late.saturating_sub(1.days()));
    let listing = Days { first: today.saturating_sub(KEPT_DAYS.days()), last };
    let wanted = ask.scan.arguments.days.unwrap_or(Days { last: yesterday, ..listing });
    let listed = Listed::of(ask, facts);
    let listed = match listed {
        Ok(listed) => listed,
        Err(refusal) => return Offer { refusal: Some(*refusal), ..Offer::default() },
    };
    kept::first(ask, facts, wanted, |wanted, facts| match ask.demand.grain {
        Grain::Rows(why) => rows(ask, facts, &listed, wanted, listing, why),
        Grain::Any => sums(ask, facts, &listed, wanted, listing),
    })
}

/// The days of another zone: `/activity` has none of them, and the cube has their hours.
fn local(ask: &Ask<'_>, facts: &Facts) -> Offer {
    let (today, name) = (facts.today(), facts.zone.name());
    let refuse = |message: String| {
        let error = Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("rows of UTC days");
        Offer { refusal: Some(error.help("leave out `--tz`, or add up what the cube has")), ..Offer::default() }
    };
    if let Grain::Rows(why) = ask.demand.grain {
        return refuse(format!("the query {why}, and single rows are of UTC days, not of those of {name}"));
    }
    let usual = Days { first: today.saturating_sub(KEPT_DAYS.days()), last: today.saturating_sub(1.days()) };
    let wanted = ask.scan.arguments.days.unwrap_or(usual);
    // The first day of UTC that the cube surely has may begin within a day of the zone.
    let reach = Days { first: cube::first_day(of_cube::Reach::Year, facts).saturating_add(1.days()), last: today };
    let mut offer = Offer::default();
    if let Some(days) = wanted.within(reach) {
        match cube_way(ask, facts, days) {
            Ok(way) => offer = of_way(way),
            Err(Refused::Inexact(refusal)) => return Offer { refusal: Some(refusal), ..offer },
            Err(Refused::Column(column)) => {
                return refuse(format!("only `/activity` has `{column}`, of UTC days and not of those of {name}"));
            }
        }
    }
    let old = format!("older than the {} days that are kept", of_cube::Reach::Year.days());
    offer.gaps.extend(wanted.before(reach.first).map(|days| Gap { days, why: old, had: None }));
    offer.gaps.extend(wanted.after(today).map(|days| Gap { days, why: "not there yet".to_string(), had: None }));
    offer
}

/// Single rows: `/activity` alone has them.
fn rows(ask: &Ask<'_>, facts: &Facts, listed: &Listed, wanted: Days, kept: Days, why: &str) -> Offer {
    let mut offer = Offer::default();
    if let Err(column) = &listed.usable {
        offer.refusal = Some(no_column_of_rows(ask, column, why));
        return offer;
    }
    if let Some(days) = wanted.within(kept) {
        let way = listed.way(days);
        offer = Offer { pieces: way.pieces, taken: way.taken, lookups: way.lookups, notes: way.notes, ..offer };
    }
    let old = format!("the query {why}, and single rows are kept for the last {KEPT_DAYS} completed days");
    let early = match facts.late {
        Some(_) => format!("the query {why}, and `/activity` does not have the last completed day yet"),
        None => format!("the query {why}, and days have single rows once they are completed"),
    };
    let had = wanted.within(kept).or(Some(kept));
    offer.gaps.extend(wanted.before(kept.first).map(|days| Gap { days, why: old, had }));
    offer.gaps.extend(wanted.after(kept.last).map(|days| Gap { days, why: early, had }));
    offer
}

fn no_column_of_rows(ask: &Ask<'_>, column: &str, why: &str) -> Diagnostic {
    let message = format!("single rows do not say their `{column}`, and the query {why}");
    Diagnostic::error(Code::E0602, message).at(ask.scan.span).label("rows by day, model, endpoint and provider").help(
        format!("name those that are meant (`where {column} == …`), or add up by it: `group {column} | sum cost`"),
    )
}

/// Sums: the way with the fewest calls that has all days and columns.
fn sums(ask: &Ask<'_>, facts: &Facts, listed: &Listed, wanted: Days, kept: Days) -> Offer {
    let today = day_of(facts.now);
    let reach = Days { first: cube::first_day(of_cube::Reach::Year, facts), last: today };
    let by_list = |days: Days| listed.usable.is_ok().then(|| listed.way(days));
    let by_cube = |days: Days, facts: &Facts| cube_way(ask, facts, days);
    let all = wanted.within(reach);
    let mut ways: Vec<Way> = Vec::new();
    // Ties are for the first.
    if wanted.within(kept) == Some(wanted) {
        ways.extend(by_list(wanted));
    }
    let whole = all.map(|days| by_cube(days, facts));
    let refused = match whole {
        Some(Ok(way)) => {
            ways.push(way);
            None
        }
        Some(Err(refused)) => Some(refused),
        None => None,
    };
    if let (Some(all), Some(inside), None) = (all, wanted.within(kept), &refused)
        && inside != wanted
    {
        // Nothing but what all parts hold is taken from the steps that are done here.
        let plain = Facts { wishes: Wishes { pushdown: Pushdown::Off, ..facts.wishes }, ..facts.clone() };
        let outside = [all.before(kept.first), all.after(kept.last)];
        let parts: Vec<Option<Way>> =
            outside.into_iter().flatten().map(|days| by_cube(days, &plain).ok()).chain([by_list(inside)]).collect();
        ways.extend(parts.into_iter().collect::<Option<Vec<Way>>>().and_then(together));
    }
    ways.sort_by_key(|way| way.calls);
    if let Some(way) = ways.into_iter().next() {
        let mut offer = of_way(way);
        if let Some(days) = wanted.before(reach.first) {
            let why = format!("older than the {} days that are kept", of_cube::Reach::Year.days());
            offer.gaps.push(Gap { days, why, had: None });
        }
        offer.gaps.extend(wanted.after(today).map(|days| Gap { days, why: "not there yet".to_string(), had: None }));
        return offer;
    }
    // The cube cannot, so the days of `/activity` are all there is.
    let why = match refused {
        Some(Refused::Column(name)) => format!("only `/activity` has `{name}`, of the last {KEPT_DAYS} completed days"),
        Some(Refused::Inexact(refusal)) => return Offer { refusal: Some(refusal), ..Offer::default() },
        None if wanted.first > today => "not there yet".to_string(),
        None => format!("older than the {} days that are kept", of_cube::Reach::Year.days()),
    };
    let mut offer = match (wanted.within(kept), &listed.usable) {
        (_, Err(column)) => {
            return Offer { refusal: Some(no_column_of_rows(ask, column, "needs single rows")), ..Offer::default() };
        }
        (Some(days), Ok(())) => of_way(listed.way(days)),
        (None, Ok(())) => Offer::default(),
    };
    let outside = [wanted.before(kept.first), wanted.after(kept.last)];
    offer.gaps.extend(outside.into_iter().flatten().map(|days| Gap { days, why: why.clone(), had: None }));
    offer
}

fn of_way(way: Way) -> Offer {
    let Way { pieces, taken, lookups, notes, .. } = way;
    Offer { pieces, taken, lookups, notes, ..Offer::default() }
}

/// Ways to different days as one, where they hold the same filters.
fn together(ways: Vec<Way>) -> Option<Way> {
    let taken = ways.first()?.taken.clone();
    if ways.iter().any(|way| way.taken != taken) {
        return None;
    }
    let mut all = Way { pieces: Vec::new(), taken, lookups: Vec::new(), notes: Vec::new(), calls: 0 };
    for way in ways {
        all.pieces.extend(way.pieces);
        all.lookups.extend(way.lookups);
        all.notes.extend(way.notes);
        all.calls += way.calls;
    }
    all.pieces.sort_by_key(|piece| piece.days.map(|days| days.first));
    Some(all)
}

fn cube_way(ask: &Ask<'_>, facts: &Facts, days: Days) -> Result<Way, Refused> {
    let question = cube::question(ask, facts, facts.zone.window(days))?;
    let calls = question.queries(facts).iter().map(|(query, _)| query.least_calls(facts.now)).sum();
    let pieces = question.pieces(days, &analytics::SOURCE, facts);
    Ok(Way { pieces, taken: question.taken, lookups: question.lookups, notes: question.notes, calls })
}

/// What `/activity` is asked for: one call for each key and user that is meant, since neither is a column (fact 7).
struct Listed {
    /// Or the column that cannot be had.
    usable: Result<(), String>,
    keys: Vec<Json>,
    users: Vec<Json>,
    workspaces: Vec<Json>,
    filters: Vec<CubeFilter>,
    taken: Vec<usize>,
    lookups: Vec<Lookup>,
    by_workspace: bool,
    facts: Facts,
}

impl Listed {
    fn of(ask: &Ask<'_>, facts: &Facts) -> Result<Self, Box<Diagnostic>> {
        let mut listed = Self {
            usable: Ok(()),
            keys: Vec::new(),
            users: Vec::new(),
            workspaces: Vec::new(),
            filters: Vec::new(),
            taken: Vec::new(),
            lookups: Vec::new(),
            by_workspace: false,
            facts: facts.clone(),
        };
        for filter in &ask.demand.filters {
            let Some((column, Test::In, names)) = filter.plain.as_ref().and_then(membership) else { continue };
            let Some(Cubed::Of([dimension])) = analytics::cubed(&column) else { continue };
            let place = match dimension.values {
                Values::Keys => &mut listed.keys,
                Values::Users => &mut listed.users,
                Values::Workspaces => &mut listed.workspaces,
                Values::Plain | Values::Permaslugs | Values::Requests | Values::Apps => continue,
            };
            // Two conditions on one of them are left to be looked at row by row.
            if !place.is_empty() {
                continue;
            }
            let at = filter.plain.as_ref().map(|plain| plain.span).unwrap_or_default();
            if let Resolved::To(ids) = names::resolve(&column, dimension, &names, Test::In, facts, at)? {
                *place = ids.clone();
                listed.filters.push(CubeFilter { dimension, test: Test::In, values: ids });
                listed.taken.push(filter.place);
            }
            listed.lookups.extend(names::lookup_of(&column, dimension.values));
        }
        let read = listed.read(ask);
        let given = |columns: &[&str]| columns.iter().find(|name| read.contains(**name)).map(|name| name.to_string());
        if let (Some(column), true) = (given(&["key", "key_hash"]), listed.keys.is_empty()) {
            listed.usable = Err(column);
        }
        if let (Some(column), true) = (given(&["user", "user_email"]), listed.users.is_empty()) {
            listed.usable = Err(column);
        }
        if given(&["workspace"]).is_some() {
            listed.by_workspace = true;
            listed.lookups.push(Lookup::Workspaces);
        }
        if given(&["key"]).is_some() {
            listed.lookups.push(Lookup::Keys);
        }
        if given(&["user", "user_email"]).is_some() {
            listed.lookups.push(Lookup::Members);
        }
        Ok(listed)
    }

    /// The columns that are read, those of filters that are taken aside.
    fn read<'a>(&self, ask: &'a Ask<'_>) -> BTreeSet<&'a str> {
        let filters = ask.demand.filters.iter().filter(|filter| !self.taken.contains(&filter.place));
        let filtered = filters.flat_map(|filter| filter.reads.iter().map(String::as_str));
        ask.unfiltered.iter().copied().chain(filtered).collect()
    }

    fn way(&self, days: Days) -> Way {
        let mut pieces = Vec::new();
        let each = |values: &[Json]| -> Vec<Option<String>> {
            match values {
                [] => vec![None],
                values => values.iter().map(|value| value.as_str().map(str::to_string)).collect(),
            }
        };
        for key in each(&self.keys) {
            for user in each(&self.users) {
                for workspace in each(&self.workspaces) {
                    pieces.push(self.piece(days, key.as_deref(), user.as_deref(), workspace.as_deref()));
                }
            }
        }
        let calls = pieces.len();
        Way { pieces, taken: self.taken.clone(), lookups: self.lookups.clone(), notes: Vec::new(), calls }
    }

    fn piece(&self, days: Days, key: Option<&str>, user: Option<&str>, workspace: Option<&str>) -> Piece {
        let mut request = Request::get("/activity");
        if days.first == days.last {
            request = request.with("date", days.first.to_string());
        }
        let mut added: Vec<(&'static str, Json)> = Vec::new();
        if let Some(hash) = key {
            request = request.with("api_key_hash", hash);
            let named = self.facts.keys.iter().flatten().find(|known| known.id == hash);
            added.push(("key", named.map(|known| known.name.as_str()).into()));
            added.push(("key_hash", hash.into()));
        }
        if let Some(id) = user {
            request = request.with("user_id", id);
            let named = self.facts.members.iter().flatten().find(|known| known.id == id);
            added.push(("user", named.map(|known| known.name.as_str()).into()));
            added.push(("user_email", named.map(|known| known.detail.as_str()).into()));
        }
        if let Some(id) = workspace {
            request = request.with("workspace_id", id);
        }
        let mut translated = Vec::new();
        if self.by_workspace {
            request = request.with("group_by", "workspace");
            let names = self.facts.workspaces.clone().unwrap_or_default();
            translated.push(Translation { from: "workspace_id", to: "workspace", names });
        }
        let check = CubeQuery {
            window: Window::from(Days { first: days.last, last: days.last }),
            bucket: Bucket::Whole,
            dimensions: Vec::new(),
            metrics: vec![of_cube::REQUESTS],
            filters: self.filters.clone(),
            cut: None,
            parts: Vec::new(),
        };
        Piece { days: Some(days), added, translated, check: Some(check), ..Piece::of(request) }
    }
}
