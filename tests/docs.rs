//! Every fenced block of README.md, grammar/reference.md and examples/skill/SKILL.md runs and matches. A block is of one of these kinds:
//!
//! - `console`: commands behind `$ ` (going on behind `> `) and what they print, run in one shell, in this order;
//!   `UPDATE_DOCS=1` writes what they print now
//! - `orq`: a script, which must succeed on the demo account
//! - `toml`: a configuration, of which every profile must give a key
//! - `sh`: set-up, which is not run here, but is compared and counted

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use orq::session::CATALOG;

use crate::support::{DemoServer, NOW, copy_files, is_quiet, orq};

/// What sets everything up on a fresh machine, as the README says it.
const SET_UP: [&str; 2] = ["cargo run -- --demo 'activity last 30d | group model | sum cost | top 5'", "cargo test"];

/// Parts what one command of a shell printed from what the next one did.
const MARK: char = '\u{1e}';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Console,
    Orq,
    Toml,
    SetUp,
}

#[derive(Debug)]
struct Block {
    kind: Kind,
    /// The line of its fence, from 1.
    line: usize,
    text: String,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced blocks of a page; one of a kind that nobody knows how to test is an error.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(block), None) => block.text += &format!("{line}\n"),
            (Some(_), Some(rest)) => {
                assert_eq!(rest, "", "line {}: a block is not closed", at + 1);
                blocks.extend(open.take());
            }
            (None, Some(language)) => {
                let kind = match language {
                    "console" => Kind::Console,
                    "orq" => Kind::Orq,
                    "toml" => Kind::Toml,
                    "sh" => Kind::SetUp,
                    other => panic!("line {}: nobody knows how to test a block of `{other}`", at + 1),
                };
                open = Some(Block { kind, line: at + 1, text: String::new() });
            }
            (None, None) => assert!(!line.contains("```"), "line {}: a fence within a line", at + 1),
        }
    }
    assert!(open.is_none(), "the last block is not closed");
    blocks
}

/// The blocks of one kind; their number is given, so that none can be lost.
fn blocks_of(kind: Kind, page: &str, at_least: usize) -> Vec<Block> {
    let found: Vec<Block> = blocks(page).into_iter().filter(|block| block.kind == kind).collect();
    assert!(found.len() >= at_least, "{} blocks of {kind:?}, not {at_least}", found.len());
    found
}

/// A shell in an empty directory, where `orq` is this program, far from the user's keys.
fn shell(script: &str, home: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_orq"));
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", script])
        .env_clear()
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .env("ORQ_NOW", NOW)
        .current_dir(home)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(is_quiet(&told), "{script}\n{told}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands of a `console` block, as they are written.
fn commands(block: &Block) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in block.text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push(command.to_string());
        } else if let (true, Some(more)) = (goes_on, line.strip_prefix("> ")) {
            let command = commands.last_mut().unwrap();
            *command += &format!("\n{more}");
        }
        goes_on = line.starts_with("$ ") || goes_on && line.starts_with("> ");
    }
    assert!(!commands.is_empty(), "line {}: no command", block.line);
    commands
}

/// The block as it is when its commands are run now.
fn run_again(block: &Block) -> String {
    let home = tempfile::tempdir().unwrap();
    copy_files(home.path());
    let commands = commands(block);
    // `$?` is the command's own in the one that follows.
    let step = |command: &String| format!("{{ {command}\n}} 2>&1\nstatus=$?; printf '\\036'; (exit $status)\n");
    let printed = shell(&commands.iter().map(step).collect::<String>(), home.path());
    let printed: Vec<&str> = printed.split_terminator(MARK).collect();
    assert_eq!(printed.len(), commands.len(), "{printed:?}");
    let mut text = String::new();
    for (command, printed) in commands.iter().zip(printed) {
        text += &format!("$ {}\n", command.replace('\n', "\n> "));
        for line in printed.trim_end().lines() {
            text += &format!("{}\n", line.trim_end());
        }
    }
    text
}

#[test]
fn console_blocks_of_the_readme_show_what_is_printed() {
    let blocks = blocks_of(Kind::Console, &read("README.md"), 8);
    assert!(blocks.iter().map(|block| commands(block).len()).sum::<usize>() >= 10 + 7);
    assert_printed("README.md", &blocks);
}

