//! Which failures are worth another attempt, and when it is made (facts 27 and 33).

use std::time::Duration;

use orq::diagnostics::Code;
use orq::model::request::{KeyKind, NotFound, Request};

use super::kit::{Kit, activity, fails};
use crate::support::scripted::{Reply, Server};

const RETRIED: [u16; 8] = [408, 429, 500, 502, 503, 504, 524, 529];

fn waits(failure: &super::kit::Failure) -> Vec<u128> {
    failure.waits.iter().map(Duration::as_millis).collect()
}

#[test]
fn fact_33_these_statuses_are_tried_again_and_no_others() {
    for status in RETRIED {
        let failure = fails(vec![Reply::error(status, "over\u{1b}[31mloaded")], &activity(), Code::E0504, 3);
        assert_eq!(waits(&failure), [187, 375], "{status}");
        let message = failure.diagnostic.message;
        assert!(message.contains(&format!("{status} (3 attempts)")), "{message}");
        assert!(message.contains("loaded") && !message.contains('\u{1b}'), "{message}");
    }
    for status in [501, 505, 599] {
        fails(vec![Reply::error(status, "no")], &activity(), Code::E0504, 1);
    }
    for status in [400, 402, 405, 409, 413, 422] {
        fails(vec![Reply::error(status, "no")], &activity(), Code::E0503, 1);
    }
}

#[test]
fn one_good_answer_after_failures_is_the_answer_and_each_attempt_is_a_call() {
    let server = Server::in_turn(vec![
        Reply::error(500, "boom"),
        Reply::error(429, "slow down").header("Retry-After: 3"),
        Reply::ok("{}"),
    ]);
    let kit = Kit::new(&server.base_url, |_| {});
    kit.fetch(&activity()).unwrap();
    assert_eq!(kit.waits(), [Duration::from_micros(187_500), Duration::from_secs(3)]);
    assert_eq!(kit.statuses(), [Some(500), Some(429), Some(200)]);
    assert!(kit.statuses().is_empty(), "calls are handed over once");
    let watched = kit.watched();
    assert_eq!(watched.iter().filter(|line| *line == "sent /activity").count(), 3, "{watched:?}");
    assert!(watched.iter().any(|line| line == "waiting 3s: the API asks for fewer requests"), "{watched:?}");
}

#[test]
fn fact_33_retry_after_is_honoured_in_seconds_and_as_a_date() {
    let asked = |header: &str| vec![Reply::error(503, "later").header(header)];
    let seconds = fails(asked("Retry-After: 7"), &activity(), Code::E0504, 3);
    assert_eq!(waits(&seconds), [7000, 7000]);
    let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:42 GMT";
    assert_eq!(waits(&fails(asked(date), &activity(), Code::E0504, 3)), [5000, 5000]);
    let past = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:02 GMT";
    assert_eq!(waits(&fails(asked(past), &activity(), Code::E0504, 3)), [0, 0]);
    // What cannot be read says nothing.
    assert_eq!(waits(&fails(asked("Retry-After: soon"), &activity(), Code::E0504, 3)), [187, 375]);
    assert_eq!(waits(&fails(asked("Retry-After: -4"), &activity(), Code::E0504, 3)), [187, 375]);
}

#[test]
fn a_wait_of_more_than_a_minute_is_left_to_the_user() {
    for header in ["Retry-After: 61", "Retry-After: 3600", "Retry-After: 99999999999999999999999999"] {
        let failure = fails(vec![Reply::error(429, "busy").header(header)], &activity(), Code::E0504, 1);
        assert!(failure.diagnostic.message.contains("wants no request for"), "{}", failure.diagnostic.message);
        assert!(failure.waits.is_empty());
    }
    let minute = fails(vec![Reply::error(429, "busy").header("Retry-After: 60")], &activity(), Code::E0504, 3);
    assert_eq!(waits(&minute), [60_000, 60_000]);
}

#[test]
fn pauses_double_up_to_eight_seconds_and_chance_takes_up_to_half_of_them() {
    let server = Server::in_turn(vec![Reply::error(500, "boom")]);
    let kit = Kit::new(&server.base_url, |options| options.retries = 8);
    kit.fetch(&activity()).unwrap_err();
    let waits: Vec<u128> = kit.waits().iter().map(Duration::as_micros).collect();
    assert_eq!(waits, [187_500, 375_000, 750_000, 1_500_000, 3_000_000, 6_000_000, 6_000_000, 6_000_000]);
    let kit = Kit::new(&server.base_url, |options| options.retries = 0);
    kit.fetch(&activity()).unwrap_err();
    assert_eq!(kit.statuses(), [Some(500)]);
}

#[test]
fn fact_27_a_404_that_may_pass_is_asked_again_for_some_seconds() {
    let generation = Request { not_found: NotFound::Wait, ..Request::get("/generation").with("id", "gen-abc") };
    let failure = fails(vec![Reply::error(404, "Generation gen-abc not found")], &generation, Code::E0507, 5);
    assert_eq!(waits(&failure), [500, 1000, 2000, 4000]);
    assert!(failure.diagnostic.message.contains("`gen-abc` is not found"), "{}", failure.diagnostic.message);
    assert!(failure.diagnostic.message.contains("5 times"), "{}", failure.diagnostic.message);
    // Waiting for it does not use up the retries.
    let server = Server::in_turn(vec![
        Reply::error(404, "x"),
        Reply::error(500, "x"),
        Reply::error(404, "x"),
        Reply::error(502, "x"),
        Reply::error(404, "x"),
        Reply::ok("{\"data\":{}}"),
    ]);
    let kit = Kit::new(&server.base_url, |_| {});
    kit.fetch(&generation).unwrap();
    assert_eq!(kit.statuses().len(), 6);
    // Elsewhere a 404 is final.
    fails(vec![Reply::error(404, "Resource not found")], &Request::get("/workspaces"), Code::E0507, 1);
}

