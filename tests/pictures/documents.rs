//! Pages and files: sound, without a network, and deaf to what stands in the data.

use orq::model::catalog::{Picture, Titled};
use orq::model::value::Value;
use orq::types::Type;

use super::hash::of_policy;
use super::kit::*;

/// XML whose elements close in their order, whose attributes are quoted, and that holds no stray markup.
pub fn is_sound(xml: &str) -> Result<usize, String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    let mut elements = 0;
    while let Some(start) = rest.find('<') {
        has_only_known_entities(&rest[..start])?;
        let end = rest[start..].find('>').ok_or("an element does not end")? + start;
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let opened = open.pop();
            if opened != Some(name) {
                return Err(format!("</{name}> closes {opened:?}"));
            }
            continue;
        }
        elements += 1;
        let inside = tag.strip_suffix('/').unwrap_or(tag);
        let (name, mut attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        while !attributes.trim().is_empty() {
            let (attribute, after) =
                attributes.split_once("=\"").ok_or(format!("{tag}: an attribute without quotes"))?;
            let named = attribute.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == ':');
            let (value, after) = after.split_once('"').ok_or(format!("{tag}: a quote that is open"))?;
            has_only_known_entities(value)?;
            if !named || attribute.trim().starts_with("on") {
                return Err(format!("{tag}: {attribute}"));
            }
            attributes = after;
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(elements) } else { Err(format!("{open:?} are open")) }
}

fn has_only_known_entities(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices('&') {
        if !["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].iter().any(|entity| text[at..].starts_with(entity)) {
            return Err(format!("a stray & in {text:?}"));
        }
    }
    if text.chars().any(|c| c.is_control() && c != '\n') { Err(format!("{text:?} acts")) } else { Ok(()) }
}

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"onmouseover=alert(1) x=\"",
    "' onload='alert(1)",
    "</title></svg></table><img src=x>",
    "&lt;b&gt; ]]> <!-- ",
    "\u{1b}[31m\u{202e}\u{0}\u{ffff}",
];

/// Hostile names in every place that a name can stand in.
fn hostile() -> orq::model::frame::Answer {
    let count = HOSTILE.len() * 3;
    let names: Vec<Value> = (0..count).map(|n| text(HOSTILE[n % HOSTILE.len()])).collect();
    let costs: Vec<f64> = (0..count).map(|n| n as f64).collect();
    let mut answer = answer(vec![
        key("date", Type::Date, days(count)),
        key(HOSTILE[0], Type::Text, names),
        measure(HOSTILE[1], USD, &costs),
        measure(HOSTILE[3], MS, &costs),
    ]);
    answer.query = HOSTILE.join(" ");
    answer.warnings = vec![orq::diagnostics::Diagnostic::warning(orq::diagnostics::Code::E0605, HOSTILE[3])];
    answer
}

/// A page without its style, its script and what HTML does not close.
fn elements(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, rest) = rest.split_once("<script>").unwrap();
    let (_, end) = rest.split_once("</script>").unwrap();
    let head = head.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let closed = |line: &str| if line.starts_with("<meta ") { line.replace('>', "/>") } else { line.to_string() };
    let head: Vec<String> = head.lines().map(closed).collect();
    format!("{}\n{body}{end}", head.join("\n"))
}

#[test]
fn nothing_in_the_data_is_markup() {
    let answer = hostile();
    for title in HOSTILE {
        for picture in [None, Some(Picture::Bars), Some(Picture::Line), Some(Picture::Spark)] {
            let titled = [Titled { title, answer: &answer, picture }];
            let svg = rendered("svg", &titled, &FILE).unwrap();
            is_sound(&svg).unwrap_or_else(|error| panic!("{error}\n{svg}"));
            let page = rendered("html", &titled, &FILE).unwrap();
            is_sound(&elements(&page)).unwrap_or_else(|error| panic!("{error}\n{page}"));
            for element in ["<script", "<img", "<b>"] {
                assert_eq!(page.matches(element).count(), usize::from(element == "<script"), "{element}\n{page}");
            }
        }
    }
    // On a terminal it does not act either, and no block of Markdown ends where a name says so.
    for format in ["bars", "line", "spark"] {
        assert!(!shown(format, &answer, &TERMINAL).contains(['\u{1b}', '\u{202e}', '\0']));
    }
    let fence = super::kit::answer(vec![
        key("model", Type::Text, ["```", "\n```\n", "a"].map(text).to_vec()),
        measure("cost", USD, &[1.0, 2.0, 3.0]),
    ]);
    let page = pictured("markdown", Picture::Bars, &fence);
    assert_eq!(page.lines().filter(|line| line.starts_with("````")).count(), 2, "{page}");
}

