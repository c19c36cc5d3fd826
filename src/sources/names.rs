//! Names in, ids out: what filters of the cube take for the names that people write, and back from its labels.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::analytics::{self, DIMENSIONS, KEY};
use super::cube::membership;
use super::fields::{model_and_variant, text};
use crate::diagnostics::{Code, Diagnostic};
use crate::model::cube::{CubeFilter, CubeQuery, Cubed, Dimension, MetricKind, Test, Values};
use crate::model::route::{Entity, Facts, Filter, Lookup};
use crate::span::Span;
use crate::suggest;

/// The column that tells keys apart.
pub const KEY_HASH: &str = "key_hash";

/// A question with the hash of each key: labels are names, so the keys whose names are their own are asked for at once,
/// each namesake alone, and what has no live key by itself.
pub fn key_by_key(query: &CubeQuery, facts: &Facts) -> Vec<(CubeQuery, Vec<(&'static str, Json)>)> {
    let Some(keys) = &facts.keys else { return vec![(query.clone(), Vec::new())] };
    let filtered = |test: Test, values: Vec<Json>| {
        let mut query = CubeQuery { cut: None, ..query.clone() };
        query.filters.push(CubeFilter { dimension: &KEY, test, values });
        query
    };
    let hash = |key: &Entity| Json::from(key.id.as_str());
    let asked = query.filters.iter().find(|filter| *filter.dimension == KEY && filter.test == Test::In);
    if let Some(filter) = asked {
        let each = filter.values.iter().map(|id| (filtered(Test::In, vec![id.clone()]), vec![(KEY_HASH, id.clone())]));
        return each.collect();
    }
    let (own, shared): (Vec<&Entity>, Vec<&Entity>) =
        keys.iter().partition(|key| keys.iter().filter(|other| other.name == key.name).count() == 1);
    let mut queries = Vec::new();
    if !own.is_empty() {
        queries.push((filtered(Test::In, own.iter().map(|key| hash(key)).collect()), Vec::new()));
    }
    queries.extend(shared.iter().map(|key| (filtered(Test::In, vec![hash(key)]), vec![(KEY_HASH, hash(key))])));
    let others = filtered(Test::NotInOrUnset, keys.iter().map(hash).collect());
    queries.push((others, vec![(KEY_HASH, Json::Null)]));
    queries
}

/// What a filter takes for some names.
#[derive(Debug)]
pub enum Resolved {
    To(Vec<Json>),
    /// There are no ids for them, for this reason: labels are compared instead.
    Not(String),
}

/// What must be known to read the labels of a dimension.
pub fn lookup(values: Values) -> Option<Lookup> {
    match values {
        Values::Plain | Values::Requests | Values::Apps => None,
        Values::Permaslugs => Some(Lookup::Models),
        Values::Keys => Some(Lookup::Keys),
        Values::Users => Some(Lookup::Members),
        Values::Workspaces => Some(Lookup::Workspaces),
    }
}

/// What must be known to filter by a column.
pub fn lookup_of(column: &str, values: Values) -> Option<Lookup> {
    if matches!(column, "model_permaslug" | KEY_HASH) { None } else { lookup(values) }
}

pub fn resolve(
    column: &str,
    dimension: &'static Dimension,
    written: &[String],
    test: Test,
    facts: &Facts,
    at: Span,
) -> Result<Resolved, Diagnostic> {
    let as_written = || Resolved::To(written.iter().map(|value| Json::from(value.as_str())).collect());
    match dimension.values {
        Values::Plain | Values::Requests => Ok(as_written()),
        Values::Permaslugs if column == "model_permaslug" => Ok(as_written()),
        Values::Permaslugs => Ok(permaslugs(column, written, facts)),
        Values::Keys if column == KEY_HASH => match written.iter().find(|hash| !is_hash(hash)) {
            Some(other) => Ok(Resolved::Not(format!("\"{other}\" is no hash of a key"))),
            None => Ok(as_written()),
        },
        Values::Keys => entities(column, KEY_HASH, written, test, facts.keys.as_deref(), at),
        Values::Users if column == "user_email" => {
            let by_address: Option<Vec<Entity>> = facts
                .members
                .as_ref()
                .map(|members| members.iter().map(|m| Entity { name: m.detail.clone(), ..m.clone() }).collect());
            entities(column, "user_email", written, test, by_address.as_deref(), at)
        }
        Values::Users => entities(column, "user_email", written, test, facts.members.as_deref(), at),
        Values::Workspaces => {
            let known: Option<Vec<Entity>> = facts.workspaces.as_ref().map(|known| {
                let entity =
                    |(id, name): &(String, String)| Entity { id: id.clone(), name: name.clone(), detail: id.clone() };
                known.iter().map(entity).collect()
            });
            entities(column, "workspace", written, test, known.as_deref(), at)
        }
        Values::Apps => Ok(Resolved::Not("no list gives the numbers of apps".to_string())),
    }
}

/// 64 hexadecimal digits (fact 20).
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Every lasting name of these models, and the names themselves: a retired model has no other.
fn permaslugs(column: &str, written: &[String], facts: &Facts) -> Resolved {
    // One lasting name may stand for several variants: only the model as a whole is told from others by it.
    if column != "model" {
        return Resolved::Not(format!("`{column}` is only a part of what the cube calls a model"));
    }
    let mut values: Vec<Json> = Vec::new();
    let mut add = |value: &str| {
        let value = Json::from(value);
        if !values.contains(&value) {
            values.push(value);
        }
    };
    for name in written {
        for model in facts.models.iter().flatten().filter(|model| model_and_variant(&model.id).0 == name) {
            add(&model.permaslug);
        }
        // The lasting name of a model that lives is not what it is called.
        if !facts.models.iter().flatten().any(|model| model.permaslug == *name && model.id != *name) {
            add(name);
        }
    }
    if values.is_empty() {
        return Resolved::Not("these are lasting names, and no models".to_string());
    }
    Resolved::To(values)
}

/// The ids of entities by their names. Two of one name are never guessed between.
fn entities(
    column: &str,
    apart: &str,
    written: &[String],
    test: Test,
    known: Option<&[Entity]>,
    at: Span,
) -> Result<Resolved, Diagnostic> {
    let Some(known) = known else {
        // Before they are looked up, a name stands for its id.
        return Ok(Resolved::To(written.iter().map(|name| format!("<id of {name}>").into()).collect()));
    };
    let mut ids = Vec::new();
    if test != Test::In {
        // What has no name is not known to be called otherwise.
        ids.extend(known.iter().filter(|entity| entity.name.is_empty()).map(|entity| Json::from(entity.id.as_str())));
    }
    for name in written {
        let mut named: Vec<&Entity> = known.iter().filter(|entity| entity.name == *name && !name.is_empty()).collect();
        named.sort_by(|a, b| (&a.detail, &a.id).cmp(&(&b.detail, &b.id)));
        match named.as_slice() {
            [] => return Ok(Resolved::Not(format!("no {column} is called \"{name}\" now, but one may have been"))),
            [_] => {}
            several if test == Test::In => {
                let shown: Vec<String> =
                    several.iter().map(|entity| format!("{} ({})", entity.id, entity.detail)).collect();
                let message = format!("{} {column}s are called \"{name}\": {}", several.len(), shown.join(", "));
                let error = Diagnostic::error(Code::E0109, message).at(at).label(format!("which {column}?"));
                let first = several.first().map_or("", |entity| entity.id.as_str());
                let help = format!("tell them apart by `{apart}`, as in `{apart} == \"{first}\"`");
                return Err(error.help(help));
            }
            _ => {}
        }
        ids.extend(named.iter().map(|entity| Json::from(entity.id.as_str())));
    }
    Ok(Resolved::To(ids))
}

/// A row of the cube with the fields that columns are read from.
pub fn named(mut row: Json, filters: &[CubeFilter], facts: &Facts) -> Result<Json, Diagnostic> {
    let Some(fields) = row.as_object_mut() else { return Ok(row) };
    if let Some(time) = fields.get("time").and_then(Json::as_str).and_then(|time| time.parse().ok()) {
        fields.insert("date".to_string(), Json::from(facts.zone.day_of(time).to_string()));
    }
    if let Some(permaslug) = fields.get("model").and_then(Json::as_str).map(str::to_string) {
        let known = facts.models.iter().flatten().find(|model| model.permaslug == permaslug);
        let slug = known.map_or(permaslug.as_str(), |model| model_and_variant(&model.id).0);
        call(fields, slug);
    }
    if let Some(label) = fields.get("api_key_id").and_then(Json::as_str).map(str::to_string) {
        let mut named = facts.keys.iter().flatten().filter(|key| key.name == label);
        // Of namesakes it is not known which one the row is of.
        let hash = named.next().filter(|_| named.next().is_none()).map(|key| key.id.as_str());
        fields.insert(KEY_HASH.to_string(), hash.into());
    }
    for metric in analytics::metrics().filter(|metric| metric.kind == MetricKind::Additive) {
        // Nothing of it is 0 of it.
        if let Some(value @ Json::Null) = fields.get_mut(metric.name) {
            *value = Json::from(0);
        }
    }
    for dimension in DIMENSIONS {
        let (Some(unset), Some(label)) = (dimension.unset, fields.get(dimension.name).and_then(Json::as_str)) else {
            continue;
        };
        if label != unset {
            continue;
        }
        // A filter that leaves requests without a value out, or things that have one, says which of the two it is.
        let filter = filters.iter().find(|filter| filter.dimension == *dimension).map(|filter| filter.test);
        match filter {
            Some(Test::In | Test::NotIn) => continue,
            Some(Test::NotInOrUnset) | None => {}
        }
        if filter.is_none() && facts.bear(dimension.values, unset) {
            let message =
                format!("something of the account is called \"{unset}\", as the cube calls requests that have none");
            return Err(Diagnostic::error(Code::E0109, message)
                .help("give it another name, or filter by what is meant: by `key_hash`, or another dimension"));
        }
        fields.insert(dimension.name.to_string(), Json::Null);
    }
    Ok(row)
}

/// Gives a row of the cube the id of its model.
fn call(fields: &mut Map<String, Json>, slug: &str) {
    let variant = fields.get("variant").and_then(Json::as_str);
    let id = variant.map_or(slug.to_string(), |variant| format!("{slug}:{variant}"));
    fields.insert("model_id".to_string(), Json::from(id));
}

/// What models that are not listed any more are called, by their lasting names, where rows of the same run have both.
pub fn retired<'a>(rows: impl Iterator<Item = &'a Json>, facts: &Facts) -> BTreeMap<String, String> {
    let Some(models) = &facts.models else { return BTreeMap::new() };
    let listed: BTreeSet<&str> = models.iter().map(|model| model.permaslug.as_str()).collect();
    let mut told: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        let (Some(id), Some(permaslug)) = (text(row, "model"), text(row, "model_permaslug")) else { continue };
        if !listed.contains(permaslug) {
            told.entry(permaslug).or_default().insert(model_and_variant(id).0);
        }
    }
    let one = |(permaslug, slugs): (&str, BTreeSet<&str>)| match slugs.into_iter().collect::<Vec<_>>().as_slice() {
        [slug] => Some((permaslug.to_string(), slug.to_string())),
        // Of several it is not known which one a row of the cube is of.
        _ => None,
    };
    told.into_iter().filter_map(one).collect()
}

