//! The making of a day: how many generations, when, by whom, with which model, at what cost.

use std::sync::LazyLock;

use super::prng::{Wheel, mix};
use super::row::{Finish, Row, SPECIALS};
use super::text::civil;
use crate::demo::data::{APPS, ENDPOINTS, Endpoint, KEYS, Key, MEMBERS, Model, Profile, WORKSPACES, endpoint};

/// Generations of a weekday, Monday first, before chance adds or takes up to eight.
const WEEK: [u64; 7] = [172, 178, 180, 174, 158, 79, 73];

/// How the requests of a day are spread over its hours, UTC.
const HOURS: [u64; 24] = [3, 2, 2, 2, 3, 4, 6, 9, 12, 13, 12, 11, 11, 13, 14, 14, 13, 11, 9, 7, 5, 4, 3, 3];

/// The days of the month on which the key `batch` goes astray.
const ASTRAY: std::ops::RangeInclusive<i8> = 9..=11;

/// The tables a day is made from, prepared once.
#[derive(Debug)]
struct Recipe {
    endpoints: Wheel<&'static Endpoint>,
    keys: Wheel<Option<&'static Key>>,
    /// Millisecond at which each 256th of a day's requests has been sent.
    clock: Vec<i64>,
    /// Takes the place of a model on its silent days.
    stand_in: Option<&'static Endpoint>,
    /// The second of the twins.
    twin: Option<&'static Endpoint>,
    /// What the key `batch` calls when it goes astray.
    astray: Option<(&'static Key, &'static Endpoint)>,
    specials: Vec<Option<&'static Endpoint>>,
}

const TWIN: &str = "mistralai/mistral-large-2411";

/// Model and provider of each special generation.
const SPECIAL: [(&str, &str); SPECIALS as usize] = [
    ("openai/gpt-5.2", "OpenAI"),                         // plain
    ("anthropic/claude-sonnet-4.5", "Anthropic"),         // third attempt
    ("google/gemini-3-pro-preview", "Google AI Studio"),  // cancelled
    ("openai/gpt-4.1", "Azure"),                          // BYOK
    ("anthropic/claude-opus-4.5", "Anthropic"),           // cached
    ("meta-llama/llama-3.3-70b-instruct:free", "Chutes"), // free
    ("anthropic/claude-haiku-4.5", "Anthropic"),          // tool calls
    ("deepseek/deepseek-v3.2", "DeepSeek"),               // error in the stream
    ("openai/gpt-5.2-pro", "OpenAI"),                     // no key, slow
];

static RECIPE: LazyLock<Recipe> = LazyLock::new(|| {
    let per_model = |model: &Model| -> u64 {
        ENDPOINTS.iter().filter(|e| e.model.id == model.id).map(|e| e.weight).sum::<u64>().max(1)
    };
    let batch = KEYS.iter().find(|key| key.name == "batch");
    Recipe {
        endpoints: Wheel::new(ENDPOINTS.iter().map(|e| (e, e.model.share * e.weight * 1000 / per_model(e.model)))),
        keys: Wheel::new(KEYS.iter().map(|key| (Some(key), key.share)).chain(std::iter::once((None, 48)))),
        clock: clock(),
        stand_in: endpoint("openai/gpt-5-mini", "OpenAI"),
        twin: endpoint("mistralai/pixtral-large-2411", "Mistral"),
        astray: batch.zip(endpoint("anthropic/claude-sonnet-4.5", "Anthropic")),
        specials: SPECIAL.iter().map(|(model, provider)| endpoint(model, provider)).collect(),
    }
});

/// All generations of a day, in the order of time. They depend on the seed and the day, never on the clock.
pub fn rows_of(seed: u64, day: i64) -> Vec<Row> {
    let recipe = &*RECIPE;
    let salt = mix(seed, day as u64);
    let weekday = (day + 3).rem_euclid(7) as usize;
    let usual = WEEK.get(weekday).copied().unwrap_or(150);
    let count = usual - 8 + salt % 17;
    let month_day = civil(day).day();
    let mut rows = Vec::with_capacity(count as usize + 16);
    for nth in 0..count {
        let salt = mix(salt, nth);
        let special = (1..=SPECIALS).find(|k| count * k / 10 == nth).unwrap_or(0);
        let Some(ms) = recipe.at(nth, count, salt) else { continue };
        let place = Place { day, month_day, ms, special };
        let Some(row) = recipe.row(salt, &place) else { continue };
        let twin = recipe.twin.filter(|_| row.endpoint.model.id == TWIN);
        let twin = twin.map(|endpoint| Row { endpoint, salt: mix(row.salt, 7), ..row.clone() });
        rows.push(row);
        rows.extend(twin);
    }
    rows
}

