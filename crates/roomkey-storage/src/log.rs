//! The log: its entries, how they are found and counted, and the signed tree over them.

pub(crate) mod entries;
pub(crate) mod find;
pub(crate) mod stats;
pub(crate) mod tree;
