//! The steps of a query in a row. Every caller (one-liner, script, REPL) goes through here, and nothing else does IO for
//! a query than what is called from here.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::Value as Json;
use tokio::runtime::Runtime;

use crate::check::{self, Checked, Lets, Step};
use crate::diagnostics::{Code, Diagnostic, Edit};
use crate::exec::{self, Permissions};
use crate::model::catalog::Catalog;
use crate::model::frame::{Answer, Frame};
use crate::model::rel::Scan;
use crate::model::route::{Coverage, Facts};
use crate::model::schema::Schema;
use crate::model::window::Days;
use crate::net::Client;
use crate::plan::{self, Fetch, Pruned};
use crate::syntax::{self, ast::Script};
use crate::{formats, functions, sources, verbs};

/// Everything the program knows by name.
pub const CATALOG: Catalog =
    Catalog { sources: sources::ALL, verbs: verbs::ALL, functions: functions::ALL, formats: formats::ALL };

/// Where the time comes from; it is read once a run.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    System,
    Frozen(Timestamp),
}

impl Clock {
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Frozen(now) => now,
        }
    }
}

/// What queries run with, and what earlier ones left behind.
pub struct Session {
    clock: Clock,
    client: Client,
    permissions: Permissions,
    lets: Lets,
}

/// What one pipeline printed.
#[derive(Clone, Debug)]
pub enum Output {
    Table {
        answer: Answer,
        format: Option<&'static str>,
    },
    /// An explanation.
    Text(String),
}

/// What a text gave. Nothing was run where a diagnostic of the check is an error.
#[derive(Debug, Default)]
pub struct Outcome {
    pub outputs: Vec<Output>,
    /// Every page as the API gave it, where it was asked for.
    pub pages: Vec<Json>,
    pub diagnostics: Vec<Diagnostic>,
}

/// How a text is run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// Keep what the API said.
    pub keep_pages: bool,
    pub interrupts: Interrupts,
}

/// What Ctrl-C does while requests are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupts {
    EndTheProcess,
    EndTheQuery,
}

impl Session {
    pub fn new(clock: Clock, client: Client, permissions: Permissions) -> Self {
        Self { clock, client, permissions, lets: Lets::new() }
    }

    /// Text → tree → typed program and all that is wrong with it. Pure but for the clock.
    pub fn check(&self, text: &str) -> Checked {
        self.checked_at(text, self.clock.now())
    }

    fn checked_at(&self, text: &str, now: Timestamp) -> Checked {
        let parsed = syntax::parse(text);
        let mut diagnostics = parsed.diagnostics;
        let mut checked = check::check(&parsed.script, text, &CATALOG, &self.lets, now);
        diagnostics.append(&mut checked.diagnostics);
        if diagnostics.is_empty() && is_idle(&parsed.script) {
            diagnostics.push(
                Diagnostic::error(Code::E0007, "there is nothing to run")
                    .help("start with a source, as in `activity last 7d | group model | sum cost`"),
            );
        }
        diagnostics.sort_by_key(|d| d.span.map(|span| span.start));
        Checked { diagnostics: without_doubles(diagnostics), ..checked }
    }

