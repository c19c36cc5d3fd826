//! `members`: who belongs to the organisation. An individual account has none and is refused (fact 5).

use serde_json::Value as Json;

use super::fields::*;
use crate::model::catalog::{ColumnDef, Example, RangeOf, SourceDef, SourceGrain};
use crate::model::request::{KeyKind, Paging, Request};
use crate::model::route::{Offer, Piece};

/// A list that is empty would say that nobody is there.
const INDIVIDUAL: &str = "only organisations have members, and this seems to be an individual account";

pub const SOURCE: SourceDef = SourceDef {
    name: "members",
    doc: "Members of the organisation and their roles",
    usage: "members",
    examples: &[Example { query: "members | group role | count", shows: "how many have which role" }],
    range: RangeOf::Nothing,
    grain: SourceGrain::Rows,
    params: &[],
    key: KeyKind::Management,
    lookups: &[],
    columns: &[
        ColumnDef::new("name", "first_name", TEXT, "First and last name").from(name),
        ColumnDef::new("email", "email", TEXT, "Address").alias(&["user_email"]),
        ColumnDef::new("role", "role", TEXT, "`org:admin` or `org:member`"),
        ColumnDef::new("first_name", "first_name", TEXT, "First name"),
        ColumnDef::new("last_name", "last_name", TEXT, "Last name"),
        ColumnDef::new("id", "id", TEXT, "Id of the user, as `creator_user_id` of other sources")
            .alias(&["user_id"])
            .required(),
    ],
    offer: |_, _| {
        let paging = Paging::OffsetLimit(100);
        let request = Request { paging, absent: Some(INDIVIDUAL), ..Request::get("/organization/members") };
        Offer::of(vec![Piece::of(request)])
    },
};

fn name(row: &Json) -> Json {
    let parts: Vec<&str> = ["first_name", "last_name"].into_iter().filter_map(|field| text(row, field)).collect();
    if parts.is_empty() { Json::Null } else { parts.join(" ").into() }
}
