//! Lists on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::ApiError;
use crate::http::fields::Fields;
use crate::ops::listing::Listing;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Most entries of the page, from 1 to 1000; 100 where it is absent.
    #[param(value_type = Option<u16>)]
    limit: Option<String>,
    /// The last key of the page before: its `next`.
    after: Option<String>,
}

impl ListQuery {
    /// The last key and the limit.
    pub(super) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
    ) -> Result<(Option<T>, u16), ApiError> {
        let mut fields = Fields::new();
        let after = fields.optional("/after", self.after.as_deref());
        let limit = fields.limit(self.limit.as_deref());
        fields.done((after, limit))
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListOf<T> {
    /// The page.
    data: Vec<T>,
    /// The key to go on after, or null where this is the last page.
    #[schema(required)]
    next: Option<String>,
}

impl<T> ListOf<T> {
    /// A page of these, each with `view`; `key` is by what the next page goes on.
    pub(super) fn of<R>(
        listing: &Listing<R>,
        view: impl Fn(&R) -> T,
        key: impl Fn(&R) -> String,
    ) -> Self {
        let next = if listing.more { listing.data.last().map(key) } else { None };
        Self { data: listing.data.iter().map(view).collect(), next }
    }

    /// A page with its key.
    pub(super) const fn with_next(data: Vec<T>, next: Option<String>) -> Self {
        Self { data, next }
    }
}
