//! What is looked for, users by their names.

use std::collections::BTreeMap;

use roomkey_audit::{Event, Filter, Kind, Outcome};
use roomkey_claims::{Reason, SubjectRef, Timestamp, Username};
use roomkey_storage::Refused;

use crate::authority::Reads;
use crate::error::OpsError;
use crate::ground::Ground;

/// Entries that are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// The user whom they concern: a name, or the id by which the log knows a user (also of one who was erased).
    pub user: Option<Username>,
    /// The other conditions; where `user` is given, it decides about the subject.
    pub filter: Filter,
}

impl AuditQuery {
    /// Every entry.
    pub const ALL: Self = Self { user: None, filter: Filter::ALL };
}

/// The filter with the user's name replaced by the id by which the log knows the user.
pub(super) async fn resolve(
    ground: &Ground,
    AuditQuery { user, mut filter }: AuditQuery,
) -> Result<Filter, OpsError> {
    let Some(name) = user else { return Ok(filter) };
    let wanted = name.clone();
    let known = ground.read(move |reader| reader.user(&wanted)).await?;
    let subject =
        known.map(|user| user.subject).or_else(|| name.as_str().parse::<SubjectRef>().ok());
    filter.subject = Some(subject.ok_or(OpsError::Refused(Refused::NoSuchUser))?);
    Ok(filter)
}

/// Records that the log is read; returns the index of the entry.
pub(super) async fn record_reading(
    ground: &Ground,
    reads: &Reads,
    surface: &str,
    filters: BTreeMap<String, String>,
) -> Result<u64, OpsError> {
    let event = Event::AuditRead { surface: surface.to_owned(), filters };
    ground.record(reads.actor(), event).await
}

/// The conditions as an entry records them and as a cursor is bound to them.
pub(super) fn conditions(filter: &Filter) -> BTreeMap<String, String> {
    fn put<T>(
        to: &mut BTreeMap<String, String>,
        name: &str,
        value: Option<&T>,
        text: impl Fn(&T) -> String,
    ) {
        if let Some(value) = value {
            to.insert(name.to_owned(), text(value));
        }
    }
    let Filter {
        subject,
        room,
        scene,
        event,
        provider,
        outcome,
        reason,
        kind,
        address,
        since,
        until,
    } = filter;
    let mut to = BTreeMap::new();
    put(&mut to, "subject", subject.as_ref(), ToString::to_string);
    put(&mut to, "room", room.as_ref(), ToString::to_string);
    put(&mut to, "scene", scene.as_ref(), ToString::to_string);
    put(&mut to, "event", event.as_ref(), ToString::to_string);
    put(&mut to, "provider", provider.as_ref(), ToString::to_string);
    put(&mut to, "outcome", outcome.as_ref(), |outcome: &Outcome| outcome.as_str().to_owned());
    put(&mut to, "reason", reason.as_ref(), |reason: &Reason| reason.as_str().to_owned());
    put(&mut to, "kind", kind.as_ref(), |kind: &Kind| kind.as_str().to_owned());
    put(&mut to, "address", address.as_ref(), ToString::to_string);
    put(&mut to, "since", since.as_ref(), |at: &Timestamp| at.to_string());
    put(&mut to, "until", until.as_ref(), |at: &Timestamp| at.to_string());
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_name_what_was_asked_and_nothing_else() {
        assert!(conditions(&Filter::ALL).is_empty());
        let filter = Filter {
            room: Some("stage-1".parse().unwrap()),
            reason: Some(Reason::NotAMember),
            ..Filter::ALL
        };
        let expected = [("reason", "not_a_member"), ("room", "stage-1")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(conditions(&filter), expected.into());
    }
}
