//! `orq describe --json-schema`: what programs may rely on, as JSON Schema.

use clap::ValueEnum;
use serde_json::{Map, Value as Json};

use super::{plans, runs};
use crate::diagnostics::schema as errors;
use crate::formats::contract;
use crate::harmless;

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Contract {
    /// What `-f envelope` prints
    Envelope,
    /// What `--errors json` prints
    Errors,
    /// What `check --json` and `explain --json` print
    Plan,
    /// What `run -f json` prints of several scripts
    Run,
}

impl Contract {
    fn schema(self) -> Json {
        match self {
            Self::Envelope => contract::schema(),
            Self::Errors => errors::document(),
            Self::Plan => plans::schema(),
            Self::Run => runs::schema(),
        }
    }
}

/// The schema of one contract; of all, an object of them.
pub fn page(of: Option<Contract>) -> String {
    let schema = match of {
        Some(contract) => contract.schema(),
        None => Json::Object(Contract::value_variants().iter().filter_map(named).collect::<Map<_, _>>()),
    };
    format!("{}\n", harmless::json(&format!("{schema:#}")))
}

fn named(contract: &Contract) -> Option<(String, Json)> {
    Some((contract.to_possible_value()?.get_name().to_string(), contract.schema()))
}
