//! An entry: what happened, when, by whom, as exact bytes.

use roomkey_claims::{EntryId, IdError, Timestamp};
use serde::{Deserialize, Serialize};

use crate::actor::{LABEL, is_label};
use crate::{Actor, Event, LeafHash, RequestId, leaf_hash};

/// The version of the format.
pub const VERSION: u8 = 1;

/// Longest entry, in bytes.
///
/// An entry bundle of tlog-tiles counts an entry's length in 16 bits; 4 KiB keeps 256 of them near a megabyte.
pub const MAX_ENTRY_BYTES: usize = 4096;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of the format: [`VERSION`].
    pub v: u8,
    /// The id of the entry.
    pub id: EntryId,
    /// A label that never goes back along the log.
    pub t: Timestamp,
    /// The clock as it was read in the transaction; by it was decided.
    pub at: Timestamp,
    /// Who acted.
    pub by: Actor,
    /// In which request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub req: Option<RequestId>,
    /// On which node.
    pub node: NodeName,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// The name of a node of the deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NodeName(String);

impl NodeName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for NodeName {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        if is_label(&text) { Ok(Self(text)) } else { Err(IdError { pattern: LABEL }) }
    }
}

impl From<NodeName> for String {
    fn from(name: NodeName) -> Self {
        name.0
    }
}

/// The exact bytes of an entry with their leaf hash: what is stored, hashed and exported.
#[derive(Clone, PartialEq, Eq)]
pub struct EntryBytes {
    bytes: Vec<u8>,
    leaf: LeafHash,
}

impl EntryBytes {
    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// The leaf hash.
    pub const fn leaf(&self) -> LeafHash {
        self.leaf
    }

    /// The bytes without their hash.
    pub fn into_vec(self) -> Vec<u8> {
        self.bytes
    }
}

impl std::fmt::Debug for EntryBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.bytes))
    }
}

/// Why an entry cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Over [`MAX_ENTRY_BYTES`].
    #[error(
        "the entry has {bytes} bytes, {MAX_ENTRY_BYTES} at most: name fewer profiles or keys in the settings"
    )]
    TooLong {
        /// How many.
        bytes: usize,
    },
    /// No entry at all.
    #[error("the bytes are no entry of this format")]
    Malformed(#[source] serde_json::Error),
    /// A version that this software does not know.
    #[error(
        "the entry has version {0}, and this software knows version {VERSION}: use a newer one"
    )]
    Version(u8),
    /// It reads, but not as the bytes that would be written for it.
    #[error("the bytes are not the canonical ones of the entry that they say")]
    NotCanonical,
}

impl Entry {
    /// Writes the entry: JSON with the keys in the order of the fields, integers only, nothing that is absent.
    pub fn to_bytes(&self) -> Result<EntryBytes, EntryError> {
        let bytes = serde_json::to_vec(self).map_err(EntryError::Malformed)?;
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLong { bytes: bytes.len() });
        }
        let leaf = leaf_hash(&bytes);
        Ok(EntryBytes { bytes, leaf })
    }

    /// Reads an entry and holds its bytes against what would be written for it.
    ///
    /// Unknown and duplicate keys, another order, white space and other spellings of a number all fail.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLong { bytes: bytes.len() });
        }
        let entry: Self = serde_json::from_slice(bytes).map_err(EntryError::Malformed)?;
        if entry.v != VERSION {
            return Err(EntryError::Version(entry.v));
        }
        if entry.to_bytes()?.as_slice() != bytes {
            return Err(EntryError::NotCanonical);
        }
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            v: VERSION,
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            t: Timestamp::from_seconds(2),
            at: Timestamp::from_seconds(1),
            by: Actor::Console { uid: 0 },
            req: None,
            node: "node-1".to_owned().try_into().unwrap(),
            event: Event::RoomClosed { room: "stage-1".parse().unwrap() },
        }
    }

    const TEXT: &str = r#"{"v":1,"id":"01890a5d-ac96-774b-bcce-b302099a8057","t":2000000,"at":1000000,"by":{"type":"console","uid":0},"node":"node-1","k":"room.closed","room":"stage-1"}"#;

    #[test]
    fn the_bytes_are_exact_and_read_back() {
        let bytes = entry().to_bytes().unwrap();
        assert_eq!(std::str::from_utf8(bytes.as_slice()).unwrap(), TEXT);
        assert_eq!(Entry::from_bytes(bytes.as_slice()).unwrap(), entry());
        assert_eq!(bytes.leaf(), leaf_hash(TEXT.as_bytes()));
    }

    #[test]
    fn other_spellings_are_no_entries() {
        for (from, to) in [
            ("{\"v\"", "{ \"v\""),
            ("\"v\":1", "\"v\":2"),
            ("}", ",\"extra\":1}"),
            ("2000000", "2e6"),
            (
                "\"k\":\"room.closed\",\"room\":\"stage-1\"",
                "\"room\":\"stage-1\",\"k\":\"room.closed\"",
            ),
            ("\"stage-1\"", "\"stage-\\u0031\""),
            ("\"v\":1,", "\"v\":1,\"v\":1,"),
        ] {
            let changed = TEXT.replacen(from, to, 1);
            assert_ne!(changed, TEXT);
            assert!(Entry::from_bytes(changed.as_bytes()).is_err(), "{changed}");
        }
    }
}
