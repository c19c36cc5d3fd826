//! The layout of a text: statements one below the other, long pipelines a stage a line, comments where they stand.

use super::ast::*;
use super::format;
use crate::span::Span;

/// A line is broken where it would be longer, and where the writer broke it.
const WIDTH: usize = 100;

/// The whole text. The spans of the tree are those of `text`; the texts of its parts are not looked at.
pub fn script(script: &Script, text: &str) -> String {
    let source = Written { text };
    let mut blocks: Vec<Block> = Vec::new();
    let mut comments = script.comments.iter().peekable();
    let ends: Vec<usize> =
        script.statements.iter().map(|statement| end(statement.span, &script.comments, text)).collect();
    for (place, statement) in script.statements.iter().enumerate() {
        while let Some(comment) = comments.next_if(|comment| comment.span.start < statement.span.start) {
            blocks.push(Block::comment(comment));
        }
        let end = ends.get(place).copied().unwrap_or(statement.span.end);
        let next = script.statements.get(place + 1);
        let ours = |comment: &Comment| {
            let between = Span::new(end, comment.span.start).of(text);
            let behind = next.is_none_or(|next| comment.span.start < next.span.start);
            comment.span.start < end || (behind && !between.contains(['\n', '\r']))
        };
        let mut inside = Vec::new();
        while let Some(comment) = comments.next_if(|comment| ours(comment)) {
            inside.push(comment);
        }
        let stop = next.is_some_and(|next| matches!(next.kind, StatementKind::Resume(_)));
        let end = inside.last().map_or(end, |comment| comment.span.end.max(end));
        let span = Span::new(statement.span.start, end);
        let param = param(&statement.kind).filter(|_| inside.len() < 2);
        let lines = source.statement(statement, &inside, if stop { ";" } else { "" });
        blocks.push(Block { lines, span, param });
    }
    blocks.extend(comments.map(Block::comment));
    align(&mut blocks, text);
    let mut laid = String::new();
    let mut before: Option<Span> = None;
    for block in blocks {
        let gap = before.map(|before| Span::new(before.end, block.span.start).of(text));
        if gap.is_some_and(has_blank_line) {
            laid.push('\n');
        }
        before = Some(block.span);
        for line in block.lines {
            laid += &line;
            laid.push('\n');
        }
    }
    laid
}

/// A statement, or a comment between two, and the place that it had.
struct Block {
    lines: Vec<String>,
    span: Span,
    param: Option<[String; 4]>,
}

impl Block {
    fn comment(comment: &Comment) -> Self {
        Self { lines: vec![comment.text.trim_end().to_string()], span: comment.span, param: None }
    }
}

/// At least two line ends, with nothing but white space around them.
pub fn has_blank_line(gap: &str) -> bool {
    gap.replace("\r\n", "\n").matches(['\n', '\r']).count() > 1
}

/// `name:`, its type, its default, and what it is for.
fn param(kind: &StatementKind) -> Option<[String; 4]> {
    let StatementKind::Param { name, ty, default, doc } = kind else { return None };
    let start = format!("param {}:", format::word(&name.value));
    let default = default.as_ref().map(|default| format!("= {}", format::default_value(&default.value)));
    let doc = doc.as_ref().map(|doc| format::quoted(&doc.value));
    Some([start, format::word(&ty.value), default.unwrap_or_default(), doc.unwrap_or_default()])
}

