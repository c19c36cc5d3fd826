//! What is not kept in a recording: keys and their short forms, addresses, who people are, what was asked and answered,
//! and secrets of destinations. By the names of fields, and by what a text looks like wherever it stands.
//!
//! A replacement is of the same type, and the same for the same value throughout a recording, so that what was equal stays
//! equal: a user in two lists is still one. What stands for what is known while it is recorded, and kept nowhere.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Number, Value};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Names of people: each word on its own, so that a whole name fits its parts in another list.
    Name,
    /// A value that stands for a person.
    Id,
    /// What was asked or answered: each text in it.
    Content,
    /// What opens something: texts and numbers in it.
    Secret,
}

/// The fields that are known to hold such, wherever they are.
const FIELDS: &[(&str, Held)] = &[
    ("first_name", Held::Name),
    ("last_name", Held::Name),
    ("full_name", Held::Name),
    ("user_name", Held::Name),
    ("username", Held::Name),
    ("user", Held::Name),
    ("created_by", Held::Name),
    ("email", Held::Id),
    ("user_email", Held::Id),
    ("user_id", Held::Id),
    ("user_ids", Held::Id),
    ("allowed_user_ids", Held::Id),
    ("creator_user_id", Held::Id),
    ("external_user", Held::Id),
    ("system_prompt", Held::Content),
    ("messages", Held::Content),
    ("config", Held::Secret),
    ("password", Held::Secret),
    ("secret", Held::Secret),
    ("access_token", Held::Secret),
    ("authorization", Held::Secret),
];

/// Fields that hold them at and below one path alone.
const AT_PATHS: &[(&str, &str, Held)] = &[
    ("/generation/content", "data", Held::Content),
    ("/organization/members", "id", Held::Id),
    ("/organization/members", "name", Held::Name),
    ("/key", "label", Held::Id),
    ("/keys", "label", Held::Id),
    ("/byok", "label", Held::Id),
];

/// What is no content within it: of which sort a part is, and who failed.
const NO_CONTENT: &[&str] = &["role", "type", "provider_name"];

/// Stands in a request for what its text says of people.
const MARK: &str = "[scrubbed]";

/// The domain of addresses that stand for others; nobody can have it.
const NOWHERE: &str = "@example.invalid";

/// Addresses, keys with their short forms, and ids of users and organisations.
static LOOKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let address = r"(?P<address>[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)";
    let key = r"(?P<key>(?i:sk-or-)[A-Za-z0-9_-]*(?:(?:\.{2,}|…|\*+)[A-Za-z0-9]*)?)";
    let user = r"(?P<user>\b(?:user|org)_[A-Za-z0-9]{8,})";
    Regex::new(&format!("{address}|{key}|{user}")).ok()
});

/// What stands for something else: how a recording calls it.
static REPLACED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:(?:user|id|name|key|text|secret)-\d+|person-\d+@example\.invalid)$").ok());

/// The replacements of one recording.
#[derive(Debug, Default)]
pub struct Scrub {
    replaced: HashMap<String, String>,
    originals: HashMap<String, String>,
    /// How many replacements there are of each sort.
    of_sort: HashMap<&'static str, usize>,
    /// How many values were replaced, by field.
    pub counts: BTreeMap<String, usize>,
}

impl Scrub {
    /// An answer without them.
    pub fn answer(&mut self, path: &str, answer: &mut Value) {
        self.value(path, "", None, answer);
    }

