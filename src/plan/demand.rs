//! What is made of the rows of each scan, up to the first primitive that puts rows together: whether the source may put
//! them together itself, by what, and which conditions it may take over. A column is followed by what it reads, never by
//! its expression, so that nothing doubles.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::expr::{Aggregate, AggregateOp, FunctionOp, Node, ScalarOp, TimeUnit, Typed};
use crate::model::rel::{Added, JoinKind, Named, Pair, Rel, Scan, SortKey};
use crate::model::route::{Demand, Filter, Grain, Key, Top};
use crate::model::value::Value;
use crate::model::zone::Zone;
use crate::types::Type;

/// The demand on each scan, in the order of their slots.
pub fn demands(rel: &Rel) -> Vec<(Scan, Demand)> {
    let mut found = Vec::new();
    if let Flow::Open(open) = walk(rel, &mut found) {
        found.push(open.for_rows("shows each row"));
    }
    found.sort_by_key(|(scan, _)| scan.slot);
    found
}

/// The conditions that are joined by `and`.
pub fn conjuncts(condition: &Typed) -> Vec<&Typed> {
    match &condition.node {
        Node::Scalar(ScalarOp::And, parts) => parts.iter().flat_map(conjuncts).collect(),
        _ => vec![condition],
    }
}

/// All of these conditions; none where there are none.
pub fn conjunction(conditions: Vec<Typed>) -> Option<Typed> {
    conditions.into_iter().reduce(|before, part| {
        let span = before.span.to(part.span);
        Typed::scalar(ScalarOp::And, vec![before, part], Type::Bool, span)
    })
}

/// What is known of the rows at one point of a plan.
enum Flow {
    /// They are still those of one scan.
    Open(Box<Open>),
    Closed,
}

struct Open {
    scan: Scan,
    columns: BTreeMap<String, Made>,
    filters: Vec<Filter>,
    conditions: usize,
    /// Something below has looked at single rows.
    rows: Option<&'static str>,
    top: Option<Top>,
    sorted: Option<(String, bool)>,
    /// What its rows are matched by, where they are: some may be missing then, or there several times.
    matched: Option<Made>,
}

/// What a column is made of.
#[derive(Clone, Default)]
struct Made {
    reads: BTreeSet<String>,
    times: BTreeSet<TimeUnit>,
    kind: Kind,
}

#[derive(Clone, Default, PartialEq)]
enum Kind {
    /// A column of the source as it is.
    Itself(String),
    /// A written value.
    Written,
    /// Of columns that tell rows apart: the same for all rows that are put together.
    #[default]
    Fixed,
    /// A sum of columns that add up, each times something fixed.
    Linear,
    /// Needs the single row.
    Single,
}

