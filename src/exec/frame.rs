//! The only builder of LazyFrames: each primitive of a plan is one step of polars.

use std::sync::Once;

use polars::error::set_warning_function;
use polars::prelude::*;

use super::by_key::Joined;
use super::collect;
use super::decode::defect;
use super::expr::{self, column};
use super::fetch::Rows;
use super::given_up::GivenUp;
use super::join::Join;
use super::permissions::Permissions;
use super::readers::{self, FileRows, Inputs, Size};
use super::save::save;
use super::{assert, describe, fill, open, over, reshape};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::expr::{AggregateOp, Node, Typed};
use crate::model::frame::Frame;
use crate::model::hidden::{Hidden, OTHERS};
use crate::model::rel::{Named, Rel, SortKey};
use crate::model::schema::Schema;
use crate::model::zone::Zone;

/// A key of groups before it has its name, how many rows a group has, and a record whose fields become columns.
const KEY: Hidden = Hidden::new("key");
const ROWS: Hidden = Hidden::new("rows");
const RECORD: Hidden = Hidden::new("record");

static QUIET: Once = Once::new();

/// What a plan gave.
#[derive(Clone, Debug)]
pub struct Ran {
    pub frame: Frame,
    /// The same rows, as a plan may go on from them.
    pub rows: Rows,
    /// What was seen on the way and is worth knowing.
    pub warnings: Vec<Diagnostic>,
}

/// What a plan runs over: the rows of its scans, which are those of their slots, and its look-up joins that are made.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    pub frames: &'a [&'a DataFrame],
    pub joined: &'a Joined,
    /// Those of the last result, where there is one.
    pub last: Option<&'a DataFrame>,
    pub input: &'a Inputs,
    /// Whose clocks show the times that become names and messages.
    pub zone: &'a Zone,
    /// What nobody waits for writes no file.
    pub given_up: &'a GivenUp,
}

/// Runs a plan.
pub fn run(rel: &Rel, schema: &Schema, given: Given<'_>, permissions: &Permissions) -> Result<Ran, Diagnostic> {
    let mut runner = Runner::new(given, permissions);
    let rows = runner.lower(rel)?;
    let rows = match permissions.rows() {
        // One row more tells that there are too many.
        Some(most) => rows.limit(IdxSize::try_from(most.saturating_add(1)).unwrap_or(IdxSize::MAX)),
        None => rows,
    };
    let (frame, schema) = open::closed(rows, schema, |rows| runner.collected(rows))?;
    permissions.few_enough(frame.height())?;
    Ok(Ran { frame: collect::frame(&frame, &schema)?, rows: frame, warnings: runner.warnings })
}

/// Rows that are there, as plain values.
pub fn shown(rows: &Rows, schema: &Schema) -> Result<Frame, Diagnostic> {
    collect::frame(rows, schema)
}

/// Runs a part of a plan, for what is looked up for its rows.
pub fn part_of(rel: &Rel, given: Given<'_>, permissions: &Permissions) -> Result<(Rows, Vec<Diagnostic>), Diagnostic> {
    let mut runner = Runner::new(given, permissions);
    let rows = runner.lower(rel)?;
    let rows = runner.collected(rows)?;
    Ok((rows, runner.warnings))
}

struct Runner<'a> {
    given: Given<'a>,
    permissions: &'a Permissions,
    warnings: Vec<Diagnostic>,
    /// Of all files that were read.
    size: Size,
    /// What the files below are filtered by while they are read, and how many of their rows are enough.
    conditions: Vec<Expr>,
    enough: Option<usize>,
    /// The part of the files that is at hand, where they are taken part by part.
    part: Option<DataFrame>,
}

impl<'a> Runner<'a> {
    fn new(given: Given<'a>, permissions: &'a Permissions) -> Self {
        // What the engine remarks on its own ways is nothing that a query could heed.
        QUIET.call_once(|| set_warning_function(|_, _| {}));
        let (warnings, conditions) = (Vec::new(), Vec::new());
        Self { given, permissions, warnings, size: Size::Small, conditions, enough: None, part: None }
    }

