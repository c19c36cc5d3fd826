//! Text that is longer than the screen: `$PAGER` shows it where that is set, else a page at a time from here. The prompt
//! is as it was when it is left.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::process::{Command, Stdio};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, size,
};
use crossterm::{execute, queue};

use super::plain;

/// Where keys come from.
const TERMINAL: &str = "/dev/tty";

/// So many lines of the screen are left for the prompt and what was asked.
const LEFT: usize = 5;

/// So many columns to the side at once.
const SIDE: usize = 8;

/// Whether there is a screen to page on, and this text is longer than it.
pub fn is_longer(text: &str) -> bool {
    screen().is_some_and(|(_, height)| text.lines().count() > usize::from(height).saturating_sub(1))
}

/// Columns of the screen, where there is one.
pub fn width() -> Option<usize> {
    screen().map(|(width, _)| usize::from(width))
}

/// Lines of the screen, where there is one.
pub fn height() -> Option<usize> {
    screen().map(|(_, height)| usize::from(height))
}

fn screen() -> Option<(u16, u16)> {
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal() && !plain::is_plain();
    let (width, height) = is_terminal.then(size)?.ok()?;
    (width > 0 && height > 2).then_some((width, height))
}

/// Shows a text until it is left. Where that fails it is printed as it is.
pub fn page(text: &str) {
    let shown = match named() {
        Some(pager) => by(&pager, text).or_else(|_| here(text)),
        None => here(text),
    };
    if shown.is_err() {
        print!("{text}");
    }
}

/// The user's own; it gets the text as its input and nothing else.
fn by(pager: &str, text: &str) -> io::Result<()> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Long lines scroll, and colours are shown.
        command.env("LESS", "-SR");
    }
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // It may be left before all of the text is read.
        let _ = input.write_all(text.as_bytes());
    }
    match child.wait()?.code() {
        // The shell found no such program, or may not run it.
        Some(code @ (126 | 127)) => Err(io::Error::other(format!("the pager ended with {code}"))),
        _ => Ok(()),
    }
}

/// Whether lines that are wider than the screen can be scrolled: else they must fit.
pub fn scrolls() -> bool {
    let Some(pager) = named() else { return true };
    let program = pager.split_whitespace().next().unwrap_or_default();
    program.rsplit('/').next() == Some("less")
}

/// The user's own pager.
fn named() -> Option<String> {
    std::env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty())
}

/// What stays on the screen of a text that was paged: its first lines, and that there are more.
pub fn top(text: &str) -> String {
    let height = screen().map_or(0, |(_, height)| usize::from(height));
    let kept = height.saturating_sub(LEFT).max(1);
    let lines: Vec<&str> = text.lines().collect();
    let shown: String = lines.iter().take(kept).map(|line| format!("{line}\n")).collect();
    match lines.len().checked_sub(kept) {
        None | Some(0) => shown,
        Some(more) => format!("{shown}\u{2026} {more} lines more\n"),
    }
}

/// The terminal as it is for the pager, for as long as this lives.
struct Screen;

impl Screen {
    fn new() -> io::Result<Self> {
        enable_raw_mode()?;
        let screen = Self;
        execute!(io::stdout(), EnterAlternateScreen, Hide)?;
        Ok(screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // There is nothing better to do with a terminal that is gone.
        let _ = execute!(io::stdout(), Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Right,
    Left,
    Leave,
    Nothing,
}

impl Key {
    /// From the bytes that a terminal sends for one.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            b"q" | b"Q" | b"\x1b" | b"\x03" | b"\x04" | [] => Self::Leave,
            b"j" | b"\r" | b"\n" | b"\x1b[B" | b"\x1bOB" => Self::Down,
            b"k" | b"\x1b[A" | b"\x1bOA" => Self::Up,
            b" " | b"f" | b"\x1b[6~" => Self::PageDown,
            b"b" | b"\x1b[5~" => Self::PageUp,
            b"g" | b"\x1b[H" | b"\x1bOH" | b"\x1b[1~" => Self::First,
            b"G" | b"\x1b[F" | b"\x1bOF" | b"\x1b[4~" => Self::Last,
            b"l" | b"\x1b[C" | b"\x1bOC" => Self::Right,
            b"h" | b"\x1b[D" | b"\x1bOD" => Self::Left,
            _ => Self::Nothing,
        }
    }
}

/// One key at a time of what was read; bytes that go on an escape belong to it.
fn keys(bytes: &[u8]) -> Vec<&[u8]> {
    let mut rest = bytes;
    let mut found = Vec::new();
    while let Some(first) = rest.first() {
        let is_end = |byte: &u8| byte.is_ascii_alphabetic() && *byte != b'O' || *byte == b'~';
        let length = match first {
            b'\x1b' => rest.iter().skip(1).position(is_end).map_or(rest.len(), |at| at + 2),
            _ => 1,
        };
        let (key, after) = rest.split_at(length.min(rest.len()));
        found.push(key);
        rest = after;
    }
    found
}

/// What part of a text is on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    pub top: usize,
    pub left: usize,
}

