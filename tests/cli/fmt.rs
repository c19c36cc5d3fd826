//! `orq fmt`: files in place, everything else to standard output.

use super::*;

/// A script as people type it, and as it is laid out.
const TYPED: &str = "\
#!/usr/bin/env -S orq run
# Weekly spend by model; fails when over budget.
param since: date = 2026-02-01 \"first day, UTC\"
param budget: usd = 500
const mtok = 1_000_000


let spend =
  activity from @since   # the range
  # keys
  | group by week(date) as week, model
  | sum(cost), sum(tokens), count()

spend
| mutate usd_per_mtok = cost / tokens * mtok, # a rate
   # twice
   twice = cost * 2
| filter twice > 0.5 and (model = 'a'   # inside
      or cost <> 1)
spend | sum cost ; activity last 7 days|head 5   # end
# last
activity last 30d | group model | agg a_long_name_for_it = sum(cost), another_long_name = sum(tokens), third = count_distinct(provider)
";

const LAID_OUT: &str = "\
#!/usr/bin/env -S orq run
# Weekly spend by model; fails when over budget.
param since:  date = 2026-02-01 \"first day, UTC\"
param budget: usd  = 500
const mtok = 1e6

let spend =
  activity from @since  # the range
  # keys
  | group week(date) as week, model
  | sum cost, sum tokens, count()

spend
| derive usd_per_mtok = cost / tokens * mtok,  # a rate
         # twice
         twice = cost * 2
| where twice > 0.5 and (model == \"a\" or cost != 1)  # inside
spend | sum cost
activity last 7d | limit 5  # end
# last
activity last 30d
| group model
| agg a_long_name_for_it = sum(cost),
      another_long_name = sum(tokens),
      third = count_distinct(provider)
";

#[test]
fn a_file_is_written_in_place_and_only_where_it_changes() {
    let program = with_files(orq(), &[("a.orq", TYPED), ("b.orq", LAID_OUT)]);
    let home = program.home.path().to_path_buf();
    let before = std::fs::metadata(home.join("b.orq")).unwrap().modified().unwrap();
    let run = with_files(program, &[]).args(["fmt", "a.orq", "b.orq"]);
    let command = run.command().output().unwrap();
    assert!(command.status.success() && command.stdout.is_empty(), "{command:?}");
    assert_eq!(std::fs::read_to_string(home.join("a.orq")).unwrap(), LAID_OUT);
    assert_eq!(std::fs::metadata(home.join("b.orq")).unwrap().modified().unwrap(), before);
    let left: Vec<_> = std::fs::read_dir(&home).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing else is left behind: {left:?}");
}

#[test]
fn what_is_laid_out_stays_as_it_is() {
    let run = orq().args(["fmt", "-"]).stdin(LAID_OUT).run();
    assert_eq!((run.code, run.stdout.as_str()), (0, LAID_OUT), "{}", run.stderr);
}

#[test]
fn standard_input_and_query_text_go_to_standard_output() {
    for run in [
        orq().args(["fmt", "-"]).stdin("activity|head 5"),
        orq().args(["fmt"]).stdin("activity|head 5"),
        orq().args(["fmt", "-e", "activity|head 5"]),
        orq().args(["fmt", "activity|head 5"]),
    ] {
        let run = run.run();
        assert_eq!((run.code, run.stdout.as_str()), (0, "activity | limit 5\n"), "{}", run.stderr);
    }
}

#[test]
fn check_names_what_is_not_laid_out_and_writes_nothing() {
    let program =
        with_files(orq(), &[("a.orq", TYPED), ("b.orq", LAID_OUT)]).args(["fmt", "--check", "a.orq", "b.orq"]);
    let home = program.home.path().to_path_buf();
    let command = program.command().output().unwrap();
    assert_eq!((command.status.code(), command.stdout.as_slice()), (Some(5), b"a.orq\n".as_slice()));
    assert_eq!(std::fs::read_to_string(home.join("a.orq")).unwrap(), TYPED);
    let fine = orq().args(["fmt", "--check", "-e", "activity | limit 5"]).run();
    assert_eq!((fine.code, fine.stdout.as_str()), (0, ""));
}

#[test]
fn a_text_that_cannot_be_read_is_left_as_it_is() {
    let program =
        with_files(orq(), &[("a.orq", "activity | sum ("), ("b.orq", "keys|count")]).args(["fmt", "a.orq", "b.orq"]);
    let home = program.home.path().to_path_buf();
    let command = program.command().output().unwrap();
    assert_eq!(command.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&command.stderr).contains("E0002"), "{command:?}");
    assert_eq!(std::fs::read_to_string(home.join("a.orq")).unwrap(), "activity | sum (");
    assert_eq!(std::fs::read_to_string(home.join("b.orq")).unwrap(), "keys | count\n");
}

#[test]
fn all_examples_are_laid_out() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut seen = 0;
    for file in std::fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        // A skill stands in a directory of its own; `docs` runs what is in it.
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(orq::one_form::formatted(&text, &orq::session::CATALOG).unwrap(), text);
        seen += 1;
    }
    assert!(seen > 5, "{seen}");
}
