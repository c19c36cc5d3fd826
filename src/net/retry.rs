//! Which trouble is worth another attempt, and when: pure, with the chance and the waiting given from outside.

use std::future::Future;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::pin::Pin;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::{Deserialize, Serialize};

use super::trouble::{Break, Trouble};
use crate::model::request::NotFound;

/// The first back-off; each further one is twice as long, up to [`LONGEST_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_millis(250);
const LONGEST_BACKOFF: Duration = Duration::from_secs(8);

/// What the API may ask orq to wait; beyond that a person decides.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Longer than any wait, in seconds.
const FOREVER: f64 = 1e9;

/// The pauses before a 404 is asked again, where it is normal (fact 27).
const NOT_FOUND_WAITS: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// A wait that is under way.
pub type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Waiting, the time that is waited by, and chance, as a value of the session.
pub trait Pace: Send + Sync {
    /// Never goes back, whatever becomes of the clock on the wall.
    fn now(&self) -> Instant;

    fn sleep(&self, time: Duration) -> Pause;

    /// A number from 0 up to 1, another one each time.
    fn chance(&self) -> f64;
}

/// The clock on the wall and real chance.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealPace;

impl Pace for RealPace {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, time: Duration) -> Pause {
        Box::pin(tokio::time::sleep(time))
    }

    fn chance(&self) -> f64 {
        // Each state is seeded anew by the standard library; spreading attempts needs no better.
        f64::from((RandomState::new().build_hasher().finish() >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

/// What comes after an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    Again { after: Duration, reason: &'static str },
    Stop(Stop),
}

/// Why there is no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// Another attempt would end the same way.
    Final,
    /// Every attempt was made.
    Exhausted,
    /// The API wants to be left alone for longer than orq waits.
    LongWait(Duration),
}

/// The attempts at one page: how many more there may be.
#[derive(Clone, Debug)]
pub struct Patience {
    retries_made: u32,
    retries: u32,
    waits: &'static [Duration],
}

impl Patience {
    pub fn new(retries: u32, not_found: NotFound) -> Self {
        let waits: &[Duration] = match not_found {
            NotFound::Refused => &[],
            NotFound::Wait => &NOT_FOUND_WAITS,
        };
        Self { retries_made: 0, retries, waits }
    }

    /// What to do after an attempt that failed; `chance` is from 0 up to 1.
    pub fn after(&mut self, trouble: &Trouble, chance: f64) -> Next {
        if let Trouble::Refused(refusal) = trouble
            && refusal.status == 404
        {
            let Some((&after, rest)) = self.waits.split_first() else { return Next::Stop(Stop::Final) };
            self.waits = rest;
            return Next::Again { after, reason: "not there yet" };
        }
        let Some(reason) = worth_another(trouble) else { return Next::Stop(Stop::Final) };
        let asked = match trouble {
            Trouble::Refused(refusal) => refusal.retry_after,
            Trouble::Broken(_) | Trouble::Unreadable(_) => None,
        };
        match asked {
            Some(time) if time > LONGEST_WAIT => return Next::Stop(Stop::LongWait(time)),
            _ if self.retries_made >= self.retries => return Next::Stop(Stop::Exhausted),
            _ => {}
        }
        let after = asked.unwrap_or_else(|| backoff(self.retries_made, chance));
        self.retries_made += 1;
        Next::Again { after, reason }
    }
}

/// Why the same request may fare better in a moment (fact 33); none where it will not.
fn worth_another(trouble: &Trouble) -> Option<&'static str> {
    match trouble {
        Trouble::Refused(refusal) => match refusal.status {
            429 => Some("the API asks for fewer requests"),
            408 | 500 | 502 | 503 | 504 | 524 | 529 => Some("the API failed for a moment"),
            _ => None,
        },
        Trouble::Broken(Break::Untrusted) | Trouble::Unreadable(_) => None,
        Trouble::Broken(
            Break::NoSuchHost | Break::ConnectionRefused | Break::Unreachable | Break::TimedOut | Break::Closed,
        ) => Some("the connection failed"),
    }
}

/// 0.25 s, doubled with each retry up to 8 s; chance takes up to half of it away, so that many do not return at once.
fn backoff(retries_made: u32, chance: f64) -> Duration {
    let whole = FIRST_BACKOFF.saturating_mul(2_u32.saturating_pow(retries_made)).min(LONGEST_BACKOFF);
    whole.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0))
}

/// What `Retry-After` asks for: seconds, or an HTTP date, which counts from the `Date` of the same answer, so that the
/// clock of this machine does not matter. None where it says nothing that can be read.
pub fn retry_after(value: &str, answered_at: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.min(FOREVER)).ok();
    }
    let wait = instant(value)?.duration_since(instant(answered_at?)?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// An HTTP date, as headers have it.
pub fn instant(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}
