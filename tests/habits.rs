//! Habits of other languages: what can only mean one thing is accepted, what is not has an edit that leads to what was
//! meant, and what could mean two things is left to the writer.

use orq::diagnostics::Code;
use orq::one_form::formatted;
use orq::session::CATALOG;

use crate::errors::checked;
use crate::mistakes::assert_one_error;
use crate::support::rows;

/// Whole queries of SQL, and the query that each means; empty where it is not known.
#[rustfmt::skip]
const SQL: &[(&str, &str)] = &[
    ("SELECT model, SUM(cost) FROM activity GROUP BY model", "activity | group model | sum cost"),
    (
        "SELECT model, SUM(cost) FROM activity WHERE date >= '2026-02-01' GROUP BY model ORDER BY 2 DESC LIMIT 5",
        "activity from 2026-02-01 | group model | sum cost | sort -cost | limit 5",
    ),
    ("select model from activity", "activity | select model"),
    ("select * from activity where cost > 1 limit 10;", "activity | where cost > 1 | limit 10"),
    (
        "SELECT * FROM activity WHERE date BETWEEN '2026-02-01' AND '2026-02-10' AND model LIKE 'openai/%' ORDER BY cost DESC LIMIT 5 OFFSET 10",
        "activity from 2026-02-01 to 2026-02-10 | where model starts_with \"openai/\" | sort -cost | skip 10 | limit 5",
    ),
    ("SELECT COUNT(*) FROM activity", "activity | count"),
    (
        "SELECT provider, COUNT(*) AS n, COUNT(DISTINCT model) AS models FROM activity GROUP BY provider HAVING SUM(cost) > 10 ORDER BY n DESC",
        "activity | group provider | count as n, count_distinct model as models, sum cost | where cost > 10 | sort -n | select provider, n, models",
    ),
    ("SELECT model, SUM(cost) / SUM(tokens) AS rate FROM activity GROUP BY model ORDER BY rate", "activity | group model | agg rate = sum(cost) / sum(tokens) | sort rate"),
    ("SELECT DISTINCT model FROM activity", "activity | distinct model"),
    ("SELECT DISTINCT model, provider FROM activity WHERE variant IS NULL ORDER BY model", "activity | where variant is null | distinct model, provider | sort model"),
    ("SELECT date_trunc('week', date) AS week, SUM(cost) FROM activity GROUP BY 1 ORDER BY 1", "activity | group week = week(date) | sum cost | sort week"),
    (
        "SELECT a.model, a.cost FROM activity a WHERE a.model IN ('a', 'b') AND a.cost NOT BETWEEN 1 AND 5",
        "activity | where model in (\"a\", \"b\") and not cost in 1..5 | select model, cost",
    ),
    (
        "SELECT model FROM activity WHERE model NOT LIKE '%gpt%' AND NOT (cost > 1 OR tokens < 5)",
        "activity | where not model contains \"gpt\" and not (cost > 1 or tokens < 5) | select model",
    ),
    ("SELECT SUM(cost) total FROM activity WHERE date = '2026-02-03'", "activity on 2026-02-03 | sum cost as total"),
    ("SELECT model, cost FROM activity JOIN models ON a = b", ""),
    ("SELECT model, ROW_NUMBER() OVER (PARTITION BY model) FROM activity", ""),
    ("SELECT MAX(cost), MIN(cost), AVG(tokens) FROM activity", "activity | max cost, min cost, avg tokens"),
    ("SELECT SUM(cost), model FROM activity GROUP BY model", "activity | group model | sum cost | select cost, model"),
    ("SELECT model FROM activity GROUP BY model", "activity | distinct model"),
    ("SELECT \"model\", cost AS c FROM activity ORDER BY c DESC", "activity | select model, c = cost | sort -c"),
    ("SELECT model AS m, SUM(cost) AS c FROM activity GROUP BY m ORDER BY SUM(cost) DESC", "activity | group m = model | sum cost as c | sort -c"),
    ("SELECT id FROM models WHERE id ILIKE '%Claude%' ORDER BY price_prompt LIMIT 3", "models | where lower(id) contains \"claude\" | sort price_prompt | select id | limit 3"),
    ("SELECT model, SUM(cost) FROM activity WHERE date < '2026-02-01' GROUP BY model", ""),
    ("WITH x AS (SELECT 1) SELECT * FROM x", ""),
    ("SELECT CASE WHEN cost > 1 THEN 1 ELSE 0 END FROM activity", "activity | select if(cost > 1, 1, 0)"),
    ("SELECT SUM(cost) FROM activity WHERE date >= CURRENT_DATE - 7", "activity last 7d | sum cost"),
    ("SELECT SUM(cost) FROM activity WHERE date > DATE_SUB(CURRENT_DATE(), INTERVAL 2 WEEK)", "activity last 14d | sum cost"),
];

