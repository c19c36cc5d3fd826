//! Every code has a page, which is its documentation, its trigger and the picture of its rendering: `tests/errors/*.md`.
//!
//! A page is a title, some paragraphs, and `console` blocks: lines that start with `$` are run (`echo TEXT > FILE` writes a
//! file, `NAME=value orq …` sets the environment), what follows is what they print, and `? 3` is the exit code. `PORT` is
//! a port that nobody listens on. `UPDATE_PAGES=1` writes the blocks anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use orq::diagnostics::{Code, Diagnostic, Edit, apply};
use orq::session::{Clock, Session};
use serde_json::Value;

use crate::support::{self, Run};

/// Codes that no command line brings about, and why.
const WITHOUT_TRIGGER: &[(Code, &str)] = &[
    (Code::E0703, "a defect that can be brought about is mended"),
    (Code::E0704, "Ctrl-C ends the process, but for the REPL, which a terminal test drives"),
];

/// One page.
struct Page {
    code: Code,
    path: PathBuf,
    text: String,
}

/// One `console` block of a page.
#[derive(Clone, Debug)]
struct Block {
    /// What stands between the fences.
    text: String,
    /// Files that are there before the run.
    files: Vec<(String, String)>,
    env: Vec<(String, String)>,
    arguments: Vec<String>,
}

impl Block {
    fn parse(text: &str) -> Self {
        let mut block = Self { text: text.to_string(), files: vec![], env: vec![], arguments: vec![] };
        for line in text.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let words = shell_words(line);
            match words.as_slice() {
                [echo, content, to, name] if echo == "echo" && to == ">" => {
                    block.files.push((name.clone(), format!("{content}\n")));
                }
                words => {
                    let at =
                        words.iter().position(|word| word == "orq").unwrap_or_else(|| panic!("no orq in `{line}`"));
                    assert!(block.arguments.is_empty(), "one block runs orq once:\n{text}");
                    let pair = |word: &String| word.split_once('=').map(|(n, v)| (n.to_string(), v.to_string()));
                    block.env = words[..at].iter().map(|word| pair(word).unwrap()).collect();
                    block.arguments = words[at + 1..].to_vec();
                }
            }
        }
        assert!(!block.arguments.is_empty(), "a block runs orq:\n{text}");
        block
    }

    fn commands(&self) -> String {
        self.text.lines().filter(|line| line.starts_with("$ ")).map(|line| format!("{line}\n")).collect()
    }

    /// The query that spans refer to: the script, or the last argument.
    fn query(&self) -> String {
        let script = self.files.iter().find(|(name, _)| self.arguments.contains(name));
        script.map_or_else(|| self.arguments.last().unwrap().clone(), |(_, content)| content.clone())
    }

    fn run(&self, more: &[&str]) -> Run {
        let port = closed_port();
        let program = support::orq();
        let home = program.home.path().to_path_buf();
        for (name, content) in &self.files {
            std::fs::write(home.join(name), content).unwrap();
        }
        let arguments = self.arguments.iter().map(|argument| argument.replace("PORT", &port));
        let mut program = program.args(more.iter().copied()).args(arguments);
        for (name, value) in &self.env {
            program = program.env(name, value);
        }
        let run = program.run();
        let neutral = |text: String| text.replace(&format!(":{port}"), ":PORT");
        Run { code: run.code, stdout: neutral(run.stdout), stderr: neutral(run.stderr) }
    }
}

/// Words as a shell parts them: white space, `'…'`, `"…"` with backslashes.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' => words.extend(word.take()),
            '\'' => word.get_or_insert_default().extend(chars.by_ref().take_while(|c| *c != '\'')),
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|c| *c != '"') {
                    word.push(if c == '\\' { chars.next().unwrap() } else { c });
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A port of this machine that was free a moment ago, and that nobody listens on.
fn closed_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors")
}

fn pages() -> Vec<Page> {
    let pages: Vec<Page> = Code::ALL
        .iter()
        .map(|code| {
            let path = directory().join(format!("{code}.md"));
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            Page { code: *code, path, text }
        })
        .collect();
    assert!(pages.len() > 30, "the codes have gone");
    pages
}

impl Page {
    fn blocks(&self) -> Vec<Block> {
        let parts: Vec<&str> = self.text.split("```").collect();
        let consoles = parts.iter().filter_map(|part| part.strip_prefix("console\n"));
        consoles.map(Block::parse).collect()
    }
}

