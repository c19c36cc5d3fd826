//! Who serves which model: one endpoint for each pair, with its price, its speed and its share.

use std::sync::LazyLock;

use super::models::{Model, models};
use crate::demo::base::prng::hash_text;
use crate::demo::base::text::uuid;

/// One provider serving one model id.
#[derive(Debug)]
pub struct Endpoint {
    /// Place in [`ENDPOINTS`].
    pub index: usize,
    pub id: String,
    pub model: &'static Model,
    pub provider: &'static str,
    /// Numbers for permaslug, variant and provider: equal for endpoints that share one.
    pub permaslug_key: u64,
    pub variant_key: u64,
    pub provider_key: u64,
    /// Share among the endpoints of the model.
    pub weight: u64,
    /// Price in thousandths of the model's.
    pub price: u64,
    /// Usual time to the first token, ms.
    pub latency: u64,
    /// Usual speed, tokens a second.
    pub speed: u64,
    /// Day of the month on which every request to the provider fails without a token; 0 is none.
    pub outage: i8,
}

/// Model id, provider, weight, price in thousandths, latency in ms, tokens a second.
type Line = (&'static str, &'static str, u64, u64, u64, u64);

#[rustfmt::skip]
static LINES: &[Line] = &[
    ("openai/gpt-5.2", "OpenAI", 64, 1000, 1450, 62),
    ("openai/gpt-5.2", "Azure", 36, 1000, 1720, 71),
    ("openai/gpt-5.2-pro", "OpenAI", 100, 1000, 16_500, 24),
    ("openai/gpt-5-mini", "OpenAI", 70, 1000, 880, 96),
    ("openai/gpt-5-mini", "Azure", 30, 1000, 990, 104),
    ("openai/gpt-4.1", "OpenAI", 55, 1000, 610, 78),
    ("openai/gpt-4.1", "Azure", 45, 1000, 540, 92),
    ("openai/gpt-4o", "OpenAI", 50, 1000, 480, 84),
    ("openai/gpt-4o", "Azure", 50, 1000, 450, 98),
    ("openai/gpt-4o:extended", "OpenAI", 100, 1000, 520, 66),
    ("anthropic/claude-sonnet-4.5", "Anthropic", 58, 1000, 1310, 68),
    ("anthropic/claude-sonnet-4.5", "Amazon Bedrock", 26, 1000, 1620, 57),
    ("anthropic/claude-sonnet-4.5", "Google", 16, 1000, 1190, 74),
    ("anthropic/claude-opus-4.5", "Anthropic", 70, 1000, 1880, 52),
    ("anthropic/claude-opus-4.5", "Amazon Bedrock", 20, 1000, 2140, 46),
    ("anthropic/claude-opus-4.5", "Google", 10, 1000, 1760, 55),
    ("anthropic/claude-haiku-4.5", "Anthropic", 72, 1000, 640, 128),
    ("anthropic/claude-haiku-4.5", "Amazon Bedrock", 28, 1000, 790, 112),
    ("anthropic/claude-3-sonnet", "Amazon Bedrock", 100, 1000, 920, 48),
    ("google/gemini-3-pro-preview", "Google AI Studio", 60, 1000, 2480, 88),
    ("google/gemini-3-pro-preview", "Google", 40, 1000, 2260, 94),
    ("google/gemini-2.5-flash", "Google AI Studio", 45, 1000, 560, 142),
    ("google/gemini-2.5-flash", "Google", 55, 1000, 510, 155),
    ("google/gemini-2.5-flash-image", "Google AI Studio", 100, 1000, 6_900, 210),
    ("black-forest-labs/flux.2-pro", "Black Forest Labs", 100, 1000, 9_400, 420),
    ("openai/text-embedding-3-large", "OpenAI", 60, 1000, 180, 0),
    ("openai/text-embedding-3-large", "Azure", 40, 1000, 150, 0),
    ("deepseek/deepseek-v3.2", "DeepSeek", 46, 1000, 1980, 34),
    ("deepseek/deepseek-v3.2", "Novita", 22, 960, 1430, 41),
    ("deepseek/deepseek-v3.2", "DeepInfra", 22, 1040, 1120, 47),
    ("deepseek/deepseek-v3.2", "Fireworks", 10, 2070, 520, 138),
    ("deepseek/deepseek-r1-0528", "DeepInfra", 60, 1000, 1460, 38),
    ("deepseek/deepseek-r1-0528", "Novita", 40, 1120, 1710, 29),
    ("qwen/qwen3-coder", "Alibaba", 40, 1000, 1240, 58),
    ("qwen/qwen3-coder", "DeepInfra", 34, 1080, 870, 64),
    ("qwen/qwen3-coder", "Together", 26, 1900, 610, 83),
    ("qwen/qwen3-coder:exacto", "Alibaba", 60, 1000, 1280, 56),
    ("qwen/qwen3-coder:exacto", "Together", 40, 1000, 630, 81),
    ("qwen/qwen3-coder:free", "Chutes", 100, 1000, 3_900, 22),
    ("mistralai/mistral-large-2411", "Mistral", 100, 1000, 980, 48),
    ("mistralai/pixtral-large-2411", "Mistral", 100, 1000, 1040, 45),
    ("mistralai/devstral-medium", "Mistral", 100, 1000, 690, 79),
    ("meta-llama/llama-3.3-70b-instruct", "Groq", 40, 1800, 290, 276),
    ("meta-llama/llama-3.3-70b-instruct", "DeepInfra", 40, 1000, 640, 52),
    ("meta-llama/llama-3.3-70b-instruct", "Together", 20, 2600, 450, 94),
    ("meta-llama/llama-3.3-70b-instruct:free", "Chutes", 100, 1000, 2_700, 26),
    ("amazon/nova-2-lite-v1:free", "Amazon Nova", 100, 1000, 830, 118),
    ("x-ai/grok-4", "xAI", 100, 1000, 7_600, 44),
    ("z-ai/glm-4.6", "Z.AI", 62, 1000, 1690, 49),
    ("z-ai/glm-4.6", "Fireworks", 38, 1380, 740, 96),
    ("moonshotai/kimi-k2-thinking", "Moonshot AI", 66, 1000, 2_950, 31),
    ("moonshotai/kimi-k2-thinking", "Novita", 34, 1100, 2_310, 37),
];

/// The day of the month on which a provider fails throughout; never one of the large ones.
fn outage(provider: &str) -> i8 {
    match provider {
        "Novita" => 16,
        "Together" => 12,
        "Groq" => 22,
        "Chutes" => 7,
        "Moonshot AI" => 28,
        _ => 0,
    }
}

/// All endpoints, in the order of the models.
pub static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| {
    let mut all = Vec::with_capacity(LINES.len());
    for (id, provider, weight, price, latency, speed) in LINES {
        if let Some(model) = models().find(|model| model.id == *id) {
            all.push(Endpoint {
                index: all.len(),
                id: uuid("endpoint", &format!("{id}@{provider}")),
                model,
                provider,
                permaslug_key: hash_text(model.permaslug),
                variant_key: hash_text(model.variant().unwrap_or("")),
                provider_key: hash_text(provider),
                weight: *weight,
                price: *price,
                latency: *latency,
                speed: *speed,
                outage: outage(provider),
            });
        }
    }
    all
});

/// The endpoint of a model id at a provider.
pub fn endpoint(model: &str, provider: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.model.id == model && endpoint.provider == provider)
}

/// The endpoints of a model id, the most used one first.
pub fn endpoints_of(model: &str) -> impl Iterator<Item = &'static Endpoint> {
    ENDPOINTS.iter().filter(move |endpoint| endpoint.model.id == model)
}
