//! The database of the desk: SQLite in one file, or PostgreSQL behind several nodes, by the same code.
//!
//! **What it is.** [`Store`], with reads from a pool and writes through one committer, which groups what waits into one
//! durable transaction, reads the facts of all tickets in sets, lets a callback rule, and appends the entries.
//!
//! **In scope.** SQL, migrations, the order of the log, sealing of secrets at rest. It fences diesel.
//!
//! **Out of scope.** Token formats, HTTP, passwords in clear: none of them can be named here.
//!
//! **Invariants.** A [`Receipt`] is made only after its entry was committed. Whatever changes who may enter goes
//! through [`Writer`], whose every method appends its entry in the same transaction. Nothing is cached across
//! transactions, so that several processes can share one database.

mod backends;
mod backup;
mod calls;
mod columns;
mod committer;
mod connection;
mod entries;
mod erase;
mod error;
mod find;
mod job;
mod lookup;
mod meetings;
mod members;
mod migrate;
mod pairs;
mod policy;
mod reader;
mod receipt;
mod residue;
mod rooms;
#[doc(hidden)]
pub mod schema;
mod seal;
mod sessions;
mod stats;
mod store;
mod tree;
mod uids;
mod users;
mod visits;
mod windows;
mod writer;

pub use backends::{Backend, NewBackend};
pub use calls::ProviderCall;
pub use committer::CommitCounters;
pub use connection::{Location, LocationError};
pub use entries::{Compared, EntryFlaw, Head, Stored, TokenHint};
pub use erase::{Erased, ErasedUser};
pub use error::{Refused, StoreError, WriteError};
pub use find::{Found, Order, Page};
pub use job::{Asker, Context, Outcome, Pending, Ruling, Ticket};
pub use meetings::MeetingRow;
pub use members::{Member, RoomOfUser};
pub use migrate::{MigrateError, SchemaStatus, newest as newest_migration};
pub use policy::CurrentPolicy;
pub use reader::Reader;
pub use receipt::{Denied, Issued, Receipt};
pub use residue::Residue;
pub use rooms::Room;
pub use seal::{Place, Seal, SealError};
pub use sessions::{NewSession, Session};
pub use stats::{Count, Counting, Grouping};
pub use store::{KeySource, OpenError, Store, StoreOptions};
pub use tree::{Advance, NewTree, Recovery, TileRow, TreeState};
pub use users::{NewUser, User};
pub use visits::{NewVisit, Visit, VisitPlace, Visitor};
pub use windows::WindowOfEvent;
pub use writer::Writer;
