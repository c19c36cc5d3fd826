//! What orq sends and how it reads what comes back: each fact about the API that concerns it, by its number, and each
//! fault of the Python helper whose place orq takes.

mod activity;
mod answers;
mod calls;
mod credentials;
mod cube;
mod cube_agrees;
mod cube_kit;
mod cube_knobs;
mod cube_names;
mod cube_refusals;
mod demo_account;
mod generation;
mod generations;
mod helper;
mod hosts;
mod keys_of_both_kinds;
mod kit;
mod limits;
mod lists;
mod lists_account;
mod lists_content;
mod lists_models;
mod lists_public;
mod live_meta;
mod lookup_join;
mod main_answer;
mod members;
mod names;
mod paging;
mod quick;
mod retry;
mod routes;
mod zones;
