//! `providers`: who serves models, and where they are.

use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Request};
use crate::model::route::{Offer, Piece};

pub const SOURCE: SourceDef = SourceDef {
    name: "providers",
    doc: "Providers with their countries and policies",
    usage: "providers",
    examples: &[
        Example { query: "providers | group headquarters | count | sort -count", shows: "the countries they are in" },
        Example {
            query: "providers | select name, datacenters | unnest datacenters | where datacenters == \"DE\"",
            shows: "who computes in Germany",
        },
    ],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Either,
    lookups: &[],
    columns: &[
        ColumnDef::new("name", "name", TEXT, "Its name").alias(&["provider"]).required(),
        ColumnDef::new("slug", "slug", TEXT, "Its name in requests").required(),
        ColumnDef::new("headquarters", "headquarters", TEXT, "Country of its seat, two letters"),
        ColumnDef::new("datacenters", "datacenters", TEXTS, "Countries it computes in"),
        ColumnDef::new("privacy_policy_url", "privacy_policy_url", TEXT, "Page of its privacy policy"),
        ColumnDef::new("terms_of_service_url", "terms_of_service_url", TEXT, "Page of its terms"),
        ColumnDef::new("status_page_url", "status_page_url", TEXT, "Page of its state"),
    ],
    offer: |_, _| {
        let request = Request { key: KeyKind::Either, ..Request::get("/providers") };
        Offer::of(vec![Piece::of(request)])
    },
};
