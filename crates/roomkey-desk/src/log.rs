//! The signed tree over the log: moved on by one integrator at a time, published, proved, and recovered by a person.

pub mod check;
pub mod integrate;
mod key;
pub mod outlet;
pub mod proof;
pub mod published;
pub mod recover;
pub mod verify;

pub use integrate::{IntegrateError, Integrator, Step};
pub use key::LogKey;
pub use outlet::Outlet;
pub use recover::Recovered;
pub use verify::{Flaw, Verified};
