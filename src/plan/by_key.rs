//! Look-up joins: which is made next, and what it asks for the keys that its input has. Pure.

use std::collections::BTreeSet;

use super::cube;
use crate::diagnostics::{Code, Diagnostic};
use crate::model::catalog::{ColumnDef, SourceDef};
use crate::model::rel::{Added, JoinKind, LookupKind, Pair, Rel, Scan, SourceArguments};
use crate::model::request::Request;
use crate::model::route::{Ask, Demand, Facts, Grain, Lookup, Offer, Piece, Work};
use crate::span::Span;
use crate::types::Type;

/// One look-up join.
#[derive(Clone, Copy, Debug)]
pub struct ByKey<'a> {
    pub input: &'a Rel,
    pub source: &'static SourceDef,
    pub parameter: &'static str,
    /// The column of the input that has the keys.
    pub key: &'a str,
    pub added: &'a [Added],
    pub slot: usize,
    pub span: Span,
    kind: LookupKind,
}

/// The look-up joins of a plan from the inside out, as they are made.
pub fn by_keys(rel: &Rel) -> Vec<ByKey<'_>> {
    let mut found: Vec<ByKey<'_>> = rel.inputs().into_iter().flat_map(by_keys).collect();
    if let Rel::LookupJoin { input, source, parameter, key, kind, added, slot, span } = rel {
        let (kind, slot, span) = (*kind, *slot, *span);
        found.push(ByKey { input, source, parameter, key, added, slot, span, kind });
    }
    found
}

impl ByKey<'_> {
    pub fn kind(&self) -> JoinKind {
        self.kind.into()
    }

    /// What the rows of both sides are equal in.
    pub fn on(&self) -> Vec<Pair> {
        vec![Pair { left: self.key.to_string(), right: self.parameter.to_string(), ty: Type::Text, shared: false }]
    }

    /// The columns that are read, that of the key among them, in the order of the source.
    pub fn columns(&self) -> Vec<&'static ColumnDef> {
        let is_read = |name: &str| name == self.parameter || self.added.iter().any(|added| added.column == name);
        self.source.columns.iter().filter(|def| is_read(def.name)).collect()
    }

    /// What asks for many keys at once, where that takes fewer calls than one for each.
    pub fn at_once(&self, keys: &[String], facts: &Facts) -> Option<Offer> {
        let param = self.source.params.iter().find(|param| param.name == self.parameter)?;
        let names: Vec<&'static str> =
            self.columns().iter().map(|def| def.name).filter(|name| *name != self.parameter).collect();
        let offer = (param.several?)(&names, keys, facts)?;
        (calls(&offer, facts) < keys.len()).then_some(offer)
    }

    /// What must be known before many keys can be asked for at once.
    pub fn lookups(&self, facts: &Facts) -> Vec<Lookup> {
        let many = vec![String::new(); MANY];
        let needed = self.at_once(&many, facts).map(|offer| offer.lookups).unwrap_or_default();
        needed.into_iter().filter(|lookup| !facts.knows(*lookup)).collect()
    }

    /// What asks for one key.
    pub fn alone(&self, key: &str, facts: &Facts) -> Offer {
        let names: Vec<&'static str> = self.columns().iter().map(|def| def.name).collect();
        let arguments =
            SourceArguments { values: vec![(self.parameter, key.to_string())], ..SourceArguments::default() };
        let scan = Scan { source: self.source, arguments, slot: 0, span: self.span };
        let demand = Demand {
            grain: Grain::Rows("looks up each row"),
            filters: Vec::new(),
            keys: Vec::new(),
            reads: names.iter().map(|name| name.to_string()).collect(),
            times: BTreeSet::new(),
            apart: BTreeSet::new(),
            top: None,
        };
        (self.source.offer)(&Ask { scan: &scan, columns: &names, unfiltered: &names, demand: &demand }, facts)
    }

    /// Refused where more calls would follow than are left.
    pub fn affords(&self, calls: usize, spent: usize, facts: &Facts) -> Result<(), Diagnostic> {
        let (most, all) = (facts.wishes.most_calls, spent + calls);
        if all <= most {
            return Ok(());
        }
        let message =
            format!("looking up each `{}` takes {calls} calls more, {all} in all, and {most} are allowed", self.key);
        Err(Diagnostic::error(Code::E0603, message)
            .at(self.span)
            .label(format!("`{}` is asked for each", self.source.name))
            .help(format!(
                "filter or limit the rows before (`top 20 by cost`), or allow more with `--max-calls {all}`"
            )))
    }

    /// The most keys that the input can have, where the plan itself says so.
    pub fn most_keys(&self) -> Option<usize> {
        most_rows(self.input).filter(|rows| *rows <= COUNTABLE)
    }

    /// The most calls that so many keys take: those that are not found at once are asked for alone.
    pub fn most_calls(&self, keys: usize, facts: &Facts) -> usize {
        let names: Vec<String> = (0..keys).map(|nth| nth.to_string()).collect();
        keys + self.at_once(&names, facts).map_or(0, |offer| calls(&offer, facts))
    }

    /// The requests for a key that is not known yet, for people: at once where there are enough of them, and alone.
    pub fn shown(&self, facts: &Facts) -> (Vec<Request>, Vec<Request>) {
        let name = format!("<each {}>", self.key.trim_start_matches(|c: char| c.is_control()));
        // One that stands for many.
        let many = vec![name.clone(); MANY];
        let one = |mut request: Request| {
            if let Some(filters) = request.body.as_mut().and_then(|body| body.get_mut("filters")) {
                for filter in filters.as_array_mut().into_iter().flatten().filter_map(|filter| filter.as_object_mut()) {
                    filter.insert("value".to_string(), vec![name.as_str()].into());
                }
            }
            request
        };
        let at_once = self.at_once(&many, facts).map(|offer| requests(&offer, facts)).unwrap_or_default();
        (at_once.into_iter().map(one).collect(), requests(&self.alone(&name, facts), facts))
    }
}

