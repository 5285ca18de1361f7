//! Members: who is what in which room, scene and event, set by admins.

mod list;
mod put;
mod remove;