    fn collected(&self, rows: LazyFrame) -> Result<DataFrame, Diagnostic> {
        match self.size {
            Size::Small => collect::rows(rows),
            Size::Large => collect::many_rows(rows),
        }
    }

    /// The rows of an input; columns that only the rows tell are there.
    fn input(&mut self, input: &Rel, of: &Rel) -> Result<LazyFrame, Diagnostic> {
        let mut rows = self.lower(input)?;
        open::must_have(&mut rows, of)?;
        Ok(rows)
    }

    fn lower(&mut self, rel: &Rel) -> Result<LazyFrame, Diagnostic> {
        Ok(match rel {
            Rel::Scan(scan) => {
                let Some(frame) = self.given.frames.get(scan.slot) else {
                    return Err(not_fetched(scan.source.name));
                };
                (*frame).clone().lazy()
            }
            Rel::Read(files) => {
                let (conditions, enough) = (std::mem::take(&mut self.conditions), self.enough.take());
                if let Some(part) = self.part.take() {
                    return Ok(conditions.into_iter().fold(part.lazy(), LazyFrame::filter));
                }
                let read = readers::scan(files, &conditions, enough, self.permissions, self.given.input)?;
                let FileRows { rows, size, warnings } = read;
                self.warnings.extend(warnings);
                self.size = if size == Size::Large { size } else { self.size };
                rows
            }
            Rel::Constant { schema, rows } => collect::constant(schema, rows)?.lazy(),
            Rel::Last(_) => match self.given.last {
                Some(rows) => rows.clone().lazy(),
                None => return Err(not_fetched("the last result")),
            },
            Rel::Filter { input, condition } => {
                let value = expr::lower(condition).cast(DataType::Boolean);
                if readers::takes_filter(input, condition) {
                    self.conditions.push(value);
                    return self.lower(input);
                }
                self.input(input, rel)?.filter(value)
            }
            Rel::Project { input, columns } => projected(self.input(input, rel)?, columns)?,
            Rel::Aggregate { input, keys, aggregates } => {
                if let Some(rows) = self.aggregated_by_parts(input, keys, aggregates)? {
                    return Ok(rows);
                }
                let input = self.input(input, rel)?;
                if aggregates.iter().any(|named| has_only(&named.value)) {
                    one_row_each(input.clone(), keys)?;
                }
                aggregated(input, keys, aggregates)
            }
            Rel::Sort { input, by } => sorted(self.input(input, rel)?, by),
            Rel::Limit { input, skip, take } => {
                self.enough = take.filter(|_| readers::takes_limit(input)).map(|take| take.saturating_add(*skip));
                let take = take.and_then(|take| IdxSize::try_from(take).ok()).unwrap_or(IdxSize::MAX);
                self.lower(input)?.slice(i64::try_from(*skip).unwrap_or(i64::MAX), take)
            }
            Rel::Unnest { input, column, fields } => unnested(self.lower(input)?, column, fields),
            Rel::Join { left, right, kind, on, added, span } => {
                let (left, right) = (self.lower(left)?, self.lower(right)?);
                let (rows, warning) =
                    Join { kind: *kind, on, added, span: *span, zone: self.given.zone }.run(left, right)?;
                self.warnings.extend(warning);
                rows
            }
            Rel::LookupJoin { source, slot, .. } => match self.given.joined.rows(*slot) {
                Some(rows) => rows.clone().lazy(),
                None => return Err(not_fetched(source.name)),
            },
            Rel::Window { input, columns } => over::windows(self.input(input, rel)?, columns).map_err(defect)?,
            Rel::Union { inputs } => {
                let inputs = inputs.iter().map(|input| self.lower(input)).collect::<Result<Vec<_>, _>>()?;
                concat(inputs, UnionArgs { to_supertypes: true, ..UnionArgs::default() }).map_err(defect)?
            }
            Rel::Pivot { input, pivot } => reshape::pivoted(self.lower(input)?, pivot, self.given.zone)?,
            Rel::Unpivot { input, unpivot } => reshape::unpivoted(self.lower(input)?, unpivot)?,
            Rel::Fill { input, fill } => fill::filled(self.lower(input)?, fill)?,
            Rel::Sample { input, rows, seed } => reshape::sampled(self.lower(input)?, *rows, *seed)?,
            Rel::Describe { input, columns } => describe::described(self.lower(input)?, columns, self.given.zone)?,
            Rel::Assert { input, assert } => assert::asserted(self.input(input, rel)?, assert, self.given.zone)?,
            Rel::Save { input, file, schema } => {
                let rows = self.lower(input)?;
                let rows = self.collected(rows)?;
                let (mut shown, schema) = open::closed(rows.clone().lazy(), schema, collect::rows)?;
                save(&mut shown, file, &schema, self.permissions, self.given.given_up)?;
                rows.lazy()
            }
        })
    }
}

