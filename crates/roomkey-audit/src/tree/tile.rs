//! Tiles: the hashes of the tree, 256 at a time (`c2sp.org/tlog-tiles`, "Merkle Tree").
//!
//! A tile at level `l` holds the roots of complete subtrees of `256^l` leaves; at level 0 the leaf hashes.
//! A full tile never changes; the last tile of a level may be partial and grows with the tree.

pub mod path;

use std::collections::BTreeMap;
use std::error::Error;

use super::hash::{HASH_BYTES, Hash};

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Levels of the tree that a tile spans.
pub const TILE_HEIGHT: u32 = 8;

/// Levels of tiles that a tree of fewer than 2^64 leaves can have.
pub const TILE_LEVELS: u8 = 8;

/// Highest level that a path may name (`c2sp.org/tlog-tiles`); those from [`TILE_LEVELS`] on are always empty here.
pub const MAX_LEVEL: u8 = 63;

/// Which tile, and how many hashes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: u8,
    index: u64,
    width: u16,
}

/// Coordinates of no tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileIdError {
    /// Over [`MAX_LEVEL`].
    #[error("level {0} of a tile is over 63")]
    Level(u8),
    /// Neither 1 to 255 nor full.
    #[error("a tile has 1 to 256 hashes, not {0}")]
    Width(u16),
}

impl TileId {
    /// The first `width` hashes of the tile `index` at `level`.
    pub const fn new(level: u8, index: u64, width: u16) -> Result<Self, TileIdError> {
        if MAX_LEVEL < level {
            return Err(TileIdError::Level(level));
        }
        if width == 0 || TILE_WIDTH < width {
            return Err(TileIdError::Width(width));
        }
        Ok(Self { level, index, width })
    }

    /// The tile as a tree of `size` leaves has it: full, partial, or not at all.
    pub fn of_tree(level: u8, index: u64, size: u64) -> Option<Self> {
        let before = index.checked_mul(u64::from(TILE_WIDTH))?;
        let width = hashes_at(level, size).checked_sub(before)?.min(u64::from(TILE_WIDTH));
        Self::new(level, index, u16::try_from(width).ok()?).ok()
    }

    /// The level; 0 holds leaf hashes.
    pub const fn level(self) -> u8 {
        self.level
    }

    /// The index of the tile within its level.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many hashes, 1 to 256.
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Whether it has all 256 hashes.
    pub const fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The same tile with all its hashes.
    #[must_use]
    pub const fn full(self) -> Self {
        Self { width: TILE_WIDTH, ..self }
    }

    /// Whether a tree of `size` leaves has all its hashes, be they a part of a wider tile by now.
    pub fn is_within(self, size: u64) -> bool {
        Self::of_tree(self.level, self.index, size).is_some_and(|tile| self.width <= tile.width)
    }

    /// Whether the tile, once full, ends at or before the entry `minimum`, so that a pruned log may refuse it
    /// (`c2sp.org/tlog-tiles`, "Pruning").
    pub fn is_below(self, minimum: u64) -> bool {
        let span = 1_u128.checked_shl(TILE_HEIGHT * (u32::from(self.level) + 1));
        let end = span.and_then(|span| span.checked_mul(u128::from(self.index) + 1));
        end.is_some_and(|end| end <= u128::from(minimum))
    }

    /// Bytes in the tile.
    pub fn byte_length(self) -> usize {
        usize::from(self.width) * HASH_BYTES
    }
}

/// How many hashes a tree of `size` leaves has at a level of tiles.
pub(super) fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// All tiles of a tree of `size` leaves, level by level.
pub fn tiles(size: u64) -> impl Iterator<Item = TileId> {
    tiles_between(0, size)
}

/// The tiles that a tree of `new` leaves has and a tree of `old` leaves has not, or has narrower; level by level.
///
/// Lazy, as there may be very many of them.
pub fn tiles_between(old: u64, new: u64) -> impl Iterator<Item = TileId> {
    (0..TILE_LEVELS).flat_map(move |level| {
        let (first, end) = (hashes_at(level, old), hashes_at(level, new));
        let tiles = if first < end {
            first / u64::from(TILE_WIDTH)..end.div_ceil(u64::from(TILE_WIDTH))
        } else {
            0..0
        };
        tiles.filter_map(move |index| TileId::of_tree(level, index, new))
    })
}

/// The partial tiles of a tree of `size` leaves: one for each level that does not end with a full tile.
///
/// They hold all that is needed to extend the tree.
pub fn right_edge(size: u64) -> impl Iterator<Item = TileId> {
    (0..TILE_LEVELS).filter_map(move |level| {
        let index = hashes_at(level, size) / u64::from(TILE_WIDTH);
        TileId::of_tree(level, index, size)
    })
}

/// The bytes of a tile: its hashes one after the other.
pub fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// A tile whose bytes are not as long as its coordinates say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tile {tile} has {bytes} bytes and not {}: read it again, whole", tile.byte_length())]
pub struct TileLength {
    /// Which tile.
    pub tile: TileId,
    /// Its bytes.
    pub bytes: usize,
}

/// Reads the hashes of a tile.
pub fn decode_tile(tile: TileId, bytes: &[u8]) -> Result<Vec<Hash>, TileLength> {
    if bytes.len() != tile.byte_length() {
        return Err(TileLength { tile, bytes: bytes.len() });
    }
    let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
    Ok(hashes.iter().map(|hash| Hash::from_bytes(*hash)).collect())
}

/// Where tiles are read from: a database, a folder, a server.
///
/// It is asked only for tiles that the tree has, with the width that they have there.
/// A source that kept only the full tile answers with the first [`TileId::byte_length`] bytes of it.
/// Whoever cannot read in place fetches what `inclusion_tiles`, `consistency_tiles` or [`right_edge`] name into a map,
/// which is a source too.
pub trait TileSource {
    /// Why a tile could not be read.
    type Error: Error + 'static;

    /// The bytes of a tile.
    fn tile(&self, tile: TileId) -> Result<Vec<u8>, Self::Error>;
}

/// A tile that is not in a map of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tile {0} is missing")]
pub struct MissingTile(pub TileId);

/// A wider tile serves for a narrower one.
impl TileSource for BTreeMap<TileId, Vec<u8>> {
    type Error = MissingTile;

    fn tile(&self, tile: TileId) -> Result<Vec<u8>, MissingTile> {
        let (found, bytes) = self.range(tile..=tile.full()).next().ok_or(MissingTile(tile))?;
        // Of the tile itself all that is there, so that a wrong length is seen.
        let end = if *found == tile { bytes.len() } else { tile.byte_length() };
        bytes.get(..end).map(<[u8]>::to_vec).ok_or(MissingTile(tile))
    }
}
