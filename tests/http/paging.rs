//! Lists are read to their end, or there is no list (facts 25 and 30).

use orq::diagnostics::Code;
use orq::model::request::{Paging, Request};

use super::kit::{Kit, fails};
use crate::support::scripted::{Reply, Server};

fn page(rows: &str) -> Reply {
    Reply::ok(format!("{{\"data\":[{rows}]}}"))
}

fn counted(rows: &str, total: &str) -> Reply {
    Reply::ok(format!("{{\"data\":[{rows}],\"total_count\":{total}}}"))
}

fn by_offset() -> Request {
    Request { paging: Paging::Offset, ..Request::get("/keys").with("include_disabled", "true") }
}

fn by_limit() -> Request {
    Request { paging: Paging::OffsetLimit(2), ..Request::get("/workspaces") }
}

/// What is asked, and how many pages there are.
fn read(replies: Vec<Reply>, request: &Request) -> (Vec<String>, usize) {
    let server = Server::in_turn(replies);
    let pages = Kit::new(&server.base_url, |_| {}).fetch(request).unwrap().pages.len();
    (server.targets(), pages)
}

#[test]
fn fact_25_a_list_by_offset_ends_at_an_empty_page() {
    let (asked, pages) = read(vec![page("1,2"), page("3"), page("")], &by_offset());
    assert_eq!(
        asked,
        ["/keys?include_disabled=true", "/keys?include_disabled=true&offset=2", "/keys?include_disabled=true&offset=3"]
    );
    assert_eq!(pages, 3);
}

#[test]
fn fact_30_a_list_by_limit_ends_at_its_total_or_at_an_empty_page() {
    let (asked, pages) = read(vec![counted("1,2", "3"), counted("3", "\"3\"")], &by_limit());
    assert_eq!(asked, ["/workspaces?limit=2", "/workspaces?limit=2&offset=2"]);
    assert_eq!(pages, 2);
    assert_eq!(read(vec![page("1,2"), page("3"), page("")], &by_limit()).1, 3);
    assert_eq!(read(vec![counted("", "0")], &by_limit()).1, 1);
}

#[test]
fn fact_32_a_dataset_ends_at_a_page_that_is_not_full_or_at_the_last_offset() {
    let dataset = |last| Request { paging: Paging::Uncounted { limit: 2, last }, ..Request::get("/datasets/x") };
    let (asked, pages) = read(vec![page("1,2"), page("3")], &dataset(None));
    assert_eq!((asked.len(), pages), (2, 2));
    assert_eq!(asked[1], "/datasets/x?limit=2&offset=2");
    assert_eq!(read(vec![page("1,2"), page("")], &dataset(None)).1, 2);
    assert_eq!(read(vec![page("1,2"), page("3,4"), page("5")], &dataset(Some(2))).1, 2);
    assert_eq!(read(vec![page("1,2"), page("3,4"), page("5")], &dataset(Some(4))).1, 3);
}

#[test]
fn a_list_that_is_not_complete_is_no_list() {
    fails(vec![counted("1,2", "5"), counted("3", "5"), counted("", "5")], &by_limit(), Code::E0506, 3);
    fails(vec![counted("1,2", "\"5\""), page("")], &by_limit(), Code::E0506, 2);
    // A page in the middle that fails takes the others with it.
    fails(vec![counted("1,2", "5"), Reply::error(400, "offset")], &by_limit(), Code::E0503, 2);
    let repeated = fails(vec![page("1,2")], &by_offset(), Code::E0506, 2);
    assert!(repeated.diagnostic.message.contains("the same 2 rows again"), "{}", repeated.diagnostic.message);
}

#[test]
fn what_has_no_rows_is_no_list() {
    fails(vec![Reply::ok("{}")], &by_offset(), Code::E0506, 1);
    fails(vec![Reply::ok("{\"data\":{}}")], &by_offset(), Code::E0506, 1);
    fails(vec![Reply::ok("[1,2]")], &by_offset(), Code::E0506, 1);
}

#[test]
fn a_list_without_end_is_given_up() {
    let server = Server::new(|_, nth| page(&nth.to_string()));
    let kit = Kit::new(&server.base_url, |_| {});
    let error = kit.fetch(&by_offset()).unwrap_err();
    assert_eq!(error.code, Code::E0506);
    assert!(error.message.contains("does not end"), "{}", error.message);
    assert_eq!(kit.statuses().len(), 1000);
}