/// The pages, looked at side by side: some wait for the network on purpose.
fn each_page(look: impl Fn(&Page) + Sync) {
    let pages = pages();
    std::thread::scope(|scope| {
        let lookers: Vec<_> = pages.iter().map(|page| (page.code, scope.spawn(|| look(page)))).collect();
        for (code, looker) in lookers {
            if let Err(panic) = looker.join() {
                eprintln!("on the page of {code}:");
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// What is wrong with a query, without a process.
pub fn checked(text: &str) -> Vec<Diagnostic> {
    use orq::exec::{Permissions, Places};
    use orq::net::{Client, ClientOptions, Credentials};
    let credentials = Credentials::new(orq::net::Places::nowhere());
    let client = Client::new(ClientOptions::new(credentials.into())).unwrap();
    let permissions = Permissions { places: Places::Anywhere, force: false };
    let now = support::NOW.parse().unwrap();
    let mut diagnostics = Session::new(Clock::Frozen(now), client, permissions).check(text).diagnostics;
    diagnostics.retain(Diagnostic::is_error);
    diagnostics
}

/// The edits fit the text and do not overlap.
pub fn assert_edits_fit(edits: &[Edit], text: &str) {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.start, edit.end));
    for edit in &sorted {
        assert!(
            edit.start <= edit.end && text.is_char_boundary(edit.start) && text.is_char_boundary(edit.end),
            "{text}"
        );
    }
    for pair in sorted.windows(2) {
        assert!(pair[0].end <= pair[1].start, "edits overlap in `{text}`: {pair:?}");
    }
}

/// What the edits make of a text is accepted.
fn assert_mended(edits: &[Edit], text: &str) {
    if edits.is_empty() {
        return;
    }
    let mended = apply(text, edits);
    let left: Vec<Code> = checked(&mended).iter().map(|error| error.code).collect();
    assert_eq!(left, [], "`{text}` is mended to `{mended}`");
}

#[test]
fn every_code_has_one_page_and_every_page_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    let files = std::fs::read_dir(directory()).unwrap();
    let files: BTreeSet<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(codes, files);
}

#[test]
fn a_page_starts_with_the_code_and_its_title_and_says_something() {
    for page in pages() {
        let mut paragraphs = page.text.split("\n\n");
        assert_eq!(paragraphs.next().unwrap(), format!("# {}: {}", page.code, page.code.title()));
        let words: Vec<&str> = paragraphs.take_while(|paragraph| !paragraph.starts_with("```")).collect();
        assert!((1..=3).contains(&words.len()), "{} has {} paragraphs", page.code, words.len());
        assert!(page.text.ends_with('\n') && !page.text.ends_with("\n\n"), "{}", page.code);
    }
}

#[test]
fn explain_prints_the_page_of_a_code() {
    for page in pages() {
        let run = support::orq().args(["explain", &page.code.to_string().to_lowercase()]).run();
        assert_eq!((run.code, run.stdout), (0, page.text), "{}", page.code);
    }
}

#[test]
fn every_page_has_a_trigger_but_for_those_listed() {
    let without: Vec<Code> = pages().iter().filter(|page| page.blocks().is_empty()).map(|page| page.code).collect();
    let listed: Vec<Code> = WITHOUT_TRIGGER.iter().map(|(code, _)| *code).collect();
    assert_eq!(without, listed);
    assert!(WITHOUT_TRIGGER.iter().all(|(_, reason)| !reason.is_empty()));
}

#[test]
fn every_trigger_is_rendered_as_its_page_shows() {
    let update = std::env::var_os("UPDATE_PAGES").is_some();
    each_page(|page| {
        let mut text = page.text.clone();
        for block in page.blocks() {
            let run = block.run(&[]);
            let shown = format!("{}{}{}? {}\n", block.commands(), run.stdout, run.stderr, run.code);
            if update {
                text = text.replace(&block.text, &shown);
            } else {
                assert_eq!(shown, block.text, "UPDATE_PAGES=1 writes the pages anew");
            }
            assert_eq!(run.code, page.code.exit() as i32, "{shown}");
        }
        if update {
            std::fs::write(&page.path, text).unwrap();
        }
    });
}

#[test]
fn every_trigger_gives_its_code_alone_in_the_form_for_programs() {
    each_page(|page| {
        for block in page.blocks() {
            let run = block.run(&["--errors", "json"]);
            let query = block.query();
            let answer: Value =
                serde_json::from_str(&run.stderr).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
            assert_eq!((&answer["orq"], run.code), (&Value::from(1), page.code.exit() as i32));
            let [error] = answer["errors"].as_array().unwrap().as_slice() else {
                panic!("one mistake is one error: {}", run.stderr);
            };
            assert_eq!(error["code"], page.code.id(), "{query}");
            assert_eq!(error["severity"], if run.code == 0 { "warning" } else { "error" });
            for words in ["message", "help"] {
                assert!(error[words].as_str().is_some_and(|words| !words.trim().is_empty()), "{words} of `{query}`");
            }
            assert!(error["candidates"].as_array().unwrap().iter().all(Value::is_string));
            // What is wrong in a file that the text uses has its places there.
            let file = error.get("file").map(|file| file.as_str().unwrap());
            let query = match file.map(|file| block.files.iter().find(|(name, _)| name == file).unwrap()) {
                Some((_, content)) => content.clone(),
                None => query,
            };
            if let Some(span) = error.get("span") {
                let at = |end: &str| span[end].as_u64().unwrap() as usize;
                let place =
                    query.get(at("start")..at("end")).unwrap_or_else(|| panic!("{span} is no part of `{query}`"));
                assert!(!place.is_empty(), "the label of an empty place is not drawn: `{query}`");
                let before = &query[..at("start")];
                let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
                let (line, column) = (Value::from(before.matches('\n').count() + 1), Value::from(column));
                assert_eq!((&error["line"], &error["column"]), (&line, &column), "{query}");
            }
            let edit = |edit: &Value| Edit {
                start: edit["start"].as_u64().unwrap() as usize,
                end: edit["end"].as_u64().unwrap() as usize,
                text: edit["text"].as_str().unwrap().to_string(),
            };
            let edits: Vec<Edit> = error["edits"].as_array().unwrap().iter().map(edit).collect();
            assert_edits_fit(&edits, &query);
            assert_mended(&edits, &query);
        }
    });
}

/// Mistakes that everybody makes, the code of each, and that its page shows it.
const COMMON: &[(&str, Code)] = &[
    ("activity last 7d | grup model | sum cost", Code::E0102),
    ("activity last 7d | where modle == \"openai/gpt-5.2\"", Code::E0103),
    ("activity last 7d | derive name = lowr(model)", Code::E0104),
    ("actvity last 7d | sum cost", Code::E0101),
    ("activity from @since | sum cost", Code::E0105),
    ("activity last 7d | group model", Code::E0301),
    ("credits | sum used_ratio", Code::E0203),
    ("generation gen-demo-1 | derive x = cost + latency", Code::E0201),
    ("activity last 7d | where model = openai/gpt-5.2", Code::E0206),
    ("activity last 7d | where model == \"openai/gpt-5.2\" && cost > 1", Code::E0005),
    ("activity last 7d | where model \\!= \"openai/gpt-5.2\"", Code::E0005),
    ("activity last 7d | where model == \"openai/gpt-5.2", Code::E0003),
    ("activity last 7d | where (cost > 1", Code::E0002),
    ("activity from 2026-13-01 | sum cost", Code::E0401),
    ("activity from 2026-02-10 to 2026-02-01 | sum cost", Code::E0402),
    ("activity last 7d | sum cost, sum cost", Code::E0108),
    ("activity last 7d | group model | sum cost | top five", Code::E0302),
    ("activity last 7d | sum cost / sum tokens", Code::E0205),
    ("activity last 7d | group model_id | sum cost | join models", Code::E0302),
];

#[test]
fn a_common_mistake_stands_on_the_page_of_its_code() {
    let pages = pages();
    for (query, code) in COMMON {
        let page = pages.iter().find(|page| page.code == *code).unwrap();
        assert!(page.blocks().iter().any(|block| block.query() == *query), "{query} is not on the page of {code}");
    }
}

#[test]
fn a_wrong_question_fails_before_any_request() {
    let brackets = format!("{}activity{}", "(".repeat(10_000), ")".repeat(10_000));
    let deep = [(brackets.as_str(), Code::E0004)];
    for (query, code) in COMMON.iter().chain(&deep) {
        let base = format!("http://127.0.0.1:{}/api/v1", closed_port());
        let program = support::orq().env("OPENROUTER_MANAGEMENT_KEY", "sk-or-v1-demo").env("OPENROUTER_API_KEY", "x");
        let run = program.args(["--errors", "json", "--base-url", &base, query]).run();
        let checked = support::orq().args(["--errors", "json", "check", "-e", query]).run();
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{query}");
        assert_eq!(run.stderr, checked.stderr, "{query}");
        let answer: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(answer["errors"][0]["code"], code.id(), "{query}");
        assert!(answer["errors"][0]["span"].is_object(), "{query}");
    }
}

#[test]
fn ten_thousand_brackets_are_one_short_message() {
    let brackets = "(".repeat(10_000);
    let run = support::orq().args(["check", "-e", &brackets]).run();
    insta::assert_snapshot!(run.stderr, @r"
E0004

  × brackets are nested more than 64 deep
   ╭─[query:1:65]
 1 │ …(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((…
   ·                                                              ┬
   ·                                                              ╰── one too many
   ╰────
  help: split the expression with `derive`, or the pipeline with `let`
");
}

#[test]
fn a_long_line_is_shown_near_the_mistake_alone() {
    let query = format!("activity last 7d | where model == \"{}\" && cost > 1", "x".repeat(20_000));
    let run = support::orq().args(["check", "-e", &query]).run();
    assert!(run.stderr.len() < 1_000, "{}", run.stderr);
    assert!(run.stderr.contains("xxx\" && cost > 1"), "{}", run.stderr);
}

#[test]
fn the_words_of_a_shell_are_parted_as_by_a_shell() {
    assert_eq!(shell_words("A=1 orq 'a \"b\" | c' \"d \\\" e\" f\\ g"), ["A=1", "orq", "a \"b\" | c", "d \" e", "f g"]);
}
