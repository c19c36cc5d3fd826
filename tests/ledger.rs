//! The ledger: what `orq sync` keeps, and that answers from it are those of the API, or those that the API gave once.

mod accounts;
mod damage;
mod killed;
mod routes;
mod time;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use orq::demo::MANAGEMENT_KEY;
use orq::ledger::Ledger;
use serde_json::Value as Json;

use crate::support::{DemoServer, NOW, Orq, Run, orq};

/// The account as it is at the tests' clock.
static ACCOUNT: LazyLock<DemoServer> = LazyLock::new(|| DemoServer::start(NOW, ""));

/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9/api/v1";

/// A directory that ledgers are kept below.
struct Data(tempfile::TempDir);

impl Data {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The program, about to ask somebody with the key of the account.
    fn orq<'a>(&self, base_url: &str, arguments: impl IntoIterator<Item = &'a str>) -> Orq {
        let orq = orq().args(["--base-url", base_url]).args(arguments).env("OPENROUTER_MANAGEMENT_KEY", MANAGEMENT_KEY);
        orq.env("ORQ_DATA_DIR", self.0.path().to_str().unwrap())
    }

    fn sync<const N: usize>(&self, server: &DemoServer, arguments: [&str; N]) -> Run {
        self.orq(&server.base_url, ["sync"].into_iter().chain(arguments)).run()
    }

    /// The directory of the only account.
    fn account(&self) -> PathBuf {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.0.path().join("ledger/this-machine")).unwrap() {
            let path = entry.unwrap().path();
            found.extend(path.is_dir().then_some(path));
        }
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    fn list(&self) -> Json {
        serde_json::from_slice(&fs::read(self.account().join("ledger.json")).unwrap()).unwrap()
    }

    fn ledger(&self) -> Ledger {
        let (ledger, unusable) = Ledger::open(&self.account());
        assert_eq!(unusable, None);
        ledger
    }

    /// What is kept, whatever the files are called: of each kind and month the bytes, and what is known of its days.
    fn kept(&self) -> BTreeMap<String, (Vec<u8>, Json)> {
        let list = self.list();
        let mut kept = BTreeMap::new();
        for (kind, months) in list["kinds"].as_object().unwrap() {
            for (month, found) in months.as_object().unwrap() {
                let bytes = fs::read(self.account().join(found["file"].as_str().unwrap())).unwrap();
                kept.insert(format!("{kind} {month}"), (bytes, found["days"].clone()));
            }
        }
        kept
    }

    /// Every file below the directory, and what is in it.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        below(self.0.path(), &mut |path| {
            if path.is_file() {
                files.insert(path.to_path_buf(), fs::read(path).unwrap());
            }
        });
        files
    }
}

/// Looks at everything below a directory.
fn below(directory: &Path, look: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        look(&path);
        if path.is_dir() {
            below(&path, look);
        }
    }
}

/// What the tests of one page read and none of them changes: a sync of some months.
static KEPT: LazyLock<Data> = LazyLock::new(|| {
    let data = Data::new();
    let run = data.sync(&ACCOUNT, ["--since", "2025-12-10"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    data
});
