//! What keys and workspaces are called, with the knobs that change it.

use crate::demo::data::{Key, Workspace};
use crate::demo::fault::{Fault, Faults};

/// The key that the knob `chatroom-key` gives the name of the bucket of keyless requests (fact 20).
const RENAMED: &str = "code-review";

pub fn of_key<'a>(key: &'a Key, faults: &Faults) -> &'a str {
    if key.name == RENAMED && faults.has(&Fault::ChatroomKey) { "Chatroom" } else { &key.name }
}

pub fn of_workspace(workspace: &Workspace, faults: &Faults) -> &'static str {
    if faults.has(&Fault::HostileNames) { workspace.hostile_name } else { workspace.name }
}
