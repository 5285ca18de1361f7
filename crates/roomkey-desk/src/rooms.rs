//! Rooms: added, listed, changed, closed and opened, all by admins.

mod add;
mod change;
mod close;
mod list;
mod open;
mod provider;
mod settings;

pub use change::{Edit, RoomChange};
pub use settings::RoomSettingsError;
