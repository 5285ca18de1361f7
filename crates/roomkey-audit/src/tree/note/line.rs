//! The lines below a note: who signed, with which key.

use std::fmt;
use std::str::FromStr;

use super::super::key::{KeyId, KeyName};
use super::super::text;

/// One line: `— <name> <base64(key id || signature)>`; nothing is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// The name of the key.
    pub name: KeyName,
    /// The id of the key.
    pub id: KeyId,
    /// What follows the id: the signature, as its type has it. Not empty.
    pub bytes: Vec<u8>,
}

/// A line that is none of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the line is no signature: \u{2014} <name> <base64>")]
pub struct LineError;

impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\u{2014} {} ", self.name)?;
        text::write_base64(&[&self.id.as_bytes()[..], &self.bytes].concat(), f)
    }
}

impl FromStr for SignatureLine {
    type Err = LineError;

    /// Reads a line, without its newline.
    fn from_str(line: &str) -> Result<Self, LineError> {
        let line = line.strip_prefix("\u{2014} ").ok_or(LineError)?;
        let (name, bytes) = line.split_once(' ').ok_or(LineError)?;
        let bytes = text::base64(bytes).ok_or(LineError)?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or(LineError)?;
        if bytes.is_empty() {
            return Err(LineError);
        }
        let name = name.parse().map_err(|_| LineError)?;
        Ok(Self { name, id: KeyId::from_bytes(*id), bytes: bytes.to_vec() })
    }
}