/// When and where in its day a generation stands.
struct Place {
    day: i64,
    month_day: i8,
    ms: i64,
    special: u64,
}

impl Recipe {
    /// When the nth of `count` requests is sent.
    fn at(&self, nth: u64, count: u64, salt: u64) -> Option<i64> {
        let step = 65_536 / count.max(1);
        let place = nth * 65_536 / count.max(1) + (salt >> 48) % step.max(1);
        let (slot, within) = ((place >> 8) as usize, (place & 255) as i64);
        let (from, to) = (*self.clock.get(slot)?, *self.clock.get(slot + 1)?);
        let tick = (to - from) / 256;
        Some(from + (to - from) * within / 256 + (salt >> 20 & 0xffff) as i64 % tick.max(1))
    }

    /// The generation of a place; nothing only if the fixed tables lack a name.
    fn row(&self, salt: u64, place: &Place) -> Option<Row> {
        let (a, b) = (mix(salt, 1), mix(salt, 2));
        let mut key = self.keys.spin(a)?;
        let mut endpoint = self.endpoints.spin(a >> 11)?;
        let mut astray = false;
        if place.special > 0 {
            endpoint = (*self.specials.get(place.special as usize - 1)?)?;
            key = special_key(place.special, key);
        } else if ASTRAY.contains(&place.month_day) && a >> 22 & 7 == 0 {
            let (batch, sonnet) = self.astray?;
            (key, endpoint, astray) = (Some(batch), sonnet, true);
        } else if endpoint.model.silent.0 <= place.month_day && place.month_day <= endpoint.model.silent.1 {
            endpoint = self.stand_in?;
        }
        let default = WORKSPACES.first()?;
        let mut row = Row {
            day: place.day,
            ms: place.ms,
            special: place.special,
            salt,
            endpoint,
            key,
            workspace: key.map_or(default, |key| key.workspace),
            user: match key {
                Some(key) => key.creator,
                None => MEMBERS.get((a >> 25) as usize % MEMBERS.len()),
            },
            app: key.and_then(|key| key.app),
            finish: match endpoint.model.profile {
                Profile::Embed | Profile::Image => Finish::Stop,
                Profile::Agent | Profile::Chat | Profile::Extract => finish(a >> 32),
            },
            failed: failed(a >> 42),
            prompt: 0,
            completion: 0,
            reasoning: 0,
            cached: 0,
            byok: key.is_some_and(|key| key.byok) && matches!(endpoint.provider, "Azure" | "Amazon Bedrock"),
            upstream: 0,
            cache: 0,
            data: 0,
            web: 0,
            fee: 0,
        };
        if place.special == 0 && endpoint.outage == place.month_day {
            row.finish = Finish::Error;
            return Some(row);
        }
        row.fill_tokens(b, astray);
        if place.special > 0 {
            row.make_special();
        } else if row.endpoint.model.profile == Profile::Chat && a >> 52 & 31 == 0 {
            row.web = 20_000_000; // five results
        }
        row.fill_costs(b);
        Some(row)
    }
}

