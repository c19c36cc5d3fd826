//! The rules of the house: who may import whom, who may touch the machine, and how large a file may be.

use std::path::{Path, PathBuf};

/// The rooms from the ground up; a line of several is one level, whose rooms do not import each other.
const ORDER: &[&[&str]] = &[
    &["harmless"],
    &["span"],
    &["suggest"],
    &["types"],
    &["diagnostics"],
    &["syntax"],
    &["model"],
    &["formats", "functions", "sources", "verbs"],
    &["one_form"],
    &["check"],
    &["plan"],
    &["net"],
    &["ledger"],
    &["exec"],
    &["session"],
    &["assist"],
    &["demo"],
    &["agent"],
    &["lsp"],
    &["repl"],
    &["cli"],
];

/// More lines than this, and it is time to look for a seam.
const LONGEST: usize = 600;

/// A source file below `src`, and its code without comments.
struct File {
    /// `syntax/parse.rs`
    path: String,
    text: String,
    code: String,
}

impl File {
    /// `syntax`, for all files in it and for `syntax.rs`.
    fn room(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }

    fn is_root(&self) -> bool {
        matches!(self.path.as_str(), "main.rs" | "lib.rs")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(directory: &str) -> Vec<File> {
    let base = root().join(directory);
    let file = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        File { path: path.strip_prefix(&base).unwrap().to_string_lossy().replace('\\', "/"), text, code }
    };
    let files: Vec<File> = files_below(&base, "rs").iter().map(file).collect();
    assert!(files.len() >= 10, "only {} files below {directory}", files.len());
    files
}

/// The words after each `crate::`, also inside of braces.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        if code[..at].ends_with('$') {
            continue;
        }
        let rest = &code[at + start.len()..];
        let word = |text: &str| -> String {
            text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
        };
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(list) => {
                let end = list.find('}').unwrap();
                let flat = &list[..end];
                assert!(!flat.contains('{'), "nested braces after `crate::`: {flat}");
                found.extend(flat.split(',').map(word).filter(|name| !name.is_empty()));
            }
        }
    }
    found
}

#[test]
fn imports_are_found_in_every_form() {
    let code = "use crate::a::{b, c};\nuse crate::{d, e::f};\nlet x = crate::g::h();\nmacro($crate::i)";
    assert_eq!(imports(code), ["a", "d", "e", "g"]);
}

#[test]
fn the_rooms_of_the_crate_are_those_of_the_order() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let ordered: Vec<&str> = ORDER.iter().copied().flatten().copied().collect();
    assert_eq!(declared, ordered, "src/lib.rs lists the rooms from the ground up");
}

#[test]
fn a_room_imports_only_what_stands_below_it() {
    let level = |room: &str| ORDER.iter().position(|rooms| rooms.contains(&room));
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for file in read("src").iter().filter(|file| !file.is_root()) {
        let here = level(file.room()).unwrap_or_else(|| panic!("{} is in no room", file.path));
        for import in imports(&file.code).iter().filter(|import| *import != file.room()) {
            seen += 1;
            match level(import) {
                Some(there) if there < here => {}
                _ => wrong.push(format!("{} imports {import}", file.path)),
            }
        }
    }
    assert!(seen > 200, "only {seen} imports were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_demo_account_shares_nothing_with_what_it_tests() {
    let files = read("src");
    let demo: Vec<&File> = files.iter().filter(|file| file.room() == "demo").collect();
    assert!(demo.len() > 15);
    for file in demo {
        let others: Vec<String> = imports(&file.code).into_iter().filter(|import| import != "demo").collect();
        assert!(others.is_empty(), "{} imports {others:?}", file.path);
    }
}

/// Each library is used in one room, so that it can be exchanged there.
#[test]
fn a_library_has_one_room() {
    let homes: &[(&str, &[&str])] = &[
        ("pest", &["syntax"]),
        ("pest_derive", &["syntax"]),
        ("polars", &["exec"]),
        ("glob", &["exec"]),
        ("flate2", &["exec"]),
        ("zstd", &["exec"]),
        ("memchr", &["exec"]),
        ("tempfile", &["exec"]),
        ("reqwest", &["net"]),
        ("secrecy", &["net"]),
        ("toml", &["net"]),
        ("axum", &["demo"]),
        ("miette", &["diagnostics"]),
        ("comfy_table", &["formats"]),
        ("strsim", &["suggest"]),
        ("regex", &["check", "net"]),
        ("clap", &["cli"]),
        ("clap_complete", &["cli"]),
        ("clap_mangen", &["cli"]),
        ("similar", &["cli"]),
        ("indicatif", &["cli"]),
        ("terminal_size", &["cli"]),
        ("rustyline", &["repl"]),
        ("crossterm", &["repl"]),
        ("directories", &["net", "repl"]),
        ("rmcp", &["agent"]),
        ("quick_junit", &["cli"]),
        ("lsp_server", &["lsp"]),
        ("lsp_types", &["lsp"]),
    ];
    let files = read("src");
    for (library, rooms) in homes {
        let users: Vec<&File> = files.iter().filter(|file| uses(&file.code, library)).collect();
        assert!(!users.is_empty(), "nobody uses {library}");
        for file in users {
            assert!(rooms.contains(&file.room()), "{} uses {library}, which belongs into {rooms:?}", file.path);
        }
    }
}

fn uses(code: &str, library: &str) -> bool {
    let path = format!("{library}::");
    let before = |at: usize| code[..at].chars().next_back();
    code.match_indices(&path)
        .any(|(at, _)| !before(at).is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':' || c == '.'))
}

