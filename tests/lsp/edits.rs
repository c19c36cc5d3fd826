//! Edits upon edits: whatever the way to a text, what is told of it is what is told of it when it is opened.

use serde_json::{Value as Json, json};

use super::{Client, position};

/// What is typed: pieces of the language, slips, and what takes more than one byte or unit.
const PIECES: &[&str] = &[
    "activity last 7d",
    " | group model",
    " | sum cost",
    "\n",
    "\r\n",
    "let a = ",
    "a",
    " | top 3",
    "(",
    ")",
    "\"",
    "😀",
    "日本",
    "e\u{301}",
    "# note",
    "fn f(x) = x * 2",
    "const c = 2",
    " | derive y = f(cost) + c",
    "@n",
    "param n: number = 3",
    ",",
    ";",
    " | where model ~ ",
    "creditz",
    "usd",
    "`",
    "",
];

const START: &str =
    "# 😀 spend\nparam n: number = 3\nlet spend = activity last 7d\n  | group model\n  | sum cost\n\nspend | top @n\n";

/// Numbers that are the same in each run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    /// A place of a text, between two characters.
    fn place(&mut self, text: &str) -> usize {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        places[self.below(places.len())]
    }
}

/// A place as editors know it: there is none between the two halves of a line end.
fn between_lines(text: &str, at: usize) -> usize {
    if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at }
}

#[test]
fn a_thousand_edits_lead_to_what_a_fresh_text_is_told() {
    let (mut edited, mut fresh) = (Client::start(), Client::start());
    let uri = edited.open("a.orq", START);
    edited.told(&uri, 1);
    let (mut draw, mut text, mut wrong, mut right) = (Draw(7), START.to_string(), 0, 0);
    for round in 2..1_002 {
        if text.len() > 1_500 || draw.below(6) == 0 {
            text = START.to_string();
            edited.change(&uri, round, json!([{"text": text}]));
        } else {
            let mut changes = Vec::new();
            for _ in 0..=draw.below(3) {
                let (one, other) = (draw.place(&text), draw.place(&text));
                let (start, end) = (one.min(other), one.max(other));
                // Most of the time a little is put in or taken out.
                let end = if draw.below(4) > 0 { start } else { end.min(between(&text, start + 12)) };
                let (start, end) = (between_lines(&text, start), between_lines(&text, end));
                let piece = PIECES[draw.below(PIECES.len())];
                let range = json!({"start": position(&text, start), "end": position(&text, end)});
                changes.push(json!({"range": range, "text": piece}));
                text.replace_range(start..end, piece);
            }
            edited.change(&uri, round, Json::Array(changes));
        }
        let told = edited.told(&uri, round);
        let name = format!("fresh-{round}.orq");
        let fresh_uri = fresh.open(&name, &text);
        let same = text_of(&fresh.told(&fresh_uri, 1), &fresh_uri);
        assert_eq!(text_of(&told, &uri), same, "round {round}: {text:?}");
        fresh.tell("textDocument/didClose", json!({"textDocument": {"uri": fresh_uri}}));
        if told.is_empty() { right += 1 } else { wrong += 1 }
    }
    assert!(wrong > 500 && right > 100, "{wrong} texts were wrong, {right} were not");
}

/// The nearest place between two characters.
fn between(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap()
}

/// What was told, whatever the file is called.
fn text_of(told: &[Json], uri: &str) -> String {
    Json::Array(told.to_vec()).to_string().replace(uri, "")
}

/// Changes that come faster than they can be looked at: the newest text is what is told of, and soon.
#[test]
fn a_burst_of_changes_ends_in_what_the_last_one_left() {
    let mut client = Client::start();
    let line = "activity last 7d | where cost > 1 | group model | sum cost, tokens | top 3\n";
    let text = line.repeat(1_000);
    let uri = client.open("a.orq", &text);
    assert_eq!(client.told(&uri, 1), Vec::<Json>::new());
    for version in 2..=500 {
        let place = json!({"line": 999, "character": 0});
        client.change(&uri, version, json!([{"range": {"start": place, "end": place}, "text": "z"}]));
    }
    let place = json!({"line": 500, "character": 0});
    client.change(&uri, 501, json!([{"range": {"start": place, "end": place}, "text": "q"}]));
    let told = client.told(&uri, 501);
    let lines: Vec<u64> = told.iter().map(|found| found["range"]["start"]["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [500, 999]);
    let before = client.kept.iter().filter(|message| message["method"] == "textDocument/publishDiagnostics").count();
    assert!(before < 250, "{before} older texts were looked at");
}
