//! What random pipelines found, in its least form: each once failed.

use std::path::Path;

use orq::diagnostics::Code;
use orq::model::zone::Zone;

use super::frames::{Tried, tried};
use crate::support::inside::{deep, reader};
use crate::support::{NOW, orq};

const LINES: &str = r#"{"n":1,"rec":{"a":1,"b":"x"},"items":[{"n":1,"t":"x"}],"day":"2026-02-17","at":"2026-02-17T08:00:00Z"}
{"n":2,"rec":{"a":null,"b":"y"},"items":[],"day":"2026-02-18","at":"2026-02-18T08:00:00Z"}
"#;

/// The stages behind a small file, which `FILE` stands for.
fn query(directory: &Path, stages: &str) -> String {
    let path = directory.join("lines.jsonl");
    std::fs::write(&path, LINES).unwrap();
    let file = format!("read \"{}\"", path.display());
    format!("{file} | {}", stages.replace("FILE", &file))
}

fn holds(stages: &str) {
    deep(|| {
        let directory = tempfile::tempdir().unwrap();
        let query = query(directory.path(), stages);
        for zone in ["UTC", "Asia/Tokyo"] {
            let zone = Zone::named(zone).unwrap();
            let session = reader(NOW, directory.path()).in_zone(zone.clone());
            match tried(&session, &zone, directory.path(), &query) {
                Ok(Tried { wrong: None, .. }) => {}
                Ok(Tried { wrong: Some(wrong), .. }) => panic!("{query}\n{wrong}"),
                Err(errors) => panic!("{query}\n{errors:#?}"),
            }
        }
    });
}

/// It fails in the check, and with the code.
fn is_refused(stages: &str, code: Code) {
    deep(|| {
        let directory = tempfile::tempdir().unwrap();
        let checked = reader(NOW, directory.path()).check(&query(directory.path(), stages));
        let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.is_error()).collect();
        assert_eq!(errors.iter().map(|error| error.code).collect::<Vec<_>>(), [code], "{stages}\n{errors:#?}");
        assert!(errors[0].help.is_some());
    });
}

#[test]
fn a_key_of_a_join_may_be_named_twice() {
    holds("right_join (FILE) on n, n");
    holds("full_join (FILE) on n, n");
    holds("join (FILE) on n, n, n == n");
}

/// They would do nothing, do something else, or print no answer.
#[test]
fn a_field_of_a_record_is_no_column_to_reshape_by() {
    for stages in [
        "unpivot rec.a",
        "describe rec.a",
        "drop rec.a",
        "rename z = rec.a",
        "share rec.a",
        "delta rec.a",
        "pivot n by rec.b",
        "pivot rec.a by day",
        "fill 0, rec.a",
        "select r = rec, items | unnest r.a",
    ] {
        is_refused(stages, Code::E0302);
    }
}

#[test]
fn a_field_of_a_record_may_keep_shares_apart() {
    holds("share n by rec.b");
    holds("cumulate n by rec.b");
}

#[test]
fn a_null_in_a_union_is_of_the_type_of_the_column() {
    holds("select x = rec.b | union (FILE | select x = null) | select x = lower(x)");
    holds("select x = day | union (FILE | select x = null) | derive y = weekday(x)");
    holds("select x = null | union (FILE | select x = n) | agg s = sum(x)");
    holds("select x = null | union (FILE | select x = items) | unnest x");
}

#[test]
fn a_day_in_a_union_with_times_is_a_time() {
    holds("select x = day | union (FILE | select x = at) | derive y = concat(x, \"\"), z = hour(x)");
    holds("select x = at | union (FILE | select x = day) | where x > 2026-02-17 | derive y = hour_of_day(x)");
    holds("unpivot day, at | derive y = hour(value)");
}

/// The engine has remarks of its own, which no query can heed.
#[test]
fn nothing_of_the_engine_is_told_beside_an_answer() {
    let run = orq().args(["-f", "csv", "read \"t.csv\" | group k | sum n where false, count where false"]);
    std::fs::write(run.home.path().join("t.csv"), "k,n\na,1\nb,2\n").unwrap();
    let run = run.run();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("k,n,count\na,0,0\nb,0,0\n", "", 0));
}

#[test]
fn a_null_is_of_the_type_that_the_check_gave_it() {
    holds("derive d = least(null, 2026-02-01)");
    holds("share n | derive d = least(null, 2026-02-01)");
    holds("derive d = greatest(null, 1), e = clamp(null, null, 3), f = coalesce(null, null, \"x\")");
    holds("derive d = if(false, \"x\"), e = if(n > 5, 2026-02-01), f = null");
}
