//! The names of the demo account's keys: the ones with a story, and the words the many others are made of.

/// A key with a story. The name says which.
pub struct Named {
    pub name: &'static str,
    /// 0 is the default workspace.
    pub workspace: usize,
    /// Share of the account's requests.
    pub share: u64,
    /// Not in `/keys` any more, though its requests are.
    pub deleted: bool,
    pub disabled: bool,
    /// Azure and Amazon Bedrock are called with the organisation's own credentials.
    pub byok: bool,
    /// A service: no member created it, so its requests have no user.
    pub service: bool,
    /// Place in the table of applications.
    pub app: Option<usize>,
}

const fn key(name: &'static str, workspace: usize, share: u64) -> Named {
    Named { name, workspace, share, deleted: false, disabled: false, byok: false, service: false, app: None }
}

impl Named {
    const fn byok(mut self) -> Self {
        self.byok = true;
        self
    }
    const fn service(mut self) -> Self {
        self.service = true;
        self
    }
    const fn deleted(mut self) -> Self {
        self.deleted = true;
        self
    }
    const fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
    const fn app(mut self, app: usize) -> Self {
        self.app = Some(app);
        self
    }
}

pub static NAMED: &[Named] = &[
    key("orq-demo", 0, 10), // the API key of the demo account itself
    key("backend", 0, 150).app(0),
    key("backend", 0, 22).deleted().app(0), // a deleted key with a live key's name
    key("batch", 0, 60).service(),          // its cost jumps for three days each month
    key("ci", 0, 55).service().app(1),
    key("ci", 1, 18).service(), // namesakes in two workspaces
    key("staging", 0, 24),
    key("staging", 0, 9), // namesakes in one workspace
    key("azure-byok", 0, 60).byok().app(3),
    key("code-review", 0, 110).byok().app(1),
    key("support-bot", 0, 80).app(0),
    key("catalogue", 0, 60).byok().app(3),
    key("nightly \u{1b}[31mreport\u{1b}[0m \u{9b}2J \u{202e}gnp\u{202c}", 0, 12), // ESC, C1, bidi
    key("old-crawler", 0, 14).deleted(),
    key("legacy-mobile", 0, 6).disabled(),
    key("mei-laptop", 0, 34).app(2),
    key("rosa-laptop", 0, 30).app(5),
    key("tom-laptop", 0, 26).app(2),
    key("notebooks", 1, 48).app(4),
    key("evals", 1, 64).service().app(4),
    key("paper-search", 1, 22),
    key("fine-print", 1, 10).byok(),
    key("scratch", 1, 0),
    key("=HYPERLINK(\"http://demo.example\")", 1, 3), // a formula, for whoever opens a CSV
];

pub static TEAMS: &[&str] = &[
    "checkout",
    "search",
    "growth",
    "mobile",
    "data",
    "legal",
    "finance",
    "sales",
    "docs",
    "trust",
    "logistics",
    "people",
];

pub static PURPOSES: &[&str] =
    &["summaries", "tagging", "translate", "assistant", "triage", "rerank", "extract", "prototype", "replay"];
