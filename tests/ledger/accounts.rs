//! Whose ledger it is, and what things are called in it.

use orq::ledger::Accounts;
use orq::net::Mark;

use super::*;

const QUERY: &str = "activity from 2026-02-01 to 2026-02-12 | group key, key_hash | sum cost";

/// A copy of what others read.
fn copy() -> Data {
    let data = Data::new();
    for (path, bytes) in KEPT.files() {
        let to = data.0.path().join(path.strip_prefix(KEPT.0.path()).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    data
}

#[test]
fn another_key_does_not_see_it_until_it_is_known_to_be_of_the_account() {
    let data = copy();
    let other = "sk-or-v1-another-key";
    let ask = |arguments: [&str; 1]| {
        data.orq(NOBODY, ["--retries", "0"].into_iter().chain(arguments)).env("OPENROUTER_MANAGEMENT_KEY", other).run()
    };
    let run = ask([QUERY]);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
    assert!(!run.stderr.contains("ledger"), "{}", run.stderr);
    let status = data.orq(NOBODY, ["ledger", "status"]).env("OPENROUTER_MANAGEMENT_KEY", other).run();
    assert_eq!(status.code, 1);
    assert!(status.told().contains("nothing is kept of this account yet"), "{}", status.stderr);
    // As its first sync does.
    let account = data.account().file_name().unwrap().to_str().unwrap().to_string();
    let of_api = data.0.path().join("ledger/this-machine");
    let known: Mark = serde_json::from_value(account.into()).unwrap();
    let (directory, aside) = Accounts::note(&of_api, Some(&Mark::of(other)), known).unwrap();
    assert_eq!(directory, data.account());
    assert!(aside.is_none());
    let expected = KEPT.orq(NOBODY, [QUERY]).run();
    let run = ask([QUERY]);
    assert_eq!((run.code, run.stdout), (0, expected.stdout));
}

#[test]
fn a_list_of_accounts_that_cannot_be_read_is_set_aside() {
    let data = copy();
    let list = data.0.path().join("ledger/this-machine/accounts.json");
    fs::write(&list, "{").unwrap();
    let run = data.sync(&ACCOUNT, ["--since", "2026-02-14"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.told().contains("set aside"), "{}", run.stderr);
    assert_eq!(fs::read(data.0.path().join("ledger/this-machine/aside-1/accounts.json")).unwrap(), b"{");
    assert_eq!(data.orq(NOBODY, [QUERY]).run().code, 0);
}

#[test]
fn a_renamed_key_is_one_group_under_its_newest_name() {
    let data = copy();
    let rows = |query: &str| -> Vec<Json> {
        let run = data.orq(NOBODY, ["-f", "json", query]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let range = "activity from 2026-01-05 to 2026-02-12";
    let before = rows(&format!("{range} | where key == \"batch\" | sum cost"));
    assert!(before[0]["cost"].as_f64().unwrap() > 10.0);
    let mut list = data.list();
    let names = list["names"]["key"].as_object_mut().unwrap();
    let hash = names.iter().find(|(_, name)| *name == "batch").unwrap().0.clone();
    names.insert(hash, "nightly".into());
    fs::write(data.account().join("ledger.json"), list.to_string()).unwrap();
    assert_eq!(rows(&format!("{range} | where key == \"nightly\" | sum cost")), before);
    let groups = rows(&format!("{range} | group key | sum cost"));
    assert!(groups.iter().any(|row| row["key"] == "nightly" && row["cost"] == before[0]["cost"]));
    assert!(groups.iter().all(|row| row["key"] != "batch"));
}

#[test]
fn keys_that_share_a_name_are_told() {
    let run = KEPT.orq(NOBODY, ["activity from 2026-01-05 to 2026-02-12 | group key | sum cost"]).run();
    assert_eq!(run.code, 0);
    assert!(run.told().contains("several keys share a name") && run.told().contains("\"backend\""), "{}", run.stderr);
}

/// An account of one person has no members, and no sums by them.
#[test]
fn an_account_without_members_has_no_sums_by_them() {
    let (data, server) = (Data::new(), DemoServer::start(NOW, "individual"));
    assert_eq!(data.sync(&server, ["--since", "2026-02-15"]).code, 0);
    let list = data.list();
    let kinds: Vec<&String> = list["kinds"].as_object().unwrap().keys().collect();
    assert_eq!(kinds, ["activity", "keys"]);
}

/// The cube knows them by their lasting names alone, and so do sums that are kept of it.
#[test]
fn models_that_are_not_listed_any_more_are_told() {
    let told = |query: &str| KEPT.orq(NOBODY, [query]).run().told();
    let range = "activity from 2026-01-25 to 2026-02-12";
    let by_key = told(&format!("{range} | group key, model | sum cost"));
    assert!(by_key.contains("models that are not listed any more have their lasting names here"), "{by_key}");
    assert!(by_key.contains("\"anthropic/claude-3-sonnet-"), "{by_key}");
    assert_eq!(told(&format!("{range} | group model | sum cost")), "");
}
