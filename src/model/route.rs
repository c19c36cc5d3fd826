//! What a source can give and how: the ask, the facts that routing needs, and the offer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::catalog::SourceDef;
use super::cube::{CubeQuery, Values};
use super::expr::{TimeUnit, Typed};
use super::kept::{KeptDays, Kind};
use super::rel::Scan;
use super::request::{Call, Request};
use super::window::Days;
use super::zone::Zone;
use crate::diagnostics::Diagnostic;

/// What routing needs to know before it can plan; looked up only where a plan needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lookup {
    Workspaces,
    /// Of all workspaces, which are looked up before.
    Keys,
    Members,
    /// Which id a lasting name of a model has.
    Models,
}

/// Something that has a name for people and an id for the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    pub id: String,
    pub name: String,
    /// What tells two of one name apart, for people: the workspace of a key, the address of a member.
    pub detail: String,
}

/// A model by its id and its lasting name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelName {
    pub id: String,
    pub permaslug: String,
}

/// What the person who asks wants of the planner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wishes {
    pub pushdown: Pushdown,
    /// A plan that takes more calls than this is not begun.
    pub most_calls: usize,
    /// Missing days are a warning rather than an error.
    pub partial: Partial,
}

/// Whether the API does what it can, or only what it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushdown {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partial {
    Refused,
    Allowed,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { pushdown: Pushdown::On, most_calls: 60, partial: Partial::Refused }
    }
}

#[derive(Clone, Debug)]
pub struct Facts {
    /// Frozen for a run.
    pub now: Timestamp,
    pub wishes: Wishes,
    /// In which days are counted.
    pub zone: Zone,
    /// Id and name of each workspace of the account.
    pub workspaces: Option<Vec<(String, String)>>,
    /// Live keys, by hash.
    pub keys: Option<Vec<Entity>>,
    pub members: Option<Vec<Entity>>,
    pub models: Option<Vec<ModelName>>,
    /// A completed day that `/activity` was found not to have yet, though something was used.
    pub late: Option<jiff::civil::Date>,
    /// Days that the ledger has.
    pub kept: Arc<KeptDays>,
}

impl Facts {
    /// Nothing is known but the time.
    pub fn at(now: Timestamp, zone: Zone, wishes: Wishes) -> Self {
        Self {
            now,
            wishes,
            zone,
            workspaces: None,
            keys: None,
            members: None,
            models: None,
            late: None,
            kept: Arc::default(),
        }
    }

    /// The day of the run.
    pub fn today(&self) -> jiff::civil::Date {
        self.zone.day_of(self.now)
    }

    pub fn knows(&self, lookup: Lookup) -> bool {
        match lookup {
            Lookup::Workspaces => self.workspaces.is_some(),
            Lookup::Keys => self.keys.is_some(),
            Lookup::Members => self.members.is_some(),
            Lookup::Models => self.models.is_some(),
        }
    }

    /// Something that lives is called so.
    pub fn bear(&self, values: Values, name: &str) -> bool {
        match values {
            Values::Keys => self.keys.iter().flatten().any(|key| key.name == name),
            Values::Workspaces => self.workspaces.iter().flatten().any(|(_, own)| own == name),
            Values::Users => self.members.iter().flatten().any(|member| member.name == name),
            Values::Plain | Values::Permaslugs | Values::Requests | Values::Apps => false,
        }
    }
}

/// What the query wants of a scan.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub scan: &'a Scan,
    /// The columns that the query uses.
    pub columns: &'a [&'static str],
    /// Those of them that it would use without its filters.
    pub unfiltered: &'a [&'static str],
    pub demand: &'a Demand,
}

/// What the primitives above a scan make of its rows, up to the first that puts rows together.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    pub grain: Grain,
    /// Conditions on columns of the source, in the order of the plan.
    pub filters: Vec<Filter>,
    /// Keys of the first aggregate.
    pub keys: Vec<Key>,
    /// Columns that keys and aggregates read; those of filters are with them.
    pub reads: BTreeSet<String>,
    /// Units of time that keys and aggregates read.
    pub times: BTreeSet<TimeUnit>,
    /// Columns that an aggregate looks at beside the measures: they must be dimensions of the answer.
    pub apart: BTreeSet<String>,
    pub top: Option<Top>,
}

