//! Events with a window of time, set by admins.

mod list;
mod set_window;
