//! How a backend names the user that it acts for.

use std::str::FromStr;

use roomkey_claims::{Did, IdError, SubjectRef, Username};
use roomkey_storage::{Reader, StoreError};

/// A user, by name or by DID; a username has no colon, so that one text is never both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedUser {
    /// By the name to log in with.
    Username(Username),
    /// By the decentralized identifier.
    Did(Did),
}

impl FromStr for NamedUser {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.starts_with("did:") {
            text.parse().map(Self::Did)
        } else {
            text.parse().map(Self::Username)
        }
    }
}

impl NamedUser {
    /// How the log names the user, where there is one.
    pub(crate) fn find(&self, reader: &mut Reader<'_>) -> Result<Option<SubjectRef>, StoreError> {
        let user = match self {
            Self::Username(name) => reader.user(name)?,
            Self::Did(did) => reader.user_by_did(did)?,
        };
        Ok(user.map(|user| user.subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_a_user_in_one_way() {
        let named = |text: &str| text.parse::<NamedUser>();
        assert!(matches!(named("Ada"), Ok(NamedUser::Username(name)) if name.as_str() == "ada"));
        assert!(matches!(named("did:web:example.org:ada"), Ok(NamedUser::Did(_))));
        for bad in ["", "did:", "did:web", "a:b", "ada lovelace"] {
            assert!(named(bad).is_err(), "{bad}");
        }
    }
}
