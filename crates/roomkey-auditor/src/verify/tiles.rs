//! The hash tiles of a desk, each held against what is computed from the entries.
//!
//! A second tree is computed from the lowest tiles. Whichever of the two leads to the signed root is right, so that a
//! changed entry and a tile that lies are told apart.

use std::collections::BTreeMap;

use roomkey_audit::LeafHash;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::proof::TreeHead;
use roomkey_audit::tree::tile::{TileId, decode_tile, right_edge};

use crate::findings::{Finding, Findings};
use crate::remote::Remote;

/// What is known of the entries when all are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entries {
    /// Every one was there, each in its place.
    pub(super) are_whole: bool,
    /// Their root is that of the checkpoint.
    pub(super) match_root: bool,
}

/// The comparison on its way.
#[derive(Debug)]
pub(super) struct Tiles<'a> {
    remote: &'a Remote,
    /// The lowest tile of the entries that come now.
    current: Option<(TileId, Vec<Hash>)>,
    /// The tree over the lowest tiles; none once one of them cannot be read.
    by_leaves: Option<Edge>,
    /// The last partial tile of each level above the lowest, as the entries give it.
    partial: BTreeMap<u8, (TileId, Vec<u8>)>,
    /// Entries whose hash is not that of their tile.
    differing: Differing,
    /// Tiles above the lowest that are not what the entries give, and tiles that cannot be read.
    findings: Findings,
}

/// The first entries that differ from their tiles, and how many there are.
#[derive(Debug, Default)]
struct Differing {
    first: Vec<(u64, TileId)>,
    total: u64,
}

impl<'a> Tiles<'a> {
    pub(super) fn new(remote: &'a Remote) -> Self {
        Self {
            remote,
            current: None,
            by_leaves: Some(Edge::empty()),
            partial: BTreeMap::new(),
            differing: Differing::default(),
            findings: Findings::default(),
        }
    }

    /// Holds the hash of an entry against the lowest tile.
    pub(super) fn compare_leaf(&mut self, index: u64, leaf: LeafHash) -> anyhow::Result<()> {
        let Some(tile) = TileId::of_tree(0, index / 256, self.remote.size()) else {
            return Ok(());
        };
        if self.current.as_ref().is_none_or(|(current, _)| *current != tile) {
            let hashes = self.read(tile)?;
            match (&hashes, &mut self.by_leaves) {
                (Some(hashes), Some(edge)) if edge.size() == tile.index() * 256 => {
                    for hash in hashes {
                        edge.append(LeafHash::from_bytes(*hash.as_bytes()))?;
                    }
                    // Only the root is wanted.
                    drop(edge.take_tiles());
                }
                _ => self.by_leaves = None,
            }
            self.current = Some((tile, hashes.unwrap_or_default()));
        }
        let Some((tile, hashes)) = &self.current else { return Ok(()) };
        let place = usize::try_from(index % 256)?;
        if hashes.get(place).is_some_and(|hash| *hash != Hash::from(leaf)) {
            self.differing.total += 1;
            if self.differing.first.len() < crate::findings::MAX_LISTED {
                self.differing.first.push((index, *tile));
            }
        }
        Ok(())
    }

    /// Holds full tiles above the lowest against those of the desk; partial ones wait until they are at their end.
    pub(super) fn compare_above(&mut self, computed: Vec<(TileId, Vec<u8>)>) -> anyhow::Result<()> {
        for (tile, bytes) in computed {
            if tile.level() == 0 {
                continue;
            }
            if tile.is_full() {
                self.compare(tile, &bytes)?;
            } else {
                self.partial.insert(tile.level(), (tile, bytes));
            }
        }
        Ok(())
    }

    fn compare(&mut self, tile: TileId, computed: &[u8]) -> anyhow::Result<()> {
        let (Some(hashes), Ok(computed)) = (self.read(tile)?, decode_tile(tile, computed)) else {
            return Ok(());
        };
        if let Some(place) = hashes.iter().zip(&computed).position(|(one, two)| one != two) {
            let what = format!("{tile} lies: its hash {place} is not that of the entries below it");
            self.findings.push(Finding::of_tile(&tile, what));
        }
        Ok(())
    }

    fn read(&mut self, tile: TileId) -> anyhow::Result<Option<Vec<Hash>>> {
        match self.remote.tile(tile)? {
            Ok(hashes) => Ok(Some(hashes)),
            Err(finding) => {
                self.findings.push(finding);
                Ok(None)
            }
        }
    }

    /// Compares what is left and says who is wrong: the entries or the tiles.
    pub(super) fn finish(
        mut self,
        signed: Option<TreeHead>,
        entries: Entries,
        findings: &mut Findings,
    ) -> anyhow::Result<()> {
        if entries.are_whole {
            for tile in right_edge(self.remote.size()).filter(|tile| 0 < tile.level()) {
                if let Some((computed, bytes)) = self.partial.remove(&tile.level())
                    && computed == tile
                {
                    self.compare(tile, &bytes)?;
                }
            }
        }
        let tiles_match =
            self.by_leaves.as_ref().zip(signed).is_some_and(|(edge, signed)| {
                edge.size() == signed.size && edge.root() == signed.root
            });
        let mut differing = Findings::default();
        for (index, tile) in &self.differing.first {
            let what = if entries.match_root {
                format!("{tile} lies about entry {index}: its hash there is not that of the entry")
            } else if tiles_match {
                format!(
                    "entry {index} was changed: its hash is not that in {tile}, and the tiles lead to the signed root"
                )
            } else {
                format!("entry {index} does not have the hash that {tile} has for it")
            };
            differing.push(Finding { index: Some(*index), tile: Some(tile.to_string()), what });
        }
        let unlisted =
            self.differing.total.saturating_sub(u64::try_from(self.differing.first.len())?);
        differing.count(unlisted);
        findings.append(differing);
        // Where the entries were changed, tiles that differ from them are no news.
        if !tiles_match || entries.match_root {
            findings.append(self.findings);
        }
        Ok(())
    }
}
