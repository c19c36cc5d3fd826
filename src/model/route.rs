//! What a source can give and how: the ask, the facts that routing needs, and the offer.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::rel::Scan;
use super::request::{Call, Request};
use super::window::Days;

/// What routing needs to know before it can plan; looked up only where a plan needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lookup {
    Workspaces,
}

#[derive(Clone, Debug)]
pub struct Facts {
    /// Frozen for a run.
    pub now: Timestamp,
    /// Id and name of each workspace of the account.
    pub workspaces: Option<Vec<(String, String)>>,
}

/// What the query wants of a scan.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub scan: &'a Scan,
    /// The columns that the query uses.
    pub columns: &'a [&'static str],
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    pub pieces: Vec<Piece>,
    pub gaps: Vec<Gap>,
}

/// One request and what its rows are.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub request: Request,
    /// The rows that count; the others are left out.
    pub days: Option<Days>,
    /// Fields that the route knows and the answer lacks.
    pub added: Vec<(&'static str, Json)>,
    /// A row whose value of this field came before, from whichever piece, is the same row and counts once.
    pub once: Option<&'static str>,
    /// Fields that hold secrets: they are cut out of the answer before anything looks at it.
    pub secret: &'static [&'static str],
    /// What has to be said along with the rows.
    pub notice: Option<Notice>,
    pub trust: Trust,
}

/// What goes with rows wherever they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// OpenRouter and this page are to be cited, with the time that the answer gives (fact 32).
    Cite(&'static str),
    /// The answer says in `meta.citation` whom to cite; where it does not, each row's `source` is.
    CiteAsTold,
    /// The rows are nobody else's business; in these words.
    Private(&'static str),
}

/// Whether an answer counts as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    #[default]
    AsItIs,
    /// Zeros in all of these fields may be an API key's, so they count only from what is known to be a management key
    /// (fact 4).
    ZerosOfManagementKeys(&'static [&'static str]),
}

impl Piece {
    pub fn of(request: Request) -> Self {
        Self { request, days: None, added: Vec::new(), once: None, secret: &[], notice: None, trust: Trust::AsItIs }
    }
}

/// Days that the route does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    pub days: Days,
    pub why: String,
    /// The part of the question that can be had.
    pub had: Option<Days>,
}

/// What an answer covers, and how it was had.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    pub days: Option<Days>,
    pub missing: Vec<Days>,
    pub routes: Vec<String>,
    pub calls: Vec<Call>,
}
