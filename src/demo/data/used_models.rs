//! The models the demo account calls, with their prices and their share of its requests.

use super::models::{FILES, Model, Profile, TEXT, VISION};
use Profile::{Agent, Chat, Embed, Extract, Image};

pub static USED: &[Model] = &[
    Model::new("openai/gpt-5.2", "openai/gpt-5.2-20251211", "OpenAI: GPT-5.2", 1_765_389_775)
        .size(400_000, 128_000, "GPT")
        .modes(FILES, TEXT)
        .price(1_750, 14_000, 175)
        .used(175, Agent, 45),
    Model::new("openai/gpt-5.2-pro", "openai/gpt-5.2-pro-20251211", "OpenAI: GPT-5.2 Pro", 1_765_389_780)
        .size(400_000, 128_000, "GPT")
        .modes(FILES, TEXT)
        .price(21_000, 168_000, 0)
        .used(5, Extract, 70),
    Model::new("openai/gpt-5-mini", "openai/gpt-5-mini-2025-08-07", "OpenAI: GPT-5 Mini", 1_754_587_407)
        .size(400_000, 128_000, "GPT")
        .modes(FILES, TEXT)
        .price(250, 2_000, 25)
        .used(80, Extract, 30),
    Model::new("openai/gpt-4.1", "openai/gpt-4.1-2025-04-14", "OpenAI: GPT-4.1", 1_744_651_385)
        .size(1_047_576, 32_768, "GPT")
        .modes(FILES, TEXT)
        .price(2_000, 8_000, 500)
        .used(116, Extract, 0),
    Model::new("openai/gpt-4o", "openai/gpt-4o", "OpenAI: GPT-4o", 1_715_558_400)
        .size(128_000, 16_384, "GPT")
        .modes(FILES, TEXT)
        .price(2_500, 10_000, 1_250)
        .used(14, Chat, 0),
    Model::new("openai/gpt-4o:extended", "openai/gpt-4o", "OpenAI: GPT-4o (extended)", 1_715_558_400)
        .size(128_000, 64_000, "GPT")
        .modes(FILES, TEXT)
        .price(6_000, 18_000, 0)
        .used(5, Chat, 0),
    Model::new(
        "anthropic/claude-sonnet-4.5",
        "anthropic/claude-4.5-sonnet-20250929",
        "Anthropic: Claude Sonnet 4.5",
        1_759_161_676,
    )
    .size(1_000_000, 64_000, "Claude")
    .modes(FILES, TEXT)
    .price(3_000, 15_000, 300)
    .used(200, Agent, 20),
    Model::new(
        "anthropic/claude-opus-4.5",
        "anthropic/claude-4.5-opus-20251124",
        "Anthropic: Claude Opus 4.5",
        1_764_010_580,
    )
    .size(200_000, 64_000, "Claude")
    .modes(FILES, TEXT)
    .price(5_000, 25_000, 500)
    .used(110, Agent, 25),
    Model::new(
        "anthropic/claude-haiku-4.5",
        "anthropic/claude-4.5-haiku-20251001",
        "Anthropic: Claude Haiku 4.5",
        1_760_547_638,
    )
    .size(200_000, 64_000, "Claude")
    .modes(VISION, TEXT)
    .price(1_000, 5_000, 100)
    .used(136, Extract, 0),
    Model::new(
        "anthropic/claude-3-sonnet",
        "anthropic/claude-3-sonnet-20240229",
        "Anthropic: Claude 3 Sonnet",
        1_709_596_800,
    )
    .size(200_000, 4_096, "Claude")
    .price(3_000, 15_000, 0)
    .used(6, Chat, 0)
    .retired(),
    Model::new(
        "google/gemini-3-pro-preview",
        "google/gemini-3-pro-preview-20251117",
        "Google: Gemini 3 Pro Preview",
        1_763_474_668,
    )
    .size(1_048_576, 65_536, "Gemini")
    .modes(FILES, TEXT)
    .price(2_000, 12_000, 200)
    .used(95, Agent, 40),
    Model::new("google/gemini-2.5-flash", "google/gemini-2.5-flash", "Google: Gemini 2.5 Flash", 1_750_172_488)
        .size(1_048_576, 65_535, "Gemini")
        .modes(FILES, TEXT)
        .price(300, 2_500, 30)
        .used(60, Extract, 10),
    Model::new(
        "google/gemini-2.5-flash-image",
        "google/gemini-2.5-flash-image",
        "Google: Gemini 2.5 Flash Image (Nano Banana)",
        1_759_870_431,
    )
    .size(32_768, 32_768, "Gemini")
    .modes(VISION, &["image", "text"])
    .price(300, 2_500, 0)
    .per_request(38_000_000)
    .used(8, Image, 0),
    Model::new(
        "black-forest-labs/flux.2-pro",
        "black-forest-labs/flux.2-pro",
        "Black Forest Labs: FLUX.2 Pro",
        1_764_030_274,
    )
    .size(46_864, 46_864, "Media")
    .modes(VISION, &["image"])
    .per_request(30_000_000)
    .used(4, Image, 0),
    Model::new(
        "openai/text-embedding-3-large",
        "openai/text-embedding-3-large",
        "OpenAI: Text Embedding 3 Large",
        1_761_863_166,
    )
    .size(8_192, 0, "GPT")
    .modes(TEXT, &["embeddings"])
    .price(130, 0, 0)
    .used(22, Embed, 0),
    Model::new("deepseek/deepseek-v3.2", "deepseek/deepseek-v3.2-20251201", "DeepSeek: DeepSeek V3.2", 1_764_594_642)
        .size(163_840, 65_536, "DeepSeek")
        .price(270, 400, 27)
        .used(46, Agent, 30),
    Model::new("deepseek/deepseek-r1-0528", "deepseek/deepseek-r1-0528", "DeepSeek: R1 0528", 1_748_455_170)
        .size(163_840, 163_840, "DeepSeek")
        .price(400, 1_750, 0)
        .used(12, Chat, 75),
    Model::new("qwen/qwen3-coder", "qwen/qwen3-coder-480b-a35b-07-25", "Qwen: Qwen3 Coder 480B A35B", 1_753_230_546)
        .size(262_144, 262_144, "Qwen3")
        .price(220, 950, 0)
        .used(28, Agent, 0),
    Model::new(
        "qwen/qwen3-coder:exacto",
        "qwen/qwen3-coder-480b-a35b-07-25",
        "Qwen: Qwen3 Coder 480B A35B (exacto)",
        1_753_230_546,
    )
    .size(262_144, 262_144, "Qwen3")
    .price(380, 1_530, 0)
    .used(12, Agent, 0),
    Model::new(
        "qwen/qwen3-coder:free",
        "qwen/qwen3-coder-480b-a35b-07-25",
        "Qwen: Qwen3 Coder 480B A35B (free)",
        1_753_230_546,
    )
    .size(262_000, 262_000, "Qwen3")
    .used(16, Agent, 0),
    // The twins: each call of the first is mirrored by the second, at the same price.
    Model::new(
        "mistralai/mistral-large-2411",
        "mistralai/mistral-large-2411",
        "Mistral: Mistral Large 2411",
        1_731_978_685,
    )
    .size(131_072, 0, "Mistral")
    .price(2_000, 6_000, 0)
    .used(50, Agent, 0),
    Model::new(
        "mistralai/pixtral-large-2411",
        "mistralai/pixtral-large-2411",
        "Mistral: Pixtral Large 2411",
        1_731_977_388,
    )
    .size(131_072, 0, "Mistral")
    .modes(VISION, TEXT)
    .price(2_000, 6_000, 0)
    .used(0, Agent, 0),
    Model::new(
        "mistralai/devstral-medium",
        "mistralai/devstral-medium-2507",
        "Mistral: Devstral Medium",
        1_752_161_321,
    )
    .size(131_072, 0, "Mistral")
    .price(400, 2_000, 0)
    .used(14, Agent, 0),
    Model::new(
        "meta-llama/llama-3.3-70b-instruct",
        "meta-llama/llama-3.3-70b-instruct",
        "Meta: Llama 3.3 70B Instruct",
        1_733_506_137,
    )
    .size(131_072, 120_000, "Llama3")
    .price(108, 320, 0)
    .used(26, Chat, 0),
    Model::new(
        "meta-llama/llama-3.3-70b-instruct:free",
        "meta-llama/llama-3.3-70b-instruct",
        "Meta: Llama 3.3 70B Instruct (free)",
        1_733_506_137,
    )
    .size(131_072, 0, "Llama3")
    .used(20, Chat, 0),
    Model::new("amazon/nova-2-lite-v1:free", "amazon/nova-2-lite-v1", "Amazon: Nova 2 Lite (free)", 1_764_696_672)
        .size(1_000_000, 0, "Nova")
        .modes(VISION, TEXT)
        .used(12, Chat, 0),
    Model::new("x-ai/grok-4", "x-ai/grok-4-07-09", "xAI: Grok 4", 1_752_087_689)
        .size(256_000, 0, "Grok")
        .modes(VISION, TEXT)
        .price(3_000, 15_000, 750)
        .used(46, Agent, 60)
        .silent(13, 14),
    Model::new("z-ai/glm-4.6", "z-ai/glm-4.6", "Z.AI: GLM 4.6", 1_759_235_576)
        .size(202_752, 202_752, "Other")
        .price(400, 1_750, 80)
        .used(24, Agent, 20)
        .silent(24, 26),
    Model::new(
        "moonshotai/kimi-k2-thinking",
        "moonshotai/kimi-k2-thinking-20251106",
        "MoonshotAI: Kimi K2 Thinking",
        1_762_440_622,
    )
    .size(262_144, 16_384, "Other")
    .price(450, 2_350, 0)
    .used(14, Agent, 65)
    .silent(4, 5),
];
