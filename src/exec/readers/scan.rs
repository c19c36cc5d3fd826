//! The rows of files as a query needs them: only the columns that are used, filtered while they are read, and never all in
//! memory where they are many.

use polars::prelude::*;

use super::super::collect;
use super::super::decode::defect;
use super::batch::{self, Batches};
use super::find::{find, format_of};
use super::input::{Found, Place};
use super::kept::Kept;
use super::options::Options;
use super::{Inputs, Read, Trouble, parquet};
use crate::diagnostics::{Code, Diagnostic};
use crate::exec::permissions::Permissions;
use crate::harmless;
use crate::model::expr::{Node, Typed};
use crate::model::files::ReadFiles;
use crate::model::rel::Rel;

/// The rows, and what is worth knowing of them.
pub struct FileRows {
    pub rows: LazyFrame,
    pub size: Size,
    pub warnings: Vec<Diagnostic>,
}

/// How the engine is to go about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Small,
    /// More than is good for memory: some at a time.
    Large,
}

/// Files of the engine's own format from this size on are large.
const LARGE: u64 = 128 << 20;

/// Reads the rows that fulfil all conditions; so many of them are enough.
pub fn scan(
    files: &ReadFiles,
    conditions: &[Expr],
    most: Option<usize>,
    permissions: &Permissions,
    inputs: &Inputs,
) -> Result<FileRows, Diagnostic> {
    let placed = |error: Diagnostic| error.at(files.span);
    let options = Options::of(&files.arguments).map_err(placed)?;
    let found = find(&files.arguments, permissions, &inputs.standard).map_err(placed)?;
    inputs.watch.will_read(&found);
    let mut gathered = Gathered {
        files,
        conditions,
        most,
        parts: Vec::new(),
        kept: Kept::default(),
        large: false,
        warnings: Vec::new(),
    };
    for file in &found {
        if most.is_some_and(|most| gathered.kept.height >= most) {
            break;
        }
        match format_of(file, &options).map_err(placed)?.read {
            Read::Engine => {
                gathered.engine(file)?;
                inputs.watch.read(file.length());
            }
            Read::Rows(open) => {
                let told = |trouble: Trouble| trouble.of(&file.name).at(files.span);
                let reader = file.open_for(&inputs.watch).and_then(|input| open(input, &options)).map_err(told)?;
                let batches = Batches::new(reader, files, &options);
                gathered.batches(file, batches)?;
            }
        }
    }
    gathered.finish()
}

/// Hands on the rows of files part by part, at least one part, and gives what is worth knowing of them; nothing where the
/// engine reads one of the files.
pub fn each(
    files: &ReadFiles,
    permissions: &Permissions,
    inputs: &Inputs,
    mut take: impl FnMut(DataFrame) -> Result<(), Diagnostic>,
) -> Result<Option<Vec<Diagnostic>>, Diagnostic> {
    let placed = |error: Diagnostic| error.at(files.span);
    let options = Options::of(&files.arguments).map_err(placed)?;
    let mut readers = Vec::new();
    let found = find(&files.arguments, permissions, &inputs.standard).map_err(placed)?;
    for file in &found {
        match format_of(file, &options).map_err(placed)?.read {
            Read::Engine => return Ok(None),
            Read::Rows(open) => readers.push((file, open)),
        }
    }
    let mut warnings = Vec::new();
    inputs.watch.will_read(&found);
    take(none(files)?)?;
    for (file, open) in readers {
        let told = |trouble: Trouble| trouble.of(&file.name).at(files.span);
        let reader = file.open_for(&inputs.watch).and_then(|input| open(input, &options)).map_err(told)?;
        let mut batches = Batches::new(reader, files, &options);
        while let Some(batch) = batches.next(told)? {
            take(batch)?;
        }
        warnings.extend(left_out(&batches, file, files));
        warnings.extend(in_no_column(&batches, file, files));
    }
    Ok(Some(warnings))
}

/// A word on lines that were left out.
fn left_out(batches: &Batches<'_>, file: &Found, files: &ReadFiles) -> Option<Diagnostic> {
    let (line, why) = batches.first.as_ref()?;
    let (lines, are) = if batches.skipped == 1 { ("line", "is") } else { ("lines", "are") };
    let message = format!("{} {lines} of `{}` {are} left out", batches.skipped, file.name);
    let warning = Diagnostic::warning(Code::E0605, message).at(files.span).label("not all lines are read");
    Some(warning.help(format!("line {line} {why}")))
}

/// A word on fields that the first rows do not have.
fn in_no_column(batches: &Batches<'_>, file: &Found, files: &ReadFiles) -> Option<Diagnostic> {
    let (line, name) = batches.late.as_ref()?;
    let message = format!("line {line} of `{}` has a field that no column has: {}", file.name, harmless::line(name));
    let warning = Diagnostic::warning(Code::E0605, message).at(files.span).label("columns are those of the first rows");
    Some(warning.help("it is left out; a row among the first that has it makes it a column"))
}

