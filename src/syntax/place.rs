//! What may be typed where a text ends: the place that completion looks for candidates for. Word by word, for a text that
//! is being typed seldom parses.

use pest::Parser as _;

use super::classify::is_definer;
use super::format::RESERVED;
use super::parse::{OrqParser, Rule, span_of};
use crate::span::Span;

/// The end of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where the word that has been begun starts; the end of the text where none has.
    pub start: usize,
    pub wants: Wants,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A source, a pipeline with a name, or a word that starts a statement.
    Start(Begins),
    /// A value or an argument of this source; the value of an argument where its name stands before.
    Source {
        name: String,
        argument: Option<String>,
    },
    Verb,
    /// What may stand in a stage.
    Inside(Stage),
    /// What this column may be, in quotes.
    Text(Stage, Option<String>),
    /// The name of a parameter, behind its `@`.
    Parameter,
    Nothing,
}

/// What a pipeline stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    Statement,
    Pipeline,
}

/// A stage that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    pub verb: String,
    /// The statement up to the stage, and how much of that are the statements and brackets around its pipeline.
    pub before: Before,
    /// `by` and its like, where one was written.
    pub clause: Option<String>,
    /// How many words of it are there already.
    pub words: usize,
}

/// The text that gives the rows of a stage: the statements before, and the pipeline up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// Where the statement starts.
    pub statement: usize,
    /// Where the pipeline starts, inside of a bracket or not.
    pub pipeline: usize,
    /// Where the `|` before the stage is.
    pub end: usize,
}

/// A pipeline, or a bracket of which it is not known yet whether it holds one.
#[derive(Clone)]
struct Frame {
    start: usize,
    at: At,
    source: String,
    argument: Option<String>,
    stage: Option<Stage>,
    /// The name before an operator.
    column: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start(Begins),
    /// Behind `let`, up to its `=`.
    Name,
    /// In a definition that has no pipeline.
    Value,
    Source,
    Verb,
    Inside,
}

impl Frame {
    fn new(start: usize, at: At) -> Self {
        Self { start, at, source: String::new(), argument: None, stage: None, column: None }
    }
}

/// What may be typed at the end of this text.
pub fn place(text: &str) -> Place {
    placed(text, &mut 0)
}

/// Where the statement starts that the end of a text belongs to.
pub fn last_statement(text: &str) -> usize {
    let mut statement = 0;
    placed(text, &mut statement);
    statement
}

/// The end of a text, and where its statement starts.
fn placed(text: &str, statement: &mut usize) -> Place {
    let nothing = Place { start: text.len(), wants: Wants::Nothing };
    let Ok(mut pairs) = OrqParser::parse(Rule::lexed, text) else { return nothing };
    let mut frames = vec![Frame::new(0, At::Start(Begins::Statement))];
    // A word that touches the end is still being written.
    let mut begun: Option<(usize, Rule, Frame)> = None;
    let pieces = pairs.next().into_iter().flat_map(|pair| pair.into_inner());
    for pair in pieces.filter(|pair| pair.as_rule() != Rule::EOI) {
        let (rule, span, word) = (pair.as_rule(), span_of(&pair), pair.as_str().trim_end());
        let inherited = frames.iter().rev().find_map(|frame| frame.stage.clone());
        let depth = frames.len();
        let Some(frame) = frames.last_mut() else { return nothing };
        if pair.as_span().end() == text.len() && span.end == text.len() {
            let mut here = frame.clone();
            here.stage = here.stage.or(inherited.clone());
            begun = Some((span.start, rule, here));
        }
        match rule {
            Rule::comment => {}
            Rule::stop => {
                *statement = span.end;
                frames = vec![Frame::new(span.end, At::Start(Begins::Statement))];
            }
            // A line end in brackets, or behind what wants more, ends nothing.
            Rule::line if depth == 1 && ends_a_statement(text, *statement, span) => {
                *statement = span.end;
                frames = vec![Frame::new(span.end, At::Start(Begins::Statement))];
            }
            Rule::line => {}
            Rule::open => {
                let at = match frame.at {
                    At::Start(_) => At::Start(Begins::Pipeline),
                    At::Name | At::Value => At::Value,
                    At::Source | At::Verb | At::Inside => At::Inside,
                };
                if frame.at == At::Verb {
                    frame.at = At::Inside;
                }
                let inner = Frame { column: frame.column.clone(), ..Frame::new(span.end, at) };
                frames.push(inner);
            }
            Rule::close => {
                if depth > 1 {
                    frames.pop();
                }
                if let Some(frame) = frames.last_mut().filter(|frame| matches!(frame.at, At::Start(_))) {
                    frame.at = At::Source;
                }
            }
            Rule::one_pipe => {
                let before = Before { statement: *statement, pipeline: frame.start, end: span.start };
                frame.at = At::Verb;
                frame.column = None;
                frame.stage = Some(Stage { verb: String::new(), before, clause: None, words: 0 });
            }
            _ => goes_on(frame, rule, word),
        }
    }
    match begun {
        Some((start, rule, frame)) => wanted(text, start, rule, &frame).unwrap_or(nothing),
        // A sign without its name is no word yet.
        None if text.ends_with('@') => Place { start: text.len(), wants: Wants::Parameter },
        None => {
            let inherited = frames.iter().rev().find_map(|frame| frame.stage.clone());
            let frame = frames.last().cloned().map(|frame| Frame { stage: frame.stage.clone().or(inherited), ..frame });
            frame.map_or(nothing, |frame| Place { start: text.len(), wants: next(&frame) })
        }
    }
}

