//! What may be asked of the log.

use roomkey_audit::{Filter, Kind};
use roomkey_claims::Reason;
use roomkey_storage::Order;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::OutcomeName;
use crate::http::ApiError;
use crate::http::fields::Fields;
use crate::ops::audit::{AuditQuery, PageRequest};

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
    /// Not before this instant.
    #[param(format = DateTime)]
    since: Option<String>,
    /// Before this instant.
    #[param(format = DateTime)]
    until: Option<String>,
    /// Most entries of the page, from 1 to 1000; 100 where it is absent.
    #[param(value_type = Option<u16>)]
    limit: Option<String>,
    /// `desc`, newest first, where it is absent; or `asc`.
    order: Option<String>,
    /// Where to go on: `next` of the page before, with the same conditions.
    cursor: Option<String>,
}

impl EventsQuery {
    /// The request, its values held to their words and patterns.
    pub(super) fn parse(&self) -> Result<PageRequest, ApiError> {
        let mut fields = Fields::new();
        let filter = Filter {
            subject: None,
            room: fields.optional("/room", self.room.as_deref()),
            scene: fields.optional("/scene", self.scene.as_deref()),
            event: fields.optional("/event", self.event.as_deref()),
            provider: fields.optional("/provider", self.provider.as_deref()),
            outcome: fields.optional("/outcome", self.outcome.as_deref()),
            reason: known(&mut fields, "/reason", self.reason.as_deref(), |name| {
                Reason::ALL.into_iter().find(|reason| reason.as_str() == name)
            }),
            kind: known(&mut fields, "/kind", self.kind.as_deref(), Kind::parse),
            since: fields.instant("/since", self.since.as_deref()),
            until: fields.instant("/until", self.until.as_deref()),
        };
        let user = fields.optional("/user", self.user.as_deref());
        let order = known(&mut fields, "/order", self.order.as_deref(), |name| match name {
            "asc" => Some(Order::Ascending),
            "desc" => Some(Order::Descending),
            _ => None,
        });
        let limit = fields.limit(self.limit.as_deref());
        let query = AuditQuery { user, filter };
        let order = order.unwrap_or(Order::Descending);
        fields.done(PageRequest { query, order, limit, cursor: self.cursor.clone() })
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
        ] {
            assert!(matches!(parse(bad), Err(ApiError::Invalid(_))), "{bad}");
        }
        assert!(actix_web::web::Query::<EventsQuery>::from_query("room=a&room=b").is_err());
        assert!(actix_web::web::Query::<EventsQuery>::from_query("rooms=a").is_err());
    }
}
