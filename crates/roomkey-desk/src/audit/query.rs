//! What is looked for, users by their names.

use std::collections::BTreeMap;

use roomkey_audit::{CONDITIONS, Condition, ConditionShape, Event, Filter};
use roomkey_claims::{SubjectRef, Username};
use roomkey_storage::Refused;

use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;

/// Entries that are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// The user whom they concern: a name, or the id by which the log knows a user (also of one who was erased).
    pub user: Option<Username>,
    /// The other conditions; where `user` is given, it decides about the subject.
    pub filter: Filter,
}

/// The name of the condition that stands for the subject: people look for users by their names.
pub const USER: &str = "user";

/// What [`USER`] asks for, in a sentence without its full stop.
pub const USER_DOC: &str = "The user whom the entry concerns: a name, or a subject id";

/// The conditions that a query takes beside [`USER`].
pub fn conditions() -> impl Iterator<Item = &'static Condition> {
    CONDITIONS.iter().filter(|condition| (condition.shape)() != ConditionShape::Uuid)
}

impl AuditQuery {
    /// Every entry.
    pub const ALL: Self = Self { user: None, filter: Filter::ALL };
}

/// The filter with the user's name replaced by the id by which the log knows the user.
pub(super) async fn resolve(
    ground: &Ground,
    AuditQuery { user, mut filter }: AuditQuery,
) -> Result<Filter, DeskError> {
    let Some(name) = user else { return Ok(filter) };
    let wanted = name.clone();
    let known = ground.read(move |reader| reader.user(&wanted)).await?;
    let subject =
        known.map(|user| user.subject).or_else(|| name.as_str().parse::<SubjectRef>().ok());
    filter.subject = Some(subject.ok_or(DeskError::Refused(Refused::NoSuchUser))?);
    Ok(filter)
}

/// Records that the log is read; returns the index of the entry.
pub(super) async fn record_reading(
    ground: &Ground,
    reads: &Reads,
    surface: &str,
    filters: BTreeMap<String, String>,
) -> Result<u64, DeskError> {
    let event = Event::AuditRead { surface: surface.to_owned(), filters };
    ground.record(reads.actor(), event).await
}
