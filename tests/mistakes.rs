//! Wrong queries: each has one error, at its place, with a code, and edits that lead to a query that is right.

use orq::diagnostics::{Code, apply};

use crate::errors::{assert_edits_fit, checked};

/// Wrong queries of every kind: the code of each, and what its edits make of it; empty where they leave it alone.
#[rustfmt::skip]
const WRONG: &[(&str, Code, &str)] = &[
    ("activity last 7d | agg r = sum cost / sum tokens", Code::E0001, "activity last 7d | agg r = sum(cost) / sum(tokens)"),
    ("activity last 7d | select *", Code::E0001, "activity last 7d"),
    ("activity last 7d | count(*)", Code::E0001, "activity last 7d | count()"),
    ("activity last 7d | sort -cost desc", Code::E0001, ""),
    ("activity last 7d where cost > 1", Code::E0001, "activity last 7d | where cost > 1"),
    ("activity last 7d | group model provider | sum cost", Code::E0001, "activity last 7d | group model, provider | sum cost"),
    ("activity last 7d |", Code::E0001, "activity last 7d "),
    ("keys | where cost > $5", Code::E0001, "keys | where cost > 5"),
    ("activity last 7d | sum cost where", Code::E0001, ""),
    ("activity last 7d | sum cost as", Code::E0001, ""),
    ("activity last 7d | sum cost as 5", Code::E0001, ""),
    ("activity last 7d | sum cost as \"total\"", Code::E0001, "activity last 7d | sum cost as total"),
    ("activity last 7d | sum cost as total cost", Code::E0001, "activity last 7d | sum cost as total_cost"),
    ("activity last 7d | derive total cost = cost + 1", Code::E0001, "activity last 7d | derive total_cost = cost + 1"),
    ("let x = ; x", Code::E0001, ""),
    ("(activity last 7d | where cost >) | sum cost", Code::E0001, ""),
    ("activity last 7d | where cost > 1 > 2", Code::E0001, "activity last 7d | where cost > 1 and 1 > 2"),
    ("activity last 7d | where model == \u{201c}a\u{201d}", Code::E0001, "activity last 7d | where model == \"a\""),
    ("activity last 7d | where model == \u{2018}a\u{2019}", Code::E0001, "activity last 7d | where model == 'a'"),
    ("activity last 7d | 😀", Code::E0001, ""),
    ("😀", Code::E0001, ""),
    ("activity 😀 | sum cost", Code::E0001, ""),
    ("activity\u{a0}last 7d | sum cost", Code::E0001, "activity last 7d | sum cost"),
    ("activity last 7d | where cost \u{2013} 1 > 0", Code::E0001, "activity last 7d | where cost - 1 > 0"),
    ("activity last 7d | where cost ≥ 1", Code::E0001, "activity last 7d | where cost >= 1"),
    ("activity last 7d | where cost × 2 > 1", Code::E0001, "activity last 7d | where cost * 2 > 1"),
    ("activity last 7d ｜ sum cost", Code::E0001, "activity last 7d | sum cost"),
    ("activity last 7d | sum cost；", Code::E0001, "activity last 7d | sum cost;"),
    ("x = activity last 7d", Code::E0001, "let x = activity last 7d"),
    ("activity last 7d | where cost in 1...5", Code::E0001, "activity last 7d | where cost in 1..5"),
    ("activity last 7d | derive = cost", Code::E0001, ""),
    ("activity last 7d | group model { sum cost }", Code::E0001, ""),
    ("activity last 7d >> x", Code::E0001, ""),
    ("activity last 7d | select ,model", Code::E0001, "activity last 7d | select model"),
    ("activity last 7d | agg rows = count()", Code::E0001, "activity last 7d | agg rows_ = count()"),
    ("let where = keys", Code::E0001, "let where_ = keys"),
    (
        "activity last 7d | distinct model | semi_join activity from 2026-02-01 to 2026-02-05 on model",
        Code::E0001,
        "activity last 7d | distinct model | semi_join (activity from 2026-02-01 to 2026-02-05) on model",
    ),
    ("activity last 7d | distinct model | join activity last 7d on model", Code::E0001, "activity last 7d | distinct model | join (activity last 7d) on model"),
    ("activity last 7d | distinct model | left outer join models on model == id", Code::E0001, "activity last 7d | distinct model | left_join models on model == id"),
    ("activity last 7d | group model_id | sum cost | join models using (model_id)", Code::E0001, "activity last 7d | group model_id | sum cost | join models on (model_id)"),
    ("activity\nlast 7d | sum cost", Code::E0101, "activity last 7d | sum cost"),
    ("activity last 7d | where cost > 1)", Code::E0002, "activity last 7d | where cost > 1"),
    ("activity last 7d | derive a = (1 + 2\n| sum cost", Code::E0002, ""),
    ("activity last 7d | where (cost > 1]", Code::E0002, "activity last 7d | where (cost > 1)"),
    ("activity last 7d | where model == \"a", Code::E0003, "activity last 7d | where model == \"a\""),
    ("activity last 7d | where model == \"a\nb\"", Code::E0003, ""),
    ("activity last 7d | where ``== 1", Code::E0003, ""),
    ("activity last 7d | where ----------------------------------------------------------------------1 > 0", Code::E0004, ""),
    (
        "activity last 7d | where ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((cost)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))) > 1",
        Code::E0004,
        "",
    ),
    ("activity last 7d | where model == \"a\" && cost > 1", Code::E0005, "activity last 7d | where model == \"a\" and cost > 1"),
    ("activity last 7d | where model is \"a\"", Code::E0005, "activity last 7d | where model == \"a\""),
    ("activity between 2026-02-01 and 2026-02-05", Code::E0005, "activity from 2026-02-01 to 2026-02-05"),
    ("activity last 7d | derive x == cost", Code::E0005, "activity last 7d | derive x = cost"),
    ("activity last 7d | where cost > 1 AND model == \"a\"", Code::E0005, "activity last 7d | where cost > 1 and model == \"a\""),
    ("activity last 7d | derive 5 = cost", Code::E0005, "activity last 7d | derive 5 == cost"),
    ("activity last 7d // comment", Code::E0005, "activity last 7d # comment"),
    ("activity last 7d /* c */ | count", Code::E0005, ""),
    ("keys | where cost > 5usd", Code::E0006, "keys | where cost > 5"),
    ("activity last 7d | where model ~ \"[\"", Code::E0006, ""),
    ("activity last 7d | where cost > 1,000", Code::E0006, "activity last 7d | where cost > 1000"),
    ("activity last 7d | where cost > 1.", Code::E0006, "activity last 7d | where cost > 1"),
    ("activity last 7d | where cost > 1e999", Code::E0006, ""),
    ("activity last 7d | where cost > 007", Code::E0006, "activity last 7d | where cost > 7"),
    ("activity last 7d | where date == 2026-02", Code::E0006, ""),
    ("activity last 7d | where date == 2026-02-30", Code::E0006, ""),
    ("activity last 7d | derive x = date + 1mo + 1.5mo", Code::E0006, ""),
    ("", Code::E0007, ""),
    ("| sum cost", Code::E0008, ""),
    ("param since: date = 2026-01-01", Code::E0008, ""),
    ("activity last 7d | where model in (keys | select name)", Code::E0008, ""),
    ("activity last 7d\nsum cost", Code::E0101, "activity last 7d\n| sum cost"),
    ("explain", Code::E0101, ""),
    ("activity last 7d | distinct model | join modls on model == id", Code::E0101, "activity last 7d | distinct model | join models on model == id"),
    ("activity last 7d | round(cost, 2)", Code::E0102, "activity last 7d | derive round(cost, 2)"),
    ("activity last 7d | distinct model | LEFT JOIN models on model == id", Code::E0102, "activity last 7d | distinct model | left_join models on model == id"),
    ("activity last 7d | distinct model | inner join models on model == id", Code::E0102, "activity last 7d | distinct model | join models on model == id"),
    ("keys | where disabled = yes", Code::E0103, ""),
    ("models | join (activity yesterday | where modle == \"x\") on id == model_id", Code::E0103, "models | join (activity yesterday | where model == \"x\") on id == model_id"),
    ("activity last 7d | join models on xyz", Code::E0103, ""),
    ("models | select model_id = id | join (keys | rename model = name) on model", Code::E0103, "models | select model_id = id | join (keys | rename model = name) on model_id == model"),
    ("activity last 7d | join models on model", Code::E0103, "activity last 7d | join models on model == id"),
    ("activity last 7d | distinct model_id | join models on model", Code::E0103, "activity last 7d | distinct model_id | join models on model_id"),
    ("activity last 7d | join models on model_id == idd", Code::E0103, "activity last 7d | join models on model_id == id"),
    ("activity last 7d | join models on modle_id == id", Code::E0103, "activity last 7d | join models on model_id == id"),
    ("activity last 7d | where starts(model, \"a\")", Code::E0104, "activity last 7d | where starts_with(model, \"a\")"),
    ("activity last 7d | group foo(date) | sum cost", Code::E0104, ""),
    ("activity from @since", Code::E0105, ""),
    ("keys workspace=\"a\"", Code::E0106, "keys | where workspace == \"a\""),
    ("credits last 7d", Code::E0106, ""),
    ("credits sum used", Code::E0106, "credits | sum used"),
    ("credits used", Code::E0106, "credits | select used"),
    ("generation id=gen-demo-1 id=gen-demo-2", Code::E0106, ""),
    ("activity days=7", Code::E0106, ""),
    ("activity last 7d | save \"cost.xls\"", Code::E0107, ""),
    ("activity last 7d | as xml", Code::E0107, ""),
    ("activity last 7d | as jsn", Code::E0107, "activity last 7d | as json"),
    ("activity last 7d | save \"\"", Code::E0107, ""),
    ("let activity = keys", Code::E0108, "let my_activity = keys"),
    ("activity last 7d | group model, model | count", Code::E0108, ""),
    ("models | select id, cost = 1 | join (activity yesterday | select model_id, cost, cost_right = tokens) on id == model_id", Code::E0108, ""),
    (
        "models | select id, cost_right = 1, cost = 1 | join (activity yesterday | select model_id, cost) on id == model_id",
        Code::E0108,
        "models | select id, cost_right = 1, cost = 1 | rename cost_right_2 = cost_right | join (activity yesterday | select model_id, cost) on id == model_id",
    ),
    ("keys | where disabled == \"true\"", Code::E0201, "keys | where disabled == true"),
    ("keys | where cost > \"5\"", Code::E0201, "keys | where cost > 5"),
    ("keys | where created_at > \"last week\"", Code::E0201, ""),
    ("activity last 7d | where model in [1, 2]", Code::E0201, ""),
    ("activity last 7d | where date > 5", Code::E0201, ""),
    ("activity last 7d | where month(date) == \"Feb\"", Code::E0201, ""),
    ("activity last 7d | derive x = if(cost > 1, \"a\", 2)", Code::E0201, ""),
    ("activity last 7d | derive x = model + 1", Code::E0201, ""),
    ("activity last 7d | derive x = model + \"a\"", Code::E0201, "activity last 7d | derive x = concat(model, \"a\")"),
    ("activity last 7d | derive x = cost ?? \"none\"", Code::E0201, ""),
    ("activity last 7d | derive x = model * 2", Code::E0201, ""),
    ("activity last 7d | derive x = date + 5", Code::E0201, ""),
    ("activity last 7d | derive x = date - model", Code::E0201, ""),
    ("activity last 7d | join (models | rename cost = name) on cost", Code::E0201, ""),
    ("activity last 7d | join keys on date == created_at", Code::E0201, ""),
    ("activity last 7d | join models on cost == context_length", Code::E0201, ""),
    ("activity last 7d | join models on model_id == context_length", Code::E0201, ""),
    ("activity last 7d | where model is not null and cost != null", Code::E0202, "activity last 7d | where model is not null and cost is not null"),
    ("activity last 7d | sum cost, tokens, model", Code::E0202, ""),
    ("activity last 7d | avg date", Code::E0202, ""),
    ("activity last 7d | unnest model", Code::E0202, ""),
    ("activity last 7d | where cost ~ \"a\"", Code::E0202, ""),
    ("activity last 7d | where model contains \"gpt\" or \"claude\"", Code::E0202, "activity last 7d | where model contains \"gpt\" or model contains \"claude\""),
    ("activity last 7d | where not cost", Code::E0202, ""),
    ("activity last 7d | where cost == 1,5", Code::E0202, ""),
    ("activity last 7d | where 1..5", Code::E0202, ""),
    ("activity last 7d | derive x = if(cost, 1, 2)", Code::E0202, ""),
    ("activity last 7d | derive x = case(1, 2, 3)", Code::E0202, ""),
    ("activity last 7d | derive x = round(cost, -1)", Code::E0202, ""),
    ("activity last 7d | derive x = lower(cost)", Code::E0202, ""),
    ("activity last 7d | derive x = length(cost)", Code::E0202, ""),
    ("activity last 7d | derive x = date_diff(date, cost)", Code::E0202, ""),
    ("activity last 7d | derive x = -model", Code::E0202, ""),
    ("activity last 7d | select (model, cost)", Code::E0202, "activity last 7d | select model, cost"),
    ("activity last 7d | where startswith(model, 5)", Code::E0202, ""),
    ("activity last 7d | join models on model_id == input_modalities", Code::E0202, ""),
    ("activity last 7d | group model | avg cost | sum avg_cost", Code::E0203, ""),
    ("activity last 7d | sum", Code::E0204, ""),
    ("activity last 7d | derive x = case(cost > 1)", Code::E0204, ""),
    ("activity last 7d | derive x = substr(model)", Code::E0204, ""),
    ("activity last 7d | derive x = now(1)", Code::E0204, ""),
    ("activity last 7d | min(cost, tokens)", Code::E0204, ""),
    ("activity last 7d | where cost > avg(cost)", Code::E0205, ""),
    ("activity last 7d | agg max(sum(cost))", Code::E0205, ""),
    ("activity last 7d | agg cost", Code::E0205, "activity last 7d | agg sum(cost)"),
    ("activity last 7d | agg 1", Code::E0205, ""),
    ("activity last 7d | group model, sum(cost)", Code::E0205, "activity last 7d | group model | sum(cost)"),
    ("activity last 7d | where model == `a`", Code::E0206, "activity last 7d | where model == \"a\""),
    ("activity last 7d | group model | sort cost", Code::E0301, "activity last 7d | group model | sum cost | sort cost"),
    (
        "activity last 7d | distinct model | join (activity 2w ago | group model) on model",
        Code::E0301,
        "activity last 7d | distinct model | join (activity 2w ago | group model | sum cost) on model",
    ),
    ("activity last 7d | group model_id | join models on model_id == id", Code::E0301, "activity last 7d | group model_id | sum cost | join models on model_id == id"),
    ("activity last 7d | sum(cost) / sum(tokens)", Code::E0302, "activity last 7d | agg result = sum(cost) / sum(tokens)"),
    ("activity last 7d | where", Code::E0302, ""),
    ("activity last 7d | derive", Code::E0302, ""),
    (
        "activity last 7d | select model, cost where cost > 1",
        Code::E0302,
        "activity last 7d | where cost > 1 | select model, cost",
    ),
    ("activity last 7d | drop cost + 1", Code::E0302, ""),
    ("activity last 7d | limit", Code::E0302, ""),
    ("activity last 7d | limit 1.5", Code::E0302, ""),
    ("activity last 7d | limit 5, 10", Code::E0302, ""),
    ("activity last 7d | top 5", Code::E0302, "activity last 7d | top 5 by cost"),
    ("activity last 7d | top by cost", Code::E0302, ""),
    ("activity last 7d | top cost 5", Code::E0302, "activity last 7d | top 5 by cost"),
    ("activity last 7d | sort", Code::E0302, ""),
    ("activity last 7d | sort desc cost", Code::E0302, "activity last 7d | sort -cost"),
    ("activity last 7d | save cost.csv", Code::E0302, "activity last 7d | save \"cost.csv\""),
    ("activity last 7d | schema x", Code::E0302, ""),
    ("activity last 7d | where model in \"a\", \"b\"", Code::E0302, "activity last 7d | where model in (\"a\", \"b\")"),
    ("activity last 7d | group model | sum cost by provider", Code::E0302, ""),
    ("activity last 7d | sum cost on model", Code::E0302, ""),
    ("activity last 7d | drop", Code::E0302, ""),
    ("activity last 7d | derive x = cost as y", Code::E0302, ""),
    ("models | select generation_id = id | join generation", Code::E0302, "models | select generation_id = id | join generation on generation_id == id"),
    ("models | anti_join generation on id", Code::E0302, "models | left_join generation on id"),
    ("models | semi_join generation on id", Code::E0302, "models | join generation on id"),
    ("activity last 7d | join models on model > id", Code::E0302, ""),
    ("activity last 7d | join models on model == \"openai/gpt-5.2\"", Code::E0302, ""),
    ("activity last 7d | join models on lower(model) == id", Code::E0302, ""),
    ("activity last 7d | join models on model or author", Code::E0302, ""),
    ("activity last 7d | distinct model | join 5 on model", Code::E0302, ""),
    ("activity last 7d | distinct model | join \"activity\" on model", Code::E0302, "activity last 7d | distinct model | join activity on model"),
    ("activity | distinct model | join activity on 2026-02-18 on model", Code::E0302, "activity | distinct model | join (activity on 2026-02-18) on model"),
    ("activity last 7d | distinct model | join activity yesterday on model", Code::E0302, "activity last 7d | distinct model | join (activity yesterday) on model"),
    ("activity last 7d | join models where free on model_id == id", Code::E0302, "activity last 7d | join (models | where free) on model_id == id"),
    ("activity last 7d | join m = models on model_id == id", Code::E0302, "activity last 7d | join models on model_id == id"),
    ("activity last 7d | distinct model_id | join models as m on m.id == model_id", Code::E0302, "activity last 7d | distinct model_id | join models on model_id == id"),
    (
        "activity | distinct model_id, author | join models on models.id == a.model_id and a.author = b.author",
        Code::E0302,
        "activity | distinct model_id, author | join models on model_id == id and author",
    ),
    ("activity last 7d | join models on activity.model_id == models.id", Code::E0302, "activity last 7d | join models on model_id == id"),
    ("activity last 7d | distinct date, model_id | join models on id = model_id", Code::E0302, "activity last 7d | distinct date, model_id | join models on model_id == id"),
    ("activity last 7d | join models model_id", Code::E0302, "activity last 7d | join models on model_id"),
    ("activity last 7d | join models model_id == id", Code::E0302, "activity last 7d | join models on model_id == id"),
    ("activity last 7d | join models using(model_id)", Code::E0302, "activity last 7d | join models on model_id"),
    ("activity last 7d | distinct model | join activity, models on model", Code::E0302, ""),
    ("activity last 7d | distinct model | join on model", Code::E0302, ""),
    ("activity last 7d | distinct model | join", Code::E0302, ""),
    ("activity last 7d | distinct model_id | join models as m", Code::E0302, "activity last 7d | distinct model_id | join models on model_id == id"),
    ("activity last 7d | join models", Code::E0302, ""),
    ("activity last 7d | group model_id | sum cost | join models", Code::E0302, "activity last 7d | group model_id | sum cost | join models on model_id == id"),
    ("activity last 7 | sum cost", Code::E0401, ""),
    ("activity last 7x", Code::E0401, ""),
    ("activity last 7 dayz", Code::E0401, "activity last 7 day"),
    ("activity last 24h", Code::E0401, ""),
    ("activity last -7d", Code::E0401, ""),
    ("activity last 0d", Code::E0401, ""),
    ("activity last", Code::E0401, ""),
    ("activity from", Code::E0401, ""),
    ("activity to 2026-02-01", Code::E0401, ""),
    ("activity on 02/01/2026", Code::E0401, ""),
    ("activity 2026-2-1", Code::E0401, "activity 2026-02-01"),
    ("activity yesterday today", Code::E0401, ""),
    ("activity last 7d last 8d", Code::E0401, ""),
    ("activity last seven days", Code::E0401, ""),
    ("activity last 1.5d", Code::E0401, ""),
    ("activity 7d", Code::E0401, "activity last 7d"),
    ("activity 7d ago to today", Code::E0401, "activity from 7d ago to today"),
    ("activity last 99999999999999999999d", Code::E0401, ""),
    ("activity from 2026-02-01 until 2026-02-05", Code::E0401, "activity from 2026-02-01 to 2026-02-05"),
    ("activity from 2026-02-01T10:00", Code::E0401, ""),
    ("activity from 2026-02-10 to 2026-02-01", Code::E0402, "activity from 2026-02-01 to 2026-02-10"),
    ("activity last 7d | where cost in 5..1", Code::E0402, "activity last 7d | where cost in 1..5"),
    ("generation", Code::E0403, ""),
    ("models | join generation on id, name == model", Code::E0403, "models | join generation on id"),
    ("models | join generation on name", Code::E0403, "models | join generation on id"),
];

