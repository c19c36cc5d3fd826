//! What an editor asks while a script is written, and what it is told.

use serde_json::{Value as Json, json};

use super::{Client, at, byte, codes, edited, part, position};

/// A script in its one form, with what takes two units and four bytes above everything that is looked for.
const SCRIPT: &str = "# 😀 what was spent\nparam n: number = 3 \"how many\"\nconst mtok = 1e6\nfn rate(cost, tokens) = \
                      cost / tokens * mtok\nlet spend =\n  activity last 7d\n  | group provider\n  | sum cost, tokens\n\nspend\n  \
                      | derive r = rate(cost, tokens)\n  | title \"😀 rates\"\n  | top @n by r\n";

fn open(text: &str) -> (Client, String) {
    let mut client = Client::start();
    let uri = client.open("a.orq", text);
    (client, uri)
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_help() {
    let text = "# 😀😀\ncredits\n\n  activity last 7d | groupp model | sum cost\n";
    let (mut client, uri) = open(text);
    let told = client.told(&uri, 1);
    let [found] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(part(text, &found["range"]), "groupp");
    assert_eq!((&found["severity"], &found["code"], &found["source"]), (&json!(1), &json!("E0102"), &json!("orq")));
    assert_eq!(found["message"], "there is no verb `groupp`\nhelp: did you mean `group`?");
    assert_eq!(found.get("relatedInformation"), None);
}

#[test]
fn further_places_and_warnings_are_told_as_such() {
    let text = "const a = 1\nconst a = 2\ncredits";
    let (mut client, uri) = open(text);
    let told = client.told(&uri, 1);
    assert_eq!(codes(&told), ["E0108"]);
    let other = &told[0]["relatedInformation"][0];
    assert_eq!((&other["location"]["uri"], &other["message"]), (&json!(uri), &json!("the first time")));
    assert_eq!(byte(text, &other["location"]["range"]["start"]), 6);

    let uri = client.open("b.orq", "activity last 7d | group model | avg cost, sum requests | avg avg_cost");
    let told = client.told(&uri, 1);
    assert!(told.iter().all(|found| found["severity"] == 2) && !told.is_empty(), "{told:?}");
}

#[test]
fn a_change_is_looked_at_in_the_newest_text() {
    let text = "# 日本 😀\nactivity last 7d | sum cost\n";
    let (mut client, uri) = open(text);
    assert_eq!(client.told(&uri, 1), Vec::<Json>::new());
    // Behind the emoji, and then in the text that this gave.
    let end = position(text, text.find('\n').unwrap());
    let sum = json!({"start": {"line": 2, "character": 19}, "end": {"line": 2, "character": 22}});
    let changes = json!([
        {"range": {"start": end, "end": end}, "text": " é\n#"},
        {"range": sum, "text": "summ"},
    ]);
    client.change(&uri, 2, changes);
    let now = "# 日本 😀 é\n#\nactivity last 7d | summ cost\n";
    let told = client.told(&uri, 2);
    assert_eq!(codes(&told), ["E0102"]);
    assert_eq!(part(now, &told[0]["range"]), "summ");
    client.change(&uri, 3, json!([{"text": "credits\n"}]));
    assert_eq!(client.told(&uri, 3), Vec::<Json>::new());
}

#[test]
fn a_client_that_counts_bytes_is_told_of_bytes() {
    let mut client = Client::raw(&[]);
    let answer = client.initialize(json!({"general": {"positionEncodings": ["utf-8", "utf-16"]}}));
    assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-8");
    let uri = client.open("a.orq", "activity | where model == \"😀\" | groupp model");
    let told = client.told(&uri, 1);
    assert_eq!(told[0]["range"], json!({"start": {"line": 0, "character": 35}, "end": {"line": 0, "character": 41}}));
}

/// The actions for a place.
fn actions(client: &mut Client, uri: &str, place: &Json, only: Option<&str>) -> Vec<Json> {
    let context = match only {
        Some(kind) => json!({"diagnostics": [], "only": [kind]}),
        None => json!({"diagnostics": []}),
    };
    let range = json!({"start": place, "end": place});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
    client.result("textDocument/codeAction", params).as_array().unwrap().clone()
}

#[test]
fn a_fix_leads_to_a_text_with_nothing_wrong() {
    let text = "# 😀\nactivity last 7d | group model | summ cost | sort cosst\n";
    let (mut client, uri) = open(text);
    assert_eq!(client.told(&uri, 1).len(), 2);
    let fixes = actions(&mut client, &uri, &position(text, text.find("umm").unwrap()), Some("quickfix"));
    let [fix] = fixes.as_slice() else { panic!("{fixes:?}") };
    assert_eq!((&fix["title"], &fix["isPreferred"]), (&json!("Write `sum`"), &json!(true)));
    assert_eq!(codes(fix["diagnostics"].as_array().unwrap()), ["E0102"]);
    let mended = edited(text, &fix["edit"]["changes"][&uri]);
    assert_eq!(mended, text.replace("summ", "sum"));

    let all = actions(&mut client, &uri, &json!({"line": 0, "character": 0}), Some("source.fixAll"));
    let [all] = all.as_slice() else { panic!("{all:?}") };
    let mended = edited(text, &all["edit"]["changes"][&uri]);
    client.change(&uri, 2, json!([{"text": mended}]));
    assert_eq!(client.told(&uri, 2), Vec::<Json>::new(), "{mended}");
    assert_eq!(actions(&mut client, &uri, &json!({"line": 1, "character": 3}), None), Vec::<Json>::new());
}

#[test]
fn names_that_may_be_meant_are_fixes_of_their_own_and_none_is_certain() {
    let text = "activity last 7d | group model | sum tokens_promptt, tokens_reasonin";
    let (mut client, uri) = open(text);
    let told = client.told(&uri, 1);
    let place = &told[0]["range"]["start"];
    let fixes = actions(&mut client, &uri, place, Some("quickfix"));
    assert!(!fixes.is_empty());
    for fix in &fixes {
        assert_eq!(fix["isPreferred"], json!(fixes.len() == 1), "{fixes:?}");
        assert!(edited(text, &fix["edit"]["changes"][&uri]) != text);
    }
    assert_eq!(actions(&mut client, &uri, place, Some("refactor")), Vec::<Json>::new());
}

/// The candidates at the end of a piece of a text.
fn offered(client: &mut Client, uri: &str, text: &str, piece: &str) -> Vec<Json> {
    let params = at(uri, text, piece, piece.len());
    client.result("textDocument/completion", params)["items"].as_array().unwrap().clone()
}

#[test]
fn what_may_stand_at_the_cursor_is_offered() {
    let (mut client, uri) = open(SCRIPT);
    let item = |items: &[Json], label: &str| {
        items.iter().find(|item| item["label"] == label).unwrap_or_else(|| panic!("no {label}: {items:?}")).clone()
    };
    let verbs = offered(&mut client, &uri, SCRIPT, "spend\n  | d");
    let derive = item(&verbs, "derive");
    let edit = &derive["textEdit"];
    assert_eq!((part(SCRIPT, &edit["range"]), &edit["newText"]), ("d", &json!("derive")));
    assert_eq!(derive["kind"], 2);
    let whole = client.result("completionItem/resolve", derive);
    assert!(whole["documentation"]["value"].as_str().unwrap().contains("```orq\n"), "{whole}");

    let inside = offered(&mut client, &uri, SCRIPT, "derive r = ");
    assert_eq!(item(&inside, "cost")["kind"], 5);
    assert!(item(&inside, "cost")["detail"].as_str().unwrap().contains("usd"), "{inside:?}");
    item(&inside, "rate");
    item(&offered(&mut client, &uri, SCRIPT, "top @"), "n");
    // What stands above is known, though the statement is not done.
    let text = "let mine = activity last 7d | group model | sum cost\n\nmine | sort \n";
    client.change(&uri, 2, json!([{"text": text}]));
    item(&offered(&mut client, &uri, text, "| sort "), "cost");
    item(&offered(&mut client, &uri, text, "\n\nmi"), "mine");
    let labels: Vec<Json> =
        offered(&mut client, &uri, text, "let mi").iter().map(|item| item["label"].clone()).collect();
    assert!(!labels.contains(&json!("mine")), "what is defined further down is not known: {labels:?}");
}

/// What is shown of the name at a place.
fn shown(client: &mut Client, uri: &str, text: &str, piece: &str, more: usize) -> String {
    let found = client.result("textDocument/hover", at(uri, text, piece, more));
    found["contents"]["value"].as_str().unwrap_or_default().to_string()
}

#[test]
fn a_name_is_shown_with_its_page() {
    let (mut client, uri) = open(SCRIPT);
    let mut has = |piece: &str, more: usize, wanted: &[&str]| {
        let page = shown(&mut client, &uri, SCRIPT, piece, more);
        for wanted in wanted {
            assert!(page.contains(wanted), "{piece:?} shows no {wanted:?}: {page}");
        }
    };
    has("activity", 3, &["### `activity [RANGE]`", "| `provider` | text |"]);
    has("group", 5, &["### `group KEY", "```orq\n"]);
    has("spend\n  | derive", 0, &["let spend =", "- `tokens`: number (tokens)"]);
    has("rate(cost, tokens)\n  | title", 2, &["fn rate(cost, tokens) = cost / tokens * mtok"]);
    has("(cost, tokens)\n  | title", 2, &["`cost`: number (usd)"]);
    has("@n", 1, &["param n: number = 3"]);
    has("mtok\nlet", 1, &["const mtok = 1e6"]);
    let page = client.result("textDocument/hover", at(&uri, SCRIPT, "activity", 3));
    assert_eq!(part(SCRIPT, &page["range"]), "activity");
    assert_eq!(client.result("textDocument/hover", at(&uri, SCRIPT, "😀", 0)), Json::Null, "a comment has no page");
}

#[test]
fn what_a_function_takes_is_shown_within_its_brackets() {
    let text = "fn half(x) = x / 2\ncredits | derive r = round(half(total), 1)";
    let (mut client, uri) = open(text);
    let found = client.result("textDocument/signatureHelp", at(&uri, text, ", 1", 3));
    assert_eq!(
        (&found["signatures"][0]["label"], &found["activeParameter"]),
        (&json!("round(NUMBER, DIGITS)"), &json!(1))
    );
    let found = client.result("textDocument/signatureHelp", at(&uri, text, "half(total", 6));
    assert_eq!((&found["signatures"][0]["label"], &found["activeParameter"]), (&json!("half(x)"), &json!(0)));
    assert_eq!(client.result("textDocument/signatureHelp", at(&uri, text, "credits |", 4)), Json::Null);
}

#[test]
fn a_text_is_formatted_whole_and_only_where_it_parses() {
    let text = "# 😀\r\nactivity   last 7 days|filter cost>1|group by model|sum(cost)\r\n";
    let (mut client, uri) = open(text);
    let ask = |uri: &str| json!({"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": true}});
    let edits = client.result("textDocument/formatting", ask(&uri));
    let form = edited(text, &edits);
    assert_eq!(form, "# 😀\nactivity last 7d | where cost > 1 | group model | sum cost\n");
    client.change(&uri, 2, json!([{"text": form}]));
    assert_eq!(client.result("textDocument/formatting", ask(&uri)), json!([]), "it has its form");
    client.change(&uri, 3, json!([{"text": "activity | where ("}]));
    assert_eq!(client.result("textDocument/formatting", ask(&uri)), json!([]), "it does not parse");
}