struct Gathered<'a> {
    files: &'a ReadFiles,
    conditions: &'a [Expr],
    most: Option<usize>,
    /// Rows of the files before, in their order.
    parts: Vec<LazyFrame>,
    kept: Kept,
    large: bool,
    warnings: Vec<Diagnostic>,
}

impl Gathered<'_> {
    fn filtered(&self, rows: LazyFrame) -> LazyFrame {
        self.conditions.iter().fold(rows, |rows, condition| rows.filter(condition.clone()))
    }

    fn engine(&mut self, file: &Found) -> Result<(), Diagnostic> {
        self.flush()?;
        self.large |= match &file.place {
            Place::Path(_) | Place::Held(_) => file.length() > LARGE,
            Place::Standard(_) => false,
        };
        let rows = parquet::rows(file, &self.files.columns).map_err(|error| error.at(self.files.span))?;
        self.parts.push(self.filtered(rows));
        Ok(())
    }

    fn batches(&mut self, file: &Found, mut batches: Batches<'_>) -> Result<(), Diagnostic> {
        let span = self.files.span;
        if let (Some(most), true) = (self.most, self.conditions.is_empty()) {
            batches = batches.at_most(most.saturating_sub(self.kept.height));
        }
        while let Some(batch) = batches.next(|trouble| trouble.of(&file.name).at(span))? {
            let batch = if self.conditions.is_empty() { batch } else { collect::rows(self.filtered(batch.lazy()))? };
            self.kept.add(batch).map_err(|error| error.at(span))?;
            if self.most.is_some_and(|most| self.kept.height >= most) {
                break;
            }
        }
        self.warnings.extend(left_out(&batches, file, self.files));
        self.warnings.extend(in_no_column(&batches, file, self.files));
        Ok(())
    }

    /// What was kept becomes a part.
    fn flush(&mut self) -> Result<(), Diagnostic> {
        let kept = std::mem::take(&mut self.kept);
        self.large |= kept.is_large();
        self.parts.extend(kept.finish()?);
        Ok(())
    }

    fn finish(mut self) -> Result<FileRows, Diagnostic> {
        self.flush()?;
        let size = if self.large { Size::Large } else { Size::Small };
        let warnings = self.warnings;
        let rows = match self.parts.len() {
            0 => none(self.files)?.lazy(),
            1 => self.parts.pop().unwrap_or_default(),
            _ => {
                let together = UnionArgs { parallel: false, to_supertypes: true, ..UnionArgs::default() };
                concat(self.parts, together).map_err(defect)?
            }
        };
        Ok(FileRows { rows, size, warnings })
    }
}

/// The columns without rows.
fn none(files: &ReadFiles) -> Result<DataFrame, Diagnostic> {
    let empty = |column: &crate::model::schema::Column| {
        Series::new_empty(PlSmallStr::from_str(&column.name), &batch::dtype(&column.ty)).into_column()
    };
    DataFrame::new(0, files.columns.columns.iter().map(empty).collect()).map_err(defect)
}

/// A filter above this may be applied while rows are read.
pub fn takes_filter(rel: &Rel, condition: &Typed) -> bool {
    is_of_one_row(condition) && gives_rows_of_files(rel)
}

/// Of the files below this no more rows need to be read than are wanted of it.
pub fn takes_limit(rel: &Rel) -> bool {
    if let Rel::Project { input, columns } = rel {
        return columns.iter().all(|named| is_of_one_row(&named.value)) && takes_limit(input);
    }
    gives_rows_of_files(rel)
}

/// Its rows are those of files, or some of them, each looked at alone.
fn gives_rows_of_files(rel: &Rel) -> bool {
    match rel {
        Rel::Read(_) => true,
        Rel::Filter { input, condition } => takes_filter(input, condition),
        Rel::Scan(_)
        | Rel::Constant { .. }
        | Rel::Last(_)
        | Rel::Project { .. }
        | Rel::Aggregate { .. }
        | Rel::Sort { .. }
        | Rel::Limit { .. }
        | Rel::Unnest { .. }
        | Rel::Join { .. }
        | Rel::LookupJoin { .. }
        | Rel::Window { .. }
        | Rel::Union { .. }
        | Rel::Pivot { .. }
        | Rel::Unpivot { .. }
        | Rel::Fill { .. }
        | Rel::Sample { .. }
        | Rel::Describe { .. }
        | Rel::Assert { .. }
        | Rel::Save { .. } => false,
    }
}

/// The files of a plan that takes filters and limits.
pub fn files_of(rel: &Rel) -> Option<&ReadFiles> {
    match (rel, rel.inputs().as_slice()) {
        (Rel::Read(files), _) => Some(files),
        (_, [input]) => files_of(input),
        _ => None,
    }
}

/// Its value in a row says nothing of other rows.
fn is_of_one_row(typed: &Typed) -> bool {
    match &typed.node {
        Node::Literal(_) | Node::Column(_) => true,
        Node::Field(record, _) => is_of_one_row(record),
        Node::Scalar(_, parts) => parts.iter().all(is_of_one_row),
        Node::Aggregate(_) => false,
    }
}
