//! What may be asked of the log.

use std::time::Duration;

use roomkey_audit::Filter;
use roomkey_storage::{Grouping, Order};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::fields::Fields;
use crate::problem::error::ApiError;
use roomkey_desk::audit::page::PageRequest;
use roomkey_desk::audit::query::AuditQuery;
use roomkey_desk::audit::stats::Interval;
use roomkey_desk::audit::stats::StatsRequest;
use roomkey_desk::audit::tail::MAX_WAIT;
use roomkey_desk::audit::tail::TailFrom;
use roomkey_desk::audit::tail::TailRequest;
use roomkey_desk::wire::entry::OutcomeName;

/// What is looked for: all conditions together; without any, every entry.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// The user whom it concerns: a name, or the id by which the log knows a user.
    user: Option<String>,
    /// The room.
    room: Option<String>,
    /// The scene.
    scene: Option<String>,
    /// The event.
    event: Option<String>,
    /// The kind of provider.
    provider: Option<String>,
    /// Whether a key was issued or denied.
    #[param(value_type = Option<OutcomeName>)]
    outcome: Option<String>,
    /// Why a key was denied.
    reason: Option<String>,
    /// The kind of the entry.
    kind: Option<String>,
    /// The truncated address of who was not authenticated, exactly as entries have it: /24 of IPv4, /48 of IPv6.
    address: Option<String>,
    /// Not before this instant.
    #[param(format = DateTime)]
    since: Option<String>,
    /// Before this instant.
    #[param(format = DateTime)]
    until: Option<String>,
    /// Only the first entries of the log, this many: the same page, whatever came since.
    #[param(value_type = Option<u64>)]
    at: Option<String>,
    /// Most entries of the page, from 1 to 1000; 100 where it is absent.
    #[param(value_type = Option<u16>)]
    limit: Option<String>,
    /// `desc`, newest first, where it is absent; or `asc`.
    order: Option<String>,
    /// Where to go on: `next` of the page before, with the same conditions.
    cursor: Option<String>,
}

/// What is waited for: all conditions together; without any, every entry.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TailQuery {
    /// The user whom it concerns: a name, or the id by which the log knows a user.
    user: Option<String>,
    /// The room.
    room: Option<String>,
    /// The scene.
    scene: Option<String>,
    /// The event.
    event: Option<String>,
    /// The kind of provider.
    provider: Option<String>,
    /// Whether a key was issued or denied.
    #[param(value_type = Option<OutcomeName>)]
    outcome: Option<String>,
    /// Why a key was denied.
    reason: Option<String>,
    /// The kind of the entry.
    kind: Option<String>,
    /// The truncated address of who was not authenticated, exactly as entries have it: /24 of IPv4, /48 of IPv6.
    address: Option<String>,
    /// From where on: behind this index; behind now where it and `cursor` are absent.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
    /// Where to go on: `next` of the answer before, with the same conditions.
    cursor: Option<String>,
    /// Most entries of the answer, from 1 to 1000; 100 where it is absent.
    #[param(value_type = Option<u16>)]
    limit: Option<String>,
    /// For how many seconds to wait where there is nothing yet, from 0 to 30; 0 where it is absent.
    #[param(value_type = Option<u8>)]
    wait: Option<String>,
}

/// What is counted: all conditions together; without any, every entry.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatsQuery {
    /// The user whom it concerns: a name, or the id by which the log knows a user.
    user: Option<String>,
    /// The room.
    room: Option<String>,
    /// The scene.
    scene: Option<String>,
    /// The event.
    event: Option<String>,
    /// The kind of provider.
    provider: Option<String>,
    /// Whether a key was issued or denied.
    #[param(value_type = Option<OutcomeName>)]
    outcome: Option<String>,
    /// Why a key was denied.
    reason: Option<String>,
    /// The kind of the entry.
    kind: Option<String>,
    /// The truncated address of who was not authenticated, exactly as entries have it: /24 of IPv4, /48 of IPv6.
    address: Option<String>,
    /// Not before this instant; where it is absent, a day by hours and 30 days by days are counted.
    #[param(format = DateTime)]
    since: Option<String>,
    /// Before this instant; where it is absent, until now.
    #[param(format = DateTime)]
    until: Option<String>,
    /// How long a bucket is: `hour` where it is absent, or `day`; in UTC.
    by: Option<String>,
    /// By what entries are grouped: `outcome` where it is absent, `provider`, `room`, `reason` or `kind`.
    group: Option<String>,
}

