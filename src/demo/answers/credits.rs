//! `GET /credits`: bought and used, the sum of all keys' lifetimes and of what no key spent.

use serde_json::json;

use crate::demo::amount::usd;
use crate::demo::call::{Answer, Call};

/// The account buys credits a thousand dollars at a time, before it needs them.
const PURCHASE: i64 = 1_000_000_000_000;

pub fn credits(call: &Call) -> Answer {
    let used: i64 = call.account.counters(call.now).iter().map(|key| key.lifetime.credits).sum();
    let bought = (used / PURCHASE + 1) * PURCHASE;
    Ok(json!({ "data": { "total_credits": usd(bought), "total_usage": usd(used) } }))
}
