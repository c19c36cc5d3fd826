//! What holds for any text. The fuzz target tries it, and the tests of the repository do, so that it builds and stays true.

use orq::diagnostics::apply;
use orq::one_form::formatted;
use orq::session::{CATALOG, Session};
use orq::syntax;

/// Parse, check and `fmt` come back, edits fit the text, and the one form of a text is its own one form.
pub fn holds(session: &Session, text: &str) {
    syntax::is_complete(text);
    for diagnostic in session.check(text).diagnostics.iter().filter(|diagnostic| diagnostic.origin.is_none()) {
        for edit in &diagnostic.edits {
            assert!(text.get(edit.start..edit.end).is_some(), "{text:?}\n{diagnostic:#?}");
        }
        apply(text, &diagnostic.edits);
    }
    if let Ok(form) = formatted(text, &CATALOG) {
        assert_eq!(formatted(&form, &CATALOG).as_ref(), Ok(&form), "{text:?}");
    }
}
