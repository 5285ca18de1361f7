//! The kinds of entries: one table of their names, outcomes and permitted actors.

use std::str::FromStr;

use roomkey_claims::{Scope, UnknownName, find_word};

use crate::{Event, Outcome, Who};

/// A row of the table.
struct Row {
    name: &'static str,
    outcome: Option<Outcome>,
    who: &'static [Who],
}

/// Makes [`Kind`] and [`Event::kind`] from the rows: the variant of [`Event`], the name, the outcome, who may cause it.
macro_rules! kinds {
    ($($kind:ident, $name:literal, $outcome:expr, $who:expr;)*) => {
        /// The kind of an entry: a variant of [`Event`] without its fields.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = concat!("`", $name, "`")] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of the variants of [`Event`].
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$kind => Row { name: $name, outcome: $outcome, who: &$who },)*
                }
            }
        }

        impl Event {
            /// The kind.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$kind { .. } => Kind::$kind,)*
                }
            }
        }
    };
}

use Outcome::{Denied, Issued};
use Who::{
    Address, Administrator, Anyone, Auditor, Authenticated, Backend, Concerned, ConcernedNotEnded,
    ConcernedNow, Console, OfOperation, System, SystemWithSessions,
};

kinds! {
    PolicySet,         "policy.set",         None,         [Console, System];
    UserAdded,         "user.added",         None,         [Administrator];
    UserEnabled,       "user.enabled",       None,         [Administrator];
    UserDisabled,      "user.disabled",      None,         [Administrator];
    UserRoleSet,       "user.role_set",      None,         [Administrator];
    UserPasswordSet,   "user.password_set",  None,         [Administrator, ConcernedNow];
    UserErased,        "user.erased",        None,         [Administrator];
    // The session need not run yet: it may be the very one that starts.
    SessionStarted,    "session.started",    None,         [Console, Address, Concerned];
    SessionEnded,      "session.ended",      None,         [Administrator, System, ConcernedNotEnded];
    BackendAdded,      "backend.added",      None,         [Administrator];
    BackendRevoked,    "backend.revoked",    None,         [Administrator];
    RoomAdded,         "room.added",         None,         [Administrator];
    RoomChanged,       "room.changed",       None,         [Administrator];
    RoomClosed,        "room.closed",        None,         [Administrator];
    RoomOpened,        "room.opened",        None,         [Administrator];
    MemberAdded,       "member.added",       None,         [Administrator];
    MemberChanged,     "member.changed",     None,         [Administrator];
    MemberRemoved,     "member.removed",     None,         [Administrator];
    EventSet,          "event.set",          None,         [Administrator];
    // The desk itself starts a meeting for the first user who joins, and ends none.
    MeetingStarted,    "meeting.started",    None,         [Administrator, Backend(Scope::Meetings), SystemWithSessions];
    MeetingEnded,      "meeting.ended",      None,         [Administrator, Backend(Scope::Meetings)];
    TokenIssued,       "token.issued",       Some(Issued), [Authenticated];
    TokenDenied,       "token.denied",       Some(Denied), [Authenticated];
    DenialsAggregated, "denials.aggregated", Some(Denied), [Anyone];
    LoginFailed,       "login.failed",       None,         [Address];
    ProviderCalled,    "provider.called",    None,         [Administrator, OfOperation];
    AuditRead,         "audit.read",         None,         [Administrator, Auditor];
    AuditExported,     "audit.exported",     None,         [Administrator, Auditor];
    RetentionPruned,   "retention.pruned",   None,         [Administrator, System];
    LogRecovered,      "log.recovered",      None,         [Console];
}

impl Kind {
    /// The name: the key `k` of entries, and the word of filters and columns.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// Whether entries of this kind issue or deny.
    pub const fn outcome(self) -> Option<Outcome> {
        self.row().outcome
    }

    /// The actors that may cause entries of this kind.
    pub const fn who(self) -> &'static [Who] {
        self.row().who
    }
}

impl FromStr for Kind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        find_word(Self::ALL, Self::as_str, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_names_that_entries_are_written_with() {
        // serde answers an unknown variant with the names of all variants, in their order.
        let unknown = serde_json::from_str::<Event>(r#"{"k":""}"#).unwrap_err().to_string();
        let names: Vec<String> =
            Kind::ALL.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
        let expected = format!("unknown variant ``, expected one of {}", names.join(", "));
        assert!(unknown.starts_with(&expected), "{unknown}");
    }

    #[test]
    fn a_name_reads_back_as_its_kind() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert!("token".parse::<Kind>().is_err());
    }
}
