//! Signed notes: a text and who signed it (`c2sp.org/signed-note`, version 1.0.0).

pub mod line;

use std::str;

use self::line::SignatureLine;
use super::key::signing::SigningKey;
use super::key::{ED25519_SIGNATURE_BYTES, KeyId, KeyKind, KeyName, VerifierKey};
use super::text;

/// Longest note, in bytes.
pub const MAX_NOTE_BYTES: usize = 1_000_000;

/// Most signatures of a note; the specification demands 16.
pub const MAX_SIGNATURES: usize = 100;

/// A note that reads, of which nothing is verified: its text is not to be had before [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// A note that at least one known key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenNote {
    text: String,
    verified: Vec<Verified>,
    unknown: Vec<SignatureLine>,
}

/// A signature that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Of the text (type 0x01).
    Signature {
        /// Whose.
        key: VerifierKey,
    },
    /// Of the text and a time (type 0x04, `c2sp.org/tlog-cosignature`).
    Cosignature {
        /// Whose.
        key: VerifierKey,
        /// When, in seconds since the epoch, as the witness says.
        seconds: u64,
    },
}

impl Verified {
    /// Whose signature it is.
    pub const fn key(&self) -> &VerifierKey {
        match self {
            Self::Signature { key } | Self::Cosignature { key, .. } => key,
        }
    }
}

/// Why a note is none, or is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Over [`MAX_NOTE_BYTES`].
    #[error("the note has {0} bytes, {MAX_NOTE_BYTES} at most")]
    TooLong(usize),
    /// Not UTF-8, or with control characters.
    #[error("byte {at} of the note is not UTF-8 or is a control character")]
    Character {
        /// Offset of the first such byte.
        at: usize,
    },
    /// No empty line before signatures.
    #[error("the note has no signatures after an empty line: it must end with a newline")]
    NoSignatures,
    /// A line that is none of a signature.
    #[error("line {line} after the text of the note is no signature: \u{2014} <name> <base64>")]
    Line {
        /// Which line after the empty one, from 1.
        line: usize,
    },
    /// Over [`MAX_SIGNATURES`].
    #[error("the note has over {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// Two different known keys with one name and id.
    #[error("two of the given keys have the name {name} and the id {id}: give one of them")]
    AmbiguousKey {
        /// The name of both.
        name: KeyName,
        /// The id of both.
        id: KeyId,
    },
    /// A known key's signature that is wrong.
    #[error("the signature of {name} with the key {id} is wrong: the note was changed or forged")]
    BadSignature {
        /// Whose.
        name: KeyName,
        /// With which key.
        id: KeyId,
    },
    /// No known key has signed.
    #[error("none of the given keys has signed the note: check that the verifier key is the log's")]
    Unsigned,
}

/// Why a text cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// No text of a note.
    #[error(
        "the text of a note ends with a newline, has no other control characters and fits into a note"
    )]
    Text,
    /// Nobody to sign.
    #[error("a note needs 1 to {MAX_SIGNATURES} signatures")]
    Keys,
    /// The cryptographic library failed.
    #[error("the key refused to sign")]
    Refused,
}

