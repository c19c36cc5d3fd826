//! The steps of a query in a row. Every caller (one-liner, script, REPL) goes through here, and nothing else does IO for
//! a query than what is called from here.

mod covered;
mod editor;
mod interrupt;
mod kept;
mod last;
mod planned;
mod prompt;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use serde_json::Value as Json;
use tokio::runtime::Runtime;

use crate::check::{self, Allowed, Arguments, Before, Checked, Definitions, Program, Step};
use crate::diagnostics::{Code, Diagnostic, Edit, further};
use crate::exec::{self, Fetched, Inputs, Joined, Permissions, Rows, Silent};
use crate::ledger::Ledger;
use crate::model::catalog::{Catalog, FunctionDef};
use crate::model::files::Schemas;
use crate::model::frame::{Answer, Frame};
use crate::model::rel::SourceArguments;
use crate::model::route::{Coverage, Facts, Partial, Wishes, Work};
use crate::model::window::day_of;
use crate::model::zone::Zone;
use crate::net::{Answers, Client, KeptMeta};
use crate::plan::{self, Fetch, Plan, Routed};
use crate::span::Span;
use crate::syntax::{self, ast::Script};
use crate::{formats, functions, one_form, sources, verbs};
use covered::{coverage, missing, not_kept, not_there_yet};
use interrupt::{Ends, wait};
use last::LastResult;

pub use interrupt::{Cancel, Interrupts};
pub use planned::{Pipeline, Planned};

/// Everything the program knows by name.
pub const CATALOG: Catalog =
    Catalog { sources: sources::ALL, verbs: verbs::ALL, functions: functions::ALL, formats: formats::ALL };

/// An answer that is there waits no longer for what the cube has of late.
const META_PATIENCE: Duration = Duration::from_secs(3);

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
    input: Inputs,
    wishes: Wishes,
    zone: Zone,
    meta: KeptMeta,
    catalog: Catalog,
    definitions: Definitions,
    arguments: Arguments,
    /// What was printed last, for texts that go on from it.
    last: Option<LastResult>,
    /// The file that texts come from, where there is one: `use` starts beside it.
    script: Option<PathBuf>,
    /// Whoever asked may end a query.
    cancel: Option<Cancel>,
    /// The local history.
    ledger: Ledger,
}

/// What one pipeline printed.
#[derive(Clone, Debug)]
pub enum Output {
    Table {
        answer: Box<Answer>,
        format: Option<&'static str>,
        /// What stands above it, where the query says so.
        title: Option<String>,
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
    /// The age of the oldest answer that was not asked for anew.
    pub kept: Option<Duration>,
}

/// How a text is run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// Keep what the API said.
    pub keep_pages: bool,
    pub interrupts: Interrupts,
}

impl Session {
    pub fn new(clock: Clock, client: Client, permissions: Permissions) -> Self {
        Self {
            clock,
            client,
            permissions,
            input: Inputs::default(),
            wishes: Wishes::default(),
            zone: Zone::default(),
            meta: KeptMeta::default(),
            catalog: CATALOG,
            definitions: Definitions::default(),
            arguments: Arguments::default(),
            last: None,
            script: None,
            cancel: None,
            ledger: Ledger::default(),
        }
    }

    /// The same session, planning as these wishes say.
    pub fn wishing(self, wishes: Wishes) -> Self {
        Self { wishes, ..self }
    }

    /// The same session, with values for the parameters of texts.
    pub fn with(self, arguments: Arguments) -> Self {
        Self { arguments, ..self }
    }

    /// The same session, its texts coming from a file.
    pub fn of_script(self, script: Option<PathBuf>) -> Self {
        Self { script, ..self }
    }

    /// The same session, whose queries this ends.
    pub fn until(self, cancel: Cancel) -> Self {
        Self { cancel: Some(cancel), ..self }
    }

    /// The same session, whose queries may read this.
    pub fn reading(self, input: Inputs) -> Self {
        Self { input, ..self }
    }

    /// The same session, counting days in this zone.
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// The same session, knowing what the cube said that it has in an earlier run.
    pub fn knowing(self, meta: KeptMeta) -> Self {
        let sources = meta.answer().map_or(CATALOG.sources, sources::with_live);
        Self { meta, catalog: Catalog { sources, ..CATALOG }, ..self }
    }

