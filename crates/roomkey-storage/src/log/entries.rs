//! The entries of the log: exact bytes with columns beside them by which they are found.

mod compare;
mod insert;
mod row;

use std::collections::BTreeSet;

use diesel::prelude::*;
use roomkey_audit::{Entry, LeafHash};
use roomkey_claims::{EntryId, Fingerprint, IssuanceId, Timestamp};

pub use compare::{Compared, EntryFlaw};
pub(crate) use insert::insert;
pub(crate) use row::EntryRow;

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::StoreError;
use crate::db::reader::Reader;
use crate::db::schema::{entries, head};

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its index in the log.
    pub index: u64,
    /// Its leaf hash, as stored.
    pub leaf: LeafHash,
    /// Its exact bytes.
    pub body: Vec<u8>,
}

impl Stored {
    /// Reads the bytes.
    pub fn entry(&self) -> Result<Entry, StoreError> {
        Ok(Entry::from_bytes(&self.body)?)
    }
}

pub(crate) type Row = (i64, Vec<u8>, Vec<u8>);

/// The columns of a [`Row`].
pub(crate) const STORED: (entries::idx, entries::leaf, entries::body) =
    (entries::idx, entries::leaf, entries::body);

pub(crate) fn stored((idx, leaf, body): Row) -> Result<Stored, StoreError> {
    Ok(Stored {
        index: columns::number("entries.idx", idx)?,
        leaf: LeafHash::from_bytes(columns::hash("entries.leaf", &leaf)?),
        body,
    })
}

/// How far the log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The index that the next entry gets; also the number of entries ever appended.
    pub next_index: u64,
    /// The smallest index that was not pruned.
    pub minimum: u64,
}

/// Where a token's entry is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenHint {
    /// The token says its issuance.
    Issuance(IssuanceId),
    /// The token says when it was issued.
    IssuedAt(Timestamp),
}

/// How far the time in a token and the label of its entry may be apart: tokens count whole seconds.
const ISSUED_AROUND: std::time::Duration = std::time::Duration::from_secs(5);

/// The entries that issued these keys.
pub(crate) fn of_issuances(
    db: &mut Db,
    issuances: &BTreeSet<IssuanceId>,
) -> Result<Vec<Entry>, StoreError> {
    let ids: Vec<Vec<u8>> = issuances.iter().map(|id| id.as_uuid().into_bytes().to_vec()).collect();
    let bodies: Vec<Vec<u8>> =
        entries::table.filter(entries::issuance.eq_any(ids)).select(entries::body).load(db)?;
    bodies.iter().map(|body| Entry::from_bytes(body).map_err(StoreError::from)).collect()
}

impl Reader<'_> {
    /// How far the log goes.
    pub fn head(&mut self) -> Result<Head, StoreError> {
        let (next, minimum): (i64, i64) =
            head::table.select((head::next_index, head::minimum)).first(self.db)?;
        Ok(Head {
            next_index: columns::number("head.next_index", next)?,
            minimum: columns::number("head.minimum", minimum)?,
        })
    }

    /// The entry at an index.
    pub fn entry_at(&mut self, index: u64) -> Result<Option<Stored>, StoreError> {
        let query = entries::table.find(columns::index(index)).select(STORED);
        query.first(self.db).optional()?.map(stored).transpose()
    }

    /// The entry with an id.
    pub fn entry_by_id(&mut self, id: EntryId) -> Result<Option<Stored>, StoreError> {
        let query = entries::table.filter(entries::entry_id.eq(id.as_uuid().into_bytes().to_vec()));
        let query = query.select(STORED);
        query.first(self.db).optional()?.map(stored).transpose()
    }

    /// The entry of an issuance.
    pub fn entry_of_issuance(&mut self, id: IssuanceId) -> Result<Option<Stored>, StoreError> {
        let query = entries::table.filter(entries::issuance.eq(id.as_uuid().into_bytes().to_vec()));
        let query = query.select(STORED);
        query.first(self.db).optional()?.map(stored).transpose()
    }

    /// The entries of tokens with this fingerprint, oldest first.
    ///
    /// A fingerprint has no index: random keys would write a page of it for each entry. `hint` says where to look: what
    /// it says stands in the signed content, so the entry of that fingerprint says the same.
    pub fn entries_of_token(
        &mut self,
        fingerprint: Fingerprint,
        hint: TokenHint,
    ) -> Result<Vec<Stored>, StoreError> {
        let query = entries::table
            .filter(entries::fingerprint.eq(fingerprint.as_bytes().to_vec()))
            .into_boxed();
        let query = match hint {
            TokenHint::Issuance(id) => {
                query.filter(entries::issuance.eq(id.as_uuid().into_bytes().to_vec()))
            }
            TokenHint::IssuedAt(at) => {
                let (from, to) =
                    (at.minus(ISSUED_AROUND).as_micros(), at.plus(ISSUED_AROUND).as_micros());
                query.filter(entries::t.between(from, to))
            }
        };
        let query = query.select(STORED).order(entries::idx.asc());
        let rows: Vec<Row> = query.load(self.db)?;
        rows.into_iter().map(stored).collect()
    }
}