fn one_line(param: &[String; 4]) -> String {
    param.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Parameters that follow each other stand below each other, each of their parts in a column.
fn align(blocks: &mut [Block], text: &str) {
    let together = |a: &Block, b: &Block| {
        let apart = has_blank_line(Span::new(a.span.end, b.span.start).of(text));
        a.param.is_some() && b.param.is_some() && !apart
    };
    for run in blocks.chunk_by_mut(together) {
        let width = |part: usize| {
            let parts = run.iter().filter_map(|block| block.param.as_ref()?.get(part));
            parts.map(|part| part.chars().count()).max().unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2), 0];
        for block in run {
            let (Some(param), Some(line)) = (&block.param, block.lines.last_mut()) else { continue };
            let plain = one_line(param);
            let cells: Vec<String> = param.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            let used = cells.iter().filter(|cell| !cell.is_empty()).map(String::as_str).collect::<Vec<_>>();
            if let Some(behind) = line.strip_prefix(&plain) {
                *line = used.join(" ").trim_end().to_string() + behind;
            }
        }
    }
}

/// A part of a statement that is not broken itself: a source, a stage, or one of its items.
struct Atom {
    text: String,
    start: usize,
    /// What stands before it where it starts a line.
    indent: String,
    part: Part,
    /// Comments on lines of their own.
    above: Vec<String>,
    /// A comment on the same line.
    behind: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It starts a line where the pipeline is broken.
    Stage,
    /// It starts a line where the items of its stage are broken.
    Item,
}

impl Atom {
    fn new(text: String, start: usize, indent: &str, part: Part) -> Self {
        Self { text, start, indent: indent.to_string(), part, above: Vec::new(), behind: None }
    }
}

/// The end of a statement without the white space and comments that its span may end in.
pub fn end(span: Span, comments: &[Comment], text: &str) -> usize {
    let mut end = span.end;
    loop {
        end = span.start + Span::new(span.start, end).of(text).trim_end().len();
        let last = comments.iter().find(|comment| comment.span.start < end && end <= comment.span.end);
        match last {
            Some(comment) if comment.span.start > span.start => end = comment.span.start,
            _ => return end,
        }
    }
}

/// The text that is laid out anew.
struct Written<'a> {
    text: &'a str,
}

