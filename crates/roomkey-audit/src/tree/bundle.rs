//! Bundles: the entries of the log, 256 at a time (`c2sp.org/tlog-tiles`, "Log entries").
//!
//! A bundle is the entries one after the other, each behind its length in two bytes, the most significant first.

use super::tile::{TILE_WIDTH, TileId, TileIdError};
use crate::MAX_ENTRY_BYTES;

/// Bytes of the length before each entry.
const LENGTH_BYTES: usize = 2;

/// Longest bundle, in bytes: 256 entries of the greatest length.
pub const MAX_BUNDLE_BYTES: usize = 256 * (LENGTH_BYTES + MAX_ENTRY_BYTES);

/// Which bundle, and how many entries of it.
///
/// Index and width mean the same as those of a tile at level 0, which holds the hashes of these entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId(TileId);

/// Why entries make no bundle, or bytes are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry over [`MAX_ENTRY_BYTES`].
    #[error(
        "entry {index} has {bytes} bytes, {MAX_ENTRY_BYTES} at most: the log was not written by this software"
    )]
    TooLong {
        /// Index of the entry in the log.
        index: u128,
        /// Its bytes.
        bytes: usize,
    },
    /// The bytes end within an entry or before it.
    #[error("the bundle ends before the end of entry {index}: read it again, whole")]
    Truncated {
        /// Index of the entry in the log.
        index: u128,
    },
    /// Bytes after the last entry.
    #[error("the bundle goes on for {bytes} bytes after entry {index}, its last")]
    Trailing {
        /// Index of the last entry in the log.
        index: u128,
        /// How many bytes.
        bytes: usize,
    },
    /// As many entries as the bundle does not have.
    #[error("the bundle has {expected} entries, not {given}")]
    Count {
        /// What its coordinates say.
        expected: u16,
        /// What was given.
        given: usize,
    },
}

impl BundleId {
    /// The first `width` entries of the bundle `index`.
    pub fn new(index: u64, width: u16) -> Result<Self, TileIdError> {
        TileId::new(0, index, width).map(Self)
    }

    /// The bundle as a log of `size` entries has it: full, partial, or not at all.
    pub fn of_tree(index: u64, size: u64) -> Option<Self> {
        TileId::of_tree(0, index, size).map(Self)
    }

    /// The index of the bundle.
    pub const fn index(self) -> u64 {
        self.0.index()
    }

    /// How many entries, 1 to 256.
    pub const fn width(self) -> u16 {
        self.0.width()
    }

    /// Whether it has all 256 entries.
    pub const fn is_full(self) -> bool {
        self.0.is_full()
    }

    /// The tile with the hashes of these entries.
    pub const fn tile(self) -> TileId {
        self.0
    }

    /// Whether a log of `size` entries has all of these.
    pub fn is_within(self, size: u64) -> bool {
        self.0.is_within(size)
    }

    /// Whether a log pruned below the entry `minimum` may refuse it.
    pub fn is_below(self, minimum: u64) -> bool {
        self.0.is_below(minimum)
    }

    /// Index of the entry at a place of the bundle, for messages; wider than an index of a log can be.
    const fn entry(self, place: usize) -> u128 {
        self.index() as u128 * TILE_WIDTH as u128 + place as u128
    }
}

/// Writes a bundle.
pub fn encode_bundle(bundle: BundleId, entries: &[&[u8]]) -> Result<Vec<u8>, BundleError> {
    if entries.len() != usize::from(bundle.width()) {
        return Err(BundleError::Count { expected: bundle.width(), given: entries.len() });
    }
    let mut bytes = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let too_long = BundleError::TooLong { index: bundle.entry(place), bytes: entry.len() };
        if MAX_ENTRY_BYTES < entry.len() {
            return Err(too_long);
        }
        let length = u16::try_from(entry.len()).map_err(|_| too_long)?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// Reads the entries of a bundle, of which there must be exactly as many as its coordinates say.
pub fn decode_bundle(bundle: BundleId, bytes: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut rest = bytes;
    let mut entries = Vec::with_capacity(usize::from(bundle.width()));
    for place in 0..usize::from(bundle.width()) {
        let index = bundle.entry(place);
        let truncated = BundleError::Truncated { index };
        let (length, after) = rest.split_first_chunk::<LENGTH_BYTES>().ok_or(truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if MAX_ENTRY_BYTES < length {
            return Err(BundleError::TooLong { index, bytes: length });
        }
        let (entry, after) = after.split_at_checked(length).ok_or(truncated)?;
        entries.push(entry);
        rest = after;
    }
    if !rest.is_empty() {
        let index = bundle.entry(usize::from(bundle.width()).saturating_sub(1));
        return Err(BundleError::Trailing { index, bytes: rest.len() });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(index: u64, width: u16) -> BundleId {
        BundleId::new(index, width).unwrap()
    }

    #[test]
    fn entries_come_back() {
        let long = vec![b'x'; MAX_ENTRY_BYTES];
        let entries = [&b"{}"[..], b"", &long];
        let bytes = encode_bundle(id(0, 3), &entries).unwrap();
        assert_eq!(bytes[..6], [0, 2, b'{', b'}', 0, 0]);
        assert_eq!(decode_bundle(id(0, 3), &bytes).unwrap(), entries);
    }

    #[test]
    fn errors_name_the_entry() {
        let bytes = encode_bundle(id(2, 2), &[b"ab", b"cd"]).unwrap();
        for end in 0..4 {
            let expected = BundleError::Truncated { index: 512 };
            assert_eq!(decode_bundle(id(2, 2), &bytes[..end]), Err(expected));
        }
        for end in 4..8 {
            let expected = BundleError::Truncated { index: 513 };
            assert_eq!(decode_bundle(id(2, 2), &bytes[..end]), Err(expected));
        }
        let expected = BundleError::Trailing { index: 512, bytes: 4 };
        assert_eq!(decode_bundle(id(2, 1), &bytes), Err(expected));
        let expected = BundleError::TooLong { index: 256, bytes: 4097 };
        assert_eq!(decode_bundle(id(1, 1), &[0x10, 0x01]), Err(expected));
        assert_eq!(encode_bundle(id(1, 1), &[&[0; 4097]]), Err(expected));
        let expected = BundleError::Count { expected: 2, given: 1 };
        assert_eq!(encode_bundle(id(0, 2), &[b""]), Err(expected));
    }
}
