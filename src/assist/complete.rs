//! What is offered where a text is being typed: whatever may stand where the cursor is, each with a line that says what it
//! is. Pure, but for the heads of files that the text reads.

use super::values::Values;
use crate::model::catalog::{Form, FunctionDef, FunctionKind, RangeOf, SourceDef};
use crate::model::hidden::is_open_name;
use crate::model::schema::Column;
use crate::session::Session;
use crate::suggest;
use crate::syntax::format;
use crate::syntax::place::{Before, Begins, Stage, Wants, place};
use crate::types::Type;

/// What may be put in the place of the word that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub kind: Kind,
    pub text: String,
    pub doc: String,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Source,
    /// A pipeline that has a name.
    Pipeline,
    Verb,
    /// An aggregate included.
    Function,
    /// One of the user's own.
    Definition,
    Column,
    Format,
    Parameter,
    /// A word of the language, or of a range of time.
    Word,
    /// What stands in quotes, or is an argument.
    Value,
    /// What is told to the prompt itself.
    Command,
}

/// Candidates for what stands from `start` to the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    pub start: usize,
    pub candidates: Vec<Candidate>,
}

/// Words that start a statement.
pub const STATEMENTS: &[(&str, &str)] = &[
    ("let", "keeps a pipeline under a name: let NAME = QUERY"),
    ("const", "keeps a value under a name: const NAME = VALUE"),
    ("fn", "keeps an expression under a name: fn NAME(A, B) = EXPRESSION"),
    ("param", "a value that is given from outside: param NAME: TYPE = DEFAULT"),
    ("use", "brings the definitions of a file: use \"FILE.orq\""),
    ("explain", "shows calls and steps instead of rows"),
];

/// What the words of clauses are followed by.
pub const CLAUSES: &[(&str, &str)] = &[
    ("by", "by which columns"),
    ("on", "columns that are to be equal on both sides"),
    ("per", "for each value of these columns"),
    ("where", "only rows for which this holds"),
    ("as", "what the result is called"),
];

/// The verb whose argument is a format.
const FORMAT_VERB: &str = "as";

/// What may stand at the cursor, the likeliest first.
pub fn complete(text: &str, cursor: usize, session: &Session, values: &Values) -> Completion {
    let (Some(before), Some(after)) = (text.get(..cursor), text.get(cursor..)) else { return Completion::default() };
    let place = place(before);
    let catalog = session.catalog();
    let all = match &place.wants {
        Wants::Nothing => Vec::new(),
        Wants::Start(begins) => starts(session, *begins),
        Wants::Source { name, argument } => {
            let source = catalog.source(name);
            source.map_or(Vec::new(), |source| of_source(source, argument.as_deref(), values))
        }
        Wants::Verb => verbs(session),
        Wants::Inside(stage) => inside(before, stage, place.start < before.len(), session),
        Wants::Text(stage, column) => quoted(before, stage, column.as_deref(), after, session, values),
        Wants::Parameter => session
            .definitions()
            .scope
            .params
            .iter()
            .map(|(name, param)| candidate(Kind::Parameter, name, param.text.as_deref().unwrap_or("a list")))
            .collect(),
    };
    let begun = before.get(place.start..).unwrap_or_default();
    Completion { start: place.start, candidates: matching(begun, all) }
}

/// Those that go on from what was begun; else those that it was likely meant to be.
pub fn matching(begun: &str, all: Vec<Candidate>) -> Vec<Candidate> {
    let lower = begun.to_lowercase();
    let is_match = |candidate: &&Candidate| candidate.text.to_lowercase().starts_with(&lower);
    let found: Vec<Candidate> = all.iter().filter(is_match).cloned().collect();
    if !found.is_empty() || begun.is_empty() {
        return found;
    }
    let near = suggest::nearest(begun, all.iter().map(|candidate| candidate.text.as_str()));
    near.into_iter().filter_map(|name| all.iter().find(|candidate| candidate.text == name).cloned()).collect()
}

pub fn candidate(kind: Kind, text: &str, doc: &str) -> Candidate {
    Candidate { kind, text: text.to_string(), doc: doc.to_string() }
}

fn rows(rows: &[(&str, &str)]) -> Vec<Candidate> {
    rows.iter().map(|(text, doc)| candidate(Kind::Word, text, doc)).collect()
}

/// Everything that has a page of its own.
pub fn names(session: &Session) -> Vec<Candidate> {
    let catalog = session.catalog();
    let functions = catalog.all_functions().map(|def| candidate(Kind::Function, def.name, def.doc));
    sources(session).into_iter().chain(verbs_alone(session)).chain(functions).chain(formats(session)).collect()
}

pub fn sources(session: &Session) -> Vec<Candidate> {
    session.catalog().sources.iter().map(|def| candidate(Kind::Source, def.name, def.doc)).collect()
}

pub fn formats(session: &Session) -> Vec<Candidate> {
    session.catalog().formats.iter().map(|def| candidate(Kind::Format, def.name, def.doc)).collect()
}

fn starts(session: &Session, begins: Begins) -> Vec<Candidate> {
    let lets =
        session.lets().map(|(name, _)| candidate(Kind::Pipeline, &format::word(name), "a pipeline with this name"));
    let mut lets: Vec<Candidate> = lets.collect();
    lets.sort_by(|a, b| a.text.cmp(&b.text));
    let mut all = sources(session);
    all.append(&mut lets);
    if begins == Begins::Statement {
        all.extend(rows(STATEMENTS));
    }
    all
}

