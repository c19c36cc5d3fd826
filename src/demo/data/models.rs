//! The models the demo account offers: the shape of a row, and those that are listed but never called.

use super::used_models::USED;

/// What a request to a model looks like: decides prompt, completion and cached tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Coding agents: very long prompts, much of them cached.
    Agent,
    /// Conversation: short prompts, medium answers, now and then a web search.
    Chat,
    /// Extraction and classification: long prompts, short answers.
    Extract,
    /// Embeddings: prompt tokens only.
    Embed,
    /// Pictures: priced by request.
    Image,
}

/// One row of `/models`. Prices are pico-USD (1e-12) per token, so that every listed price is an integer.
#[derive(Debug)]
pub struct Model {
    /// The slug with its variant, as in `openai/gpt-4o:extended`.
    pub id: &'static str,
    /// The permaslug; several ids may share one (fact 20).
    pub permaslug: &'static str,
    pub name: &'static str,
    /// Unix seconds.
    pub created: i64,
    pub context: u64,
    /// Largest answer in tokens; 0 is "not known".
    pub max_completion: u64,
    pub tokenizer: &'static str,
    pub inputs: &'static [&'static str],
    pub outputs: &'static [&'static str],
    pub prompt: u64,
    pub completion: u64,
    /// Price of a cached prompt token; 0 is "no caching".
    pub cache_read: u64,
    /// Nano-USD per request.
    pub request: u64,
    /// Called by the account, but no longer in `/models`.
    pub retired: bool,
    /// A router: its prices are `-1`, it has no endpoint of its own.
    pub router: bool,
    /// Share of the account's requests; 0 is never.
    pub share: u64,
    pub profile: Profile,
    /// Percent of the completion that is reasoning.
    pub reasoning: u64,
    /// First and last day of the month on which nobody calls it; (0, 0) is none.
    pub silent: (i8, i8),
}

pub const TEXT: &[&str] = &["text"];
pub const VISION: &[&str] = &["text", "image"];
pub const FILES: &[&str] = &["text", "image", "file"];

impl Model {
    /// A listed text model without price, size and use; the methods below complete it.
    pub const fn new(id: &'static str, permaslug: &'static str, name: &'static str, created: i64) -> Self {
        Model {
            id,
            permaslug,
            name,
            created,
            context: 131_072,
            max_completion: 0,
            tokenizer: "Other",
            inputs: TEXT,
            outputs: TEXT,
            prompt: 0,
            completion: 0,
            cache_read: 0,
            request: 0,
            retired: false,
            router: false,
            share: 0,
            profile: Profile::Chat,
            reasoning: 0,
            silent: (0, 0),
        }
    }

    /// Context length and largest completion in tokens, and the tokenizer's family.
    pub const fn size(mut self, context: u64, max: u64, tokenizer: &'static str) -> Self {
        self.context = context;
        self.max_completion = max;
        self.tokenizer = tokenizer;
        self
    }

    /// Prices in USD/1000 per million tokens (3000 is $3.00 a Mtok): prompt, completion, cached prompt.
    pub const fn price(mut self, prompt: u64, completion: u64, cache_read: u64) -> Self {
        self.prompt = prompt * 1_000;
        self.completion = completion * 1_000;
        self.cache_read = cache_read * 1_000;
        self
    }

    pub const fn per_request(mut self, nano_usd: u64) -> Self {
        self.request = nano_usd;
        self
    }

    pub const fn modes(mut self, inputs: &'static [&'static str], outputs: &'static [&'static str]) -> Self {
        self.inputs = inputs;
        self.outputs = outputs;
        self
    }

    pub const fn used(mut self, share: u64, profile: Profile, reasoning: u64) -> Self {
        self.share = share;
        self.profile = profile;
        self.reasoning = reasoning;
        self
    }

    pub const fn silent(mut self, first: i8, last: i8) -> Self {
        self.silent = (first, last);
        self
    }

    pub const fn retired(mut self) -> Self {
        self.retired = true;
        self
    }

    pub const fn router(mut self) -> Self {
        self.router = true;
        self
    }

    /// The slug without its variant.
    pub fn base(&self) -> &'static str {
        self.id.split_once(':').map_or(self.id, |(base, _)| base)
    }

    /// The part before `/`.
    pub fn author(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(author, _)| author)
    }

    /// `free`, `extended`, …; standard is `None`.
    pub fn variant(&self) -> Option<&'static str> {
        self.id.split_once(':').map(|(_, variant)| variant)
    }

    pub fn is_text(&self) -> bool {
        self.outputs.contains(&"text")
    }

    pub fn is_free(&self) -> bool {
        !self.router && self.prompt == 0 && self.completion == 0 && self.request == 0
    }
}

/// All models, called or not.
pub fn models() -> impl Iterator<Item = &'static Model> {
    USED.iter().chain(UNUSED)
}

/// Listed, never called by this account.
static UNUSED: &[Model] = &[
    Model::new("openrouter/auto", "openrouter/auto", "Auto Router", 1_699_401_600)
        .size(2_000_000, 0, "Router")
        .router(),
    Model::new("google/gemma-3-27b-it:free", "google/gemma-3-27b-it", "Google: Gemma 3 27B (free)", 1_741_756_359)
        .size(131_072, 0, "Gemini")
        .modes(VISION, TEXT),
    Model::new(
        "nvidia/nemotron-nano-9b-v2:free",
        "nvidia/nemotron-nano-9b-v2",
        "NVIDIA: Nemotron Nano 9B V2 (free)",
        1_757_106_807,
    )
    .size(128_000, 0, "Other"),
    Model::new("openai/gpt-oss-20b:free", "openai/gpt-oss-20b", "OpenAI: gpt-oss-20b (free)", 1_754_414_229)
        .size(131_072, 131_072, "GPT"),
    Model::new("minimax/minimax-m2", "minimax/minimax-m2", "MiniMax: MiniMax M2", 1_761_252_093)
        .size(204_800, 131_072, "Other")
        .price(255, 1_020, 0),
    Model::new("cohere/command-a", "cohere/command-a-03-2025", "Cohere: Command A", 1_741_894_342)
        .size(256_000, 8_192, "Cohere")
        .price(2_500, 10_000, 0),
];