/// Stages and sources as others write them.
#[rustfmt::skip]
const FOREIGN: &[(&str, Code, &str)] = &[
    ("activity last 7d | select *", Code::E0001, "activity last 7d"),
    ("activity last 7d | where !(cost > 1)", Code::E0005, "activity last 7d | where not (cost > 1)"),
    ("activity last 7d | where !cost > 1", Code::E0005, "activity last 7d | where not cost > 1"),
    ("activity | last 7d | sum cost", Code::E0302, "activity last 7d | sum cost"),
    ("activity | last month | sum cost", Code::E0302, "activity last month | sum cost"),
    ("activity|yesterday|sum cost", Code::E0302, "activity yesterday|sum cost"),
    ("activity | since 2026-02-01 | sum cost", Code::E0302, "activity since 2026-02-01 | sum cost"),
    ("analytics | today | sum cost", Code::E0302, "analytics today | sum cost"),
    ("activity since 7d | sum cost", Code::E0401, "activity since 7d ago | sum cost"),
    ("activity from 2w | sum cost", Code::E0401, "activity from 2w ago | sum cost"),
    ("activity last 7d | group model | total cost", Code::E0102, "activity last 7d | group model | sum cost"),
    ("activity last 7d | order_by cost", Code::E0102, "activity last 7d | sort cost"),
    ("activity last 7d | sortby cost", Code::E0102, "activity last 7d | sort cost"),
    ("activity last 7d | orderby cost desc", Code::E0102, "activity last 7d | sort cost desc"),
    ("activity last 7d | stats sum(cost) by model", Code::E0102, "activity last 7d | agg sum(cost) by model"),
    ("activity last 7d | stats count by model", Code::E0102, "activity last 7d | agg count by model"),
    ("activity last 7d | where model like \"openai%\"", Code::E0005, "activity last 7d | where model starts_with \"openai\""),
    ("activity last 7d | where model ilike \"%GPT%\"", Code::E0005, "activity last 7d | where model ~ \"(?i)GPT\""),
    ("activity last 7d | where model not like \"openai%\"", Code::E0001, "activity last 7d | where not model starts_with \"openai\""),
    ("activity last 7d | where model matches \"openai\"", Code::E0005, "activity last 7d | where model ~ \"openai\""),
    ("activity last 7d | where model =~ \"openai\"", Code::E0005, "activity last 7d | where model ~ \"openai\""),
    ("activity last 7d | where matches(model, \"a\")", Code::E0104, "activity last 7d | where model ~ \"a\""),
    ("activity last 7d | count(*)", Code::E0001, "activity last 7d | count()"),
    ("activity last 7d | sum_cost", Code::E0102, "activity last 7d | sum cost"),
    ("activity last 7d | group model | sum_cost", Code::E0102, "activity last 7d | group model | sum cost"),
    ("activity last 7d | agg sum_cost", Code::E0103, "activity last 7d | agg sum(cost)"),
    ("activity last 7d | where model == openai/gpt-5.2", Code::E0206, "activity last 7d | where model == \"openai/gpt-5.2\""),
    ("analytics last 7d | where key == batch | sum cost", Code::E0206, "analytics last 7d | where key == \"batch\" | sum cost"),
    ("activity last 7d | where model in (openai/gpt-5.2, x)", Code::E0206, "activity last 7d | where model in (\"openai/gpt-5.2\", \"x\")"),
    ("activity last 7d | group model provider | sum cost", Code::E0001, "activity last 7d | group model, provider | sum cost"),
    ("activity last 7d | select model provider", Code::E0001, "activity last 7d | select model, provider"),
    ("activity last 7d | sum cost tokens", Code::E0001, "activity last 7d | sum cost, tokens"),
    ("activity last 7d | sort desc cost", Code::E0302, "activity last 7d | sort -cost"),
    ("activity last 7d | top 5 cost", Code::E0001, "activity last 7d | top 5 by cost"),
    ("activity last 7d | group model | sum cost | top 5 cost", Code::E0001, "activity last 7d | group model | sum cost | top 5 by cost"),
    ("activity last 7d | group date, model | sum cost | fill 0 cost", Code::E0001, "activity last 7d | group date, model | sum cost | fill 0, cost"),
    ("activity last 7d | limit 5 offset 10", Code::E0001, "activity last 7d | skip 10 | limit 5"),
    ("activity last 7d -> sum cost", Code::E0005, "activity last 7d | sum cost"),
    ("activity last 7d => sum cost", Code::E0005, "activity last 7d | sum cost"),
    ("activity last 7d |> sum cost", Code::E0005, "activity last 7d | sum cost"),
    ("activity last 7d | where model == “a”", Code::E0001, "activity last 7d | where model == \"a\""),
    ("activity last 7d | where model is not \"a\"", Code::E0005, "activity last 7d | where model != \"a\""),
    ("activity last 7d | where model in {\"a\"}", Code::E0001, "activity last 7d | where model in (\"a\")"),
    ("activity last 7d | having cost > 1", Code::E0102, "activity last 7d | where cost > 1"),
    ("activity last 7d | filter cost > 1 && model == \"a\"", Code::E0005, "activity last 7d | filter cost > 1 and model == \"a\""),
    ("activity last 7d | where cost > 1 or model = \"a\" || tokens > 3", Code::E0005, "activity last 7d | where cost > 1 or model = \"a\" or tokens > 3"),
    ("activity last 7d | where model equals \"a\"", Code::E0005, "activity last 7d | where model == \"a\""),
    ("activity last 7d | where cost == null", Code::E0202, "activity last 7d | where cost is null"),
    ("activity last 7d | where isnull(cost)", Code::E0104, "activity last 7d | where cost is null"),
    ("activity last 7d | where cost is None", Code::E0005, "activity last 7d | where cost is null"),
    ("activity last 7d | derive x: cost * 2", Code::E0005, "activity last 7d | derive x = cost * 2"),
    ("activity last 7d | let x = cost * 2", Code::E0102, "activity last 7d | derive x = cost * 2"),
    ("activity last 7d | eval x = cost * 2", Code::E0102, "activity last 7d | derive x = cost * 2"),
    ("activity last 7d | dedup model", Code::E0102, "activity last 7d | distinct model"),
    ("activity last 7d | fields model, cost", Code::E0102, "activity last 7d | select model, cost"),
    ("activity last 7d | group [model, provider] | sum cost", Code::E0202, "activity last 7d | group model, provider | sum cost"),
    ("activity last 7d | group (model, provider) | sum cost", Code::E0202, "activity last 7d | group model, provider | sum cost"),
    ("activity last 7d | agg total = total(cost)", Code::E0104, "activity last 7d | agg total = sum(cost)"),
    ("activity last 7d | agg max = maximum(cost)", Code::E0104, "activity last 7d | agg max = max(cost)"),
    ("activity last 7d | group by model, sum(cost)", Code::E0205, "activity last 7d | group by model | sum(cost)"),
    ("activity last 7d order by cost", Code::E0001, "activity last 7d | order by cost"),
    ("activity last 7d limit 5", Code::E0106, "activity last 7d | limit 5"),
    ("activity last 7d sum cost", Code::E0106, "activity last 7d | sum cost"),
    ("activity | where date = today", Code::E0103, "activity | where date = today()"),
    ("activity last 7d | merge models on model_id == id", Code::E0102, "activity last 7d | join models on model_id == id"),
    ("activity last 7d | lookup models on model_id == id", Code::E0102, "activity last 7d | left_join models on model_id == id"),
    ("activity last 7d | assign x = cost", Code::E0102, "activity last 7d | derive x = cost"),
    ("activity last 7d | where (cost > 1) & (tokens > 2)", Code::E0005, "activity last 7d | where (cost > 1) and (tokens > 2)"),
    ("activity last 7d | derive x = model.lower()", Code::E0001, "activity last 7d | derive x = lower(model)"),
    ("activity last 7d | where model.startswith(\"openai\")", Code::E0001, "activity last 7d | where starts_with(model, \"openai\")"),
    ("activity last 7d | where model.contains(\"openai\")", Code::E0001, "activity last 7d | where contains(model, \"openai\")"),
    ("activity last 7d | where model startswith \"openai\"", Code::E0005, "activity last 7d | where model starts_with \"openai\""),
    ("activity last 7d | where model has \"gpt\"", Code::E0005, "activity last 7d | where model contains \"gpt\""),
    ("activity last 7d | where model includes \"gpt\"", Code::E0005, "activity last 7d | where model contains \"gpt\""),
    ("activity last 7d | where model not contains \"gpt\"", Code::E0001, "activity last 7d | where not model contains \"gpt\""),
    ("activity last 7d | where \"gpt\" in model", Code::E0202, "activity last 7d | where model contains \"gpt\""),
    ("activity last 7d -- comment", Code::E0005, "activity last 7d # comment"),
    ("activity last 7d > x.csv", Code::E0001, "activity last 7d | save \"x.csv\""),
    ("activity last 7d | save as \"x.csv\"", Code::E0001, "activity last 7d | save \"x.csv\""),
    ("activity last 7d | export \"x.csv\"", Code::E0102, "activity last 7d | save \"x.csv\""),
    ("activity last 7d | to json", Code::E0102, "activity last 7d | as json"),
    ("activity last 7d | to_json", Code::E0102, "activity last 7d | as json"),
    ("activity last 7d | json", Code::E0102, "activity last 7d | as json"),
    ("activity last 7d | format json", Code::E0102, "activity last 7d | as json"),
    ("show activity last 7d", Code::E0101, "activity last 7d"),
    ("get activity", Code::E0101, "activity"),
    ("from activity | sum cost", Code::E0101, "activity | sum cost"),
    ("from activity last 7d | sum cost", Code::E0101, "activity last 7d | sum cost"),
    ("list models", Code::E0101, "models"),
];

