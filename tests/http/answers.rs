//! Answers that are kept for a minute, by a time that only the tests move.

use std::sync::Arc;
use std::time::Duration;

use orq::model::request::{KeyKind, Request};
use orq::net::{Answers, ClientOptions};
use serde_json::json;

use super::kit::{Kit, activity};
use crate::support::scripted::{Reply, Server};

fn keeping(server: &Server) -> (Kit, Arc<Answers>) {
    let answers = Arc::new(Answers::default());
    let kept = Arc::clone(&answers);
    let kit = Kit::new(&server.base_url, |options: &mut ClientOptions| {
        options.answers = Some(kept);
        options.retries = 0;
    });
    (kit, answers)
}

/// A server whose every answer is another one.
fn counting() -> Server {
    Server::new(|_, nth| Reply::data(json!([{ "nth": nth }])))
}

/// One query of one request; which answer it got.
fn nth(kit: &Kit, answers: &Answers, request: &Request) -> u64 {
    answers.begin();
    kit.fetch(request).unwrap().pages[0]["data"][0]["nth"].as_u64().unwrap()
}

#[test]
fn an_equal_request_of_a_later_query_is_answered_for_a_minute_without_a_call() {
    let (kit, answers) = keeping(&counting());
    assert_eq!(nth(&kit, &answers, &activity()), 0);
    assert_eq!(answers.used(), None);
    kit.pace.passes(Duration::from_secs(12));
    assert_eq!(nth(&kit, &answers, &activity()), 0);
    assert_eq!(answers.used(), Some(Duration::from_secs(12)));
    assert_eq!(kit.statuses().len(), 1, "what was kept is no call");
    kit.pace.passes(Duration::from_secs(47));
    assert_eq!(nth(&kit, &answers, &activity()), 0);
    kit.pace.passes(Duration::from_secs(1));
    assert_eq!(nth(&kit, &answers, &activity()), 1);
    assert_eq!(answers.used(), None);
}

#[test]
fn requests_that_differ_in_anything_have_answers_of_their_own() {
    let (kit, answers) = keeping(&counting());
    let body = |limit: u64| Request::post("/activity", json!({ "limit": limit }));
    let requests = [
        activity(),
        Request::get("/activity"),
        Request::get("/credits"),
        Request { key: KeyKind::Either, ..Request::get("/credits") },
        body(1),
        body(2),
    ];
    for _ in 0..2 {
        let got: Vec<u64> = requests.iter().map(|request| nth(&kit, &answers, request)).collect();
        assert_eq!(got, [0, 1, 2, 3, 4, 5]);
    }
}

#[test]
fn within_one_query_everything_is_asked_anew() {
    let (kit, answers) = keeping(&counting());
    answers.begin();
    kit.fetch(&activity()).unwrap();
    kit.fetch(&activity()).unwrap();
    assert_eq!(answers.used(), None);
    assert_eq!(kit.statuses().len(), 2);
    assert_eq!(nth(&kit, &answers, &activity()), 1, "the newer answer is kept");
    let again = kit.fetch(&activity()).unwrap();
    assert_eq!(again.pages[0]["data"][0]["nth"], 2, "what was kept does not stand in twice");
}

#[test]
fn what_failed_is_asked_again() {
    let server = Server::new(|_, nth| match nth {
        0 => Reply::error(500, "boom"),
        _ => Reply::data(json!([{ "nth": nth }])),
    });
    let (kit, answers) = keeping(&server);
    answers.begin();
    kit.fetch(&activity()).unwrap_err();
    assert_eq!(nth(&kit, &answers, &activity()), 1);
}

#[test]
fn a_refresh_forgets_all_of_them() {
    let (kit, answers) = keeping(&counting());
    nth(&kit, &answers, &activity());
    answers.forget();
    assert_eq!(nth(&kit, &answers, &activity()), 1);
}

#[test]
fn only_so_many_are_kept_and_the_oldest_go_first() {
    let (kit, answers) = keeping(&counting());
    let of = |id: u64| Request::get("/generation").with("id", id.to_string());
    for id in 0..201 {
        assert_eq!(nth(&kit, &answers, &of(id)), id);
    }
    assert_eq!(nth(&kit, &answers, &of(200)), 200);
    assert_eq!(nth(&kit, &answers, &of(1)), 1);
    assert_eq!(nth(&kit, &answers, &of(0)), 201, "the first one had to go");
}

#[test]
fn answers_together_take_64_mb_at_most() {
    let server = Server::new(|seen, nth| {
        let size = if seen.path == "/big" { 30 << 20 } else { 1 };
        Reply::data(json!([{ "nth": nth, "text": "x".repeat(size) }]))
    });
    let (kit, answers) = keeping(&server);
    let of = |id: u64| Request::get("/big").with("id", id.to_string());
    assert_eq!([0, 1, 2].map(|id| nth(&kit, &answers, &of(id))), [0, 1, 2]);
    assert_eq!([1, 2].map(|id| nth(&kit, &answers, &of(id))), [1, 2]);
    assert_eq!(nth(&kit, &answers, &of(0)), 3, "three times 30 MB is too much");
}
