//! `describe --for-agents`: short, whole, and right.

use orq::session::CATALOG;

use super::*;

/// The page may have so many characters and words, which is less than 1,500 tokens of text.
const MOST: (usize, usize) = (6_000, 1_100);

fn page() -> String {
    good(["describe", "--for-agents"])
}

/// The lines below a heading.
fn below(heading: &str) -> Vec<String> {
    let page = page();
    let lines = page.lines().skip_while(|line| *line != heading).skip(1).take_while(|line| !line.is_empty());
    lines.map(|line| line.trim().to_string()).collect()
}

#[test]
fn it_is_short() {
    let page = page();
    let (characters, words) = (page.chars().count(), page.split_whitespace().count());
    assert!(characters <= MOST.0 && words <= MOST.1, "{characters} characters, {words} words");
    assert!(page.lines().count() > 30);
}

#[test]
fn it_has_every_name_of_the_language() {
    let page = page();
    let words: std::collections::BTreeSet<&str> =
        page.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let names = CATALOG.sources.iter().map(|def| def.name).chain(CATALOG.verbs.iter().map(|def| def.name));
    for name in names.chain(CATALOG.all_functions().map(|def| def.name)) {
        assert!(words.contains(name), "{name}");
    }
    for column in ["cost", "tokens_prompt", "key", "cache_hit_rate", "used_ratio", "price_prompt", "remaining"] {
        assert!(words.contains(column), "{column}");
    }
}

#[test]
fn its_ten_queries_answer() {
    let queries = below("Queries to change:");
    assert_eq!(queries.len(), 10);
    for query in queries {
        let run = orq().args(["--demo", "-f", "envelope", "--errors", "json", "--max-rows", "50", &query]).run();
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
        let envelope = valid("envelope", &run.stdout);
        assert!(!envelope["rows"].as_array().unwrap().is_empty(), "{query}");
        assert_eq!(envelope["coverage"]["missing"], json!([]), "{query}");
    }
}

#[test]
fn its_mistakes_are_mistakes_and_what_it_says_for_them_answers() {
    let mistakes = below("Mistakes:");
    assert_eq!(mistakes.len(), 5);
    let mut edited = 0;
    for line in mistakes {
        let line = line.split("  # ").next().unwrap();
        let (wrong, right) = line.split_once("  ->  ").unwrap();
        let run = orq().args(["--demo", "--errors", "json", wrong]).run();
        let first = told(&run)[0].clone();
        assert!([3, 6].contains(&run.code) && first["help"].is_string(), "{wrong}: {first}");
        edited += usize::from(!first["edits"].as_array().unwrap().is_empty());
        let run = orq().args(["--demo", "-f", "envelope", right]).run();
        assert_eq!(run.code, 0, "{right}: {}", run.stderr);
    }
    assert!(edited >= 4, "{edited} are mended by edits");
}

/// The flags and commands that it tells of are there.
#[test]
fn the_line_that_it_begins_with_runs() {
    let page = page();
    let line = page.lines().next().unwrap().split("Run: ").nth(1).unwrap();
    let words: Vec<&str> = line.strip_suffix(" 'QUERY'").unwrap().split(' ').skip(1).collect();
    let run = orq().args(words).args(["--demo", "credits"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    valid("envelope", &run.stdout);
}