#[test]
fn the_policy_of_a_page_allows_its_own_script_and_nothing_from_elsewhere() {
    let page = pictured("html", Picture::Line, &fortnight());
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = page.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    assert!(script.contains("aria-sort"));
    let expected = format!("script-src '{}'", of_policy(script));
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    assert!(directives.contains(&"default-src 'none'"), "{policy}");
    assert!(directives.contains(&expected.as_str()), "{policy}\n{expected}");
    for word in ["http:", "https:", "src=", "href=", "url(", "@import", "javascript:"] {
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("prefers-color-scheme:dark") && page.contains("name=\"viewport\""));
}

#[test]
fn a_table_of_a_page_says_what_its_cells_are() {
    let page = shown("html", &models(), &FILE);
    assert!(page.contains("<caption>6 rows</caption>"), "{page}");
    assert!(page.contains("<th scope=\"col\"><button type=\"button\">model</button></th>"), "{page}");
    assert!(page.contains("<th scope=\"col\" class=\"n\"><button type=\"button\">cost</button></th>"), "{page}");
    assert!(page.contains("<th scope=\"row\">openai/gpt-5.2</th><td class=\"n\" data-v=\"203.52\">$203.52</td>"));
    assert!(page.contains("<td class=\"n null\">null</td>"));
    assert!(page.contains("<h1>test</h1>") && page.contains("<title>test</title>"));
}

#[test]
fn several_answers_are_one_page_with_a_heading_for_each() {
    let (one, two) = (fortnight(), models());
    let titled = [
        Titled { title: "By day", answer: &one, picture: Some(Picture::Line) },
        Titled { title: "By model", answer: &two, picture: None },
    ];
    let page = rendered("html", &titled, &FILE).unwrap();
    let parts: Vec<&str> = page.split("<section>").collect();
    assert_eq!(parts.len(), 3);
    for (part, title, pictures) in [(parts[1], "By day", 1), (parts[2], "By model", 0)] {
        assert!(part.contains(&format!("<h2>{title}</h2>")), "{part}");
        assert_eq!(part.matches("<svg ").count(), pictures);
        assert_eq!(part.matches("<table>").count(), 1);
    }
    assert!(rendered("svg", &titled, &FILE).is_err());
}

/// The points of the first line of an SVG.
fn points(svg: &str) -> Vec<(f64, f64)> {
    let path = svg.split("<path class=\"line s0\" d=\"").nth(1).unwrap().split('"').next().unwrap();
    let point = |pair: &str| {
        let (x, y) = pair.split_once(' ').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    path.split('L').skip(1).map(|pair| point(pair.split('M').next().unwrap())).collect()
}

#[test]
fn the_points_of_a_line_are_in_the_proportions_of_the_values() {
    let svg = shown("svg", &fortnight(), &FILE);
    let points = points(&svg);
    let costs: Vec<f64> = fortnight().frame.columns[1].iter().filter_map(Value::number).collect();
    assert_eq!(points.len(), costs.len());
    // Two points tell the scale, and all others lie on it.
    let scale = (points[10].1 - points[11].1) / (costs[10] - costs[11]);
    assert!(scale < -1.0, "{svg}");
    for (point, cost) in points.iter().zip(&costs) {
        assert!((points[0].1 + (cost - costs[0]) * scale - point.1).abs() < 0.3, "{point:?} {cost}");
    }
    // The day without a value breaks the line.
    let path = svg.split("<path ").nth(1).unwrap().split("/>").next().unwrap();
    assert_eq!(path.matches('M').count(), 2, "{path}");
}

#[test]
fn what_is_a_line_and_what_are_bars_is_told_by_x_unless_it_is_wished() {
    let has_line = |svg: &str| svg.contains("<path class=\"line");
    assert!(has_line(&shown("svg", &fortnight(), &FILE)));
    assert!(!has_line(&shown("svg", &models(), &FILE)));
    assert!(!has_line(&pictured("svg", Picture::Bars, &fortnight())));
    // Between two names lies nothing.
    assert!(!has_line(&pictured("svg", Picture::Line, &models())));
    let svg = pictured("svg", Picture::Bars, &models());
    assert!(svg.contains("role=\"img\"") && svg.contains("<title>Title</title>"), "{svg}");
    assert!(svg.contains("prefers-color-scheme") && svg.contains("not drawn: tokens"), "{svg}");
}

#[test]
fn markdown_has_the_picture_above_its_table() {
    let page = pictured("markdown", Picture::Bars, &models());
    let (head, rest) = page.split_once("```text\n").unwrap();
    assert_eq!(head, "### Title\n\n");
    let (picture, table) = rest.split_once("```\n\n").unwrap();
    assert!(picture.starts_with("cost by model\n") && picture.lines().all(|line| columns(line) <= 72), "{picture}");
    assert!(table.starts_with("| model | cost | tokens |\n"), "{table}");
}
