//! The fixed tables of the demo account: what it calls, who calls it, and with which keys. Nothing here knows the time.

mod apps;
mod endpoints;
mod key_names;
mod keys;
mod models;
mod people;
mod providers;
mod public;
mod settings;
mod used_models;
mod workspaces;

pub use apps::{APPS, App};
pub use endpoints::{ENDPOINTS, Endpoint, endpoint, endpoints_of};
pub use keys::{DEMO_KEY_INDEX, KEYS, Key, Life, LimitReset};
pub use models::{Model, Profile, models};
pub use people::{MEMBERS, Member};
pub use providers::{PROVIDERS, Provider, provider};
pub use public::{CATEGORIES, PublicApp, TASK_CATEGORIES, TASKS, Task, public_apps};
pub use settings::{
    BUDGETS, Budget, CREDENTIALS, Credential, DESTINATIONS, Destination, GUARDRAILS, Guardrail, Preset, presets,
};
pub use workspaces::{WORKSPACES, Workspace};
