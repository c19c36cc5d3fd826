//! Random pipelines that the check lets through run on the demo account, and give the columns that the check promised.

use orq::diagnostics::{Code, Diagnostic};
use orq::model::frame::Answer;
use orq::model::route::Wishes;
use orq::model::zone::Zone;
use orq::one_form::formatted;
use orq::session::{CATALOG, Output, Session};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError};

use super::drawn::{Choices, World, columns, pipeline, promised, stage};
use super::frames::{told_by_rows, unlike};
use super::reading::same_meaning;
use super::runner;
use crate::support::inside::{Inside, deep, planner};
use crate::support::{DemoServer, NOW};

/// The stages of the examples of all verbs: those that fit what stands before are taken.
fn stages_of_examples() -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for example in CATALOG.verbs.iter().flat_map(|verb| verb.examples) {
        let Ok(form) = formatted(&format!("{}\n", example.query), &CATALOG) else { continue };
        let one_line = form.replace("\n| ", " | ");
        let mut stage = String::new();
        for part in one_line.trim_end().split(" | ") {
            // A `|` in brackets parts the stages of another pipeline.
            stage = if stage.is_empty() { part.to_string() } else { format!("{stage} | {part}") };
            if stage.matches(['(', '[']).count() == stage.matches([')', ']']).count() {
                found.push(std::mem::take(&mut stage));
            }
        }
    }
    // Sources are no stages.
    found.retain(|stage| orq::syntax::parse(&format!("keys | {stage}")).diagnostics.is_empty());
    assert!(found.len() > 20, "{found:?}");
    found
}

/// Right sides of joins. Each has few rows for each key: several joins in a row multiply what there is.
const TABLES: &[&str] = &[
    "models | where context_length > 500000 | limit 4",
    "activity yesterday | group model_id | sum cost, tokens | limit 3",
    "activity last 2d | select date, provider, cost, k = if(cost > 0.1, variant) | limit 5",
    "keys | limit 3 | derive b = disabled or null, n = length(name)",
    "activity yesterday | agg a = count(), b = sum(cost), d0 = max(date)",
    "generation gen-demo-2",
    "models | where false",
    "credits | derive s = null, x = 1.5, r = \"a\"",
];

const SOURCES: &[&str] =
    &["activity yesterday", "models", "activity last 3d", "keys", "credits", "generation gen-demo-2", "key"];

fn world(sources: &[&str], tables: &[&str]) -> World {
    let owned = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
    World { sources: owned(sources), tables: owned(tables) }
}

/// It runs, and gives the columns that the check promised, each of its type. Nothing where only its rows can tell that it
/// is wrong.
fn has_its_columns(
    planner: &Session,
    inside: &mut Inside,
    query: &str,
    opened: bool,
) -> Result<Option<Box<Answer>>, TestCaseError> {
    let promised = promised(planner, query).unwrap();
    let outcome = inside.run(query);
    let errors: Vec<&Diagnostic> = outcome.diagnostics.iter().filter(|d| d.is_error()).collect();
    let told = |code: Code| told_by_rows(code, opened) || is_not_to_be_had(code);
    if !errors.is_empty() && errors.iter().all(|error| told(error.code)) {
        return Ok(None);
    }
    prop_assert!(errors.is_empty(), "{query}\nis wrong only when it runs: {errors:#?}");
    let Some(Output::Table { answer, .. }) = outcome.outputs.into_iter().next() else {
        return Err(TestCaseError::fail(format!("{query} printed nothing")));
    };
    if let Some(wrong) = unlike(&promised, &answer.frame) {
        return Err(TestCaseError::fail(format!("{query}\n{wrong}")));
    }
    Ok(Some(answer))
}

/// Not all of it is kept, can be put together, or can be fetched with so few calls.
fn is_not_to_be_had(code: Code) -> bool {
    matches!(code, Code::E0601 | Code::E0602 | Code::E0603)
}