impl Runner<'_> {
    /// Aggregates of files whose rows are not needed all at once.
    fn aggregated_by_parts(
        &mut self,
        input: &Rel,
        keys: &[Named],
        aggregates: &[Named],
    ) -> Result<Option<LazyFrame>, Diagnostic> {
        let Some((partial, files)) = readers::Partial::of(input, aggregates).zip(readers::files_of(input)) else {
            return Ok(None);
        };
        let mut kept = readers::Kept::default();
        let (permissions, standard) = (self.permissions, self.given.input);
        let warnings = readers::each(files, permissions, standard, |part| {
            self.part = Some(part);
            let rows = self.lower(input)?;
            kept.add(collect::rows(grouped(rows, keys, partial.of_rows.clone()))?)
        })?;
        let Some(warnings) = warnings else { return Ok(None) };
        self.warnings.extend(warnings);
        self.size = if kept.is_large() { Size::Large } else { self.size };
        let Some(parts) = kept.finish()? else { return Ok(None) };
        let names = keys.iter().map(|key| column(&key.name));
        let names: Vec<Expr> = names.collect();
        let whole = match names.as_slice() {
            [] => parts.select(&partial.of_parts),
            _ => parts.group_by(&names).agg(&partial.of_parts),
        };
        Ok(Some(whole.select(names.into_iter().chain(named(&partial.results)).collect::<Vec<_>>())))
    }
}

fn not_fetched(source: &str) -> Diagnostic {
    Diagnostic::error(Code::E0703, format!("the rows of `{source}` were not fetched"))
        .help("this is a defect of orq; please report the query")
}

/// These columns; values that are the same for all rows are as many as there are rows.
fn projected(input: LazyFrame, columns: &[Named]) -> Result<LazyFrame, Diagnostic> {
    if columns.iter().any(|named| named.name == OTHERS) {
        return open::projected(input, columns);
    }
    if columns.iter().any(|named| !named.value.columns().is_empty()) {
        return Ok(input.select(named(columns)));
    }
    let names: Vec<Expr> = columns.iter().map(|named| column(&named.name)).collect();
    Ok(input.with_columns(named(columns)).select(names))
}

/// Keys are computed first, so that one that is the same for all rows is one for each.
fn aggregated(input: LazyFrame, keys: &[Named], aggregates: &[Named]) -> LazyFrame {
    grouped(input, keys, named(aggregates))
}

fn grouped(input: LazyFrame, keys: &[Named], aggregates: Vec<Expr>) -> LazyFrame {
    if keys.is_empty() {
        // Polars takes two that are alike for one, and then finds it too short for the frame.
        let apart = input.get_current_optimizations() - OptFlags::COMM_SUBEXPR_ELIM;
        return input.with_optimizations(apart).select(aggregates);
    }
    let computed = keys
        .iter()
        .enumerate()
        .map(|(place, key)| expr::lower(&key.value).alias(PlSmallStr::from_string(KEY.numbered(place))));
    let shown =
        keys.iter().enumerate().map(|(place, key)| column(&KEY.numbered(place)).alias(PlSmallStr::from_str(&key.name)));
    let shown: Vec<Expr> = shown.collect();
    let input = input.with_columns(computed.collect::<Vec<_>>());
    if aggregates.is_empty() {
        return input.select(shown).unique(None, UniqueKeepStrategy::Any);
    }
    input.group_by(shown).agg(aggregates)
}

