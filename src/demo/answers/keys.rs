//! `GET /keys`, `GET /keys/{hash}` and `GET /key`: keys and their counters (facts 3, 25, 26).

use serde_json::{Value, json};

use crate::demo::account::{Counters, Spent};
use crate::demo::amount::usd;
use crate::demo::answers::names;
use crate::demo::call::{Answer, Call, Caller};
use crate::demo::data::{DEMO_KEY_INDEX, KEYS, Key, Life, LimitReset, MEMBERS, WORKSPACES};
use crate::demo::refusal::Refusal;

/// Keys of one page.
const PAGE: usize = 100;

/// One page of a workspace's keys, the default one's if none is named.
pub fn list(call: &Call) -> Answer {
    let offset = call.number("offset", 0, usize::MAX)?.unwrap_or(0);
    let with_disabled = call.word("include_disabled", &["true", "false"])? == Some("true");
    let workspace = call.workspace(Refusal::new(400, "Workspace not found"))?;
    let workspace = workspace.or(WORKSPACES.first()).map_or("", |workspace| workspace.id);
    let counters = call.account.counters(call.now);
    let page: Vec<Value> = KEYS
        .iter()
        .zip(&counters)
        .filter(|(key, _)| key.workspace.id == workspace)
        .filter(|(key, _)| match key.life {
            Life::Live => true,
            Life::Disabled => with_disabled,
            Life::Deleted => false,
        })
        .skip(offset)
        .take(PAGE)
        .map(|(key, counters)| entry(call, key, counters))
        .collect();
    Ok(json!({ "data": page }))
}

/// One key by its hash, disabled or not.
pub fn by_hash(call: &Call) -> Answer {
    let hash = call.path.first().map_or("", String::as_str);
    let counters = call.account.counters(call.now);
    let mut living = KEYS.iter().zip(&counters).filter(|(key, _)| key.life != Life::Deleted);
    let found = living.find(|(key, _)| key.hash == hash);
    let (key, counters) = found.ok_or_else(|| Refusal::new(404, "API key not found"))?;
    Ok(json!({ "data": entry(call, key, counters) }))
}

/// What the asking key is.
pub fn own(call: &Call) -> Answer {
    let management = call.caller == Caller::ManagementKey;
    let counters = call.account.counters(call.now);
    let found = KEYS.iter().zip(&counters).nth(DEMO_KEY_INDEX);
    let (key, counters) = found.ok_or_else(Refusal::not_found)?;
    let mut data = if management {
        let mut data = money(&Counters::default(), None, false);
        set(&mut data, "label", json!("sk-or-v1-dem...ent"));
        set(&mut data, "creator_user_id", json!(MEMBERS.first().map(|member| member.id)));
        set(&mut data, "limit_reset", Value::Null);
        data
    } else {
        let mut data = money(counters, key.limit.map(|usd| (usd, key.reset)), key.byok_in_limit);
        set(&mut data, "label", json!(key.label));
        set(&mut data, "creator_user_id", json!(key.creator.map(|member| member.id)));
        set(&mut data, "limit_reset", reset_name(key.reset));
        if let Some(expires) = &key.expires_at {
            set(&mut data, "expires_at", json!(expires));
        }
        data
    };
    set(&mut data, "is_free_tier", json!(false));
    set(&mut data, "is_management_key", json!(management));
    set(&mut data, "is_provisioning_key", json!(management));
    let note = "This field is deprecated and safe to ignore.";
    set(&mut data, "rate_limit", json!({ "requests": -1, "interval": "10s", "note": note }));
    Ok(json!({ "data": data }))
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(name.to_owned(), value);
    }
}

/// A row of `/keys`.
fn entry(call: &Call, key: &Key, counters: &Counters) -> Value {
    let mut row = json!({
        "hash": key.hash,
        "name": names::of_key(key, call.faults),
        "label": key.label,
        "disabled": key.life == Life::Disabled,
        "limit_reset": reset_name(key.reset),
        "created_at": key.created_at,
        "updated_at": key.updated_at,
        "expires_at": key.expires_at,
        "creator_user_id": key.creator.map(|member| member.id),
        "workspace_id": key.workspace.id,
    });
    let limit = key.limit.map(|usd| (usd, key.reset));
    if let (Value::Object(row), Value::Object(money)) = (&mut row, money(counters, limit, key.byok_in_limit)) {
        row.extend(money);
    }
    row
}

/// Limit and counters. What remains of a limit is counted in the limit's own period.
fn money(counters: &Counters, limit: Option<(u64, LimitReset)>, byok_in_limit: bool) -> Value {
    let remaining = limit.map(|(limit, reset)| {
        let Spent { credits, byok } = match reset {
            LimitReset::Never => counters.lifetime,
            LimitReset::Daily => counters.daily,
            LimitReset::Weekly => counters.weekly,
            LimitReset::Monthly => counters.monthly,
        };
        let spent = credits + if byok_in_limit { byok } else { 0 };
        usd((limit as i64 * 1_000_000_000 - spent).max(0))
    });
    json!({
        "limit": limit.map(|(limit, _)| limit),
        "limit_remaining": remaining,
        "include_byok_in_limit": byok_in_limit,
        "usage": usd(counters.lifetime.credits),
        "usage_daily": usd(counters.daily.credits),
        "usage_weekly": usd(counters.weekly.credits),
        "usage_monthly": usd(counters.monthly.credits),
        "byok_usage": usd(counters.lifetime.byok),
        "byok_usage_daily": usd(counters.daily.byok),
        "byok_usage_weekly": usd(counters.weekly.byok),
        "byok_usage_monthly": usd(counters.monthly.byok),
    })
}

fn reset_name(reset: LimitReset) -> Value {
    match reset {
        LimitReset::Never => Value::Null,
        LimitReset::Daily => json!("daily"),
        LimitReset::Weekly => json!("weekly"),
        LimitReset::Monthly => json!("monthly"),
    }
}
