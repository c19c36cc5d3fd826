//! What the Tab key offers: commands of the prompt behind a `:`, and else whatever may stand where the cursor is.

use super::commands::COMMANDS;
use crate::assist::complete::{self, Completion, Kind, candidate, matching};
use crate::assist::values::Values;
use crate::session::Session;

/// What may stand at the cursor, the likeliest first.
pub fn complete(text: &str, cursor: usize, session: &Session, values: &Values) -> Completion {
    match text.get(..cursor).and_then(|before| before.strip_prefix(':')) {
        Some(command) => of_command(command, session),
        None => complete::complete(text, cursor, session, values),
    }
}

fn of_command(typed: &str, session: &Session) -> Completion {
    let Some((name, argument)) = typed.split_once(' ') else {
        let all = COMMANDS.iter().map(|command| candidate(Kind::Command, command.name, command.doc)).collect();
        return Completion { start: 1, candidates: matching(typed, all) };
    };
    let Some(command) = COMMANDS.iter().find(|command| command.is_called(name)) else { return Completion::default() };
    let start = 1 + typed.len() - argument.len();
    Completion { start, candidates: matching(argument, (command.arguments)(session)) }
}
