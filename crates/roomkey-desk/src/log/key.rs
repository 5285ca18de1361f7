//! The key that signs checkpoints: made with the tree, sealed in the database.

use roomkey_audit::tree::checkpoint::{Checkpoint, Line, SignedCheckpoint, sign_checkpoint};
use roomkey_audit::tree::key::signing::SigningKey;
use roomkey_audit::tree::key::{KeyName, VerifierKey};
use roomkey_audit::tree::proof::TreeHead;
use roomkey_claims::IdSource;
use roomkey_storage::{NewTree, Seal, TreeState};
use zeroize::Zeroizing;

use crate::error::DeskError;

/// A broken key is a broken database: nothing that a caller can mend.
const BROKEN: DeskError = DeskError::Internal("the log's signing key does not read");

/// The key of a log, under the log's origin.
#[derive(Debug)]
pub struct LogKey(SigningKey);

impl LogKey {
    /// The key of a tree.
    pub(crate) fn of(tree: &TreeState, seal: &Seal) -> Result<Self, DeskError> {
        let seed = tree.signing_key(seal)?;
        let seed = seed.as_slice().try_into().map_err(|_| BROKEN)?;
        let name: KeyName = tree.origin.parse().map_err(|_| BROKEN)?;
        SigningKey::from_seed(name, seed).map(Self).map_err(|_| BROKEN)
    }

    /// What others verify checkpoints with, as a vkey (`c2sp.org/signed-note`).
    pub const fn verifier(&self) -> &VerifierKey {
        self.0.verifier()
    }

    /// Signs a checkpoint of this head.
    pub(crate) fn attest(&self, head: TreeHead) -> Result<String, DeskError> {
        let checkpoint = Checkpoint::new(Line::from(self.verifier().name()), head)
            .map_err(|_| DeskError::Internal("a checkpoint could not be written"))?;
        sign_checkpoint(&checkpoint, &self.0)
            .map_err(|_| DeskError::Internal("a checkpoint could not be signed"))
    }

    /// Reads a checkpoint that this key signed.
    pub(crate) fn open(&self, note: &str) -> Option<TreeHead> {
        let keys = [self.verifier().clone()];
        SignedCheckpoint::open(note.as_bytes(), &keys).ok().map(|signed| signed.head())
    }
}

/// A tree of no entries under this origin, with its new key.
pub(crate) fn new_tree(
    seal: &Seal,
    ids: &dyn IdSource,
    origin: &KeyName,
) -> Result<(NewTree, LogKey), DeskError> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    ids.fill(seed.as_mut());
    let key = SigningKey::from_seed(origin.clone(), &seed).map_err(|_| BROKEN)?;
    let new = NewTree::new(seal, origin.as_str().to_owned(), seed.as_slice());
    Ok((new.map_err(DeskError::Seal)?, LogKey(key)))
}

/// An origin that nobody else has, where the settings name none.
pub(crate) fn new_origin(ids: &dyn IdSource) -> Result<KeyName, DeskError> {
    let name = format!("roomkey/{}", ids.uuid_v4().simple());
    name.parse().map_err(|_| DeskError::Internal("an origin could not be made"))
}
