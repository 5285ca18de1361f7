//! Trees of up to 2^64 - 1 leaves: all leaves are the same, so that their tiles are known without making them.

use std::convert::Infallible;

use super::*;
use crate::tree::builder::{EdgeError, TreeFull};
use crate::tree::hash::node_hash;
use crate::tree::proof::verify::{verify_consistency, verify_inclusion};
use crate::tree::proof::{MAX_PROOF_HASHES, consistency, inclusion};
use crate::tree::tile::{TileSource, encode_tile, right_edge, tiles, tiles_between};

/// The roots of complete subtrees by height.
struct Same([Hash; 64]);

impl Same {
    fn new() -> Self {
        let mut hash = Hash::from(leaf(0));
        Self([(); 64].map(|()| {
            let height = hash;
            hash = node_hash(&hash, &hash);
            height
        }))
    }

    fn head(&self, size: u64) -> TreeHead {
        let lying = TreeHead { size, root: Hash::from_bytes([0; 32]) };
        match Edge::resume(lying, self) {
            Err(EdgeError::OtherRoot { found, .. }) => TreeHead { size, root: found },
            other => panic!("{other:?}"),
        }
    }
}

impl TileSource for Same {
    type Error = Infallible;

    fn tile(&self, tile: TileId) -> Result<Vec<u8>, Infallible> {
        let hash = self.0[usize::from(tile.level()) * 8];
        Ok(encode_tile(&vec![hash; usize::from(tile.width())]))
    }
}

const SIZES: [u64; 9] = [
    1,
    255,
    1 << 32,
    (1 << 62) + 12_345,
    (1 << 63) - 1,
    1 << 63,
    (1 << 63) + 1,
    u64::MAX - 1,
    u64::MAX,
];

#[test]
fn proofs_reach_the_greatest_sizes() {
    let same = Same::new();
    for size in SIZES {
        let head = same.head(size);
        for index in [0, 1, size / 3, size / 2, size - 1].into_iter().filter(|i| *i < size) {
            let proof = inclusion(index, size, &same).unwrap();
            assert!(proof.len() < MAX_PROOF_HASHES);
            assert_eq!(verify_inclusion(&head, index, leaf(0), &proof), Ok(()), "{index} {size}");
            assert!(verify_inclusion(&head, index, leaf(1), &proof).is_err());
        }
        for old in SIZES.into_iter().filter(|old| *old <= size) {
            let proof = consistency(old, size, &same).unwrap();
            assert!(proof.len() <= MAX_PROOF_HASHES);
            assert_eq!(verify_consistency(&same.head(old), &head, &proof), Ok(()), "{old} {size}");
        }
        assert!(inclusion(u64::MAX, size, &same).is_err());
    }
}

#[test]
fn the_edge_goes_on_to_the_last_leaf() {
    let same = Same::new();
    for size in SIZES {
        let head = same.head(size);
        let mut edge = Edge::resume(head, &same).unwrap();
        if size == u64::MAX {
            assert_eq!(edge.append(leaf(0)), Err(TreeFull));
            assert_eq!(edge.head(), head);
        } else {
            assert_eq!(edge.append(leaf(0)), Ok(size));
            assert_eq!(edge.head(), same.head(size + 1));
            let mut taken = edge.take_tiles();
            taken.sort();
            let expected: Vec<_> = tiles_between(size, size + 1)
                .map(|tile| (tile, same.tile(tile).unwrap()))
                .collect();
            assert_eq!(taken, expected);
        }
    }
}

#[test]
fn coordinates_do_not_overflow() {
    for size in SIZES {
        assert!(right_edge(size).count() <= 8);
        assert!(tiles(size).next().is_some());
        assert_eq!(tiles_between(size, size).count(), 0);
        assert_eq!(tiles_between(size, 0).count(), 0);
    }
    for level in [0, 6, 7, 8, 63] {
        for index in [0, 1, u64::MAX / 256, u64::MAX] {
            let tile = TileId::new(level, index, 256).unwrap();
            let _within = (tile.is_within(u64::MAX), tile.is_below(u64::MAX), tile.to_string());
            assert!(TileId::of_tree(level, u64::MAX, u64::MAX).is_none());
            assert_eq!(TileId::of_tree(level, 0, u64::MAX).is_some(), level < 8);
        }
    }
}
