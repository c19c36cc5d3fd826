//! `GET /organization/members` of the demo account: pages, roles, names.

use orq::demo::data::MEMBERS;
use orq::demo::{API_KEY, MANAGEMENT_KEY};
use serde_json::{Value, json};

use super::cube_kit::{CUBE, Cube};
use crate::support::raw::get;

fn page(target: &str) -> (u16, Value) {
    get(&CUBE.base_url, target, MANAGEMENT_KEY)
}

/// Fact 30: fifty a page, with a count of all.
#[test]
fn members_come_in_pages() {
    let (status, all) = page("/organization/members");
    assert_eq!((status, &all["total_count"]), (200, &json!(MEMBERS.len())));
    let all = all["data"].as_array().unwrap();
    assert_eq!(all.len(), MEMBERS.len());
    let mut paged = Vec::new();
    for offset in [0, 5, 10, 15] {
        let (_, answer) = page(&format!("/organization/members?offset={offset}&limit=5"));
        assert_eq!(answer["total_count"], json!(MEMBERS.len()));
        paged.extend(answer["data"].as_array().unwrap().clone());
    }
    assert_eq!(&paged, all);
    for wrong in ["limit=0", "limit=101", "limit=x", "offset=-1"] {
        assert_eq!(page(&format!("/organization/members?{wrong}")).0, 400, "{wrong}");
    }
}

/// Fact 20: some have no name, all have an address.
#[test]
fn some_members_have_no_name() {
    let (_, answer) = page("/organization/members");
    let all = answer["data"].as_array().unwrap();
    let named = all.iter().filter(|member| member["first_name"].is_string() && member["last_name"].is_string()).count();
    assert!(0 < named && named < all.len());
    assert!(all.iter().all(|member| member["email"].as_str().unwrap().contains('@')));
    for role in ["org:admin", "org:member"] {
        assert!(all.iter().any(|member| member["role"] == role), "{role}");
    }
}

/// Facts 2 and 5: management keys of organisations.
#[test]
fn members_are_there_for_management_keys_of_an_organisation() {
    assert_eq!(get(&CUBE.base_url, "/organization/members", API_KEY).0, 401);
    let alone = Cube::under("individual");
    assert_eq!(get(&alone.base_url, "/organization/members", MANAGEMENT_KEY).0, 404);
}
