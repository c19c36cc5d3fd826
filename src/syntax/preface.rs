//! What a script says of itself before anything else.

use super::ast::Script;

/// The lines of comment that the script starts with, their marks removed; `#!` is no comment.
pub fn first_comment(script: &Script, text: &str) -> String {
    let code = script.statements.first().map_or(text.len(), |statement| statement.span.start);
    let mut lines: Vec<&str> = Vec::new();
    let mut end = 0;
    for comment in script.comments.iter().take_while(|comment| comment.span.start < code) {
        if comment.text.starts_with("#!") && comment.span.start == 0 {
            continue;
        }
        let gap = text.get(end..comment.span.start).unwrap_or_default();
        if !lines.is_empty() && gap.matches('\n').count() > 1 {
            break;
        }
        lines.push(comment.text.trim_start_matches('#').trim());
        end = comment.span.end;
    }
    lines.join("\n")
}