    /// What it knows by name.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Text → tree → libraries → typed program and all that is wrong with it. Pure but for the clock and the files of
    /// `use`.
    pub fn check(&self, text: &str) -> Checked {
        self.checked_at(text, self.clock.now())
    }

    fn checked_at(&self, text: &str, now: Timestamp) -> Checked {
        let checked = self.checked_once(text, now);
        let again = |mended: &str| self.checked_once(mended, now).diagnostics;
        Checked { diagnostics: further(text, checked.diagnostics, again), ..checked }
    }

    fn checked_once(&self, text: &str, now: Timestamp) -> Checked {
        let is_verb = |word: &str| {
            let aggregate = |f: &FunctionDef| f.name == word || f.aliases.contains(&word);
            self.catalog.verb(word).is_some() || self.catalog.aggregates().any(aggregate)
        };
        let is_source = |word: &str| self.catalog.source(word).is_some();
        let names = syntax::Names { starts_a_stage: &is_verb, is_source: &is_source };
        let parsed = syntax::parse_knowing(text, names);
        let mut diagnostics = parsed.diagnostics;
        let script = one_form::script(parsed.script, text, &self.catalog);
        let mut checked = self.loaded(&script, text, now);
        diagnostics.append(&mut checked.diagnostics);
        let allowed = Allowed::settle(&script, text, &mut diagnostics);
        let mut diagnostics = allowed.left(diagnostics, None);
        checked.program.allowed = allowed;
        if diagnostics.is_empty() && is_idle(&script) {
            diagnostics.push(
                Diagnostic::error(Code::E0007, "there is nothing to run")
                    .help("start with a source, as in `activity last 7d | group model | sum cost`"),
            );
        }
        // What is wrong in a library comes first: the rest may follow from it.
        diagnostics.sort_by_key(|d| (d.origin.is_none(), d.span.map(|span| span.start)));
        Checked { diagnostics: without_doubles(diagnostics), ..checked }
    }

    /// The check, with what it asks to know of files.
    fn loaded(&self, script: &Script, text: &str, now: Timestamp) -> Checked {
        self.knowing_files(script, now, |before| {
            let checked = check::check(script, text, &self.catalog, before);
            let wanted = checked.wanted.clone();
            (checked, wanted)
        })
    }