/// Files, sockets, the environment and the clock are touched in few places; parse, check and plan are pure.
#[test]
fn the_machine_is_touched_in_few_places() {
    let homes: &[(&str, &[&str])] = &[
        (
            "std::fs",
            &[
                "agent/scripts.rs",
                "exec/kept.rs",
                "exec/load.rs",
                "exec/permissions.rs",
                "exec/save.rs",
                "exec/readers/",
                "ledger/",
                "net/credentials/",
                "net/meta.rs",
                "net/names.rs",
                "net/recording/files.rs",
                "cli/beside.rs",
                "cli/commands.rs",
                "cli/doctor/",
                "cli/many/paths.rs",
                "cli/prompt.rs",
                "cli/sandbox.rs",
                "cli/snapshot.rs",
                "repl/history.rs",
                "repl/pager.rs",
            ],
        ),
        (
            "OpenOptions",
            &[
                "exec/save.rs",
                "cli/beside.rs",
                "ledger/",
                "cli/doctor/",
                "cli/prompt.rs",
                "net/credentials/",
                "net/meta.rs",
                "repl/history.rs",
            ],
        ),
        ("std::net", &["cli/commands.rs", "cli/start.rs", "net/", "demo/wire.rs"]),
        ("tokio::net", &["cli/start.rs", "demo/"]),
        ("std::env", &["cli/", "net/credentials/places.rs", "repl/history.rs", "repl/pager.rs", "repl/plain.rs"]),
        (
            "std::process",
            &[
                "exec/save.rs",
                "cli/beside.rs",
                "cli/doctor/",
                "net/credentials/",
                "net/names.rs",
                "net/recording/files.rs",
                "cli/snapshot.rs",
                "repl/pager.rs",
                "diagnostics/exit.rs",
                "main.rs",
            ],
        ),
        (
            "std::io",
            &[
                "agent/lines.rs",
                "agent/scripts.rs",
                "lsp/wire.rs",
                "exec/load.rs",
                "exec/permissions.rs",
                "exec/save.rs",
                "exec/readers/",
                "ledger/",
                "net/",
                "cli/",
                "repl/",
                "demo/",
            ],
        ),
        ("Timestamp::now", &["session.rs"]),
        ("Zoned::now", &[]),
        ("SystemTime", &[]),
        ("Instant", &["net/", "demo/", "cli/progress.rs", "cli/prompt.rs", "session/interrupt.rs"]),
        (
            "thread",
            &[
                "agent/lines.rs",
                "agent/server.rs",
                "cli/many/",
                "lsp/wire.rs",
                "cli/mod.rs",
                "exec/kept.rs",
                "session/interrupt.rs",
                "net/credentials/",
            ],
        ),
        ("println!", &["repl/"]),
        ("eprintln!", &["cli/", "repl/"]),
        ("print!", &["repl/"]),
        ("eprint!", &[]),
    ];
    let files = read("src");
    for (what, homes) in homes {
        for file in files.iter().filter(|file| touches(&file.code, what)) {
            let allowed =
                homes.iter().any(|home| file.path == *home || (home.ends_with('/') && file.path.starts_with(home)));
            assert!(allowed, "{} touches {what}, which belongs into {homes:?}", file.path);
        }
    }
    assert!(files.iter().any(|file| touches(&file.code, "Timestamp::now")), "the search finds what is there");
}

