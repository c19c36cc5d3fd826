//! What holds for all texts and all pipelines, tried on thousands of them; what fails is shrunk to its least form.

mod drawn;
mod found;
mod frames;
mod loops;
mod pipelines;
mod planner;
mod reading;
mod tables;
mod texts;
mod trees;

use proptest::test_runner::{Config, RngSeed, TestRunner};

/// So many cases, the same ones each time. `ORQ_SEED=7` draws others, `ORQ_CASES=10` ten times as many.
fn runner(cases: u32) -> TestRunner {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let times = u32::try_from(number("ORQ_CASES").unwrap_or(1)).unwrap();
    TestRunner::new(Config {
        cases: cases * times,
        rng_seed: RngSeed::Fixed(number("ORQ_SEED").unwrap_or(1)),
        failure_persistence: None,
        max_global_rejects: 1_000_000,
        max_shrink_iters: 2000,
        ..Config::default()
    })
}