impl Made {
    fn of(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    fn join(&mut self, other: &Self) {
        self.reads.extend(other.reads.iter().cloned());
        self.times.extend(other.times.iter().copied());
    }
}

fn walk(rel: &Rel, found: &mut Vec<(Scan, Demand)>) -> Flow {
    match rel {
        Rel::Scan(scan) => Flow::Open(Box::new(Open::new(scan))),
        Rel::Read(_) | Rel::Constant { .. } | Rel::Last(_) => Flow::Closed,
        Rel::Filter { input, condition } => match walk(input, found) {
            Flow::Open(mut open) => {
                for part in conjuncts(condition) {
                    open.filter(part);
                }
                Flow::Open(open)
            }
            Flow::Closed => Flow::Closed,
        },
        Rel::Project { input, columns } => match walk(input, found) {
            Flow::Open(mut open) => {
                open.columns = columns.iter().map(|named| (named.name.clone(), open.value(&named.value))).collect();
                open.sorted = None;
                Flow::Open(open)
            }
            Flow::Closed => Flow::Closed,
        },
        Rel::Aggregate { input, keys, aggregates } => {
            if let Flow::Open(open) = walk(input, found) {
                found.push(open.aggregated(keys, aggregates));
            }
            Flow::Closed
        }
        Rel::Sort { input, by } => match walk(input, found) {
            Flow::Open(mut open) => {
                open.sort(by);
                Flow::Open(open)
            }
            Flow::Closed => Flow::Closed,
        },
        Rel::Limit { input, skip, take } => {
            match walk(input, found) {
                Flow::Open(open) => found.push(open.limited(*skip, *take)),
                Flow::Closed => {
                    if let (Rel::Sort { input: sorted, by }, 0, Some(take)) = (input.as_ref(), *skip, *take) {
                        cut(sorted, by, take, found);
                    }
                }
            }
            Flow::Closed
        }
        Rel::Unnest { input, .. } => rows_of(input, "takes each row apart", found),
        Rel::Join { left, right, kind: JoinKind::Right | JoinKind::Full | JoinKind::Cross, .. } => {
            rows_of(left, "matches each row", found);
            rows_of(right, "matches each row", found)
        }
        Rel::Join {
            left,
            right,
            kind: JoinKind::Inner | JoinKind::Left | JoinKind::Semi | JoinKind::Anti,
            on,
            added,
            ..
        } => {
            let left = walk(left, found);
            if let Flow::Open(open) = walk(right, found) {
                found.push(open.for_rows("matches each row"));
            }
            match left {
                Flow::Open(open) => match open.joined(on, added) {
                    Ok(open) => Flow::Open(open),
                    Err(demand) => {
                        found.push(*demand);
                        Flow::Closed
                    }
                },
                Flow::Closed => Flow::Closed,
            }
        }
        Rel::LookupJoin { input, .. } => rows_of(input, "looks up each row", found),
        Rel::Save { input, .. } => rows_of(input, "writes each row", found),
        Rel::Window { input, .. } => rows_of(input, "compares rows", found),
        Rel::Pivot { input, .. } | Rel::Unpivot { input, .. } => rows_of(input, "takes each row apart", found),
        Rel::Fill { input, .. } | Rel::Sample { input, .. } | Rel::Describe { input, .. } => {
            rows_of(input, "looks at each row", found)
        }
        Rel::Assert { input, .. } => rows_of(input, "checks each row", found),
        Rel::Union { inputs } => {
            for input in inputs {
                rows_of(input, "puts rows of several together", found);
            }
            Flow::Closed
        }
    }
}

/// What looks at single rows, for this reason.
fn rows_of(input: &Rel, why: &'static str, found: &mut Vec<(Scan, Demand)>) -> Flow {
    if let Flow::Open(open) = walk(input, found) {
        found.push(open.for_rows(why));
    }
    Flow::Closed
}

/// `top N` right above an aggregate, the key order between them aside: by one measure, and then the keys.
fn cut(sorted: &Rel, by: &[SortKey], take: usize, found: &mut [(Scan, Demand)]) {
    let mut below = sorted;
    while let Rel::Sort { input, .. } = below {
        below = input;
    }
    let (Rel::Aggregate { input, keys, aggregates }, Some(first)) = (below, by.first()) else { return };
    let Node::Column(measure) = &first.value.node else { return };
    let ties = by.iter().skip(1).all(|key| {
        let Node::Column(name) = &key.value.node else { return false };
        !key.descending && keys.iter().any(|named| named.name == *name)
    });
    let Some(named) = aggregates.iter().find(|named| named.name == *measure) else { return };
    let Node::Aggregate(aggregate) = &named.value.node else { return };
    let (AggregateOp::Sum | AggregateOp::Only, Some(argument), None) =
        (aggregate.op, &aggregate.argument, &aggregate.condition)
    else {
        return;
    };
    let Node::Column(column) = &argument.node else { return };
    let slots = slots(input);
    let demand = found.iter_mut().find(|(scan, _)| slots.as_slice() == [scan.slot]);
    let Some((scan, demand)) = demand.filter(|_| ties) else { return };
    if scan.source.column(column).is_some() && demand.grain == Grain::Any {
        demand.top = Some(Top { column: column.clone(), descending: first.descending, rows: take });
    }
}

/// The scans below.
fn slots(rel: &Rel) -> Vec<usize> {
    match rel {
        Rel::Scan(scan) => vec![scan.slot],
        other => other.inputs().into_iter().flat_map(slots).collect(),
    }
}

impl Open {
    fn new(scan: &Scan) -> Self {
        let columns = scan.source.columns.iter().map(|def| {
            let mut value = Made { kind: Kind::Itself(def.name.to_string()), ..Made::default() };
            match def.ty.ty() {
                Type::Date => value.times.insert(TimeUnit::Day),
                _ => value.reads.insert(def.name.to_string()),
            };
            (def.name.to_string(), value)
        });
        Self {
            scan: scan.clone(),
            columns: columns.collect(),
            filters: Vec::new(),
            conditions: 0,
            rows: None,
            top: None,
            sorted: None,
            matched: None,
        }
    }