/// Ranges, arguments by name and their values.
fn of_source(source: &SourceDef, argument: Option<&str>, values: &Values) -> Vec<Candidate> {
    let value_of = |form: Form| match form {
        Form::Any => Vec::new(),
        Form::Model => values.of("model").map(|model| candidate(Kind::Value, model, "a model")).collect(),
        Form::Word(words) => words.iter().map(|word| candidate(Kind::Value, word, "")).collect(),
    };
    if let Some(param) = source.params.iter().find(|param| Some(param.name) == argument) {
        let found = value_of(param.form);
        return found.into_iter().map(|found| Candidate { doc: param.doc.to_string(), ..found }).collect();
    }
    let mut all: Vec<Candidate> =
        source.range.forms().iter().map(|form| candidate(Kind::Word, form, "a range of time")).collect();
    for (place, param) in source.params.iter().enumerate() {
        all.extend(value_of(param.form));
        // The first is written without its name.
        if place > 0 || !matches!(source.range, RangeOf::Nothing) {
            all.push(candidate(Kind::Word, &format!("{}=", param.name), param.doc));
        }
    }
    all
}

fn verbs_alone(session: &Session) -> impl Iterator<Item = Candidate> {
    session.catalog().verbs.iter().map(|def| candidate(Kind::Verb, def.name, def.doc))
}

fn verbs(session: &Session) -> Vec<Candidate> {
    let aggregates = session.catalog().aggregates().map(|def| candidate(Kind::Function, def.name, def.doc));
    verbs_alone(session).chain(aggregates).collect()
}

/// Columns and the words that may follow; functions once something is typed, for there are many.
fn inside(text: &str, stage: &Stage, is_begun: bool, session: &Session) -> Vec<Candidate> {
    let catalog = session.catalog();
    let verb = catalog.verb(&stage.verb);
    let aggregates = verb.is_none() || verb.is_some_and(|verb| verb.aggregates);
    if verb.is_some_and(|verb| verb.name == FORMAT_VERB) {
        return formats(session);
    }
    let mut all = Vec::new();
    let takes_tables = verb.is_some_and(|verb| verb.takes.clauses.contains(&"on")) && stage.clause.is_none();
    if takes_tables {
        all.extend(starts(session, Begins::Pipeline));
    }
    let columns = columns(text, stage, session);
    all.extend(columns.iter().map(|column| candidate(Kind::Column, &format::word(&column.name), &of_column(column))));
    // Without an aggregate a clause of one is none.
    let words: Vec<&str> = match verb {
        Some(verb) => {
            let takes = verb.takes;
            let tail = [("where", takes.conditions), ("as", takes.aliases)];
            let tail = tail.into_iter().filter(|(_, is_taken)| *is_taken).map(|(word, _)| word);
            takes.clauses.iter().copied().chain(tail).collect()
        }
        None => vec!["by", "where", "as"],
    };
    if stage.words > 0 {
        all.extend(rows(CLAUSES).into_iter().filter(|row| words.contains(&row.text.as_str())));
    }
    let scope = &session.definitions().scope;
    let mut own: Vec<Candidate> =
        scope.fns.keys().map(|name| candidate(Kind::Definition, name, "a function of an earlier line")).collect();
    own.extend(
        scope.consts.keys().map(|name| candidate(Kind::Definition, &format::word(name), "a value of an earlier line")),
    );
    own.sort_by(|a, b| a.text.cmp(&b.text));
    all.append(&mut own);
    if !is_begun && !all.is_empty() {
        return all;
    }
    let fits = |def: &&FunctionDef| match def.kind {
        FunctionKind::Scalar { .. } | FunctionKind::Window { .. } => true,
        FunctionKind::Aggregate { .. } => aggregates,
    };
    let of_function =
        |def: &FunctionDef| candidate(Kind::Function, def.name, &format!("{} · {}", def.usage(), def.doc));
    all.extend(catalog.all_functions().filter(fits).map(of_function));
    all
}

/// The type with its unit, and what it means.
pub fn of_column(column: &Column) -> String {
    let ty = column.ty.to_string();
    if column.doc.is_empty() { ty } else { format!("{ty} · {}", column.doc) }
}

/// The columns that a stage can name.
pub fn columns(text: &str, stage: &Stage, session: &Session) -> Vec<Column> {
    let Before { statement, pipeline, end } = stage.before;
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    // A pipeline in brackets is a statement of its own behind those before it.
    let whole = format!("{}{}", part(0, statement), part(pipeline, end));
    let schema = session.columns_at_the_end(&whole).unwrap_or_default();
    schema.columns.into_iter().filter(|column| !is_open_name(&column.name)).collect()
}

/// What a text may be that a column is held against.
fn quoted(
    text: &str,
    stage: &Stage,
    column: Option<&str>,
    after: &str,
    session: &Session,
    values: &Values,
) -> Vec<Candidate> {
    let Some(named) = column else { return Vec::new() };
    let columns = columns(text, stage, session);
    let found = columns.iter().find(|column| column.name == named || column.aliases.contains(&named));
    if found.is_some_and(|column| column.ty != Type::Text) {
        return Vec::new();
    }
    let name = found.map_or(named, |column| column.name.as_str());
    let quote = text.get(..text.len()).and_then(|text| text.rfind(['"', '\'']).and_then(|at| text.get(at..=at)));
    let close = quote.filter(|quote| !after.starts_with(quote)).unwrap_or_default();
    let is_plain = |value: &&str| !value.contains(['"', '\'', '\\']);
    values.of(name).filter(is_plain).map(|value| candidate(Kind::Value, &format!("{value}{close}"), name)).collect()
}
