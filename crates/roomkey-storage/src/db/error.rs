//! What can go wrong with the database, and what can be refused by what stands in it.
//!
//! A message says what is wrong. What to do about it depends on who reads it: the command line adds its own commands.

use std::sync::Arc;

/// A failure of the database or of the queue before it; never a statement about what stands in it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The queue of writes is full.
    #[error("too many writes wait already: try again in a second")]
    Busy,
    /// The write was not committed in time; it may still be.
    #[error("the database did not commit in time: the entry may exist, and no key was handed out")]
    Deadline,
    /// A read was not answered in time.
    #[error("the database did not answer in time: try again in a second")]
    Slow,
    /// The committer has stopped.
    #[error("the desk is stopping: try again when it runs")]
    Stopped,
    /// A statement failed.
    #[error("the database failed: check that it runs, has room and is writable")]
    Database(#[source] Arc<diesel::result::Error>),
    /// No connection could be had.
    #[error("no connection to the database: {0}")]
    Connection(Arc<str>),
    /// The log does not match its last checkpoint: nothing is written until a person recovers it.
    #[error("the log is frozen: {0}")]
    Frozen(Arc<str>),
    /// A row does not read as what it should be.
    #[error("the column {column} holds what this software did not write there")]
    Corrupt {
        /// Table and column.
        column: &'static str,
    },
    /// An entry cannot be written or read.
    #[error("the entry cannot be written or read")]
    Entry(#[source] Arc<roomkey_audit::EntryError>),
    /// The work panicked; its neighbours were not affected.
    #[error("the work failed inside: see the diagnostics of the desk")]
    Panicked,
}

impl StoreError {
    /// Whether one row does not read, and the database as such works.
    pub(crate) const fn is_about_a_row(&self) -> bool {
        matches!(self, Self::Corrupt { .. } | Self::Entry(_))
    }
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl From<roomkey_audit::EntryError> for StoreError {
    fn from(error: roomkey_audit::EntryError) -> Self {
        Self::Entry(Arc::new(error))
    }
}

/// A change that does not fit what stands in the database; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The username is taken.
    #[error("a user of that name exists: choose another name")]
    UserExists,
    /// The DID is taken.
    #[error("another user has that DID")]
    DidExists,
    /// There is no such user.
    #[error("there is no such user")]
    NoSuchUser,
    /// The last enabled admin would be gone.
    #[error("this is the last enabled admin: make another one first")]
    LastAdmin,
    /// The room's name is taken.
    #[error("a room of that name exists")]
    RoomExists,
    /// There is no such room.
    #[error("there is no such room")]
    NoSuchRoom,
    /// There is no such member.
    #[error("there is no such member")]
    NoSuchMember,
    /// Another meeting started in the meantime.
    #[error("another meeting started in the meantime: look at it and try again")]
    MeetingRaced,
    /// No meeting runs.
    #[error("no meeting runs in that room")]
    NoMeeting,
    /// Whoever asked may not do this any more.
    #[error("your session ended or your role changed in the meantime: log in again")]
    NotAuthorized,
    /// Somebody else moved the tree on, or holds the lease.
    #[error("another node moved the tree on")]
    TreeRaced,
    /// There is nothing to recover.
    #[error("the log is not frozen: there is nothing to recover")]
    NotFrozen,
    /// The provider gave a session that another meeting had already.
    #[error("the provider gave a session that another meeting had")]
    SessionUsed,
    /// There is no such backend.
    #[error("there is no such backend")]
    NoSuchBackend,
    /// The API key of a new backend is taken, which chance makes next to impossible.
    #[error("that API key is taken: add the backend again")]
    BackendExists,
    /// A project JWT was used before.
    #[error("this project JWT was used before: make a new one for each request")]
    JtiUsed,
    /// The policy in force does not know a key as active for long enough.
    #[error("the policy in force has no such active key")]
    KeyNotInForce,
    /// There is no such session, or it ended.
    #[error("there is no such session, or it ended")]
    NoSuchSession,
}

/// Why a write did not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteError {
    /// It does not fit what stands in the database.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for WriteError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
