//! What of the log is published: the checkpoint, tiles of hashes, bundles of entries (`c2sp.org/tlog-tiles`).

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use roomkey_audit::Event;
use roomkey_audit::tree::bundle::{BundleId, encode_bundle};
use roomkey_audit::tree::key::VerifierKey;
use roomkey_audit::tree::tile::{TILE_WIDTH, TileId};
use roomkey_claims::Timestamp;

use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::log::Log;
use crate::log::key::LogKey;

/// The newest checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The signed note.
    pub note: String,
    /// The size that it is of.
    pub size: u64,
    /// When it was signed.
    pub signed_at: Timestamp,
}

/// How often somebody who reads entries as bundles is recorded.
const NOTED: Duration = Duration::from_hours(1);

impl Log {
    /// Records that somebody reads entries as bundles, once an hour for each reader and node: a log is many of them.
    pub async fn note_bundles(&self, ground: &Ground, reads: &Reads) -> Result<(), DeskError> {
        let (by, now) = (reads.actor().context().by, ground.clock().now());
        {
            let mut readers = self.bundle_readers().lock().unwrap_or_else(PoisonError::into_inner);
            readers.retain(|_, at| now < at.plus(NOTED));
            if readers.contains_key(&by) {
                return Ok(());
            }
        }
        let event = Event::AuditRead { surface: "bundles".to_owned(), filters: BTreeMap::new() };
        ground.record(reads.actor(), event).await?;
        self.bundle_readers().lock().unwrap_or_else(PoisonError::into_inner).insert(by, now);
        Ok(())
    }
}

/// The newest checkpoint, once there is one.
pub async fn checkpoint(ground: &Ground) -> Result<Option<Published>, DeskError> {
    let tree = ground.read(|reader| reader.tree()).await?;
    Ok(tree.and_then(|tree| {
        Some(Published { note: tree.checkpoint?, size: tree.size, signed_at: tree.signed_at })
    }))
}

/// What others verify checkpoints with, once there is a tree.
pub async fn verifier_key(ground: &Ground) -> Result<Option<VerifierKey>, DeskError> {
    let Some(tree) = ground.read(|reader| reader.tree()).await? else { return Ok(None) };
    Ok(Some(LogKey::of(&tree, ground.store().seal())?.verifier().clone()))
}

/// A tile of the signed tree; `None` where it has no such tile.
pub async fn tile(ground: &Ground, tile: TileId) -> Result<Option<Vec<u8>>, DeskError> {
    ground
        .read(move |reader| {
            let signed = reader.tree()?.filter(|tree| tree.checkpoint.is_some());
            if !signed.is_some_and(|tree| tile.is_within(tree.size)) {
                return Ok(None);
            }
            let Some(mut bytes) = reader.tile(tile.level(), tile.index())? else { return Ok(None) };
            bytes.truncate(tile.byte_length());
            Ok(Some(bytes))
        })
        .await
}

/// A bundle of entries of the signed tree; `None` where it has no such bundle.
pub async fn bundle(ground: &Ground, bundle: BundleId) -> Result<Option<Vec<u8>>, DeskError> {
    let found = ground.read(move |reader| {
        let signed = reader.tree()?.filter(|tree| tree.checkpoint.is_some());
        if !signed.is_some_and(|tree| bundle.is_within(tree.size)) {
            return Ok(None);
        }
        let first = bundle.index() * u64::from(TILE_WIDTH);
        reader.entries_from(first, bundle.width()).map(Some)
    });
    let Some(entries) = found.await? else { return Ok(None) };
    let bytes: Vec<&[u8]> = entries.iter().map(|entry| entry.body.as_slice()).collect();
    let encoded = encode_bundle(bundle, &bytes);
    encoded.map(Some).map_err(|_| DeskError::Internal("entries are missing in a bundle"))
}