/// The console blocks of a page show what is printed now; with `UPDATE_DOCS` they are written anew.
fn assert_printed(name: &str, blocks: &[Block]) {
    let mut page = read(name);
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut failures = String::new();
    for block in blocks {
        let now = run_again(block);
        if update {
            page = page.replace(&format!("```console\n{}```", block.text), &format!("```console\n{now}```"));
        } else if now != block.text {
            failures += &format!("line {}\n--- written\n{}--- printed\n{now}\n", block.line, block.text);
        }
    }
    if update {
        std::fs::write(path(name), page).unwrap();
    }
    assert!(failures.is_empty(), "UPDATE_DOCS=1 writes what is printed\n{failures}");
}

#[test]
fn the_first_screen_of_the_readme_answers_a_query() {
    let page = read("README.md");
    let first = &blocks(&page)[0];
    assert_eq!(first.kind, Kind::Console);
    assert!(first.line < 10 && first.text.contains("anthropic/claude-sonnet-4.5  $"), "{first:?}");
}

#[test]
fn scripts_of_the_readme_run_on_the_demo_account() {
    run_all(&blocks_of(Kind::Orq, &read("README.md"), 1));
}

#[test]
fn scripts_of_the_reference_run_on_the_demo_account() {
    let at_least = CATALOG.sources.len() + CATALOG.verbs.len() + 2;
    let page = std::fs::read_to_string(path("grammar/reference.md")).unwrap_or_else(|_| orq::cli::reference(&CATALOG));
    run_all(&blocks_of(Kind::Orq, &page, at_least));
}

