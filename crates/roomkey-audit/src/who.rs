//! The actors that may cause an entry, as the table of kinds and that of operations name them.

use roomkey_claims::Scope;

/// An actor that may cause an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Any actor: the entry carries no authority.
    Anyone,
    /// A person at the command line of the desk.
    Console,
    /// The desk itself.
    System,
    /// The desk itself, in a room whose provider makes the sessions of meetings.
    SystemWithSessions,
    /// A client that was not authenticated.
    Address,
    /// A user or a backend that was authenticated, or the console; whether it may is for the decision to judge.
    Authenticated,
    /// The console, or an administrator whose session runs.
    Administrator,
    /// An auditor whose session runs.
    Auditor,
    /// The user whom the entry concerns.
    Concerned,
    /// The user whom the entry concerns, in a session that runs.
    ConcernedNow,
    /// The user whom the entry concerns, in a session that was not ended; it may be past its absolute end.
    ConcernedNotEnded,
    /// A backend with this scope in the room of the entry.
    Backend(Scope),
    /// The actors that may have this call made: see [`Operation::who`](crate::Operation::who).
    OfOperation,
}
