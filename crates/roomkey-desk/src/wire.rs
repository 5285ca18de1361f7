//! Results as JSON: HTTP answers with these views, and the command line prints the same with `--json`.

pub mod backend;
pub mod entry;
pub mod event;
pub mod list;
pub mod meeting;
pub mod member;
pub mod numbers;
pub mod own_room;
pub mod room;
pub mod stats;
pub mod texts;
pub mod token;
pub mod trace;
pub mod user;
pub mod visit;
pub mod words;