    /// A column of the source that numbers are read from: it is not the same for rows that are put together.
    fn is_measure(&self, name: &str) -> bool {
        self.scan.source.column(name).is_some_and(|def| def.ty.ty().is_number())
    }

    fn filter(&mut self, condition: &Typed) {
        let value = self.value(condition);
        let place = self.conditions;
        self.conditions += 1;
        if value.kind == Kind::Single || value.kind == Kind::Linear {
            self.rows.get_or_insert("filters by a measure");
        }
        self.sorted = None;
        let plain = self.plain(condition);
        self.filters.push(Filter { place, plain, reads: value.reads, times: value.times });
    }

    /// The condition over columns of the source, where it reads nothing else.
    fn plain(&self, condition: &Typed) -> Option<Typed> {
        let node = match &condition.node {
            Node::Literal(_) => condition.node.clone(),
            Node::Column(name) => match &self.columns.get(name)?.kind {
                Kind::Itself(own) => Node::Column(own.clone()),
                Kind::Written | Kind::Fixed | Kind::Linear | Kind::Single => return None,
            },
            Node::Scalar(op, parts) => {
                Node::Scalar(*op, parts.iter().map(|part| self.plain(part)).collect::<Option<Vec<Typed>>>()?)
            }
            Node::Field(..) | Node::Aggregate(_) => return None,
        };
        Some(Typed { node, ty: condition.ty.clone(), span: condition.span })
    }

    /// What an expression over the columns of this point is made of.
    fn value(&self, typed: &Typed) -> Made {
        match &typed.node {
            Node::Literal(_) => Made::default().of(Kind::Written),
            Node::Column(name) => self.columns.get(name).cloned().unwrap_or_default(),
            Node::Field(record, _) => {
                let value = self.value(record);
                let kind = if value.kind == Kind::Single { Kind::Single } else { Kind::Fixed };
                value.of(kind)
            }
            Node::Scalar(op, parts) => self.computed(*op, parts),
            // Aggregates stand in aggregating primitives only.
            Node::Aggregate(_) => Made::default().of(Kind::Single),
        }
    }

