//! Whether the columns beside the entries are those that follow from their bytes.

use diesel::prelude::*;
use roomkey_audit::{Entry, LeafHash, leaf_hash};

use super::row::EntryRow;
use crate::db::columns;
use crate::db::error::StoreError;
use crate::db::reader::Reader;
use crate::db::schema::entries;

/// An entry whose bytes were hashed and whose columns were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// Its index.
    pub index: u64,
    /// The hash of its bytes as a leaf.
    pub leaf: LeafHash,
    /// What is wrong with it.
    pub flaw: Option<EntryFlaw>,
}

/// What is wrong with an entry as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryFlaw {
    /// The bytes are no entry, or one that is written otherwise than the desk writes.
    Bytes,
    /// This column does not follow from the bytes.
    Column(&'static str),
}

impl Reader<'_> {
    /// The entries from an index, in their order, at most `limit`, each compared with its columns.
    pub fn compare_entries(&mut self, from: u64, limit: u16) -> Result<Vec<Compared>, StoreError> {
        let rows: Vec<EntryRow> = entries::table
            .filter(entries::idx.ge(columns::index(from)))
            .order(entries::idx)
            .limit(i64::from(limit))
            .load(self.db)?;
        rows.iter().map(compared).collect()
    }
}

fn compared(row: &EntryRow) -> Result<Compared, StoreError> {
    let index = columns::number("entries.idx", row.idx)?;
    let wanted =
        Entry::from_bytes(&row.body).ok().and_then(|entry| EntryRow::new(index, &entry).ok());
    let flaw = match wanted.filter(|wanted| wanted.body == row.body) {
        Some(wanted) => row.difference(&wanted).map(EntryFlaw::Column),
        None => Some(EntryFlaw::Bytes),
    };
    Ok(Compared { index, leaf: leaf_hash(&row.body), flaw })
}
