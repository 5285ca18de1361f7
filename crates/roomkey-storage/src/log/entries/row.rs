//! An entry as a row: its exact bytes, with the columns by which it is found.

use diesel::prelude::*;
use roomkey_audit::{Entry, EntryBytes, Projection};

use crate::db::columns;
use crate::db::error::StoreError;
use crate::db::schema::entries;

/// All columns of an entry; each but the index follows from the bytes.
#[derive(Debug, Insertable, Queryable)]
#[diesel(table_name = entries, treat_none_as_default_value = false)]
pub(crate) struct EntryRow {
    pub(super) idx: i64,
    pub(super) entry_id: Vec<u8>,
    pub(super) t: i64,
    pub(super) subject: Option<Vec<u8>>,
    pub(super) room: Option<String>,
    pub(super) scene: Option<String>,
    pub(super) event: Option<String>,
    pub(super) issuance: Option<Vec<u8>>,
    pub(super) fingerprint: Option<Vec<u8>>,
    pub(super) address: Option<String>,
    pub(super) class: String,
    pub(super) leaf: Vec<u8>,
    pub(super) body: Vec<u8>,
}

impl EntryRow {
    /// The row of an entry at an index.
    pub(crate) fn new(index: u64, entry: &Entry) -> Result<Self, StoreError> {
        let bytes: EntryBytes = entry.to_bytes()?;
        let found = Projection::of(entry);
        let class = found.class().as_str().to_owned();
        Ok(Self {
            idx: columns::index(index),
            entry_id: entry.id.as_uuid().into_bytes().to_vec(),
            t: entry.t.as_micros(),
            subject: found.subject.map(|subject| subject.as_uuid().into_bytes().to_vec()),
            room: found.room.map(String::from),
            scene: found.scene.map(String::from),
            event: found.event.map(String::from),
            issuance: found.issuance.map(|issuance| issuance.as_uuid().into_bytes().to_vec()),
            fingerprint: found.fingerprint.map(|fingerprint| fingerprint.as_bytes().to_vec()),
            address: found.address,
            class,
            leaf: bytes.leaf().as_bytes().to_vec(),
            body: bytes.into_vec(),
        })
    }

    /// The first column that is another one in `other`, whose index and bytes are the same.
    pub(super) fn difference(&self, other: &Self) -> Option<&'static str> {
        let Self {
            idx: _,
            entry_id,
            t,
            subject,
            room,
            scene,
            event,
            issuance,
            fingerprint,
            address,
            class,
            leaf,
            body: _,
        } = self;
        let columns = [
            ("leaf", *leaf == other.leaf),
            ("entry_id", *entry_id == other.entry_id),
            ("t", *t == other.t),
            ("subject", *subject == other.subject),
            ("room", *room == other.room),
            ("scene", *scene == other.scene),
            ("event", *event == other.event),
            ("issuance", *issuance == other.issuance),
            ("fingerprint", *fingerprint == other.fingerprint),
            ("address", *address == other.address),
            ("class", *class == other.class),
        ];
        columns.into_iter().find(|(_, same)| !same).map(|(column, _)| column)
    }
}
