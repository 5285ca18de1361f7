//! Files that prove that an entry is in the log, to be verified offline (`c2sp.org/tlog-proof@v1`).

use std::fmt;
use std::str;

use super::checkpoint::{OpenError, SignedCheckpoint};
use super::hash::Hash;
use super::key::VerifierKey;
use super::note::{MAX_NOTE_BYTES, Note, NoteError};
use super::proof::MAX_PROOF_HASHES;
use super::proof::verify::{Unproved, verify_inclusion};
use super::text;
use crate::LeafHash;

/// Longest extra data, in bytes.
pub const MAX_EXTRA_BYTES: usize = 65_536;

/// Longest file, in bytes: the note, the extra data in base64, the hashes and the other lines.
pub const MAX_TLOG_PROOF_BYTES: usize = MAX_NOTE_BYTES + MAX_EXTRA_BYTES * 3 / 2 + 4096;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// An entry's index, its inclusion proof and the checkpoint that the proof leads to; nothing is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    extra: Vec<u8>,
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: String,
}

/// Why a text is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Over [`MAX_TLOG_PROOF_BYTES`] or [`MAX_EXTRA_BYTES`].
    #[error("the proof has {0} bytes, which is more than one can have")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("byte {at} of the proof is not UTF-8")]
    Utf8 {
        /// Offset of that byte.
        at: usize,
    },
    /// A line that does not belong there.
    #[error("line {line} of the proof is not what a c2sp.org/tlog-proof@v1 has there")]
    Line {
        /// Which line, from 1.
        line: usize,
    },
    /// The checkpoint is no note.
    #[error("the checkpoint in the proof is no note")]
    Note(#[from] NoteError),
}

/// Why a proof does not prove that the entry is in the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofUnproved {
    /// The checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] OpenError),
    /// The way from the entry to it.
    #[error(transparent)]
    Inclusion(#[from] Unproved),
}

impl TlogProof {
    /// The proof of the entry `index`, whose hashes lead to the checkpoint.
    pub fn new(index: u64, hashes: Vec<Hash>, checkpoint: &SignedCheckpoint) -> Self {
        Self { extra: Vec::new(), index, hashes, checkpoint: checkpoint.note().to_owned() }
    }

    /// Reads a proof, strictly, without verifying anything.
    pub fn parse(file: &[u8]) -> Result<Self, TlogProofError> {
        if MAX_TLOG_PROOF_BYTES < file.len() {
            return Err(TlogProofError::TooLong(file.len()));
        }
        let file = str::from_utf8(file)
            .map_err(|error| TlogProofError::Utf8 { at: error.valid_up_to() })?;
        let (first, mut rest) = line(file, 1)?;
        if first != FIRST_LINE {
            return Err(TlogProofError::Line { line: 1 });
        }
        let (mut current, mut number) = (line(rest, 2)?, 2);
        let mut extra = Vec::new();
        if let Some(text) = current.0.strip_prefix("extra ") {
            extra = text::base64(text)
                .filter(|extra| !extra.is_empty() && extra.len() <= MAX_EXTRA_BYTES)
                .ok_or(TlogProofError::Line { line: number })?;
            number += 1;
            current = line(current.1, number)?;
        }
        let index = current.0.strip_prefix("index ").and_then(text::decimal);
        let index = index.ok_or(TlogProofError::Line { line: number })?;
        rest = current.1;
        let mut hashes = Vec::new();
        loop {
            number += 1;
            let (text, after) = line(rest, number)?;
            rest = after;
            if text.is_empty() {
                break;
            }
            if MAX_PROOF_HASHES <= hashes.len() {
                return Err(TlogProofError::Line { line: number });
            }
            hashes.push(text.parse().map_err(|_| TlogProofError::Line { line: number })?);
        }
        Note::parse(rest.as_bytes())?;
        Ok(Self { extra, index, hashes, checkpoint: rest.to_owned() })
    }

    /// Data that nothing authenticates; empty where there is none.
    pub fn extra(&self) -> &[u8] {
        &self.extra
    }

    /// Index of the entry.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The inclusion proof, the leaf's neighbour first.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Verifies that the checkpoint is its log's and that the leaf is the entry of this index in it.
    ///
    /// How many witnesses must have cosigned is for the caller to decide: the checkpoint says which have.
    pub fn verify(
        &self,
        leaf: LeafHash,
        keys: &[VerifierKey],
    ) -> Result<SignedCheckpoint, TlogProofUnproved> {
        let signed = SignedCheckpoint::open(self.checkpoint.as_bytes(), keys)?;
        verify_inclusion(&signed.head(), self.index, leaf, &self.hashes)?;
        Ok(signed)
    }
}

/// The file.
impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if !self.extra.is_empty() {
            f.write_str("extra ")?;
            text::write_base64(&self.extra, f)?;
            writeln!(f)?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// The next line and what follows its newline.
fn line(text: &str, number: usize) -> Result<(&str, &str), TlogProofError> {
    text.split_once('\n').ok_or(TlogProofError::Line { line: number })
}
