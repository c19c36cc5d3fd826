//! What a generation tells on request: times, the fallback chain, sessions, regions. Computed from its salt.

use super::prng::mix;
use super::row::{Finish, Row};
use super::text::{civil, letters, uuid_of};
use crate::demo::data::{Endpoint, Profile, endpoints_of};

/// One attempt at a provider; the last of a chain is the one that answered.
#[derive(Debug)]
pub struct Attempt {
    pub endpoint: &'static Endpoint,
    pub status: u64,
    /// Milliseconds.
    pub latency: u64,
}

/// The hours (UTC) and the day of the month on which Azure is slow.
const SLOW_DAY: i8 = 17;
const SLOW_HOURS: std::ops::Range<i64> = 13..17;

impl Row {
    fn bits(&self, what: u64) -> u64 {
        mix(self.salt, 100 + what)
    }

    /// Inside the slow hours that Azure has once a month.
    pub fn in_slow_hours(&self) -> bool {
        SLOW_HOURS.contains(&(self.ms / 3_600_000)) && civil(self.day).day() == SLOW_DAY
    }

    /// Time to the first token, ms.
    pub fn latency(&self) -> u64 {
        if self.special == 9 {
            return 47_312;
        }
        let bits = self.bits(1);
        let usual = self.endpoint.latency;
        let mut ms = usual * (600 + bits % 800) / 1000 + self.prompt / 90;
        if bits >> 10 & 63 == 0 {
            ms = ms * (60 + (bits >> 16) % 180) / 10; // the long tail
        }
        if self.endpoint.provider == "Azure" && self.in_slow_hours() {
            ms *= 9;
        }
        ms + self.failed * 900
    }

    /// From the first token to the last, ms; nothing where nothing was written.
    pub fn generation_time(&self) -> Option<u64> {
        let speed = self.endpoint.speed * (700 + self.bits(2) % 600) / 1000;
        (self.completion > 0).then(|| (self.completion * 1000).checked_div(speed).unwrap_or(1) + 1)
    }

    /// Moderation before the request, ms; most providers have none.
    pub fn moderation_latency(&self) -> Option<u64> {
        let bits = self.bits(3);
        let moderated = matches!(self.endpoint.provider, "OpenAI" | "Azure") && bits.is_multiple_of(3);
        (moderated && self.special != 9).then_some(60 + bits / 3 % 240)
    }

    pub fn streamed(&self) -> bool {
        matches!(self.special, 3 | 8)
            || self.endpoint.model.profile != Profile::Embed && !self.bits(4).is_multiple_of(5)
    }

    /// Every attempt, the one that answered last; Azure's slow hours add one that gave up on Azure.
    pub fn attempts(&self) -> Vec<Attempt> {
        let bits = self.bits(5);
        let others: Vec<_> =
            endpoints_of(self.endpoint.model.id).filter(|endpoint| endpoint.index != self.endpoint.index).collect();
        let azure = others.iter().find(|endpoint| endpoint.provider == "Azure");
        let mut chain = Vec::new();
        if let Some(azure) = azure.filter(|_| self.in_slow_hours() && self.special == 0) {
            let latency = 8_000 + bits % 4_000;
            chain.push(Attempt { endpoint: azure, status: 503, latency });
        }
        for nth in 0..self.failed {
            let other = others.get(nth as usize).copied().unwrap_or(self.endpoint);
            let status = match (bits >> (8 * nth)) & 3 {
                0 => 429,
                1 => 500,
                2 => 502,
                _ => 503,
            };
            let latency = 90 + (bits >> (16 + 8 * nth)) % 700;
            chain.push(Attempt { endpoint: other, status, latency });
        }
        let status = match (self.finish, self.completion) {
            (Finish::Error, 0) => 502,
            _ => 200,
        };
        chain.push(Attempt { endpoint: self.endpoint, status, latency: self.latency() });
        chain
    }

    /// Groups the requests of a conversation; null for most.
    pub fn session(&self) -> Option<String> {
        let bits = self.bits(6);
        let key = self.key.map_or(0, |key| key.index as u64 + 1);
        let name = mix(mix(self.day as u64, key), bits >> 8 & 3);
        bits.is_multiple_of(3).then(|| format!("session-{}", letters(name, 12)))
    }

    /// The caller's own customer; null for most.
    pub fn external_user(&self) -> Option<String> {
        let bits = self.bits(7);
        (self.app.is_some() && bits.is_multiple_of(2)).then(|| format!("customer-{}", 1000 + bits / 2 % 60))
    }

    /// `global`, `europe` or `us`.
    pub fn region(&self) -> &'static str {
        match self.bits(8) % 20 {
            0..=2 => "europe",
            3 => "us",
            _ => "global",
        }
    }

    /// The country of the caller, ISO 3166; null where it is not known.
    pub fn country(&self) -> Option<&'static str> {
        ["DE", "US", "SE", "JP", "GB", "IN"].get((self.bits(9) % 7) as usize).copied()
    }

    /// The referer, or the chatroom; empty for programs that send none.
    pub fn origin(&self) -> &'static str {
        match (self.key, self.app) {
            (_, Some(app)) => app.referer,
            (None, None) => "https://openrouter.ai/chat",
            (Some(_), None) => "",
        }
    }

    /// The id that groups the attempts of one request.
    pub fn request_id(&self) -> String {
        format!("req-{}-{}", self.time().div_euclid(1000), letters(self.bits(10), 20))
    }

    /// What the provider calls an attempt, 0 being the first.
    pub fn upstream_id(&self, attempt: u64) -> String {
        let salt = mix(self.bits(11), attempt);
        match self.endpoint.provider {
            "Anthropic" => format!("msg_{}", letters(salt, 24)),
            _ => format!("chatcmpl-{}", uuid_of(salt)),
        }
    }

    /// `tool_use`, `end_turn`, … where the provider has words of its own.
    pub fn native_finish(&self) -> Option<&'static str> {
        let anthropic = self.endpoint.model.author() == "anthropic";
        match self.finish {
            Finish::Stop if anthropic => Some("end_turn"),
            Finish::ToolCalls if anthropic => Some("tool_use"),
            Finish::Length if anthropic => Some("max_tokens"),
            Finish::Stop => Some("completed"),
            finish => finish.name(),
        }
    }
}