#[test]
fn connections_that_break_are_made_again() {
    let cut = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
    for broken in [
        Reply::Drop,
        cut("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"data\":["),
        cut("HTTP/1.0 200 OK\r\n\r\n{\"data\":[1,"),
        cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"dat\r\n"),
        cut("HTTP/1.1 200 OK\r\n"),
        cut("SSH-2.0-OpenSSH\r\n"),
        Reply::ok(""),
    ] {
        fails(vec![broken], &activity(), Code::E0505, 3);
    }
    let server = Server::in_turn(vec![Reply::Drop, cut("HTTP/1.0 200 OK\r\n\r\n{"), Reply::ok("{\"data\":[]}")]);
    let kit = Kit::new(&server.base_url, |_| {});
    kit.fetch(&activity()).unwrap();
    assert_eq!(kit.statuses(), [None, Some(200), Some(200)]);
}

#[test]
fn nobody_listening_is_told_as_that() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let kit = Kit::new(&format!("http://{closed}/api/v1"), |_| {});
    let error = kit.fetch(&activity()).unwrap_err();
    assert_eq!(error.code, Code::E0505);
    assert!(error.message.contains("refuses the connection (3 attempts)"), "{}", error.message);
    assert_eq!(kit.statuses(), [None; 3]);
}

#[test]
fn a_body_that_does_not_come_ends_at_the_deadline() {
    let server = Server::in_turn(vec![Reply::Stall]);
    let kit = Kit::new(&server.base_url, |options| options.timeout = Duration::from_millis(100));
    let error = kit.fetch(&activity()).unwrap_err();
    assert_eq!(error.code, Code::E0505);
    assert!(error.message.contains("no complete answer after 0.1 s (3 attempts)"), "{}", error.message);
    assert!(error.help.unwrap().contains("--timeout"));
    assert_eq!(kit.statuses().len(), 3);
}

#[test]
fn a_call_that_is_given_up_is_in_the_log_too() {
    let server = Server::in_turn(vec![Reply::Stall]);
    let kit = Kit::new(&server.base_url, |_| {});
    super::kit::block_on(async {
        let request = activity();
        let fetch = kit.client.fetch(&request);
        let asked = async {
            while server.seen().is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            _ = fetch => panic!("there is no answer"),
            () = asked => {}
        }
    });
    assert_eq!(kit.statuses().len(), 1);
}

#[test]
fn answers_that_are_no_json_are_shown_from_their_beginning_and_not_asked_again() {
    let page = "<html><body>Please wait \u{1b}[2J sk-or-v1-0123456789abcdef-management</body></html>";
    let failure = fails(vec![Reply::ok(page)], &activity(), Code::E0506, 1);
    assert!(failure.diagnostic.message.contains("<html><body>Please wait"), "{}", failure.diagnostic.message);
    assert!(!failure.diagnostic.message.contains('\u{1b}'));
    fails(vec![Reply::ok("[".repeat(100_000))], &activity(), Code::E0506, 1);
}

#[test]
fn bodies_are_bounded_whether_they_say_their_length_or_not() {
    let promised = Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n".to_vec());
    fails(vec![promised], &activity(), Code::E0506, 1);
    let failure = fails(vec![Reply::Endless], &activity(), Code::E0506, 1);
    assert!(failure.diagnostic.message.contains("more than 64 MB"), "{}", failure.diagnostic.message);
}

#[test]
fn errors_are_understood_in_every_shape_they_come_in() {
    let said = |reply: Reply, code: Code, calls: usize| fails(vec![reply], &activity(), code, calls).diagnostic.message;
    let text = Reply::Say { status: 400, headers: String::new(), body: "{\"error\":\"just text\"}".to_string() };
    assert!(said(text, Code::E0503, 1).contains("just text"));
    let page = Reply::Say { status: 502, headers: String::new(), body: "<html>bad gateway</html>".to_string() };
    assert!(said(page, Code::E0504, 3).contains("502"));
    let long = said(Reply::error(400, &"é".repeat(5000)), Code::E0503, 1);
    assert!(long.chars().count() < 500, "{long}");
    // An error that comes with status 200.
    said(Reply::ok(r#"{"error":{"code":403,"message":"no"}}"#), Code::E0502, 1);
    said(Reply::ok(r#"{"error":{"code":503,"message":"no"}}"#), Code::E0504, 3);
}

#[test]
fn refusals_of_the_key_are_not_tried_again() {
    fails(vec![Reply::error(401, "User not found.")], &activity(), Code::E0501, 1);
    fails(vec![Reply::error(403, "Only management keys")], &activity(), Code::E0502, 1);
    let either = Request { key: KeyKind::Either, ..activity() };
    fails(vec![Reply::error(403, "Only management keys")], &either, Code::E0502, 1);
}
