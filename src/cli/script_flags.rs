//! `orq run FILE --since 2026-02-01`: flags behind a script that are none of orq's own are values of its parameters. They
//! become `--param` before the command line is read.

use std::collections::HashMap;
use std::ffi::OsString;

use clap::{Command, CommandFactory as _};

use super::arguments::Arguments;

/// The words of a command line, with the flags of a script as `--param NAME=VALUE`.
pub fn rewritten(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let own = own_flags(&Arguments::command());
    let words: Vec<OsString> = words.collect();
    let Some(behind) = behind_script(&words, &own) else { return words };
    let (before, after) = words.split_at(behind);
    let mut rewritten = before.to_vec();
    let mut after = after.iter().peekable();
    while let Some(word) = after.next() {
        let Some(text) = word.to_str().filter(|text| text.starts_with('-')) else {
            rewritten.push(word.clone());
            continue;
        };
        if text == "--" {
            rewritten.push(word.clone());
            rewritten.extend(after.cloned());
            break;
        }
        if text == "--help" || text == "-h" {
            rewritten.push("--script-help".into());
            continue;
        }
        let flag = text.split_once('=').map_or(text, |(flag, _)| flag);
        let takes_value = own.get(flag);
        let Some(name) = text.strip_prefix("--").filter(|_| takes_value.is_none()) else {
            rewritten.push(word.clone());
            if takes_value == Some(&true) && flag == text {
                rewritten.extend(after.next().cloned());
            }
            continue;
        };
        // `--first-day` is `first_day`: names have no dashes.
        let (dashed, value) = name.split_at(name.find('=').unwrap_or(name.len()));
        let mut pair = OsString::from(format!("{}{value}", dashed.replace('-', "_")));
        if !name.contains('=') {
            pair.push("=");
            match after.next_if(|next| is_value(&next.to_string_lossy())) {
                Some(value) => pair.push(value),
                // A flag alone is one that is set.
                None => pair.push("true"),
            }
        }
        rewritten.extend(["--param".into(), pair]);
    }
    rewritten
}

/// Whether a flag behind a script is one of orq's own.
pub fn is_own(flag: &str) -> bool {
    own_flags(&Arguments::command()).contains_key(flag)
}

/// Anything but a flag; a number may be below zero.
fn is_value(word: &str) -> bool {
    match word.strip_prefix('-') {
        None => true,
        Some(rest) => rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'),
    }
}

/// The flags of orq itself, and whether a value follows each.
fn own_flags(command: &Command) -> HashMap<String, bool> {
    let run = command.find_subcommand("run");
    let arguments = command.get_arguments().chain(run.into_iter().flat_map(Command::get_arguments));
    let mut flags = HashMap::from([("--version".to_string(), false), ("-V".to_string(), false)]);
    for argument in arguments {
        let takes_value = argument.get_action().takes_values();
        flags.extend(argument.get_long().map(|long| (format!("--{long}"), takes_value)));
        flags.extend(argument.get_short().map(|short| (format!("-{short}"), takes_value)));
    }
    flags
}

/// Where the words behind `run FILE` start.
fn behind_script(words: &[OsString], own: &HashMap<String, bool>) -> Option<usize> {
    let mut words = words.iter().enumerate().skip(1);
    let mut in_run = false;
    while let Some((at, word)) = words.next() {
        let text = word.to_string_lossy();
        if text.starts_with('-') && text != "-" {
            if text == "--" {
                return None;
            }
            if own.get(text.as_ref()) == Some(&true) {
                words.next();
            }
            // `-e QUERY` stands for the file.
            if in_run && text == "-e" {
                return Some(at + 2);
            }
        } else if in_run {
            return Some(at + 1);
        } else if text == "run" {
            in_run = true;
        } else {
            return None;
        }
    }
    None
}
