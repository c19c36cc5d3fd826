//! Every row of the catalog: its name is its own, it is documented, its examples run, and its file is in the array.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use orq::model::catalog::{ColumnDef, ColumnType, Example, FunctionKind, SourceGrain};
use orq::session::CATALOG;
use serde_json::Value;

use crate::support::{orq, rows};

/// A row of the catalog, as far as all kinds are alike.
struct Entry {
    kind: &'static str,
    name: &'static str,
    aliases: &'static [&'static str],
    doc: &'static str,
    usage: String,
    examples: &'static [Example],
}

impl Entry {
    fn shown(&self) -> String {
        format!("{} `{}`", self.kind, self.name)
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    for def in CATALOG.sources {
        let usage = def.usage.to_string();
        let (name, doc, examples) = (def.name, def.doc, def.examples);
        entries.push(Entry { kind: "source", name, aliases: &[], doc, usage, examples });
    }
    for def in CATALOG.verbs {
        let usage = def.usage.to_string();
        let (name, aliases, doc, examples) = (def.name, def.aliases, def.doc, def.examples);
        entries.push(Entry { kind: "verb", name, aliases, doc, usage, examples });
    }
    for def in CATALOG.all_functions() {
        let examples = std::slice::from_ref(&def.example);
        let (name, aliases, doc) = (def.name, def.aliases, def.doc);
        entries.push(Entry { kind: "function", name, aliases, doc, usage: def.usage(), examples });
    }
    for def in CATALOG.formats {
        let usage = format!("as {}", def.name);
        let (name, aliases, doc) = (def.name, def.aliases, def.doc);
        entries.push(Entry { kind: "format", name, aliases, doc, usage, examples: &[] });
    }
    for kind in ["source", "verb", "function", "format"] {
        let found = entries.iter().filter(|entry| entry.kind == kind).count();
        assert!(found >= 7, "only {found} of kind {kind}");
    }
    entries
}

/// The columns of a source, and those of its records.
fn columns(of: &'static [ColumnDef]) -> Vec<&'static ColumnDef> {
    let nested = |def: &'static ColumnDef| match def.ty {
        ColumnType::Records(fields) => columns(fields),
        _ => Vec::new(),
    };
    of.iter().flat_map(|def| std::iter::once(def).chain(nested(def))).collect()
}

/// Is `name` in `text` as a word of its own?
fn has_word(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

mod names {
    use super::*;

    #[test]
    fn each_belongs_to_one_row_of_its_kind() {
        let mut owners: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for entry in entries() {
            for name in entry.names() {
                let before = owners.insert((entry.kind, name), entry.name);
                assert_eq!(before, None, "{} `{name}` is that of `{}` too", entry.kind, entry.name);
            }
        }
        assert!(owners.len() > 90, "only {} names", owners.len());
    }

    #[test]
    fn no_verb_is_called_like_an_aggregate() {
        let aggregates: BTreeSet<&str> =
            CATALOG.aggregates().flat_map(|def| std::iter::once(def.name).chain(def.aliases.iter().copied())).collect();
        assert!(aggregates.len() >= 14, "only {} aggregates", aggregates.len());
        for verb in entries().iter().filter(|entry| entry.kind == "verb") {
            for name in verb.names() {
                assert!(!aggregates.contains(name), "verb `{name}` is an aggregate too");
            }
        }
    }

    #[test]
    fn each_is_written_without_backticks() {
        for entry in entries() {
            for name in entry.names() {
                let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
                assert!(plain && name.starts_with(|c: char| c.is_ascii_lowercase()), "{} `{name}`", entry.kind);
            }
        }
    }

    #[test]
    fn a_column_has_names_that_no_other_column_of_its_source_has() {
        let mut aliases = 0;
        for source in CATALOG.sources {
            let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
            assert_eq!(source.columns.is_empty(), source.grain == SourceGrain::Files, "{}", source.name);
            for column in source.columns {
                aliases += column.aliases.len();
                for name in std::iter::once(column.name).chain(column.aliases.iter().copied()) {
                    if let Some(other) = owners.insert(name, column.name) {
                        panic!("`{name}` of `{}` is both `{other}` and `{}`", source.name, column.name);
                    }
                }
            }
        }
        assert!(aliases >= 20, "only {aliases} aliases of columns");
    }

    #[test]
    fn an_ending_of_files_belongs_to_one_format() {
        let endings: Vec<&str> = CATALOG.formats.iter().filter_map(|def| def.extension).collect();
        assert!(endings.len() >= 6, "{endings:?}");
        assert_eq!(endings.iter().collect::<BTreeSet<_>>().len(), endings.len(), "{endings:?}");
    }
}

mod documentation {
    use super::*;

    #[test]
    fn every_row_says_what_it_is_how_it_is_written_and_gives_an_example() {
        for entry in entries() {
            assert!(!entry.doc.is_empty(), "{} has no documentation", entry.shown());
            assert!(has_word(&entry.usage, entry.name), "{} is written {}", entry.shown(), entry.usage);
            assert!(entry.kind == "format" || !entry.examples.is_empty(), "{} has no example", entry.shown());
            for example in entry.examples {
                assert!(!example.shows.is_empty(), "{}: nobody knows what {} shows", entry.shown(), example.query);
            }
        }
    }

    #[test]
    fn an_example_uses_what_it_is_an_example_of() {
        for entry in entries() {
            for example in entry.examples {
                assert!(has_word(example.query, entry.name), "{}: {}", entry.shown(), example.query);
            }
        }
    }

    #[test]
    fn every_column_and_argument_is_documented() {
        let mut count = 0;
        for source in CATALOG.sources {
            for column in columns(source.columns) {
                assert!(!column.doc.is_empty(), "`{}` of `{}`", column.name, source.name);
                count += 1;
            }
            for param in source.params {
                assert!(!param.doc.is_empty(), "argument `{}` of `{}`", param.name, source.name);
            }
        }
        assert!(count > 100, "only {count} columns");
    }

    /// Whoever prints it ends the sentence, or goes on with it.
    #[test]
    fn none_ends_with_a_full_stop() {
        let mut texts: Vec<&str> = entries().iter().map(|entry| entry.doc).collect();
        texts.extend(entries().iter().flat_map(|entry| entry.examples).map(|example| example.shows));
        for source in CATALOG.sources {
            texts.extend(columns(source.columns).iter().map(|column| column.doc));
            texts.extend(source.params.iter().map(|param| param.doc));
        }
        assert!(texts.len() > 200, "only {} texts", texts.len());
        for text in texts {
            assert!(!text.ends_with('.'), "{text}");
            assert_eq!(text.trim(), text);
        }
    }

    #[test]
    fn every_name_is_described() {
        for entry in entries() {
            for name in entry.names() {
                let run = orq().args(["describe", name]).run();
                assert_eq!(run.code, 0, "{name}\n{}", run.stderr);
                assert!(run.stdout.contains(entry.doc), "{name}\n{}", run.stdout);
            }
        }
    }

    #[test]
    fn the_reference_is_that_of_the_catalog() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar/reference.md");
        let kept = std::fs::read_to_string(path).unwrap();
        let run = orq().args(["describe", "--reference"]).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let differs = kept.lines().zip(run.stdout.lines()).find(|(kept, now)| kept != now);
        assert!(
            kept == run.stdout,
            "grammar/reference.md is not that of the catalog: first at {differs:#?}\n\
             write it again: cargo run -q -- describe --reference > grammar/reference.md"
        );
    }
}

mod examples {
    use super::*;