/// Spellings that are accepted, and the one form of each.
#[rustfmt::skip]
const ACCEPTED: &[(&str, &str)] = &[
    ("activity last 7d | groupby model | sum cost", "activity last 7d | group model | sum cost"),
    ("activity last 7d | group_by model | sum cost", "activity last 7d | group model | sum cost"),
    ("activity last 7d | group by model | sum cost", "activity last 7d | group model | sum cost"),
    ("activity last 7d | order by cost desc", "activity last 7d | sort -cost"),
    ("activity last 7d | sort by cost", "activity last 7d | sort cost"),
    ("activity last 7d | summarize x = sum(cost) by model", "activity last 7d | group model | agg x = sum(cost)"),
    ("activity last 7d | summarise sum(cost) by model", "activity last 7d | group model | agg sum cost"),
    ("activity last 7d | aggregate sum(cost)", "activity last 7d | agg sum cost"),
    ("activity last 7d | count_distinct(model)", "activity last 7d | count_distinct model"),
    ("activity last 7d | distinct_count(model)", "activity last 7d | count_distinct model"),
    ("activity last 7d | uniq model", "activity last 7d | distinct model"),
    ("activity last 7d | offset 10", "activity last 7d | skip 10"),
    ("activity last 7d | take 5", "activity last 7d | limit 5"),
    ("activity last 7d | project model, cost", "activity last 7d | select model, cost"),
    ("activity last 7d | extend x = cost * 2", "activity last 7d | derive x = cost * 2"),
    ("activity last 7d | sum cost;", "activity last 7d | sum cost"),
    ("activity last 7d | where not model in (\"a\")", "activity last 7d | where not model in (\"a\")"),
    ("activity last 7d | sort cost DESC", "activity last 7d | sort -cost"),
    ("activity last 7d | sort by cost DESC", "activity last 7d | sort -cost"),
    ("activity last 7d | sum(cost) by model", "activity last 7d | group model | sum cost"),
    ("activity last 7d | filter(cost > 1)", "activity last 7d | where cost > 1"),
    ("activity last 7d | rename model as m", "activity last 7d | rename model as m"),
    ("activity last 7d | derive cost * 2 as x", "activity last 7d | derive cost * 2 as x"),
    ("activity last 7d | count by model", "activity last 7d | group model | count"),
    ("activity last 7d | group(model) | sum(cost)", "activity last 7d | group model | sum cost"),
    ("activity last week | sum cost", "activity last week | sum cost"),
    ("activity 7d ago | sum cost", "activity 7d ago | sum cost"),
    ("activity last 7d | where date >= '2026-02-01' | sum cost", "activity last 7d | where date >= \"2026-02-01\" | sum cost"),
    ("activity last 7d | where date > now() - 3d", "activity last 7d | where date > now() - 3d"),
    ("activity last 7d | with x = cost * 2", "activity last 7d | derive x = cost * 2"),
    ("activity last 7d | sum(cost) as total by model", "activity last 7d | group model | sum cost as total"),
    ("activity last 7d | where startswith(model, \"openai\")", "activity last 7d | where starts_with(model, \"openai\")"),
    ("activity last 7 days | head 5", "activity last 7d | limit 5"),
    ("activity last 7d | where cost <> 1 and model = \"a\"", "activity last 7d | where cost != 1 and model == \"a\""),
    ("activity last 7d | agg mean(cost), count() | write \"a.csv\"", "activity last 7d | agg avg cost, count() | save \"a.csv\""),
];

