//! The tables of who may enter where: one file a table.
//!
//! Each file has up to three readers: `facts` reads sets for tickets, in the transaction that decides about them; the
//! methods of [`Reader`](crate::Reader) read for everybody else; the methods of [`Writer`](crate::Writer) change, and
//! append the entry of the change. What a log must be able to replay is never changed in another way.

pub(crate) mod sessions;
pub(crate) mod users;
pub(crate) mod visits;

pub(crate) mod erase;

pub(crate) mod meetings;
pub(crate) mod members;
pub(crate) mod rooms;
pub(crate) mod uids;
pub(crate) mod windows;

pub(crate) mod backends;
pub(crate) mod policy;
