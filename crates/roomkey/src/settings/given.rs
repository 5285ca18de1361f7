//! A value that was given, and where.

use std::fmt;

use serde_json::Value;

/// The section that provider profiles stand in.
pub(crate) const PROVIDERS: &str = "providers";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The command line.
    Flag,
    /// This variable.
    Environment(String),
    /// This line of the file.
    File(usize),
    /// `--dev`.
    Dev,
    /// Nobody gave it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File(line) => write!(f, "file line {line}"),
            Self::Dev => f.write_str("--dev"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value with its origin.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The value.
    pub(crate) value: Value,
    /// Where it came from.
    pub(crate) origin: Origin,
}