#[test]
fn sql_is_told_the_query_that_it_means() {
    assert!(SQL.len() >= 20);
    for (sql, query) in SQL {
        assert_one_error(sql, Code::E0001, query);
    }
}

#[test]
fn a_query_that_sql_became_gives_what_the_sql_asks_for() {
    let mended = |sql: &str| {
        let error = checked(sql).into_iter().next().unwrap();
        orq::diagnostics::apply(sql, &error.edits)
    };
    let sql = "SELECT provider, COUNT(*) AS n, SUM(cost) AS spend FROM activity \
               WHERE date BETWEEN '2026-02-10' AND '2026-02-12' AND model LIKE 'openai/%' \
               GROUP BY provider HAVING COUNT(*) > 1 ORDER BY spend DESC LIMIT 3";
    let answer = rows(&mended(sql));
    // The same by plain loops over the base rows.
    let days = crate::support::truth::last_days(30);
    let mut expected: Vec<(&str, usize, f64)> = Vec::new();
    for day in days {
        let wanted = day.date.month() == 2 && (10..=12).contains(&day.date.day());
        if !wanted || !day.model_id.starts_with("openai/") {
            continue;
        }
        match expected.iter_mut().find(|(provider, ..)| *provider == day.provider) {
            Some((_, n, spend)) => {
                *n += 1;
                *spend += day.cost();
            }
            None => expected.push((day.provider, 1, day.cost())),
        }
    }
    expected.retain(|(_, n, _)| *n > 1);
    expected.sort_by(|a, b| b.2.total_cmp(&a.2));
    expected.truncate(3);
    assert!(!expected.is_empty() && answer.len() == expected.len(), "{answer:?}");
    for (row, (provider, n, spend)) in answer.iter().zip(expected) {
        assert_eq!((row["provider"].as_str(), row["n"].as_u64()), (Some(provider), Some(n as u64)));
        assert!((row["spend"].as_f64().unwrap() - spend).abs() < 1e-6, "{row} and {spend}");
    }
}