/// Calls retired models of the cube's rows as the other rows of the run do, so that they are one.
pub fn renamed(rows: &mut [Json], retired: &BTreeMap<String, String>) {
    for fields in rows.iter_mut().filter_map(Json::as_object_mut) {
        let slug = fields.get("model").and_then(Json::as_str).and_then(|permaslug| retired.get(permaslug));
        if let Some(slug) = slug {
            call(fields, slug);
        }
    }
}

/// What a row of the cube calls its model has one name for people: `generation` says the same.
pub fn is_sure(row: &Json, facts: &Facts) -> bool {
    let Some(permaslug) = row.get("model").and_then(Json::as_str) else { return true };
    let known = facts.models.iter().flatten().filter(|model| model.permaslug == permaslug);
    let slugs: BTreeSet<&str> = known.map(|model| model_and_variant(&model.id).0).collect();
    slugs.len() == 1
}

/// A column is read from this dimension, by the name that several things may bear.
pub fn reads(column: &str, dimension: &'static Dimension) -> bool {
    column != KEY_HASH
        && matches!(analytics::cubed(column), Some(Cubed::Of(dimensions)) if dimensions.contains(&dimension))
}

/// Models of these rows that are not listed any more: their lasting names are all that is known of them.
pub fn unlisted(rows: &[Json], facts: &Facts) -> Vec<String> {
    let Some(models) = &facts.models else { return Vec::new() };
    let listed: BTreeSet<&str> = models.iter().map(|model| model.permaslug.as_str()).collect();
    let names: BTreeSet<&str> = rows.iter().filter_map(|row| row.get("model").and_then(Json::as_str)).collect();
    names.into_iter().filter(|name| !listed.contains(name)).map(str::to_string).collect()
}

