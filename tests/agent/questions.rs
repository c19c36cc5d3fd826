//! Questions in plain words, and the query that each should become: each answers, in an envelope that is what its schema
//! says, with the columns that the question is about.

use super::*;

/// The question, its query, and the columns of the answer.
#[rustfmt::skip]
const QUESTIONS: &[(&str, &str, &[&str])] = &[
    ("How much credit is left?", "credits | select remaining", &["remaining"]),
    ("What did we spend yesterday?", "activity yesterday | sum cost", &["cost"]),
    ("What did we spend today so far?", "activity today | sum cost", &["cost"]),
    ("What did each model cost last week?", "activity last 1w | group model | sum cost | sort -cost", &["model", "cost"]),
    ("Which five models cost most this month?", "activity this month | group model | sum cost | top 5", &["model", "cost"]),
    ("What was spent each day of the last two weeks?", "activity last 14d | group date | sum cost", &["date", "cost"]),
    ("What was spent each month of this half year?", "activity last 6mo | group month(date) | sum cost", &["month", "cost"]),
    ("Which provider served most requests?", "activity last 30d | group provider | sum requests | top 1", &["provider", "requests"]),
    ("What part of the spend is each provider?", "activity last 30d | group provider | sum cost | share cost", &["provider", "cost", "cost_share"]),
    ("How does this week compare with the one before?", "activity last 7d | sum cost | compare previous", &["cost", "cost_prev", "cost_delta", "cost_pct"]),
    (
        "Which models got dearer since last week?",
        "activity last 7d | group model | sum cost | compare previous | where cost_delta > 0 | sort -cost_delta | select model, cost_delta",
        &["model", "cost_delta"],
    ),
    ("How much went over own provider keys?", "activity last 30d | sum byok, credits, cost", &["byok", "credits", "cost"]),
    ("What does a million tokens cost us, by model?", "activity last 30d | group model | agg usd_per_mtok = sum(cost) / sum(tokens) * 1e6", &["model", "usd_per_mtok"]),
    ("How many tokens did OpenAI models use?", "activity last 30d | where author == \"openai\" | sum tokens", &["tokens"]),
    ("How many different models did we use?", "activity last 30d | count_distinct model as models", &["models"]),
    (
        "How is the spend spread over providers and models?",
        "activity last 7d | group model, provider | sum cost | pivot cost by provider in (\"OpenAI\", \"Azure\")",
        &["model", "OpenAI", "Azure"],
    ),
    ("Which key spent most in the last week?", "activity last 7d | group key | sum cost | top 1", &["key", "cost"]),
    ("Who spent most?", "activity last 30d | group user | sum cost | top 3", &["user", "cost"]),
    ("What do the workspaces spend?", "activity last 30d | group workspace | sum cost", &["workspace", "cost"]),
    ("What did the key `backend` cost by day?", "activity last 7d | where key == \"backend\" | group date | sum cost", &["date", "cost"]),
    ("Which keys are near their limit?", "keys | where remaining < 10 | select name, remaining, limit", &["name", "remaining", "limit"]),
    ("Which keys are disabled?", "keys | where disabled | select name, workspace", &["name", "workspace"]),
    ("Which keys were used this month?", "keys | where cost_monthly > 0 | sort -cost_monthly | select name, cost_monthly", &["name", "cost_monthly"]),
    ("How slow is each model?", "analytics last 7d | group model | p50 latency, p99 latency", &["model", "p50_latency", "p99_latency"]),
    ("Which provider is slowest?", "analytics last 7d | group provider | p99 latency | top 1", &["provider", "p99_latency"]),
    ("How many requests were there each hour of yesterday?", "analytics yesterday | group hour(time) | count", &["hour", "count"]),
    ("How well does the cache work?", "analytics last 7d | group model | avg cache_hit_rate", &["model", "avg_cache_hit_rate"]),
    ("Why do requests end?", "analytics last 7d | group finish_reason | count", &["finish_reason", "count"]),
    ("From which apps do requests come?", "analytics last 7d | group app | sum requests, cost", &["app", "requests", "cost"]),
    ("What were the dearest requests?", "generations last 3d | top 5 by cost | select id, model, cost", &["id", "model", "cost"]),
    ("What became of this request?", "generation gen-demo-1 | select model, provider, cost, latency, finish_reason", &["model", "provider", "cost", "latency", "finish_reason"]),
    ("Which providers were tried for it?", "generation gen-demo-2 | select provider_responses | unnest provider_responses | select provider, status", &["provider", "status"]),
    ("What does Claude cost?", "models | where id contains \"claude\" | select id, price_prompt, price_completion", &["id", "price_prompt", "price_completion"]),
    ("Which models are free?", "models | where free | select id", &["id"]),
    ("Which model has the longest context?", "models | top 1 by context_length | select id, context_length", &["id", "context_length"]),
    ("Who serves DeepSeek best?", "endpoints deepseek/deepseek-v3.2 | sort -uptime | select provider, uptime, p50_latency", &["provider", "uptime", "p50_latency"]),
    ("Which free models did we not use?", "models | where free | anti_join activity on id == model_id | select id", &["id"]),
    (
        "How large is the context of what we use?",
        "activity last 7d | group model_id | sum cost | join models on model_id == id | select model_id, cost, context_length",
        &["model_id", "cost", "context_length"],
    ),
    ("Which budgets are there?", "budgets | count", &["count"]),
    ("What do others use?", "rankings yesterday | top 5 by tokens | select model_permaslug, tokens", &["model_permaslug", "tokens"]),
];

#[test]
fn forty_questions_have_their_query_and_their_answer() {
    assert_eq!(QUESTIONS.len(), 40);
    for (question, query, columns) in QUESTIONS {
        let run = orq().args(["--demo", "-f", "envelope", "--errors", "json", "--max-rows", "20", query]).run();
        assert_eq!(run.code, 0, "{question} {query}: {}", run.stderr);
        let envelope = valid("envelope", &run.stdout);
        let names: Vec<&Value> = envelope["schema"].as_array().unwrap().iter().map(|column| &column["name"]).collect();
        assert_eq!(json!(names), json!(columns), "{question}");
        assert_eq!(envelope["coverage"]["missing"], json!([]), "{question}");
        assert!(!envelope["rows"].as_array().unwrap().is_empty(), "{question} {query} has no rows");
    }
}
