//! `read`: rows of files, held against what plain loops find in the texts that the tests have written.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use orq::demo::SEED;
use orq::demo::base::rows_of;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{NOW, Run, orq};

/// A directory with these files.
pub fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

/// A query there.
pub fn run(directory: &Path, query: &str) -> Run {
    orq().cwd(directory).args(["--demo", "-f", "json", query]).run()
}

/// The rows of a query there.
pub fn rows(directory: &Path, query: &str) -> Vec<Value> {
    let run = run(directory, query);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{query}");
    serde_json::from_str(&run.stdout).unwrap()
}

/// The rows of a text under a name.
pub fn of_text(name: &str, text: &str, more: &str) -> Vec<Value> {
    rows(directory(&[(name, text)]).path(), &format!("read \"{name}\"{more}"))
}

/// Name and type of each column.
fn schema(directory: &Path, source: &str) -> Vec<(String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_string();
    let rows = rows(directory, &format!("{source} | schema"));
    rows.iter().map(|row| (text(row, "column"), text(row, "type"))).collect()
}

mod values {
    use super::*;

    #[test]
    fn an_empty_field_is_null_and_quotes_without_a_text_are_an_empty_one() {
        let rows = of_text("a.csv", "id,name,n\n1,,\n2,\"\",\"\"\n3,x,7\n", "");
        let wanted = [
            json!({"id": 1, "name": null, "n": null}),
            json!({"id": 2, "name": "", "n": null}),
            json!({"id": 3, "name": "x", "n": 7}),
        ];
        assert_eq!(rows, wanted);
    }

    #[test]
    fn quotes_hold_delimiters_line_ends_and_quotes() {
        let rows = of_text("a.csv", "\u{feff}a,b\r\n\"x, \"\"y\"\"\r\nz\",1\r\n5\" pipe,2\r\n", "");
        assert_eq!(rows, [json!({"a": "x, \"y\"\r\nz", "b": 1}), json!({"a": "5\" pipe", "b": 2})]);
    }

    #[test]
    fn times_may_have_fractions_of_any_length_and_offsets() {
        let text = "t\n2023-11-16 18:17:03.9799600\n2026-02-01T10:00:00+02:00\n2026-02-01 10:00:00.12345678901234Z\n2026-02-01T10:00\n2026-02-01\n";
        let times: Vec<Value> = of_text("a.csv", text, "").into_iter().map(|row| row["t"].clone()).collect();
        let wanted = [
            "2023-11-16T18:17:03.97996Z",
            "2026-02-01T08:00:00Z",
            "2026-02-01T10:00:00.123456Z",
            "2026-02-01T10:00:00Z",
            "2026-02-01T00:00:00Z",
        ];
        assert_eq!(times, wanted);
    }

    #[test]
    fn types_are_told_by_the_values() {
        let text = "whole,mixed,yes,day,time,code,huge,nothing,text\n\
            1,1,true,2026-02-01,2026-02-01T00:00:00Z,007,12345678901234567890,,a\n\
            -2,2.5,false,2026-02-02,2026-02-01 10:00:00,010,1,,1\n";
        let directory = directory(&[("a.csv", text)]);
        let types: Vec<String> = schema(directory.path(), "read \"a.csv\"").into_iter().map(|(_, ty)| ty).collect();
        assert_eq!(types, ["number", "number", "bool", "date", "time", "text", "text", "text", "text"]);
        let row = &rows(directory.path(), "read \"a.csv\" | limit 1")[0];
        assert_eq!((&row["code"], &row["huge"]), (&json!("007"), &json!("12345678901234567890")), "none is rounded");
    }

    #[test]
    fn columns_that_are_named_stay_text() {
        let rows = of_text("a.csv", "zip,n\n1234,5\n", " text=zip | where zip == \"1234\"");
        assert_eq!(rows, [json!({"zip": "1234", "n": 5})]);
    }

