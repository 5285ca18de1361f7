//! What can be wrong with a log, and why a step of its tree was not made.

use roomkey_storage::{StoreError, WriteError};

use crate::error::DeskError;

/// Why a log does not match its last checkpoint; each is a reason to freeze it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The database holds fewer entries than were signed.
    #[error(
        "the database has {entries} entries, and its last checkpoint {signed}: it was rolled back or cut"
    )]
    Cut {
        /// How many there are.
        entries: u64,
        /// How many were signed.
        signed: u64,
    },
    /// The stored checkpoint is not signed by the log's key, or is of another size or root.
    #[error("the stored checkpoint is not the log's own of size {signed}")]
    Checkpoint {
        /// The size that it should have.
        signed: u64,
    },
    /// The tiles give another root.
    #[error("the tiles do not give the root that was signed for size {signed}")]
    Tiles {
        /// The size.
        signed: u64,
    },
    /// The bytes of an entry are not those that were hashed.
    #[error("the bytes of entry {index} do not give its hash")]
    Entry {
        /// Which entry.
        index: u64,
    },
    /// An entry is missing.
    #[error("entry {index} is missing")]
    Gap {
        /// Which entry.
        index: u64,
    },
    /// The row of the tree is gone, though there was one.
    #[error("the state of the signed tree is gone from the database")]
    TreeGone,
    /// This process signed or saw more of the log than there is now, or something else.
    #[error(
        "this log had the signed size {size} before, and does not go on from it: the database was rolled back"
    )]
    Seen {
        /// The size.
        size: u64,
    },
    /// A checkpoint that was let out is not of this log.
    #[error(
        "the checkpoint file is not of this log or of a log that it continues (size {size}): the database was rolled back or replaced"
    )]
    LetOut {
        /// The size that it says, 0 where it does not read.
        size: u64,
    },
}

/// Why a step was not made.
#[derive(Debug, thiserror::Error)]
pub enum IntegrateError {
    /// The log does not match its last checkpoint.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The file of the newest checkpoint cannot be read or written.
    #[error("the checkpoint file cannot be read or written: {0}")]
    Outlet(String),
    /// A log that is taken over needs another name.
    #[error(
        "the log has that name already: choose another one, so that its checkpoints are not taken for the old log's"
    )]
    SameOrigin,
    /// The desk failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for IntegrateError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl From<WriteError> for IntegrateError {
    fn from(error: WriteError) -> Self {
        Self::Desk(error.into())
    }
}