/// How large things are, in lines and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Below those that stay on top.
    pub lines: usize,
    pub widest: usize,
    pub height: usize,
    pub width: usize,
}

impl View {
    /// Where a key leads; nowhere where it ends the view.
    pub fn after(self, key: Key, sizes: Sizes) -> Option<Self> {
        let (last, page) = (sizes.lines.saturating_sub(sizes.height), sizes.height.saturating_sub(1).max(1));
        let side = sizes.widest.saturating_sub(sizes.width);
        let moved = match key {
            Key::Leave => return None,
            Key::Down => Self { top: self.top + 1, ..self },
            Key::Up => Self { top: self.top.saturating_sub(1), ..self },
            Key::PageDown => Self { top: self.top + page, ..self },
            Key::PageUp => Self { top: self.top.saturating_sub(page), ..self },
            Key::First => Self::default(),
            Key::Last => Self { top: last, ..self },
            Key::Right => Self { left: self.left + SIDE, ..self },
            Key::Left => Self { left: self.left.saturating_sub(SIDE), ..self },
            Key::Nothing => self,
        };
        Some(Self { top: moved.top.min(last), left: moved.left.min(side) })
    }
}

/// The lines that stay on top: the names of the columns and the rule below them.
fn head_of(lines: &[&str]) -> usize {
    let is_rule = |line: &&&str| !line.is_empty() && line.chars().all(|c| matches!(c, '\u{2500}' | '-'));
    if lines.get(1).filter(is_rule).is_some() { 2 } else { 0 }
}

fn here(text: &str) -> io::Result<()> {
    let lines: Vec<&str> = text.lines().collect();
    let (head, lines) = lines.split_at(head_of(&lines).min(lines.len()));
    let widest = head.iter().chain(lines).map(|line| line.chars().count()).max().unwrap_or_default();
    // Read as it comes: nothing of what is typed ahead for the prompt is kept back here.
    let mut terminal = File::open(TERMINAL)?;
    let _screen = Screen::new()?;
    let mut view = View::default();
    loop {
        let (width, height) = size()?;
        let (width, height) = (usize::from(width), usize::from(height).saturating_sub(1 + head.len()).max(1));
        let sizes = Sizes { lines: lines.len(), widest, height, width };
        draw(head, lines, view, sizes)?;
        let mut bytes = [0; 64];
        let read = terminal.read(&mut bytes)?;
        for key in keys(bytes.get(..read).unwrap_or_default()) {
            match view.after(Key::of(key), sizes) {
                Some(next) => view = next,
                None => return Ok(()),
            }
        }
        if read == 0 {
            return Ok(());
        }
    }
}

/// The lines of the view, and below them where it is.
fn draw(head: &[&str], lines: &[&str], view: View, sizes: Sizes) -> io::Result<()> {
    let mut out = io::stdout().lock();
    queue!(out, Clear(ClearType::All), MoveTo(0, 0))?;
    for line in head.iter().chain(lines.iter().skip(view.top).take(sizes.height)) {
        let shown: String = line.chars().skip(view.left).take(sizes.width).collect();
        write!(out, "{shown}\r\n")?;
    }
    let below = (view.top + sizes.height).min(sizes.lines);
    let sideways = if sizes.widest > sizes.width { ", \u{2190} \u{2192} for more columns" } else { "" };
    let status = format!("lines {}-{below} of {}{sideways}; q ends", view.top + 1, sizes.lines);
    let status: String = status.chars().take(sizes.width.saturating_sub(1)).collect();
    write!(out, "\x1b[7m{status}\x1b[0m")?;
    out.flush()
}
