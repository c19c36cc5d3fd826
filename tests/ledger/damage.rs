//! What goes wrong: the old state stands, the message says what it is, and nothing is deleted.

use std::fs::File;

use super::*;

const SINCE: [&str; 2] = ["--since", "2026-02-08"];
const QUERY: &str = "activity from 2026-02-08 to 2026-02-18 | group key | sum cost";

/// A small ledger.
fn small() -> Data {
    let data = Data::new();
    let run = data.sync(&ACCOUNT, SINCE);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    data
}

/// What the query must give, whatever is kept.
fn answer(data: &Data) -> Run {
    let run = data.orq(&ACCOUNT.base_url, ["-f", "csv", QUERY]).run();
    let expected = data.orq(&ACCOUNT.base_url, ["--no-ledger", "-f", "csv", QUERY]).run();
    assert_eq!((run.code, expected.code), (0, 0), "{}", run.stderr);
    assert_eq!(run.stdout, expected.stdout);
    run
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = small();
    let mut seen = 0;
    below(&data.0.path().join("ledger"), &mut |path| {
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        seen += 1;
    });
    assert!(seen >= 7, "{seen}");
}

#[test]
fn no_key_and_no_name_of_an_account_is_in_it() {
    let data = small();
    for (path, bytes) in data.files().into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "json"))
    {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("sk-or-") && !text.contains("user_"), "{}: {text}", path.display());
    }
}

/// Each path of the API fails once; what was fetched before stays.
#[test]
fn a_sync_that_fails_is_finished_by_the_next() {
    let expected = small().kept();
    for fault in ["500=1", "drop=1", "truncate=1", "429=1"] {
        let (data, server) = (Data::new(), DemoServer::start(NOW, fault));
        let mut failures = 0;
        loop {
            let run = data.orq(&server.base_url, ["--retries", "0", "sync"].into_iter().chain(SINCE)).run();
            if run.code == 0 {
                break;
            }
            failures += 1;
            assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{fault}: {}", run.stderr);
            assert!(
                ["E0503", "E0504", "E0505", "E0506"].iter().any(|code| run.stderr.starts_with(code)),
                "{}",
                run.stderr
            );
            if data.0.path().join("ledger").exists() {
                data.ledger();
            }
            assert!(failures < 20, "{}", run.stderr);
        }
        assert!(failures >= 3, "{fault}: only {failures} failures");
        assert_eq!(data.kept(), expected, "{fault}");
    }
}

#[test]
fn a_server_that_is_gone_changes_nothing() {
    let data = small();
    let before = data.files();
    let run = data.orq(NOBODY, ["--retries", "0", "sync"]).run();
    assert_eq!(run.code, 4);
    assert_eq!(data.files(), before);
}

/// As on a disk that is full: no file may grow beyond a limit.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let data = small();
    let before = data.kept();
    let orq = data.orq(&ACCOUNT.base_url, ["sync"].into_iter().chain(SINCE));
    let mut command = std::process::Command::new("sh");
    let program = orq.command();
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    command.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("E0701") && told.contains("the ledger cannot be written"), "{told}");
    assert!(told.contains("what was kept before stands"), "{told}");
    assert_eq!(data.kept(), before);
    assert!(data.files().keys().all(|path| path.extension().is_none_or(|end| end != "part")));
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error() {
    let data = Data::new();
    fs::write(data.0.path().join("ledger"), "a file").unwrap();
    let run = data.sync(&ACCOUNT, SINCE);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.told().contains("the ledger cannot be written"), "{}", run.stderr);
    assert_eq!(fs::read(data.0.path().join("ledger")).unwrap(), b"a file");
}

#[test]
fn two_syncs_do_not_write_at_once() {
    let data = small();
    let before = data.kept();
    let lock = File::options().write(true).open(data.account().join("lock")).unwrap();
    lock.lock().unwrap();
    let run = data.sync(&ACCOUNT, SINCE);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.told().contains("another `orq sync` writes the ledger"), "{}", run.stderr);
    assert_eq!(data.kept(), before);
    // Who reads waits for nobody.
    assert_eq!(answer(&data).stderr, answer(&data).stderr);
    lock.unlock().unwrap();
    assert_eq!(data.sync(&ACCOUNT, SINCE).code, 0);
}

