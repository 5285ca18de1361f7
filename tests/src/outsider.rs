//! The signed log of a desk, read over HTTP and verified as somebody does who trusts nothing of the desk.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use roomkey_audit::leaf_hash;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::bundle::{BundleId, decode_bundle};
use roomkey_audit::tree::checkpoint::SignedCheckpoint;
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::key::VerifierKey;
use roomkey_audit::tree::proof::verify::verify_consistency;
use roomkey_audit::tree::proof::{TreeHead, consistency, consistency_tiles};
use roomkey_audit::tree::tile::{TILE_WIDTH, TileId, decode_tile, tiles};

use crate::client::Client;
use crate::desk::Desk;
use crate::wait;

/// How long a desk may take to sign what it committed, on a machine that is busy with tests.
const SIGNED_WITHIN: Duration = Duration::from_secs(10);

/// Somebody who may read the signed log and knows its key.
#[derive(Debug, Clone)]
pub struct Outsider {
    client: Client,
    keys: [VerifierKey; 1],
}

impl Outsider {
    /// With the key that the desk's own command prints now.
    pub fn new(desk: &Desk, client: Client) -> anyhow::Result<Self> {
        let key = desk.run(&["audit", "vkey"])?.stdout.trim().parse()?;
        Ok(Self { client, keys: [key] })
    }

    pub fn key(&self) -> &VerifierKey {
        let [key] = &self.keys;
        key
    }

    /// The same key, and another client.
    #[must_use]
    pub fn with(&self, client: Client) -> Self {
        Self { client, keys: self.keys.clone() }
    }

    /// Opens a checkpoint, wherever it is from.
    pub fn open(&self, note: &[u8]) -> anyhow::Result<SignedCheckpoint> {
        Ok(SignedCheckpoint::open(note, &self.keys)?)
    }

    /// The newest checkpoint.
    pub fn checkpoint(&self) -> anyhow::Result<SignedCheckpoint> {
        self.open(&self.client.get("/audit/log/checkpoint")?.is(200)?.body)
    }

    /// The first checkpoint that is over more than `index` entries.
    pub fn checkpoint_over(&self, index: u64) -> anyhow::Result<SignedCheckpoint> {
        wait::until("a checkpoint", SIGNED_WITHIN, || {
            let answer = self.client.get("/audit/log/checkpoint")?;
            if answer.status == 503 {
                answer.is_problem(503, "not-signed")?;
                return Ok(None);
            }
            let signed = self.open(&answer.is(200)?.body)?;
            Ok((index < signed.head().size).then_some(signed))
        })
    }

    /// The bytes of a tile.
    pub fn tile(&self, tile: TileId) -> anyhow::Result<Vec<u8>> {
        Ok(self.client.get(&format!("/audit/log/{tile}"))?.is(200).context(tile)?.body)
    }

    /// The entries of a bundle.
    pub fn bundle(&self, bundle: BundleId) -> anyhow::Result<Vec<Vec<u8>>> {
        let answer = self.client.get(&format!("/audit/log/{bundle}"))?.is(200).context(bundle)?;
        let entries = decode_bundle(bundle, &answer.body)?;
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    /// Every tile of a tree of `size` entries.
    pub fn tiles(&self, size: u64) -> anyhow::Result<BTreeMap<TileId, Vec<u8>>> {
        self.fetch(tiles(size))
    }

    /// Every entry of a log of `size` entries.
    pub fn entries(&self, size: u64) -> anyhow::Result<Vec<Vec<u8>>> {
        let bundles = (0..size.div_ceil(u64::from(TILE_WIDTH)))
            .filter_map(|index| BundleId::of_tree(index, size));
        let entries = bundles.map(|bundle| self.bundle(bundle));
        Ok(entries.collect::<anyhow::Result<Vec<_>>>()?.concat())
    }

    /// Verifies all that is below a checkpoint, and returns the entries: the tiles first, then each entry.
    pub fn verify(&self, head: &TreeHead) -> anyhow::Result<Vec<Vec<u8>>> {
        let entries = self.entries(head.size)?;
        check_tree(head, &entries, &self.tiles(head.size)?)?;
        Ok(entries)
    }

    /// Verifies that one checkpoint continues the other.
    pub fn continues(&self, old: &TreeHead, new: &TreeHead) -> anyhow::Result<()> {
        let tiles = self.fetch(consistency_tiles(old.size, new.size)?)?;
        let proof = consistency(old.size, new.size, &tiles)?;
        Ok(verify_consistency(old, new, &proof)?)
    }

    fn fetch(
        &self,
        wanted: impl IntoIterator<Item = TileId>,
    ) -> anyhow::Result<BTreeMap<TileId, Vec<u8>>> {
        wanted.into_iter().map(|tile| Ok((tile, self.tile(tile)?))).collect()
    }
}

/// Whether entries and tiles are those of a checkpoint; an error names the first that is not.
pub fn check_tree(
    head: &TreeHead,
    entries: &[Vec<u8>],
    tiles: &BTreeMap<TileId, Vec<u8>>,
) -> anyhow::Result<()> {
    ensure!(
        u64::try_from(entries.len())? == head.size,
        "{} entries for {}",
        entries.len(),
        head.size
    );
    let mut leaves: Vec<Hash> = Vec::new();
    for (tile, bytes) in tiles.iter().filter(|(tile, _)| tile.level() == 0) {
        leaves.extend(decode_tile(*tile, bytes)?);
    }
    let mut edge = Edge::empty();
    for (index, entry) in entries.iter().enumerate() {
        let leaf = leaf_hash(entry);
        if leaves.get(index) != Some(&Hash::from(leaf)) {
            bail!("entry {index} does not hash to its place in the tiles");
        }
        edge.append(leaf)?;
    }
    for (tile, bytes) in edge.take_tiles() {
        if tiles.get(&tile) != Some(&bytes) {
            bail!("{tile} is not the one over the entries");
        }
    }
    if edge.root() != head.root {
        bail!("the root over the entries is not that of the checkpoint");
    }
    Ok(())
}
