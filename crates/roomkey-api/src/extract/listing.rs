//! Lists on the wire.

use roomkey_desk::wire::numbers::PageLimit;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::fields::Fields;
use crate::problem::error::ApiError;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Most entries of the page, from 1 to 1000; 100 where it is absent.
    #[param(inline, value_type = Option<PageLimit>)]
    limit: Option<String>,
    /// The last key of the page before: its `next`.
    after: Option<String>,
}

impl ListQuery {
    /// The last key and the limit.
    pub(crate) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
    ) -> Result<(Option<T>, u16), ApiError> {
        let mut fields = Fields::new();
        let after = fields.optional("/after", self.after.as_deref());
        let limit = fields.limit(self.limit.as_deref());
        fields.done((after, limit))
    }
}
