//! What each piece of a text is, by the names of the catalog and those that texts define.

use crate::check::Definitions;
use crate::model::catalog::Catalog;
use crate::span::Span;
use crate::syntax::classify::{Class, Names, classify};

/// The pieces of a text that are something, in their order.
pub fn classified(text: &str, catalog: &Catalog, definitions: &Definitions) -> Vec<(Span, Class)> {
    let names = Names {
        is_source: &|name| catalog.source(name).is_some() || definitions.lets.contains_key(name),
        is_verb: &|name| is_verb(catalog, name),
        is_function: &|name| catalog.function(name).is_some() || definitions.scope.fns.contains_key(name),
        is_range: &|word| is_of_a_range(catalog, word),
    };
    classify(text, &names)
}

fn is_verb(catalog: &Catalog, name: &str) -> bool {
    catalog.verb(name).is_some()
        || catalog.aggregates().any(|function| function.name == name || function.aliases.contains(&name))
}

fn is_of_a_range(catalog: &Catalog, word: &str) -> bool {
    range_words(catalog).any(|known| known == word)
}

/// The words of all ranges of time.
pub fn range_words(catalog: &Catalog) -> impl Iterator<Item = &'static str> {
    let forms = catalog.sources.iter().flat_map(|source| source.range.forms());
    forms.flat_map(|form| form.split(' '))
}
