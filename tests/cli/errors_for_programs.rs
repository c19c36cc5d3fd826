//! `--errors json`.

use super::*;

#[test]
fn a_wrong_query_has_its_place_and_an_edit_that_mends_it() {
    let query = "activity last 7d | where modle == \"x\" | sum cost";
    let run = run(["--demo", "--errors", "json", query]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    let error = &errors(&run)[0];
    assert_eq!(error["code"], "E0103");
    let (start, end) = (error["span"]["start"].as_u64().unwrap(), error["span"]["end"].as_u64().unwrap());
    assert_eq!(&query[start as usize..end as usize], "modle");
    assert_eq!((&error["line"], &error["column"]), (&json!(1), &json!(26)));
    assert_eq!(error["candidates"][0], "model");
    assert_eq!(error["edits"], json!([{ "start": start, "end": end, "text": "model" }]));
}

#[test]
fn mistakes_of_the_command_line_are_told_so_too() {
    for arguments in [
        vec!["--errors", "json", "--frobnicate"],
        vec!["--frobnicate", "--errors", "json"],
        vec!["--errors=json", "--timeout", "never", "credits"],
        vec!["--errors=json", "--now", "soon", "credits"],
        vec!["--errors=json", "--retries", "-1", "credits"],
        vec!["--errors=json", "--fault", "nonsense", "credits"],
        vec!["--errors=json", "--format"],
        vec!["--errors=json", "demo"],
    ] {
        let run = orq().args(arguments.iter().copied()).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
        let told = errors(&run);
        assert_eq!((told.len(), &told[0]["code"]), (1, &json!("E0801")), "{arguments:?}");
    }
    let host = run(["--errors", "json", "--base-url", "https://example.com", "credits"]);
    assert_eq!((host.code, &errors(&host)[0]["code"]), (2, &json!("E0802")));
}

#[cfg(unix)]
#[test]
fn words_that_are_no_unicode_are_a_mistake_of_the_command_line() {
    use std::os::unix::ffi::OsStrExt as _;
    let orq = orq().args(["--errors", "json"]);
    let output = orq.command().arg(std::ffi::OsStr::from_bytes(b"credits \xff")).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(told["errors"][0]["code"], "E0801");
}

#[test]
fn every_failure_is_one_line_of_json() {
    for arguments in [
        vec!["--demo", "--fault", "500", "--retries", "0", "credits"],
        vec!["--demo", "activity today"],
        vec!["credits"],
        vec!["run", "missing.orq"],
        vec!["--demo", "-f", "csv", "credits; key"],
        vec!["--demo", "-f", "nonsense", "credits"],
        vec!["describe", "nonsense"],
        vec!["explain", "grup"],
    ] {
        let run = orq().args(["--errors", "json"]).args(arguments.iter().copied()).run();
        assert_ne!(run.code, 0);
        assert_eq!(run.stderr.lines().count(), 1, "{arguments:?}: {}", run.stderr);
        assert!(!errors(&run).is_empty());
    }
}
