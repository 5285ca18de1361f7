//! Hashes of the tree (RFC 6962 section 2.1, with SHA-256).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::text;
use crate::LeafHash;

/// Bytes in a hash.
pub const HASH_BYTES: usize = 32;

/// The root of the tree without leaves: the SHA-256 of nothing (RFC 6962 section 2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// The hash of a node of the tree: of a leaf, of what lies between, or the root.
///
/// Its text is base64 with padding (RFC 4648 section 4), 44 characters, as checkpoints and proofs write it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

/// A text that is no hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 32 bytes in padded base64, 44 characters: copy it whole")]
pub struct HashError;

impl Hash {
    /// The hash with these bytes.
    pub const fn from_bytes(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

/// A leaf's hash is the node at the bottom of the tree.
impl From<LeafHash> for Hash {
    fn from(leaf: LeafHash) -> Self {
        Self(*leaf.as_bytes())
    }
}

/// Padded base64.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write_base64(&self.0, f)
    }
}

/// 64 hexadecimal digits, as the bytes of entries write it.
impl fmt::LowerHex for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        // The length first: the decoder allocates what it is given.
        if text.len() != 44 {
            return Err(HashError);
        }
        let bytes = text::base64(text).ok_or(HashError)?;
        Ok(Self(bytes.try_into().map_err(|_| HashError)?))
    }
}

/// Hashes two neighbours into the node above them: `SHA-256(0x01 || left || right)` (RFC 6962 section 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0x01]);
    hash.update(left.0);
    hash.update(right.0);
    Hash(hash.finalize().into())
}

/// The root over hashes of equally high, complete subtrees in order; [`EMPTY_ROOT`] over none.
///
/// Pairing from the left and carrying the odd one up gives the tree of RFC 6962, which splits at the largest power
/// of two below the number of leaves.
pub fn root_over(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while 1 < level.len() {
        level = level
            .chunks(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(node_hash(left, right)),
                [odd] => Some(*odd),
                _ => None,
            })
            .collect();
    }
    level.first().copied().unwrap_or(EMPTY_ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf_hash;

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        assert_eq!(EMPTY_ROOT.as_bytes()[..], Sha256::digest(b"")[..]);
        assert_eq!(root_over(&[]), EMPTY_ROOT);
        assert_eq!(EMPTY_ROOT.to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        // printf '' | sha256sum
        let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(format!("{EMPTY_ROOT:x}"), known);
    }

    #[test]
    fn a_node_is_hashed_with_its_prefix() {
        let (left, right) = (Hash::from(leaf_hash(b"a")), Hash::from(leaf_hash(b"b")));
        let bytes = [&[1][..], left.as_bytes(), right.as_bytes()].concat();
        assert_eq!(node_hash(&left, &right).as_bytes()[..], Sha256::digest(bytes)[..]);
    }

    #[test]
    fn only_the_text_that_is_written_reads_back() {
        let text = EMPTY_ROOT.to_string();
        assert_eq!(text.parse(), Ok(EMPTY_ROOT));
        for other in [
            "",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
            " 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA",
        ] {
            assert_eq!(other.parse::<Hash>(), Err(HashError), "{other:?}");
        }
    }
}
