//! The tree against vectors, another implementation, and liars.

mod builder;
mod checkpoints;
mod garbage;
mod huge;
mod judge;
mod notes;
mod proofs;
mod tiles;
mod vectors;

use std::collections::BTreeMap;

use super::builder::Edge;
use super::hash::{Hash, root_over};
use super::key::KeyKind;
use super::key::VerifierKey;
use super::key::signing::SigningKey;
use super::proof::TreeHead;
use super::tile::TileId;
use crate::{LeafHash, leaf_hash};

/// The tiles of a tree; narrower ones are the beginnings of these.
type Tiles = BTreeMap<TileId, Vec<u8>>;

/// The bytes of the entry `index` of the trees of these tests.
fn entry(index: u64) -> Vec<u8> {
    index.to_string().into_bytes()
}

fn leaf(index: u64) -> LeafHash {
    leaf_hash(&entry(index))
}

/// A tree of that size with its tiles, and the heads of all trees on the way.
fn grow(size: u64) -> (Edge, Tiles, Vec<TreeHead>) {
    let mut edge = Edge::empty();
    let mut heads = vec![edge.head()];
    for index in 0..size {
        assert_eq!(edge.append(leaf(index)), Ok(index));
        heads.push(edge.head());
    }
    let tiles = edge.take_tiles().into_iter().collect();
    (edge, tiles, heads)
}

/// The root by pairing all leaves, without tiles.
fn plain_root(size: u64) -> Hash {
    root_over(&(0..size).map(|index| leaf(index).into()).collect::<Vec<_>>())
}

fn signing_key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name.parse().unwrap(), &[seed; 32]).unwrap()
}

/// A witness: its key, and what it makes of the text of a checkpoint at a time.
fn cosign(name: &str, seed: u8, seconds: u64, text: &str) -> (VerifierKey, String) {
    let pair = signing_key(name, seed);
    let public = *pair.verifier().public();
    let key = VerifierKey::new(name.parse().unwrap(), KeyKind::Cosignature, public);
    let message = format!("cosignature/v1\ntime {seconds}\n{text}");
    let signature = pair.attest(message.as_bytes()).unwrap();
    let bytes = [&seconds.to_be_bytes()[..], &signature].concat();
    let line = super::note::line::SignatureLine { name: key.name().clone(), id: key.id(), bytes };
    (key, format!("{line}\n"))
}

/// All texts that differ from this one in one bit.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        changed
    })
}
