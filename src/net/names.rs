//! Names that answers have shown (models, providers, keys by their names), kept in the user's cache directory for the
//! prompt. It holds no secret, and nobody else may read it. A run without it is still a run: what fails is passed over.

use std::path::PathBuf;

use serde_json::Value as Json;

use super::{Base, Places, meta};

/// Where they are kept.
#[derive(Clone, Debug, Default)]
pub struct KeptNames {
    file: Option<PathBuf>,
}

impl KeptNames {
    /// Of one API; those of the demo account only where a directory was named for them.
    pub fn at(places: &Places, base: &Base) -> Self {
        let directory = places.cache_dir(base.is_loopback());
        Self { file: directory.map(|directory| directory.join(format!("names-{}.json", meta::host_of(base)))) }
    }

    pub fn load(&self) -> Option<Json> {
        serde_json::from_str(&meta::text_of(self.file.as_deref()?)?).ok()
    }

    pub fn keep(&self, names: &Json) {
        let Some(file) = &self.file else { return };
        if let Some(directory) = file.parent() {
            let _ = std::fs::create_dir_all(directory);
        }
        // Two prompts at once each write their own.
        let new = file.with_extension(format!("{}.new", std::process::id()));
        let _ = meta::write(file, &new, &names.to_string());
    }
}
