//! What may be asked of the log.

use std::time::Duration;

use roomkey_desk::audit::page::PageRequest;
use roomkey_desk::audit::stats::StatsRequest;
use roomkey_desk::audit::tail::MAX_WAIT;
use roomkey_desk::audit::tail::TailFrom;
use roomkey_desk::audit::tail::TailRequest;
use roomkey_desk::wire::numbers::{PageLimit, WaitSeconds};
use roomkey_desk::wire::words::{GroupingName, IntervalName, OrderName};
use serde::Deserialize;
use utoipa::IntoParams;

use super::conditions::Conditions;
use crate::extract::fields::Fields;
use crate::problem::error::ApiError;

/// What is looked for: all conditions together; without any, every entry.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    #[serde(flatten)]
    #[param(ignore)]
    conditions: Conditions,
    /// Only consider the first entries of the log, this many: the page stays the same as the log grows.
    #[param(value_type = Option<u64>)]
    at: Option<String>,
    /// Most entries of the page, from 1 to 1000; 100 where it is absent.
    #[param(inline, value_type = Option<PageLimit>)]
    limit: Option<String>,
    /// `desc`, newest first, where it is absent; or `asc`.
    #[param(inline, value_type = Option<OrderName>)]
    order: Option<String>,
    /// Where to go on: `next` of the page before, with the same conditions.
    cursor: Option<String>,
}

/// What is waited for: all conditions together; without any, every entry.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TailQuery {
    #[serde(flatten, deserialize_with = "Conditions::without_times")]
    #[param(ignore)]
    conditions: Conditions,
    /// From where on: behind this index; behind now where it and `cursor` are absent.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// Where to go on: `next` of the answer before, with the same conditions.
    cursor: Option<String>,
    /// Most entries of the answer, from 1 to 1000; 100 where it is absent.
    #[param(inline, value_type = Option<PageLimit>)]
    limit: Option<String>,
    /// For how many seconds to wait where there is nothing yet, from 0 to 30; 0 where it is absent.
    #[param(inline, value_type = Option<WaitSeconds>)]
    wait: Option<String>,
}

/// What is counted: all conditions together; without any, every entry.
///
/// Without `until`, entries are counted until now; without `since`, for a day by hours or for 30 days by days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatsQuery {
    #[serde(flatten)]
    #[param(ignore)]
    conditions: Conditions,
    /// How long a bucket is: `hour` where it is absent, or `day`; in UTC.
    #[param(inline, value_type = Option<IntervalName>)]
    by: Option<String>,
    /// By what entries are grouped: `outcome` where it is absent, `provider`, `room`, `reason` or `kind`.
    #[param(inline, value_type = Option<GroupingName>)]
    group: Option<String>,
}

impl EventsQuery {
    /// The request, its values held to their words and patterns.
    pub(crate) fn parse(&self) -> Result<PageRequest, ApiError> {
        let mut fields = Fields::new();
        let query = self.conditions.read(&mut fields);
        let order = fields.optional("/order", self.order.as_deref());
        let at = number(&mut fields, "/at", self.at.as_deref(), MAX_INDEX);
        let limit = fields.limit(self.limit.as_deref());
        let order = order.unwrap_or_default();
        fields.done(PageRequest { query, order, at, limit, cursor: self.cursor.clone() })
    }
}

impl TailQuery {
    /// The request, its values held to their words and patterns.
    pub(crate) fn parse(&self) -> Result<TailRequest, ApiError> {
        let mut fields = Fields::new();
        let query = self.conditions.read(&mut fields);
        let after = number(&mut fields, "/after", self.after.as_deref(), MAX_INDEX);
        let wait = number(&mut fields, "/wait", self.wait.as_deref(), MAX_WAIT.as_secs());
        let limit = fields.limit(self.limit.as_deref());
        let from = match (after, &self.cursor) {
            (None, None) => TailFrom::Now,
            (Some(index), None) => TailFrom::After(index),
            (None, Some(cursor)) => TailFrom::Cursor(cursor.clone()),
            (Some(_), Some(_)) => {
                fields.wrong("/after", "cannot be given beside a cursor");
                TailFrom::Now
            }
        };
        let wait = Duration::from_secs(wait.unwrap_or(0));
        fields.done(TailRequest { query, from, limit, wait })
    }
}

impl StatsQuery {
    /// The request, its values held to their words and patterns.
    pub(crate) fn parse(&self) -> Result<StatsRequest, ApiError> {
        let mut fields = Fields::new();
        let query = self.conditions.read(&mut fields);
        let by = fields.optional("/by", self.by.as_deref());
        let group = fields.optional("/group", self.group.as_deref());
        let (by, group) = (by.unwrap_or_default(), group.unwrap_or_default());
        fields.done(StatsRequest { query, by, group })
    }
}

/// The greatest index that a column can hold.
const MAX_INDEX: u64 = i64::MAX.unsigned_abs();

/// Reads a number from 0 on.
fn number(fields: &mut Fields, pointer: &str, text: Option<&str>, most: u64) -> Option<u64> {
    match text?.parse() {
        Ok(number) if number <= most => Some(number),
        _ => {
            fields.wrong(pointer, format_args!("must be a number from 0 to {most}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use roomkey_claims::Reason;
    use roomkey_desk::Order;

    use super::*;
    use crate::problem::fault::FieldError;

    #[test]
    fn conditions_are_held_to_their_words_and_patterns() {
        let parse = |query: &str| {
            actix_web::web::Query::<EventsQuery>::from_query(query).unwrap().into_inner().parse()
        };
        let page =
            parse("room=stage-1&outcome=denied&reason=not_a_member&kind=token.denied&order=asc")
                .unwrap();
        assert_eq!((page.order, page.limit), (Order::Ascending, 100));
        assert_eq!(page.query.filter.reason, Some(Reason::NotAMember));
        let wrong = |query: &str| match parse(query) {
            Err(ApiError::Invalid(wrong)) => wrong,
            other => panic!("{query}: {other:?}"),
        };
        let words = |pointer: &str, words: &str| {
            vec![FieldError::new(pointer, &format!("must be one of {words}"))]
        };
        assert_eq!(wrong("outcome=x"), words("/outcome", "issued, denied"));
        assert_eq!(wrong("order=up"), words("/order", "asc, desc"));
        for bad in [
            "room='%20OR%201=1",
            "reason=x",
            "kind=x",
            "limit=0",
            "limit=2147483648",
            "since=today",
            "at=-1",
            "at=9223372036854775808",
            "address=192.0.2.7",
        ] {
            assert!(matches!(parse(bad), Err(ApiError::Invalid(_))), "{bad}");
        }
    }

    #[test]
    fn names_that_are_unknown_or_given_twice_are_refused() {
        let reads = |query: &str| {
            (
                actix_web::web::Query::<EventsQuery>::from_query(query).is_ok(),
                actix_web::web::Query::<TailQuery>::from_query(query).is_ok(),
            )
        };
        assert_eq!(reads("user=ada&room=a&limit=7"), (true, true));
        assert_eq!(reads("since=2026-01-01T00:00:00Z"), (true, false));
        for bad in ["room=a&room=b", "user=a&user=b", "limit=1&limit=2", "rooms=a", "subject=a"] {
            assert_eq!(reads(bad), (false, false), "{bad}");
        }
    }
}
