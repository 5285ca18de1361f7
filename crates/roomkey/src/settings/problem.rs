//! What is wrong with the settings: all of it at once, each with the place where it stands.

use std::fmt;
use std::path::PathBuf;

use super::given::Origin;

/// One thing that is wrong; no message repeats the value of a key that may hold a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The key, with its section.
    pub(crate) key: String,
    /// Where the value came from.
    pub(crate) origin: Option<Origin>,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "{}", self.key)?;
            match &self.origin {
                Some(origin) => write!(f, " ({origin}): ")?,
                None => write!(f, ": ")?,
            }
        }
        f.write_str(&self.message)
    }
}

/// Why there are no settings to work with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// There is no such file.
    #[error(
        "there is no settings file {path:?}: `roomkey init` writes one, `--config` names another, \
         `roomkey serve --dev` tries the desk out without one"
    )]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("the settings file {path:?} cannot be read: {error}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Something in them is wrong.
    #[error("{}", listed(.place, .problems))]
    Wrong {
        /// The file, or `--dev`.
        place: String,
        /// All that is wrong.
        problems: Vec<Problem>,
    },
}

impl SettingsError {
    /// What is wrong, one sentence each.
    pub(crate) fn problems(&self) -> Vec<String> {
        match self {
            Self::Wrong { place: _, problems } => {
                problems.iter().map(ToString::to_string).collect()
            }
            Self::Missing { path: _ } | Self::Unreadable { path: _, error: _ } => {
                vec![self.to_string()]
            }
        }
    }
}

fn listed(place: &str, problems: &[Problem]) -> String {
    let mut text = format!("the settings are not usable ({place})");
    for problem in problems {
        text.push_str("\n  ");
        text.push_str(&problem.to_string());
    }
    text
}
