//! What is wrong with files that are read: it is said with its line, before anything is sent, and nothing hostile in them
//! does harm.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::read::{directory, of_text, rows, run};
use crate::support::orq;

/// The error of a query that must not give rows: its exit code and what is said.
fn error(directory: &Path, query: &str) -> (i32, String) {
    let run = orq().cwd(directory).args(["--demo", "--errors", "json", query]).run();
    assert_eq!(run.stdout, "", "{query}");
    let said: serde_json::Value =
        serde_json::from_str(&run.stderr).unwrap_or_else(|_| panic!("{query}\n{}", run.stderr));
    let text = |name: &str| said["errors"][0][name].as_str().unwrap_or_default().to_string();
    (run.code, format!("{} {} / {}", text("code"), text("message"), text("help")))
}

fn of(name: &str, text: &str, more: &str) -> (i32, String) {
    error(directory(&[(name, text)]).path(), &format!("read \"{name}\"{more}"))
}

/// Numbers in a column, and a word in line 1,502, behind what the check looks at.
fn late() -> String {
    (0..1500).fold("id,v\n".to_string(), |text, n| text + &format!("{n},{n}\n")) + "1500,oops\n1501,7\n"
}

mod lines {
    use super::*;

    #[test]
    fn a_cell_of_another_type_is_told_with_its_line_and_its_column() {
        let (code, said) = of("a.csv", &late(), " | sum v");
        let wanted = "E0701 line 1502 of `a.csv` has \"oops\" in `v`, which is a number in the first rows / \
            `text=\"v\"` reads the column as text, and `bad_lines=skip` leaves such lines out";
        assert_eq!((code, said.as_str()), (1, wanted));
        assert_eq!(of_text("a.csv", &late(), " text=v | where v ~ \"o\""), [json!({"id": 1500, "v": "oops"})]);
    }

    #[test]
    fn a_whole_number_that_no_float_tells_from_the_next_is_no_number() {
        let text = late().replace("oops", "9007199254740993");
        let (code, said) = of("late.csv", &text, " | sum v");
        assert!(code == 1 && said.contains("line 1502") && said.contains("9007199254740993"), "{code} {said}");
        let directory = directory(&[("late.csv", &text.replace("40993", "40991"))]);
        let largest = rows(directory.path(), "read \"late.csv\" | max v");
        assert_eq!(largest, [json!({"max_v": 9_007_199_254_740_991_i64})]);
    }

    #[test]
    fn lines_that_are_left_out_are_counted() {
        let directory = directory(&[("a.csv", &late())]);
        let run = run(directory.path(), "read \"a.csv\" bad_lines=skip | sum v, count");
        let sum: u64 = (0..1500).sum::<u64>() + 7;
        let rows: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!((run.code, rows), (0, vec![json!({"v": sum, "count": 1501})]));
        assert!(
            run.stderr.contains("1 line of `a.csv` is left out") && run.stderr.contains("line 1502"),
            "{}",
            run.stderr
        );
    }

    #[test]
    fn a_line_with_more_or_fewer_fields_does_not_fit() {
        let text = "a,b\n1,2\n3\n4,5,6\n\n7,\"x\"y\n8,9\n";
        assert!(of("a.csv", text, "").1.starts_with("E0701 line 3 of `a.csv` has 1 field, and there are 2 columns"));
        let directory = directory(&[("a.csv", text)]);
        let run = run(directory.path(), "read \"a.csv\" bad_lines=skip | sum a, sum b");
        assert_eq!(run.stdout, "[\n  {\"a\":9,\"b\":11}\n]\n");
        assert!(run.stderr.contains("3 lines of `a.csv` are left out"), "{}", run.stderr);
    }

    #[test]
    fn a_quote_that_is_not_closed_swallows_no_rows() {
        let (code, said) = of("a.csv", "a,b\n1,\"x\n2,3\n", " bad_lines=skip");
        assert_eq!(code, 1);
        assert!(said.contains("a quote that is not closed in the row of line 2"), "{said}");
    }

    #[test]
    fn what_is_no_json_is_told_with_its_line() {
        for (text, wanted) in [
            ("{\"a\":1}\n{\"a\":}\n", "line 2 of `a.jsonl` is no JSON: expected value, at column 6"),
            ("{\"a\":1}\n\n[2]\n", "line 3 of `a.jsonl` is a list, and no object"),
            ("7\n", "line 1 of `a.jsonl` is a single value, and no object"),
        ] {
            let (code, said) = of("a.jsonl", text, "");
            assert!(code == 1 && said.contains(wanted), "{said}");
        }
        for (text, wanted) in [
            ("[{\"a\":1},\n{\"a\":x}]", "line 2 of `a.json` is no JSON"),
            ("[{\"a\":1},]", "a comma without an element on line 1"),
            ("[{\"a\":1}", "ends in the middle of its list"),
            ("[{\"a\":1}] 5", "goes on behind its list"),
            ("{\"a\":1}\n{\"a\":2}\n", "format=jsonl"),
            ("{\"a\":[{}],\"b\":[{}]}", "several lists of objects, `a` and `b`"),
            ("hello", "starts with no list and no object"),
        ] {
            let (code, said) = of("a.json", text, "");
            assert!(code == 1 && said.contains(wanted), "{text}: {said}");
        }
    }

