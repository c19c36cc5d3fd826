//! Pictures as SVG: lines and bars with axes, ticks and a legend, in colours that follow the reader's light or dark
//! ground. Lines differ by their dashes too.

use super::super::cell::Cells;
use super::super::grid;
use super::markup::escaped;
use super::{Bars, Lines, MOST_SERIES, Scale, Series};
use crate::model::catalog::{Looks, Picture, Unrenderable};
use crate::model::frame::Frame;
use crate::model::value::Value;

/// Colours and forms of pictures and of the page around them.
pub const STYLE: &str = include_str!("chart.css");

const WIDTH: f64 = 640.0;

/// The room of a character, on average.
const CHARACTER: f64 = 7.0;

/// From one line of text to the next.
const LINE: f64 = 20.0;

/// The height of what lines are drawn in.
const FIELD: f64 = 200.0;

/// More rows than this are named, not drawn.
const MOST_BARS: usize = 40;

/// More points than this have no dots.
const MOST_DOTS: usize = 200;

/// Characters of a label, before it is cut.
const LABEL: usize = 30;

const LOOKS: Looks = Looks { width: None, unicode: true, color: false, max_rows: None };

/// The parts of an SVG: its height, and what stands in it.
struct Drawing {
    height: f64,
    body: String,
}

/// The element `svg` for a page with [`STYLE`] and, with `style`, for a file of its own; nothing where there are no rows.
pub fn picture(
    format: &'static str,
    frame: &Frame,
    wished: Option<Picture>,
    title: &str,
    style: &str,
) -> Result<Option<String>, Unrenderable> {
    let lines = super::lines(format, frame)?;
    let timed = lines.as_ref().is_some_and(|lines| matches!(lines.x, super::X::Time));
    let as_line = match wished {
        Some(Picture::Line | Picture::Spark) => true,
        Some(Picture::Bars) => false,
        None => timed,
    };
    let reach = lines.as_ref().and_then(Lines::reach).filter(|(low, high)| low < high);
    let (drawing, caption) = match (lines.filter(|_| as_line), reach) {
        (Some(lines), Some(reach)) => (drawn_lines(&lines, reach), lines.caption),
        _ => match super::bars(format, frame)? {
            Some(bars) => (drawn_bars(&bars), bars.caption),
            None => return Ok(None),
        },
    };
    let named = if title.is_empty() { &caption } else { title };
    Ok(Some(element(&drawing, named, &caption, style)))
}

/// A picture that says that there is nothing.
pub fn empty(title: &str, style: &str) -> String {
    element(&Drawing { height: 2.0 * LINE, body: String::new() }, title, "no rows", style)
}

fn element(drawing: &Drawing, title: &str, caption: &str, style: &str) -> String {
    let (title, caption) = (escaped(title), escaped(caption));
    // A file of its own has its title in it; on a page that stands above.
    let titled = !style.is_empty() && !title.is_empty() && title != caption;
    let (height, down) = if titled { (drawing.height + LINE, LINE) } else { (drawing.height, 0.0) };
    let head = if titled { format!("<text class=\"title\" x=\"8\" y=\"20\">{title}</text>\n") } else { String::new() };
    let style = if style.is_empty() { String::new() } else { format!("<style>{style}</style>\n") };
    format!(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\">\n<title>{title}</title>\n{style}{head}\
         <g transform=\"translate(0,{down})\">\n<text class=\"caption\" x=\"8\" y=\"18\">{caption}</text>\n{}</g>\n</svg>\n",
        drawing.body
    )
}

fn wide(text: &str) -> f64 {
    grid::width(text) as f64 * CHARACTER
}

fn text(body: &mut String, class: &str, (x, y): (f64, f64), anchor: &str, text: &str) {
    let text = escaped(text);
    *body += &format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>\n");
}

fn rule(body: &mut String, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    *body += &format!("<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n");
}

fn drawn_lines(lines: &Lines<'_>, reach: (f64, f64)) -> Drawing {
    let shown = lines.series.get(..MOST_SERIES).unwrap_or(&lines.series);
    let y = Scale::of(lines.ty, shown.iter().flat_map(Series::values), 5, false);
    let names = y.ticks.iter().map(|(_, name)| wide(name)).fold(0.0, f64::max);
    let (left, top) = (names + 16.0, LINE + 14.0);
    let room = WIDTH - left - 16.0;
    let x = Scale::along(&lines.x, reach, (room / 80.0) as usize);
    let down = |place: f64| top + (1.0 - place) * FIELD;
    let mut body = String::new();
    for (place, name) in &y.ticks {
        rule(&mut body, "grid", (left, down(*place)), (WIDTH - 16.0, down(*place)));
        text(&mut body, "tick", (left - 6.0, down(*place) + 4.0), "end", name);
    }
    let mut taken = 0.0;
    for (place, name) in &x.ticks {
        let at = left + place * room;
        rule(&mut body, "axis", (at, down(0.0)), (at, down(0.0) + 4.0));
        let name = grid::cut(name, 20, &LOOKS);
        let at = at.min(WIDTH - wide(&name) / 2.0);
        if at - wide(&name) / 2.0 >= taken {
            text(&mut body, "tick", (at, down(0.0) + 17.0), "middle", &name);
            taken = at + wide(&name) / 2.0 + CHARACTER;
        }
    }
    rule(&mut body, "axis", (left, down(0.0)), (WIDTH - 16.0, down(0.0)));
    let numbers: Vec<Value> = shown.iter().flat_map(Series::values).map(Value::Float).collect();
    let cells = Cells::of(lines.ty, &numbers);
    for (place, series) in shown.iter().enumerate().rev() {
        let at = |x_of: f64, y_of: f64| (left + x.place(x_of) * room, down(y.place(y_of)));
        body += &path(series, place, at);
        if numbers.len() <= MOST_DOTS {
            for (x_of, y_of) in series.points.iter().filter_map(|(x, y)| Some((*x, (*y)?))) {
                let (across, down) = at(x_of, y_of);
                let said = format!("{}, {}: {}", series.name, lines.x.called(x_of), cells.show(&Value::Float(y_of)));
                let said = escaped(&said);
                body += &format!(
                    "<circle class=\"dot s{place}\" cx=\"{across:.1}\" cy=\"{down:.1}\" r=\"2.5\"><title>{said}</title></circle>\n"
                );
            }
        }
    }
    let mut height = down(0.0) + LINE + 8.0;
    if lines.named_by.is_some() || shown.len() > 1 {
        height = legend(&mut body, shown, (left, height));
    }
    below(&mut body, super::remarks(lines, shown.len()), (left, height))
}

