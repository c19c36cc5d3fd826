//! Joins: rows of two frames put together by equal keys, in the order of the left; and whether they multiplied.

use polars::prelude::*;

use super::collect;
use super::decode::defect;
use super::expr::column;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::hidden::Hidden;
use crate::model::rel::{Added, JoinKind, Pair};
use crate::model::schema::{Column as SchemaColumn, Schema};
use crate::model::value::Value;
use crate::model::zone::Zone;
use crate::span::Span;
use crate::types::Type;

/// What is joined, and how.
#[derive(Clone, Copy)]
pub struct Join<'a> {
    pub kind: JoinKind,
    pub on: &'a [Pair],
    pub added: &'a [Added],
    /// The condition, in the text.
    pub span: Span,
    /// Whose clocks show keys that are times.
    pub zone: &'a Zone,
}

/// How often rows of the right have a key.
const TIMES: Hidden = Hidden::new("times");
/// A key of either side.
const ON: Hidden = Hidden::new("on");

/// A cross join gives no more rows than these.
const MOST_PAIRS: usize = 10_000_000;

impl Join<'_> {
    /// The rows of both sides, and what is worth knowing of them.
    pub fn run(self, left: LazyFrame, right: LazyFrame) -> Result<(LazyFrame, Option<Diagnostic>), Diagnostic> {
        let (left, right) = (collect::rows(left)?, collect::rows(right)?);
        let (mine, theirs) = self.keys(&left, &right)?;
        let added = self.added.iter().map(|added| column(&added.column).alias(PlSmallStr::from_str(&added.shown)));
        let added: Vec<Expr> = added.collect();
        let (how, warning) = match self.kind {
            JoinKind::Cross => return Ok((self.crossed(left, right, &added)?, None)),
            JoinKind::Inner => (JoinType::Inner, self.multiplied(&left, &right, &mine, &theirs, JoinType::Inner)?),
            JoinKind::Left => (JoinType::Left, self.multiplied(&left, &right, &mine, &theirs, JoinType::Left)?),
            JoinKind::Full => (JoinType::Full, self.multiplied(&left, &right, &mine, &theirs, JoinType::Left)?),
            JoinKind::Right => (JoinType::Right, self.multiplied(&left, &right, &mine, &theirs, JoinType::Inner)?),
            JoinKind::Semi => (JoinType::Semi, None),
            JoinKind::Anti => (JoinType::Anti, None),
        };
        let right = right.lazy().select(theirs.into_iter().chain(added).collect::<Vec<_>>());
        let joined = self.joined(left.lazy().with_columns(mine), right, how);
        // Where the left has no row, the key is that of the right.
        let keys = self.on.iter().enumerate().filter(|(_, pair)| pair.shared).map(|(place, pair)| {
            let key = column(&ON.numbered(place));
            let own = column(&pair.left);
            when(own.clone().is_null()).then(key).otherwise(own).alias(PlSmallStr::from_str(&pair.left))
        });
        let joined = match self.kind {
            JoinKind::Right | JoinKind::Full => joined.with_columns(keys.collect::<Vec<_>>()),
            JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti | JoinKind::Cross => joined,
        };
        let hidden = (0..self.on.len()).map(|place| PlSmallStr::from_string(ON.numbered(place)));
        Ok((joined.drop(by_name(hidden, true, false)), warning))
    }

    /// Each row of the left with each of the right.
    fn crossed(self, left: DataFrame, right: DataFrame, added: &[Expr]) -> Result<LazyFrame, Diagnostic> {
        let pairs = left.height().saturating_mul(right.height());
        if pairs > MOST_PAIRS {
            let message = format!("{} rows with {} each are {pairs} pairs", left.height(), right.height());
            return Err(Diagnostic::error(Code::E0004, message)
                .at(self.span)
                .label("too many")
                .help(format!("filter the sides before, or use `join … on`; {MOST_PAIRS} are allowed")));
        }
        Ok(left.lazy().cross_join(right.lazy().select(added), None))
    }

    /// Both sides have the keys under the same hidden names.
    fn joined(self, left: LazyFrame, right: LazyFrame, how: JoinType) -> LazyFrame {
        let order = if how == JoinType::Right { MaintainOrderJoin::RightLeft } else { MaintainOrderJoin::LeftRight };
        left.join_builder()
            .with(right)
            .on(self.hidden())
            .how(how)
            .join_nulls(false)
            .coalesce(JoinCoalesce::CoalesceColumns)
            .maintain_order(order)
            .finish()
    }

    fn hidden(self) -> Vec<Expr> {
        (0..self.on.len()).map(|place| column(&ON.numbered(place))).collect()
    }

    /// The keys of each side. Where one has whole numbers and the other fractions, both are taken as fractions.
    fn keys(self, left: &DataFrame, right: &DataFrame) -> Result<(Vec<Expr>, Vec<Expr>), Diagnostic> {
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        for (place, pair) in self.on.iter().enumerate() {
            let dtype = |frame: &DataFrame, name: &str| frame.column(name).map(|c| c.dtype().clone()).map_err(defect);
            let alike = dtype(left, &pair.left)? == dtype(right, &pair.right)?;
            let key = |name: &str| {
                let key = if alike { column(name) } else { column(name).cast(collect::dtype(&pair.ty)) };
                key.alias(PlSmallStr::from_string(ON.numbered(place)))
            };
            mine.push(key(&pair.left));
            theirs.push(key(&pair.right));
        }
        Ok((mine, theirs))
    }

    /// Some row of the left matches several of the right: how many rows became how many, and for which key.
    fn multiplied(
        self,
        left: &DataFrame,
        right: &DataFrame,
        mine: &[Expr],
        theirs: &[Expr],
        how: JoinType,
    ) -> Result<Option<Diagnostic>, Diagnostic> {
        let counts = right.clone().lazy().select(theirs).group_by(self.hidden()).agg([len().alias(TIMES.name())]);
        let counts = collect::rows(counts)?;
        let repeat = collect::rows(counts.clone().lazy().filter(column(&TIMES.name()).gt(lit(1))))?;
        if repeat.height() == 0 {
            return Ok(None);
        }
        let found = self.joined(left.clone().lazy().select(mine), counts.lazy(), how);
        let times = column(&TIMES.name()).fill_null(lit(1)).cast(DataType::Int64).alias(TIMES.name());
        let found = collect::rows(found.with_columns([times]))?;
        let many = SortMultipleOptions::default().with_order_descending(true).with_maintain_order(true);
        let worst = self.key_of(&collect::rows(found.clone().lazy().sort([TIMES.name()], many).limit(1))?)?;
        let after =
            found.column(&TIMES.name()).map_err(defect)?.as_materialized_series().sum::<i64>().map_err(defect)?;
        Ok(worst.filter(|(_, times)| *times > 1).map(|(key, times)| self.warning(found.height(), after, &key, times)))
    }

    /// The key of the first row, and how often the right has it.
    fn key_of(self, rows: &DataFrame) -> Result<Option<(String, i64)>, Diagnostic> {
        let keys =
            self.on.iter().enumerate().map(|(place, pair)| SchemaColumn::new(ON.numbered(place), pair.ty.clone()));
        let times = SchemaColumn::new(TIMES.name(), Type::PLAIN);
        let frame = collect::frame(rows, &Schema::new(keys.chain([times]).collect()))?.in_zone(self.zone);
        let Some(row) = frame.rows().next() else { return Ok(None) };
        let Some((Value::Int(times), keys)) = row.split_last().map(|(times, keys)| (*times, keys)) else {
            return Ok(None);
        };
        Ok(Some((keys.iter().map(|key| key.written()).collect::<Vec<_>>().join(", "), *times)))
    }

    fn warning(self, before: usize, after: i64, key: &str, times: i64) -> Diagnostic {
        let rows = if before == 1 { "1 row".to_string() } else { format!("{before} rows") };
        let message = format!("{rows} became {after}: the right side has the key {key} {times} times");
        let columns: Vec<String> = self.on.iter().map(|pair| format!("`{}`", pair.right)).collect();
        let help = format!(
            "a sum behind this counts such rows several times; `distinct` or `group` on the right side gives one row for \
             each {}",
            columns.join(", ")
        );
        Diagnostic::warning(Code::E0303, message)
            .at(self.span)
            .label("not one row for each key on the right side")
            .help(help)
    }
}