    #[test]
    fn a_value_in_a_record_that_is_of_another_type_is_told() {
        let text = (0..1200).fold(String::new(), |text, n| text + &format!("{{\"r\":{{\"n\":{n}}}}}\n"))
            + "{\"r\":{\"n\":[]}}\n";
        let (code, said) = of("a.jsonl", &text, " | sum r.n");
        assert!(code == 1 && said.contains("line 1201 of `a.jsonl` has {\"n\":[]} in `r`"), "{said}");
    }
}

mod hostile {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_told_and_signs_of_control_are_harmless() {
        let directory = directory(&[("nul.csv", "a,b\n1,\0\u{1b}[31m\n")]);
        fs::write(directory.path().join("latin.csv"), b"a,b\n1,caf\xe9\n").unwrap();
        let (code, said) = error(directory.path(), "read \"latin.csv\"");
        assert!(code == 1 && said.contains("line 2 of `latin.csv` is no UTF-8 text"), "{said}");
        let table = orq().cwd(directory.path()).args(["read \"nul.csv\""]).run();
        assert_eq!(table.code, 0);
        assert!(!table.stdout.contains(['\0', '\u{1b}']), "{:?}", table.stdout);
    }

    #[test]
    fn what_is_too_long_too_deep_or_too_wide_is_an_error() {
        let long = format!("a,b\n1,{}\n", "x".repeat(17 << 20));
        let open = format!("a,b\n1,\"{}", "x\n".repeat(9 << 20));
        let wide = vec!["a"; 3000].join(",");
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        for (name, text, wanted) in [
            ("a.csv", &long, "a row of more than 16 MB"),
            ("a.csv", &open, "a row of more than 16 MB"),
            ("a.csv", &wide, "3000 columns"),
            ("a.jsonl", &deep, "recursion limit exceeded"),
            ("a.json", &format!("[{deep}]"), "recursion limit exceeded"),
        ] {
            let (code, said) = of(name, text, "");
            assert!(code == 1 && said.contains(wanted), "{said}");
        }
    }

    #[test]
    fn records_that_are_deep_are_text_from_some_depth_on() {
        let text = format!("{{\"a\":{}1{}}}\n", "{\"x\":".repeat(60), "}".repeat(60));
        assert_eq!(of_text("a.jsonl", &text, " | where a.x.x.x is not null | count"), [json!({"count": 1})]);
    }

    #[test]
    fn what_is_broken_is_told() {
        let directory = directory(&[("a.parquet", "PAR1 no, it is not PAR1"), ("b.csv.gz", "\u{1f}")]);
        fs::write(directory.path().join("b.csv.gz"), b"\x1f\x8b\x08\x00garbage").unwrap();
        fs::write(directory.path().join("c.csv.zst"), b"\x28\xb5\x2f\xfdgarbage").unwrap();
        for name in ["a.parquet", "b.csv.gz", "c.csv.zst"] {
            let (code, said) = error(directory.path(), &format!("read \"{name}\""));
            assert!(code == 1 && said.starts_with(&format!("E0701 `{name}` cannot be read")), "{said}");
        }
    }
}

