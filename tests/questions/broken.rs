//! Forty queries with the habits of other languages, each with what was meant: what `--errors json` says of it, applied,
//! gives the meant answer.

use std::sync::atomic::{AtomicUsize, Ordering};

use orq::diagnostics::{Edit, apply};
use serde_json::Value as Json;

use super::{alike, answer, ask, each};

/// The habit, the query, and what it means.
type Broken = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const BROKEN: &[Broken] = &[
    (
        "SQL, whole",
        "SELECT model, SUM(cost) FROM activity WHERE date >= '2026-02-01' GROUP BY model ORDER BY SUM(cost) DESC LIMIT 5",
        "activity from 2026-02-01 | group model | sum cost | top 5",
    ),
    (
        "SQL interval, GROUP BY 1",
        "SELECT date, SUM(cost) AS spend FROM activity WHERE date >= now() - interval '7 days' GROUP BY 1 ORDER BY 1",
        "activity last 7d | group date | sum cost as spend",
    ),
    ("SQL without FROM", "select model, sum(cost) group by model", "activity | group model | sum cost"),
    ("SQL count(*)", "SELECT COUNT(*) FROM keys WHERE disabled = true", "keys | where disabled | count"),
    ("SQL count distinct", "SELECT COUNT(DISTINCT model) AS models FROM activity WHERE date >= '2026-02-12'", "activity from 2026-02-12 | count_distinct model as models"),
    ("SQL having", "SELECT provider, SUM(cost) AS spend FROM activity GROUP BY provider HAVING SUM(cost) > 50", "activity | group provider | sum cost as spend | where spend > 50"),
    ("SQL like", "activity last 7d | where model like 'openai/%' | sum cost", "activity last 7d | where model starts_with \"openai/\" | sum cost"),
    ("SQL tail without pipes", "activity last 7d | group by model | sum cost order by cost desc limit 5", "activity last 7d | group model | sum cost | sort -cost | limit 5"),
    ("SQL case", "models | select id, tier = CASE WHEN price_prompt > 0 THEN 'paid' ELSE 'free' END", "models | select id, tier = if(price_prompt > 0, \"paid\", \"free\")"),
    ("SQL between", "generations last 3d | where cost between 1 and 5 | count", "generations last 3d | where cost in 1..5 | count"),
    ("KQL", "activity | where date > ago(7d) | summarize sum(cost) by model | top 5 by sum_cost desc", "activity last 7d | group model | sum cost | top 5"),
    ("KQL bin", "activity last 7d | summarize spend = sum(cost) by bin(date, 1d)", "activity last 7d | group day(date) | sum cost as spend"),
    ("KQL dcount", "activity last 7d | summarize dcount(model) by provider", "activity last 7d | group provider | count_distinct model"),
    ("KQL project and order", "keys | project name, cost_monthly | order by cost_monthly desc | take 5", "keys | select name, cost_monthly | sort -cost_monthly | limit 5"),
    ("PromQL topk", "topk(5, sum by (model) (cost))", "activity | group model | sum cost | top 5"),
    ("PromQL range", "sum by (provider) (activity[7d])", "activity last 7d | group provider | sum cost"),
    ("jq select and sort_by", "keys | select(.disabled == false) | sort_by(.cost_monthly) | reverse | .[0:5]", "keys | where disabled == false | sort -cost_monthly | limit 5"),
    ("jq map add", "activity last 7d | map(.cost) | add", "activity last 7d | sum cost"),
    ("jq group_by", "activity last 7d | group_by(.model) | sum(.cost)", "activity last 7d | group model | sum cost"),
    ("pandas", "activity.groupby(\"model\")[\"cost\"].sum().sort_values(ascending=False).head(5)", "activity | group model | sum cost | sort -cost | limit 5"),
    ("pandas agg", "activity last 7d | groupby('model').agg({'cost': 'sum', 'requests': 'sum'})", "activity last 7d | group model | sum cost, requests"),
    (
        "PRQL",
        "from activity | filter date >= @2026-02-01 | group {model} (aggregate {cost = sum cost}) | sort {-cost} | take 5",
        "activity from 2026-02-01 | group model | sum cost | sort -cost | limit 5",
    ),
    ("Splunk", "search source=activity earliest=-7d | stats sum(cost) as cost by model | sort -cost | head 5", "activity last 7d | group model | sum cost | sort -cost | limit 5"),
    ("Splunk timechart", "activity last 7d | timechart span=1d sum(cost) by provider", "activity last 7d | group day(date), provider | sum cost"),
    ("range as a stage", "activity | last 7 days | group by model | sum cost", "activity last 7d | group model | sum cost"),
    ("missing pipes", "activity last 7 days group model sum cost top 5", "activity last 7d | group model | sum cost | top 5"),
    ("plain words", "top 5 models by cost", "activity | group model | sum cost | top 5"),
    ("wrong order", "activity last 7d | sum cost | group by model", "activity last 7d | group model | sum cost"),
    ("range at the end", "activity | group model | sum cost | last 7d", "activity last 7d | group model | sum cost"),
    ("camelCase", "activity last 7d | groupBy model | sum totalTokens", "activity last 7d | group model | sum tokens"),
    ("camelCase columns", "keys | select name, costMonthly, limitRemaining | sort -costMonthly", "keys | select name, cost_monthly, remaining | sort -cost_monthly"),
    ("plural source", "activities last 7d | sum cost", "activity last 7d | sum cost"),
    ("singular source", "model | where free | select id", "models | where free | select id"),
    ("slashes in dates", "activity from 2026/02/01 to 2026/02/14 | sum cost", "activity from 2026-02-01 to 2026-02-14 | sum cost"),
    ("words in dates", "activity since \"Feb 1, 2026\" | sum cost", "activity since 2026-02-01 | sum cost"),
    ("relative range", "activity past 7 days | group model | sum cost", "activity last 7d | group model | sum cost"),
    ("slug without quotes", "activity last 7d | where model = openai/gpt-5.2 | sum cost", "activity last 7d | where model == \"openai/gpt-5.2\" | sum cost"),
    ("dollar and unit", "generations last 3d | where cost > $1 and latency > 5 seconds | count", "generations last 3d | where cost > 1 and latency > 5s | count"),
    (
        "list in brackets, curly quotes",
        "activity last 7d | where provider in [\u{201c}OpenAI\u{201d}, \u{201c}Azure\u{201d}] | sum cost",
        "activity last 7d | where provider in (\"OpenAI\", \"Azure\") | sum cost",
    ),
    ("flags", "activity --last 7d --group-by model --sum cost", "activity last 7d | group model | sum cost"),
];

