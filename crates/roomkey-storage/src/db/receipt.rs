//! Proof that an entry is durably committed.

use roomkey_claims::{EntryId, Fingerprint, Reason};

/// Proof that an entry was committed, to be used up by what the entry records.
///
/// Nobody but the committer of this crate makes one, after the commit returned; it cannot be cloned.
#[derive(Debug)]
pub struct Receipt<K> {
    index: u64,
    entry: EntryId,
    kind: K,
}

/// What the entry of a [`Receipt`] records: a key was issued.
#[derive(Debug)]
pub struct Issued {
    fingerprint: Fingerprint,
}

/// What the entry of a [`Receipt`] records: a key was denied.
#[derive(Debug)]
pub struct Denied {
    reason: Reason,
}

impl<K> Receipt<K> {
    /// The index of the entry in the log.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The id of the entry.
    pub const fn entry(&self) -> EntryId {
        self.entry
    }
}

impl Receipt<Issued> {
    /// Only after the commit of the entry at `index`.
    pub(crate) const fn issued(index: u64, entry: EntryId, fingerprint: Fingerprint) -> Self {
        Self { index, entry, kind: Issued { fingerprint } }
    }

    /// The fingerprint of the token that may be signed now.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.kind.fingerprint
    }
}

impl Receipt<Denied> {
    /// Only after the commit of the entry at `index`.
    pub(crate) const fn denied(index: u64, entry: EntryId, reason: Reason) -> Self {
        Self { index, entry, kind: Denied { reason } }
    }

    /// Why it was denied.
    pub const fn reason(&self) -> Reason {
        self.kind.reason
    }
}
