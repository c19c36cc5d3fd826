//! The places where keys are looked for, as a value: tests bring their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::host::Base;
use super::super::meta::host_of;

/// What a variable of the environment is set to; none where it is not set.
pub type Env = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The variable that says where the configuration is.
const CONFIG_DIR: &str = "ORQ_CONFIG_DIR";

/// The variable that says where things are kept that can be had again.
const CACHE_DIR: &str = "ORQ_CACHE_DIR";

/// The variable that says where the ledger is kept.
const DATA_DIR: &str = "ORQ_DATA_DIR";

/// The file in the directory of the configuration.
const CONFIG_FILE: &str = "config.toml";

/// The profile that is used unless told otherwise.
const DEFAULT_PROFILE: &str = "default";

/// Where to look.
#[derive(Clone)]
pub struct Places {
    pub env: Env,
    /// The working directory, whose `.env` may set keys and nothing else.
    pub cwd: Option<PathBuf>,
    pub home: Option<PathBuf>,
    /// The directory of `config.toml`.
    pub config_dir: Option<PathBuf>,
    /// The directory for what can be had again, where a variable names one.
    pub named_cache_dir: Option<PathBuf>,
    /// The usual one.
    pub usual_cache_dir: Option<PathBuf>,
    /// The directory for what cannot be had again, where a variable names one.
    pub named_data_dir: Option<PathBuf>,
    /// The usual one.
    pub usual_data_dir: Option<PathBuf>,
    /// Of `--key-file`.
    pub key_file: Option<PathBuf>,
    /// Of `--profile`.
    pub profile: Option<String>,
}

impl Places {
    /// Those of this process. The command line adds `key_file` and `profile`.
    pub fn of_process() -> Self {
        let env: Env = Arc::new(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()));
        let named = |variable: &str| env(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
        let dirs = directories::ProjectDirs::from("", "", "orq");
        let usual = || dirs.as_ref().map(|dirs| dirs.config_dir().to_path_buf());
        Self {
            cwd: std::env::current_dir().ok(),
            home: directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_path_buf()),
            config_dir: named(CONFIG_DIR).or_else(usual),
            named_cache_dir: named(CACHE_DIR),
            usual_cache_dir: dirs.as_ref().map(|dirs| dirs.cache_dir().to_path_buf()),
            named_data_dir: named(DATA_DIR),
            usual_data_dir: dirs.as_ref().map(|dirs| dirs.data_dir().to_path_buf()),
            env,
            key_file: None,
            profile: None,
        }
    }

    /// No place at all.
    pub fn nowhere() -> Self {
        Self {
            env: Arc::new(|_| None),
            cwd: None,
            home: None,
            config_dir: None,
            named_cache_dir: None,
            usual_cache_dir: None,
            named_data_dir: None,
            usual_data_dir: None,
            key_file: None,
            profile: None,
        }
    }

    /// The configuration, whether it is there or not.
    pub(super) fn config_file(&self) -> Option<PathBuf> {
        self.config_dir.as_ref().map(|dir| dir.join(CONFIG_FILE))
    }

    /// Where answers are kept; those of this machine only where a directory is named for them.
    pub fn cache_dir(&self, of_this_machine: bool) -> Option<PathBuf> {
        let usual = self.usual_cache_dir.clone().filter(|_| !of_this_machine);
        self.named_cache_dir.clone().or(usual)
    }

    /// Where the ledgers of all APIs are; that of this machine only where a directory is named for it.
    pub fn data_dir(&self, of_this_machine: bool) -> Option<PathBuf> {
        let usual = self.usual_data_dir.clone().filter(|_| !of_this_machine);
        self.named_data_dir.clone().or(usual).map(|directory| directory.join("ledger"))
    }

    /// Where the ledgers of one API are.
    pub fn ledger_dir(&self, base: &Base) -> Option<PathBuf> {
        self.data_dir(base.is_loopback()).map(|directory| directory.join(host_of(base)))
    }

    /// A variable that is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.env)(name).filter(|value| !value.trim().is_empty())
    }

    pub(super) fn profile_name(&self) -> &str {
        self.profile.as_deref().unwrap_or(DEFAULT_PROFILE)
    }

    pub(super) fn key_file_path(&self) -> Option<PathBuf> {
        let path = self.key_file.as_ref()?;
        Some(self.cwd.as_ref().map_or_else(|| path.clone(), |cwd| cwd.join(path)))
    }

    /// A path of the configuration: `~/` is the home directory, anything relative starts at the configuration.
    pub(super) fn below_config(&self, path: &Path) -> PathBuf {
        match (path.strip_prefix("~"), &self.home, &self.config_dir) {
            (Ok(below), Some(home), _) => home.join(below),
            (_, _, Some(dir)) => dir.join(path),
            (_, _, None) => path.to_path_buf(),
        }
    }

    /// `./.env`, then `~/.openclaw/.env`.
    pub(super) fn dotenvs(&self) -> impl Iterator<Item = PathBuf> {
        let here = self.cwd.as_ref().map(|cwd| cwd.join(".env"));
        let home = self.home.as_ref().map(|home| home.join(".openclaw").join(".env"));
        here.into_iter().chain(home)
    }
}