#[test]
fn a_name_leads_to_its_definition() {
    let (mut client, uri) = open(SCRIPT);
    let mut leads = |piece: &str, more: usize, line: u64, name: &str| {
        let found = client.result("textDocument/definition", at(&uri, SCRIPT, piece, more));
        assert_eq!((&found["uri"], &found["range"]["start"]["line"]), (&json!(uri), &json!(line)), "{piece}: {found}");
        assert_eq!(part(SCRIPT, &found["range"]), name);
    };
    leads("spend\n  | derive", 2, 4, "spend");
    leads("rate(cost, tokens)\n  | title", 0, 3, "rate");
    leads("@n", 1, 1, "n");
    leads("mtok\nlet", 1, 2, "mtok");
    leads("cost / tokens", 1, 3, "cost");
    assert_eq!(client.result("textDocument/definition", at(&uri, SCRIPT, "activity", 1)), Json::Null);
    let named = client.result("textDocument/references", at(&uri, SCRIPT, "spend\n  | derive", 2));
    let lines: Vec<u64> =
        named.as_array().unwrap().iter().map(|place| place["range"]["start"]["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [4, 9]);
}

#[test]
fn a_name_leads_into_the_file_that_defines_it() {
    let library = "# 😀\nuse \"deep.orq\"\nfn rate(cost, tokens) = cost / tokens * mtok\n";
    let deep = "const mtok = 1e6\nlet spend = activity last 7d | group model | sum cost, tokens\n";
    let mut client = Client::with(&[("lib/rates.orq", library), ("lib/deep.orq", deep)]);
    let text = "use \"lib/rates.orq\"\nspend | derive r = rate(cost, tokens), m = mtok\n";
    let uri = client.open("a.orq", text);
    assert_eq!(client.told(&uri, 1), Vec::<Json>::new());
    let mut leads = |piece: &str, more: usize, file: &str, line: u64, character: u64| {
        let found = client.result("textDocument/definition", at(&uri, text, piece, more));
        let target = found["uri"].as_str().unwrap_or_else(|| panic!("{piece}: {found}"));
        assert!(target.starts_with("file://") && target.ends_with(file), "{target}");
        assert_eq!(found["range"]["start"], json!({"line": line, "character": character}), "{piece}: {found}");
    };
    leads("rate(", 1, "/lib/rates.orq", 2, 3);
    leads("spend", 1, "/lib/deep.orq", 1, 4);
    leads("m = mtok", 5, "/lib/deep.orq", 0, 6);
    leads("lib/rates", 2, "/lib/rates.orq", 0, 0);
}

#[test]
fn what_is_wrong_in_a_used_file_is_told_at_its_use() {
    let mut client = Client::with(&[("good.orq", "const b = 2\n"), ("rates.orq", "# 😀\nconst a = nothing\n")]);
    let text = "use \"good.orq\"\nuse \"rates.orq\"\ncredits\n";
    let uri = client.open("a.orq", text);
    let told = client.told(&uri, 1);
    assert_eq!(codes(&told), ["E0103"]);
    assert_eq!(part(text, &told[0]["range"]), "\"rates.orq\"");
    let there = &told[0]["relatedInformation"][0]["location"];
    assert!(there["uri"].as_str().unwrap().ends_with("/rates.orq"), "{there}");
    assert_eq!(there["range"]["start"], json!({"line": 1, "character": 10}));
    // Mended and saved, the text that uses it is looked at again.
    std::fs::write(client.directory().join("rates.orq"), "const a = 1\n").unwrap();
    client.tell("textDocument/didSave", json!({"textDocument": {"uri": client.uri("rates.orq")}}));
    assert_eq!(client.told(&uri, 1), Vec::<Json>::new());
}

#[test]
fn files_are_looked_at_below_the_folder_alone() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.csv"), "word\nhidden\n").unwrap();
    let mut client = Client::with(&[("trace.csv", "day,cost\n2026-02-01,1.5\n")]);
    let uri = client.open("a.orq", "read \"trace.csv\" | sum costt");
    let told = client.told(&uri, 1);
    assert_eq!(codes(&told), ["E0103"], "its head is known: {told:?}");
    let text = format!("read \"{}/secret.csv\" | select word", outside.path().display());
    let uri = client.open("b.orq", &text);
    assert_eq!(client.codes(&uri), ["E0702"]);
    let pipe = client.directory().join("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let uri = client.open("c.orq", "read \"pipe.csv\" | count");
    assert_eq!(client.codes(&uri), ["E0702"], "no pipe is waited for");
    let uri = client.open("d.orq", "read \"-\" format=csv | count");
    assert_eq!(client.codes(&uri), ["E0702"], "its own input is not read");
}

#[test]
fn a_text_has_an_outline() {
    let (mut client, uri) = open(SCRIPT);
    let found = client.result("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
    let all: Vec<(&str, &str, u64)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|symbol| {
            assert!(part(SCRIPT, &symbol["range"]).contains(part(SCRIPT, &symbol["selectionRange"])));
            (symbol["name"].as_str().unwrap(), symbol["detail"].as_str().unwrap(), symbol["kind"].as_u64().unwrap())
        })
        .collect();
    let wanted = [
        ("n", "number: how many", 7),
        ("mtok", "1e6", 14),
        ("rate", "(cost, tokens)", 12),
        ("spend", "activity", 13),
        ("😀 rates", "spend", 24),
    ];
    assert_eq!(all, wanted);
}

#[test]
fn each_piece_is_told_by_what_it_is() {
    let text = "# 😀\nactivity last 7d\n  | where model ~ \"日本\" and cost > 1.5\n  | top @n by cost\n";
    let mut client = Client::raw(&[]);
    let answer = client.initialize(json!({}));
    let legend = answer["result"]["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let uri = client.open("a.orq", text);
    let found = client.result("textDocument/semanticTokens/full", json!({"textDocument": {"uri": uri}}));
    let numbers: Vec<u64> = found["data"].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect();
    let (mut line, mut character, mut all) = (0, 0, Vec::new());
    for token in numbers.chunks(5) {
        let [lines, characters, length, kind, modifiers] = token else { panic!("{token:?}") };
        (line, character) = if *lines == 0 { (line, character + characters) } else { (line + lines, *characters) };
        let place = |character: u64| json!({"line": line, "character": character});
        let piece = part(text, &json!({"start": place(character), "end": place(character + length)}));
        assert_eq!(*modifiers, 0);
        all.push((piece, legend[*kind as usize].as_str().unwrap()));
    }
    let wanted = [
        ("# 😀", "comment"),
        ("activity", "class"),
        ("last", "keyword"),
        ("7d", "keyword"),
        ("|", "operator"),
        ("where", "method"),
        ("model", "property"),
        ("~", "operator"),
        ("\"日本\"", "string"),
        ("and", "keyword"),
        ("cost", "property"),
        (">", "operator"),
        ("1.5", "number"),
        ("|", "operator"),
        ("top", "method"),
        ("@n", "parameter"),
        ("by", "keyword"),
        ("cost", "property"),
    ];
    assert_eq!(all, wanted);
}

#[test]
fn no_key_is_shown_and_nothing_is_written() {
    let key = "sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let text = format!("activity | where `{key}` == 1");
    let (mut client, uri) = open(&text);
    let told = client.told(&uri, 1);
    assert_eq!(codes(&told), ["E0103"]);
    assert!(!told[0]["message"].as_str().unwrap().contains(key), "{told:?}");
    let directory = client.directory().to_path_buf();
    let left: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, Vec::<std::ffi::OsString>::new());
    client.result("shutdown", Json::Null);
    client.tell("exit", Json::Null);
    assert_eq!(client.end(), (Some(0), String::new()));
}