impl Written<'_> {
    fn statement(&self, statement: &Statement, comments: &[&Comment], stop: &str) -> Vec<String> {
        let mut atoms = Vec::new();
        let start = statement.span.start;
        match &statement.kind {
            StatementKind::Let { name, pipeline } => {
                atoms.push(Atom::new(format!("let {} =", format::word(&name.value)), start, "", Part::Stage));
                atoms.push(Atom::new(format::source(&pipeline.source), pipeline.span.start, "  ", Part::Stage));
                stages(&pipeline.stages, "  ", &mut atoms);
            }
            StatementKind::Explain(pipeline) => {
                atoms.push(Atom::new(format!("explain {}", format::source(&pipeline.source)), start, "", Part::Stage));
                stages(&pipeline.stages, "", &mut atoms);
            }
            StatementKind::Query(pipeline) => {
                atoms.push(Atom::new(format::source(&pipeline.source), start, "", Part::Stage));
                stages(&pipeline.stages, "", &mut atoms);
            }
            StatementKind::Resume(resumed) => stages(resumed, "", &mut atoms),
            StatementKind::Param { .. }
            | StatementKind::Const { .. }
            | StatementKind::Fn { .. }
            | StatementKind::Use { .. } => {
                atoms.push(Atom::new(format::statement(&statement.kind), start, "", Part::Stage));
            }
        }
        comments.iter().for_each(|comment| self.attach(comment, &mut atoms));
        if let Some(last) = atoms.last_mut() {
            last.text += stop;
        }
        self.lines(&atoms)
    }

    /// Gives a comment to the part that it speaks of: behind it where both share a line, above the next one otherwise.
    fn attach(&self, comment: &Comment, atoms: &mut [Atom]) {
        let text = comment.text.trim_end().to_string();
        let line = self.text.get(..comment.span.start).unwrap_or_default().rsplit(['\n', '\r']).next();
        let own_line = line.is_none_or(|line| line.trim().is_empty());
        let next = atoms.iter().position(|atom| atom.start > comment.span.start).unwrap_or(atoms.len());
        let place = if own_line && next < atoms.len() { next } else { next.saturating_sub(1) };
        let Some(atom) = atoms.get_mut(place) else { return };
        if own_line {
            atom.above.push(text);
        } else {
            atom.above.extend(atom.behind.replace(text));
        }
    }

    fn lines(&self, atoms: &[Atom]) -> Vec<String> {
        let one_line: usize = atoms.iter().map(|atom| atom.text.chars().count() + 1).sum();
        let runs: Vec<&[Atom]> = atoms.chunk_by(|_, next| next.part == Part::Item).collect();
        let written: Vec<bool> = std::iter::once(false)
            .chain(atoms.iter().zip(atoms.iter().skip(1)).map(|(atom, next)| self.is_broken(atom, next)))
            .collect();
        let broken = written.contains(&true) || one_line > WIDTH + 1;
        let mut lines: Vec<String> = Vec::new();
        let mut written = written.iter();
        for run in runs {
            let first = run.first().map_or(0, |atom| atom.indent.len());
            let long = first + run.iter().map(|atom| atom.text.chars().count() + 1).sum::<usize>() > WIDTH + 1;
            let items = written.by_ref().take(run.len()).skip(1).any(|broken| *broken);
            for atom in run {
                let starts = match atom.part {
                    Part::Stage => broken,
                    Part::Item => items || (broken && long),
                };
                match lines.last_mut() {
                    Some(line) if !starts => *line += &format!(" {}", atom.text),
                    _ => {
                        lines.extend(atom.above.iter().map(|comment| format!("{}{comment}", atom.indent)));
                        lines.push(format!("{}{}", atom.indent, atom.text));
                    }
                }
                if let (Some(comment), Some(line)) = (&atom.behind, lines.last_mut()) {
                    *line += &format!("  {comment}");
                }
            }
        }
        lines
    }

    /// Whether a line ends between two parts: the writer broke it, or a comment does.
    fn is_broken(&self, atom: &Atom, next: &Atom) -> bool {
        let both = Span::new(atom.start, next.start).of(self.text);
        let code = both.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | '='));
        let gap = both.get(code.len()..).unwrap_or_default();
        atom.behind.is_some() || !next.above.is_empty() || gap.contains(['\n', '\r'])
    }
}

fn stages(stages: &[Stage], indent: &str, atoms: &mut Vec<Atom>) {
    for stage in stages {
        let mut text = format!("| {}", format::head(stage));
        let deeper = " ".repeat(indent.len() + text.chars().count());
        let mut atom = Atom::new(String::new(), stage.span.start, indent, Part::Stage);
        for (place, item) in stage.items.iter().enumerate() {
            if place > 0 {
                atom.text = std::mem::take(&mut text) + ",";
                atoms.push(atom);
                atom = Atom::new(String::new(), item.span.start, &deeper, Part::Item);
            }
            let before = if place > 0 { deeper.as_str() } else { indent };
            let margin = before.len() + if place > 0 { 0 } else { "| ".len() };
            text += &fitted(item, before.len() + text.chars().count(), margin);
        }
        atom.text = text + &format::clauses(&stage.clauses);
        atoms.push(atom);
    }
}

/// An item that starts so far from the left; a call that is too long for its line has an argument a line.
fn fitted(item: &Item, from: usize, margin: usize) -> String {
    let flat = format::item(item);
    let ExprKind::Call(call) = &item.value.kind else { return flat };
    let whole = format::expr(&item.value);
    let parts = flat.split_once(&whole);
    let (Some((before, behind)), true) = (parts, from + flat.chars().count() > WIDTH) else { return flat };
    if call.arguments.len() < 2 || call.over.is_some() {
        return flat;
    }
    let margin = " ".repeat(margin);
    let arguments: Vec<String> = call.arguments.iter().map(|a| format!("{margin}  {}", format::expr(a))).collect();
    format!("{before}{}(\n{}\n{margin}){behind}", call.name.value, arguments.join(",\n"))
}
