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

mod commit;
mod db;
mod log;
mod store;
mod tables;

pub use commit::calls::ProviderCall;
pub use commit::committer::CommitCounters;
pub use commit::job::{Asker, Context, Outcome, Pending, Ruling, Ticket};
pub use db::connection::{Location, LocationError};
pub use db::error::{Refused, StoreError, WriteError};
pub use db::migrate::{MigrateError, SchemaStatus, newest as newest_migration};
pub use db::reader::Reader;
pub use db::receipt::{Denied, Issued, Receipt};
pub use db::residue::Residue;
pub use db::seal::{Place, Seal, SealError};
pub use db::writer::Writer;
pub use log::entries::{Compared, EntryFlaw, Head, Stored, TokenHint};
pub use log::find::{Found, Order, Page};
pub use log::stats::{Count, Counting, Grouping};
pub use log::tree::{Advance, NewTree, Recovery, TileRow, TreeState};
pub use store::{KeySource, OpenError, Store, StoreOptions};
pub use tables::backends::{Backend, NewBackend};
pub use tables::erase::{Erased, ErasedUser};
pub use tables::meetings::MeetingRow;
pub use tables::members::{Member, RoomOfUser};
pub use tables::policy::CurrentPolicy;
pub use tables::rooms::Room;
pub use tables::sessions::{NewSession, Session};
pub use tables::users::{NewUser, User};
pub use tables::visits::{NewVisit, Visit, VisitPlace, Visitor};
pub use tables::windows::WindowOfEvent;