/// The conditions of a query, as they came.
struct Conditions<'a> {
    user: Option<&'a str>,
    room: Option<&'a str>,
    scene: Option<&'a str>,
    event: Option<&'a str>,
    provider: Option<&'a str>,
    outcome: Option<&'a str>,
    reason: Option<&'a str>,
    kind: Option<&'a str>,
    address: Option<&'a str>,
}

/// The conditions of one of the queries, which all have the same.
macro_rules! conditions {
    ($query:expr) => {
        Conditions {
            user: $query.user.as_deref(),
            room: $query.room.as_deref(),
            scene: $query.scene.as_deref(),
            event: $query.event.as_deref(),
            provider: $query.provider.as_deref(),
            outcome: $query.outcome.as_deref(),
            reason: $query.reason.as_deref(),
            kind: $query.kind.as_deref(),
            address: $query.address.as_deref(),
        }
    };
}

impl Conditions<'_> {
    /// The query, its values held to their words and patterns.
    fn read(&self, fields: &mut Fields) -> AuditQuery {
        let filter = Filter {
            subject: None,
            room: fields.optional("/room", self.room),
            scene: fields.optional("/scene", self.scene),
            event: fields.optional("/event", self.event),
            provider: fields.optional("/provider", self.provider),
            outcome: fields.optional("/outcome", self.outcome),
            reason: fields.optional("/reason", self.reason),
            kind: fields.optional("/kind", self.kind),
            address: fields.optional("/address", self.address),
            since: None,
            until: None,
        };
        AuditQuery { user: fields.optional("/user", self.user), filter }
    }
}

impl EventsQuery {
    /// The request, its values held to their words and patterns.
    pub(crate) fn parse(&self) -> Result<PageRequest, ApiError> {
        let mut fields = Fields::new();
        let mut query = conditions!(self).read(&mut fields);
        query.filter.since = fields.instant("/since", self.since.as_deref());
        query.filter.until = fields.instant("/until", self.until.as_deref());
        let order = known(&mut fields, "/order", self.order.as_deref(), |name| match name {
            "asc" => Some(Order::Ascending),
            "desc" => Some(Order::Descending),
            _ => None,
        });
        let at = number(&mut fields, "/at", self.at.as_deref(), MAX_INDEX);
        let limit = fields.limit(self.limit.as_deref());
        let order = order.unwrap_or(Order::Descending);
        fields.done(PageRequest { query, order, at, limit, cursor: self.cursor.clone() })
    }
}

impl TailQuery {
    /// The request, its values held to their words and patterns.
    pub(crate) fn parse(&self) -> Result<TailRequest, ApiError> {
        let mut fields = Fields::new();
        let query = conditions!(self).read(&mut fields);
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
        let mut query = conditions!(self).read(&mut fields);
        query.filter.since = fields.instant("/since", self.since.as_deref());
        query.filter.until = fields.instant("/until", self.until.as_deref());
        let by = known(&mut fields, "/by", self.by.as_deref(), |name| match name {
            "hour" => Some(Interval::Hour),
            "day" => Some(Interval::Day),
            _ => None,
        });
        let group = known(&mut fields, "/group", self.group.as_deref(), |name| match name {
            "outcome" => Some(Grouping::Outcome),
            "provider" => Some(Grouping::Provider),
            "room" => Some(Grouping::Room),
            "reason" => Some(Grouping::Reason),
            "kind" => Some(Grouping::Kind),
            _ => None,
        });
        let (by, group) = (by.unwrap_or(Interval::Hour), group.unwrap_or(Grouping::Outcome));
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

/// Reads a word of a list.
fn known<T>(
    fields: &mut Fields,
    pointer: &str,
    text: Option<&str>,
    find: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let found = find(text?);
    if found.is_none() {
        fields.wrong(pointer, "must be one of the words of the reference");
    }
    found
}

#[cfg(test)]
mod tests {
    use roomkey_claims::Reason;

    use super::*;

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
        for bad in [
            "room='%20OR%201=1",
            "reason=x",
            "kind=x",
            "outcome=x",
            "limit=0",
            "limit=2147483648",
            "since=today",
            "order=up",
            "at=-1",
            "at=9223372036854775808",
            "address=192.0.2.7",
        ] {
            assert!(matches!(parse(bad), Err(ApiError::Invalid(_))), "{bad}");
        }
        assert!(actix_web::web::Query::<EventsQuery>::from_query("room=a&room=b").is_err());
        assert!(actix_web::web::Query::<EventsQuery>::from_query("rooms=a").is_err());
    }
}
