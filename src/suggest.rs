//! Ground: did-you-mean. Given a name nobody knows, the known names it was most likely meant to be.

/// At most this many candidates are worth reading.
const SHOWN: usize = 3;

/// The known names nearest to `wanted`, best first; empty where none is near.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> =
        known.into_iter().filter_map(|name| score(&wanted, &name.to_lowercase()).map(|s| (s, name))).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(SHOWN).map(|(_, name)| name.to_string()).collect()
}

/// A name like this one that is not taken: `cost_2`.
pub fn unused(name: &str, taken: &[&str]) -> String {
    let numbered = (2..).map(|n| format!("{name}_{n}"));
    numbered.into_iter().find(|other| !taken.contains(&other.as_str())).unwrap_or_default()
}

/// How near two names are, 0 to 1; `None` where they are too far apart to be worth a word.
fn score(wanted: &str, name: &str) -> Option<f64> {
    if wanted.is_empty() {
        return None;
    }
    let near = strsim::jaro_winkler(wanted, name);
    let edits = strsim::damerau_levenshtein(wanted, name);
    let longest = wanted.chars().count().max(name.chars().count());
    let typo = edits <= (longest / 3).max(1) && edits < longest;
    let part = wanted.len() >= 4 && name.len() >= 4 && (name.contains(wanted) || wanted.contains(name));
    let words = wanted.contains('_') && same_words(wanted, name);
    match (typo, words, part) {
        (true, _, _) => Some(1.0 + near - edits as f64 / longest as f64),
        (_, true, _) => Some(1.0 + near),
        (_, _, true) => Some(near),
        _ => None,
    }
}

/// `prompt_tokens` and `tokens_prompt` are the same words in another order.
fn same_words(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split('_').map(str::to_string).collect();
        words.sort();
        words
    };
    sorted(a) == sorted(b)
}