fn touches(code: &str, what: &str) -> bool {
    let wordy = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    code.match_indices(what).any(|(at, _)| {
        let (before, after) = (code[..at].chars().next_back(), code[at + what.len()..].chars().next());
        let inside_of_a_word = after.is_some_and(|c| c.is_alphanumeric() || c == '_');
        // `std::io::Error` is a value; asking for it touches nothing.
        let error = code[at + what.len()..].starts_with("::Error") || code[at + what.len()..].starts_with("::Result");
        !before.is_some_and(wordy) && !inside_of_a_word && !error
    })
}

#[test]
fn a_file_opens_with_what_it_is_and_is_read_whole() {
    for directory in ["src", "tests"] {
        for File { path, text, .. } in read(directory) {
            assert!(text.starts_with("//! "), "{directory}/{path} does not say what it is");
            let lines = text.lines().count();
            assert!(lines <= LONGEST, "{directory}/{path} has {lines} lines");
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= 200, "{directory}/{path} has a line of {widest} characters");
        }
    }
}

#[test]
fn nothing_is_left_to_do_and_no_lint_is_silenced() {
    // Put together, so that this file does not find itself.
    let forbidden = [
        ["#[", "allow"],
        ["#![", "allow"],
        ["todo", "!"],
        ["unimplemented", "!"],
        ["TO", "DO"],
        ["FIX", "ME"],
        ["XX", "X"],
    ];
    for directory in ["src", "tests"] {
        for File { path, text, .. } in read(directory) {
            for word in forbidden.map(|parts| parts.concat()) {
                assert!(!text.contains(&word), "{directory}/{path} has `{word}`");
            }
        }
    }
}

/// Errors say what is wrong; a panic says nothing to who asked.
#[test]
fn a_lint_is_expected_only_with_a_reason() {
    let mut seen = 0;
    for File { path, code, .. } in read("src") {
        for (at, _) in code.match_indices("#[expect(") {
            seen += 1;
            let end = code[at..].find(")]").unwrap();
            assert!(code[at..at + end].contains("reason"), "src/{path} expects a lint without a reason");
        }
    }
    assert!(seen > 0);
}

/// Names that no text can write are made in one place, so that no two purposes meet. The parser has a character that fits
/// nowhere in a text, which is no name.
#[test]
fn hidden_names_are_made_in_one_file() {
    let mut seen = Vec::new();
    for File { path, code, .. } in read("src") {
        if ["\\u{1}", "\\u{2}", "\\x01", "\\x02"].iter().any(|mark| code.contains(mark)) {
            seen.push(path);
        }
    }
    assert_eq!(seen, ["model/hidden.rs", "syntax/parse.rs"]);
}

/// Each purpose has one file that makes names of it, or the columns of one step may be taken for those of another.
#[test]
fn a_purpose_of_hidden_names_is_that_of_one_room() {
    let mut homes: Vec<(String, String)> = Vec::new();
    for File { path, code, .. } in read("src") {
        for part in code.split("Hidden::new(\"").skip(1) {
            let purpose = part.split('"').next().unwrap().to_string();
            assert!(
                !purpose.ends_with(|c: char| c.is_ascii_digit()),
                "src/{path}: `{purpose}` ends as a numbered name does"
            );
            homes.push((purpose, path.clone()));
        }
    }
    assert!(homes.len() > 10, "{homes:?}");
    homes.sort();
    let twice: Vec<_> = homes.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn the_words_of_the_grammar_are_those_that_are_written_in_backticks() {
    let grammar = include_str!("../grammar/orq.pest");
    let rule = grammar.split("\nreserved ").nth(1).unwrap().split("}").next().unwrap();
    let mut words: Vec<&str> = rule.split('"').skip(1).step_by(2).collect();
    words.sort_unstable();
    assert!(words.len() > 10);
    assert_eq!(words, orq::syntax::format::RESERVED);
}
