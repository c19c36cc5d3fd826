//! What all of OpenRouter does, as the demo account tells it: public apps and the tasks of requests.

use crate::demo::base::prng::hash_text;

/// One public app.
#[derive(Debug)]
pub struct PublicApp {
    pub id: u64,
    pub name: String,
    pub subcategory: &'static str,
    /// Its part of all tokens, in no unit.
    pub size: u64,
}

/// Categories of the market place with their subcategories.
pub static CATEGORIES: &[(&str, &[&str])] = &[
    ("coding", &["cli-agent", "ide-extension", "cloud-agent", "programming-app", "native-app-builder"]),
    ("creative", &["creative-writing", "video-gen", "image-gen", "audio-gen"]),
    ("productivity", &["writing-assistant", "general-chat", "personal-agent", "legal"]),
    ("entertainment", &["roleplay", "game"]),
];

const FIRST: &[&str] = &[
    "Amber", "Birch", "Cobalt", "Delta", "Ember", "Fern", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel", "Lumen",
];
const SECOND: &[&str] =
    &["Agent", "Atlas", "Canvas", "Chat", "Companion", "Desk", "Forge", "Notes", "Pilot", "Studio", "Tales"];

/// All public apps; more than one answer ranks.
pub fn public_apps() -> Vec<PublicApp> {
    let known = [(201_733, "Cline"), (240_017, "Roo Code")].map(|(id, name)| (id, name.to_owned()));
    let made = FIRST.iter().flat_map(|first| SECOND.iter().map(move |second| format!("{first} {second}")));
    let made = made.enumerate().map(|(nth, name)| (300_000 + 17 * nth as u64, name));
    let subcategories: Vec<&'static str> = CATEGORIES.iter().flat_map(|(_, all)| all.iter().copied()).collect();
    let app = |(nth, (id, name)): (usize, (u64, String))| {
        let of = if nth < 2 { 1 } else { hash_text(&name) as usize % subcategories.len() };
        let subcategory = subcategories.get(of).copied().unwrap_or_default();
        PublicApp { id, subcategory, size: 900_000 / (nth as u64 + 3), name }
    };
    known.into_iter().chain(made).enumerate().map(app).collect()
}

/// One kind of task.
#[derive(Debug)]
pub struct Task {
    pub tag: &'static str,
    pub name: &'static str,
    pub category: &'static str,
    /// Thousandths of all requests and tokens.
    pub requests: u64,
    pub tokens: u64,
}

#[rustfmt::skip]
pub static TASKS: &[Task] = &[
    Task { tag: "code:general_impl", name: "Code Generation", category: "code", requests: 214, tokens: 301 },
    Task { tag: "general:chat", name: "Conversation", category: "general", requests: 181, tokens: 74 },
    Task { tag: "code:debugging", name: "Debugging", category: "code", requests: 121, tokens: 164 },
    Task { tag: "agent:web_search", name: "Web Search", category: "agent", requests: 98, tokens: 81 },
    Task { tag: "general:writing", name: "Writing", category: "general", requests: 87, tokens: 42 },
    Task { tag: "data:extraction", name: "Extraction", category: "data", requests: 83, tokens: 66 },
    Task { tag: "code:review", name: "Code Review", category: "code", requests: 71, tokens: 118 },
    Task { tag: "data:classification", name: "Classification", category: "data", requests: 62, tokens: 25 },
    Task { tag: "agent:tool_use", name: "Tool Use", category: "agent", requests: 48, tokens: 97 },
    Task { tag: "general:translation", name: "Translation", category: "general", requests: 35, tokens: 32 },
];

/// Key and label of each category of tasks.
pub static TASK_CATEGORIES: &[(&str, &str)] =
    &[("code", "Code"), ("general", "General"), ("data", "Data"), ("agent", "Agent")];
