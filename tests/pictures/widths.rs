//! No picture is ever wider than the place it goes to.

use orq::model::catalog::Looks;
use orq::model::value::Value;
use orq::types::{Class, Type, Unit};
use proptest::prelude::*;

use super::kit::*;

const NAMES: [&str; 8] = [
    "",
    "a",
    "openai/gpt-5.2",
    "a name that is much longer than all of the others, and goes on and on",
    "日本語のモデル",
    "e\u{301}\u{301}te\u{301}",
    "two\nlines",
    "🙂🙂🙂",
];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<f64>().prop_map(Value::Float),
        (-1e9..1e9f64).prop_map(Value::Float),
        (0..50i64).prop_map(Value::Int),
    ]
}

fn unit() -> impl Strategy<Value = Type> {
    let units = [Unit::NONE, Unit::USD, Unit::TOKENS, Unit::MS, Unit::RATIO, Unit::USD_PER_TOKEN];
    let classes = [Class::Additive, Class::Ratio, Class::Plain];
    (proptest::sample::select(units.to_vec()), proptest::sample::select(classes.to_vec()))
        .prop_map(|(unit, class)| Type::Number(unit, class))
}

fn label(kind: usize, n: usize) -> (Type, Value) {
    match kind {
        0 => (Type::Text, text(NAMES[n % NAMES.len()])),
        1 => (Type::Date, days(40 * (n % 30) + 1).pop().unwrap()),
        2 => (Type::Time, Value::Time(jiff::Timestamp::from_second((n as i64 - 300) * 7_654_321).unwrap())),
        _ => (Type::PLAIN, if n.is_multiple_of(5) { Value::Null } else { Value::Int(n as i64) }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overflows(
        width in 1usize..200,
        unicode in any::<bool>(),
        color in any::<bool>(),
        ty in unit(),
        kinds in proptest::collection::vec(0usize..4, 0..3),
        rows in proptest::collection::vec((0usize..600, 0usize..600, value(), value()), 0..40),
    ) {
        let mut frame = Vec::new();
        for (place, kind) in kinds.iter().enumerate() {
            let labels = rows.iter().map(|row| label(*kind, if place == 0 { row.0 } else { row.1 }));
            let ty = label(*kind, 0).0;
            frame.push(key(&format!("key{place}"), ty, labels.map(|(_, value)| value).collect()));
        }
        for (name, second) in [("value", false), ("日本", true)] {
            let mut column = measure(name, ty.clone(), &[]);
            column.1 = rows.iter().map(|row| if second { row.3.clone() } else { row.2.clone() }).collect();
            frame.push(column);
        }
        let answer = answer(frame);
        let looks = Looks { width: Some(width), unicode, color, max_rows: Some(20) };
        for format in ["bars", "line", "spark"] {
            let picture = shown(format, &answer, &looks);
            prop_assert!(!picture.is_empty());
            for line in picture.lines() {
                prop_assert!(columns(line) <= width, "{format} at {width}: {line:?}\n{picture}");
            }
        }
        // A file has room for everything, and is sound.
        let svg = shown("svg", &answer, &FILE);
        prop_assert!(svg.is_empty() || super::documents::is_sound(&svg).is_ok(), "{svg}");
    }
}
