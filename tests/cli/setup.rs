//! `init`, `doctor`, `completions` and `man`: from nothing to the first own question.

use orq::diagnostics::Exit;
use orq::model::request::KeyKind;
use orq::session::CATALOG;

use super::*;
use crate::support::DemoServer;

const MANAGEMENT: &str = "OPENROUTER_MANAGEMENT_KEY";
const API: &str = "OPENROUTER_API_KEY";

/// With its configuration below the run's directory, so that runs of one directory share it.
fn set_up(orq: Orq) -> Orq {
    let directory = orq.home.path().join("conf/orq");
    orq.env("ORQ_CONFIG_DIR", directory.to_str().unwrap())
}

/// In a directory that is there already.
fn again(first: &Orq, arguments: &[&str]) -> Run {
    let directory = first.home.path().join("conf/orq");
    let home = first.home.path().to_str().unwrap();
    orq().args(arguments.iter().copied()).env("ORQ_CONFIG_DIR", directory.to_str().unwrap()).env("HOME", home).run()
}

fn text_of(orq: &Orq, name: &str) -> String {
    fs::read_to_string(orq.home.path().join("conf/orq").join(name)).unwrap()
}

#[test]
fn init_writes_a_configuration_for_its_owner_alone() {
    let home = set_up(orq());
    let run = again(&home, &["--demo", "init"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("config.toml` is written"), "{}", run.stdout);
    let text = text_of(&home, "config.toml");
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "{text}");
    assert!(!text.contains("sk-or-"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| fs::metadata(home.home.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("conf/orq"), mode("conf/orq/config.toml")), (0o700, 0o600));
    }
}

/// Each example of the file is one that works, once its mark is taken away.
#[test]
fn the_examples_of_the_configuration_are_understood() {
    let home = set_up(orq());
    again(&home, &["--demo", "init"]);
    let uncommented: Vec<String> = text_of(&home, "config.toml")
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with('[') || line.contains(" = "))
        .map(str::to_string)
        .collect();
    assert!(uncommented.iter().filter(|line| line.starts_with('[')).count() >= 2, "{uncommented:?}");
    assert!(uncommented.iter().any(|line| line.contains("_key_command")), "{uncommented:?}");
    fs::write(home.home.path().join("conf/orq/config.toml"), uncommented.join("\n")).unwrap();
    for profile in ["default", "work"] {
        let run = again(&home, &["--demo", "--profile", profile, "doctor"]);
        assert_eq!(run.code, 0, "{}", run.stdout);
        assert!(run.stdout.starts_with("ok ") && run.stdout.contains("profiles default, work"), "{}", run.stdout);
    }
    let run = again(&home, &["--demo", "--profile", "wrok", "doctor"]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert!(run.stdout.starts_with("wrong  configuration") && run.stdout.contains("did you mean"), "{}", run.stdout);
}

