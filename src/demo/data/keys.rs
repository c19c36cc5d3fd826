//! The keys of the demo account: more than a hundred in the default workspace, some disabled, two deleted.

use std::sync::LazyLock;

use super::apps::{APPS, App};
use super::key_names::{NAMED, PURPOSES, TEAMS};
use super::people::{MEMBERS, Member};
use super::workspaces::{WORKSPACES, Workspace};
use crate::demo::base::prng::{hash_text, mix};
use crate::demo::base::text::{date_of, hex};

/// Whether a key still works, and whether `/keys` still shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Live,
    Disabled,
    Deleted,
}

/// When a key's limit starts anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitReset {
    Never,
    Daily,
    Weekly,
    Monthly,
}

/// One key. `name` is the human name, `label` the masked key (fact 26).
#[derive(Debug)]
pub struct Key {
    /// Place in [`KEYS`].
    pub index: usize,
    /// 64 hexadecimal digits.
    pub hash: String,
    /// The other id, which analytics takes as well (fact 20).
    pub number: u64,
    pub label: String,
    pub name: String,
    pub workspace: &'static Workspace,
    pub creator: Option<&'static Member>,
    pub app: Option<&'static App>,
    pub byok: bool,
    pub life: Life,
    /// Share of the account's requests.
    pub share: u64,
    /// Whole USD.
    pub limit: Option<u64>,
    pub reset: LimitReset,
    pub byok_in_limit: bool,
    pub created_at: String,
    pub updated_at: Option<String>,
    pub expires_at: Option<String>,
    /// Nano-USD a day spent before the base table begins.
    pub prior_per_day: u64,
}

/// Place of the key behind the demo account's own API key.
pub const DEMO_KEY_INDEX: usize = 0;

/// 2024-01-10, the day of the first key.
const FIRST_KEY_DAY: i64 = 19_732;

/// All keys, deleted ones too, in the order of their making.
pub static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for named in NAMED {
        let life = match (named.deleted, named.disabled) {
            (true, _) => Life::Deleted,
            (false, true) => Life::Disabled,
            (false, false) => Life::Live,
        };
        let creator = if named.service { None } else { Some(()) };
        all.extend(key(all.len(), named.name, named.workspace, life, named.share).map(|key| Key {
            creator: creator.and(key.creator),
            app: named.app.and_then(|app| APPS.get(app)),
            byok: named.byok,
            ..key
        }));
    }
    for team in TEAMS {
        for purpose in PURPOSES {
            let nth = all.len();
            let life = if nth % 15 == 4 { Life::Disabled } else { Life::Live };
            let share = if nth % 4 == 1 { nth as u64 % 7 + 2 } else { 0 };
            let workspace = usize::from(nth % 14 == 6);
            all.extend(key(nth, &format!("{team}-{purpose}"), workspace, life, share));
        }
    }
    all
});

/// A key whose other properties follow from its place and name.
fn key(index: usize, name: &str, workspace: usize, life: Life, share: u64) -> Option<Key> {
    let salt = mix(hash_text(name), index as u64);
    let secret = hex(salt, 6);
    let (head, tail) = secret.split_at_checked(3)?;
    let busy = share >= 20;
    let limited = salt.is_multiple_of(3);
    let reset = match salt / 3 % 4 {
        _ if busy => LimitReset::Monthly,
        0 => LimitReset::Never,
        1 => LimitReset::Daily,
        2 => LimitReset::Weekly,
        _ => LimitReset::Monthly,
    };
    let made = FIRST_KEY_DAY + index as i64 * 5 / 2;
    let clock =
        format!("T{:02}:{:02}:{:02}.{:03}Z", 9 + salt % 9, salt / 9 % 60, salt / 540 % 60, salt / 32_400 % 1000);
    Some(Key {
        index,
        hash: hex(mix(salt, 1), 64),
        number: 2_418_003 + index as u64 * 317,
        label: format!("sk-or-v1-{head}...{tail}"),
        name: name.to_owned(),
        workspace: WORKSPACES.get(workspace)?,
        creator: MEMBERS.get((salt / 7 % MEMBERS.len() as u64) as usize),
        app: None,
        byok: false,
        life,
        share,
        limit: limited.then_some(if busy { 1_500 } else { 5 << (salt / 12 % 4 * 2) }),
        reset: if limited { reset } else { LimitReset::Never },
        byok_in_limit: salt.is_multiple_of(5),
        created_at: format!("{}{clock}", date_of(made)),
        updated_at: (!salt.is_multiple_of(4)).then(|| format!("{}{clock}", date_of(made + 40))),
        expires_at: salt.is_multiple_of(6).then(|| "2028-12-31T23:59:59Z".to_owned()),
        prior_per_day: share * 21_370_413,
    })
}
