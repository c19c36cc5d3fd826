//! `--record` and `--replay`: what a run does with a directory of answers.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use super::arguments::{Errors, Options};
use super::output;
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::model::zone::Zone;
use crate::net::{About, Base, KeptMeta, Places, Recorder, Recording, Transport};
use crate::session::Clock;

/// The variable that `--now` may come from.
const NOW: &str = "ORQ_NOW";

/// The flags of commands that run a text.
#[derive(Clone, Debug, Default, Args)]
pub struct RecordFlags {
    /// Keep answers there, without people and secrets
    #[arg(long, value_name = "DIR", conflicts_with = "replay", help_heading = "Requests")]
    pub record: Option<PathBuf>,

    /// Answer from there, without key and network
    #[arg(long, value_name = "DIR", help_heading = "Requests")]
    pub replay: Option<PathBuf>,
}

/// Where the answers of a run come from.
#[derive(Clone, Debug, Default)]
pub enum Source {
    #[default]
    Live,
    /// From the API, and they are kept.
    Record(PathBuf),
    Replay(PathBuf),
    /// From nowhere: a text that asks nobody runs all the same.
    Nothing,
}

impl RecordFlags {
    /// The flags of a command, or those that stand before it.
    pub fn or(self, before: &Self) -> Self {
        Self { record: self.record.or(before.record.clone()), replay: self.replay.or(before.replay.clone()) }
    }

    pub fn are_given(&self) -> bool {
        self.record.is_some() || self.replay.is_some()
    }

    /// Options that say so too. E0801 where they ask for two things at once.
    pub fn applied(self, options: &Options) -> Result<Options, Diagnostic> {
        let answers = match (self.record, self.replay) {
            (Some(_), Some(_)) => {
                return Err(Diagnostic::error(Code::E0801, "`--record` and `--replay` do not go together")
                    .help("leave one of them out; `--record` writes an older recording anew"));
            }
            (Some(directory), None) => Source::Record(directory),
            (None, Some(directory)) => Source::Replay(directory),
            (None, None) => Source::Live,
        };
        Ok(Options { answers, ..options.clone() })
    }
}

/// What a run is to the API, and when.
pub struct Opened {
    pub transport: Transport,
    pub clock: Clock,
    pub zone: Zone,
    pub meta: KeptMeta,
}

/// Opens the recording, or makes ready to write one. A recording is of one instant, which its run has as its clock.
///
/// E0701 a recording that cannot be read · E0702 a directory that holds something else · E0801 another clock as well.
pub fn open(options: &Options, base: &Base) -> Result<Opened, Diagnostic> {
    let clock = options.now.map_or(Clock::System, Clock::Frozen);
    let zone = options.tz.clone().unwrap_or_default();
    let meta = || KeptMeta::load(&Places::of_process(), base);
    match &options.answers {
        Source::Live => Ok(Opened { transport: Transport::Wire, clock, zone, meta: meta() }),
        Source::Record(_) if options.sandbox.sandbox => {
            Err(Diagnostic::error(Code::E0702, "`--record` is refused: it writes files")
                .help("record outside of the sandbox, and `--replay` in it"))
        }
        Source::Record(directory) => {
            let now = clock.now();
            let known = meta().answer().cloned();
            let about =
                About { now, zone: zone.name().to_string(), base: base.path().to_string(), meta: known.clone() };
            let recorder = Arc::new(Recorder::new(directory, about)?);
            let transport = Transport::Recorded(recorder);
            Ok(Opened { transport, clock: Clock::Frozen(now), zone, meta: KeptMeta::known(known, now) })
        }
        Source::Replay(_) if options.demo => {
            Err(Diagnostic::error(Code::E0801, "`--demo` and `--replay` do not go together")
                .help("leave one of them out: a recording answers without an account"))
        }
        Source::Replay(directory) => {
            let recording = Recording::open(directory)?;
            let now = recording.now().unwrap_or_else(|| clock.now());
            if let Some(other) = said_now(options).filter(|other| *other != now) {
                return Err(Diagnostic::error(
                    Code::E0801,
                    format!("the recording is of {now}, and `--now` says {other}"),
                )
                .help("leave `--now` out: a recording answers at its own instant"));
            }
            let recorded = recording.zone().and_then(Zone::named);
            let zone = options.tz.clone().or(recorded).unwrap_or_default();
            let meta = KeptMeta::known(recording.meta(), now);
            let transport = Transport::Replayed(Arc::new(recording));
            Ok(Opened { transport, clock: Clock::Frozen(now), zone, meta })
        }
        Source::Nothing => {
            let transport = Transport::Replayed(Arc::new(Recording::nothing()));
            Ok(Opened { transport, clock, zone, meta: KeptMeta::known(None, clock.now()) })
        }
    }
}

/// Writes what a run asked for, where that is to be kept, and says what was left out of it.
pub fn finish(transport: &Transport, errors: Errors) -> Result<(), Diagnostic> {
    let recorder = match transport {
        Transport::Recorded(recorder) => recorder,
        Transport::Wire | Transport::Replayed(_) => return Ok(()),
    };
    let recorded = recorder.finish()?;
    if errors == Errors::Json {
        return Ok(());
    }
    let calls = if recorded.calls == 1 { "1 call is".to_string() } else { format!("{} calls are", recorded.calls) };
    let fields: Vec<String> = recorded.scrubbed.iter().map(|(field, count)| format!("{field} {count}")).collect();
    let scrubbed =
        if fields.is_empty() { "nothing was".to_string() } else { format!("values of {}", fields.join(", ")) };
    let directory = recorded.directory.to_string_lossy().into_owned();
    output::aside(&harmless::line(&format!("{calls} recorded in {directory}; replaced: {scrubbed}")));
    Ok(())
}

/// The clock of the command line. One that the environment has for all runs is not meant for this one.
fn said_now(options: &Options) -> Option<Timestamp> {
    let of_environment = std::env::var(NOW).ok().and_then(|text| super::arguments::instant(&text).ok());
    options.now.filter(|now| Some(*now) != of_environment)
}
