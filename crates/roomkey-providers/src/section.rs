//! A profile's section of the settings: what every provider checks alike.

use std::collections::BTreeMap;
use std::fmt;

use roomkey_claims::{Key, KeyId, KeyState, Profile, ProfileName, Timestamp};
use secrecy::SecretString;
use serde_json::Value;

use crate::{Candidate, UrlError};

/// A profile's section of the settings; the caller has read the files that it names.
#[derive(Clone)]
pub struct Section {
    /// The fields, without `kind` and without what describes the keys.
    pub values: BTreeMap<String, Value>,
    /// The keys, oldest first; the short form of the settings is one active key.
    pub keys: Vec<SectionKey>,
    /// Whether the desk runs with `--dev`, the one place where a provider's published development key is accepted.
    pub dev: bool,
}

/// Names of fields only: a misspelt field may hold a secret.
impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.values.keys().collect();
        f.debug_struct("Section")
            .field("values", &names)
            .field("keys", &self.keys)
            .field("dev", &self.dev)
            .finish()
    }
}

/// One key as the settings give it.
#[derive(Debug, Clone)]
pub struct SectionKey {
    /// Its public id, unchecked.
    pub id: String,
    /// Its secret, without the line end of the file that it was read from.
    pub secret: SecretString,
    /// Whether it signs.
    pub state: KeyState,
    /// After this instant it signs nothing.
    pub not_after: Option<Timestamp>,
}

/// A profile that was accepted: the part that stands in the log, and the secrets, which do not.
#[derive(Debug, Clone)]
pub struct Configured {
    /// The account, without any secret.
    pub profile: Profile,
    /// The secret of each of its keys.
    pub secrets: BTreeMap<KeyId, SecretString>,
}

impl Configured {
    /// Its keys as candidates for [`inspect`](crate::inspect), under the name that the settings give the profile.
    pub fn candidates<'a>(
        &'a self,
        name: &'a ProfileName,
    ) -> impl Iterator<Item = Candidate<'a>> + 'a {
        self.secrets.iter().map(move |(key, secret)| Candidate {
            kind: self.profile.kind.as_str(),
            profile: name,
            key,
            secret,
        })
    }
}

/// Why a profile's section of the settings is refused; no message repeats a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// The provider knows no such field.
    #[error("unknown field `{field}`: known are {known}")]
    UnknownField {
        /// The field.
        field: String,
        /// The fields that there are.
        known: String,
    },
    /// A field is missing.
    #[error("the field `{field}` is missing: {about}")]
    MissingField {
        /// The field.
        field: &'static str,
        /// What it is.
        about: &'static str,
    },
    /// A field has another type than it should.
    #[error("the field `{field}` must be {expected}")]
    WrongType {
        /// The field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A field is a text, but not of the form that it should have.
    #[error("the field `{field}` must be {expected}")]
    Malformed {
        /// The field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A field should be a URL that clients can use safely.
    #[error("the field `{field}` {reason}")]
    Url {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: UrlError,
    },
    /// There is no key.
    #[error(
        "no key: give `{key_field}` and `{secret_field}` (or `{secret_field}_file`), or a list of `keys`"
    )]
    NoKeys {
        /// What the settings call a key's id.
        key_field: &'static str,
        /// What the settings call its secret.
        secret_field: &'static str,
    },
    /// The id of a key does not fit its pattern.
    #[error("the id of key {number} must match {}", KeyId::PATTERN)]
    KeyId {
        /// Which key, counted from 1.
        number: usize,
    },
    /// Two keys have one id, so that entries could not tell which signed.
    #[error("the key `{id}` occurs twice: give each key an id of its own")]
    DuplicateKey {
        /// The id.
        id: KeyId,
    },
    /// The secret is too short for the algorithm (RFC 7518 section 3.2).
    #[error("the secret of key `{id}` is shorter than {minimum} bytes: generate a longer one")]
    ShortSecret {
        /// The key.
        id: KeyId,
        /// The least number of bytes.
        minimum: usize,
    },
    /// The secret is not of the form that it should have.
    #[error("the secret of key `{id}` must be {expected}")]
    MalformedSecret {
        /// The key.
        id: KeyId,
        /// What it should be.
        expected: &'static str,
    },
}

impl Section {
    /// The text of a field, empty where it is absent.
    pub(crate) fn text(&self, field: &'static str) -> Result<&str, SectionError> {
        match self.values.get(field) {
            None => Ok(""),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(SectionError::WrongType { field, expected: "a text" }),
        }
    }

    /// The flag of a field, false where it is absent; the environment can only give it as text.
    pub(crate) fn flag(&self, field: &'static str) -> Result<bool, SectionError> {
        match self.values.get(field) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" => Ok(true),
            Some(Value::String(text)) if text == "false" => Ok(false),
            Some(_) => Err(SectionError::WrongType { field, expected: "true or false" }),
        }
    }
}

/// The active keys of a profile that are past their `not_after` at `now`.
///
/// They sign nothing any more; where they are all that the profile has, `profile.signing_key(now)` is `None` too, and
/// the desk should say so at start instead of denying every request.
pub fn expired_keys(profile: &Profile, now: Timestamp) -> Vec<&Key> {
    let expired = |key: &&Key| {
        key.state == KeyState::Active && key.not_after.is_some_and(|not_after| not_after <= now)
    };
    profile.keys.iter().filter(expired).collect()
}

#[cfg(test)]
mod tests {
    use roomkey_claims::fixtures;

    use super::*;

    #[test]
    fn only_active_keys_past_their_end_are_expired() {
        let key = |id: &str, state, not_after: Option<i64>| Key {
            id: id.parse().unwrap(),
            state,
            not_after: not_after.map(Timestamp::from_seconds),
        };
        let profile = Profile {
            keys: vec![
                key("retired", KeyState::Retired, Some(5)),
                key("old", KeyState::Active, Some(10)),
                key("new", KeyState::Active, Some(11)),
                key("endless", KeyState::Active, None),
            ],
            ..fixtures::profile()
        };
        let ids = |now| -> Vec<&str> {
            let expired = expired_keys(&profile, Timestamp::from_seconds(now));
            expired.into_iter().map(|key| key.id.as_str()).collect()
        };
        assert_eq!((ids(9), ids(10), ids(11)), (vec![], vec!["old"], vec!["old", "new"]));
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let section = Section {
            values: [("secrt".to_owned(), Value::from("hunter2"))].into(),
            keys: vec![SectionKey {
                id: "key".to_owned(),
                secret: "correct horse".into(),
                state: KeyState::Active,
                not_after: None,
            }],
            dev: false,
        };
        let text = format!("{section:?}");
        assert!(text.contains("secrt") && !text.contains("hunter2") && !text.contains("horse"));
    }
}
