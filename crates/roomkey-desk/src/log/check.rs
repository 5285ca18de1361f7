//! Whether a log still is what its last checkpoint says, before anything is added to its tree.

use std::collections::BTreeMap;

use roomkey_audit::leaf_hash;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::checkpoint::SignedCheckpoint;
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::key::VerifierKey;
use roomkey_audit::tree::proof::verify::verify_consistency;
use roomkey_audit::tree::proof::{TreeHead, consistency, consistency_tiles};
use roomkey_audit::tree::tile::{TILE_WIDTH, TileId, decode_tile, right_edge};
use roomkey_storage::{Reader, StoreError, TreeState};

use crate::log::error::{IntegrateError, Mismatch};
use crate::log::key::LogKey;
use crate::log::outlet::Outlet;

/// Reads the right edge of the tree, and compares it with what was signed, let out and stored.
pub(super) fn resume(
    reader: &mut Reader<'_>,
    tree: &TreeState,
    (key, outlet): (&LogKey, &Outlet),
    seen: Option<TreeHead>,
) -> Result<Edge, IntegrateError> {
    let head = head_of(tree);
    let entries = reader.head()?.next_index;
    if entries < head.size {
        return Err(Mismatch::Cut { entries, signed: head.size }.into());
    }
    check_signed(tree, key)?;
    check_let_out(reader, head, (key, let_out(outlet)?))?;
    if let Some(seen) = seen
        && !goes_on(reader, seen, head)?
    {
        return Err(Mismatch::Seen { size: seen.size }.into());
    }
    let tiles = tiles_of(reader, right_edge(head.size))?;
    let edge = Edge::resume(head, &tiles).map_err(|_| Mismatch::Tiles { signed: head.size })?;
    check_last_bundle(reader, head.size, &tiles)?;
    Ok(edge)
}

/// Size and root of what is signed.
pub(super) fn head_of(tree: &TreeState) -> TreeHead {
    TreeHead { size: tree.size, root: tree.root }
}

/// Reads tiles, those that are there.
pub(super) fn tiles_of(
    reader: &mut Reader<'_>,
    wanted: impl IntoIterator<Item = TileId>,
) -> Result<BTreeMap<TileId, Vec<u8>>, StoreError> {
    let mut tiles = BTreeMap::new();
    for tile in wanted {
        let Some(mut bytes) = reader.tile(tile.level(), tile.index())? else { continue };
        bytes.truncate(tile.byte_length());
        tiles.insert(tile, bytes);
    }
    Ok(tiles)
}

/// The stored checkpoint must be the log's own, of what is stored beside it.
pub(super) fn check_signed(tree: &TreeState, key: &LogKey) -> Result<(), Mismatch> {
    let signed = tree.checkpoint.as_deref().and_then(|note| key.open(note));
    if 0 < tree.size && signed != Some(head_of(tree)) {
        return Err(Mismatch::Checkpoint { signed: tree.size });
    }
    Ok(())
}

/// The checkpoint that was let out last.
pub(super) fn let_out(outlet: &Outlet) -> Result<Option<String>, IntegrateError> {
    outlet.newest().map_err(|error| IntegrateError::Outlet(error.to_string()))
}

/// What was let out last must be the beginning of this log: a database that was restored from a copy is not.
pub(super) fn check_let_out(
    reader: &mut Reader<'_>,
    head: TreeHead,
    (key, newest): (&LogKey, Option<String>),
) -> Result<(), IntegrateError> {
    let Some(note) = newest else { return Ok(()) };
    let Some(old) = key.open(&note) else {
        // That of a log that was taken over is replaced by the next one.
        let retired = reader.retired_logs()?;
        return if retired.iter().any(|vkey| is_by(vkey, &note)) {
            Ok(())
        } else {
            Err(Mismatch::LetOut { size: 0 }.into())
        };
    };
    if goes_on(reader, old, head)? {
        Ok(())
    } else {
        Err(Mismatch::LetOut { size: old.size }.into())
    }
}

/// Whether a checkpoint is signed with a key, given as vkey.
fn is_by(vkey: &str, note: &str) -> bool {
    let key = vkey.parse::<VerifierKey>();
    key.is_ok_and(|key| SignedCheckpoint::open(note.as_bytes(), &[key]).is_ok())
}

/// Whether the tree of `old` is the beginning of that of `head`.
fn goes_on(reader: &mut Reader<'_>, old: TreeHead, head: TreeHead) -> Result<bool, StoreError> {
    let Ok(wanted) = consistency_tiles(old.size, head.size) else { return Ok(false) };
    let tiles = tiles_of(reader, wanted)?;
    let Ok(proof) = consistency(old.size, head.size, &tiles) else { return Ok(false) };
    Ok(verify_consistency(&old, &head, &proof).is_ok())
}

/// The entries under the last tile of leaves are hashed again.
fn check_last_bundle(
    reader: &mut Reader<'_>,
    size: u64,
    tiles: &BTreeMap<TileId, Vec<u8>>,
) -> Result<(), IntegrateError> {
    let Some((tile, bytes)) = tiles.iter().find(|(tile, _)| tile.level() == 0) else {
        return Ok(());
    };
    let hashes = decode_tile(*tile, bytes).map_err(|_| Mismatch::Tiles { signed: size })?;
    let first = tile.index() * u64::from(TILE_WIDTH);
    let entries = reader.entries_from(first, tile.width())?;
    let mut entries = entries.iter();
    for (index, hash) in (first..).zip(hashes) {
        let entry = entries.next().filter(|entry| entry.index == index);
        let entry = entry.ok_or(Mismatch::Gap { index })?;
        if Hash::from(leaf_hash(&entry.body)) != hash {
            return Err(Mismatch::Entry { index }.into());
        }
    }
    Ok(())
}
