//! An entry as a reader of the log gets it.

use std::collections::BTreeSet;

use roomkey_audit::{Entry, LeafHash, Projection};
use roomkey_claims::Username;
use roomkey_storage::{Reader, StoreError, Stored};

/// An entry with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its index.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: LeafHash,
    /// What it says.
    pub entry: Entry,
    /// What it is found by.
    pub projection: Projection,
    /// The name of the user whom it concerns, where the user still exists.
    pub user: Option<Username>,
}

/// Reads stored entries and adds the names of the users whom they concern.
pub(super) fn with_names(
    reader: &mut Reader<'_>,
    stored: &[Stored],
) -> Result<Vec<Listed>, StoreError> {
    let mut listed = Vec::with_capacity(stored.len());
    for stored in stored {
        let entry = stored.entry()?;
        let projection = Projection::of(&entry);
        listed.push(Listed {
            index: stored.index,
            leaf: stored.leaf,
            entry,
            projection,
            user: None,
        });
    }
    let subjects: BTreeSet<_> =
        listed.iter().filter_map(|listed| listed.projection.subject).collect();
    let names = reader.usernames(&subjects)?;
    for listed in &mut listed {
        listed.user = listed.projection.subject.and_then(|subject| names.get(&subject).cloned());
    }
    Ok(listed)
}