/// Whether the line that ends here is the end of its statement.
fn ends_a_statement(text: &str, start: usize, line: Span) -> bool {
    let (before, after) = (text.get(start..line.start).unwrap_or_default(), text.get(line.end..).unwrap_or_default());
    super::is_complete(before) && !after.trim_start().starts_with('|')
}

/// The state behind a word of a pipeline.
fn goes_on(frame: &mut Frame, rule: Rule, word: &str) {
    let is_name = matches!(rule, Rule::bare_name | Rule::callee | Rule::quoted_name);
    match frame.at {
        At::Start(Begins::Statement) if word == "let" => frame.at = At::Name,
        At::Start(Begins::Statement) if word == "explain" => {}
        At::Start(Begins::Statement) if is_definer(word) => frame.at = At::Value,
        At::Start(_) => {
            frame.source = word.trim_matches('`').to_string();
            frame.at = At::Source;
        }
        At::Name if word == "=" => frame.at = At::Start(Begins::Pipeline),
        At::Name | At::Value => {}
        At::Source => {
            frame.argument = match word {
                "=" => frame.argument.take(),
                _ if is_name => Some(word.to_string()),
                _ => None,
            };
        }
        At::Verb => {
            if let Some(stage) = &mut frame.stage {
                stage.verb = word.to_string();
            }
            frame.at = At::Inside;
        }
        At::Inside => {
            if let Some(stage) = &mut frame.stage {
                stage.words += 1;
                if matches!(word, "by" | "on" | "per") {
                    stage.clause = Some(word.to_string());
                }
            }
            if matches!(word, "and" | "or") {
                frame.column = None;
            } else if is_name && !RESERVED.contains(&word) {
                frame.column = Some(word.trim_matches('`').to_string());
            }
        }
    }
}

/// What the word that is being written is to be.
fn wanted(text: &str, start: usize, rule: Rule, frame: &Frame) -> Option<Place> {
    match rule {
        Rule::bare_name | Rule::callee => {
            let wants = next(frame);
            // Arguments of sources are typed with their `=`.
            Some(Place { start, wants })
        }
        Rule::bad_string => {
            let stage = frame.stage.clone()?;
            (frame.at == At::Inside)
                .then(|| Place { start: start + 1, wants: Wants::Text(stage, frame.column.clone()) })
        }
        Rule::param => Some(Place { start: start + 1, wants: Wants::Parameter }),
        Rule::sign | Rule::one_pipe | Rule::open | Rule::stop | Rule::line if text.ends_with('@') => {
            Some(Place { start: text.len(), wants: Wants::Parameter })
        }
        Rule::one_pipe => Some(Place { start: text.len(), wants: Wants::Verb }),
        Rule::open => {
            let inner = match frame.at {
                At::Start(_) => Frame { at: At::Start(Begins::Pipeline), ..frame.clone() },
                _ => frame.clone(),
            };
            Some(Place { start: text.len(), wants: next(&Frame { at: inside_of_bracket(inner.at), ..inner }) })
        }
        Rule::stop | Rule::line => Some(Place { start: text.len(), wants: Wants::Start(Begins::Statement) }),
        Rule::sign => {
            let mut after = frame.clone();
            goes_on(&mut after, rule, text.get(start..).unwrap_or_default());
            Some(Place { start: text.len(), wants: next(&after) })
        }
        _ => None,
    }
}

fn inside_of_bracket(at: At) -> At {
    if at == At::Verb { At::Inside } else { at }
}

fn next(frame: &Frame) -> Wants {
    match (frame.at, &frame.stage) {
        (At::Start(begins), _) => Wants::Start(begins),
        (At::Source, _) => Wants::Source { name: frame.source.clone(), argument: frame.argument.clone() },
        (At::Verb, _) => Wants::Verb,
        (At::Inside, Some(stage)) => Wants::Inside(stage.clone()),
        (At::Inside | At::Name | At::Value, _) => Wants::Nothing,
    }
}