    /// What is made of a text by what is known before it; again, until all files are known that it asks for.
    fn knowing_files<T>(
        &self,
        script: &Script,
        now: Timestamp,
        look: impl Fn(&Before<'_>) -> (T, Vec<SourceArguments>),
    ) -> T {
        let libraries = exec::load(script, self.script.as_deref(), &self.permissions);
        let mut schemas = Schemas::default();
        loop {
            let (found, wanted) = look(&Before {
                definitions: &self.definitions,
                libraries: &libraries,
                arguments: &self.arguments,
                schemas: &schemas,
                last: self.last.as_ref().map(LastResult::known),
                now,
                zone: &self.zone,
            });
            if wanted.is_empty() {
                return found;
            }
            for wanted in wanted {
                let found = exec::head(&wanted, &self.permissions, &self.input);
                schemas.add(wanted, found);
            }
        }
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
            let answer =
                Box::new(Answer { query: step.query, frame, coverage: Coverage::default(), warnings: Vec::new() });
            Output::Table { answer, format: step.table.format, title: step.table.title }
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
        let facts = self.facts(now);
        Ok(checked.program.steps.iter().map(|step| explanation(step, text, &facts)).collect())
    }

    /// The whole way of a text. Requests are sent on `runtime`; the rest runs on the thread that calls.
    pub fn run(&mut self, runtime: &Runtime, text: &str, options: RunOptions) -> Outcome {
        let now = self.clock.now();
        let Checked { program, diagnostics, definitions, .. } = self.checked_at(text, now);
        let mut outcome = Outcome { diagnostics, ..Outcome::default() };
        if outcome.diagnostics.iter().any(Diagnostic::is_error) {
            return outcome;
        }
        outcome.diagnostics.extend(self.look_again());
        match self.execute(runtime, &program, text, now, options, &mut outcome) {
            Err(mut errors) => outcome.diagnostics.append(&mut errors),
            Ok(last) => {
                self.definitions = definitions;
                self.last = last.or(self.last.take());
            }
        }
        outcome
    }

    /// Looks up, routes, fetches and runs what was checked.
    fn execute(
        &mut self,
        runtime: &Runtime,
        program: &Program,
        text: &str,
        now: Timestamp,
        options: RunOptions,
        outcome: &mut Outcome,
    ) -> Result<Option<LastResult>, Vec<Diagnostic>> {
        let ends = &Ends::new(options.interrupts, self.cancel.clone(), self.permissions.time());
        let (steps, allowed) = (&program.steps, &program.allowed);
        let printed = || steps.iter().filter(|step| !step.explain);
        let plans: Vec<Plan> = printed().map(|step| plan::plan(&step.table.rel, &step.table.schema)).collect();
        let facts = self.facts(now);
        // What no route has is named before anything is sent, look-ups included.
        let (routed, fetches) = plan::route(&plans, &facts);
        fail_on_errors(plan::unroutable(&fetches, &facts))?;
        for plan in &routed {
            exec::permit(&plan.rel, &self.permissions).map_err(|error| vec![error])?;
        }
        if let Some(answers) = self.client.answers() {
            answers.begin();
        }
        self.client.allow(self.wishes.most_calls);
        let asked = self.ask(&plans, facts.clone(), options);
        let answered = wait(runtime, ends, asked);
        if answered.is_ok() {
            let newer = async { Ok(self.newer_meta(&fetches, now).await) };
            if let Ok(Some(meta)) = wait(runtime, ends, newer) {
                self.meta.keep(meta, now);
            }
        }
        let calls = self.client.calls();
        let Asked { routed, fetches, fetched, mut facts, warnings } = answered?;
        let only = if let [step] = steps.as_slice() { Some(step.span) } else { None };
        outcome.diagnostics.extend(allowed.left(warnings, only));
        outcome.pages = fetched.pages;
        let missing = missing(&fetches, &fetched.missing, &fetched.silent, now);
        let mut spent = fetches.iter().map(|fetch| fetch.calls(&facts).0).sum();
        let mut routed = routed.iter();
        let of_all = outcome.diagnostics.clone();
        let mut last = None;
        for step in steps {
            if step.explain {
                outcome.outputs.push(Output::Text(explanation(step, text, &facts)));
                continue;
            }
            let Some(plan) = routed.next() else { continue };
            let frames: Vec<&Rows> = plan.fetches.iter().filter_map(|index| fetched.frames.get(*index)).collect();
            let Beside { joined, mut warnings, routes, pages } =
                self.look_up(runtime, plan, &frames, ends, &mut facts, &mut spent)?;
            let mut coverage = coverage(plan, &fetches, &missing, &self.zone);
            let rel = match coverage.missing.as_slice() {
                [] => plan.rel.clone(),
                _ => plan::without_gaps(&plan.rel, &coverage, &self.zone),
            };
            let (work, schema) = (self.local(&frames, &joined, ends), step.table.schema.clone());
            let ran = interrupt::local(runtime, ends, move || work.run(&rel, &schema));
            let ran = ran.map_err(|errors| refused_at(errors, step.span))?;
            let frame = ran.frame.in_zone(&self.zone);
            outcome.kept = self.client.answers().and_then(Answers::used);
            warnings.extend(ran.warnings);
            let names = fetched.names.iter().filter(|(index, _)| plan.fetches.contains(index)).cloned();
            warnings.extend(plan::of_names(&fetches, &names.collect::<Vec<_>>(), |name| {
                // Where days of several fetches stand side by side, the names of one may be those of another.
                plan.fetches.len() > 1 || frame.shows(name)
            }));
            if options.keep_pages {
                outcome.pages.extend(pages);
            }
            coverage.kept = outcome.kept;
            coverage.routes.extend(routes);
            coverage.routes = without_repeats(coverage.routes);
            let earlier = self.last.as_ref().filter(|_| last::is_used_by(&step.table.rel));
            if let Some(earlier) = earlier {
                warnings.splice(..0, earlier.add_to(&mut coverage));
            }
            let warnings = allowed.left(warnings, Some(step.span));
            coverage.calls = calls.iter().cloned().chain(self.client.calls()).collect();
            let (query, known) = (step.query.clone(), of_all.iter().cloned());
            let warned = known.chain(warnings.iter().cloned()).collect();
            let answer = Box::new(Answer { query, frame, coverage, warnings: warned });
            outcome.diagnostics.extend(warnings);
            let title = step.table.title.clone();
            last = Some(LastResult::new(ran.rows, &answer, step, text));
            outcome.outputs.push(Output::Table { answer, format: step.table.format, title });
        }
        // A pipeline with a name that is used twice would say everything twice.
        outcome.diagnostics = without_doubles(std::mem::take(&mut outcome.diagnostics));
        Ok(last)
    }

    /// What the cube has now, where it is asked and that was not looked at for a day. What fails or takes too long is
    /// tried again with the next query.
    async fn newer_meta(&self, fetches: &[Fetch], now: Timestamp) -> Option<Json> {
        let of_cube = |fetch: &Fetch| fetch.offer.pieces.iter().any(|piece| matches!(piece.work, Work::Cube(_)));
        if !self.meta.is_stale(now) || !fetches.iter().any(of_cube) {
            return None;
        }
        let asked = tokio::time::timeout(META_PATIENCE, self.client.fetch(&sources::meta_request())).await;
        asked.ok()?.ok()?.pages.into_iter().next()
    }

    /// Makes the look-up joins of a plan, from the inside out: each asks for the keys of the rows that are there by then.
    fn look_up(
        &self,
        runtime: &Runtime,
        plan: &Routed,
        frames: &[&Rows],
        ends: &Ends,
        facts: &mut Facts,
        spent: &mut usize,
    ) -> Result<Beside, Vec<Diagnostic>> {
        let one = |error: Diagnostic| vec![error];
        let mut beside = Beside::default();
        for by_key in plan::by_key::by_keys(&plan.rel) {
            let (work, part) = (self.local(frames, &beside.joined, ends), by_key.input.clone());
            let (input, warnings) = interrupt::local(runtime, ends, move || work.part(&part))?;
            beside.warnings.extend(warnings);
            let keys = exec::keys(&input, by_key.key).map_err(one)?;
            let found = exec::look_up_rows(&self.client, &by_key, &keys, facts, *spent);
            let mut found = wait(runtime, ends, async { found.await.map_err(one) })?;
            *spent += found.calls;
            beside.warnings.extend(beside.joined.join(&by_key, input, &found).map_err(one)?);
            beside.warnings.append(&mut found.warnings);
            beside.routes.append(&mut found.routes);
            beside.pages.append(&mut found.pages);
        }
        Ok(beside)
    }

    /// Looks up what routing needs, routes, and fetches. A day that `/activity` turns out not to have yet is routed anew.
    async fn ask(&self, plans: &[Plan], facts: Facts, options: RunOptions) -> Result<Asked, Vec<Diagnostic>> {
        let one = |error: Diagnostic| vec![error];
        let mut facts = facts;
        let mut without_late: Option<Asked> = None;
        loop {
            let (routed, fetches) = plan::route(plans, &facts);
            let mut warnings = fail_on_errors(plan::unroutable(&fetches, &facts))?;
            let lookups = plan::lookups(&fetches, &facts);
            if !lookups.is_empty() {
                facts = exec::look_up(&self.client, &lookups, facts).await.map_err(one)?;
                continue;
            }
            let mut fetched = match exec::fetch(&self.client, &self.ledger, &fetches, &facts, options.keep_pages).await
            {
                Ok(fetched) => fetched,
                // There are no calls left for the late day, and the answer may be without it.
                Err(error) if error.code == Code::E0603 && facts.wishes.partial == Partial::Allowed => {
                    return without_late.ok_or_else(|| one(error));
                }
                Err(error) => return Err(one(error)),
            };
            let late = match facts.late {
                None => self.late(&fetches, &mut fetched.silent, &facts).await.map_err(one)?,
                Some(_) => None,
            };
            warnings.extend(plan::remarks(&fetches, &facts));
            warnings.extend(fetches.iter().flat_map(|fetch| fetch.offer.warnings.iter().cloned()));
            warnings.append(&mut fetched.warnings);
            warnings.extend(not_kept(&fetches, &fetched, &facts)?);
            warnings.extend(
                fetched.silent.iter().filter_map(|silent| Some(not_there_yet(fetches.get(silent.fetch)?, silent.day))),
            );
            let asked = Asked { routed, fetches, fetched, facts: facts.clone(), warnings };
            if late.is_none() {
                return Ok(asked);
            }
            without_late = Some(asked);
            facts.late = late;
        }
    }

    /// The last completed day, where `/activity` has no row of it though the cube has. Days that are known to be quiet
    /// are silent no more.
    async fn late(
        &self,
        fetches: &[Fetch],
        silent: &mut Vec<Silent>,
        facts: &Facts,
    ) -> Result<Option<jiff::civil::Date>, Diagnostic> {
        let yesterday = day_of(facts.now).saturating_sub(1.day());
        silent.retain(|silent| silent.day >= yesterday);
        let mut left = Vec::new();
        for silent in silent.iter() {
            let Some(check) = &silent.check else {
                left.push(silent.clone());
                continue;
            };
            match exec::requests(&self.client, check, facts).await {
                Ok(requests) if requests > 0.0 => return Ok(Some(silent.day)),
                Ok(_) => {}
                // Something is there that is not shown, or may not be asked for.
                Err(error)
                    if error.code == Code::E0604
                        || (error.code == Code::E0603 && facts.wishes.partial == Partial::Refused) =>
                {
                    let asked = fetches.get(silent.fetch).map(|fetch| fetch.scan.span).unwrap_or_default();
                    return Err(error.at(asked).label("whether its last day is quiet is not to be known"));
                }
                // What cannot be checked is said.
                Err(_) => left.push(silent.clone()),
            }
        }
        *silent = left;
        Ok(None)
    }
}

/// There is nothing in it but comments.
fn is_idle(script: &Script) -> bool {
    script.statements.is_empty()
}

/// One thing wrong at one place is said once: a pipeline with a name is checked once, but may be used often. Edits that
/// would change the same place are those of the first diagnostic alone; what else of its kind is wrong there is mended
/// with it.
fn without_doubles(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    diagnostics.retain(|d| {
        seen.insert((d.code, d.span, d.message.clone(), d.origin.as_ref().map(|origin| origin.name.clone())))
    });
    let mut taken: Vec<(Code, Edit)> = Vec::new();
    diagnostics.retain_mut(|diagnostic| {
        if diagnostic.origin.is_some() {
            return true;
        }
        let clashes = |edit: &Edit| taken.iter().any(|(_, other)| edit.start <= other.end && other.start <= edit.end);
        let inside = |edit: &Edit| {
            taken
                .iter()
                .any(|(code, other)| *code == diagnostic.code && other.start < edit.start && edit.end < other.end)
        };
        if diagnostic.edits.iter().any(inside) {
            return false;
        }
        if diagnostic.edits.iter().any(clashes) {
            diagnostic.edits.clear();
        }
        taken.extend(diagnostic.edits.iter().map(|edit| (diagnostic.code, edit.clone())));
        true
    });
    diagnostics
}

/// What was asked for, and what came.
struct Asked {
    routed: Vec<Routed>,
    fetches: Vec<Fetch>,
    fetched: Fetched,
    /// With what was looked up on the way.
    facts: Facts,
    warnings: Vec<Diagnostic>,
}

/// The look-up joins of a plan, and what they had to say.
#[derive(Default)]
struct Beside {
    joined: Joined,
    warnings: Vec<Diagnostic>,
    routes: Vec<String>,
    pages: Vec<Json>,
}

fn without_repeats(routes: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    routes.into_iter().filter(|route| seen.insert(route.clone())).collect()
}

/// The warnings, unless there are errors.
fn fail_on_errors(diagnostics: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    if diagnostics.iter().any(Diagnostic::is_error) { Err(diagnostics) } else { Ok(diagnostics) }
}

/// What permissions refuse of a whole pipeline is refused at its place.
fn refused_at(errors: Vec<Diagnostic>, span: Span) -> Vec<Diagnostic> {
    let placed = |error: Diagnostic| match (error.code, error.span) {
        (Code::E0702, None) => error.at(span).label("refused"),
        _ => error,
    };
    errors.into_iter().map(placed).collect()
}

fn explanation(step: &Step, text: &str, facts: &Facts) -> String {
    let schema = &step.table.schema;
    let (routed, fetches) = plan::route(&[plan::plan(&step.table.rel, schema)], facts);
    let lookups = plan::lookups(&fetches, facts);
    routed.first().map_or(String::new(), |plan| plan::explain::explain(plan, schema, &lookups, &fetches, facts, text))
}
