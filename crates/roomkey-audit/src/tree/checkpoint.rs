//! Checkpoints: what a log signs about its tree (`c2sp.org/tlog-checkpoint`, version 1.0.0).

use std::fmt;
use std::str::FromStr;

use super::hash::EMPTY_ROOT;
use super::key::signing::SigningKey;
use super::key::{KeyKind, KeyName, VerifierKey};
use super::note::line::SignatureLine;
use super::note::{NoteError, OpenNote, SignError, Verified, open_note, sign_note};
use super::proof::TreeHead;
use super::text;

/// A line of a checkpoint's text: not empty, without control characters.
///
/// The first one is the origin, which tells logs apart; those after the third are opaque extensions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line(String);

impl Line {
    /// The line as text, without its newline.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a log's key is the log's origin.
impl From<&KeyName> for Line {
    fn from(name: &KeyName) -> Self {
        Self(name.as_str().to_owned())
    }
}

/// What a log states: which log, how many entries, the root over them.
///
/// Its text is the text of the note that is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Line,
    head: TreeHead,
    extensions: Vec<Line>,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Fewer than three lines, an empty line, a control character, or no newline at the end.
    #[error("a checkpoint is at least three lines that are not empty: origin, size, root")]
    Lines,
    /// No size.
    #[error("the size of a checkpoint is a decimal number without leading zeros, below 2^64")]
    Size,
    /// No root.
    #[error("the root of a checkpoint is 32 bytes in padded base64")]
    Root,
    /// Size 0 with another root than the empty tree's.
    #[error("the checkpoint says that the log is empty, but not with the root of an empty tree")]
    EmptyTree,
}

impl Checkpoint {
    /// The statement about a tree, without extensions.
    pub fn new(origin: Line, head: TreeHead) -> Result<Self, CheckpointError> {
        if head.size == 0 && head.root != EMPTY_ROOT {
            return Err(CheckpointError::EmptyTree);
        }
        Ok(Self { origin, head, extensions: Vec::new() })
    }

    /// Which log.
    pub const fn origin(&self) -> &Line {
        &self.origin
    }

    /// Size and root of its tree.
    pub const fn head(&self) -> TreeHead {
        self.head
    }

    /// What else the log says; witnesses do not vouch for it.
    pub fn extensions(&self) -> &[Line] {
        &self.extensions
    }
}

/// The text of the note, with its last newline.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin.0, self.head.size, self.head.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{}", line.0))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        if lines.contains(|character: char| !text::is_note_character(character)) {
            return Err(CheckpointError::Lines);
        }
        let mut lines = lines.split('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty());
        let (Some(origin), Some(size), Some(root)) = (next(), next(), next()) else {
            return Err(CheckpointError::Lines);
        };
        let size = text::decimal(size).ok_or(CheckpointError::Size)?;
        let root = root.parse().map_err(|_| CheckpointError::Root)?;
        let mut checkpoint = Self::new(Line(origin.to_owned()), TreeHead { size, root })?;
        for line in lines {
            if line.is_empty() {
                return Err(CheckpointError::Lines);
            }
            checkpoint.extensions.push(Line(line.to_owned()));
        }
        Ok(checkpoint)
    }
}

/// A checkpoint that its log has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: String,
    open: OpenNote,
}

/// Why a checkpoint is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Its text.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Only others have signed, or the key of another log.
    #[error(
        "the log {origin:?} has not signed with a given key of that name: check the verifier key"
    )]
    NotByItsLog {
        /// Which log the checkpoint is of.
        origin: String,
    },
}

/// Why a checkpoint cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignCheckpointError {
    /// The key has another name than the log.
    #[error("a log signs with a key that has the name of its origin")]
    OtherName,
    /// The note.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl SignedCheckpoint {
    /// Reads a checkpoint and verifies the signatures of the given keys.
    ///
    /// One of them must be the log's: type 0x01, with the origin as its name.
    /// That name is a recommendation of `c2sp.org/tlog-checkpoint`, and here a rule, so that a verifier key alone says
    /// which log is meant.
    /// Keys of type 0x04 are witnesses'.
    pub fn open(note: &[u8], keys: &[VerifierKey]) -> Result<Self, OpenError> {
        let open = open_note(note, keys)?;
        let checkpoint: Checkpoint = open.text().parse()?;
        let is_the_logs = |verified: &Verified| {
            let key = verified.key();
            key.kind() == KeyKind::Ed25519 && key.name().as_str() == checkpoint.origin.as_str()
        };
        if !open.verified().iter().any(is_the_logs) {
            return Err(OpenError::NotByItsLog { origin: checkpoint.origin.0 });
        }
        // It was UTF-8 a moment ago.
        let note = String::from_utf8_lossy(note).into_owned();
        Ok(Self { checkpoint, note, open })
    }

    /// What was signed.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Size and root of the tree.
    pub const fn head(&self) -> TreeHead {
        self.checkpoint.head
    }

    /// The whole note, exactly as it was read.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The signatures of unknown keys, of which nothing is known.
    pub fn unknown(&self) -> &[SignatureLine] {
        self.open.unknown()
    }
}

/// Signs a checkpoint as its log: the note.
///
/// Whoever calls it has made sure that the tree extends every tree that was signed before.
pub fn sign_checkpoint(
    checkpoint: &Checkpoint,
    key: &SigningKey,
) -> Result<String, SignCheckpointError> {
    if key.verifier().name().as_str() != checkpoint.origin.as_str() {
        return Err(SignCheckpointError::OtherName);
    }
    Ok(sign_note(&checkpoint.to_string(), &[key])?)
}