    #[test]
    fn names_are_unique_and_none_is_empty() {
        let rows = of_text("a.csv", "a, a,,b c\n1,2,3,4\n", "");
        assert_eq!(rows, [json!({"a": 1, "a_2": 2, "column_3": 3, "b c": 4})]);
    }

    #[test]
    fn a_file_may_be_without_header_and_have_another_delimiter() {
        let rows = of_text("a.txt", "1;x\n2;y\n", " format=csv delimiter=\";\" header=no");
        assert_eq!(rows, [json!({"column_1": 1, "column_2": "x"}), json!({"column_1": 2, "column_2": "y"})]);
    }

    #[test]
    fn a_sum_of_a_column_of_a_file_is_one() {
        let rows = of_text("a.csv", "k,n\nx,1\ny,2\nx,0.5\n", " | group k | sum n, count");
        assert_eq!(rows, [json!({"k": "x", "n": 1.5, "count": 2}), json!({"k": "y", "n": 2, "count": 1})]);
    }
}

mod json {
    use super::*;

    const NESTED: &str = "{\"id\":\"a\",\"usage\":{\"cost\":0.5,\"parts\":[{\"n\":1},{\"n\":2,\"x\":\"y\"}]},\"tags\":[\"p\",\"q\"]}\n\
        \n{\"id\":\"b\",\"usage\":null,\"tags\":[]}\n{\"id\":\"c\",\"usage\":{\"cost\":2}}\n";

    #[test]
    fn records_are_reached_by_paths() {
        let rows = of_text("a.jsonl", NESTED, " | where usage.cost > 0.4 | select id, usage.cost");
        assert_eq!(rows, [json!({"id": "a", "cost": 0.5}), json!({"id": "c", "cost": 2})]);
    }

    #[test]
    fn lists_are_unnested() {
        let rows = of_text("a.jsonl", NESTED, " | select id, tags | unnest tags");
        assert_eq!(rows, [json!({"id": "a", "tags": "p"}), json!({"id": "a", "tags": "q"})]);
        let rows = of_text("a.jsonl", NESTED, " | select id, parts = usage.parts | unnest parts");
        assert_eq!(rows, [json!({"id": "a", "n": 1, "x": null}), json!({"id": "a", "n": 2, "x": "y"})]);
    }

    #[test]
    fn a_list_of_objects_and_the_one_list_of_an_object_are_rows() {
        let list = "[\n{\"a\":1,\"b\":\"],{\\\"\"},\n {\"a\":2}\n]\n";
        let wanted = [json!({"a": 1, "b": "],{\""}), json!({"a": 2, "b": null})];
        assert_eq!(of_text("a.json", list, ""), wanted);
        assert_eq!(of_text("a.json", &format!("{{\"total\":2,\"data\":{list}}}"), ""), wanted);
        assert_eq!(of_text("a.json", "{\"a\":1,\"b\":[1,2]}", ""), [json!({"a": 1, "b": [1, 2]})]);
        assert_eq!(of_text("a.json", "{\"data\":[]}", " format=jsonl | count"), [json!({"count": 1})]);
    }

    #[test]
    fn values_of_several_types_are_text() {
        let rows = of_text("a.jsonl", "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":[true]}\n{\"a\":null}\n", "");
        assert_eq!(rows, [json!({"a": "1"}), json!({"a": "x"}), json!({"a": "[true]"}), json!({"a": null})]);
    }
}

mod files {
    use super::*;

