//! Any text: parse, check and `fmt` come back, edits fit the text, and the one form of a text is its own one form.

#![no_main]

use libfuzzer_sys::fuzz_target;
use orq::check::{Lets, check};
use orq::diagnostics::apply;
use orq::model::zone::Zone;
use orq::one_form::{self, formatted};
use orq::session::CATALOG;
use orq::syntax;

fuzz_target!(|text: &str| {
    let now = jiff::Timestamp::from_second(1_771_491_600).unwrap();
    syntax::is_complete(text);
    let parsed = syntax::parse(text);
    let script = one_form::script(parsed.script, text, &CATALOG);
    let checked = check(&script, text, &CATALOG, &Lets::new(), now, &Zone::default());
    for diagnostic in parsed.diagnostics.iter().chain(&checked.diagnostics) {
        for edit in &diagnostic.edits {
            assert!(text.get(edit.start..edit.end).is_some(), "{diagnostic:#?}");
        }
        apply(text, &diagnostic.edits);
    }
    if let Ok(form) = formatted(text, &CATALOG) {
        assert_eq!(formatted(&form, &CATALOG).unwrap(), form);
    }
});
