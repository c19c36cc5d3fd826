//! What an editor asks of a session: what is known at a place of a text, and the files that the text uses.

use super::Session;
use crate::check::Libraries;
use crate::exec;
use crate::syntax::{self, ast::Script};

impl Session {
    /// What is found by a session that has read the statements above a place, as if each had been a line of the prompt.
    pub fn below<T>(&mut self, above: &str, look: impl FnOnce(&Self) -> T) -> T {
        let definitions = self.checked_once(above, self.clock.now()).definitions;
        let own = std::mem::replace(&mut self.definitions, definitions);
        let found = look(self);
        self.definitions = own;
        found
    }

    /// The tree of a text as it was written, and the files that it uses.
    pub fn read(&self, text: &str) -> (Script, Libraries) {
        let script = syntax::parse(text).script;
        let libraries = exec::load(&script, self.script.as_deref(), &self.permissions);
        (script, libraries)
    }
}
