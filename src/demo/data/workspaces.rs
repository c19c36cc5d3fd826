//! The two workspaces of the demo account; the description of the second one is hostile to terminals.

/// One workspace, as in `/workspaces`.
#[derive(Debug)]
pub struct Workspace {
    /// Place in [`WORKSPACES`]; 0 is the default one.
    pub index: usize,
    pub id: &'static str,
    pub guardrail: &'static str,
    pub name: &'static str,
    /// The name under the knob `hostile-names`.
    pub hostile_name: &'static str,
    pub slug: &'static str,
    pub description: &'static str,
    pub default_text_model: Option<&'static str>,
    /// Requests are logged for a discount of 1 %: a negative part of their cost.
    pub data_discount: bool,
    pub created_at: &'static str,
    pub updated_at: Option<&'static str>,
}

pub static WORKSPACES: &[Workspace] = &[
    Workspace {
        index: 0,
        id: "6f1c2a54-0b7e-4d39-9a51-3c8e7d20b1f4",
        guardrail: "c04d7b1e-52a9-4f68-8e13-90b6a7d5c2e8",
        name: "Production",
        hostile_name: "Production",
        slug: "production",
        description: "What customers use",
        default_text_model: Some("anthropic/claude-sonnet-4.5"),
        data_discount: false,
        created_at: "2024-01-08T09:12:44.310Z",
        updated_at: Some("2024-11-30T16:05:12.871Z"),
    },
    Workspace {
        index: 1,
        id: "b83e9d07-4c15-4a62-b7f0-15d2e6c9a430",
        guardrail: "7a92e3f0-6d18-4b5c-a4e7-28f1c0b9d653",
        name: "Research",
        hostile_name: "Research \u{1b}[7mLab\u{9b}0m \u{202e}terces\u{202c}",
        slug: "research",
        description: "Experiments \u{1b}[31mred\u{1b}[0m \u{9b}2J and \u{202e}backwards\u{202c}",
        default_text_model: None,
        data_discount: true,
        created_at: "2024-06-17T13:40:02.125Z",
        updated_at: None,
    },
];