/// More keys than these are many, and no plan counts them.
const COUNTABLE: usize = 10_000;

/// So many keys are asked for at once wherever that is possible.
const MANY: usize = 100;

fn requests(offer: &Offer, facts: &Facts) -> Vec<Request> {
    let of = |piece: &Piece| match &piece.work {
        Work::Request(request) => vec![request.clone()],
        Work::Cube(query) => cube::first(query, facts),
        Work::Kept(_) => Vec::new(),
    };
    offer.pieces.iter().flat_map(of).collect()
}

/// The calls that an offer takes at least.
pub fn calls(offer: &Offer, facts: &Facts) -> usize {
    let of = |piece: &Piece| match &piece.work {
        Work::Request(_) => 1,
        Work::Cube(query) => cube::first(query, facts).len(),
        Work::Kept(_) => 0,
    };
    offer.pieces.iter().map(of).sum()
}

fn most_rows(rel: &Rel) -> Option<usize> {
    match rel {
        Rel::Scan(_)
        | Rel::Read(_)
        | Rel::Unnest { .. }
        | Rel::Join { .. }
        | Rel::LookupJoin { .. }
        | Rel::Unpivot { .. }
        | Rel::Fill { .. } => None,
        Rel::Constant { rows, .. } => Some(rows.len()),
        Rel::Last(last) => Some(last.rows),
        Rel::Filter { input, .. }
        | Rel::Project { input, .. }
        | Rel::Sort { input, .. }
        | Rel::Window { input, .. }
        | Rel::Pivot { input, .. }
        | Rel::Assert { input, .. }
        | Rel::Save { input, .. } => most_rows(input),
        Rel::Union { inputs } => inputs.iter().map(most_rows).sum(),
        Rel::Describe { columns, .. } => Some(columns.len()),
        Rel::Sample { input, rows, .. } => Some(most_rows(input).map_or(*rows, |most| most.min(*rows))),
        Rel::Aggregate { input, keys, .. } => {
            if keys.is_empty() {
                Some(1)
            } else {
                most_rows(input)
            }
        }
        Rel::Limit { input, take, .. } => match (most_rows(input), *take) {
            (Some(rows), Some(take)) => Some(rows.min(take)),
            (rows, take) => rows.or(take),
        },
    }
}

/// No more of a key is shown, in characters.
const LONGEST: usize = 60;

/// What was not had, in a few words: how many, and the first of them.
pub fn some_of(keys: &[String]) -> String {
    let first: Vec<String> = keys.iter().take(3).map(|key| key.chars().take(LONGEST).collect()).collect();
    let more = if keys.len() > first.len() { ", …" } else { "" };
    format!("{}{more}", first.join(", "))
}
