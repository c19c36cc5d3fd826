//! Values of parameters for many scripts: each gets those that it declares.

use super::Script;
use crate::cli::arguments::Options;
use crate::diagnostics::{Code, Diagnostic};
use crate::harmless;
use crate::suggest;
use crate::syntax;
use crate::syntax::ast::StatementKind;

/// The values for each script. E0105 where one is given that no script takes.
pub fn values(scripts: &[Script], options: &Options) -> Result<Vec<Vec<(String, String)>>, Diagnostic> {
    let given = &options.param;
    if given.is_empty() {
        return Ok(vec![Vec::new(); scripts.len()]);
    }
    let parsed = scripts.iter().map(|script| syntax::parse(script.text()));
    let mut unread = false;
    let declared: Vec<Vec<String>> = parsed
        .map(|parsed| {
            // What a text declares that does not fit is not known.
            unread |= !parsed.diagnostics.is_empty();
            let names = parsed.script.statements.into_iter().filter_map(|statement| match statement.kind {
                StatementKind::Param { name, .. } => Some(name.value),
                _ => None,
            });
            names.collect()
        })
        .collect();
    let nobody = given.iter().find(|(name, _)| !declared.iter().any(|names| names.contains(name)));
    if let Some((name, _)) = nobody.filter(|_| !unread) {
        return Err(unknown(name, &declared));
    }
    let of = |names: &Vec<String>| given.iter().filter(|(name, _)| names.contains(name)).cloned().collect();
    Ok(declared.iter().map(of).collect())
}

fn unknown(name: &str, declared: &[Vec<String>]) -> Diagnostic {
    let message = format!("a value is given for `{}`, which no script takes", harmless::line(name));
    let mut known: Vec<&str> = declared.iter().flatten().map(String::as_str).collect();
    known.sort_unstable();
    known.dedup();
    let near = suggest::nearest(name, known.iter().copied());
    let shown: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    let help = match (near.first(), shown.as_slice()) {
        (Some(best), _) => format!("did you mean `{best}`?"),
        (None, []) => format!("the scripts declare none; a line such as `param {name}: number` would"),
        (None, _) => format!("parameters of the scripts: {}", shown.join(", ")),
    };
    Diagnostic { candidates: near, ..Diagnostic::error(Code::E0105, message).help(help) }
}
