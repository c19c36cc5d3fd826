//! What the demo organisation has set up: budgets, own provider keys, guardrails, presets, destinations.

use super::people::MEMBERS;
use super::workspaces::WORKSPACES;
use crate::demo::base::prng::{hash_text, mix};
use crate::demo::base::text::{date_of, uuid};

/// One budget of a workspace.
#[derive(Debug)]
pub struct Budget {
    /// Place in `WORKSPACES`.
    pub workspace: usize,
    /// Whole USD.
    pub limit: u64,
    /// None is once and for all.
    pub interval: Option<&'static str>,
    pub created_at: &'static str,
}

#[rustfmt::skip]
pub static BUDGETS: &[Budget] = &[
    Budget { workspace: 0, limit: 150, interval: Some("daily"), created_at: "2025-03-03T08:15:00.000Z" },
    Budget { workspace: 0, limit: 2_500, interval: Some("monthly"), created_at: "2025-03-03T08:15:41.000Z" },
    Budget { workspace: 1, limit: 120, interval: Some("weekly"), created_at: "2025-05-19T14:02:10.000Z" },
    Budget { workspace: 1, limit: 8_000, interval: None, created_at: "2024-06-17T13:41:00.000Z" },
];

/// One own provider key.
#[derive(Debug)]
pub struct Credential {
    pub name: Option<&'static str>,
    /// A provider's slug.
    pub provider: &'static str,
    pub label: &'static str,
    /// Place in `WORKSPACES`; none is global.
    pub workspace: Option<usize>,
    pub disabled: bool,
    pub fallback: bool,
    pub order: u64,
    pub models: Option<&'static [&'static str]>,
    pub created_at: &'static str,
}

pub static CREDENTIALS: &[Credential] = &[
    Credential {
        name: Some("Azure production"),
        provider: "azure",
        label: "3f9c...a01d",
        workspace: Some(0),
        disabled: false,
        fallback: false,
        order: 0,
        models: None,
        created_at: "2024-11-05T10:30:00.000Z",
    },
    Credential {
        name: Some("Azure, old subscription"),
        provider: "azure",
        label: "77be...09c2",
        workspace: Some(0),
        disabled: true,
        fallback: true,
        order: 1,
        models: None,
        created_at: "2024-02-12T09:00:00.000Z",
    },
    Credential {
        name: Some("Bedrock, whole account"),
        provider: "amazon-bedrock",
        label: "AKIA...Q7PD",
        workspace: None,
        disabled: false,
        fallback: true,
        order: 0,
        models: None,
        created_at: "2025-01-20T16:45:12.000Z",
    },
    Credential {
        name: None,
        provider: "mistral",
        label: "mK4x...81vT",
        workspace: Some(1),
        disabled: false,
        fallback: false,
        order: 0,
        models: Some(&["mistralai/mistral-large-2411"]),
        created_at: "2025-07-01T11:11:11.000Z",
    },
];

/// One guardrail; the first of each workspace is its default one.
#[derive(Debug)]
pub struct Guardrail {
    /// Place in `WORKSPACES`.
    pub workspace: usize,
    /// The workspace's default.
    pub default: bool,
    pub name: &'static str,
    pub description: Option<&'static str>,
    /// Whole USD.
    pub limit: Option<u64>,
    pub interval: Option<&'static str>,
    pub providers: Option<&'static [&'static str]>,
    pub ignored_models: Option<&'static [&'static str]>,
    pub zdr: bool,
    /// Builtin filter and what it does.
    pub builtins: &'static [(&'static str, &'static str)],
    /// Own pattern, what it does, what stands in its place.
    pub patterns: &'static [(&'static str, &'static str, &'static str)],
    pub created_at: &'static str,
}

pub static GUARDRAILS: &[Guardrail] = &[
    Guardrail {
        workspace: 0,
        default: true,
        name: "Production",
        description: Some("What customers send leaves without their names"),
        limit: Some(2_500),
        interval: Some("monthly"),
        providers: None,
        ignored_models: None,
        zdr: false,
        builtins: &[("email", "redact"), ("credit-card", "block")],
        patterns: &[(r"\bORD-\d{8}\b", "redact", "[ORDER]")],
        created_at: "2024-11-30T16:05:12.000Z",
    },
    Guardrail {
        workspace: 0,
        default: false,
        name: "Contractors",
        description: None,
        limit: Some(20),
        interval: Some("daily"),
        providers: Some(&["anthropic", "openai", "azure", "amazon-bedrock", "google-vertex"]),
        ignored_models: Some(&["openai/gpt-5.2-pro-20251211"]),
        zdr: true,
        builtins: &[],
        patterns: &[],
        created_at: "2025-02-14T12:00:00.000Z",
    },
    Guardrail {
        workspace: 1,
        default: true,
        name: "Research",
        description: Some("Anything goes, up to a limit"),
        limit: Some(300),
        interval: Some("weekly"),
        providers: None,
        ignored_models: None,
        zdr: false,
        builtins: &[("regex-prompt-injection", "flag")],
        patterns: &[],
        created_at: "2024-06-17T13:40:30.000Z",
    },
];

