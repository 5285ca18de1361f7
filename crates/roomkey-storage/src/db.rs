//! The database itself: connections and migrations, what is sealed, how tables are read and changed.

pub(crate) mod connection;
pub(crate) mod schema;

pub(crate) mod migrate;
pub(crate) mod open;

pub(crate) mod reader;
pub(crate) mod receipt;
pub(crate) mod writer;

pub(crate) mod leases;

pub(crate) mod columns;
pub(crate) mod error;
pub(crate) mod pairs;

pub(crate) mod backup;
pub(crate) mod residue;
pub(crate) mod seal;
