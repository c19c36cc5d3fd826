//! Sources and their arguments: a range where the source has one, values for its parameters.

use super::Checker;
use super::range::{self, STARTERS, Word};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{Form, ParamDef, RangeOf, SourceDef, SourceGrain};
use crate::model::lowering::{Lowering as _, Table};
use crate::model::rel::{Rel, Scan, SourceArguments};
use crate::model::window::Days;
use crate::span::{Span, Spanned};
use crate::suggest;
use crate::syntax::ast::{Argument, ArgumentValue, Expr, ExprKind, Ident, Source};
use crate::types::Type;

impl Checker<'_> {
    pub fn source(&mut self, source: &Source) -> Option<Table> {
        match source {
            Source::Nested(pipeline) => self.stages(pipeline),
            Source::Named { name, arguments } => self.named(name, arguments),
        }
    }

    /// What stands where a table belongs. Alone a name is an expression, and so is a source with one argument.
    pub fn table_of(&mut self, expr: &Expr) -> Option<Table> {
        let written = expr.span.of(self.text);
        let error = Diagnostic::error(Code::E0302, format!("`{written}` is no table")).at(expr.span);
        let error = match &expr.kind {
            ExprKind::Name(name) => return self.named(&Spanned::new(name.clone(), expr.span), &[]),
            ExprKind::Pipeline(pipeline) => return self.pipeline(pipeline),
            ExprKind::Call(call) if call.as_word => {
                let mended = format!("({written})");
                let error = error.label("no brackets").help(format!("write `{mended}`"));
                error.edit(expr.span, mended)
            }
            ExprKind::Text(name) if self.catalog.source(name).is_some() || self.lets.contains_key(name) => {
                error.label("a text").help(format!("write `{name}`, without quotes")).edit(expr.span, name.clone())
            }
            _ => error.label("not a table").help(
                "name a source or a pipeline, or write one in brackets, as in `(activity last 7d | distinct model)`",
            ),
        };
        self.report(error);
        None
    }

    fn named(&mut self, name: &Ident, arguments: &[Argument]) -> Option<Table> {
        if self.lost.contains(&name.value) {
            return None;
        }
        if let Some(mut table) = self.lets.get(&name.value).cloned() {
            if !self.defined.contains(&name.value) {
                table.rel = table.rel.placed(name.span);
            }
            if let Some(argument) = arguments.first() {
                let message = format!("`{}` is a pipeline with a name, and takes no arguments", name.value);
                let error = Diagnostic::error(Code::E0106, message).at(argument.span).label("too much");
                self.report(error.help("part it from its stages with `|`").edit(argument.span, ""));
                return None;
            }
            return Some(table);
        }
        let Some(source) = self.catalog.source(&name.value) else {
            if !self.word_before_a_source(&name.value, name.span, arguments) {
                self.unknown_source(&name.value, name.span);
            }
            return None;
        };
        let span = arguments.last().map_or(name.span, |last| name.span.to(last.span));
        let arguments = self.arguments(source, name.span, arguments)?;
        if source.grain == SourceGrain::Files {
            return self.files(arguments, span);
        }
        let scan = Scan { source, arguments, slot: 0, span };
        Some(Table::new(Rel::Scan(scan), source.schema()))
    }

    fn arguments(&mut self, source: &'static SourceDef, at: Span, given: &[Argument]) -> Option<SourceArguments> {
        let mut read = SourceArguments::default();
        let mut words: Vec<Word> = Vec::new();
        for argument in given {
            let text = match &argument.value {
                ArgumentValue::Text(text) | ArgumentValue::Bare(text) => text.clone(),
                ArgumentValue::Param(name) => self.parameter_text(name, argument.span)?,
            };
            if text.starts_with("--") && argument.name.is_none() && self.flags(given) {
                return None;
            }
            if ["//", "--", "/*"].iter().any(|start| text.starts_with(start)) && argument.name.is_none() {
                let at = Span::new(argument.span.start, argument.span.start + 2);
                let error = Diagnostic::error(Code::E0005, format!("`{}` starts no comment", at.of(self.text))).at(at);
                let error = error.label("use `#`").help("a comment starts with `#` and runs to the end of the line");
                self.report(if text.starts_with("/*") { error } else { error.edit(at, "#") });
                return None;
            }
            match &argument.name {
                None if source.range == RangeOf::Nothing => {
                    let free = source.params.iter().find(|param| read.get(param.name).is_none());
                    let Some(param) = free else {
                        self.too_many(source, argument.span, &text);
                        return None;
                    };
                    self.formed(param, argument, &text)?;
                    read.values.push((param.name, text));
                }
                None if !words.is_empty() && self.is_verb(&text) => {
                    self.too_many(source, argument.span, &text);
                    return None;
                }
                None => words.push(Word { text, span: argument.span }),
                Some(name) => {
                    let param = self.parameter(source, name, argument.span)?;
                    if read.get(param.name).is_some() {
                        let error = Diagnostic::error(Code::E0106, format!("`{}` is given twice", param.name));
                        self.report(
                            error
                                .at(argument.span)
                                .label("the second one")
                                .help(format!("`{}` takes one: it is written `{}`", source.name, source.usage)),
                        );
                        return None;
                    }
                    self.formed(param, argument, &text)?;
                    read.values.push((param.name, text));
                }
            }
        }
        if let Some(missing) = source
            .params
            .iter()
            .find(|param| param.required && read.get(param.name).is_none_or(|value| value.trim().is_empty()))
        {
            let error = Diagnostic::error(
                Code::E0403,
                format!("`{}` needs its {}: {}", source.name, missing.name, missing.doc),
            );
            let example = source.examples.first().map_or(source.usage, |example| example.query);
            self.report(error.at(at).label(format!("no {}", missing.name)).help(format!("as in `{example}`")));
            return None;
        }
        read.months = range::months(&words);
        let back = |days: i32| self.today().saturating_sub(jiff::Span::new().days(days));
        match (source.range, words.is_empty()) {
            (RangeOf::Nothing, _) => {}
            (RangeOf::CompletedDays { default }, true) => {
                read.days = Some(Days { first: back(default), last: back(1) });
            }
            (RangeOf::CompletedDays { .. }, false) => read.days = Some(self.days(&words)?),
            (RangeOf::Instants { default }, true) => {
                read.window = Some(self.zone.window(Days { first: back(default), last: back(1) }));
            }
            (RangeOf::Instants { .. }, false) => read.window = Some(self.window(&words)?),
        }
        Some(read)
    }

    /// `activity --last 7d --group-by model`: the words of a range and of stages, written as flags; whether they are.
    fn flags(&mut self, given: &[Argument]) -> bool {
        let mut edits = Vec::new();
        for argument in given {
            let ArgumentValue::Bare(text) = &argument.value else { continue };
            let Some(flag) = text.strip_prefix("--") else { continue };
            let word = flag.strip_suffix("-by").unwrap_or(flag);
            let first = edits.is_empty();
            edits.push((
                argument.span,
                match () {
                    () if STARTERS.contains(&word) && first => word.to_string(),
                    () if self.is_verb(word) => format!("| {word}"),
                    () => return false,
                },
            ));
        }
        let Some((at, _)) = edits.first() else { return false };
        let error = Diagnostic::error(Code::E0106, "a query has no flags").at(*at).label("a word, or a stage");
        let error = error.help("a range is plain words behind the source, and a stage follows a `|`");
        self.report(edits.into_iter().fold(error, |error, (at, text)| error.edit(at, text)));
        true
    }

    fn parameter(&mut self, source: &'static SourceDef, name: &Ident, whole: Span) -> Option<&'static ParamDef> {
        if let Some(param) = source.params.iter().find(|param| param.name == name.value) {
            return Some(param);
        }
        if STARTERS.contains(&name.value.as_str()) && source.range != RangeOf::Nothing {
            let value = Span::new(name.span.end, whole.end).of(self.text).trim_start_matches(['=', ' ']);
            let mended = format!("{} {}", name.value, value.trim_matches(['"', '\'']));
            let error =
                Diagnostic::error(Code::E0106, format!("`{}` is a word of a range, and no argument", name.value));
            let error = error.at(whole).label("plain words").help(format!("write `{mended}`"));
            self.report(error.edit(whole, mended));
            return None;
        }
        let near = suggest::nearest(&name.value, source.params.iter().map(|param| param.name));
        let error = Diagnostic::error(Code::E0106, format!("`{}` has no argument `{}`", source.name, name.value));
        let error = error.at(name.span).label("unknown argument");
        let column = source.schema().find(&name.value).map(|column| column.name.clone());
        self.report(match (near.is_empty(), column) {
            (false, _) => error.did_you_mean(name.span, near),
            (true, Some(column)) => {
                let value = Span::new(name.span.end, whole.end).of(self.text).trim_start_matches(['=', ' ']);
                let mended = format!("| where {column} == {value}");
                error.help(format!("filter its rows, as in `{mended}`")).edit(whole, mended)
            }
            (true, None) => error.help(format!("it is written `{}`; filter its rows with `| where`", source.usage)),
        });
        None
    }

    /// A value that cannot be of this argument is told before it is asked for; one that is missing is told elsewhere.
    fn formed(&mut self, param: &ParamDef, argument: &Argument, text: &str) -> Option<()> {
        let at = argument.span;
        let error = match param.form {
            Form::Model if !text.trim().is_empty() && !is_model(text) => {
                let error = Diagnostic::error(Code::E0006, format!("`{text}` is no model with its author"));
                error.at(at).label("not `author/model`").help(format!("{}, as in `openai/gpt-5.2`", param.doc))
            }
            Form::Word(words) if !words.contains(&text) => {
                let error = Diagnostic::error(Code::E0006, format!("`{text}` is no {}", param.name)).at(at);
                let error = error.label("unknown").help(format!("{} is one of {}", param.name, words.join(", ")));
                let near = suggest::nearest(text, words.iter().copied());
                match near.first() {
                    Some(best) => {
                        error.help(format!("did you mean `{best}`?")).edit(at, format!("{}={best}", param.name))
                    }
                    None => error,
                }
            }
            Form::Any | Form::Model | Form::Word(_) => return Some(()),
        };
        self.report(error);
        None
    }

    fn is_verb(&self, word: &str) -> bool {
        let verb = self.catalog.verb(word).is_some() || self.catalog.aggregates().any(|f| f.name == word);
        verb && !STARTERS.contains(&word)
    }

    fn too_many(&mut self, source: &SourceDef, at: Span, text: &str) {
        let start = Span::new(at.start, at.start);
        if self.is_verb(text) {
            let error = Diagnostic::error(Code::E0106, format!("a `|` is missing before `{text}`")).at(at);
            self.report(
                error.label("a stage starts here").help("part the source from its stages with `|`").edit(start, "| "),
            );
            return;
        }
        let error = Diagnostic::error(Code::E0106, format!("`{}` takes no `{text}`", source.name));
        let error = error.at(at).label("too much");
        let schema = source.schema();
        self.report(if STARTERS.contains(&text) {
            error.help(format!("`{}` has no range of time: it is written `{}`", source.name, source.usage))
        } else if let Some(column) = schema.find(text) {
            let verb = if column.ty == Type::Bool { "where" } else { "select" };
            error.help(format!("write `| {verb} {text}`")).edit(start, format!("| {verb} "))
        } else {
            error.help(format!("it is written `{}`", source.usage))
        });
    }
}

/// `author/model`, or `author/model:variant`.
fn is_model(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~:".contains(c));
    text.split_once('/').is_some_and(|(author, model)| plain(author) && plain(model))
}
