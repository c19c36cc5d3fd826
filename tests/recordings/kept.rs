//! The directory: what is written, what is refused, and what is said of a recording that is broken.

use super::*;

#[test]
fn a_recording_is_a_manifest_and_a_file_for_each_call() {
    let kept = directory();
    let to = kept.path().join("new/recording");
    let run = record(&to, &["activity last 7d | group user | sum cost"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let manifest = manifest(&to);
    assert_eq!(manifest["orq_recording"], 1);
    assert_eq!(manifest["orq"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["zone"], "UTC");
    assert_eq!(manifest["base"], orq::demo::BASE_PATH);
    let mut names: Vec<&str> =
        manifest["calls"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    names.push("recording.json");
    names.sort_unstable();
    let there: Vec<String> =
        files(&to).iter().map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(there, names);
    assert!(names.iter().any(|name| name.starts_with("analytics-query-")), "{names:?}");
    let members = files(&to).into_iter().find(|(path, _)| path.to_string_lossy().contains("organization-members"));
    let members: Value = serde_json::from_str(&members.unwrap().1).unwrap();
    assert_eq!(members["request"]["path"], "/organization/members");
    assert_eq!(members["answer"]["statuses"], serde_json::json!([200]));
    let said = manifest["scrubbed"].as_object().unwrap();
    assert_eq!(said["email"], orq::demo::data::MEMBERS.len(), "{said:?}");
    assert!(run.stderr.contains(&format!("email {}", orq::demo::data::MEMBERS.len())), "{}", run.stderr);
}

/// Files are called the same the next time, and say the same: a renewed recording is a small change.
#[test]
fn the_same_query_is_recorded_the_same() {
    let (one, two) = (directory(), directory());
    for kept in [&one, &two] {
        record(kept.path(), &["generations last 2d | top 3 by cost | select id, user, user_agent, created_at"]);
    }
    let texts = |of: &Path| -> Vec<(String, String)> {
        let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        files(of).into_iter().map(|(path, text)| (name(path), text)).collect()
    };
    assert!(texts(one.path()).len() > 4);
    assert_eq!(texts(one.path()), texts(two.path()));
}

#[cfg(unix)]
#[test]
fn a_recording_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let kept = directory();
    let to = kept.path().join("recording");
    record(&to, &["credits"]);
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o700);
    for (path, _) in files(&to) {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_recording_takes_the_place_of_an_older_one_and_of_nothing_else() {
    let kept = directory();
    record(kept.path(), &["activity last 3d | sum cost"]);
    fs::write(kept.path().join("NOTES.md"), "mine").unwrap();
    record(kept.path(), &["credits"]);
    let names: Vec<String> =
        files(kept.path()).iter().map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(names.iter().all(|name| !name.starts_with("activity")), "{names:?}");
    assert_eq!(names.len(), 3, "{names:?}");
    let foreign = directory();
    fs::write(foreign.path().join("NOTES.md"), "mine").unwrap();
    failed(&record(foreign.path(), &["credits"]), 3, "E0702");
    assert_eq!(files(foreign.path()).len(), 1);
    failed(&record(&foreign.path().join("NOTES.md"), &["credits"]), 3, "E0702");
}

#[test]
fn what_has_no_answer_is_not_recorded() {
    let kept = directory();
    let to = kept.path().join("recording");
    let run = record(&to, &["--retries", "0", "--fault", "truncate", "credits"]);
    assert!(failed(&run, 4, "E0505").contains("nothing is recorded"));
    assert!(!to.exists());
}

#[test]
fn a_recording_that_is_broken_says_how() {
    let broken = |change: &dyn Fn(&Path)| {
        let kept = directory();
        record(kept.path(), &["credits"]);
        change(kept.path());
        failed(&replay(kept.path(), &["credits"]), 1, "E0701")
    };
    let call = |of: &Path| files(of).into_iter().find(|(path, _)| !path.ends_with("recording.json")).unwrap();
    let told = broken(&|of| {
        let (path, text) = call(of);
        fs::write(path, &text[..text.len() / 2]).unwrap();
    });
    assert!(told.contains("it is cut off"), "{told}");
    let told = broken(&|of| fs::remove_file(call(of).0).unwrap());
    assert!(told.contains("cannot be read"), "{told}");
    let told = broken(&|of| fs::write(call(of).0, "{\"request\": 3}").unwrap());
    assert!(told.contains("cannot be read"), "{told}");
    let told = broken(&|of| fs::write(of.join("recording.json"), "{\"orq_recording\": 2, \"new\": 1}").unwrap());
    assert!(told.contains("is of a newer form (2)"), "{told}");
    let told = broken(&|of| {
        let mut manifest = manifest(of);
        manifest["calls"] = serde_json::json!(["../outside.json"]);
        fs::write(of.join("recording.json"), manifest.to_string()).unwrap();
    });
    assert!(told.contains("outside of its directory"), "{told}");
    let told = broken(&|of| fs::remove_file(of.join("recording.json")).unwrap());
    assert!(told.contains("holds no recording"), "{told}");
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let kept = directory();
    let to = kept.path().join("recording");
    let to = to.to_str().unwrap();
    for (arguments, code, exit) in [
        (vec!["--record", to, "--replay", to, "credits"], "E0801", 2),
        (vec!["--demo", "--replay", to, "credits"], "E0801", 2),
        (vec!["--record", to, "check", "credits"], "E0801", 2),
        (vec!["--record", to, "test"], "E0801", 2),
        (vec!["--record", to, "run", "-e", "credits", "--replay", to], "E0801", 2),
        (vec!["--sandbox", "--demo", "--record", to, "credits"], "E0702", 3),
    ] {
        failed(&orq().args(arguments.iter().copied()).run(), exit, code);
    }
    assert!(!Path::new(to).exists());
}

#[test]
fn the_flags_stand_before_or_after() {
    let kept = directory();
    let to = kept.path().to_str().unwrap();
    for arguments in [
        vec!["--demo", "run", "-e", "credits", "--record", to],
        vec!["--demo", "--record", to, "run", "-e", "credits"],
        vec!["--demo", "credits", "--record", to],
    ] {
        let run = orq().args(arguments.iter().copied()).run();
        assert_eq!(run.code, 0, "{arguments:?} {}", run.stderr);
        assert!(run.stderr.contains("1 call is recorded"), "{}", run.stderr);
    }
    let report = orq().args(["--demo", "report", "--from", "3d ago", "--record", to]).run();
    let again = orq().args(["report", "--from", "3d ago", "--replay", to]).run();
    assert_eq!((again.code, again.stdout), (0, report.stdout), "{}", again.stderr);
}
