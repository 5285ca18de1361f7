//! What the API says about itself: its description, its page, its health.

pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod openapi;