    /// What a text will print, without its rows; nothing where it is wrong.
    pub fn outputs(&self, text: &str) -> Vec<Output> {
        let Checked { program, diagnostics, .. } = self.check(text);
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Vec::new();
        }
        let output = |step: Step| {
            if step.explain {
                return Output::Text(String::new());
            }
            let schema = step.table.schema;
            let frame = Frame { columns: vec![Vec::new(); schema.columns.len()], schema };
            let answer = Answer { query: step.query, frame, coverage: Coverage::default(), warnings: Vec::new() };
            Output::Table { answer, format: step.table.format }
        };
        program.steps.into_iter().map(output).collect()
    }

    /// The plan of each pipeline, as `explain` shows it; nothing is sent.
    pub fn explain(&self, text: &str) -> Result<Vec<String>, Vec<Diagnostic>> {
        let now = self.clock.now();
        let checked = self.checked_at(text, now);
        if checked.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(checked.diagnostics);
        }
        Ok(checked.program.steps.iter().map(|step| explanation(step, text, now)).collect())
    }

    /// The whole way of a text. Requests are sent on `runtime`; the rest runs on the thread that calls.
    pub fn run(&mut self, runtime: &Runtime, text: &str, options: RunOptions) -> Outcome {
        let now = self.clock.now();
        let Checked { program, diagnostics, lets } = self.checked_at(text, now);
        let mut outcome = Outcome { diagnostics, ..Outcome::default() };
        if outcome.diagnostics.iter().any(Diagnostic::is_error) {
            return outcome;
        }
        if let Err(mut errors) = self.execute(runtime, &program.steps, text, now, options, &mut outcome) {
            outcome.diagnostics.append(&mut errors);
        } else {
            self.lets = lets;
        }
        outcome
    }

    /// Looks up, routes, fetches and runs what was checked.
    fn execute(
        &self,
        runtime: &Runtime,
        steps: &[Step],
        text: &str,
        now: Timestamp,
        options: RunOptions,
        outcome: &mut Outcome,
    ) -> Result<(), Vec<Diagnostic>> {
        let plans: Vec<Pruned> = steps.iter().map(|step| plan::pruned(&step.table.rel, &step.table.schema)).collect();
        let run: Vec<Pruned> =
            steps.iter().zip(&plans).filter(|(step, _)| !step.explain).map(|(_, p)| p.clone()).collect();
        let facts = Facts { now, workspaces: None };
        // Days that no route has are named before anything is sent, look-ups included.
        let gaps = plan::missing(&plan::route(&run, &facts));
        if !gaps.is_empty() {
            return Err(gaps);
        }
        for plan in &run {
            exec::permit(&plan.rel, &self.permissions).map_err(|error| vec![error])?;
        }
        let asked = async {
            let lookups = plan::lookups(&run);
            let facts = exec::look_up(&self.client, &lookups, facts).await?;
            let fetches = plan::route(&run, &facts);
            let fetched = exec::fetch(&self.client, &fetches, options.keep_pages).await?;
            Ok((fetches, fetched))
        };
        let interrupted = async {
            match options.interrupts {
                Interrupts::EndTheQuery => tokio::signal::ctrl_c().await,
                Interrupts::EndTheProcess => std::future::pending().await,
            }
        };
        let answered = runtime.block_on(async {
            let answered = tokio::select! {
                answered = asked => answered,
                _ = interrupted => Err(Diagnostic::error(Code::E0704, "interrupted").help("run it again for the answer")),
            };
            // Requests that are given up end here, and not in the next query.
            tokio::task::yield_now().await;
            answered
        });
        let calls = self.client.calls();
        let (fetches, fetched) = answered.map_err(|error| vec![error])?;
        outcome.pages = fetched.pages;
        outcome.diagnostics.extend(fetched.notices);
        let late = late_days(&fetched.silent, now);
        outcome.diagnostics.extend(late.iter().map(|(scan, day)| not_there_yet(scan, *day)));
        for (step, plan) in steps.iter().zip(&plans) {
            if step.explain {
                outcome.outputs.push(Output::Text(explanation(step, text, now)));
                continue;
            }
            let frame = exec::run(&plan.rel, &step.table.schema, &fetched.frames, &self.permissions)
                .map_err(|error| vec![error])?;
            let coverage = Coverage { calls: calls.clone(), ..coverage(plan, &fetches, &late) };
            let answer = Answer { query: step.query.clone(), frame, coverage, warnings: outcome.diagnostics.clone() };
            outcome.outputs.push(Output::Table { answer, format: step.table.format });
        }
        Ok(())
    }

    /// The names that `let` gave, and the columns behind each.
    pub fn lets(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.lets.iter().map(|(name, table)| (name.as_str(), &table.schema))
    }
}

/// There is nothing in it but comments.
fn is_idle(script: &Script) -> bool {
    script.statements.is_empty()
}

/// One thing wrong at one place is said once: a pipeline with a name is checked once, but may be used often. Edits that
/// would change the same place are those of the first diagnostic alone.
fn without_doubles(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    diagnostics.retain(|d| seen.insert((d.code, d.span, d.message.clone())));
    let mut taken: Vec<Edit> = Vec::new();
    for diagnostic in &mut diagnostics {
        let clashes = |edit: &Edit| taken.iter().any(|other| edit.start <= other.end && other.start <= edit.end);
        if diagnostic.edits.iter().any(clashes) {
            diagnostic.edits.clear();
        }
        taken.extend(diagnostic.edits.iter().cloned());
    }
    diagnostics
}

fn explanation(step: &Step, text: &str, now: Timestamp) -> String {
    let schema = &step.table.schema;
    let plans = [plan::pruned(&step.table.rel, schema)];
    let fetches = plan::route(&plans, &Facts { now, workspaces: None });
    let lookups = plan::lookups(&plans);
    let [plan] = &plans;
    plan::explain::explain(plan, schema, &lookups, &fetches, text)
}

/// Scans that end with the last completed day, and have no row of it: the API may lag by a day or two (seen).
fn late_days(silent: &[(Scan, Date)], now: Timestamp) -> Vec<(Scan, Date)> {
    let yesterday = now.to_zoned(TimeZone::UTC).date().saturating_sub(1.day());
    silent.iter().filter(|(_, day)| *day >= yesterday).cloned().collect()
}

fn not_there_yet(scan: &Scan, day: Date) -> Diagnostic {
    Diagnostic::warning(Code::E0601, format!("`{}` has no row of {day}, the last completed day", scan.source.name))
        .at(scan.span)
        .label("may be missing a day")
        .help("nothing was used on that day, or the API lags behind: ask again in some hours")
}

/// What the scans of a plan covered, and how.
fn coverage(plan: &Pruned, fetches: &[Fetch], late: &[(Scan, Date)]) -> Coverage {
    let mut coverage = Coverage::default();
    for (scan, _) in &plan.scans {
        let missing =
            late.iter().filter(|(of, _)| of.asks_the_same(scan)).map(|(_, day)| Days { first: *day, last: *day });
        coverage.missing.extend(missing);
        coverage.days = match (coverage.days, scan.arguments.days) {
            (Some(a), Some(b)) => Some(Days { first: a.first.min(b.first), last: a.last.max(b.last) }),
            (a, b) => a.or(b),
        };
        let mine = fetches.iter().filter(|fetch| fetch.scan.asks_the_same(scan));
        for piece in mine.flat_map(|fetch| &fetch.offer.pieces) {
            let route = piece.request.path.trim_start_matches('/').to_string();
            if !coverage.routes.contains(&route) {
                coverage.routes.push(route);
            }
        }
    }
    coverage
}
