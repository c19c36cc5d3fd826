//! How pictures look on a terminal: wide, narrow and in plain characters.

use orq::model::catalog::{Picture, Titled};
use orq::model::value::Value;
use orq::types::{Class, Type, Unit};

use super::kit::*;

macro_rules! looks {
    ($($name:ident $format:literal $answer:expr;)*) => { $(
        #[test]
        fn $name() {
            let answer = $answer;
            for (place, looks) in [("80", wide(80)), ("40", wide(40)), ("ascii", plain(80))] {
                insta::assert_snapshot!(format!("{}-{place}", stringify!($name)), shown($format, &answer, &looks));
            }
        }
    )* };
}

looks! {
    bars_of_models "bars" models();
    bars_around_zero "bars" changes();
    line_of_days "line" fortnight();
    line_of_providers "line" providers();
    spark_of_providers "spark" providers();
    spark_of_days "spark" fortnight();
}

/// The eighths of a character that a bar takes.
fn eighths(line: &str) -> usize {
    "▏▎▍▌▋▊▉█".chars().enumerate().map(|(place, c)| (place + 1) * line.matches(c).count()).sum()
}

#[test]
fn a_bar_is_as_long_as_its_value() {
    let values = [80.0, 40.0, 20.0, 10.0, 1.0, 0.001, 0.0];
    let names = ["a", "b", "c", "d", "e", "f", "g"].map(text).to_vec();
    let answer = answer(vec![key("model", Type::Text, names), measure("cost", USD, &values)]);
    let picture = shown("bars", &answer, &TERMINAL);
    let lines: Vec<&str> = picture.lines().skip(1).collect();
    assert_eq!(lines.len(), values.len());
    let whole = eighths(lines[0]);
    assert!(whole > 400, "{picture}");
    for (line, value) in lines.iter().zip(values) {
        let expected = (whole as f64 * value / 80.0).round() as usize;
        assert_eq!(eighths(line), expected.max(usize::from(value > 0.0)), "{line}");
    }
}

#[test]
fn what_is_less_than_nothing_stands_on_the_other_side_of_zero() {
    let picture = shown("bars", &changes(), &TERMINAL);
    let lines: Vec<&str> = picture.lines().skip(1).collect();
    let zero = columns(lines[0].split('│').next().unwrap());
    for (line, below) in lines.iter().zip([false, true, false, true, false]) {
        let (left, right) = line.split_once('│').unwrap();
        assert_eq!(columns(left), zero, "{picture}");
        assert_eq!(left.contains(['█', '▐']), below, "{line}");
        assert!(!below || right.is_empty(), "{line}");
    }
}

#[test]
fn rows_beyond_the_most_are_counted() {
    let looks = orq::model::catalog::Looks { max_rows: Some(2), ..TERMINAL };
    assert!(shown("bars", &models(), &looks).contains("\n2 of 6 rows\n"));
    assert!(shown("spark", &providers(), &looks).contains("\n2 of 8 series\n"));
}

#[test]
fn what_is_not_drawn_is_named() {
    assert!(shown("bars", &models(), &TERMINAL).ends_with("\nnot drawn: tokens\n"));
    // Eight providers, by what they cost, of which six are told apart.
    let Value::Float(first) = providers().frame.columns[2][0] else { panic!() };
    assert_eq!(first, 2.0);
    let mut sums: Vec<(String, f64)> = Vec::new();
    let answer = providers();
    for (name, cost) in answer.frame.columns[1].iter().zip(&answer.frame.columns[2]) {
        let (name, cost) = (name.name(), cost.number().unwrap());
        match sums.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += cost,
            None => sums.push((name, cost)),
        }
    }
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    let rest: Vec<&str> = sums[6..].iter().map(|(name, _)| name.as_str()).collect();
    let picture = shown("line", &answer, &TERMINAL);
    assert!(picture.ends_with(&format!("\nnot drawn: {}\n", rest.join(", "))), "{picture}");
}

