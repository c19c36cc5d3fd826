//! `read`: rows of files on this machine; its columns are those of the files.

use crate::model::catalog::{Example, Form, ParamDef, RangeOf, SourceDef, SourceGrain};
use crate::model::files;
use crate::model::request::KeyKind;
use crate::model::route::Offer;

pub const SOURCE: SourceDef = SourceDef {
    name: "read",
    doc: "Rows of local files: csv, tsv, json, jsonl and parquet, also as `.gz` and `.zst`; `-` is standard input",
    usage: "read \"FILE\" [ARGUMENT=VALUE]",
    examples: &[
        Example {
            query: "read \"trace.csv\" | group hour(TIMESTAMP) | sum ContextTokens, sum GeneratedTokens, count",
            shows: "tokens of a trace, by the hour",
        },
        Example {
            query: "read \"logs/*.jsonl\" | where status >= 500 | join generation on generation_id == id | group provider | count, p95 latency",
            shows: "failures of a service, by who served them",
        },
        Example {
            query: "read \"logs/*.jsonl\" | group usage.model as model | sum usage.cost as cost",
            shows: "fields of nested records",
        },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Files,
    params: &[
        ParamDef {
            name: files::PATH,
            doc: "a file, or a pattern with `*`, `?` or `**`, whose columns are put together by name; `-` is standard input",
            required: true,
            form: Form::Any,
            several: None,
        },
        ParamDef {
            name: files::FORMAT,
            doc: "`csv`, `tsv`, `json`, `jsonl` or `parquet`, where the ending does not say",
            ..OPTION
        },
        ParamDef {
            name: files::DELIMITER,
            doc: "what stands between the fields of a csv, as `delimiter=\";\"`",
            ..OPTION
        },
        ParamDef {
            name: files::HEADER,
            doc: "`no` where the first line has values: columns are `column_1`, `column_2`, …",
            form: Form::Word(&["yes", "no"]),
            ..OPTION
        },
        ParamDef {
            name: files::BAD_LINES,
            doc: "`skip` leaves out lines that do not fit, in the columns that are used, and says how many; otherwise they are an error",
            form: Form::Word(&["error", "skip"]),
            ..OPTION
        },
        ParamDef {
            name: files::TEXT,
            doc: "columns that stay text, as `text=\"zip,id\"`; types are told by the first 1,000 rows",
            ..OPTION
        },
    ],
    key: KeyKind::Either,
    lookups: &[],
    columns: &[],
    // Nothing is asked for: files are read, not fetched.
    offer: |_, _| Offer::of(Vec::new()),
};

pub const NAME: &str = SOURCE.name;

const OPTION: ParamDef = ParamDef { name: "", doc: "", required: false, form: Form::Any, several: None };