/// One preset.
#[derive(Debug)]
pub struct Preset {
    pub id: String,
    pub version: String,
    pub slug: String,
    pub description: Option<&'static str>,
    pub status: &'static str,
    /// Place in `WORKSPACES`.
    pub workspace: usize,
    pub creator: Option<&'static str>,
    pub created_at: String,
    pub updated_at: String,
    pub status_updated_at: Option<String>,
}

const TASKS: &[&str] = &[
    "answer",
    "classify",
    "draft",
    "explain",
    "extract",
    "outline",
    "plan",
    "review",
    "rewrite",
    "summarize",
    "tag",
    "test",
    "translate",
];
const STYLES: &[&str] = &["brief", "careful", "cheap", "fast", "formal", "friendly", "json", "long", "strict"];

/// 2025-01-06, the day of the first preset.
const FIRST_DAY: i64 = 20_094;

/// More presets than any page has, the one that was changed last first.
pub fn presets() -> Vec<Preset> {
    let each = TASKS.iter().flat_map(|task| STYLES.iter().map(move |style| format!("{task}-{style}")));
    let mut all: Vec<Preset> = each.enumerate().map(|(nth, slug)| preset(nth, slug)).collect();
    all.sort_by(|a, b| b.updated_at.cmp(&a.updated_at).then_with(|| a.slug.cmp(&b.slug)));
    all
}

fn preset(nth: usize, slug: String) -> Preset {
    let salt = mix(hash_text(&slug), nth as u64);
    let made = FIRST_DAY + nth as i64;
    let status = match salt % 9 {
        0 => "archived",
        1 => "disabled",
        _ => "active",
    };
    let changed = format!("{}T16:30:00.000Z", date_of(made + (salt % 60) as i64));
    Preset {
        id: uuid("preset", &slug),
        version: uuid("preset-version", &slug),
        description: salt.is_multiple_of(3).then_some("Made for the help desk"),
        status,
        workspace: usize::from(salt.is_multiple_of(4)).min(WORKSPACES.len() - 1),
        creator: MEMBERS.get((salt / 5 % MEMBERS.len() as u64) as usize).map(|member| member.id),
        created_at: format!("{}T09:00:00.000Z", date_of(made)),
        status_updated_at: (status != "active").then(|| changed.clone()),
        updated_at: changed,
        slug,
    }
}

/// Where requests are broadcast to.
#[derive(Debug)]
pub struct Destination {
    pub name: Option<&'static str>,
    pub kind: &'static str,
    /// Place in `WORKSPACES`.
    pub workspace: usize,
    pub enabled: bool,
    pub privacy: bool,
    pub sampling: f64,
    pub cost: bool,
    /// Fields of its configuration; secrets are masked, as the API does.
    pub config: &'static [(&'static str, &'static str)],
    pub created_at: &'static str,
}

pub static DESTINATIONS: &[Destination] = &[
    Destination {
        name: Some("Langfuse"),
        kind: "langfuse",
        workspace: 0,
        enabled: true,
        privacy: true,
        sampling: 1.0,
        cost: true,
        config: &[
            ("baseUrl", "https://langfuse.demo.example"),
            ("publicKey", "pk-l...EfGh"),
            ("secretKey", "sk-l...AbCd"),
        ],
        created_at: "2025-04-08T07:20:00.000Z",
    },
    Destination {
        name: Some("Warehouse"),
        kind: "clickhouse",
        workspace: 0,
        enabled: true,
        privacy: false,
        sampling: 0.25,
        cost: true,
        config: &[
            ("host", "https://warehouse.demo.example:8443"),
            ("database", "llm"),
            ("table", "OPENROUTER_TRACES"),
            ("username", "orq"),
            ("password", "hunt...er22"),
        ],
        created_at: "2025-06-23T15:00:00.000Z",
    },
    Destination {
        name: None,
        kind: "webhook",
        workspace: 1,
        enabled: false,
        privacy: false,
        sampling: 0.1,
        cost: false,
        config: &[("url", "https://hooks.demo.example/T0/B1/t0ps3cr3t"), ("method", "POST")],
        created_at: "2025-09-30T09:09:09.000Z",
    },
];