    fn computed(&self, op: ScalarOp, parts: &[Typed]) -> Made {
        let values: Vec<Made> = parts.iter().map(|part| self.value(part)).collect();
        // What the clock of a zone shows is followed as the time itself.
        if let (ScalarOp::OnTheWall, [time, ..]) = (op, values.as_slice())
            && let Kind::Itself(_) = &time.kind
        {
            return time.clone();
        }
        let mut whole = Made::default();
        values.iter().for_each(|value| whole.join(value));
        // The start of a unit of time is all that is read of the time.
        if let (ScalarOp::Start(unit), [argument]) = (op, values.as_slice())
            && let Kind::Itself(name) = &argument.kind
            && (self.is_time(name) || self.is_day(name))
        {
            return Made { reads: BTreeSet::new(), times: BTreeSet::from([unit]), kind: Kind::Fixed };
        }
        if let ([argument], ScalarOp::HourOfDay | ScalarOp::Weekday) = (values.as_slice(), op)
            && let Kind::Itself(name) = &argument.kind
            && self.is_time(name)
        {
            let unit = if op == ScalarOp::HourOfDay { TimeUnit::Hour } else { TimeUnit::Day };
            return Made { reads: BTreeSet::new(), times: BTreeSet::from([unit]), kind: Kind::Fixed };
        }
        if let [part] = parts
            && self.is_of_hours(op, part)
        {
            return Made { reads: BTreeSet::new(), times: BTreeSet::from([TimeUnit::Hour]), kind: Kind::Fixed };
        }
        if let Some(unit) = self.compared_with(op, parts, &values) {
            return Made { reads: BTreeSet::new(), times: BTreeSet::from([unit]), kind: Kind::Fixed };
        }
        let kinds: Vec<Kind> = values.iter().map(|value| self.settled(&value.kind)).collect();
        let kind = match op {
            _ if kinds.iter().all(|kind| matches!(kind, Kind::Fixed | Kind::Written)) => Kind::Fixed,
            _ if kinds.contains(&Kind::Single) => Kind::Single,
            ScalarOp::Add | ScalarOp::Subtract if kinds.iter().all(|kind| *kind == Kind::Linear) => Kind::Linear,
            ScalarOp::Negate => Kind::Linear,
            ScalarOp::Multiply if kinds.iter().filter(|kind| **kind == Kind::Linear).count() == 1 => Kind::Linear,
            ScalarOp::Divide if kinds.first() == Some(&Kind::Linear) && kinds.get(1) != Some(&Kind::Linear) => {
                Kind::Linear
            }
            // What is nothing in one row is nothing in the sum.
            ScalarOp::Coalesce if self.is_linear_or_nothing(parts, &kinds) => Kind::Linear,
            ScalarOp::Choose if self.chooses_linear(parts, &kinds) => Kind::Linear,
            _ => Kind::Single,
        };
        whole.of(kind)
    }

    /// A column as what it is for those that compute with it.
    fn settled(&self, kind: &Kind) -> Kind {
        match kind {
            Kind::Itself(name) if self.is_measure(name) => Kind::Linear,
            Kind::Itself(_) => Kind::Fixed,
            Kind::Written | Kind::Fixed | Kind::Linear | Kind::Single => kind.clone(),
        }
    }

    fn is_day(&self, name: &str) -> bool {
        self.scan.source.column(name).is_some_and(|def| def.ty.ty() == Type::Date)
    }

    fn is_time(&self, name: &str) -> bool {
        self.scan.source.column(name).is_some_and(|def| def.ty.ty() == Type::Time)
    }

    /// A unit of the clock or calendar in a zone that the query names, whose hours begin with those of UTC: the hour is all
    /// that is read of the time.
    fn is_of_hours(&self, op: ScalarOp, part: &Typed) -> bool {
        let coarse = match op {
            ScalarOp::HourOfDay | ScalarOp::Weekday => true,
            ScalarOp::Start(unit) => unit >= TimeUnit::Day,
            _ => false,
        };
        let Node::Scalar(ScalarOp::Function(FunctionOp::InZone), parts) = &part.node else { return false };
        let [time, Typed { node: Node::Literal(Value::Text(zone)), .. }] = parts.as_slice() else { return false };
        let of_time = matches!(&self.value(time).kind, Kind::Itself(name) if self.is_time(name));
        coarse && of_time && Zone::named(zone).is_some_and(|zone| zone.has_hours_of_utc())
    }

