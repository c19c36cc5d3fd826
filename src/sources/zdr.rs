//! `zdr`: the endpoints that keep nothing of a request (zero data retention).

use super::endpoints;
use crate::model::catalog::{Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "zdr",
    doc: "Endpoints of all models that are left where zero data retention is asked for",
    usage: "zdr",
    examples: &[
        Example { query: "zdr | group provider | count | top 5", shows: "who serves most models so" },
        Example { query: "zdr | where model contains \"claude\" | select model, provider", shows: "where Claude is" },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Either,
    lookups: &[],
    columns: endpoints::COLUMNS,
    offer: |_, _| {
        let request = Request { key: KeyKind::Either, ..Request::get("/endpoints/zdr") };
        Offer::of(vec![Piece::of(request)])
    },
};