mod places {
    use super::*;

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let directory = directory(&[("logs/a.csv", "a\n1\n")]);
        for (path, code, wanted) in [
            (
                "logs",
                3,
                "E0702 `logs` may not be read: this is a directory / a pattern names the files in it, as `logs/*`",
            ),
            ("/dev/zero", 3, "E0702 `/dev/zero` may not be read: this is no regular file"),
            (
                "https://example.org/a.csv",
                3,
                "E0702 `https://example.org/a.csv` may not be read: `read` reads files of this machine",
            ),
            ("nope.csv", 1, "E0701 `nope.csv` cannot be read: No such file"),
            ("nope/*.csv", 1, "E0701 no file is called like `nope/*.csv`"),
            ("a***", 3, "E0006 `a***` is no pattern"),
        ] {
            let (found, said) = error(directory.path(), &format!("read \"{path}\""));
            assert!(found == code && said.starts_with(wanted), "{found} {said}");
        }
    }

    #[test]
    fn a_script_reads_only_below_the_working_directory() {
        let outside = directory(&[("secret.csv", "a\n1\n")]);
        let secret = outside.path().join("secret.csv");
        let inside = directory(&[("data/a.csv", "a\n2\n"), ("fine.orq", "read \"data/a.csv\" | sum a")]);
        std::os::unix::fs::symlink(&secret, inside.path().join("link.csv")).unwrap();
        let of_script = |text: &str| {
            fs::write(inside.path().join("script.orq"), text).unwrap();
            orq().cwd(inside.path()).args(["-f", "csv", "run", "script.orq"]).run()
        };
        assert_eq!(of_script("read \"data/a.csv\" | sum a").stdout, "a\n2\n");
        let pattern = format!("../{}/s*.csv", outside.path().file_name().unwrap().to_string_lossy());
        for path in [secret.display().to_string(), "link.csv".to_string(), pattern] {
            let run = of_script(&format!("read \"{path}\" | sum a"));
            assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
            assert!(run.stderr.contains("E0702") && run.stderr.contains("a script reads only"), "{}", run.stderr);
        }
        assert_eq!(rows(inside.path(), "read \"link.csv\""), [json!({"a": 1})], "a line that was typed may");
    }

    #[test]
    fn a_script_from_standard_input_leaves_none_to_be_read() {
        let run = orq().args(["run", "-"]).stdin("read \"-\" | count").run();
        assert_eq!(run.code, 3);
        assert!(run.stderr.contains("E0702"), "{}", run.stderr);
    }

    #[test]
    fn files_of_one_pattern_must_agree() {
        let directory = directory(&[("a.csv", "k,v\nx,1\n"), ("b.csv", "k,v\ny,low\n")]);
        let (code, said) = error(directory.path(), "read \"*.csv\" | count");
        let wanted =
            "E0201 `v` is number in `a.csv`, and text in `b.csv` / read it as text in all of them: `text=\"v\"`";
        assert_eq!((code, said.as_str()), (3, wanted));
        let rows = rows(directory.path(), "read \"*.csv\" text=\"v\" | select v");
        assert_eq!(rows, [json!({"v": "1"}), json!({"v": "low"})]);
    }
}

mod arguments {
    use super::*;

    #[test]
    fn what_cannot_be_is_told_with_what_can() {
        let directory = directory(&[("a.csv", "name,v\nx,1\n"), ("b.log", "x\n"), ("empty.jsonl", "")]);
        for (query, code, wanted) in [
            ("read \"a.csv\" format=jsonll", 3, "E0107 there is no format `jsonll` of files / did you mean `jsonl`?"),
            ("read \"a.csv\" delimiter=\"ab\"", 3, "E0006 `ab` is no delimiter"),
            ("read \"a.csv\" text=nmae", 3, "E0103 there is no column `nmae` in the files / did you mean `name`?"),
            ("read \"a.csv\" bad_lines=skp", 3, "E0006 `skp` is no bad_lines"),
            ("read \"a.csv\" heder=no", 3, "E0106 `read` has no argument `heder`"),
            ("read \"b.log\"", 3, "E0403 the ending of `b.log` does not say its format / name it, as `format=jsonl`"),
            ("read \"empty.jsonl\"", 1, "E0701 `empty.jsonl` has no rows, and so no columns"),
            ("read", 3, "E0403 `read` needs its path"),
            ("read \"a.csv\" | where nmae == \"x\"", 3, "E0103 there is no column `nmae` here"),
            ("read \"a.csv\" | sum name", 3, "E0202"),
        ] {
            let (found, said) = error(directory.path(), query);
            assert!(found == code && said.starts_with(wanted), "{query}: {found} {said}");
        }
    }
}

#[test]
fn another_delimiter_is_told_and_its_edit_reads_the_columns() {
    for (delimiter, written, code) in [(";", "\";\"", 3), ("\t", "tab", 1), ("|", "\"|\"", 3)] {
        let text = "a,b,c\n1,2,3\n4,5,6\n".replace(',', delimiter);
        let directory = directory(&[("parted.csv", &text)]);
        let (found, said) = error(directory.path(), "read \"parted.csv\" | sum b");
        assert_eq!(found, code);
        assert!(said.contains("column") && said.ends_with(&format!("add `delimiter={written}`")), "{said}");
        let mended = format!("read \"parted.csv\" delimiter={written} | sum b");
        assert_eq!(rows(directory.path(), &mended), [json!({"b": 7})]);
    }
    let one = directory(&[("one.csv", "a\n1\n")]);
    assert_eq!(run(one.path(), "read \"one.csv\" | sum a").stderr, "");
}

#[test]
fn a_field_that_the_first_rows_do_not_have_is_told() {
    let rows = |late: &str| {
        (0..1600).fold(String::new(), |text, n| text + &format!("{{\"a\":{n}{}}}\n", if n >= 1507 { late } else { "" }))
    };
    let directory = directory(&[("late.jsonl", &rows(",\"z\":1")), ("plain.jsonl", &rows(""))]);
    let told = |name: &str| {
        let query = format!("read \"{name}\" | sum a");
        let run = orq().cwd(directory.path()).args(["--demo", "-f", "json", &query]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stdout.trim(), format!("[\n  {{\"a\":{}}}\n]", 1599 * 1600 / 2));
        run.stderr
    };
    assert_eq!(told("plain.jsonl"), "");
    let said = told("late.jsonl");
    assert!(said.contains("E0605") && said.contains("line 1508") && said.contains(": z"), "{said}");
}
