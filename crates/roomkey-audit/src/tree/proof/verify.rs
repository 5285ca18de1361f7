//! Verifying proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2).

use super::super::hash::{EMPTY_ROOT, Hash, node_hash};
use super::{NoProof, TreeHead};
use crate::LeafHash;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// There can be no such proof.
    #[error(transparent)]
    NoProof(#[from] NoProof),
    /// More or fewer hashes than the way up has.
    #[error(
        "the proof has {0} hashes, which is not the length of the way to the root: ask for it again"
    )]
    Length(usize),
    /// The hashes lead to another root than that of the old tree.
    #[error(
        "the proof leads to another root than the old one: the log was changed, keep both checkpoints"
    )]
    OldRoot,
    /// The hashes lead to another root.
    #[error(
        "the proof leads to another root than the checkpoint's: the log was changed, keep the proof"
    )]
    Root,
}

/// Verifies that a leaf is the one with this index in a tree (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(
    head: &TreeHead,
    index: u64,
    leaf: LeafHash,
    proof: &[Hash],
) -> Result<(), Unproved> {
    if head.size <= index {
        return Err(NoProof::Index { index, size: head.size }.into());
    }
    let (mut node, mut last) = (index, head.size - 1);
    let mut root = Hash::from(leaf);
    for beside in proof {
        if last == 0 {
            return Err(Unproved::Length(proof.len()));
        }
        // Either way the node is not 0, as the last one is not.
        if node & 1 == 1 || node == last {
            root = node_hash(beside, &root);
            let carried = node.trailing_zeros();
            (node, last) = (node >> carried, last >> carried);
        } else {
            root = node_hash(&root, beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(Unproved::Length(proof.len()));
    }
    if root == head.root { Ok(()) } else { Err(Unproved::Root) }
}

/// Verifies that a tree is the beginning of another (RFC 9162 section 2.1.4.2).
///
/// Every tree begins with the empty one; equal sizes need equal roots and no hashes.
pub fn verify_consistency(old: &TreeHead, new: &TreeHead, proof: &[Hash]) -> Result<(), Unproved> {
    if new.size < old.size {
        return Err(NoProof::Shrunk { old: old.size, new: new.size }.into());
    }
    if old.size == 0 || old.size == new.size {
        return verify_without_hashes(old, new, proof);
    }
    // A complete old tree is a node of the new one, and left out of the proof.
    let (start, rest) = match proof {
        rest if old.size.is_power_of_two() => (old.root, rest),
        [first, rest @ ..] => (*first, rest),
        [] => return Err(Unproved::Length(0)),
    };
    let (node, last) = (old.size - 1, new.size - 1);
    let carried = node.trailing_ones();
    let (mut node, mut last) = (node >> carried, last >> carried);
    let (mut old_root, mut new_root) = (start, start);
    for beside in rest {
        if last == 0 {
            return Err(Unproved::Length(proof.len()));
        }
        if node & 1 == 1 || node == last {
            old_root = node_hash(beside, &old_root);
            new_root = node_hash(beside, &new_root);
            let carried = node.trailing_zeros();
            (node, last) = (node >> carried, last >> carried);
        } else {
            new_root = node_hash(&new_root, beside);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(Unproved::Length(proof.len()));
    }
    if old_root != old.root {
        return Err(Unproved::OldRoot);
    }
    if new_root == new.root { Ok(()) } else { Err(Unproved::Root) }
}

fn verify_without_hashes(old: &TreeHead, new: &TreeHead, proof: &[Hash]) -> Result<(), Unproved> {
    if !proof.is_empty() {
        return Err(Unproved::Length(proof.len()));
    }
    if old.size == 0 && old.root != EMPTY_ROOT {
        return Err(Unproved::OldRoot);
    }
    if old.size == new.size && old.root != new.root {
        return Err(Unproved::Root);
    }
    Ok(())
}
