//! `ct-merkle`, an implementation that nobody here wrote, as the judge of roots and proofs.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;

use super::*;
use crate::tree::proof::{consistency, inclusion};

fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

#[test]
fn roots_and_proofs_are_the_same_at_every_size() {
    let (_, tiles, heads) = grow(2000);
    let mut judge = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 1..=2000 {
        judge.push(entry(size - 1));
        let head = heads[usize::try_from(size).unwrap()];
        assert_eq!(judge.root().as_bytes()[..], head.root.as_bytes()[..], "{size}");
        // All of the small trees and of some around the edge of a tile; of the others a walk through them.
        let is_whole = size <= 64 || size == 256 || size == 257;
        let is_chosen = |number: u64| is_whole || (number * 31 + size).is_multiple_of(997);
        for index in (0..size).filter(|index| is_chosen(*index)) {
            let ours = inclusion(index, size, &tiles).unwrap();
            let theirs = judge.prove_inclusion(usize::try_from(index).unwrap());
            assert_eq!(bytes(&ours), theirs.as_bytes(), "{index} in {size}");
        }
        for old in (1..size).filter(|old| is_chosen(*old)) {
            let ours = consistency(old, size, &tiles).unwrap();
            let theirs = judge.prove_consistency(usize::try_from(size - old).unwrap());
            assert_eq!(bytes(&ours), theirs.as_bytes(), "{old} to {size}");
        }
    }
}