impl Note {
    /// Reads a note, strictly, without verifying anything.
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        if MAX_NOTE_BYTES < note.len() {
            return Err(NoteError::TooLong(note.len()));
        }
        let note = str::from_utf8(note)
            .map_err(|error| NoteError::Character { at: error.valid_up_to() })?;
        if let Some(at) = note.find(|character| !text::is_note_character(character)) {
            return Err(NoteError::Character { at });
        }
        // The last empty line: the text before it may have others.
        let end = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = note.split_at_checked(end + 1).ok_or(NoteError::NoSignatures)?;
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (line, number) in lines.split('\n').zip(1..) {
            if MAX_SIGNATURES < number {
                return Err(NoteError::TooManySignatures);
            }
            signatures.push(line.parse().map_err(|_| NoteError::Line { line: number })?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The signatures, none of them verified.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Verifies the signatures of known keys: at least one there must be, and none may be wrong.
    ///
    /// Signatures of unknown keys are kept aside, those of a known key after its first are verified and dropped.
    pub fn verify(self, keys: &[VerifierKey]) -> Result<OpenNote, NoteError> {
        let (mut verified, mut unknown) = (Vec::<Verified>::new(), Vec::new());
        for line in self.signatures {
            let Some(key) = known(&line, keys)? else {
                unknown.push(line);
                continue;
            };
            let Some(found) = verify(&self.text, &line, key) else {
                return Err(NoteError::BadSignature { name: line.name, id: line.id });
            };
            if !verified.iter().any(|before| before.key() == key) {
                verified.push(found);
            }
        }
        if verified.is_empty() {
            return Err(NoteError::Unsigned);
        }
        Ok(OpenNote { text: self.text, verified, unknown })
    }
}

impl OpenNote {
    /// The text that was signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The verified signatures, in the note's order, one for each key; never empty.
    pub fn verified(&self) -> &[Verified] {
        &self.verified
    }

    /// The signatures of unknown keys, of which nothing is known.
    pub fn unknown(&self) -> &[SignatureLine] {
        &self.unknown
    }
}

/// Reads a note and verifies it.
pub fn open_note(note: &[u8], keys: &[VerifierKey]) -> Result<OpenNote, NoteError> {
    Note::parse(note)?.verify(keys)
}

/// Signs a text: the note with a line for each key.
pub fn sign_note(text: &str, keys: &[&SigningKey]) -> Result<String, SignError> {
    if !text.ends_with('\n') || !text.chars().all(text::is_note_character) {
        return Err(SignError::Text);
    }
    if keys.is_empty() || MAX_SIGNATURES < keys.len() {
        return Err(SignError::Keys);
    }
    let lines = keys.iter().map(|key| sign_line(text, key)).collect::<Result<Vec<_>, _>>()?;
    let note = format!("{text}\n{}", lines.concat());
    if MAX_NOTE_BYTES < note.len() { Err(SignError::Text) } else { Ok(note) }
}

fn sign_line(text: &str, key: &SigningKey) -> Result<String, SignError> {
    let bytes = key.attest(text.as_bytes()).ok_or(SignError::Refused)?.to_vec();
    let verifier = key.verifier();
    let line = SignatureLine { name: verifier.name().clone(), id: verifier.id(), bytes };
    Ok(format!("{line}\n"))
}

/// The known key of a line: name and id must both be its own.
fn known<'a>(
    line: &SignatureLine,
    keys: &'a [VerifierKey],
) -> Result<Option<&'a VerifierKey>, NoteError> {
    let mut matching = keys.iter().filter(|key| *key.name() == line.name && key.id() == line.id);
    let found = matching.next();
    match matching.find(|other| Some(*other) != found) {
        Some(_) => Err(NoteError::AmbiguousKey { name: line.name.clone(), id: line.id }),
        None => Ok(found),
    }
}

fn verify(text: &str, line: &SignatureLine, key: &VerifierKey) -> Option<Verified> {
    match key.kind() {
        KeyKind::Ed25519 => {
            let is_signed = line.bytes.len() == ED25519_SIGNATURE_BYTES
                && key.has_signed(text.as_bytes(), &line.bytes);
            is_signed.then(|| Verified::Signature { key: key.clone() })
        }
        KeyKind::Cosignature => {
            let (seconds, signature) = line.bytes.split_first_chunk::<8>()?;
            let seconds = u64::from_be_bytes(*seconds);
            // Both bounds stand in tlog-cosignature, "Format".
            if i64::try_from(seconds).is_err() || signature.len() != ED25519_SIGNATURE_BYTES {
                return None;
            }
            let message = format!("cosignature/v1\ntime {seconds}\n{text}");
            key.has_signed(message.as_bytes(), signature)
                .then(|| Verified::Cosignature { key: key.clone(), seconds })
        }
    }
}
