//! Proofs that an entry is in a tree, and that a tree is the beginning of another (RFC 6962 sections 2.1.1, 2.1.2).

pub mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use super::hash::{EMPTY_ROOT, Hash, node_hash, root_over};
use super::tile::{TILE_HEIGHT, TILE_WIDTH, TileId, TileLength, TileSource, decode_tile};

/// Most hashes in a proof: the height of a tree of 64 bits, and one for a consistency proof.
pub const MAX_PROOF_HASHES: usize = 65;

/// What a checkpoint states of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeHead {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl TreeHead {
    /// The head of the tree without leaves.
    pub const EMPTY: Self = Self { size: 0, root: EMPTY_ROOT };
}

/// What there is no proof of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// The entry is not in the tree.
    #[error(
        "index {index} is not below the size {size}: ask for a smaller index or a newer checkpoint"
    )]
    Index {
        /// Index of the entry.
        index: u64,
        /// Size of the tree.
        size: u64,
    },
    /// The old tree is larger than the new one.
    #[error("the old size {old} is over the new size {new}: swap them")]
    Shrunk {
        /// The old size.
        old: u64,
        /// The new size.
        new: u64,
    },
}

/// Why a proof cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ProofError<E: Error + 'static> {
    /// There is none.
    #[error(transparent)]
    NoProof(#[from] NoProof),
    /// The source failed.
    #[error("tile {tile} cannot be read")]
    Source {
        /// Which tile.
        tile: TileId,
        /// Why.
        #[source]
        source: E,
    },
    /// A tile has another length than the size demands.
    #[error(transparent)]
    Length(#[from] TileLength),
}

/// Proves that the leaf `index` is in the tree of `size` leaves: the hashes beside its way up, the lowest first.
///
/// The hashes are as true as the tiles; whoever trusts neither verifies them.
pub fn inclusion<E: Error + 'static>(
    index: u64,
    size: u64,
    tiles: &dyn TileSource<Error = E>,
) -> Result<Vec<Hash>, ProofError<E>> {
    hashes(&inclusion_ranges(index, size)?, size, tiles)
}

/// Proves that the tree of `old` leaves is the beginning of that of `new` leaves.
///
/// Nothing needs proof where the sizes are equal or the old tree is empty: the proof has no hashes.
pub fn consistency<E: Error + 'static>(
    old: u64,
    new: u64,
    tiles: &dyn TileSource<Error = E>,
) -> Result<Vec<Hash>, ProofError<E>> {
    hashes(&consistency_ranges(old, new)?, new, tiles)
}

/// The tiles that [`inclusion`] reads.
pub fn inclusion_tiles(index: u64, size: u64) -> Result<BTreeSet<TileId>, NoProof> {
    Ok(tiles_of(&inclusion_ranges(index, size)?, size))
}

/// The tiles that [`consistency`] reads.
pub fn consistency_tiles(old: u64, new: u64) -> Result<BTreeSet<TileId>, NoProof> {
    Ok(tiles_of(&consistency_ranges(old, new)?, new))
}

/// A subtree: the leaves from the first to before the second.
type Range = (u64, u64);

/// `PATH(m, D[n])` of RFC 6962 section 2.1.1, as subtrees.
fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range>, NoProof> {
    if size <= index {
        return Err(NoProof::Index { index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while 1 < end - start {
        let middle = start + split(end - start);
        if index < middle {
            path.push((middle, end));
            end = middle;
        } else {
            path.push((start, middle));
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// `PROOF(m, D[n])` of RFC 6962 section 2.1.2, as subtrees.
fn consistency_ranges(old: u64, new: u64) -> Result<Vec<Range>, NoProof> {
    if new < old {
        return Err(NoProof::Shrunk { old, new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, new);
    let mut path = Vec::new();
    while old < end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push((middle, end));
            end = middle;
        } else {
            path.push((start, middle));
            start = middle;
        }
    }
    // The old tree itself is known to whoever verifies; a smaller subtree at its end is not.
    if 0 < start {
        path.push((start, end));
    }
    path.reverse();
    Ok(path)
}

/// The largest power of two below a number of leaves, of which there are at least two.
const fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// A complete subtree, as hashes of a tile.
struct Complete {
    tile: TileId,
    first: usize,
    hashes: usize,
}

/// The complete subtrees that make up a subtree of a tree of `size` leaves, the highest first.
fn complete((mut start, end): Range, size: u64) -> Vec<Complete> {
    let mut found = Vec::new();
    while start < end {
        let height = (end - start).ilog2();
        let (level, bits) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        // A subtree starts at a multiple of its width, so its hashes are in one tile.
        let first = start >> (level * TILE_HEIGHT);
        let tile = u8::try_from(level)
            .ok()
            .and_then(|level| TileId::of_tree(level, first / u64::from(TILE_WIDTH), size));
        let place = usize::try_from(first % u64::from(TILE_WIDTH)).ok();
        if let (Some(tile), Some(first)) = (tile, place) {
            found.push(Complete { tile, first, hashes: 1 << bits });
        }
        start += 1 << height;
    }
    found
}

fn tiles_of(ranges: &[Range], size: u64) -> BTreeSet<TileId> {
    ranges.iter().flat_map(|range| complete(*range, size)).map(|node| node.tile).collect()
}

/// The hashes of subtrees, each tile read once.
fn hashes<E: Error + 'static>(
    ranges: &[Range],
    size: u64,
    tiles: &dyn TileSource<Error = E>,
) -> Result<Vec<Hash>, ProofError<E>> {
    let mut read = BTreeMap::new();
    for tile in tiles_of(ranges, size) {
        let bytes = tiles.tile(tile).map_err(|source| ProofError::Source { tile, source })?;
        read.insert(tile, decode_tile(tile, &bytes)?);
    }
    Ok(ranges.iter().filter_map(|range| hash(&complete(*range, size), &read)).collect())
}

/// The hash of a subtree; there is one, as the tiles were read for it.
fn hash(nodes: &[Complete], read: &BTreeMap<TileId, Vec<Hash>>) -> Option<Hash> {
    let mut found: Option<Hash> = None;
    for node in nodes.iter().rev() {
        let left = root_over(read.get(&node.tile)?.get(node.first..node.first + node.hashes)?);
        found = Some(found.map_or(left, |right| node_hash(&left, &right)));
    }
    found
}
