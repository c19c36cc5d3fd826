//! Any text.

#![no_main]

#[path = "../any_text.rs"]
mod any_text;

use std::path::PathBuf;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use orq::demo::{API_KEY, MANAGEMENT_KEY};
use orq::exec::{Permissions, Places};
use orq::net::{Client, ClientOptions, Credentials};
use orq::session::{Clock, Session};

/// Nobody answers it, and it reads nothing.
fn session() -> Session {
    let credentials = Arc::new(Credentials::demo(MANAGEMENT_KEY, API_KEY));
    let base_url = "http://127.0.0.1:9/api/v1".to_string();
    let client = Client::new(ClientOptions { base_url, ..ClientOptions::new(credentials) }).unwrap();
    let now = jiff::Timestamp::from_second(1_771_491_600).unwrap();
    let permissions = Permissions { places: Places::Below(PathBuf::from("/nonexistent")), force: false };
    Session::new(Clock::Frozen(now), client, permissions)
}

thread_local!(static SESSION: Session = session());

fuzz_target!(|text: &str| SESSION.with(|session| any_text::holds(session, text)));
