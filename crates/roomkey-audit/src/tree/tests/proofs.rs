use std::collections::BTreeSet;

use super::*;
use crate::tree::proof::verify::{Unproved, verify_consistency, verify_inclusion};
use crate::tree::proof::{
    MAX_PROOF_HASHES, NoProof, ProofError, consistency, consistency_tiles, inclusion,
    inclusion_tiles,
};
use crate::tree::tile::{MissingTile, TileSource};

#[test]
fn every_entry_of_a_small_tree_is_proved_and_no_other() {
    let (_, tiles, heads) = grow(40);
    for head in &heads {
        for index in 0..head.size {
            let proof = inclusion(index, head.size, &tiles).unwrap();
            assert_eq!(verify_inclusion(head, index, leaf(index), &proof), Ok(()));
            for other in (0..head.size).filter(|other| *other != index) {
                assert!(verify_inclusion(head, index, leaf(other), &proof).is_err());
                assert!(verify_inclusion(head, other, leaf(index), &proof).is_err());
            }
            for other in heads.iter().filter(|other| *other != head) {
                assert!(verify_inclusion(other, index, leaf(index), &proof).is_err());
            }
        }
        let expected = NoProof::Index { index: head.size, size: head.size };
        assert_eq!(
            verify_inclusion(head, head.size, leaf(0), &[]),
            Err(Unproved::NoProof(expected))
        );
        assert_eq!(inclusion_tiles(head.size, head.size), Err(expected));
    }
}

#[test]
fn every_pair_of_small_trees_is_consistent_and_no_other() {
    let (_, tiles, heads) = grow(40);
    for new in &heads {
        for old in heads.iter().filter(|old| old.size <= new.size) {
            let proof = consistency(old.size, new.size, &tiles).unwrap();
            assert_eq!(verify_consistency(old, new, &proof), Ok(()));
            // The sizes are bound by the signature, the roots by the proof.
            for other in heads.iter().filter(|other| other.root != old.root) {
                let lying = TreeHead { root: other.root, ..*old };
                assert!(verify_consistency(&lying, new, &proof).is_err());
                // Without hashes it proves what needs no proof.
                assert!(proof.is_empty() || verify_consistency(other, new, &proof).is_err());
            }
            for other in heads.iter().filter(|other| other.root != new.root && old.size != 0) {
                let lying = TreeHead { root: other.root, ..*new };
                assert!(verify_consistency(old, &lying, &proof).is_err());
                assert!(proof.is_empty() || verify_consistency(old, other, &proof).is_err());
            }
        }
    }
    let expected = NoProof::Shrunk { old: 2, new: 1 };
    assert_eq!(verify_consistency(&heads[2], &heads[1], &[]), Err(Unproved::NoProof(expected)));
    let error = consistency(2, 1, &tiles).unwrap_err();
    assert!(matches!(error, ProofError::NoProof(found) if found == expected));
}

#[test]
fn a_fork_is_not_consistent() {
    let (_, tiles, heads) = grow(300);
    let mut fork = Edge::empty();
    for index in 0..300 {
        fork.append(if index == 7 { leaf(8) } else { leaf(index) }).unwrap();
    }
    for old in 8..300 {
        let proof = consistency(old, 300, &tiles).unwrap();
        let old = &heads[usize::try_from(old).unwrap()];
        assert_eq!(verify_consistency(old, &fork.head(), &proof), Err(Unproved::Root));
    }
    let proof = consistency(8, 300, &tiles).unwrap();
    let old = TreeHead { size: 8, root: fork.root() };
    assert!(verify_consistency(&old, &heads[300], &proof).is_err());
}

#[test]
fn each_bit_hash_and_length_counts() {
    let (_, tiles, heads) = grow(300);
    let head = &heads[300];
    for index in [0, 1, 127, 128, 255, 256, 298, 299] {
        let proof = inclusion(index, 300, &tiles).unwrap();
        changed(&proof, &|proof| verify_inclusion(head, index, leaf(index), proof).is_ok());
    }
    for old in [1, 2, 3, 127, 128, 255, 256, 257, 299] {
        let proof = consistency(old, 300, &tiles).unwrap();
        let old = &heads[usize::try_from(old).unwrap()];
        changed(&proof, &|proof| verify_consistency(old, head, proof).is_ok());
    }
    assert_eq!(verify_consistency(head, head, &[head.root]), Err(Unproved::Length(1)));
    assert_eq!(verify_consistency(&heads[0], head, &[head.root]), Err(Unproved::Length(1)));
    assert_eq!(verify_consistency(&heads[3], head, &[]), Err(Unproved::Length(0)));
}

/// A proof that verifies as it is and in no other form.
fn changed(proof: &[Hash], verifies: &dyn Fn(&[Hash]) -> bool) {
    assert!(verifies(proof));
    for (place, hash) in proof.iter().enumerate() {
        for other in flips(hash.as_bytes()) {
            let mut lying = proof.to_vec();
            lying[place] = Hash::from_bytes(other.try_into().unwrap());
            assert!(!verifies(&lying));
        }
        let mut shorter = proof.to_vec();
        shorter.remove(place);
        assert!(!verifies(&shorter));
        let mut longer = proof.to_vec();
        longer.insert(place, *hash);
        assert!(!verifies(&longer));
        let mut swapped = proof.to_vec();
        swapped.swap(place, 0);
        assert_eq!(verifies(&swapped), place == 0);
    }
    assert!(!verifies(&[proof, &[Hash::from_bytes([0; 32])]].concat()));
    assert!(!verifies(&vec![Hash::from_bytes([0; 32]); MAX_PROOF_HASHES + 100_000]));
}

/// Answers only what it was told to hold.
struct Only<'a>(BTreeSet<TileId>, &'a Tiles);

impl TileSource for Only<'_> {
    type Error = MissingTile;

    fn tile(&self, tile: TileId) -> Result<Vec<u8>, MissingTile> {
        if self.0.contains(&tile) { self.1.tile(tile) } else { Err(MissingTile(tile)) }
    }
}

#[test]
fn the_tiles_that_are_named_suffice_for_trees_of_three_levels() {
    let size = 66_100;
    let (_, tiles, heads) = grow(size);
    let head = &heads[66_100];
    for index in [0, 255, 256, 65_279, 65_535, 65_536, 65_791, 65_792, 66_047, 66_048, 66_099] {
        let only = Only(inclusion_tiles(index, size).unwrap(), &tiles);
        let proof = inclusion(index, size, &only).unwrap();
        assert_eq!(verify_inclusion(head, index, leaf(index), &proof), Ok(()), "{index}");
        assert!(only.0.len() <= 4, "{:?}", only.0);
    }
    for old in [1, 255, 256, 257, 511, 65_535, 65_536, 65_537, 65_792, 66_048, 66_099, 66_100] {
        let only = Only(consistency_tiles(old, size).unwrap(), &tiles);
        let proof = consistency(old, size, &only).unwrap();
        let old = &heads[usize::try_from(old).unwrap()];
        assert_eq!(verify_consistency(old, head, &proof), Ok(()), "{}", old.size);
    }
    let none = Only(BTreeSet::new(), &tiles);
    let error = inclusion(5, size, &none).unwrap_err();
    assert!(matches!(error, ProofError::Source { .. }), "{error}");
}