/// A line of all points, broken where one is missing; a point alone is a dot.
fn path(series: &Series, place: usize, at: impl Fn(f64, f64) -> (f64, f64)) -> String {
    let mut path = String::new();
    let mut broken = true;
    for (x, y) in &series.points {
        let Some(y) = y else {
            broken = true;
            continue;
        };
        let (across, down) = at(*x, *y);
        // With a round end, a line to where it starts is a dot.
        let start = if broken { format!("M{across:.1} {down:.1}") } else { String::new() };
        path += &format!("{start}L{across:.1} {down:.1}");
        broken = false;
    }
    format!("<path class=\"line s{place}\" d=\"{path}\"/>\n")
}

/// What each line is called; hands back where the next line of text goes.
fn legend(body: &mut String, shown: &[Series], (left, top): (f64, f64)) -> f64 {
    let (mut x, mut y) = (left, top + 6.0);
    for (place, series) in shown.iter().enumerate() {
        let name = grid::cut(&series.name, 60, &LOOKS);
        let room = 30.0 + wide(&name) + 14.0;
        if x > left && x + room > WIDTH {
            (x, y) = (left, y + LINE);
        }
        rule(body, &format!("line s{place}"), (x, y), (x + 22.0, y));
        text(body, "label", (x + 28.0, y + 4.0), "start", &name);
        x += room;
    }
    y + LINE - 6.0
}

fn drawn_bars(bars: &Bars<'_>) -> Drawing {
    let shown = bars.bars.get(..MOST_BARS).unwrap_or(&bars.bars);
    let label = |bar: &super::Bar| bar.label.join(", ");
    let names = shown.iter().map(|bar| wide(&grid::cut(&label(bar), LABEL, &LOOKS))).fold(0.0, f64::max);
    let values = shown.iter().map(|bar| wide(&bar.shown)).fold(0.0, f64::max) + 8.0;
    let numbers = || shown.iter().filter_map(|bar| bar.value);
    let before = if numbers().any(|value| value < 0.0) { values } else { 0.0 };
    let (left, top) = (names + 16.0 + before, LINE + 10.0);
    let room = (WIDTH - left - values - 8.0).max(40.0);
    let scale = Scale::of(bars.ty, numbers(), 5, true).tight(numbers());
    let across = |value: f64| left + scale.place(value) * room;
    let bottom = top + shown.len() as f64 * LINE;
    let mut body = String::new();
    for (place, name) in &scale.ticks {
        let at = left + place * room;
        rule(&mut body, "grid", (at, top), (at, bottom));
        text(&mut body, "tick", (at, bottom + 15.0), "middle", name);
    }
    for (row, bar) in shown.iter().enumerate() {
        let y = top + row as f64 * LINE;
        let middle = y + LINE / 2.0 + 4.0;
        let name = label(bar);
        text(&mut body, "label", (names + 8.0, middle), "end", &grid::cut(&name, LABEL, &LOOKS));
        let value = bar.value.unwrap_or(0.0);
        let (from, to) = (across(value.min(0.0)), across(value.max(0.0)));
        let said = escaped(&format!("{name}: {}", bar.shown));
        body += &format!(
            "<rect class=\"bar\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{said}</title></rect>\n",
            y + 3.0,
            if value == 0.0 { 0.0 } else { (to - from).max(1.0) },
            LINE - 6.0
        );
        let (at, anchor) = if value < 0.0 { (from - 5.0, "end") } else { (to + 5.0, "start") };
        text(&mut body, "label", (at, middle), anchor, &bar.shown);
    }
    rule(&mut body, "axis", (across(0.0), top), (across(0.0), bottom));
    let left_out: Vec<&str> = bars.left_out.iter().map(String::as_str).collect();
    let more = (shown.len() < bars.bars.len())
        .then(|| format!("{} of {} rows", super::number::count(shown.len()), super::number::count(bars.bars.len())));
    below(&mut body, more.into_iter().chain(super::not_drawn(&left_out)).collect(), (8.0, bottom + LINE + 6.0))
}

/// Remarks below a picture, and its whole height.
fn below(body: &mut String, remarks: Vec<String>, (left, top): (f64, f64)) -> Drawing {
    let mut y = top;
    let most = ((WIDTH - left) / CHARACTER) as usize;
    for line in remarks.iter().flat_map(|remark| grid::wrapped(remark, most)) {
        text(body, "tick", (left, y + 10.0), "start", &line);
        y += LINE - 4.0;
    }
    Drawing { height: (y + 8.0).round(), body: std::mem::take(body) }
}