    /// The unit that an instant written beside the time lies on: that is all that the comparison reads.
    fn compared_with(&self, op: ScalarOp, parts: &[Typed], values: &[Made]) -> Option<TimeUnit> {
        let compares = matches!(
            op,
            ScalarOp::Less | ScalarOp::LessEqual | ScalarOp::Greater | ScalarOp::GreaterEqual | ScalarOp::Between
        );
        let timed = values.iter().filter(|value| matches!(&value.kind, Kind::Itself(name) if self.is_time(name)));
        if !compares || timed.count() != 1 {
            return None;
        }
        let units = parts.iter().filter_map(|part| match &part.node {
            Node::Literal(Value::Date(_)) => Some(Some(TimeUnit::Day)),
            Node::Literal(Value::Time(time)) => Some(unit_on(time.as_second(), time.subsec_nanosecond())),
            _ => None,
        });
        let units: Vec<Option<TimeUnit>> = units.collect();
        // `<=` and `>` would cut the bucket that starts there.
        let includes_start = matches!(op, ScalarOp::Less | ScalarOp::GreaterEqual);
        let first = values.first().is_some_and(|value| matches!(&value.kind, Kind::Itself(name) if self.is_time(name)));
        if units.len() + 1 != parts.len() || !includes_start || !first {
            return None;
        }
        units.into_iter().collect::<Option<Vec<TimeUnit>>>()?.into_iter().min()
    }

    fn is_linear_or_nothing(&self, parts: &[Typed], kinds: &[Kind]) -> bool {
        parts.iter().zip(kinds).all(|(part, kind)| *kind == Kind::Linear || is_nothing(part))
    }

    fn chooses_linear(&self, parts: &[Typed], kinds: &[Kind]) -> bool {
        let last = parts.len() - parts.len() % 2;
        parts.iter().zip(kinds).enumerate().all(|(at, (part, kind))| {
            let is_condition = at % 2 == 0 && at < last;
            if is_condition {
                matches!(kind, Kind::Fixed | Kind::Written)
            } else {
                *kind == Kind::Linear || is_nothing(part)
            }
        })
    }

    /// Rows that are matched by what tells them apart stay those of the scan, together with what belongs to it.
    fn joined(mut self: Box<Self>, on: &[Pair], added: &[Added]) -> Result<Box<Self>, Box<(Scan, Demand)>> {
        let keys: Vec<Made> = on.iter().filter_map(|pair| self.columns.get(&pair.left).cloned()).collect();
        if keys.len() != on.len() || keys.iter().any(|key| self.settled(&key.kind) != Kind::Fixed) {
            return Err(Box::new(self.for_rows("matches each row")));
        }
        let mut whole = Made::default();
        keys.iter().for_each(|key| whole.join(key));
        for column in added {
            self.columns.insert(column.shown.clone(), whole.clone().of(Kind::Fixed));
        }
        self.matched.get_or_insert_default().join(&whole);
        self.sorted = None;
        Ok(self)
    }

    fn sort(&mut self, by: &[SortKey]) {
        self.sorted = match by {
            [key, ..] => match &self.value(&key.value).kind {
                Kind::Itself(name) => Some((name.clone(), key.descending)),
                Kind::Written | Kind::Fixed | Kind::Linear | Kind::Single => None,
            },
            [] => None,
        };
    }

    fn limited(mut self, skip: usize, take: Option<usize>) -> (Scan, Demand) {
        if let (Some((column, descending)), 0, Some(rows), None) = (self.sorted.take(), skip, take, &self.matched) {
            self.top = Some(Top { column, descending, rows });
        }
        self.for_rows("takes some of the rows")
    }

    /// Each row counts.
    fn for_rows(self, why: &'static str) -> (Scan, Demand) {
        let mut whole = Made::default();
        self.columns.values().for_each(|value| whole.join(value));
        let grain = Grain::Rows(self.rows.unwrap_or(why));
        self.demand(grain, Vec::new(), whole, BTreeSet::new())
    }

    fn demand(self, grain: Grain, keys: Vec<Key>, read: Made, apart: BTreeSet<String>) -> (Scan, Demand) {
        let (mut read, mut apart) = (read, apart);
        if let Some(matched) = &self.matched {
            read.join(matched);
            apart.extend(matched.reads.iter().cloned());
        }
        let demand =
            Demand { grain, filters: self.filters, keys, reads: read.reads, times: read.times, apart, top: self.top };
        (self.scan, demand)
    }

