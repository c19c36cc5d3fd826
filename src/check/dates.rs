//! Days as other places write them, each as it is written here; nothing where it could be two days.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `2026/2/1`, `14.02.2026`, `Feb 1, 2026`, `February 2026`, `2026-02-01T00:00:00Z`.
pub fn written_here(text: &str) -> Option<String> {
    in_figures(text).or_else(|| in_words(text)).or_else(|| midnight(text))
}

fn in_figures(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten();
    let (first_number, second_number, third_number) = (number(first)?, number(second)?, number(third)?);
    let (year, month, day) = match (first.len(), third.len()) {
        (4, 1..=2) => (first_number, second_number, third_number),
        // Which of the two is the month is known where the other is none.
        (1..=2, 4) if second_number > 12 => (third_number, first_number, second_number),
        (1..=2, 4) if first_number > 12 => (third_number, second_number, first_number),
        _ => return None,
    };
    Some(Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?.to_string())
}

fn in_words(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split([' ', ',', '-', '/']).filter(|word| !word.is_empty()).collect();
    if !(2..=3).contains(&words.len()) {
        return None;
    }
    let (mut year, mut month, mut day) = (None, None, None);
    for word in words {
        let figures = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if let Some(at) = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(word.trim_end_matches('.')))
        {
            month.replace(at + 1).is_none().then_some(())?;
        } else if figures.len() == 4 && figures == word {
            year.replace(figures.parse::<i16>().ok()?).is_none().then_some(())?;
        } else if (1..=2).contains(&figures.len()) && ["", "st", "nd", "rd", "th"].contains(&word.get(figures.len()..)?)
        {
            day.replace(figures.parse::<i8>().ok()?).is_none().then_some(())?;
        } else {
            return None;
        }
    }
    let date = Date::new(year?, i8::try_from(month?).ok()?, day.unwrap_or(1)).ok()?.to_string();
    Some(if day.is_some() { date } else { date.get(..7)?.to_string() })
}

/// The start of a day is the day.
fn midnight(text: &str) -> Option<String> {
    let (day, clock) = text.split_once(['T', 't', ' '])?;
    let clock = clock.trim_end_matches(['Z', 'z']);
    let whole = ["00:00", "00:00:00", "00:00:00.000"].contains(&clock);
    (whole && day.len() == 10).then(|| day.parse::<Date>().ok()).flatten().map(|day| day.to_string())
}
