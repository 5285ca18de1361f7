//! Kind, provider and reason of an entry in one text, by which entries are counted and found together.

use roomkey_claims::{ProviderKind, Reason};

use crate::{Kind, Outcome};

/// `kind/provider/reason`, such as `token.denied/livekit/not_a_member` or `user.added//`.
///
/// A log has few of them, so that one index which begins with a room or a user and goes on with the class finds what
/// is looked for by any of the three, and by the outcome, which follows from the kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class(String);

impl Class {
    /// The class of entries with these.
    pub fn new(kind: Kind, provider: Option<&ProviderKind>, reason: Option<Reason>) -> Self {
        let provider = provider.map_or("", ProviderKind::as_str);
        let reason = reason.map_or("", Reason::as_str);
        Self(format!("{}/{provider}/{reason}", kind.as_str()))
    }

    /// The class that a column holds.
    pub const fn from_column(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the kind.
    pub fn kind(&self) -> &str {
        self.part(0).unwrap_or_default()
    }

    /// The provider.
    pub fn provider(&self) -> Option<&str> {
        self.part(1)
    }

    /// The reason.
    pub fn reason(&self) -> Option<&str> {
        self.part(2)
    }

    /// Whether a key was issued or denied.
    pub fn outcome(&self) -> Option<Outcome> {
        self.kind().parse().ok().and_then(Kind::outcome)
    }

    fn part(&self, number: usize) -> Option<&str> {
        self.0.split('/').nth(number).filter(|part| !part.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_says_what_it_was_made_of() {
        let provider = "livekit".parse().unwrap();
        let class = Class::new(Kind::TokenDenied, Some(&provider), Some(Reason::NotAMember));
        assert_eq!(class.as_str(), "token.denied/livekit/not_a_member");
        assert_eq!((class.kind(), class.provider()), ("token.denied", Some("livekit")));
        assert_eq!(
            (class.reason(), class.outcome()),
            (Some("not_a_member"), Some(Outcome::Denied))
        );
        let class = Class::new(Kind::UserAdded, None, None);
        assert_eq!(
            (class.as_str(), class.provider(), class.reason()),
            ("user.added//", None, None)
        );
        assert_eq!(class.outcome(), None);
    }
}
