//! What the API says about itself: its description, its page, its health.

pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod openapi;

use std::sync::LazyLock;

/// What the API says about itself, made of the list of routes when it is first asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts {
    /// The API description.
    pub(crate) json: &'static LazyLock<String>,
    /// The description as a page.
    pub(crate) page: &'static LazyLock<String>,
}
