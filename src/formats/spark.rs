//! `spark`: a line of text for each series, with a small picture of it, its least, its last and its greatest value.

use super::cell::Cells;
use super::chart::{self, Ink, Line, Series};
use super::grid;
use crate::model::catalog::{FormatDef, Looks, Picture, Pictures, Render, Titled, Unrenderable};
use crate::model::frame::Frame;
use crate::model::value::Value;

pub const DEF: FormatDef = FormatDef {
    name: "spark",
    aliases: &["sparkline", "sparks"],
    doc: "A small picture in a line for each series: the first number along its date, time or key, on a scale of its own, \
          with its least, last and greatest",
    extension: None,
    pictures: Pictures::Is(Picture::Spark),
    render: Render::Text(render),
};

/// The picture itself has at least so much room: numbers give way.
const LEAST: usize = 10;

fn render(answers: &[Titled<'_>], looks: &Looks) -> Result<String, Unrenderable> {
    grid::titled(answers, looks, |out, titled| draw(out, &titled.answer.frame, looks))
}

/// A number that stands beside the picture.
struct Told {
    name: &'static str,
    of: fn(&Series) -> Option<f64>,
    /// The last to go where there is no room.
    kept: bool,
}

const TOLD: [Told; 3] = [
    Told { name: "least", of: |series| series.values().min_by(f64::total_cmp), kept: false },
    Told { name: "last", of: |series| series.values().next_back(), kept: true },
    Told { name: "greatest", of: |series| series.values().max_by(f64::total_cmp), kept: false },
];

pub fn draw(out: &mut String, frame: &Frame, looks: &Looks) -> Result<(), Unrenderable> {
    let Some(lines) = chart::lines(DEF.name, frame)? else {
        chart::count(out, 0, 0, "rows", looks);
        return Ok(());
    };
    let width = looks.width.unwrap_or(chart::WIDTH);
    let height = lines.series.len();
    let shown = lines.series.get(..looks.max_rows.unwrap_or(height)).unwrap_or(&lines.series);
    let told_of = |series: &Series| -> Vec<String> {
        let numbers = TOLD.iter().map(|told| (told.of)(series).map_or(Value::Null, Value::Float));
        let numbers: Vec<Value> = numbers.collect();
        let cells = Cells::of(lines.ty, &numbers);
        numbers.iter().map(|value| cells.show(value)).collect()
    };
    let texts: Vec<String> = shown.iter().flat_map(told_of).collect();
    let head = lines.named_by.clone().unwrap_or_default();
    let names = shown.iter().map(|series| series.name.as_str()).chain([head.as_str()]);
    let names = names.map(grid::width).max().unwrap_or(0).min((width / 3).max(1));
    let wide = |place: usize| {
        let texts = texts.iter().skip(place).step_by(TOLD.len()).map(String::as_str);
        let told = TOLD.get(place).map_or("", |told| told.name);
        texts.chain([told]).map(grid::width).max().unwrap_or(0)
    };
    let mut told: Vec<(usize, &Told, usize)> =
        TOLD.iter().enumerate().map(|(place, told)| (place, told, wide(place))).collect();
    let room = |told: &[(usize, &Told, usize)]| {
        width.saturating_sub(names + 2 + told.iter().map(|(_, _, wide)| wide + 2).sum::<usize>())
    };
    if room(&told) < LEAST {
        told.retain(|(_, told, _)| told.kept);
    }
    let places: Vec<f64> = {
        let mut places: Vec<f64> = shown.iter().flat_map(|series| series.points.iter().map(|(x, _)| *x)).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        places
    };
    let points = shown.iter().map(|series| series.points.len()).max().unwrap_or(0).max(places.len());
    let wide = room(&told).max(1).min(points.max(1));
    let cut = |text: &str, width: usize| {
        let text = grid::cut(text, width, looks);
        let blanks = width.saturating_sub(grid::width(&text));
        text + &" ".repeat(blanks)
    };
    Line::default().with(&lines.caption, Ink::Bold).write(out, looks);
    let mut line = Line::default().with(format!("{}  {}", cut(&head, names), " ".repeat(wide)), Ink::Dim);
    for (_, told, wide) in &told {
        line.push(format!("  {:>wide$}", told.name), Ink::Dim);
    }
    line.write(out, looks);
    for (row, series) in shown.iter().enumerate() {
        let mut line = Line::default().with(cut(&series.name, names) + "  ", Ink::Plain);
        line.push(cut(&spark(series, &places, wide, looks), wide), Ink::Series(0));
        for (place, _, wide) in &told {
            let text = texts.get(row * TOLD.len() + place).map_or("", String::as_str);
            let blanks = " ".repeat(wide.saturating_sub(grid::width(text)));
            line.push(format!("  {blanks}{text}"), Ink::Plain);
        }
        line.write(out, looks);
    }
    chart::count(out, shown.len(), height, "series", looks);
    for remark in chart::remarks(&lines, height) {
        chart::remark(out, &remark, looks);
    }
    Ok(())
}

/// The means of what falls into each character; each series has a height of its own, and gaps are blanks.
fn spark(series: &Series, places: &[f64], width: usize, looks: &Looks) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const PLAIN: [char; 8] = ['_', '.', ',', '-', '=', '+', '*', '#'];
    let width = width.min(places.len().max(1));
    let mut sums = vec![(0.0, 0u32); width];
    for (x, y) in &series.points {
        let place = places.partition_point(|place| place < x);
        let at = place * width / places.len().max(1);
        if let (Some((sum, count)), Some(y)) = (sums.get_mut(at), y) {
            *sum += y / 1e6;
            *count += 1;
        }
    }
    let means: Vec<Option<f64>> =
        sums.iter().map(|(sum, count)| (*count > 0).then(|| sum / f64::from(*count))).collect();
    let (low, high) =
        means.iter().flatten().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(*y), high.max(*y)));
    let levels = if looks.unicode { BLOCKS } else { PLAIN };
    let level = |y: &Option<f64>| {
        let Some(y) = y else { return ' ' };
        let part = if high > low { (y - low) / (high - low) } else { 0.0 };
        levels.get((part * 7.0).round() as usize).copied().unwrap_or(' ')
    };
    means.iter().map(level).collect()
}
