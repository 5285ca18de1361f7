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
//!
//! **Rooms.** Each imports only from those above it, and no file imports one that imports it, however indirectly:
//!
//! 1. `db`: connections, schema and migrations, sealed secrets, errors; [`Reader`] and [`Writer`], whose methods are
//!    written next to the tables that they read and change. A `Writer` knows its transaction only as a trait, so that
//!    `log` and `tables` need nothing of `commit`.
//! 2. `log` (entries, search, counts, the signed tree) and `tables` (one file a table). Neither imports the other:
//!    a change appends its entry through the `Writer`.
//! 3. `commit`: the way of a token, from the queue to the receipt. It reads the facts that `tables` and `log` offer.
//! 4. `store`: [`Store`], which opens a database and puts these together.

mod commit;
mod db;
mod log;
mod store;
mod tables;

pub use commit::calls::ProviderCall;
pub use commit::committer::CommitCounters;
pub use commit::job::{Asker, Outcome, Pending, Ruling, Ticket};
pub use db::connection::{Location, LocationError};
pub use db::error::{Refused, StoreError, WriteError};
pub use db::migrate::{MigrateError, SchemaStatus, newest as newest_migration};
pub use db::open::{KeySource, OpenError};
pub use db::reader::Reader;
pub use db::receipt::{Denied, Issued, Receipt};
pub use db::residue::Residue;
pub use db::seal::{Place, Seal, SealError};
pub use db::writer::{Context, Writer};
pub use log::entries::{Compared, EntryFlaw, Head, Stored, TokenHint};
pub use log::find::span::Order;
pub use log::find::{Found, Page};
pub use log::stats::{Count, Counting, Grouping};
pub use log::tree::{Advance, INTEGRATOR, NewTree, Recovery, TileRow, TreeState};
pub use store::{Store, StoreOptions};
pub use tables::backends::{Backend, BackendTerms, NewBackend};
pub use tables::erase::{Erased, ErasedUser};
pub use tables::meetings::MeetingRow;
pub use tables::members::{Member, RoomOfUser};
pub use tables::policy::CurrentPolicy;
pub use tables::rooms::Room;
pub use tables::sessions::{NewSession, Session};
pub use tables::users::{NewUser, User};
pub use tables::visits::{NewVisit, Visit, VisitPlace, Visitor};
pub use tables::windows::WindowOfEvent;
