//! One row of the table: everything that the rest of the workspace knows about a provider.

use std::collections::BTreeMap;

use roomkey_claims::{Grant, Profile, Role};
use secrecy::SecretString;
use serde_json::Value;

use crate::{Configured, Draft, DraftError, Drafting, Inspected, Rest, Section, SectionError};

/// One provider: everything that the rest of the workspace knows about it.
///
/// A table of data and functions was preferred to an enum, whose matches would spread over the workspace: see the
/// crate's documentation.
#[derive(Debug)]
pub struct Descriptor {
    /// The name in URLs, settings and entries; lower case, and it never changes once released.
    pub kind: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// What its tokens are, in a few words.
    pub format: &'static str,
    /// The provider's own page about its tokens.
    pub docs_url: &'static str,
    /// Longest life of a token, in seconds: the provider's limit, or the desk's own where it has none.
    pub cap_seconds: u32,
    /// What the settings call the public id of the one key of a profile.
    pub key_field: &'static str,
    /// Whether that id is the account's, the same for all its keys: then it stands beside a list of `keys` too, and is
    /// handed to `configure` among the values.
    pub key_is_account: bool,
    /// What the settings call the secret of a key; with `_file` behind it, the file that holds it.
    pub secret_field: &'static str,
    /// The other fields of its section of the settings.
    pub fields: &'static [Field],
    /// Longest room id that fits the provider with the number of a meeting behind it (`{roomId}~n`), in bytes; 128 where
    /// every room id does, and 55 for Agora.
    pub longest_room_id: usize,
    /// Whether its tokens carry metadata, in which a room may ask for the user's DID.
    pub metadata: bool,
    /// Whether its tokens say who moderates; where they do not, a moderator is a publisher to the provider.
    pub moderation: bool,
    /// Roles that its format cannot express; drafting one is [`DraftError::Inexpressible`].
    pub inexpressible: &'static [Role],
    /// Tokens that the vendor's own software made; only tests know them and the keys that they are published with.
    #[cfg(test)]
    pub vectors: &'static [Vector],
    /// Reads a profile's section of the settings.
    pub configure: fn(&Section) -> Result<Configured, SectionError>,
    /// Writes a grant down as a token without its signature.
    pub draft: fn(&Drafting<'_>) -> Result<Draft, DraftError>,
    /// What the answer with a token carries for this provider's client, beside what every answer carries.
    pub answer: fn(&Grant, &Profile) -> BTreeMap<&'static str, Value>,
    /// Reads a token of this format without checking its signature; `None` where the text is no such token.
    pub inspect: fn(&str) -> Option<Inspected>,
    /// Whether the token's signature was made with this secret, be it expired or not.
    pub verify: fn(&str, &SecretString) -> bool,
    /// How the desk calls the provider's own server; `None` where it never does.
    pub rest: Option<&'static Rest>,
    /// A secret of the right form, for the conformance tests only: no build that serves knows it.
    #[cfg(test)]
    pub sample_secret: &'static str,
    /// A session id of the account that the example of the key's field names, where the provider makes sessions.
    #[cfg(test)]
    pub sample_session: Option<&'static str>,
}

/// A field of a provider's section of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether the section is refused without it.
    pub required: bool,
    /// What it is, as one sentence for the reference.
    pub about: &'static str,
    /// A value that is accepted.
    pub example: &'static str,
}

/// A token that the vendor's own software made, with the published test key that signed it.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vector {
    /// Where it is published.
    pub source: &'static str,
    /// The public id of the key.
    pub key: &'static str,
    /// The secret: a published constant that protects nothing.
    pub secret: &'static str,
    /// The token.
    pub token: &'static str,
    /// The participant that it names.
    pub identity: Option<&'static str>,
    /// The room that it names.
    pub room: Option<&'static str>,
    /// When it expires, in seconds since the Unix epoch.
    pub expires_at: i64,
}
