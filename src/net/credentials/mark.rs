//! What stands for a key, an account or the bytes of a file where one has to be told from another, and nobody may read it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A part of a digest; the same for the same text, and no way back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark(String);

impl Mark {
    pub fn of(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    pub fn of_bytes(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        Self(digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect())
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}
