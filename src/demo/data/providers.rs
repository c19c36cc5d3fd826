//! The providers of the demo account's endpoints, and two more.

/// One provider, as in `/providers`.
#[derive(Debug)]
pub struct Provider {
    pub name: &'static str,
    pub slug: &'static str,
    /// Two letters of ISO 3166.
    pub headquarters: Option<&'static str>,
    pub datacenters: Option<&'static [&'static str]>,
    pub status_page: bool,
    /// Keeps nothing of a request where that is asked for.
    pub zdr: bool,
    /// How coarse its weights are, where it says so.
    pub quantization: Option<&'static str>,
}

/// A provider that says where it is.
const fn at(
    name: &'static str,
    slug: &'static str,
    headquarters: &'static str,
    datacenters: &'static [&'static str],
) -> Provider {
    let (headquarters, datacenters) = (Some(headquarters), Some(datacenters));
    Provider { name, slug, headquarters, datacenters, status_page: false, zdr: false, quantization: None }
}

const fn zdr(provider: Provider) -> Provider {
    Provider { zdr: true, status_page: true, ..provider }
}

const fn coarse(provider: Provider, quantization: &'static str) -> Provider {
    Provider { quantization: Some(quantization), ..provider }
}

#[rustfmt::skip]
pub static PROVIDERS: &[Provider] = &[
    at("Alibaba", "alibaba", "CN", &["SG"]),
    zdr(at("Amazon Bedrock", "amazon-bedrock", "US", &["US", "IE", "DE"])),
    at("Amazon Nova", "amazon-nova", "US", &["US"]),
    Provider { status_page: true, ..at("Anthropic", "anthropic", "US", &["US"]) },
    zdr(at("Azure", "azure", "US", &["US", "NL", "SE"])),
    at("Black Forest Labs", "black-forest-labs", "DE", &["DE"]),
    zdr(coarse(at("Cerebras", "cerebras", "US", &["US", "CA"]), "fp16")),
    Provider { headquarters: None, datacenters: None, ..coarse(at("Chutes", "chutes", "US", &[]), "fp8") },
    zdr(coarse(at("DeepInfra", "deepinfra", "US", &["US"]), "fp8")),
    coarse(at("DeepSeek", "deepseek", "CN", &["CN"]), "fp8"),
    zdr(coarse(at("Fireworks", "fireworks", "US", &["US", "IS"]), "fp8")),
    zdr(at("Google", "google-vertex", "US", &["US", "BE", "DE", "SG"])),
    Provider { status_page: true, ..at("Google AI Studio", "google-ai-studio", "US", &["US"]) },
    zdr(at("Groq", "groq", "US", &["US", "SA"])),
    at("Mistral", "mistral", "FR", &["FR", "SE"]),
    coarse(at("Moonshot AI", "moonshotai", "CN", &["CN"]), "int4"),
    zdr(coarse(at("Nebius", "nebius", "NL", &["FI", "FR"]), "fp8")),
    Provider { datacenters: None, ..coarse(at("Novita", "novita", "US", &[]), "fp8") },
    Provider { status_page: true, ..at("OpenAI", "openai", "US", &["US", "IE"]) },
    zdr(coarse(at("Together", "together", "US", &["US"]), "fp8")),
    Provider { status_page: true, ..at("xAI", "xai", "US", &["US"]) },
    at("Z.AI", "z-ai", "CN", &["SG"]),
];

/// The provider of a name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}
