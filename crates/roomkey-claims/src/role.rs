//! Roles in a room, roles at the desk and scopes of a backend.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Permissions, Sources, UnknownName, find_word};

/// What somebody is in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees and hears.
    Subscriber,
    /// Sees, hears, sends.
    Publisher,
    /// Sends only.
    PublisherOnly,
    /// A publisher who moderates.
    Moderator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] =
        [Self::Subscriber, Self::Publisher, Self::PublisherOnly, Self::Moderator];

    /// The name in requests, entries and token metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subscriber => "subscriber",
            Self::Publisher => "publisher",
            Self::PublisherOnly => "publisher_only",
            Self::Moderator => "moderator",
        }
    }

    /// What the role allows, with a limit on sources.
    pub fn permissions(self, sources: Sources) -> Permissions {
        let (subscribe, publish, moderate) = match self {
            Self::Subscriber => (true, false, false),
            Self::Publisher => (true, true, false),
            Self::PublisherOnly => (false, true, false),
            Self::Moderator => (true, true, true),
        };
        Permissions {
            subscribe,
            publish,
            data: publish,
            moderate,
            sources: if publish { sources } else { Sources::All },
        }
    }
}

impl Role {
    /// Whether this role may do everything that `other` may.
    pub fn covers(self, other: Self) -> bool {
        let (mine, theirs) = (self.permissions(Sources::All), other.permissions(Sources::All));
        (mine.subscribe || !theirs.subscribe)
            && (mine.publish || !theirs.publish)
            && (mine.moderate || !theirs.moderate)
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

/// What somebody is at the desk itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskRole {
    /// Asks for keys.
    User,
    /// Reads the log; asks for no key.
    Auditor,
    /// Changes who may enter; reads the log; asks for keys like a user.
    Admin,
}

impl DeskRole {
    /// Every role at the desk.
    pub const ALL: [Self; 3] = [Self::User, Self::Auditor, Self::Admin];

    /// The name in requests and entries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for DeskRole {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

/// What a backend may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Ask for keys of the users it acts for.
    Issue,
    /// Start and end meetings.
    Meetings,
    /// Disconnect participants.
    Disconnect,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Issue, Self::Meetings, Self::Disconnect];

    /// The name in requests and entries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Meetings => "meetings",
            Self::Disconnect => "disconnect",
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(&Self::ALL, Self::as_str, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>().unwrap(), role);
        }
        assert!("Moderator".parse::<Role>().is_err());
        assert!("root".parse::<DeskRole>().is_err());
    }

    #[test]
    fn a_role_covers_what_it_may_do_itself() {
        let covered = |role: Role| -> Vec<&str> {
            Role::ALL.into_iter().filter(|one| role.covers(*one)).map(Role::as_str).collect()
        };
        assert_eq!(covered(Role::Subscriber), ["subscriber"]);
        assert_eq!(covered(Role::Publisher), ["subscriber", "publisher", "publisher_only"]);
        assert_eq!(covered(Role::PublisherOnly), ["publisher_only"]);
        assert_eq!(covered(Role::Moderator).len(), 4);
    }

    #[test]
    fn a_subscriber_sends_nothing_and_a_limit_on_sources_means_nothing_there() {
        let only = Sources::Only([crate::Source::Camera].into());
        let permissions = Role::Subscriber.permissions(only);
        assert!(
            permissions.subscribe
                && !permissions.publish
                && !permissions.data
                && !permissions.moderate
        );
        assert_eq!(permissions.sources, Sources::All);
    }
}