/// A wrong query after what is said of it: by its edits, or by a candidate where what is meant is not certain.
struct Mended {
    query: String,
    by_candidate: bool,
}

/// What a report makes of a query, in one go; nothing where it leaves that open.
fn mended(query: &str, report: &Json) -> Option<Mended> {
    let errors = report["errors"].as_array().unwrap();
    let at = |value: &Json, end: &str| value[end].as_u64().unwrap() as usize;
    let edit = |edit: &Json| Edit {
        start: at(edit, "start"),
        end: at(edit, "end"),
        text: edit["text"].as_str().unwrap().to_string(),
    };
    let edits: Vec<Edit> = errors.iter().flat_map(|e| e["edits"].as_array().unwrap()).map(edit).collect();
    if !edits.is_empty() {
        return Some(Mended { query: apply(query, &edits), by_candidate: false });
    }
    let [error] = errors.as_slice() else { return None };
    let candidate = error["candidates"].as_array().unwrap().first()?.as_str()?;
    let span = &error["span"];
    let edit = Edit { start: at(span, "start"), end: at(span, "end"), text: candidate.to_string() };
    Some(Mended { query: apply(query, &[edit]), by_candidate: true })
}

#[test]
fn each_of_forty_broken_queries_is_led_to_the_meant_answer() {
    assert_eq!(BROKEN.len(), 40);
    let (accepted, candidates) = (AtomicUsize::new(0), AtomicUsize::new(0));
    each(BROKEN, |(habit, query, meant)| {
        let run = ask(["-f", "json", "--errors", "json", query]);
        if run.code == 0 {
            accepted.fetch_add(1, Ordering::Relaxed);
            let rows: Json = serde_json::from_str(&run.stdout).unwrap();
            assert!(alike(&rows, &answer(meant).into()), "{habit}: {query}");
            return;
        }
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{habit}: {query}");
        let report: Json = serde_json::from_str(&run.stderr).unwrap();
        let first = &report["errors"][0];
        assert!(first["help"].as_str().is_some_and(|help| !help.is_empty()), "{habit}: {query}");
        let mended = mended(query, &report).unwrap_or_else(|| panic!("{habit}: `{query}` is left as it is: {report}"));
        candidates.fetch_add(usize::from(mended.by_candidate), Ordering::Relaxed);
        let rows = answer(&mended.query);
        assert!(!rows.is_empty(), "{habit}: {}", mended.query);
        assert!(alike(&rows.into(), &answer(meant).into()), "{habit}: `{query}` is mended to `{}`", mended.query);
    });
    // Most are certain: few are right as they stand, or a guess that is called one.
    let (accepted, candidates) = (accepted.into_inner(), candidates.into_inner());
    assert!(accepted <= 2 && candidates <= 4, "{accepted} accepted, {candidates} by a candidate");
}

#[test]
fn edits_of_one_report_never_overlap() {
    for (habit, query, _) in BROKEN {
        let edits: Vec<Edit> = crate::errors::checked(query).into_iter().flat_map(|error| error.edits).collect();
        crate::errors::assert_edits_fit(&edits, query);
        assert!(edits.iter().all(|edit| edit.end <= query.len()), "{habit}");
    }
}
