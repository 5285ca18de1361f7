//! A proof that an entry is in the log, to be kept and verified offline.

use roomkey_audit::tree::checkpoint::SignedCheckpoint;
use roomkey_audit::tree::key::VerifierKey;
use roomkey_audit::tree::proof::{inclusion, inclusion_tiles};
use roomkey_audit::tree::tlog_proof::TlogProof;

use crate::error::DeskError;
use crate::ground::Ground;
use crate::log::check::tiles_of;
use crate::log::key::LogKey;

/// The proof for the entry at an index, as a file (`c2sp.org/tlog-proof@v1`).
///
/// An entry is signed within about a second of its commit; before that there is no proof yet.
pub async fn proof_of(ground: &Ground, index: u64) -> Result<TlogProof, DeskError> {
    let found = ground.read(move |reader| {
        let Some(tree) = reader.tree()? else { return Ok(None) };
        let Ok(wanted) = inclusion_tiles(index, tree.size) else { return Ok(None) };
        Ok(Some((tiles_of(reader, wanted)?, tree)))
    });
    let (tiles, tree) = found.await?.ok_or(DeskError::NotSigned)?;
    let note = tree.checkpoint.as_deref().ok_or(DeskError::NotSigned)?;
    let keys: [VerifierKey; 1] = [LogKey::of(&tree, ground.store().seal())?.verifier().clone()];
    let signed = SignedCheckpoint::open(note.as_bytes(), &keys)
        .map_err(|_| DeskError::Internal("the stored checkpoint does not open"))?;
    let hashes = inclusion(index, tree.size, &tiles)
        .map_err(|_| DeskError::Internal("tiles of the log are missing"))?;
    Ok(TlogProof::new(index, hashes, &signed))
}