#[test]
fn a_value_that_is_not_known_is_a_gap() {
    let mut cost = measure("cost", USD, &[5.0; 9]);
    cost.1[4] = Value::Null;
    let answer = answer(vec![key("date", Type::Date, days(9)), cost]);
    let picture = shown("line", &answer, &plain(80));
    let line = picture.lines().find(|line| line.contains('*')).unwrap();
    let field = line.split_once(['+', '|']).unwrap().1;
    let drawn: Vec<bool> = field.chars().map(|c| c == '*').collect();
    let gap = drawn.iter().filter(|dot| !**dot).count();
    // Two of eight steps are missing.
    assert!(drawn[0] && *drawn.last().unwrap(), "{picture}");
    assert!(gap.abs_diff(drawn.len() / 4) <= 2, "{gap} of {}:\n{picture}", drawn.len());
    let spark = shown("spark", &answer, &TERMINAL);
    assert!(spark.contains("▁▁▁▁ ▁▁▁▁"), "{spark}");
}

#[test]
fn columns_of_one_unit_are_lines_beside_each_other() {
    let answer = answer(vec![
        key("date", Type::Date, days(4)),
        measure("p50_latency", MS, &[300.0, 400.0, 350.0, 500.0]),
        measure("p99_latency", MS, &[3000.0, 4000.0, 3500.0, 5000.0]),
        measure("cost", USD, &[1.0, 2.0, 3.0, 4.0]),
    ]);
    let picture = shown("line", &answer, &TERMINAL);
    assert!(picture.starts_with("p50_latency and p99_latency by date, 2026-01-28 to 2026-01-31\n"), "{picture}");
    assert!(picture.contains("\na p50_latency   b p99_latency\n"), "{picture}");
    assert!(picture.ends_with("\nnot drawn: cost\n"), "{picture}");
}

#[test]
fn axes_are_written_in_the_unit_of_their_column() {
    for (ty, values, first, last) in [
        (USD, [10.0, 83.0], "$0", "$100"),
        (USD, [0.1, 0.4], "$0.00", "$0.40"),
        (MS, [100.0, 900.0], "0", "1 s"),
        (MS, [1000.0, 240_000.0], "0", "4m"),
        (RATIO, [0.1, 0.43], "0%", "50%"),
        (Type::Number(Unit::TOKENS, Class::Additive), [1e6, 21e6], "0M", "25M"),
        (Type::Number(Unit::REQUESTS, Class::Additive), [1.0, 3.0], "0", "3"),
        (Type::Number(Unit::USD_PER_TOKEN, Class::Ratio), [1e-6, 9e-6], "$0/Mtok", "$10/Mtok"),
    ] {
        let answer = answer(vec![key("date", Type::Date, days(2)), measure("x", ty.clone(), &values)]);
        let picture = shown("line", &answer, &wide(60));
        let ticks: Vec<&str> = picture.lines().filter_map(|line| Some(line.split_once('┤')?.0.trim())).collect();
        assert_eq!((ticks.last(), ticks.first()), (Some(&first), Some(&last)), "{ty}\n{picture}");
    }
}

#[test]
fn time_has_ticks_where_days_weeks_and_months_start() {
    let ticks = |count: usize| {
        let costs: Vec<f64> = (0..count).map(|n| n as f64).collect();
        let answer = answer(vec![key("date", Type::Date, days(count)), measure("cost", USD, &costs)]);
        let picture = shown("line", &answer, &TERMINAL);
        let labels = picture.lines().last().unwrap().trim().to_string();
        labels.split("  ").map(str::trim).filter(|name| !name.is_empty()).map(str::to_string).collect::<Vec<_>>()
    };
    assert_eq!(ticks(4), ["Jan 28", "Jan 29", "Jan 30", "Jan 31"]);
    // Mondays.
    assert_eq!(ticks(30), ["Feb 2", "Feb 9", "Feb 16", "Feb 23"]);
    assert_eq!(ticks(120), ["Feb 2026", "Mar 2026", "Apr 2026", "May 2026"]);
    assert_eq!(ticks(1500), ["2027", "2028", "2029", "2030"]);
}

