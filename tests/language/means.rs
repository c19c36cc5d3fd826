//! Aggregates that take a second argument or keep every value, by plain loops; and what a mean of means is told.

use serde_json::{Value as Json, json};

use crate::support::truth::{ACTIVITY, Day, KEYS, assert_number, groups};
use crate::support::{orq, rows};

#[test]
fn the_quantile_that_a_cube_has_is_had() {
    let named = rows("analytics last 7d | group model | p90 latency as x");
    assert!(named.len() > 5);
    assert_eq!(named, rows("analytics last 7d | group model | quantile(latency, 0.9) as x"));
}

#[test]
fn aggregates_of_every_model_agree_with_a_plain_loop() {
    let answer = rows(
        "activity last 30d | group model | quantile(cost, 0.42) as q, quantile(cost, 0) as low, quantile(cost, 1) as high, \
         stddev cost as s, list(provider) as providers, wavg(cost, requests) as w, \
         wavg(cost / tokens, tokens) where requests > 2 as price",
    );
    let all: Vec<&Day> = ACTIVITY.iter().collect();
    let expected = groups(&all, |day| day.model());
    assert_eq!(answer.len(), expected.len());
    let mut without_a_price = 0;
    for (row, (model, days)) in answer.iter().zip(&expected) {
        let check = |name: &str, value: Option<f64>| assert_number(&row[name], value, &format!("{name} of {model}"));
        let mut costs: Vec<f64> = days.iter().map(|day| day.cost()).collect();
        let n = costs.len() as f64;
        let mean = costs.iter().sum::<f64>() / n;
        let squares: f64 = costs.iter().map(|cost| (cost - mean) * (cost - mean)).sum();
        check("s", Some((squares / (n - 1.0)).sqrt()).filter(|_| costs.len() > 1));
        costs.sort_by(f64::total_cmp);
        let place = 0.42 * (n - 1.0);
        let (low, high) = (costs[place.floor() as usize], costs[place.ceil() as usize]);
        check("q", Some(low + (high - low) * place.fract()));
        check("low", costs.first().copied());
        check("high", costs.last().copied());
        let providers: Vec<&str> = days.iter().map(|day| day.provider).collect();
        assert_eq!(row["providers"], json!(providers), "{model}");
        let requests: i64 = days.iter().map(|day| day.requests).sum();
        let weighed: f64 = days.iter().map(|day| day.cost() * day.requests as f64).sum();
        check("w", Some(weighed / requests as f64));
        // A rate of nothing is null, and left out with its weight.
        let many = || days.iter().filter(|day| day.requests > 2 && day.tokens() > 0);
        let tokens: i64 = many().map(|day| day.tokens()).sum();
        without_a_price += usize::from(tokens == 0);
        check("price", (tokens > 0).then(|| many().map(|day| day.cost()).sum::<f64>() / tokens as f64));
    }
    assert!(without_a_price < expected.len());
}

#[test]
fn a_weighted_mean_leaves_out_rows_without_a_rate_or_a_weight() {
    // Of three rows, one has no rate and one no weight.
    let query = "activity yesterday | limit 3 | derive n = date_diff(2026-01-01, date, \"day\") \
                 | sort -requests, model, provider | derive r = if(requests > 0, 2), w = if(requests > 0, 3)";
    let whole = rows(&format!("{query} | agg x = wavg(r, w), none = wavg(if(n < 0, r), w), zero = wavg(r, w * 0)"));
    assert_eq!(whole[0], json!({"x": 2, "none": null, "zero": null}));
    let keys = rows("keys | agg x = wavg(cost_monthly, limit), a = wavg(limit, cost_monthly)");
    let pairs = KEYS.iter().filter_map(|key| Some((key["limit"].as_f64()?, key)));
    let pairs: Vec<(f64, f64)> = pairs
        .map(|(limit, key)| {
            (key["usage_monthly"].as_f64().unwrap() + key["byok_usage_monthly"].as_f64().unwrap(), limit)
        })
        .collect();
    assert!(!pairs.is_empty() && pairs.len() < KEYS.len());
    let products: f64 = pairs.iter().map(|(cost, limit)| cost * limit).sum();
    assert_number(&keys[0]["x"], Some(products / pairs.iter().map(|(_, limit)| limit).sum::<f64>()), "by limit");
    assert_number(&keys[0]["a"], Some(products / pairs.iter().map(|(cost, _)| cost).sum::<f64>()), "by cost");
}