    /// A text without what looks like them.
    pub fn text(&mut self, field: &str, text: &str) -> String {
        let Some(looks) = LOOKS.as_ref() else { return MARK.to_string() };
        let mut found = 0;
        let without = looks.replace_all(text, |captures: &Captures<'_>| {
            let whole = captures.get(0).map_or("", |found| found.as_str());
            if is_replacement(whole) {
                return whole.to_string();
            }
            found += 1;
            let sort = ["address", "key", "user"].into_iter().find(|name| captures.name(name).is_some());
            self.instead(sort.unwrap_or("id"), whole)
        });
        let without = without.into_owned();
        self.count(field, found);
        without
    }

    /// What a value of a request stands for: the API knows the original.
    pub fn original(&self, text: &str) -> String {
        if let Some(original) = self.originals.get(text) {
            return original.clone();
        }
        let words: Option<Vec<&str>> =
            text.split(' ').map(|word| self.originals.get(word).map(String::as_str)).collect();
        words.map_or_else(|| text.to_string(), |words| words.join(" "))
    }

    /// A body with the originals.
    pub fn originals(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.original(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.originals(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.originals(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn value(&mut self, path: &str, field: &str, held: Option<Held>, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.string(field, held, text),
            Value::Number(number) => {
                if let Some(Held::Id | Held::Secret) = held {
                    *number = self.number(field, number);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(path, field, held, item)),
            Value::Object(fields) => {
                let taken = std::mem::take(fields);
                let scrubbed = taken.into_iter().map(|(name, mut inner)| {
                    let of_name = held_by(path, &name).or(held);
                    let held = of_name.filter(|held| *held != Held::Content || !NO_CONTENT.contains(&name.as_str()));
                    self.value(path, &name, held, &mut inner);
                    (self.text("names of fields", &name), inner)
                });
                *fields = scrubbed.collect::<Map<String, Value>>();
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn string(&mut self, field: &str, held: Option<Held>, text: &str) -> String {
        if text.is_empty() || is_replacement(text) {
            return text.to_string();
        }
        let sort = match held {
            None => return self.text(field, text),
            Some(Held::Content) => "text",
            Some(Held::Secret) => "secret",
            Some(Held::Name) => {
                let looks = self.text(field, text);
                let mut one = |word: &str| {
                    if word.is_empty() || is_replacement(word) { word.to_string() } else { self.instead("name", word) }
                };
                let words: Vec<String> = looks.split(' ').map(&mut one).collect();
                let words = words.join(" ");
                if words != looks {
                    self.count(field, 1);
                }
                return words;
            }
            Some(Held::Id) => {
                let looks = self.text(field, text);
                if is_replacement(&looks) {
                    return looks;
                }
                "id"
            }
        };
        self.count(field, 1);
        self.instead(sort, text)
    }

    fn number(&mut self, field: &str, number: &Number) -> Number {
        self.count(field, 1);
        let instead = self.instead("id", &number.to_string());
        instead.trim_start_matches("id-").parse::<u64>().map_or_else(|_| Number::from(0), Number::from)
    }

    /// What stands for a value from now on.
    fn instead(&mut self, sort: &'static str, original: &str) -> String {
        if let Some(known) = self.replaced.get(original) {
            return known.clone();
        }
        let count = self.of_sort.entry(sort).or_default();
        *count += 1;
        let new = match sort {
            "address" => format!("person-{count}{NOWHERE}"),
            sort => format!("{sort}-{count}"),
        };
        self.replaced.insert(original.to_string(), new.clone());
        self.originals.insert(new.clone(), original.to_string());
        new
    }

    fn count(&mut self, field: &str, values: usize) {
        if values > 0 {
            *self.counts.entry(field.to_string()).or_default() += values;
        }
    }
}

/// A value of a request without what it says of people, if its argument is one for them; what stands for them stays.
pub fn marked(text: &str, argument: Option<&str>) -> String {
    if is_replacement(text) {
        return text.to_string();
    }
    if argument.is_some_and(|name| held_by("", name).is_some()) {
        return MARK.to_string();
    }
    let Some(looks) = LOOKS.as_ref() else { return MARK.to_string() };
    let mark = |captures: &Captures<'_>| {
        let whole = captures.get(0).map_or("", |found| found.as_str());
        if is_replacement(whole) { whole.to_string() } else { MARK.to_string() }
    };
    looks.replace_all(text, mark).into_owned()
}

/// A body without what it says of people: `{"field": "user_id", "value": …}` has the value of a field.
pub fn without_people(body: &mut Value) {
    marks(body, None);
}

fn marks(value: &mut Value, argument: Option<&str>) {
    match value {
        Value::String(text) => *text = marked(text, argument),
        Value::Array(items) => items.iter_mut().for_each(|item| marks(item, argument)),
        Value::Object(fields) => {
            let named = fields.get("field").and_then(Value::as_str).map(str::to_string);
            for (name, inner) in fields.iter_mut() {
                let argument = if name == "value" { named.as_deref() } else { Some(name.as_str()) };
                marks(inner, argument.filter(|name| *name != "field"));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn held_by(path: &str, field: &str) -> Option<Held> {
    let below = |at: &str| path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let at_path = AT_PATHS.iter().find(|(at, name, _)| below(at) && *name == field);
    at_path.map(|(_, _, held)| *held).or_else(|| FIELDS.iter().find(|(name, _)| *name == field).map(|(_, held)| *held))
}

fn is_replacement(text: &str) -> bool {
    REPLACED.as_ref().is_some_and(|replaced| replaced.is_match(text))
}