    #[test]
    fn a_pattern_names_files_whose_columns_are_put_together_by_name() {
        let files = [
            ("logs/b.csv", "n,only_b\n3,z\n"),
            ("logs/a.jsonl", "{\"n\":1,\"only_a\":true}\n{\"n\":2.5}\n"),
            ("logs/deep/c.csv", "n\n4\n"),
            ("logs/.hidden.csv", "n\n100\n"),
        ];
        let directory = directory(&files);
        let wanted = [
            json!({"n": 1, "only_a": true, "only_b": null}),
            json!({"n": 2.5, "only_a": null, "only_b": null}),
            json!({"n": 3, "only_a": null, "only_b": "z"}),
        ];
        assert_eq!(rows(directory.path(), "read \"logs/*\""), wanted);
        assert_eq!(rows(directory.path(), "read \"logs/**/*.csv\" | sum n"), [json!({"n": 7})]);
        assert_eq!(rows(directory.path(), "read \"logs/[a-b].*\" | sum n"), [json!({"n": 6.5})]);
    }

    #[test]
    fn a_date_in_one_file_and_a_time_in_another_are_times() {
        let directory = directory(&[("a.csv", "t\n2026-02-01\n"), ("b.csv", "t\n2026-02-01T05:00:00Z\n")]);
        let rows = rows(directory.path(), "read \"*.csv\"");
        assert_eq!(rows, [json!({"t": "2026-02-01T00:00:00Z"}), json!({"t": "2026-02-01T05:00:00Z"})]);
    }

    #[test]
    fn packed_files_are_unpacked() {
        let text: String = (0..5000).fold("a,b\n".to_string(), |text, n| text + &format!("{n},x{}\n", n % 3));
        let wanted: u64 = (0..5000).filter(|n| n % 3 == 1).sum();
        let directory = directory(&[]);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        fs::write(directory.path().join("a.csv.gz"), packed.finish().unwrap()).unwrap();
        fs::write(directory.path().join("b.csv.zst"), zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
        for name in ["a.csv.gz", "b.csv.zst"] {
            let rows = rows(directory.path(), &format!("read \"{name}\" | where b == \"x1\" | sum a"));
            assert_eq!(rows, [json!({"a": wanted})], "{name}");
        }
    }

    #[test]
    fn standard_input_is_read_as_often_as_it_is_named() {
        let query = "read - | join (read \"-\" | group k | count as times) on k | select k, times";
        let run = orq().args(["-f", "json", query]).stdin("k\nx\ny\nx\n").run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let rows: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(rows, [json!({"k": "x", "times": 2}), json!({"k": "y", "times": 1}), json!({"k": "x", "times": 2})]);
        for (text, wanted) in [("{\"a\":1}\n{\"a\":2}\n", 3), ("[{\"a\":4}]", 4), ("a\tb\n5\t6\n", 5)] {
            let run = orq().args(["-f", "json", "read - | sum a"]).stdin(text).run();
            assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), json!([{"a": wanted}]), "{}", run.stderr);
        }
    }

    #[test]
    fn what_is_saved_is_read_back_as_it_was() {
        let text = "{\"s\":\"a, \\\"b\\\"\\n\\tc\\\\n\",\"n\":0.1,\"b\":true,\"d\":\"2026-02-01\",\"t\":\"2026-02-01T10:00:00.123456Z\",\"l\":[1,2],\"r\":{\"x\":\"y\",\"z\":[{\"q\":1}]}}\n\
            {\"s\":\"\",\"n\":null,\"b\":null,\"d\":null,\"t\":null,\"l\":[],\"r\":null}\n\
            {\"s\":null,\"n\":-3,\"b\":false,\"d\":\"1969-12-31\",\"t\":\"1969-12-31T23:59:59Z\",\"l\":null,\"r\":{\"x\":null,\"z\":[]}}\n";
        let directory = directory(&[("a.jsonl", text)]);
        let at = directory.path();
        let nested = rows(at, "read \"a.jsonl\" | save \"b.parquet\" | save \"b.jsonl\" | save \"b.json\"");
        assert_eq!(nested[0]["r"], json!({"x": "y", "z": [{"q": 1}]}));
        let flat = rows(at, "read \"a.jsonl\" | drop l, r | save \"b.csv\" | save \"b.tsv\"");
        assert_eq!(flat[0]["s"], json!("a, \"b\"\n\tc\\n"));
        assert_eq!(flat[2]["d"], json!("1969-12-31"));
        for (name, wanted) in
            [("b.parquet", &nested), ("b.jsonl", &nested), ("b.json", &nested), ("b.csv", &flat), ("b.tsv", &flat)]
        {
            assert_eq!(rows(at, &format!("read \"{name}\"")), *wanted, "{name}");
            let of = |name: &str| schema(at, &format!("read \"{name}\" | select s, n, b, d, t"));
            assert_eq!(of(name), of("a.jsonl"), "{name}");
        }
    }
}

