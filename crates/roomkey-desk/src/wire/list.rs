//! A page of a list.

use serde::Serialize;
use utoipa::ToSchema;

use crate::listing::Listing;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListOf<T> {
    /// The page.
    data: Vec<T>,
    /// The key to go on after, or null where this is the last page.
    #[schema(required)]
    next: Option<String>,
}

impl<T> ListOf<T> {
    /// A page of these, each with `view`; `key` is by what the next page goes on.
    pub fn of<R>(listing: &Listing<R>, view: impl Fn(&R) -> T, key: impl Fn(&R) -> String) -> Self {
        let next = if listing.more { listing.data.last().map(key) } else { None };
        Self { data: listing.data.iter().map(view).collect(), next }
    }

    /// A page with its key.
    pub const fn with_next(data: Vec<T>, next: Option<String>) -> Self {
        Self { data, next }
    }
}
