//! What can be made to go wrong: the faults and knobs of `--fault`, and how they are written.

use std::str::FromStr;
use std::time::Duration;

/// One thing that goes wrong. `first` limits it to the first so many requests of each path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `latency=200ms`: every answer comes later.
    Latency(Duration),
    /// `429`, `500=2`, …: this status instead of an answer.
    Status {
        status: u16,
        first: Option<u32>,
    },
    /// `retry-after=0`: the seconds that go with 429 and 503; 1 unless told.
    RetryAfter(u64),
    /// `drop`: the connection is closed without an answer.
    Drop {
        first: Option<u32>,
    },
    /// `truncate`: half of the body, then the connection is closed.
    Truncate {
        first: Option<u32>,
    },
    /// `slow-body=2s`: the body takes so long.
    SlowBody(Duration),
    /// `huge-body`: a body without end.
    HugeBody {
        first: Option<u32>,
    },
    /// `garbage`: status 200 with a text that is not JSON.
    Garbage {
        first: Option<u32>,
    },
    /// `404-then-200`: a generation is not found the first times it is asked for (fact 27).
    NotYet {
        first: u32,
    },
    /// `rate-limit`: so many requests a minute and key, then a platform 429 (facts 23, 33).
    RateLimit(u32),
    /// The others are knobs; [`KNOBS`] says what they do.
    LaggingActivity,
    DroppedRow,
    UnflaggedCut,
    RowCap,
    LateRows,
    RawRetention,
    EndInclusive,
    IgnoredFilter,
    ShuffledTies,
    ServerTools,
    ChatroomKey,
    Unattributed,
    HostileNames,
    Individual,
    NewColumns,
}

/// A knob: its word, the fault, and what it does.
pub struct Knob {
    pub word: &'static str,
    fault: Fault,
    pub does: &'static str,
}

const fn knob(word: &'static str, fault: Fault, does: &'static str) -> Knob {
    Knob { word, fault, does }
}

/// What the service may do without an error, each bent a little further than it is known to.
pub static KNOBS: &[Knob] = &[
    knob("lagging-activity", Fault::LaggingActivity, "`/activity` lacks the last completed day"),
    knob("dropped-row", Fault::DroppedRow, "`/activity` lacks one row, the cube one of those that it counts"),
    knob("unflagged-cut", Fault::UnflaggedCut, "the cube gives three quarters of its rows, and calls them whole"),
    knob("row-cap", Fault::RowCap, "the cube gives 50 rows at most, whatever the limit"),
    knob("late-rows", Fault::LateRows, "the cube lacks every other request of the last 12 hours"),
    knob("raw-retention", Fault::RawRetention, "what the cube has for 31 days at a time, it has of the last 31 only"),
    knob("end-inclusive", Fault::EndInclusive, "the cube counts the bucket that begins where the range ends"),
    knob("ignored-filter", Fault::IgnoredFilter, "the cube counts what the filters exclude"),
    knob("shuffled-ties", Fault::ShuffledTies, "the cube orders equal rows differently in each query"),
    knob("server-tools", Fault::ServerTools, "web searches count as requests in `/activity`, not in the cube"),
    knob("chatroom-key", Fault::ChatroomKey, "a key is called like the bucket of requests without a key"),
    knob("unattributed", Fault::Unattributed, "the cube has no workspace for requests without a key"),
    knob("hostile-names", Fault::HostileNames, "a workspace's name holds ESC, C1 and bidi characters"),
    knob("individual", Fault::Individual, "the account is no organisation: `/organization/members` is not there"),
    knob("new-columns", Fault::NewColumns, "the cube has a metric and a dimension more: `tokens_a_request`, `gateway`"),
];

/// Statuses that can be asked for by number: those that fact 33 says to retry, and a few that are final.
const STATUSES: &[u16] = &[400, 401, 402, 403, 404, 408, 429, 500, 502, 503, 504, 524, 529];

/// A fault that is not known, or has a value that it cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; the faults are {KNOWN}, {}; 429=2 hits only the first two requests of each path", words())]
pub struct FaultError {
    problem: String,
}

const KNOWN: &str = "latency=200ms, 429 (or 400 401 402 403 404 408 500 502 503 504 524 529), retry-after=1, \
drop, truncate, slow-body=2s, huge-body, garbage, 404-then-200, rate-limit";

fn words() -> String {
    KNOBS.iter().map(|knob| knob.word).collect::<Vec<_>>().join(", ")
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let text = text.trim();
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let wrong = || FaultError { problem: format!("`{text}` has a value that `{name}` cannot have") };
        let count = || match value {
            None => Ok(None),
            Some(value) => value.parse().map(Some).map_err(|_| wrong()),
        };
        let time = |usual| value.map_or(Some(usual), duration).ok_or_else(wrong);
        match name {
            "latency" => Ok(Fault::Latency(time(Duration::from_millis(200))?)),
            "slow-body" => Ok(Fault::SlowBody(time(Duration::from_secs(2))?)),
            "retry-after" => {
                let seconds = value.and_then(|value| value.trim_end_matches('s').parse().ok());
                seconds.map(Fault::RetryAfter).ok_or_else(wrong)
            }
            "drop" => Ok(Fault::Drop { first: count()? }),
            "truncate" => Ok(Fault::Truncate { first: count()? }),
            "huge-body" => Ok(Fault::HugeBody { first: count()? }),
            "garbage" => Ok(Fault::Garbage { first: count()? }),
            "404-then-200" => Ok(Fault::NotYet { first: count()?.unwrap_or(2) }),
            "rate-limit" => Ok(Fault::RateLimit(count()?.unwrap_or(64))),
            _ => match (KNOBS.iter().find(|knob| knob.word == name), name.parse()) {
                (Some(knob), _) if value.is_none() => Ok(knob.fault.clone()),
                (Some(_), _) => Err(wrong()),
                (None, Ok(status)) if STATUSES.contains(&status) => Ok(Fault::Status { status, first: count()? }),
                (None, _) => Err(FaultError { problem: format!("there is no fault `{name}`") }),
            },
        }
    }
}

/// `200ms`, `2s`, `1m`.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u32 = number.parse().ok()?;
    let unit = match unit {
        "ms" => Duration::from_millis(1),
        "s" => Duration::from_secs(1),
        "m" => Duration::from_secs(60),
        _ => return None,
    };
    Some(unit * number)
}

/// All faults of a server; none by default.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Fault>);

impl From<Vec<Fault>> for Faults {
    fn from(faults: Vec<Fault>) -> Self {
        Faults(faults)
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Faults(faults.into_iter().collect())
    }
}

impl Faults {
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Seconds that go with 429 and 503.
    pub fn retry_after(&self) -> u64 {
        let told = self.0.iter().rev().find_map(|fault| match fault {
            Fault::RetryAfter(seconds) => Some(*seconds),
            _ => None,
        });
        told.unwrap_or(1)
    }

    /// Whether a knob is turned.
    pub fn has(&self, knob: &Fault) -> bool {
        self.0.contains(knob)
    }
}