/// Asserts that a sync sets these bytes aside, names where, and keeps the days anew.
fn is_set_aside(data: &Data, name: &str, bytes: &[u8], expected: &BTreeMap<String, (Vec<u8>, Json)>) {
    let run = answer(data);
    assert!(run.told().contains("E0701"), "{}", run.stderr);
    let run = data.sync(&ACCOUNT, SINCE);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.told().contains("set aside") && run.told().contains("aside-1"), "{}", run.stderr);
    assert_eq!(fs::read(data.account().join("aside-1").join(name)).unwrap(), bytes);
    assert_eq!(&data.kept(), expected);
    let run = data.sync(&ACCOUNT, SINCE);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn a_file_that_was_cut_is_set_aside_and_the_others_stand() {
    let data = small();
    let expected = data.kept();
    let name = data.list()["kinds"]["keys"]["2026-02"]["file"].as_str().unwrap().to_string();
    let path = data.account().join(&name);
    let bytes = fs::read(&path).unwrap()[..100].to_vec();
    fs::write(&path, &bytes).unwrap();
    let run = answer(&data);
    assert!(run.told().contains(&name), "{}", run.stderr);
    is_set_aside(&data, &name, &bytes, &expected);
}

#[test]
fn a_list_of_somebody_else_is_set_aside() {
    for text in ["hello", "[]", "{\"orq_ledger\":99,\"generation\":1,\"kinds\":{}}", "{\"orq_led"] {
        let data = small();
        let expected = data.kept();
        fs::write(data.account().join("ledger.json"), text).unwrap();
        is_set_aside(&data, "ledger.json", text.as_bytes(), &expected);
        assert!(fs::read_dir(data.account().join("aside-1")).unwrap().count() > 3, "the files of the list are with it");
    }
}

/// A list may name files anywhere: none of them is touched.
#[test]
fn a_list_reaches_no_other_files() {
    let data = small();
    let victim = data.0.path().join("keys-precious.parquet");
    fs::write(&victim, "precious").unwrap();
    let mut list = data.list();
    list["superseded"] = serde_json::json!(["../../../keys-precious.parquet", victim.to_str().unwrap()]);
    list["kinds"]["keys"]["2026-02"]["file"] = "../../../keys-precious.parquet".into();
    list["kinds"]["keys"]["2026-02"]["bytes"] = 8.into();
    fs::write(data.account().join("ledger.json"), list.to_string()).unwrap();
    answer(&data);
    assert_eq!(data.sync(&ACCOUNT, SINCE).code, 0);
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
}

#[test]
fn files_whose_list_is_lost_are_set_aside() {
    let data = small();
    let expected = data.kept();
    fs::remove_file(data.account().join("ledger.json")).unwrap();
    let run = data.sync(&ACCOUNT, SINCE);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.told().contains("they are in no list"), "{}", run.stderr);
    assert_eq!(data.kept(), expected);
    assert!(fs::read_dir(data.account().join("aside-1")).unwrap().count() >= 3);
}

/// Of the right length, but not what was written: an error, and no number.
#[test]
fn a_file_that_was_changed_is_an_error() {
    let data = small();
    let name = data.list()["kinds"]["keys"]["2026-02"]["file"].as_str().unwrap().to_string();
    let length = fs::read(data.account().join(&name)).unwrap().len();
    fs::write(data.account().join(&name), vec![0; length]).unwrap();
    let run = data.orq(&ACCOUNT.base_url, [QUERY]).run();
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.told().contains(&name) && run.told().contains("--no-ledger"), "{}", run.stderr);
}

#[test]
fn what_stands_is_said_to_be_whole() {
    let data = small();
    let run = data.orq(&ACCOUNT.base_url, ["ledger", "verify"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let compared = run.stdout.lines().filter(|line| line.contains("8 final days are as the API has them now")).count();
    assert_eq!((compared, run.stdout.lines().count()), (3, 6), "{}", run.stdout);
}

#[test]
fn one_byte_that_was_changed_is_found() {
    let data = small();
    let name = data.list()["kinds"]["users"]["2026-02"]["file"].as_str().unwrap().to_string();
    let path = data.account().join(&name);
    let mut bytes = fs::read(&path).unwrap();
    bytes[1000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let run = data.orq(&ACCOUNT.base_url, ["ledger", "verify"]).run();
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains(&format!("wrong  {name} is not as it was written")), "{}", run.stdout);
    assert!(!run.stdout.contains("ok "), "{}", run.stdout);
}

/// What the API says otherwise now is counted, and what is kept stands.
#[test]
fn days_that_the_api_has_otherwise_now_are_counted() {
    let data = small();
    let server = DemoServer::start(NOW, "server-tools");
    let run = data.orq(&server.base_url, ["ledger", "verify"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.lines().any(|line| line.starts_with("differs keys: ")), "{}", run.stdout);
    assert!(run.stdout.contains("ok      activity: 8 final days are as the API has them now"), "{}", run.stdout);
}