#[test]
fn a_foreign_stage_is_told_what_to_write() {
    assert!(FOREIGN.len() >= 50);
    for (query, code, mended) in FOREIGN {
        assert_one_error(query, *code, mended);
    }
}

#[test]
fn what_can_only_mean_one_thing_is_accepted_and_has_one_form() {
    assert!(ACCEPTED.len() >= 20);
    for (query, form) in ACCEPTED {
        assert_eq!(checked(query), [], "{query}");
        assert_eq!(formatted(query, &CATALOG).unwrap().trim_end(), *form, "{query}");
        assert_eq!(checked(form), [], "{form}");
    }
}

#[test]
fn sql_that_is_not_understood_is_only_hinted_at() {
    for sql in [
        "SELECT model FROM activity, keys",
        "SELECT model FROM (SELECT * FROM activity) x",
        "SELECT CASE WHEN cost > 1 THEN 1 FROM activity",
        "SELECT cost FROM activity WHERE date >= now() - interval '1 month'",
        "SELECT model FROM activity UNION SELECT id FROM models",
        "SELECT model, cost FROM activity GROUP BY model",
        "SELECT FROM",
        "SELECT 'it''s' FROM activity",
        "SELECT ((((((((((((((((((((((((((((((((((((((((1 FROM activity",
        "SELECT model FROM activity ORDER BY 7",
    ] {
        assert_one_error(sql, Code::E0001, "");
    }
}

