//! `bars`: a line for each row, with its name, its value and a bar as long as the value.

use super::chart::{self, Bar, Bars, Ink, Line, Scale};
use super::grid;
use crate::model::catalog::{FormatDef, Looks, Picture, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;

pub const DEF: FormatDef = FormatDef {
    name: "bars",
    aliases: &["bar"],
    doc: "A picture for the terminal: each row's keys, its first number, and a bar as long as that",
    extension: None,
    pictures: Pictures::Is(Picture::Bars),
    render: Render::Text(render),
};

/// A bar has at least so much room: names give way.
const LEAST_BAR: usize = 8;

fn render(answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    grid::titled(answers, looks, |out, titled| draw(out, &titled.answer.frame, looks))
}

pub fn draw(out: &mut String, frame: &Frame, looks: &Looks) -> Result<(), Unrenderable> {
    let Some(bars) = chart::bars(DEF.name, frame)? else {
        chart::count(out, 0, 0, "rows", looks);
        return Ok(());
    };
    let shown = looks.max_rows.unwrap_or(usize::MAX).min(bars.bars.len());
    picture(out, &bars, bars.bars.get(..shown).unwrap_or_default(), looks);
    chart::count(out, shown, bars.bars.len(), "rows", looks);
    let left_out: Vec<&str> = bars.left_out.iter().map(String::as_str).collect();
    if let Some(remark) = chart::not_drawn(&left_out) {
        chart::remark(out, &remark, looks);
    }
    Ok(())
}

fn picture(out: &mut String, bars: &Bars<'_>, shown: &[Bar], looks: &Looks) {
    let width = looks.width.unwrap_or(chart::WIDTH);
    let labels = padded(shown);
    let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(grid::width).max().unwrap_or(0);
    let values = widest(&mut shown.iter().map(|bar| bar.shown.as_str()));
    let names = widest(&mut labels.iter().map(String::as_str));
    let names = names.min((width / 2).min(width.saturating_sub(values + LEAST_BAR + 4)).max(1));
    let room = width.saturating_sub(names + values + 4).max(1);
    let numbers = || shown.iter().filter_map(|bar| bar.value);
    let scale = Scale::of(bars.ty, numbers(), 1, true).tight(numbers());
    let below = shown.iter().any(|bar| bar.value.is_some_and(|value| value < 0.0));
    if !bars.caption.is_empty() {
        Line::default().with(&bars.caption, Ink::Bold).write(out, looks);
    }
    for (bar, label) in shown.iter().zip(&labels) {
        let label = grid::cut(label, names, looks);
        let blanks = " ".repeat(names.saturating_sub(grid::width(&label)) + 2);
        let before = " ".repeat(values.saturating_sub(grid::width(&bar.shown)));
        let mut line = Line::default().with(format!("{label}{blanks}{before}"), Ink::Plain);
        line.push(&bar.shown, if bar.value.is_some() { Ink::Plain } else { Ink::Dim });
        line.push("  ", Ink::Plain);
        if below {
            around_zero(&mut line, bar.value, &scale, room, looks);
        } else if let Some(value) = bar.value {
            line.push(to_the_right(value, scale.place(value), room, looks), Ink::Series(0));
        }
        line.write(out, looks);
    }
}

/// The parts of each label, below each other.
fn padded(shown: &[Bar]) -> Vec<String> {
    let parts = shown.iter().map(|bar| bar.label.len()).max().unwrap_or(0);
    let widest = |part: usize| shown.iter().filter_map(|bar| bar.label.get(part)).map(|text| grid::width(text)).max();
    let widths: Vec<usize> = (0..parts).map(|part| widest(part).unwrap_or(0)).collect();
    let label = |bar: &Bar| {
        let mut label = String::new();
        for (part, width) in bar.label.iter().zip(&widths) {
            label.push_str(part);
            label.push_str(&" ".repeat(width.saturating_sub(grid::width(part)) + 2));
        }
        label.trim_end().to_string()
    };
    shown.iter().map(label).collect()
}

/// A bar as long as this part of the room; what is more than nothing is seen.
fn to_the_right(value: f64, part: f64, room: usize, looks: &Looks) -> String {
    if value == 0.0 {
        return String::new();
    }
    if !looks.unicode {
        return "#".repeat(((part * room as f64).round() as usize).max(1));
    }
    chart::block(part, room)
}

/// Bars to both sides of a line at 0.
fn around_zero(line: &mut Line, value: Option<f64>, scale: &Scale, room: usize, looks: &Looks) {
    let room = room.saturating_sub(1).max(1);
    let left = (scale.place(0.0) * room as f64).round() as usize;
    let right = room.saturating_sub(left);
    let zero = if looks.unicode { "│" } else { "|" };
    let value = value.unwrap_or(0.0);
    if value >= 0.0 {
        line.push(" ".repeat(left), Ink::Plain);
        line.push(zero, Ink::Dim);
        let part = (scale.place(value) - scale.place(0.0)) / (1.0 - scale.place(0.0)).max(f64::MIN_POSITIVE);
        line.push(to_the_right(value, part, right, looks), Ink::Series(0));
        return;
    }
    let halves =
        (((scale.place(0.0) - scale.place(value)) * room as f64 * 2.0).round() as usize).clamp(1, 2 * left.max(1));
    let bar = if looks.unicode {
        if halves % 2 == 1 { "▐".to_string() + &"█".repeat(halves / 2) } else { "█".repeat(halves / 2) }
    } else {
        "#".repeat(halves.div_ceil(2))
    };
    line.push(" ".repeat(left.saturating_sub(halves.div_ceil(2))), Ink::Plain);
    line.push(bar, Ink::Series(0));
    line.push(zero, Ink::Dim);
}