    #[test]
    fn every_form_of_a_range_is_one() {
        let planner = crate::support::inside::planner(crate::support::NOW);
        let mut forms = 0;
        for source in CATALOG.sources {
            for form in source.range.forms() {
                let query = format!("{} {form} | count", source.name);
                let checked = planner.check(&query);
                assert!(checked.diagnostics.is_empty(), "{query}\n{:#?}", checked.diagnostics);
                forms += 1;
            }
        }
        assert!(forms > 30, "only {forms} forms");
    }

    #[test]
    fn every_query_gives_rows_on_the_demo_account() {
        let is_query = |entry: &&Entry| match entry.kind {
            "function" => CATALOG.aggregates().any(|def| def.name == entry.name),
            kind => kind != "format",
        };
        let entries = entries();
        let queries: BTreeSet<&str> =
            entries.iter().filter(is_query).flat_map(|entry| entry.examples).map(|example| example.query).collect();
        assert!(queries.len() >= 30, "only {} queries", queries.len());
        for query in queries {
            let run = orq().with_files().args(["--demo", query]).run();
            assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
            // Whom to cite and what is private is said along with the rows.
            let said: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with('E')).collect();
            assert!(run.stderr.is_empty() || said == ["E0605"], "{query}\n{}", run.stderr);
            assert!(!run.stdout.is_empty() && !run.stdout.contains("no rows"), "{query}\n{}", run.stdout);
        }
    }