/// The key a special generation has: a BYOK one for the fourth, none for the ninth.
fn special_key(special: u64, usual: Option<&'static Key>) -> Option<&'static Key> {
    match special {
        4 => KEYS.iter().find(|key| key.byok),
        9 => None,
        1..=8 => KEYS.iter().find(|key| key.name == "backend"),
        _ => usual,
    }
}

fn finish(bits: u64) -> Finish {
    match bits & 1023 {
        0..=699 => Finish::Stop,
        700..=919 => Finish::ToolCalls,
        920..=974 => Finish::Length,
        975..=996 => Finish::Cancelled,
        997..=1016 => Finish::Error,
        _ => Finish::ContentFilter,
    }
}

fn failed(bits: u64) -> u64 {
    match bits & 255 {
        0..=1 => 2,
        2..=8 => 1,
        _ => 0,
    }
}

/// A number between two bounds, the smaller ones more often.
fn skewed(low: u64, high: u64, bits: u64) -> u64 {
    let r = bits & 0xffff;
    low + (((high - low) * ((r * r) >> 16)) >> 16)
}

impl Row {
    fn fill_tokens(&mut self, bits: u64, astray: bool) {
        let (prompt, completion) = match self.endpoint.model.profile {
            Profile::Agent => ((58_000, 310_000), (1_500, 38_000)),
            Profile::Chat => ((900, 34_000), (240, 4_400)),
            Profile::Extract => ((12_000, 260_000), (90, 7_000)),
            Profile::Embed => ((400, 8_100), (0, 0)),
            Profile::Image => ((40, 600), (1_290, 1_290)),
        };
        self.prompt = skewed(prompt.0, prompt.1, bits);
        self.prompt = self.prompt.min(self.endpoint.model.context * 3 / 4);
        self.completion = skewed(completion.0, completion.1, bits >> 16);
        if astray {
            (self.prompt, self.completion) = (self.prompt / 2 + 320_000, self.completion + 24_000);
        }
        match self.finish {
            Finish::Error => self.completion /= 9,
            Finish::Cancelled => self.completion /= 3,
            Finish::Stop | Finish::Length | Finish::ToolCalls | Finish::ContentFilter => {}
        }
        let reasoning = self.endpoint.model.reasoning * (50 + (bits >> 32 & 63)) / 81;
        self.reasoning = self.completion * reasoning.min(96) / 100;
        let may_cache = self.endpoint.model.cache_read > 0 && !astray;
        if may_cache && bits >> 38 & 3 != 0 {
            self.cached = self.prompt * (bits >> 40 & 63) / 72;
        }
    }

    /// The properties by which the nine special generations are known.
    fn make_special(&mut self) {
        (self.finish, self.failed) = (Finish::Stop, 0);
        self.completion = self.completion.max(400);
        self.reasoning = self.reasoning.min(self.completion);
        match self.special {
            2 => self.failed = 2,
            3 => (self.finish, self.completion) = (Finish::Cancelled, 213),
            5 => self.cached = self.prompt * 9 / 10,
            7 => self.finish = Finish::ToolCalls,
            8 => self.finish = Finish::Error,
            9 => self.app = None,
            _ => {}
        }
        self.reasoning = self.reasoning.min(self.completion);
        if self.special == 4 {
            self.app = APPS.first();
        }
    }

    fn fill_costs(&mut self, bits: u64) {
        let (model, price) = (self.endpoint.model, self.endpoint.price);
        let nano = |tokens: u64, pico: u64| (tokens * pico / 1000 * price / 1000) as i64;
        self.upstream =
            nano(self.prompt, model.prompt) + nano(self.completion, model.completion) + model.request as i64;
        if self.cached > 0 {
            self.cache = -nano(self.cached, model.prompt - model.cache_read);
        } else if model.author() == "anthropic" && self.prompt > 20_000 && bits >> 46 & 3 == 0 {
            self.cache = nano(self.prompt / 3, model.prompt / 4);
        }
        if self.workspace.data_discount && !self.byok {
            self.data = -(self.upstream + self.cache) / 100;
        }
        if self.byok {
            self.fee = self.byok_inference() / 20;
        }
    }
}

/// Millisecond at which each 256th of a day's requests has been sent; 257 entries.
fn clock() -> Vec<i64> {
    const HOUR_MS: u64 = 3_600_000;
    let total: u64 = HOURS.iter().sum();
    let mut at = Vec::with_capacity(257);
    for slot in 0..=256 {
        let want = slot * total; // in 256ths of a request
        let mut sent = 0;
        let mut ms = 24 * HOUR_MS;
        for (hour, weight) in (0..).zip(HOURS) {
            if want < sent + weight * 256 {
                ms = hour * HOUR_MS + (want - sent) * HOUR_MS / (weight * 256);
                break;
            }
            sent += weight * 256;
        }
        at.push(ms as i64);
    }
    at
}