#[test]
fn results_are_called_after_the_aggregate_and_its_column() {
    let answer =
        rows("activity last 7d | quantile(cost, 0.5), stddev cost, wavg(cost, tokens), list(model) where cost > 1e9");
    let names: Vec<&String> = answer[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["quantile_cost", "stddev_cost", "wavg_cost", "list_model"]);
    assert_eq!(answer[0]["list_model"], json!([]));
}

#[test]
fn nothing_aggregated_is_null_and_an_empty_list() {
    let answer = rows(
        "activity last 7d | where false | agg q = quantile(cost, 0.3), s = stddev(cost), w = wavg(cost, tokens), l = list(cost)",
    );
    assert_eq!(answer[0], json!({"q": null, "s": null, "w": null, "l": []}));
    let one = rows("credits | agg s = stddev(total), l = list(total), w = wavg(total, used)");
    assert_eq!(one[0]["s"], Json::Null);
    assert_eq!(one[0]["l"], json!([one[0]["w"]]));
}

#[test]
fn only_a_mean_of_means_is_warned_of() {
    let warned = |query: &str| {
        let run = orq().args(["--errors", "json", "check", query]).run();
        assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
        if run.stderr.is_empty() {
            return None;
        }
        let answer: Json = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(answer["errors"][0]["code"], "E0207", "{query}");
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{query}");
        let edits = answer["errors"][0]["edits"].as_array().unwrap();
        Some(edits.first().map(|edit| edit["text"].as_str().unwrap().to_string()).unwrap_or_default())
    };
    let per_day = "activity last 7d | group date, model";
    for (query, mended) in [
        (format!("{per_day} | avg cost, sum requests | group model | avg avg_cost"), "wavg(avg_cost, requests)"),
        (format!("{per_day} | avg cost, count | group model | agg x = avg(avg_cost)"), "wavg(avg_cost, count)"),
        (format!("{per_day} | sum cost, tokens, requests | derive r = cost / tokens | avg r"), "wavg(r, tokens)"),
        (format!("{per_day} | sum cost, tokens | avg cost / tokens"), "wavg(cost / tokens, tokens)"),
        (format!("{per_day} | agg r = sum(cost) / sum(tokens), n = count() | avg r"), "wavg(r, n)"),
        (format!("{per_day} | sum cost, wavg(cost, requests) | avg wavg_cost"), "wavg(wavg_cost, cost)"),
        (format!("{per_day} | avg cost, count | derive r = avg_cost * 2 | avg r"), "wavg(r, count)"),
        (format!("{per_day} | avg cost, count | rename r = avg_cost | avg r"), "wavg(r, count)"),
        (format!("{per_day} | avg cost | avg avg_cost"), ""),
        (
            "analytics last 7d | group model | avg latency, count | avg avg_latency".to_string(),
            "wavg(avg_latency, count)",
        ),
    ] {
        assert_eq!(warned(&query).as_deref(), Some(mended), "{query}");
    }
    for query in [
        format!("{per_day} | sum cost | avg cost"),
        format!("{per_day} | max cost | avg max_cost"),
        format!("{per_day} | count_distinct provider | avg count_distinct_provider"),
        format!("{per_day} | avg cost, count | max avg_cost"),
        format!("{per_day} | avg cost, count | wavg(avg_cost, count)"),
        "activity last 7d | avg cost".to_string(),
        "models | avg price_prompt".to_string(),
        "analytics last 7d | group model | avg cache_hit_rate".to_string(),
    ] {
        assert_eq!(warned(&query), None, "{query}");
    }
}
