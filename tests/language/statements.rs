//! Statements: consts, functions and parameters give what the same query gives with everything written out, which is
//! held against plain loops over the base table.

use orq::diagnostics::Code;
use serde_json::{Value as Json, json};

use crate::errors::checked;
use crate::support::truth::{ACTIVITY, Day, assert_number, groups, last_days};
use crate::support::{orq, rows};

fn codes(text: &str) -> Vec<Code> {
    checked(text).iter().map(|error| error.code).collect()
}

/// The rows of a text, with values for its parameters.
fn rows_with(values: &[&str], text: &str) -> Vec<Json> {
    let given = values.iter().flat_map(|value| ["-p".to_string(), value.to_string()]);
    let run = orq().args(["--demo", "-f", "json"]).args(given).args([text]).run();
    assert_eq!(run.code, 0, "{text}\n{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn cost_of(days: &[&Day]) -> f64 {
    days.iter().map(|day| day.nanos()).sum::<i64>() as f64 / 1e9
}

const RATE: &str = "const mtok = 1000 * 1000\nfn rate(cost, tokens) = cost / tokens * mtok\n";

#[test]
fn a_function_computes_row_by_row_and_takes_its_unit_from_the_call() {
    let text = format!(
        "{RATE}activity last 7d | group model | sum cost, tokens, requests \
         | derive price = rate(cost, tokens), each = rate(cost, requests)"
    );
    let answer = rows(&text);
    let expected = groups(&last_days(7), |day| day.model());
    assert_eq!(answer.len(), expected.len());
    assert!(answer.len() > 5);
    for (row, (model, days)) in answer.iter().zip(&expected) {
        let tokens = days.iter().map(|day| day.tokens()).sum::<i64>() as f64;
        let requests = days.iter().map(|day| day.requests).sum::<i64>() as f64;
        let per = |count: f64| Some(cost_of(days) / count * 1e6).filter(|rate| rate.is_finite());
        assert_number(&row["price"], per(tokens), &format!("price of {model}"));
        assert_number(&row["each"], per(requests), &format!("cost of a request of {model}"));
    }
    let shown = orq().args(["check", "-e", &text]).run().stdout;
    let unit = |name: &str, unit: &str| {
        let line = shown.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        assert!(line.ends_with(unit), "{line}");
    };
    unit("price", "usd/Mtok");
    unit("each", "usd/request*1e6");
}

#[test]
fn a_function_takes_aggregates_as_its_arguments() {
    let answer = rows(&format!("{RATE}activity last 7d | group provider | agg price = rate(sum(cost), sum(tokens))"));
    let expected = groups(&last_days(7), |day| day.provider);
    assert_eq!(answer.len(), expected.len());
    for (row, (provider, days)) in answer.iter().zip(&expected) {
        let tokens = days.iter().map(|day| day.tokens()).sum::<i64>() as f64;
        let rate = Some(cost_of(days) / tokens * 1e6).filter(|rate| rate.is_finite());
        assert_number(&row["price"], rate, provider);
    }
}

#[test]
fn functions_call_those_above_them_and_nothing_else() {
    let text = "fn double(x) = x * 2\nfn quadruple(x) = double(double(x))\n\
                activity last 7d | agg four = quadruple(sum(cost))";
    assert_number(&rows(text)[0]["four"], Some(4.0 * cost_of(&last_days(7))), "four times the cost");
    for text in [
        "fn f(x) = f(x)\nactivity yesterday | derive y = f(cost)",
        "fn f(x) = g(x)\nfn g(x) = x\nactivity yesterday | derive y = f(cost)",
        "const a = b\nconst b = 1\nactivity yesterday | where cost > b",
        "const a = a + 1\nactivity yesterday",
        "activity yesterday | where cost > a | count\nconst a = 1",
    ] {
        assert_eq!(codes(text), [Code::E0111], "{text}");
    }
}

#[test]
fn a_function_keeps_what_it_saw_when_it_was_defined() {
    // The names of a function's parameters are its own, whatever consts there are.
    let text = "const cost = 1000000\nfn itself(cost) = cost\nactivity last 7d | agg c = itself(sum(cost))";
    assert_number(&rows(text)[0]["c"], Some(cost_of(&last_days(7))), "the argument, not the const");
}

#[test]
fn a_column_is_before_a_const_of_its_name() {
    let answer = rows("const requests = 1000000\nactivity last 7d | where requests > 999999 | count");
    assert_eq!(answer, [json!({ "count": 0 })]);
    // Where the column is gone, the name is free.
    let answer = rows("const requests = 7\nactivity last 7d | agg n = sum(requests) | derive twice = requests * 2");
    assert_number(&answer[0]["twice"], Some(14.0), "the const");
}

#[test]
fn a_const_stands_wherever_a_value_does() {
    let dear = |day: &&&Day| day.cost() > 0.5;
    let text = "const smallest = 1 / 2\nconst n = 3\nconst day = 2026-02-18\nconst who = (\"OpenAI\", \"Anthropic\")\n";
    assert_eq!(codes(text), [Code::E0108], "`day` is a function");
    let text = text.replace("const day", "const last_day");
    let last: Vec<&Day> = ACTIVITY.iter().filter(|day| day.date.to_string() == "2026-02-18").collect();
    let expected = last.iter().filter(dear).count();
    assert!(expected > 0);
    let answer = rows(&format!("{text}activity last 7d | where date == last_day and cost > smallest | count"));
    assert_eq!(answer, [json!({ "count": expected })]);
    let ours =
        last_days(7).into_iter().filter(|day| ["OpenAI", "Anthropic"].contains(&day.provider)).collect::<Vec<_>>();
    assert!(!ours.is_empty());
    let answer = rows(&format!("{text}activity last 7d | where provider in who | sum cost"));
    assert_number(&answer[0]["cost"], Some(cost_of(&ours)), "providers of the list");
    assert_eq!(rows(&format!("{text}activity last 7d | limit n")).len(), 3);
    assert_eq!(rows(&format!("{text}activity last 7d | group model | sum cost | top n")).len(), 3);
    // A list elsewhere, and a const that is none of the type.
    assert_eq!(codes(&format!("{text}activity last 7d | derive x = who")), [Code::E0202]);
    assert_eq!(codes(&format!("{text}activity last 7d | where provider == n")), [Code::E0201]);
    assert_eq!(codes("const n = 2.5\nactivity last 7d | limit n"), [Code::E0302]);
}

#[test]
fn what_is_wrong_in_a_definition_is_said_once_and_not_at_each_use() {
    for (text, code) in [
        ("const a = b\nactivity yesterday | derive x = a, y = a + 1", Code::E0103),
        ("const a = 1 +\nactivity yesterday | derive x = a", Code::E0001),
        ("fn f(x) = x * z\nactivity yesterday | derive x = f(cost), y = f(tokens)", Code::E0103),
        ("fn f(x) = nothing_like(x)\nactivity yesterday | derive x = f(cost)", Code::E0104),
        ("fn f(x) = x * @k\nactivity yesterday | derive x = f(cost)", Code::E0105),
        ("fn f(x = x\nactivity yesterday | derive x = f(cost)", Code::E0002),
        ("param a: nothing = 1\nactivity yesterday | where cost > @a", Code::E0006),
        ("fn sum(x) = x\nactivity yesterday | sum cost", Code::E0108),
        ("fn derive(x) = x\nactivity yesterday | sum cost", Code::E0108),
        ("fn keys(x) = x\nactivity yesterday | sum cost", Code::E0108),
        ("let a = activity yesterday\nlet a = credits\na | count", Code::E0108),
        ("const a = 1\nfn a(x) = x\nactivity yesterday | count", Code::E0108),
        ("param a: number = 1\nparam a: number = 2\nactivity yesterday | limit @a", Code::E0108),
    ] {
        assert_eq!(codes(text), [code], "{text}");
    }
}

#[test]
fn what_a_call_does_wrong_is_shown_at_the_call_and_in_the_body() {
    let text = "fn f(a, b) = a + b\nactivity yesterday | derive x = f(cost, model)";
    let [error] = checked(text).try_into().unwrap();
    assert_eq!(error.code, Code::E0201);
    assert_eq!(error.span.unwrap().of(text), "f(cost, model)");
    let also: Vec<&str> = error.also.iter().map(|(span, _)| span.of(text)).collect();
    assert_eq!(also, ["+", "a", "b"]);
    let text = "fn f(a, b) = a + b\nactivity yesterday | derive x = f(cost)";
    let [error] = checked(text).try_into().unwrap();
    assert_eq!((error.code, error.span.unwrap().of(text)), (Code::E0204, "f(cost)"));
    assert_eq!(error.also.iter().map(|(span, _)| span.of(text)).collect::<Vec<_>>(), ["f"]);
}

#[test]
fn an_expression_that_doubles_with_each_definition_is_refused_in_time() {
    let mut text = String::from("fn f0(x) = x + x\n");
    for n in 1..30 {
        text += &format!("fn f{n}(x) = f{}(x) + f{}(x)\n", n - 1, n - 1);
    }
    text += "activity yesterday | derive y = f29(cost)";
    assert_eq!(codes(&text), [Code::E0004]);
    let consts: String = (1..40).map(|n| format!("const c{n} = abs(c{0}) + abs(c{0})\n", n - 1)).collect();
    let found = codes(&format!("const c0 = abs(1)\n{consts}activity yesterday | where cost > c39"));
    assert_eq!(found, [Code::E0004]);
    let chain: String = (1..200).map(|n| format!("fn f{n}(x) = f{}(x)\n", n - 1)).collect();
    assert_eq!(codes(&format!("fn f0(x) = x\n{chain}activity yesterday")), [Code::E0004]);
}

#[test]
fn parameters_of_every_type_give_what_is_written_out() {
    let text = "param since: date = 2026-02-16\nparam least: usd = 0.5\nparam who: list = [\"OpenAI\"]\n\
                param start: text = \"openai/\"\nparam n: number = 2\nparam all: bool = false\nparam back: duration = 1d\n";
    let days = last_days(3);
    let answer = rows(&format!("{text}activity from @since | sum cost"));
    assert_number(&answer[0]["cost"], Some(cost_of(&days)), "since the 16th");
    let answer = rows_with(&["since=2026-02-18"], &format!("{text}activity from @since | sum cost"));
    assert_number(&answer[0]["cost"], Some(cost_of(&last_days(1))), "since the 18th");
    let answer = rows_with(&["since=yesterday"], &format!("{text}activity on @since | sum cost"));
    assert_number(&answer[0]["cost"], Some(cost_of(&last_days(1))), "yesterday");
    let answer = rows_with(&["back=3d"], &format!("{text}activity last @back | sum cost"));
    assert_number(&answer[0]["cost"], Some(cost_of(&days)), "three days");
    let answer = rows_with(&["n=3"], &format!("{text}activity last @n days | sum cost"));
    assert_number(&answer[0]["cost"], Some(cost_of(&days)), "three days in two words");
    let filter = "activity from @since | where provider in @who and cost >= @least | agg cost = sum(cost), n = count()";
    for (values, who, least) in
        [(vec![], vec!["OpenAI"], 0.5), (vec!["who=OpenAI, Anthropic", "least=$1"], vec!["OpenAI", "Anthropic"], 1.0)]
    {
        let these: Vec<&Day> =
            days.iter().copied().filter(|day| who.contains(&day.provider) && day.cost() >= least).collect();
        assert!(!these.is_empty(), "{who:?}");
        let answer = rows_with(&values, &format!("{text}{filter}"));
        assert_number(&answer[0]["cost"], Some(cost_of(&these)), "cost");
        assert_number(&answer[0]["n"], Some(these.len() as f64), "n");
    }
    let switched = "activity from @since | where @all or starts_with(model, @start) | group model | sum cost | top @n";
    assert_eq!(rows_with(&["n=1"], &format!("{text}{switched}")).len(), 1);
    let models = groups(&days, |day| day.model());
    assert_eq!(rows_with(&["n=1000", "all=true"], &format!("{text}{switched}")).len(), models.len());
    let open = models.keys().filter(|model| model.starts_with("openai/")).count();
    assert_eq!(rows_with(&["n=1000"], &format!("{text}{switched}")).len(), open);
}

#[test]
fn numbers_of_a_list_are_numbers_where_numbers_are_looked_for() {
    let text = "param sizes: list = [1, 2]\nactivity last 7d | where requests in @sizes | count";
    let of = |wanted: &[i64]| last_days(7).iter().filter(|day| wanted.contains(&day.requests)).count();
    assert!(of(&[1, 2]) != of(&[1, 3]));
    assert_eq!(rows(text), [json!({ "count": of(&[1, 2]) })]);
    assert_eq!(rows_with(&["sizes=1,3"], text), [json!({ "count": of(&[1, 3]) })]);
}

#[test]
fn a_parameter_has_the_unit_of_its_type() {
    let head = "param budget: usd = 5\nparam wait: duration = 2s\n";
    assert_eq!(codes(&format!("{head}generation gen-demo-1 | where latency > @budget")), [Code::E0201]);
    assert_eq!(codes(&format!("{head}generation gen-demo-1 | where cost > @wait")), [Code::E0201]);
    assert_eq!(codes(&format!("{head}generation gen-demo-1 | where cost > @budget and latency > @wait")), []);
    assert_eq!(codes(&format!("{head}activity last 7d | where model == @budget")), [Code::E0201]);
}

#[test]
fn a_value_that_does_not_fit_its_type_is_an_error_with_an_example() {
    for (ty, good, bad) in [
        ("number", vec!["1", "-2.5", "1e6", "1_000"], vec!["", "one", "inf", "NaN", "0x1", "1,5"]),
        ("usd", vec!["5", "$5", "0.25"], vec!["5 eur", "", "usd"]),
        ("bool", vec!["true", "false"], vec!["yes", "1", ""]),
        (
            "date",
            vec!["2026-02-01", "today", "2026-02-01T09:30", "30d ago", "2mo ago", "1 w ago"],
            vec!["2026-02-30", "2026-2-1", "soon", "", "5h ago", "ago", "-1d ago", "99999999999999d ago"],
        ),
        ("duration", vec!["7d", "1.5h", "2mo", "500 ms"], vec!["7", "d", "7 parsecs", "1.5mo", ""]),
        ("list", vec!["a", "a,b", "a, b"], vec!["", "a,,b", ","]),
        ("text", vec!["", "a b", "\"q\""], vec![]),
    ] {
        let text = format!("param x: {ty}\ncredits");
        for value in good {
            let run = orq().args(["--demo", "-p", &format!("x={value}"), &text]).run();
            assert_eq!(run.code, 0, "{ty} {value}: {}", run.stderr);
        }
        for value in bad {
            let run = orq().args(["--demo", "-p", &format!("x={value}"), &text]).run();
            assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{ty} {value}");
            let named =
                run.stderr.starts_with("E0006") && run.stderr.contains("as in `-p x=") && run.stderr.contains("@x");
            assert!(named, "{ty} {value}: {}", run.stderr);
        }
    }
}

#[test]
fn missing_values_are_named_together_with_type_and_doc() {
    let text = "param since: date \"first day, UTC\"\nparam least: usd\nparam n: number = 1\n\
                activity from @since | where cost > @least | limit @n";
    let run = orq().args(["--demo", text]).run();
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    for part in ["E0110", "`@since` (date: first day, UTC)", "`@least` (usd)", "-p since=2026-02-01 -p least=500"] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    assert_eq!(run.stderr.matches("E0").count(), 1, "one error for all: {}", run.stderr);
    // What is only looked at needs no values.
    let texts = "param id: text\nendpoints @id | save @id\ngeneration @id\nactivity last 7d | where model ~ @id";
    for text in [text, texts] {
        let run = orq().args(["check", "-e", text]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}