#[test]
fn init_keeps_what_is_there() {
    let home = with_files(set_up(orq()), &[("conf/orq/config.toml", "[profiles.mine]\n")]);
    let run = again(&home, &["--demo", "init"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("stays as it is"), "{}", run.stdout);
    assert_eq!(text_of(&home, "config.toml"), "[profiles.mine]\n");
    let run = again(&home, &["--demo", "init", "--force"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(text_of(&home, "config.toml.old"), "[profiles.mine]\n");
    let written = text_of(&home, "config.toml");
    assert!(written.starts_with("# "), "{written}");
    // What an earlier one kept is not written over.
    let run = again(&home, &["--demo", "init", "--force"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stderr.starts_with("E0701") && run.stderr.contains("config.toml.old"), "{}", run.stderr);
    assert_eq!(text_of(&home, "config.toml.old"), "[profiles.mine]\n");
    assert_eq!(text_of(&home, "config.toml"), written);
}

#[cfg(unix)]
#[test]
fn init_follows_no_link_into_another_file() {
    let home = with_files(set_up(orq()), &[("conf/orq/other", "mine\n")]);
    std::os::unix::fs::symlink("gone", home.home.path().join("conf/orq/config.toml")).unwrap();
    let run = again(&home, &["--demo", "init"]);
    assert_eq!(run.code, 0);
    assert!(!home.home.path().join("conf/orq/gone").exists(), "{}", run.stdout);
}

#[test]
fn init_says_which_sources_the_keys_open() {
    let demo = DemoServer::start(NOW, "");
    let init = |name: &str, key: &str| set_up(orq()).args(["--base-url", &demo.base_url, "init"]).env(name, key).run();
    let opened = |kind: KeyKind| -> Vec<&str> {
        let online = CATALOG.sources.iter().filter(|def| def.name != "read");
        online.filter(|def| def.key == kind || def.key == KeyKind::Either).map(|def| def.name).collect()
    };
    for (name, key, kind) in [
        (MANAGEMENT, orq::demo::MANAGEMENT_KEY, KeyKind::Management),
        (API, orq::demo::API_KEY, KeyKind::Api),
        // A key in the wrong place is what it is.
        (API, orq::demo::MANAGEMENT_KEY, KeyKind::Management),
        (MANAGEMENT, orq::demo::API_KEY, KeyKind::Api),
    ] {
        let run = init(name, key);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        let names = opened(kind);
        assert!(names.len() > 8);
        let line = format!("\n  {}\n", names.join(" "));
        assert!(run.stdout.contains(&line), "{name}: {line}{}", run.stdout);
        assert!(run.stdout.contains(&format!("from the environment variable {name}")), "{}", run.stdout);
        assert!(!run.stdout.contains(key) && !run.stdout.contains("sk-or-"), "{}", run.stdout);
    }
}

#[test]
fn init_without_a_key_says_where_one_goes() {
    let run = set_up(orq()).args(["init"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for text in [MANAGEMENT, API, "none is found", "orq --demo '", "orq doctor"] {
        assert!(run.stdout.contains(text), "{text}: {}", run.stdout);
    }
}

#[test]
fn init_fails_where_nothing_can_be_written() {
    let run = orq().args(["--demo", "init"]).env("ORQ_CONFIG_DIR", "/dev/null/orq").run();
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.starts_with("E0701") && run.stderr.contains("ORQ_CONFIG_DIR"), "{}", run.stderr);
}

/// The checks of a run, by their names.
fn checks(run: &Run) -> Value {
    let rows: Vec<Value> = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout));
    assert_eq!(run.stderr, "");
    for row in &rows {
        let names: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(names, ["check", "state", "detail", "help"], "{row}");
        assert!(["ok", "warn", "wrong"].contains(&row["state"].as_str().unwrap()), "{row}");
        assert!(!row.to_string().contains("sk-or-"), "{row}");
        assert_eq!(row["state"] == "ok", row["help"].is_null(), "what is not well has a help: {row}");
    }
    assert!(rows.len() >= 9, "{rows:?}");
    rows.iter().map(|row| (row["check"].as_str().unwrap().to_string(), row.clone())).collect()
}

fn doctor(orq: Orq, base_url: &str) -> Run {
    set_up(orq).args(["--base-url", base_url, "--retries", "0", "-f", "json", "doctor"]).run()
}

#[test]
fn all_is_well_on_the_demo_account() {
    let run = set_up(orq()).args(["--demo", "-f", "json", "doctor"]).run();
    assert_eq!(run.code, 0);
    let checks = checks(&run);
    for (name, check) in checks.as_object().unwrap() {
        assert_eq!(check["state"], "ok", "{name}: {check}");
    }
}

#[test]
fn one_kind_of_key_is_enough_and_its_lack_is_named() {
    let demo = DemoServer::start(NOW, "");
    let run = doctor(orq().env(MANAGEMENT, orq::demo::MANAGEMENT_KEY), &demo.base_url);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let checks = checks(&run);
    assert_eq!(checks["management key"]["state"], "ok");
    assert_eq!(checks["API key"]["state"], "warn");
    assert!(checks["API key"]["help"].as_str().unwrap().contains(API));
    assert_eq!(checks["sources"]["state"], "warn");
    for def in CATALOG.sources.iter().filter(|def| def.name != "read") {
        let (_, opens) = checks["sources"]["help"].as_str().unwrap().split_once(" opens ").unwrap();
        let named = opens.split(' ').any(|word| word == def.name);
        assert_eq!(named, def.key == KeyKind::Api, "{}", def.name);
    }
}

#[test]
fn no_key_a_wrong_one_and_one_of_the_wrong_kind_fail() {
    let demo = DemoServer::start(NOW, "");
    let run = doctor(orq(), &demo.base_url);
    assert_eq!(run.code, 4);
    let none = checks(&run);
    assert_eq!(none["management key"]["state"], "wrong");
    assert_eq!(none["API"]["state"], "warn", "nobody was asked");

    let run = doctor(orq().env(MANAGEMENT, "sk-or-v1-nobody-has-this-one"), &demo.base_url);
    assert_eq!(run.code, 4);
    let wrong = checks(&run);
    assert_eq!(wrong["management key"]["state"], "wrong");
    assert!(wrong["management key"]["detail"].as_str().unwrap().contains("does not accept"), "{wrong}");
    assert_eq!(wrong["API"]["state"], "ok", "it answered");

    let run = doctor(orq().env(MANAGEMENT, orq::demo::API_KEY), &demo.base_url);
    assert_eq!(run.code, 4);
    let mixed = checks(&run);
    assert!(mixed["management key"]["detail"].as_str().unwrap().contains("other kind"), "{mixed}");
}

#[test]
fn a_bare_key_is_what_the_api_says() {
    let demo = DemoServer::start(NOW, "");
    for (key, kind, other) in
        [(orq::demo::MANAGEMENT_KEY, "management key", "API key"), (orq::demo::API_KEY, "API key", "management key")]
    {
        let orq = with_files(orq(), &[("k", key)]).args(["--key-file", "k"]);
        let run = doctor(orq, &demo.base_url);
        let checks = checks(&run);
        assert!(checks[kind]["detail"].as_str().unwrap().contains("from the file"), "{checks}");
        assert_eq!(checks[other]["detail"], "none is found", "{checks}");
        assert_eq!(run.code, 0, "{checks}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let demo = DemoServer::start(NOW, "");
    for (mode, state) in [(0o644, "warn"), (0o600, "ok")] {
        let orq = with_files(orq(), &[("k", orq::demo::MANAGEMENT_KEY)]).args(["--key-file", "k"]);
        fs::set_permissions(orq.home.path().join("k"), fs::Permissions::from_mode(mode)).unwrap();
        let run = doctor(orq, &demo.base_url);
        assert_eq!(checks(&run)["management key"]["state"], state);
    }
}

#[test]
fn an_api_that_is_not_there_is_told_once() {
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/api/v1", listener.local_addr().unwrap())
    };
    let run = doctor(orq().env(MANAGEMENT, orq::demo::MANAGEMENT_KEY).env(API, orq::demo::API_KEY), &gone);
    assert_eq!(run.code, 4);
    let checks = checks(&run);
    assert_eq!(checks["API"]["state"], "wrong");
    assert!(checks["API"]["detail"].as_str().unwrap().contains("refuses the connection"), "{checks}");
    assert_eq!(checks["management key"]["state"], "warn");
}

/// Where `/key` does not take a management key, a list that wants one shows what it is.
#[test]
fn a_management_key_that_key_does_not_take_is_shown_by_a_list() {
    let server = Server::of_paths([
        ("/key", Reply::error(403, "Management keys cannot perform this operation")),
        ("/keys", Reply::data(json!([]))),
    ]);
    let run = doctor(orq().env(MANAGEMENT, "sk-or-v1-0123456789abcdef"), &server.base_url);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert_eq!(checks(&run)["management key"]["state"], "ok");
    assert_eq!(server.targets(), ["/key", "/keys"]);
}

#[test]
fn the_clock_is_held_against_the_one_of_the_api() {
    for (date, state, text) in [
        ("Thu, 19 Feb 2026 09:00:20 GMT", "ok", "as the API's"),
        ("Thu, 19 Feb 2026 10:30:00 GMT", "warn", "1h 30m behind the API's"),
        ("Thu, 19 Feb 2026 08:58:00 GMT", "warn", "2m ahead of the API's"),
    ] {
        let key = Reply::data(json!({ "is_management_key": true, "limit": null }));
        let server = Server::of_paths([("/key", key.header(&format!("Date: {date}")))]);
        let run = doctor(orq().env(MANAGEMENT, "sk-or-v1-0123456789abcdef"), &server.base_url);
        let checks = checks(&run);
        assert_eq!(checks["clock"]["state"], state, "{checks}");
        assert!(checks["clock"]["detail"].as_str().unwrap().ends_with(text), "{checks}");
        assert_eq!(run.code, 0, "a clock alone fails nothing");
    }
}

#[test]
fn the_limit_of_a_key_is_told_and_nothing_hostile_reaches_the_terminal() {
    let key = json!({
        "label": "sk-or-v1-abc...xyz",
        "is_management_key": false,
        "limit": 20.0,
        "limit_remaining": 12.5,
        "limit_reset": "weekly\u{1b}[31m",
        "expires_at": "2027-01-01T00:00:00Z",
    });
    let server = Server::of_paths([("/key", Reply::data(key))]);
    let run = set_up(server.orq(["doctor"])).env(API, "sk-or-v1-0123456789abcdef").run();
    let line = run.stdout.lines().find(|line| line.contains("  API key  ")).unwrap();
    assert!(line.contains("; $12.50 left of $20.00 weekly") && line.contains("; ends 2027-01-01"), "{line}");
    assert!(!run.stdout.contains('\u{1b}') && !run.stdout.contains("sk-or-"), "{}", run.stdout);
}

#[test]
fn trouble_of_this_machine_ends_with_1() {
    let broken = with_files(set_up(orq()), &[("conf/orq/config.toml", "[profiles\n")]);
    let run = again(&broken, &["--demo", "-f", "json", "doctor"]);
    assert_eq!(run.code, 1);
    let checks_of = checks(&run);
    assert_eq!(checks_of["configuration"]["state"], "wrong");
    assert!(checks_of["configuration"]["detail"].as_str().unwrap().contains("line 1"), "{checks_of}");
    let run = again(&broken, &["-f", "json", "doctor"]);
    assert_eq!((run.code, checks(&run)["API key"]["state"].as_str()), (1, Some("warn")), "it is told once");
    let run = set_up(orq()).args(["--demo", "-f", "json", "doctor"]).env("ORQ_CACHE_DIR", "/dev/null/cache").run();
    assert_eq!(run.code, 1);
    assert_eq!(checks(&run)["cache"]["state"], "wrong");
}

#[test]
fn doctor_leaves_nothing_behind() {
    let home = set_up(orq());
    let run = again(&home, &["--demo", "doctor"]);
    assert_eq!(run.code, 0);
    assert_eq!(fs::read_dir(home.home.path()).unwrap().count(), 0, "{}", run.stdout);
}

#[test]
fn doctor_knows_two_formats() {
    let run = run(["--demo", "-f", "csv", "doctor"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.starts_with("E0801") && run.stderr.contains("-f json"), "{}", run.stderr);
}

#[test]
fn completions_of_every_shell_have_all_commands_and_sources() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(["completions", shell]);
        assert_eq!((script.code, script.stderr.as_str()), (0, ""), "{shell}");
        let has = |word: &str| {
            let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            script.stdout.match_indices(word).any(|(at, _)| {
                !script.stdout[..at].ends_with(part) && !script.stdout[at + word.len()..].starts_with(part)
            })
        };
        for command in orq::cli::commands() {
            let word = command.split(' ').next().unwrap();
            assert!(has(word), "{shell} lacks {word}");
        }
        for def in CATALOG.sources {
            assert!(has(def.name), "{shell} lacks {}", def.name);
        }
        // The others are not told which values an option has.
        for def in CATALOG.formats.iter().filter(|_| ["bash", "fish", "zsh"].contains(&shell)) {
            assert!(has(def.name), "{shell} lacks {}", def.name);
        }
        assert!(has("--max-calls") || has("max-calls"), "{shell}");
    }
    let unknown = run(["completions", "tcsh"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("bash") && unknown.stderr.contains("fish"), "{}", unknown.stderr);
}

#[test]
fn the_man_page_has_every_command_exit_code_and_option() {
    let page = run(["man"]).stdout.replace("\\-", "-");
    for section in ["NAME", "SYNOPSIS", "COMMANDS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"] {
        assert!(page.lines().any(|line| line.trim_start_matches(".SH ").trim_matches('"') == section), "{section}");
    }
    for command in orq::cli::commands() {
        assert!(page.contains(&format!("\\fBorq {command}\\fR")), "{command}");
    }
    let help = run(["--help"]).stdout;
    let options: Vec<&str> = help.split_whitespace().filter(|word| word.starts_with("--")).collect();
    assert!(options.len() > 15);
    for option in options.iter().filter(|option| option.chars().all(|c| c.is_ascii_lowercase() || c == '-')) {
        assert!(page.contains(*option), "{option}");
    }
    for exit in Exit::ALL {
        assert!(page.contains(&format!("\\fB{}\\fR\n{}", *exit as u8, exit.meaning())), "{exit:?}");
    }
    for name in [MANAGEMENT, API, "ORQ_CONFIG_DIR", "ORQ_CACHE_DIR", "ORQ_NOW", "NO_COLOR", "config.toml"] {
        assert!(page.contains(name), "{name}");
    }
}

/// One meaning of a code, wherever it is told.
#[test]
fn exit_codes_are_those_of_the_readme() {
    let readme = include_str!("../../README.md");
    for exit in Exit::ALL {
        let row = format!("| {} | {} |", *exit as u8, exit.meaning());
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn help_begins_with_queries_that_work() {
    let help = run(["--help"]).stdout;
    let (before, _) = help.split_once("Usage:").unwrap();
    let queries: Vec<&str> =
        before.lines().filter_map(|line| line.strip_prefix("  orq --demo '")?.strip_suffix('\'')).collect();
    assert_eq!(queries.len(), 3, "{help}");
    for query in queries {
        let run = demo(query);
        assert_eq!(run.code, 0, "{query}: {}", run.stderr);
    }
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    assert!(help.lines().count() <= 80, "{help}");
}