/// Each block as a script on standard input.
fn run_all(blocks: &[Block]) {
    let mut failures = String::new();
    for block in blocks {
        let run = orq().with_files().args(["--demo"]).stdin(&block.text).run();
        if run.code != 0 || run.stdout.is_empty() {
            failures += &format!("line {}\n{}{}\n", block.line, block.text, run.stderr);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn set_up_is_two_commands_and_the_gate_runs_the_one_that_tests() {
    let blocks = blocks_of(Kind::SetUp, &read("README.md"), 1);
    let commands: Vec<&str> = blocks.iter().flat_map(|block| block.text.lines()).collect();
    assert_eq!(commands, SET_UP);
    let gate = read(".ci/run");
    assert!(gate.lines().any(|line| line == "cargo test"), "{gate}");
}

#[test]
fn the_set_up_command_that_asks_the_demo_account_answers() {
    let home = tempfile::tempdir().unwrap();
    let (program, query) = SET_UP[0].split_once(" -- ").unwrap();
    assert_eq!(program, "cargo run");
    let printed = shell(&format!("orq {query}"), home.path());
    assert_eq!(printed.lines().count(), 2 + 5, "{printed}");
}

/// The commands that stand in code in the second column of the helper's table, and the helper's in the first.
fn helper_rows(page: &str) -> Vec<(String, String)> {
    let code = |cell: &str| Some(cell.split_once('`')?.1.rsplit_once('`')?.0.replace("\\|", "|"));
    let table = page.lines().skip_while(|line| *line != "| helper | orq |").skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| {
        let (helper, ours) = row.trim_matches('|').split_once(" | ")?;
        Some((helper.trim().trim_matches('`').to_string(), code(ours)?))
    })
    .collect()
}

#[test]
fn each_command_of_the_python_helper_has_a_line_of_orq_that_runs() {
    let rows = helper_rows(&read("README.md"));
    let helper: BTreeSet<&str> = rows.iter().map(|(helper, _)| helper.as_str()).collect();
    for command in ["activity", "activity --summary", "activity --csv", "credits", "keys", "generation ID", "--raw"] {
        assert!(helper.contains(command), "{command}: {helper:?}");
    }
    let home = tempfile::tempdir().unwrap();
    for (_, ours) in rows {
        let query = ours.strip_prefix("orq ").unwrap();
        let printed = shell(&format!("orq --demo {query} && printf fine"), home.path());
        assert!(printed.ends_with("fine") && printed.lines().count() > 1, "{ours}\n{printed}");
    }
}

const SKILL: &str = "examples/skill/SKILL.md";

#[test]
fn console_blocks_of_the_skill_show_what_is_printed() {
    assert_printed(SKILL, &blocks_of(Kind::Console, &read(SKILL), 2));
}

#[test]
fn the_skill_says_first_what_it_is_called_and_when_it_is_used() {
    let page = read(SKILL);
    let (front, body) = page.strip_prefix("---\n").and_then(|page| page.split_once("\n---\n")).unwrap();
    let fields: Vec<(&str, &str)> = front.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let [("name", name), ("description", description)] = fields.as_slice() else { panic!("{fields:?}") };
    assert!(name.len() <= 64 && name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
    assert!(description.chars().count() <= 1024, "{} characters", description.chars().count());
    for trigger in ["OpenRouter usage", "spend", "credits", "keys", "cost report", "generation"] {
        assert!(description.to_lowercase().contains(&trigger.to_lowercase()), "{trigger}");
    }
    assert!(body.lines().count() < 120, "what is loaded for each question is short");
    assert!(!page.contains("sk-or-"));
}

/// The codes in backticks of a line of a table, its own `|` as they are meant.
fn codes(line: &str) -> Vec<String> {
    line.split('`').skip(1).step_by(2).map(|code| code.replace("\\|", "|")).collect()
}

#[test]
fn each_query_of_the_skill_answers() {
    let page = read(SKILL);
    let table = page.lines().skip_while(|line| *line != "| question | query |").skip(2);
    let table: Vec<&str> = table.take_while(|line| line.starts_with('|')).collect();
    assert!(table.len() >= 10, "{} rows", table.len());
    for line in table {
        let codes = codes(line);
        let (first, others) = codes.split_first().unwrap();
        // What stands behind the query are other keys for the same.
        let mut queries = vec![first.clone()];
        for key in others {
            let (source, behind) = first.split_once(" | group ").unwrap();
            let (_, behind) = behind.split_once(" | ").unwrap();
            queries.push(format!("{source} | {key} | {behind}"));
        }
        for query in queries {
            let run = orq().args(["--demo", "-f", "json", &query]).run();
            assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
            let rows: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).unwrap();
            assert!(!rows.is_empty(), "{query}");
        }
    }
}

#[test]
fn what_the_skill_says_of_exit_codes_is_what_the_readme_says() {
    let listed = |page: &str| -> Vec<String> {
        let rows = page.lines().skip_while(|line| !line.starts_with("| exit code |")).skip(2);
        rows.take_while(|line| line.starts_with('|'))
            .map(|row| row.split('|').nth(1).unwrap().trim().to_string())
            .collect()
    };
    let codes = listed(&read(SKILL));
    assert_eq!(codes, ["0", "1", "2", "3", "4", "5", "6"]);
    assert_eq!(codes, listed(&read("README.md")));
}

#[test]
fn commands_and_ranges_of_the_skill_work() {
    for arguments in [
        vec!["describe"],
        vec!["describe", "activity"],
        vec!["check", "-e", "activity last 7d | group model | sum cost | top 5"],
        vec!["explain", "activity last 7d | group model | sum cost | top 5"],
        vec!["explain", "E0103"],
        vec!["--demo", "activity today | sum cost"],
        vec!["--demo", "analytics last 24h | sum cost"],
        vec!["--demo", "--tz", "Europe/Berlin", "activity last 2d | sum cost"],
        vec!["--demo", "activity last 14d | group key, key_hash | sum cost"],
        vec!["--demo", "-f", "markdown", "activity last 2w | sum cost"],
    ] {
        let run = orq().args(arguments.iter().copied()).run();
        assert!(run.code == 0 && !run.stdout.is_empty(), "{arguments:?}\n{}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn profiles_of_the_readme_give_a_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = DemoServer::start(NOW, "");
    for block in blocks_of(Kind::Toml, &read("README.md"), 1) {
        let config: toml::Table = block.text.parse().unwrap();
        let profiles = config["profiles"].as_table().unwrap();
        assert!(!profiles.is_empty());
        for name in profiles.keys() {
            let program = orq().args(["--base-url", &server.base_url, "--profile", name, "-f", "csv", "credits"]);
            let home = program.home.path().to_path_buf();
            // What the page takes for granted: a program that prints the key, and a file that holds it.
            for (file, text, mode) in [
                ("bin/pass", format!("#!/bin/sh\necho {}\n", orq::demo::MANAGEMENT_KEY), 0o700),
                ("keys/openrouter", orq::demo::MANAGEMENT_KEY.to_string(), 0o600),
                ("config.toml", block.text.clone(), 0o600),
            ] {
                let path = home.join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, text).unwrap();
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            }
            let path = format!("{}:/usr/bin:/bin", home.join("bin").display());
            let run = program.env("ORQ_CONFIG_DIR", &home.display().to_string()).env("PATH", &path).run();
            assert_eq!((run.code, run.stdout.lines().count()), (0, 2), "{name}: {}", run.stderr);
        }
    }
}