#[test]
fn a_pipeline_that_is_checked_runs_and_has_the_columns_of_the_check() {
    let (mut stages, mut joins) = (0, 0);
    deep(|| {
        let (planner, account) = (planner(NOW), world(SOURCES, TABLES));
        let mut inside = Inside::new();
        let state = std::cell::RefCell::new((&mut inside, &mut stages, &mut joins));
        let runs = |choices: Vec<u16>| {
            let mut state = state.borrow_mut();
            let all = pipeline(&planner, &account, &choices);
            let mut whole = None;
            for query in &all {
                whole = has_its_columns(&planner, state.0, query, query.contains("pivot "))?;
                if whole.is_none() {
                    break;
                }
                *state.1 += 1;
            }
            let Some((answer, query)) = whole.zip(all.last()) else { return Ok(()) };
            *state.2 += query.matches("join (").count();
            // Every format can show it.
            for format in CATALOG.formats {
                if let orq::model::catalog::Render::Text(render) = format.render {
                    let looks =
                        orq::model::catalog::Looks { width: Some(80), unicode: true, color: false, max_rows: Some(20) };
                    let titled = [orq::model::catalog::Titled { title: "", answer: &answer, picture: None }];
                    // A picture of nothing is none.
                    let drawable = answer.frame.schema.is_drawable() || !format.pictures.need_numbers();
                    prop_assert_eq!(render(&titled, &looks).is_ok(), drawable, "{} as {}", query, format.name);
                }
            }
            Ok(())
        };
        runner(300).run(&vec(any::<u16>(), 0..60), runs).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(stages > 500 && joins > 60, "only {stages} stages were run, {joins} of them joins");
}

/// Cubes are asked by what stands behind them, in the calendar of a zone.
const CUBES: &[&str] = &[
    "analytics last 3d | group model | sum cost, requests",
    "analytics last 24h | group hour(time), provider | sum cost, tokens",
    "analytics last 2w | group week(date) | sum cost, p50 latency, avg cache_hit_rate",
    "analytics last 3d | where provider == \"OpenAI\" | group date, key | agg n = count(), c = sum(cost)",
    "analytics last 3d",
    "analytics last 3d | group date, provider | sum cost | pivot cost by provider",
    "analytics last 6h | group provider, time | sum requests | pivot requests by time",
    "generations last 1d | where cost > 0.5",
    "generations last 1d | select id, time, model, cost | top 4 by cost",
    "generations last 2d | group hour(time) | sum cost, count",
    "activity last 3d | group week(date), provider | sum cost, tokens",
];

const BESIDE_CUBES: &[&str] = &[
    "analytics yesterday | group provider | sum requests",
    "keys | limit 3 | select name, created_at",
    "analytics last 3d | group date | sum cost",
    "generations last 1d | top 3 by cost | select id, model, time",
];

#[test]
fn what_comes_of_cubes_has_the_columns_of_the_check_in_every_zone() {
    let mut seen = 0;
    deep(|| {
        let server = DemoServer::start(NOW, "");
        for zone in ["UTC", "Europe/Berlin"] {
            let zone = Zone::named(zone).unwrap();
            let planner = planner(NOW).in_zone(zone.clone());
            let inside = Inside::on(&server, NOW, Wishes::default()).in_zone(zone);
            let state = std::cell::RefCell::new((inside, &mut seen));
            let world = world(CUBES, BESIDE_CUBES);
            let runs = |choices: Vec<u16>| {
                let (inside, seen) = &mut *state.borrow_mut();
                for query in pipeline(&planner, &world, &choices) {
                    if has_its_columns(&planner, inside, &query, query.contains("pivot "))?.is_none() {
                        break;
                    }
                    **seen += 1;
                }
                Ok(())
            };
            match runner(40).run(&vec(any::<u16>(), 0..50), runs) {
                Ok(()) => {}
                Err(TestError::Fail(why, _)) => panic!("{why}"),
                Err(error) => panic!("{error}"),
            }
        }
    });
    assert!(seen > 80, "{seen}");
}

#[test]
fn a_pipeline_of_any_rows_of_the_catalog_means_the_same_when_it_is_laid_out_anew() {
    let (mut stages, mut right) = (0, 0);
    deep(|| {
        let planner = planner(NOW);
        let examples = stages_of_examples();
        let sources: Vec<&str> =
            CATALOG.sources.iter().filter_map(|source| source.examples.first().map(|example| example.query)).collect();
        let count = std::cell::RefCell::new((&mut stages, &mut right));
        let same = |choices: Vec<u16>| {
            let mut choices = Choices::new(&choices);
            let mut query = choices.of(&sources).split(" | ").next().unwrap_or_default().to_string();
            let known = columns(&planner, &query).unwrap_or_default();
            while !choices.is_spent() {
                let next = if known.is_empty() || choices.up_to(3) == 0 {
                    choices.of(&examples).clone()
                } else {
                    stage(&mut choices, &known)
                };
                query = format!("{query} | {next}");
                *count.borrow_mut().0 += 1;
            }
            let form = match formatted(&query, &CATALOG) {
                Ok(form) => form,
                Err(errors) => return Err(proptest::test_runner::TestCaseError::fail(format!("{query}\n{errors:#?}"))),
            };
            prop_assert_eq!(&formatted(&form, &CATALOG).unwrap(), &form, "{}", query);
            *count.borrow_mut().1 += usize::from(same_meaning(&planner, &query, &form)?);
            Ok(())
        };
        runner(10_000).run(&vec(any::<u16>(), 0..12), same).unwrap_or_else(|error| panic!("{error}"));
    });
    assert!(stages > 10_000 && right > 2000, "{right} pipelines were right, of {stages} stages in all");
}