mod plans {
    use super::*;

    #[test]
    fn explain_names_the_columns_that_are_read_and_no_calls() {
        let directory = directory(&[("a.csv", "a,b,c d,e\n1,2,3,4\n")]);
        let query = "explain read \"a.csv\" | where b > 1 | group `c d` | sum a";
        let run = orq().cwd(directory.path()).args([query]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let lines: Vec<&str> = run.stdout.lines().map(str::trim).collect();
        assert_eq!(lines[..5], ["calls", "none", "", "here", "read \"a.csv\", columns a, b, `c d`"]);
    }

    #[test]
    fn no_key_is_needed() {
        let directory = directory(&[("a.csv", "a\n1\n2\n")]);
        let run = orq().cwd(directory.path()).args(["-f", "csv", "read a.csv | sum a"]).run();
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "a\n3\n", ""));
    }

    #[test]
    fn a_let_may_be_a_file_and_be_used_twice() {
        let directory = directory(&[("a.csv", "k,n\nx,1\ny,2\nx,4\n")]);
        let text = "let files = read \"a.csv\"\nfiles | semi_join (files | where n > 3) on k | sum n";
        assert_eq!(rows(directory.path(), text), [json!({"n": 5})]);
    }

    #[test]
    fn limits_and_filters_above_files_give_the_rows_they_are_to() {
        let text: String = (0..2000).fold("n\n".to_string(), |text, n| text + &format!("{n}\n"));
        let directory = directory(&[("a.csv", &text), ("b.csv", "n\n5000\n")]);
        let numbers = |query: &str| -> Vec<u64> {
            rows(directory.path(), query).iter().map(|row| row["n"].as_u64().unwrap()).collect()
        };
        assert_eq!(numbers("read \"*.csv\" | where n % 7 == 3 | where n > 100 | skip 2 | limit 3"), [115, 122, 129]);
        assert_eq!(numbers("read \"*.csv\" | limit 2"), [0, 1]);
        assert_eq!(numbers("read \"*.csv\" | skip 1999 | limit 5"), [1999, 5000]);
        assert_eq!(numbers("read \"*.csv\" | where n > 1998 | select n = n + 1 | limit 5"), [2000, 5001]);
        assert_eq!(numbers("read \"*.csv\" | sort -n | limit 2"), [5000, 1999]);
    }

    /// Rows that are more than memory is to hold go through a file where they are needed all at once, and part by part
    /// into their aggregates where they are not; both give what a loop does.
    #[test]
    fn many_rows_give_what_a_loop_gives() {
        const ROWS: u64 = 1_200_000;
        let directory = directory(&[]);
        let mut file = std::io::BufWriter::new(fs::File::create(directory.path().join("a.csv")).unwrap());
        writeln!(file, "key,a,b,c,d,text").unwrap();
        let (mut sums, mut counts, mut last) = ([0; 2], [0; 2], [0; 2]);
        for n in 0..ROWS {
            // Squares leave 0 or 1.
            let key = n * n % 3;
            writeln!(file, "k{key},{n},{},{},{},a text that is not short {}", n % 10, n % 7, n % 5, n % 100).unwrap();
            let place = usize::try_from(key).unwrap();
            sums[place] += n;
            counts[place] += u64::from(n % 7 == 2);
            last[place] = n;
        }
        drop(file);
        let by_parts = "sum a, count where c == 2 as twos, last a, max b, max d";
        let at_once = format!("{by_parts}, count_distinct text as texts");
        for (results, texts) in [(by_parts, None), (&at_once, Some(100))] {
            let query = format!("read \"a.csv\" | where text != \"x\" | group key | {results}");
            let wanted = |place: usize| {
                let mut row = json!({
                    "key": format!("k{place}"), "a": sums[place], "twos": counts[place], "last_a": last[place],
                    "max_b": 9, "max_d": 4,
                });
                if let Some(texts) = texts {
                    row["texts"] = json!(texts);
                }
                row
            };
            assert_eq!(rows(directory.path(), &query), [wanted(0), wanted(1)]);
        }
    }

    /// What is put together of parts is what all rows give at once, as Parquet is read: nulls, empty groups and all.
    #[test]
    fn aggregates_by_parts_are_those_of_all_rows() {
        let mut text = "k,n,t\n".to_string();
        for n in 0..150_000 {
            let value = if n % 3 == 0 || n % 5 == 1 { String::new() } else { format!("{}.25", n % 1000) };
            text += &format!("{},{value},2026-02-{:02}\n", ["x", "y", "", "z", "w"][n % 5], n % 28 + 1);
        }
        let directory = directory(&[("a.csv", &text)]);
        rows(directory.path(), "read \"a.csv\" | save \"a.parquet\" | limit 1");
        let mut compared = 0;
        for results in [
            "sum n, avg n, count, count n as values, min n, max t, first n, last t",
            "sum n where n > 990 as s, avg n where n > 2000 as none, count where k == \"y\" as ys, sum n where n > 2000 as zero",
            "agg rate = round(sum(n) / count(n), 3), span = max(n) - min(n)",
        ] {
            for before in [
                "",
                "where n > 5 | ",
                "where n < 0 | ",
                "derive n = n * 2 | where k != \"x\" | ",
                "where k == \"y\" | ",
            ] {
                for keys in ["", "group k | ", "group day(t), upper(k) | "] {
                    let stages = format!("{before}{keys}{results}");
                    let [by_parts, at_once] = ["a.csv", "a.parquet"]
                        .map(|name| rows(directory.path(), &format!("read \"{name}\" | {stages}")));
                    assert_eq!(by_parts, at_once, "{stages}");
                    compared += by_parts.len();
                }
            }
        }
        assert!(compared > 500, "only {compared} rows");
    }

    #[test]
    fn keys_of_a_file_are_looked_up() {
        let now: jiff::Timestamp = NOW.parse().unwrap();
        let yesterday = rows_of(SEED, now.as_second().div_euclid(86_400) - 1);
        let ids = ["gen-demo-1", "gen-demo-2", "gen-demo-3"];
        let text: String = ids.iter().map(|id| format!("{{\"generation_id\":\"{id}\",\"status\":502}}\n")).collect();
        let text =
            text + "{\"generation_id\":\"gen-demo-4\",\"status\":200}\n{\"generation_id\":null,\"status\":500}\n";
        let directory = directory(&[("logs.jsonl", &text)]);
        let query = "read \"logs.jsonl\" | where status >= 500 and generation_id is not null | join generation on generation_id == id | select generation_id, provider, cost";
        let found = rows(directory.path(), query);
        assert_eq!(found.len(), ids.len());
        for ((row, id), nth) in found.iter().zip(ids).zip(1..) {
            let truth = yesterday.iter().find(|row| row.special == nth).unwrap();
            assert_eq!(row["generation_id"], json!(id));
            assert_eq!(row["provider"].as_str(), Some(truth.endpoint.provider), "{id}");
            let nanos = truth.credits() + truth.byok_inference();
            assert!((row["cost"].as_f64().unwrap() - nanos as f64 / 1e9).abs() < 1e-9, "{id}");
        }
    }
}
