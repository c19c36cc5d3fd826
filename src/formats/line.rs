//! `line`: values along a time or a key, drawn in braille; a letter and a colour tell several series apart.

use super::chart::plot::Field;
use super::chart::{self, Ink, Line, Lines, MOST_SERIES, Scale, Series};
use super::{bars, grid};
use crate::model::catalog::{FormatDef, Looks, Picture, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;

pub const DEF: FormatDef = FormatDef {
    name: "line",
    aliases: &["lines"],
    doc: "A picture for the terminal: the first number along its date, time or key, a line for each further key",
    extension: None,
    pictures: Pictures::Is(Picture::Line),
    render: Render::Text(render),
};

/// Lines of the terminal that a picture takes.
const HEIGHT: std::ops::RangeInclusive<usize> = 8..=16;

/// What a tick along x takes, with some room.
const TICK: usize = 11;

fn render(answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    grid::titled(answers, looks, |out, titled| draw(out, &titled.answer.frame, looks))
}

pub fn draw(out: &mut String, frame: &Frame, looks: &Looks) -> Result<(), Unrenderable> {
    let Some(lines) = chart::lines(DEF.name, frame)? else {
        chart::count(out, 0, 0, "rows", looks);
        return Ok(());
    };
    match lines.reach() {
        Some(reach) if reach.0 < reach.1 => {
            picture(out, &lines, reach, looks);
            Ok(())
        }
        // One point makes no line, nor do names.
        _ => bars::draw(out, frame, looks),
    }
}

fn picture(out: &mut String, lines: &Lines<'_>, reach: (f64, f64), looks: &Looks) {
    let shown = lines.series.get(..MOST_SERIES).unwrap_or(&lines.series);
    let width = looks.width.unwrap_or(chart::WIDTH);
    let height = (width / 6).clamp(*HEIGHT.start(), *HEIGHT.end());
    let y = Scale::of(lines.ty, shown.iter().flat_map(Series::values), height / 2, false);
    let names = y.ticks.iter().map(|(_, name)| grid::width(name)).max().unwrap_or(0);
    let room = width.saturating_sub(names + 2).max(1);
    let x = Scale::along(&lines.x, reach, room / TICK);
    Line::default().with(&lines.caption, Ink::Bold).write(out, looks);
    let field = filled(shown, &x, &y, (room, height), looks);
    let border = |row: usize| {
        let name = y.ticks.iter().find(|(place, _)| down(*place, height) == row).map(|(_, name)| name.as_str());
        let mark = match (name, looks.unicode) {
            (Some(_), true) => "┤",
            (None, true) => "│",
            (Some(_), false) => "+",
            (None, false) => "|",
        };
        let blanks = names.saturating_sub(grid::width(name.unwrap_or_default()));
        Line::default().with(format!("{}{} {mark}", " ".repeat(blanks), name.unwrap_or_default()), Ink::Dim)
    };
    for line in field.rows((0..height).map(border)) {
        line.write(out, looks);
    }
    for line in axis(&x, room, looks) {
        Line::default().with(format!("{}{line}", " ".repeat(names + 1)), Ink::Dim).write(out, looks);
    }
    below(out, lines, shown, looks);
}

/// The row of a place between 0 and 1.
fn down(place: f64, height: usize) -> usize {
    ((1.0 - place) * height.saturating_sub(1) as f64).round() as usize
}

/// How a series is marked: by a letter, where there are several.
fn letter(place: usize, of: usize) -> char {
    const LETTERS: [char; MOST_SERIES] = ['a', 'b', 'c', 'd', 'e', 'f'];
    if of < 2 { '*' } else { LETTERS.get(place).copied().unwrap_or('*') }
}

fn filled(shown: &[Series], x: &Scale, y: &Scale, (width, height): (usize, usize), looks: &Looks) -> Field {
    let mut field = Field::new(width, height, looks.unicode);
    let placed = |series: &Series| -> Vec<Option<(f64, f64)>> {
        series.points.iter().map(|(at, value)| value.map(|value| (x.place(*at), y.place(value)))).collect()
    };
    let placed: Vec<Vec<Option<(f64, f64)>>> = shown.iter().map(placed).collect();
    // The greatest comes last, and on top.
    for (place, points) in placed.iter().enumerate().rev() {
        let mut before = None;
        for point in points {
            if let Some(here) = point {
                field.line(before.unwrap_or(*here), *here, place, letter(place, shown.len()));
            }
            before = *point;
        }
    }
    if looks.unicode && shown.len() > 1 {
        let each = (width / 20).clamp(1, 6);
        for (place, points) in placed.iter().enumerate().rev() {
            let part = (place as f64 + 0.5) / shown.len() as f64;
            for n in 0..each {
                let wanted = (n as f64 + part) / each as f64;
                let away = |point: &(f64, f64)| (point.0 - wanted).abs();
                let near = points.iter().flatten().min_by(|a, b| away(a).total_cmp(&away(b)));
                if let Some(at) = near {
                    field.letter(*at, place, letter(place, shown.len()));
                }
            }
        }
    }
    field
}

/// The line below the field, and what its ticks are called; names that would run into each other are left out.
fn axis(x: &Scale, room: usize, looks: &Looks) -> [String; 2] {
    let (corner, line, tick) = if looks.unicode { ('└', '─', '┬') } else { ('+', '-', '+') };
    let mut marks = vec![line; room];
    let mut names = String::new();
    let mut taken = 0;
    for (place, name) in &x.ticks {
        let at = (place * room.saturating_sub(1) as f64).round() as usize;
        let name = grid::cut(name, room.min(2 * TICK), looks);
        let wide = grid::width(&name);
        let start = (at + 1).saturating_sub(wide / 2).min((room + 1).saturating_sub(wide));
        if start < taken {
            continue;
        }
        if let Some(mark) = marks.get_mut(at) {
            *mark = tick;
        }
        let gap = start.saturating_sub(grid::width(&names));
        names.push_str(&" ".repeat(gap));
        names.push_str(&name);
        taken = start + wide + 2;
    }
    [std::iter::once(corner).chain(marks).collect(), names]
}

/// The names of the series, and what is not there.
fn below(out: &mut String, lines: &Lines<'_>, shown: &[Series], looks: &Looks) {
    let width = looks.width.unwrap_or(chart::WIDTH);
    if lines.named_by.is_some() || shown.len() > 1 {
        let (mut line, mut taken) = (Line::default(), 0);
        for (place, series) in shown.iter().enumerate() {
            let mark = letter(place, shown.len());
            let name = grid::cut(&series.name, width.saturating_sub(2).max(1), looks);
            let wide = grid::width(&name) + 2;
            if taken > 0 && taken + 3 + wide > width {
                line.write(out, looks);
                (line, taken) = (Line::default(), 0);
            }
            if taken > 0 {
                line.push("   ", Ink::Plain);
                taken += 3;
            }
            line.push(mark, Ink::Series(place));
            line.push(format!(" {name}"), Ink::Plain);
            taken += wide;
        }
        line.write(out, looks);
    }
    for remark in chart::remarks(lines, shown.len()) {
        chart::remark(out, &remark, looks);
    }
}