#[test]
fn hours_are_told_with_the_days_they_lie_in() {
    let hour = |n: i64| Value::Time(jiff::Timestamp::from_second(1_771_452_000 + n * 3600).unwrap());
    let times = (0..12).map(hour).collect();
    let requests = measure("requests", Type::Number(Unit::REQUESTS, Class::Additive), &[3.0; 12]);
    let answer = answer(vec![key("hour", Type::Time, times), requests]);
    let picture = shown("line", &answer, &TERMINAL);
    let labels: Vec<&str> = picture.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(labels, ["22:00", "Feb", "19", "02:00", "04:00", "06:00", "08:00"], "{picture}");
}

#[test]
fn one_point_is_no_line_but_is_seen() {
    let one = answer(vec![key("date", Type::Date, days(1)), measure("cost", USD, &[5.0])]);
    assert!(shown("line", &one, &TERMINAL).contains("2026-01-28  $5.00  █"));
    assert!(shown("spark", &one, &TERMINAL).contains("$5.00"));
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let none = answer(vec![key("date", Type::Date, vec![]), measure("cost", USD, &[])]);
    for format in ["bars", "line", "spark"] {
        assert_eq!(shown(format, &none, &TERMINAL), "no rows\n");
    }
    let texts = answer(vec![key("model", Type::Text, vec![text("a")])]);
    for format in ["bars", "line", "spark", "svg"] {
        let error = rendered(format, &[Titled { title: "", answer: &texts, picture: None }], &TERMINAL).unwrap_err();
        assert_eq!(error.to_string(), format!("`{format}` draws numbers, and there are none"));
    }
}

#[test]
fn colours_are_there_only_where_they_are_allowed() {
    for format in ["bars", "line", "spark"] {
        let colored = shown(format, &providers(), &orq::model::catalog::Looks { color: true, ..TERMINAL });
        let plain = shown(format, &providers(), &TERMINAL);
        assert!(colored.contains('\u{1b}') && !plain.contains('\u{1b}'), "{format}");
        // They add nothing to what is to be read.
        let mut read = String::new();
        let mut rest = colored.chars();
        while let Some(c) = rest.next() {
            if c == '\u{1b}' {
                rest.by_ref().find(|c| *c == 'm');
            } else {
                read.push(c);
            }
        }
        assert_eq!(read, plain, "{format}");
    }
}

#[test]
fn a_share_has_a_bar_in_its_cell_on_a_terminal_alone() {
    let names = ["a", "b", "c"].map(text).to_vec();
    let shares = measure("cost_share", RATIO, &[0.75, 0.25, 0.001]);
    let answer = answer(vec![key("model", Type::Text, names), measure("cost", USD, &[75.0, 25.0, 0.1]), shares]);
    let with = "model    cost      cost_share\n─────────────────────────────\n\
                a      $75.00  ██████   75.0%\nb      $25.00  ██       25.0%\nc       $0.10  ▏         0.1%\n";
    assert_eq!(shown("table", &answer, &TERMINAL), with);
    for looks in [FILE, plain(80), wide(27)] {
        assert!(!shown("table", &answer, &looks).contains(['█', '▏', '#']));
    }
    assert!(shown("table", &answer, &wide(29)).contains('█'));
}

#[test]
fn a_wished_picture_stands_in_place_of_the_rows_of_a_table() {
    for format in ["table", "record"] {
        let page = pictured(format, Picture::Bars, &models());
        assert!(page.starts_with("Title\ncost by model\n"), "{page}");
        assert!(page.contains('█') && !page.contains('─'), "{page}");
    }
}
