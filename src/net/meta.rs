//! The cube's own list of what it has (`/analytics/meta`), kept in the user's cache directory from one run to the next.
//! It holds no secret. A run without it is still a run: what fails here is passed over.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::{Base, Places};

/// It is asked for anew after so long.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A file that is longer is none of orq's, in bytes.
const LONGEST: u64 = 1 << 20;

/// Where the list is kept, and what was there when the run began.
#[derive(Clone, Debug, Default)]
pub struct KeptMeta {
    file: Option<PathBuf>,
    found: Option<(Timestamp, Json)>,
}

impl KeptMeta {
    /// Reads the file of one API. What this machine answers itself (the demo account) is not kept among the user's
    /// things: only where a directory was named for it.
    pub fn load(places: &Places, base: &Base) -> Self {
        let directory = places.cache_dir(base.is_loopback());
        let file = directory.map(|directory| directory.join(format!("analytics-meta-{}.json", host_of(base))));
        let found = file.as_deref().and_then(read);
        Self { file, found }
    }

    /// What a recording knew; it is neither asked for anew nor written.
    pub fn known(answer: Option<Json>, now: Timestamp) -> Self {
        Self { file: None, found: answer.map(|answer| (now, answer)) }
    }

    /// The last answer, however old: what is new in it is better known than not.
    pub fn answer(&self) -> Option<&Json> {
        self.found.as_ref().map(|(_, answer)| answer)
    }

    /// There is a place for it, and nothing of this day.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let fresh = |at: Timestamp| (SignedDuration::ZERO..KEPT).contains(&now.duration_since(at));
        self.file.is_some() && !self.found.as_ref().is_some_and(|(at, _)| fresh(*at))
    }

    /// Keeps a new answer, in a file with access for nobody else.
    pub fn keep(&mut self, answer: Json, now: Timestamp) {
        let Some(file) = &self.file else { return };
        if let Some(directory) = file.parent() {
            let _ = fs::create_dir_all(directory);
        }
        let new = file.with_extension(format!("{}.new", now.as_nanosecond()));
        let _ = write(file, &new, &json!({ "as_of": now.to_string(), "answer": answer }).to_string());
        self.found = Some((now, answer));
    }
}

/// What a file of one API is called.
pub(super) fn host_of(base: &Base) -> String {
    match base.is_loopback() {
        true => "this-machine".to_string(),
        false => base.host().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect(),
    }
}

/// The text of a file that may be one of orq's.
pub(super) fn text_of(file: &Path) -> Option<String> {
    let about = fs::metadata(file).ok().filter(|about| about.is_file() && about.len() <= LONGEST);
    about?;
    fs::read_to_string(file).ok()
}

fn read(file: &Path) -> Option<(Timestamp, Json)> {
    let kept: Json = serde_json::from_str(&text_of(file)?).ok()?;
    let at = kept.get("as_of")?.as_str()?.parse().ok()?;
    Some((at, kept.get("answer")?.clone()))
}

/// Another run may read meanwhile: the new file takes the old one's place as a whole.
pub(super) fn write(file: &Path, new: &Path, text: &str) -> std::io::Result<()> {
    private(new).and_then(|mut to| std::io::Write::write_all(&mut to, text.as_bytes()))?;
    fs::rename(new, file)
}

#[cfg(unix)]
fn private(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> std::io::Result<fs::File> {
    fs::File::create(path)
}
