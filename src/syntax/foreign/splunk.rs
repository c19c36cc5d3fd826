//! Splunk's way to name a source and its range, and to put results on a line of time.

use super::{bracketed, is_name, word};

/// `search source=activity earliest=-7d`
pub fn source(text: &str) -> Option<String> {
    let text = text.strip_prefix("search ").unwrap_or(text);
    let (mut source, mut range) = (None, String::new());
    for part in text.split_whitespace() {
        let (name, value) = part.split_once('=')?;
        let value = value.trim_matches('"');
        match name {
            "source" | "index" | "sourcetype" if source.is_none() => source = Some(value).filter(|name| is_name(name)),
            "earliest" => range = earliest(value)?,
            "latest" if matches!(value, "now" | "now()" | "@d") => {}
            _ => return None,
        }
    }
    Some(format!("{}{range}", source?))
}

/// `-7d`, `-7d@d`
fn earliest(value: &str) -> Option<String> {
    let length = value.strip_prefix('-')?;
    let length = length.split('@').next()?;
    let count = length.strip_suffix(['d', 'h'])?;
    count.parse::<u32>().is_ok().then(|| format!(" last {length}"))
}

/// `timechart span=1d sum(cost) by provider`
pub fn stage(text: &str) -> Option<String> {
    let rest = text.strip_prefix("timechart ")?.trim_start();
    let (span, rest) = rest.strip_prefix("span=")?.split_once(' ')?;
    let unit = match span {
        "1h" => "hour",
        "1d" => "day",
        "1w" | "7d" => "week",
        "1mon" => "month",
        _ => return None,
    };
    let rest = rest.trim_start();
    let (function, behind) = word(rest);
    let (column, behind) =
        if function == "count" && !behind.starts_with('(') { ("", behind) } else { bracketed(behind)? };
    let keys = match behind.trim() {
        "" => String::new(),
        more => {
            let key = more.strip_prefix("by ")?.trim();
            is_name(key).then(|| format!(", {key}"))?
        }
    };
    let measure = match (function, column) {
        ("count", "") => "count".to_string(),
        (function, column) if is_name(column) => format!("{function} {column}"),
        _ => return None,
    };
    Some(format!("group {unit}{keys} | {measure}"))
}