fn has_only(typed: &Typed) -> bool {
    let mut found = false;
    typed.visit(&mut |part| {
        found |= matches!(&part.node, Node::Aggregate(aggregate) if aggregate.op == AggregateOp::Only);
    });
    found
}

/// What a source has put together already cannot be put together any further.
fn one_row_each(input: LazyFrame, keys: &[Named]) -> Result<(), Diagnostic> {
    let count = PlSmallStr::from_string(ROWS.name());
    let counted = match keys {
        [] => input.select([len().alias(count.clone())]),
        keys => input.group_by(named(keys)).agg([len().alias(count.clone())]),
    };
    let several = collect::rows(counted.filter(expr::column(&count).gt(lit(1))))?;
    if several.height() == 0 {
        return Ok(());
    }
    let first = keys.iter().map(|key| {
        let value = several.column(&key.name).ok()?.get(0).ok()?;
        Some((key.name.as_str(), value.is_null(), format!("{} = {value}", key.name)))
    });
    let first: Vec<_> = first.flatten().collect();
    let shown: Vec<&str> = first.iter().map(|(_, _, shown)| shown.as_str()).collect();
    let group = if shown.is_empty() { "the group".to_string() } else { format!("the group {}", shown.join(", ")) };
    let message =
        format!("{group} is made of several that the cube keeps apart, and percentiles cannot be put together");
    let apart = "group by what tells them apart (`model_permaslug`, `key_hash`), or ask for sums";
    let nothing = first.iter().find(|(_, is_null, _)| *is_null).map(|(name, _, _)| name);
    Err(Diagnostic::error(Code::E0602, message).help(match nothing {
        Some(name) => format!("leave it out, as in `where {name} is not null`; or {apart}"),
        None => apart.to_string(),
    }))
}

pub fn one(named: &Named) -> Expr {
    expr::lower(&named.value).alias(PlSmallStr::from_str(&named.name))
}

fn named(columns: &[Named]) -> Vec<Expr> {
    columns.iter().map(one).collect()
}

/// Stable, nulls last whatever the direction. What is the same for all rows gives no order.
fn sorted(input: LazyFrame, by: &[SortKey]) -> LazyFrame {
    let by: Vec<&SortKey> = by.iter().filter(|key| !key.value.columns().is_empty()).collect();
    if by.is_empty() {
        return input;
    }
    let options = SortMultipleOptions::default()
        .with_order_descending_multi(by.iter().map(|key| key.descending))
        .with_nulls_last(true)
        .with_maintain_order(true);
    input.sort_by_exprs(by.iter().map(|key| expr::lower(&key.value)).collect::<Vec<_>>(), options)
}

/// A row for each element, none for an empty list.
fn unnested(input: LazyFrame, column: &str, fields: &[(String, String)]) -> LazyFrame {
    let list = expr::column(column);
    let filled = input.filter(list.clone().list().len().gt(lit(0)));
    let options = ExplodeOptions { empty_as_null: false, keep_nulls: false };
    let rows = filled.explode(by_name([column], true, false), options);
    if fields.is_empty() {
        return rows;
    }
    let record = PlSmallStr::from_string(RECORD.name());
    let values = fields
        .iter()
        .map(|(field, shown)| expr::column(&record).struct_().field_by_name(field).alias(PlSmallStr::from_str(shown)));
    let values: Vec<Expr> = values.collect();
    rows.rename([column], [record.as_str()], true).with_columns(values).drop(by_name([record], true, false))
}