    #[test]
    fn every_function_gives_what_its_example_says() {
        let scalars: Vec<_> =
            CATALOG.all_functions().filter(|def| matches!(def.kind, FunctionKind::Scalar { .. })).collect();
        assert!(scalars.len() >= 30, "only {} functions", scalars.len());
        let columns: Vec<String> =
            scalars.iter().enumerate().map(|(place, def)| format!("x{place} = {}", def.example.query)).collect();
        let rows = rows(&format!("credits | select {}", columns.join(", ")));
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        for (place, def) in scalars.iter().enumerate() {
            let said: Value = serde_json::from_str(def.example.shows)
                .unwrap_or_else(|error| panic!("`{}` shows no JSON: {error}", def.name));
            let given = row.get(format!("x{place}")).unwrap();
            assert_eq!(*given, said, "{}", def.example.query);
        }
    }
}

mod files {
    use super::*;

    /// The names of the rows of each file in a directory below `src`, by its stem.
    fn rows_of(directory: &str, descriptor: &str) -> BTreeMap<String, Vec<String>> {
        let mut files = BTreeMap::new();
        let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(directory)];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let start = format!(": {descriptor} = {descriptor} {{");
            let starts = text.split(&start).skip(1);
            let name = |start: &str| start.split("name: \"").nth(1).unwrap().split('"').next().unwrap().to_string();
            let names: Vec<String> = starts.map(name).collect();
            if !names.is_empty() {
                files.insert(path.file_stem().unwrap().to_string_lossy().into_owned(), names);
            }
        }
        files
    }

    /// Each row of the files is one of the array, and the reverse; a file is named after one of its rows.
    fn in_step(directory: &str, descriptor: &str, all: Vec<&str>) {
        let files = rows_of(directory, descriptor);
        assert!(files.len() >= 7, "only {} files of src/{directory} have a row", files.len());
        for (file, rows) in &files {
            assert!(rows.contains(file), "src/{directory}/{file}.rs has the rows {rows:?}");
        }
        let mut written: Vec<&str> = files.values().flatten().map(String::as_str).collect();
        let mut listed = all;
        written.sort_unstable();
        listed.sort_unstable();
        assert_eq!(written, listed, "the rows of src/{directory}/*.rs, and those of ALL");
    }

    #[test]
    fn every_file_of_a_source_is_in_the_array() {
        in_step("sources", "SourceDef", CATALOG.sources.iter().map(|def| def.name).collect());
    }

    #[test]
    fn every_file_of_a_verb_is_in_the_array() {
        in_step("verbs", "VerbDef", CATALOG.verbs.iter().map(|def| def.name).collect());
    }

    #[test]
    fn every_file_of_a_format_is_in_the_array() {
        in_step("formats", "FormatDef", CATALOG.formats.iter().map(|def| def.name).collect());
    }

    #[test]
    fn every_file_of_functions_is_in_the_array() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/functions");
        let texts =
            std::fs::read_dir(path).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
        let files = texts.filter(|text| text.contains("pub const ROWS: &[FunctionDef]")).count();
        assert!(files >= 5, "only {files} files of functions");
        assert_eq!(files, CATALOG.functions.len());
    }
}