/// Whether the source may put rows together.
#[derive(Clone, Debug, PartialEq)]
pub enum Grain {
    /// Any that holds the columns that are read: only sums follow.
    Any,
    /// Each row counts; the words say for what.
    Rows(&'static str),
}

/// One condition of a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Which condition above the scan it is, counted from below.
    pub place: usize,
    /// Over the columns of the source, where it reads nothing that was computed.
    pub plain: Option<Typed>,
    pub reads: BTreeSet<String>,
    pub times: BTreeSet<TimeUnit>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    Column(String),
    Bucket(TimeUnit),
    /// From these columns and units of time.
    Computed(BTreeSet<String>, BTreeSet<TimeUnit>),
}

/// The first rows by one column; nothing but the aggregate lies before.
#[derive(Clone, Debug, PartialEq)]
pub struct Top {
    /// The column of the source: a sum of it, or itself where rows are not put together.
    pub column: String,
    pub descending: bool,
    pub rows: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    pub pieces: Vec<Piece>,
    pub gaps: Vec<Gap>,
    /// Needed before the pieces can be asked for.
    pub lookups: Vec<Lookup>,
    /// Places of the filters that all pieces hold already.
    pub taken: Vec<usize>,
    /// What was left to this machine, and why; for people.
    pub notes: Vec<String>,
    /// Things to know about the answer.
    pub warnings: Vec<Diagnostic>,
    /// The question cannot be answered at all, whatever the days.
    pub refusal: Option<Diagnostic>,
}

/// What coverage calls the route to days that are kept.
const LEDGER: &str = "ledger";

/// A part of the rows and how to get it.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub work: Work,
    /// The rows that count; the others are left out.
    pub days: Option<Days>,
    /// Fields that the route knows and the answer lacks.
    pub added: Vec<(&'static str, Json)>,
    /// Ids of the answer that have names.
    pub translated: Vec<Translation>,
    /// A row whose value of this field came before, from whichever piece, is the same row and counts once.
    pub once: Option<&'static str>,
    /// Fields that hold secrets: they are cut out of the answer before anything looks at it.
    pub secret: &'static [&'static str],
    /// What has to be said along with the rows.
    pub notice: Option<Notice>,
    pub trust: Trust,
    /// What its last day is compared with where that has no row: the API may lag behind.
    pub check: Option<CubeQuery>,
    /// Whose columns say how the answer is read; those of the scan's source unless named.
    pub read_as: Option<&'static SourceDef>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    Request(Request),
    Cube(CubeQuery),
    /// No call: the ledger has them.
    Kept(Kept),
}

/// Rows of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub kind: &'static Kind,
    /// What the other pieces hold already, in this one too.
    pub filters: Vec<KeptFilter>,
    /// The parts of a row, by a dimension that nobody asked for, are one row again.
    pub merged: bool,
}

/// A condition on kept rows.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptFilter {
    pub condition: Typed,
    /// It compares a column of names, and means who bears the name now: not one that is gone and bore it too.
    pub names: Option<&'static str>,
}

/// A field with the names of the ids in another.
#[derive(Clone, Debug, PartialEq)]
pub struct Translation {
    pub from: &'static str,
    pub to: &'static str,
    pub names: Vec<(String, String)>,
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
        Self::from(Work::Request(request))
    }

    pub fn from(work: Work) -> Self {
        Self {
            work,
            days: None,
            added: Vec::new(),
            translated: Vec::new(),
            once: None,
            secret: &[],
            notice: None,
            trust: Trust::AsItIs,
            check: None,
            read_as: None,
        }
    }

    /// What coverage calls the route.
    pub fn route(&self) -> &str {
        match &self.work {
            Work::Request(request) => request.path.trim_start_matches('/'),
            Work::Cube(_) => "analytics/query",
            Work::Kept(_) => LEDGER,
        }
    }
}

impl Offer {
    pub fn of(pieces: Vec<Piece>) -> Self {
        Self { pieces, ..Self::default() }
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
    /// Where some of it is no call but an answer that was kept: the age of the oldest.
    pub kept: Option<Duration>,
    /// Where fewer rows were asked for than there are.
    pub left_out: Option<LeftOut>,
}

/// Rows that were had and are not shown, as the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// How many rows there are, those that are shown among them.
    pub rows_total: usize,
    /// The pipeline that gives the others.
    pub more: String,
}