#[test]
fn several_foreign_things_are_reported_at_once() {
    let query = "activity last 7d | having cost > 1 && tokens > 2; from activity | count; activity | agg total(cost)";
    let codes: Vec<Code> = checked(query).iter().map(|error| error.code).collect();
    assert_eq!(codes, [Code::E0102, Code::E0005, Code::E0101, Code::E0104]);
}

/// Queries with several mistakes, each behind another, or in the wrong place; and what all edits together make of them.
#[rustfmt::skip]
const TOGETHER: &[(&str, &str)] = &[
    ("keys | select name, costMonthly | sort -costMonthly", "keys | select name, cost_monthly | sort -cost_monthly"),
    ("activity last 7 days group model sum cost top 5", "activity last 7 days | group model | sum cost | top 5"),
    ("activity | last 7 days | group model | sum totalTokens", "activity last 7days | group model | sum tokens"),
    ("activity | where provider == \"Azure\" and date > ago(2w) | sum cost", "activity last 14d | where provider == \"Azure\" | sum cost"),
    ("activity | where date > ago(7d) and provider == \"Azure\" | sum cost", "activity last 7d | where provider == \"Azure\" | sum cost"),
    ("analytics | where time >= ago(12h) | sum requests", "analytics last 12h | sum requests"),
    ("activity | since 2026-02-01 | sum cost", "activity since 2026-02-01 | sum cost"),
    ("activity | yesterday | sum cost", "activity yesterday | sum cost"),
    ("activity last 7d | sum cost | group model", "activity last 7d | group model | sum cost"),
    ("activity last 7d | select model, sum(cost)", "activity last 7d | group model | agg sum(cost)"),
    ("activity last 7d | sum cost group by model", "activity last 7d | group by model | sum cost"),
    ("activity last 7d, group model, sum cost", "activity last 7d | group model | sum cost"),
    ("activity last 7d | by model | sum spend", "activity last 7d | group model | sum cost"),
    ("activity last 7d | top 5 models by cost", "activity last 7d | group model | sum cost | top 5"),
    ("activity last 7d | group model | sum(cost) desc", "activity last 7d | group model | sum(cost) | sort -cost"),
    ("keys | sort(cost_monthly, desc)", "keys | sort -cost_monthly"),
    ("keys | where cost > 10 USD", "keys | where cost > 10"),
    ("activity(last 7d) | sum cost", "activity last 7d | sum cost"),
    ("activity from=\"2026-02-01\" to=2026-02-10 | sum cost", "activity from 2026-02-01 to 2026-02-10 | sum cost"),
    ("activity --since 2026-02-01 --group model --sum cost", "activity since 2026-02-01 | group model | sum cost"),
    ("credits.remaining", "credits | select remaining"),
    ("activity on 14/02/2026 | sum cost", "activity on 2026-02-14 | sum cost"),
    ("activity on 2/14/2026 | sum cost", "activity on 2026-02-14 | sum cost"),
    ("activity on \"February 2026\" | sum cost", "activity on 2026-02 | sum cost"),
    ("activity from 2026-02-01T00:00:00Z to 2026-02-03T00:00:00Z | sum cost", "activity from 2026-02-01 to 2026-02-03 | sum cost"),
    ("activity last 7d | groupby([\"model\", \"provider\"])[[\"cost\", \"tokens\"]].mean()", "activity last 7d | group model, provider | avg cost, avg tokens"),
    ("activity last 7d | sort_by(-.cost) | .[2:5]", "activity last 7d | sort -cost | skip 2 | limit 3"),
    ("activity last 7d | timechart span=1w count by provider", "activity last 7d | group week, provider | count"),
    ("models | select id, x = case when free then 'a' when price_prompt > 1 then 'b' else 'c' end", "models | select id, x = case(free, \"a\", price_prompt > 1 / 1e6, \"b\", \"c\")"),
    ("search index=analytics earliest=-24h | sum cost", "analytics last 24h | sum cost"),
];

