//! One entry of the log.

use roomkey_claims::{EntryId, IssuanceId};

use crate::audit::listed::{Listed, with_names};
use crate::audit::query::record_reading;
use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;

/// How an entry is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryName {
    /// By its index.
    Index(u64),
    /// By its id, or by the id of the issuance that it records.
    Id(EntryId),
}

impl EntryName {
    /// Reads an index in decimal digits or an id.
    pub fn parse(text: &str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(Self::Index);
        }
        text.parse().ok().map(Self::Id)
    }
}

/// The entry of this name; that it was read is recorded.
pub async fn entry(ground: &Ground, reads: &Reads, name: EntryName) -> Result<Listed, DeskError> {
    let condition = match name {
        EntryName::Index(index) => ("index".to_owned(), index.to_string()),
        EntryName::Id(id) => ("id".to_owned(), id.to_string()),
    };
    record_reading(ground, reads, "entry", [condition].into()).await?;
    let found = ground.read(move |reader| {
        let stored = match name {
            EntryName::Index(index) => reader.entry_at(index)?,
            EntryName::Id(id) => match reader.entry_by_id(id)? {
                Some(stored) => Some(stored),
                None => reader.entry_of_issuance(IssuanceId::new(id.as_uuid()))?,
            },
        };
        with_names(reader, &Vec::from_iter(stored))
    });
    found.await?.pop().ok_or(DeskError::NoSuchEntry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_named_by_index_or_id() {
        assert_eq!(EntryName::parse("0"), Some(EntryName::Index(0)));
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(EntryName::parse(id), id.parse().ok().map(EntryName::Id));
        for bad in ["-1", "1.0", "99999999999999999999", "../1", "abc"] {
            assert_eq!(EntryName::parse(bad), None, "{bad}");
        }
    }
}
