//! Money on the wire: exact nano-USD become a JSON number once, at the very end.

use serde_json::{Number, Value};

/// USD of nano-USD. Whole amounts are written without a fraction, as the service does.
pub fn usd(nano: i64) -> Value {
    if nano % 1_000_000_000 == 0 {
        return Value::from(nano / 1_000_000_000);
    }
    Number::from_f64(nano as f64 / 1e9).map_or(Value::Null, Value::Number)
}

/// A price of pico-USD as the decimal text that `/models` carries (fact 31).
pub fn price_text(pico: u64) -> String {
    let (whole, part) = (pico / 1_000_000_000_000, pico % 1_000_000_000_000);
    if part == 0 {
        return whole.to_string();
    }
    format!("{whole}.{part:012}").trim_end_matches('0').to_owned()
}
