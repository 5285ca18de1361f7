//! The right edge of the tree: all that is needed to append leaves, know the root and write the tiles.
//!
//! Each leaf costs one hash of a node on average, and each node of the tree is hashed once.

use std::error::Error;

use super::hash::{EMPTY_ROOT, Hash, node_hash, root_over};
use super::proof::TreeHead;
use super::tile::{
    TILE_HEIGHT, TILE_LEVELS, TILE_WIDTH, TileId, TileLength, TileSource, decode_tile, encode_tile,
    hashes_at, right_edge,
};
use crate::LeafHash;

/// The right edge of a tree, to which leaves are appended.
///
/// It grows by 32 bytes for each leaf until [`Edge::take_tiles`] is called; beyond those it holds at most
/// 8 partial tiles.
#[derive(Debug, Clone)]
pub struct Edge {
    size: u64,
    /// Roots of the complete subtrees that make up the tree, the highest first: one for each bit of the size.
    peaks: Vec<Hash>,
    /// The hashes of the last tile of each level that is not full.
    partial: [Vec<Hash>; TILE_LEVELS as usize],
    /// Tiles that became full since they were taken.
    full: Vec<(TileId, Vec<u8>)>,
    /// The size at which tiles were taken.
    taken: u64,
}

/// Why a tree cannot be resumed from its stored tiles.
#[derive(Debug, thiserror::Error)]
pub enum EdgeError<E: Error + 'static> {
    /// The source failed.
    #[error("tile {tile} of the right edge cannot be read")]
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
    /// The tiles are of another tree.
    #[error("the tiles give the root {found}, but at size {} it is {}: the log does not match its checkpoint", head.size, head.root)]
    OtherRoot {
        /// What was to be resumed.
        head: TreeHead,
        /// The root over the tiles.
        found: Hash,
    },
}

/// The tree has 2^64 - 1 leaves, and sizes are counted in 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tree is full")]
pub struct TreeFull;

impl Edge {
    /// A tree without leaves.
    pub const fn empty() -> Self {
        Self {
            size: 0,
            peaks: Vec::new(),
            partial: [const { Vec::new() }; TILE_LEVELS as usize],
            full: Vec::new(),
            taken: 0,
        }
    }

    /// The tree of a checkpoint, from its partial tiles ([`right_edge`]), whose root is compared.
    pub fn resume<E: Error + 'static>(
        head: TreeHead,
        tiles: &dyn TileSource<Error = E>,
    ) -> Result<Self, EdgeError<E>> {
        let mut edge = Self { size: head.size, taken: head.size, ..Self::empty() };
        let mut above: Vec<TileId> = right_edge(head.size).collect();
        above.reverse();
        for tile in above {
            let bytes = tiles.tile(tile).map_err(|source| EdgeError::Source { tile, source })?;
            let hashes = decode_tile(tile, &bytes)?;
            edge.peaks.extend(peaks_of(&hashes));
            if let Some(partial) = edge.partial.get_mut(usize::from(tile.level())) {
                *partial = hashes;
            }
        }
        let found = edge.root();
        if found == head.root { Ok(edge) } else { Err(EdgeError::OtherRoot { head, found }) }
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree: at most 63 hashes.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return EMPTY_ROOT };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }

    /// Size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root() }
    }

    /// Appends a leaf and says its index.
    pub fn append(&mut self, leaf: LeafHash) -> Result<u64, TreeFull> {
        let index = self.size;
        let size = index.checked_add(1).ok_or(TreeFull)?;
        let mut node = Hash::from(leaf);
        self.keep(0, index, node);
        // Adding one carries over the low bits that are set, and a peak stands for each of them.
        for height in 1..=index.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            node = node_hash(&left, &node);
            if height % TILE_HEIGHT == 0 {
                self.keep(height / TILE_HEIGHT, index, node);
            }
        }
        self.peaks.push(node);
        self.size = size;
        Ok(index)
    }

    /// Puts a hash at the end of a level, below which the leaf `index` was the last.
    fn keep(&mut self, level: u32, index: u64, hash: Hash) {
        let Ok(level) = u8::try_from(level) else { return };
        let Some(partial) = self.partial.get_mut(usize::from(level)) else { return };
        partial.push(hash);
        if partial.len() < usize::from(TILE_WIDTH) {
            return;
        }
        if let Ok(tile) = TileId::new(level, hashes_at(level + 1, index), TILE_WIDTH) {
            self.full.push((tile, encode_tile(partial)));
        }
        partial.clear();
    }

    /// The tiles that changed since this was last asked, or since the tree was resumed, as they are at this size.
    ///
    /// Full ones first, in the order in which they became full, then the partial ones from the bottom up.
    pub fn take_tiles(&mut self) -> Vec<(TileId, Vec<u8>)> {
        let mut changed = std::mem::take(&mut self.full);
        for tile in right_edge(self.size) {
            let (before, now) =
                (hashes_at(tile.level(), self.taken), hashes_at(tile.level(), self.size));
            if before == now {
                continue;
            }
            if let Some(partial) = self.partial.get(usize::from(tile.level())) {
                changed.push((tile, encode_tile(partial)));
            }
        }
        self.taken = self.size;
        changed
    }
}

/// The roots of the complete subtrees that hashes of a partial tile make up, the highest first.
fn peaks_of(hashes: &[Hash]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    let mut rest = hashes;
    while !rest.is_empty() {
        let (complete, after) = rest.split_at(1 << rest.len().ilog2());
        peaks.push(root_over(complete));
        rest = after;
    }
    peaks
}
