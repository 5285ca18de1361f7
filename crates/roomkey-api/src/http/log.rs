//! The signed log as others verify it (`c2sp.org/tlog-tiles`): below `/audit/log`.

pub(super) mod checkpoint;
pub(super) mod proof;
mod reader;
pub(super) mod tile;
