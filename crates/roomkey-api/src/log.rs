//! The signed log as others verify it (`c2sp.org/tlog-tiles`): below `/audit/log`.

pub(crate) mod checkpoint;
pub(crate) mod proof;
mod reader;
pub(crate) mod tile;