    fn aggregated(self, keys: &[Named], aggregates: &[Named]) -> (Scan, Demand) {
        let mut whole = Made::default();
        let mut why = self.rows;
        let mut apart = BTreeSet::new();
        let mut demanded = Vec::new();
        for key in keys {
            let value = self.value(&key.value);
            whole.join(&value);
            if matches!(self.settled(&value.kind), Kind::Linear | Kind::Single) {
                why.get_or_insert("groups by a measure");
            }
            demanded.push(match (&value.kind, &key.value.node) {
                (Kind::Itself(name), _) if !self.is_measure(name) && value.times.is_empty() => {
                    Key::Column(name.clone())
                }
                (Kind::Itself(_), _) => match value.times.first() {
                    Some(unit) => Key::Bucket(*unit),
                    None => Key::Computed(value.reads.clone(), value.times.clone()),
                },
                (Kind::Fixed, Node::Scalar(ScalarOp::Start(unit), _))
                    if value.reads.is_empty() && value.times.contains(unit) =>
                {
                    Key::Bucket(*unit)
                }
                (Kind::Written | Kind::Fixed | Kind::Linear | Kind::Single, _) => {
                    Key::Computed(value.reads.clone(), value.times.clone())
                }
            });
        }
        for named in aggregates {
            named.value.visit(&mut |part| {
                let Node::Aggregate(aggregate) = &part.node else { return };
                if let Some(reason) = self.aggregate(aggregate, &mut whole, &mut apart) {
                    why.get_or_insert(reason);
                }
            });
        }
        let grain = why.map_or(Grain::Any, Grain::Rows);
        self.demand(grain, demanded, whole, apart)
    }

    /// What an aggregate reads; and why it needs single rows, where it does.
    fn aggregate(&self, aggregate: &Aggregate, whole: &mut Made, apart: &mut BTreeSet<String>) -> Option<&'static str> {
        let mut fixed = |value: &Made, whole: &mut Made| {
            whole.join(value);
            apart.extend(value.reads.iter().cloned());
            matches!(self.settled(&value.kind), Kind::Fixed | Kind::Written)
        };
        if let Some(condition) = &aggregate.condition
            && !fixed(&self.value(condition), whole)
        {
            return Some("looks at a measure of each row");
        }
        let Some(argument) = &aggregate.argument else { return Some("counts rows") };
        let value = self.value(argument);
        match aggregate.op {
            AggregateOp::Sum | AggregateOp::Only => {
                whole.join(&value);
                let linear = self.settled(&value.kind) == Kind::Linear;
                (!linear).then_some("adds up what is no sum of measures")
            }
            AggregateOp::CountDistinct | AggregateOp::Least | AggregateOp::Greatest => {
                (!fixed(&value, whole)).then_some("looks at a measure of each row")
            }
            AggregateOp::Count => {
                whole.join(&value);
                Some("counts rows")
            }
            AggregateOp::Average | AggregateOp::Quantile(_) => {
                whole.join(&value);
                Some("is a mean or percentile of rows")
            }
            AggregateOp::Deviation => {
                whole.join(&value);
                Some("is a deviation of rows")
            }
            AggregateOp::First | AggregateOp::Last | AggregateOp::List => {
                whole.join(&value);
                Some("depends on the order of rows")
            }
        }
    }
}

fn is_nothing(part: &Typed) -> bool {
    matches!(&part.node, Node::Literal(value) if *value == Value::Null || value.number() == Some(0.0))
}

/// The coarsest unit that an instant lies on; none finer than a minute.
fn unit_on(second: i64, nanosecond: i32) -> Option<TimeUnit> {
    let on = |length: i64| nanosecond == 0 && second.rem_euclid(length) == 0;
    [(86_400, TimeUnit::Day), (3600, TimeUnit::Hour), (60, TimeUnit::Minute)]
        .into_iter()
        .find(|(length, _)| on(*length))
        .map(|(_, unit)| unit)
}
