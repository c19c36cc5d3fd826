//! Usage questions as people and programs ask them: each right query answers, and each wrong one is led to the right one
//! by what `--errors json` says.

mod asked;
mod broken;
mod numbers;

use std::sync::LazyLock;

use orq::demo::{API_KEY, MANAGEMENT_KEY};
use serde_json::Value as Json;

use crate::support::truth::near;
use crate::support::{DemoServer, NOW, Run, orq};

/// The account, for all of them: its days are made once.
static ACCOUNT: LazyLock<DemoServer> = LazyLock::new(|| DemoServer::start(NOW, ""));

/// What the program says to this.
fn ask<const N: usize>(arguments: [&str; N]) -> Run {
    orq()
        .args(["--base-url", &ACCOUNT.base_url])
        .args(arguments)
        .env("OPENROUTER_MANAGEMENT_KEY", MANAGEMENT_KEY)
        .env("OPENROUTER_API_KEY", API_KEY)
        .run()
}

/// The rows of a query, which is right.
fn answer(query: &str) -> Vec<Json> {
    let run = ask(["-f", "json", query]);
    assert_eq!(run.code, 0, "{query}\n{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The same rows, but for the last digits of numbers: sums of parts depend on their order.
fn alike(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => near(a.as_f64().unwrap(), b.as_f64().unwrap()),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((name, a), (other, b))| name == other && alike(a, b))
        }
        (a, b) => a == b,
    }
}

/// Looks at each of these, some at a time.
fn each<T: Sync>(all: &[T], look: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        let look = &look;
        for some in all.chunks(all.len().div_ceil(4)) {
            scope.spawn(move || some.iter().for_each(look));
        }
    });
}
