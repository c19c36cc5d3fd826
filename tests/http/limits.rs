//! The API's limits a minute, kept on this side (facts 23, 32 and 33), by a time that only the tests move.

use std::sync::Arc;
use std::time::Duration;

use orq::diagnostics::Code;
use orq::model::request::Request;
use orq::net::Limiter;

use super::kit::Kit;
use crate::support::scripted::{Reply, Server};

fn limited(server: &Server, retries: u32) -> Kit {
    Kit::new(&server.base_url, |options| {
        options.limiter = Some(Arc::new(Limiter::on()));
        options.retries = retries;
    })
}

fn fine() -> Server {
    Server::in_turn(vec![Reply::ok("{\"data\":{}}")])
}

fn ask(kit: &Kit, path: &str, times: usize) {
    for _ in 0..times {
        kit.fetch(&Request::get(path)).unwrap();
    }
}

#[test]
fn each_family_has_its_own_limit_a_minute() {
    for (path, most) in [("/analytics/meta", 64), ("/datasets/rankings-daily", 30)] {
        let server = fine();
        let kit = limited(&server, 0);
        ask(&kit, path, most);
        assert!(kit.waits().is_empty(), "{path}");
        kit.pace.passes(Duration::from_secs(20));
        ask(&kit, path, 1);
        assert_eq!(kit.waits(), [Duration::from_secs(40)], "{path}");
        let watched = kit.watched();
        assert!(watched.iter().any(|line| line == "waiting 40s: orq keeps the API's limit"), "{watched:?}");
    }
}

#[test]
fn a_full_family_holds_no_other_back() {
    let server = fine();
    let kit = limited(&server, 0);
    ask(&kit, "/datasets/rankings-daily", 30);
    ask(&kit, "/analytics/meta", 64);
    ask(&kit, "/activity", 100);
    assert!(kit.waits().is_empty(), "{:?}", kit.waits());
}

#[test]
fn fact_33_retry_after_of_one_call_holds_back_the_others_of_its_family() {
    let server = Server::new(|_, nth| match nth {
        0 => Reply::error(429, "slow down").header("Retry-After: 7"),
        _ => Reply::ok("{\"data\":{}}"),
    });
    let kit = limited(&server, 0);
    assert_eq!(kit.fetch(&Request::get("/analytics/meta")).unwrap_err().code, Code::E0504);
    ask(&kit, "/datasets/rankings-daily", 1);
    assert!(kit.waits().is_empty(), "another family waits for nothing");
    kit.pace.passes(Duration::from_secs(2));
    ask(&kit, "/analytics/query", 2);
    assert_eq!(kit.waits(), [Duration::from_secs(5)]);
}

#[test]
fn the_call_that_was_told_to_wait_waits_once() {
    let server = Server::new(|_, nth| match nth {
        0 => Reply::error(429, "slow down").header("Retry-After: 7"),
        _ => Reply::ok("{\"data\":{}}"),
    });
    let kit = limited(&server, 2);
    ask(&kit, "/analytics/meta", 1);
    assert_eq!(kit.waits(), [Duration::from_secs(7)]);
}

#[test]
fn a_wait_that_is_left_to_the_user_holds_nobody_back() {
    let server = Server::new(|_, nth| match nth {
        0 => Reply::error(429, "busy").header("Retry-After: 3600"),
        _ => Reply::ok("{\"data\":{}}"),
    });
    let kit = limited(&server, 2);
    kit.fetch(&Request::get("/analytics/meta")).unwrap_err();
    ask(&kit, "/analytics/meta", 1);
    assert!(kit.waits().is_empty());
}

#[test]
fn on_this_machine_nothing_is_limited_unless_asked_for() {
    let server = fine();
    let kit = Kit::new(&server.base_url, |_| {});
    ask(&kit, "/analytics/meta", 200);
    assert!(kit.waits().is_empty());
}

#[test]
fn fact_32_a_dataset_that_is_asked_too_often_is_told_its_limits() {
    let server = Server::in_turn(vec![Reply::error(429, "Rate limit exceeded")]);
    let kit = limited(&server, 0);
    let error = kit.fetch(&Request::get("/datasets/rankings-daily")).unwrap_err();
    assert!(error.help.unwrap().contains("500 a day"));
}