#[test]
fn all_edits_of_a_report_together_lead_to_a_query_that_is_right() {
    for (query, mended) in TOGETHER {
        let errors = checked(query);
        assert!(errors.iter().all(|error| error.help.is_some() && error.span.is_some()), "{query}: {errors:#?}");
        let edits: Vec<_> = errors.into_iter().flat_map(|error| error.edits).collect();
        crate::errors::assert_edits_fit(&edits, query);
        let found = orq::diagnostics::apply(query, &edits);
        assert_eq!(found, *mended, "{query}");
        assert_eq!(checked(&found), [], "{found}");
    }
}

/// Queries that could mean two things, or of which a part is not known: nothing is changed by itself.
const OPEN: &[&str] = &[
    "activity on 02/03/2026 | sum cost",
    "activity since \"Feb 1\" | sum cost",
    "activity last 7d | sum cost; sum tokens",
    "top 5 models by cost",
    "sum by (model) (cost)",
    "spend by provider last 7d",
    "select model, sum(cost) group by model",
    "activity last 7d | groupby(\"model\").rolling(7).sum()",
    "activity last 7d | select(.usage[0].cost > 1)",
    "activity | where date > ago(3mo) | sum cost",
];

#[test]
fn what_could_mean_two_things_is_not_changed_by_itself() {
    for query in OPEN {
        let errors = checked(query);
        assert!(!errors.is_empty() && errors.iter().all(|error| error.edits.is_empty()), "{query}: {errors:#?}");
        assert!(errors.iter().all(|error| error.help.is_some()), "{query}");
    }
}
