//! Whether a key was issued or denied.

use std::str::FromStr;

use roomkey_claims::{UnknownName, find_word};

/// Whether a key was issued or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A key was issued.
    Issued,
    /// A key was denied.
    Denied,
}

impl Outcome {
    /// Both outcomes.
    pub const ALL: [Self; 2] = [Self::Issued, Self::Denied];

    /// The name in filters and columns.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Denied => "denied",
        }
    }
}

impl FromStr for Outcome {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}