/// The column that a filter holds against written texts, and these, where a row must have one of them.
pub fn names_of(filter: &Filter) -> Option<(String, Vec<String>)> {
    let (column, test, names) = filter.plain.as_ref().and_then(membership)?;
    (test == Test::In).then_some((column, names))
}

/// A name that a filter asks for, of which nothing that is listed is called so; and those that were likely meant.
pub fn unknown(filter: &Filter, lookups: &[Lookup], facts: &Facts) -> Vec<(String, String, Vec<String>)> {
    let membership = filter.plain.as_ref().and_then(membership);
    let Some((column, _, written)) = membership else { return Vec::new() };
    let Some(Cubed::Of([dimension])) = analytics::cubed(&column) else { return Vec::new() };
    let Some(lookup) = lookup(dimension.values).filter(|lookup| lookups.contains(lookup)) else { return Vec::new() };
    let of = |entities: &Option<Vec<Entity>>, name: fn(&Entity) -> &String| -> Option<Vec<String>> {
        Some(entities.as_ref()?.iter().map(name).cloned().collect())
    };
    let known = match (lookup, column.as_str()) {
        (Lookup::Keys, KEY_HASH) => of(&facts.keys, |key| &key.id),
        (Lookup::Keys, _) => of(&facts.keys, |key| &key.name),
        (Lookup::Members, "user_email") => of(&facts.members, |member| &member.detail),
        (Lookup::Members, _) => of(&facts.members, |member| &member.name),
        (Lookup::Workspaces, _) => {
            facts.workspaces.as_ref().map(|known| known.iter().map(|(_, name)| name.clone()).collect())
        }
        (Lookup::Models, "model_permaslug") => {
            facts.models.as_ref().map(|models| models.iter().map(|model| model.permaslug.clone()).collect())
        }
        (Lookup::Models, "model") => facts
            .models
            .as_ref()
            .map(|models| models.iter().map(|model| model_and_variant(&model.id).0.to_string()).collect()),
        (Lookup::Models, _) => None,
    };
    let Some(known) = known else { return Vec::new() };
    let missing = written.into_iter().filter(|name| !known.contains(name));
    missing
        .map(|name| {
            let near = suggest::nearest(&name, known.iter().map(String::as_str));
            (column.clone(), name, near)
        })
        .collect()
}