#[test]
fn a_wrong_query_has_one_error_at_its_place_and_a_fix_that_works() {
    assert!(WRONG.len() >= 60);
    for (query, code, mended) in WRONG {
        assert_one_error(query, *code, mended);
    }
}

/// A wrong query has one error with a place and a help, and its edits make of it what is expected; nothing where
/// that is empty.
pub fn assert_one_error(query: &str, code: Code, mended: &str) {
    let errors = checked(query);
    let codes: Vec<Code> = errors.iter().map(|error| error.code).collect();
    assert_eq!(codes, [code], "{query}: {errors:#?}");
    let error = &errors[0];
    assert!(error.help.as_ref().is_some_and(|help| !help.is_empty()), "{query}");
    if code != Code::E0007 {
        let span = error.span.unwrap_or_else(|| panic!("`{query}` has no place"));
        assert!(!span.of(query).is_empty(), "the label of an empty place is not drawn: `{query}`, {span:?}");
    }
    for (span, _) in &error.also {
        assert!(!span.of(query).is_empty(), "`{query}`, {span:?}");
    }
    assert_edits_fit(&error.edits, query);
    let edited = if error.edits.is_empty() { String::new() } else { apply(query, &error.edits) };
    assert_eq!(edited, mended, "{query}");
    if !mended.is_empty() {
        assert_eq!(checked(mended), [], "`{query}` is mended to `{mended}`");
    }
}

#[test]
fn several_mistakes_are_reported_together() {
    let query = "activity last 7d | where model == \"a\" && cost > 1 || cost < 2; keyz | count; models | where ((free)";
    let codes: Vec<Code> = checked(query).iter().map(|error| error.code).collect();
    assert_eq!(codes, [Code::E0005, Code::E0005, Code::E0101, Code::E0002]);
}

#[test]
fn a_mistake_in_a_definition_is_not_repeated_where_its_name_is_used() {
    for definition in ["let x = actvity", "let x = keys | grup", "let x = keys | where >", "let x = ", "let x keys"] {
        let query = format!("{definition}\nx | sum cost\nx | count");
        assert_eq!(checked(&query).len(), 1, "{query}: {:?}", checked(&query));
    }
}
