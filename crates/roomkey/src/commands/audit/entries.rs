//! Entries for people.

use comfy_table::Table;
use roomkey_audit::{Actor, Event, Outcome};
use roomkey_claims::Reason;
use roomkey_desk::audit::listed::Listed;

use crate::output;

/// A table of entries.
pub(crate) fn table(entries: &[Listed]) -> Table {
    let mut table = output::table(&["index", "time", "kind", "user", "room", "what"]);
    for listed in entries {
        table.add_row(cells(listed));
    }
    table
}

/// An entry on one line.
pub(crate) fn line(listed: &Listed) -> String {
    let [index, time, kind, user, room, what] = cells(listed);
    format!("{index:>8}  {time}  {kind:<18}  {user:<16}  {room:<16}  {what}").trim_end().to_owned()
}

fn cells(listed: &Listed) -> [String; 6] {
    let found = &listed.projection;
    let user = listed.user.as_ref().map(ToString::to_string);
    let user = user.or_else(|| found.subject.map(|subject| subject.to_string()));
    [
        listed.index.to_string(),
        output::time(listed.entry.t),
        found.kind.as_str().to_owned(),
        user.unwrap_or_else(|| by(&listed.entry.by)),
        output::or_dash(found.room.as_ref()),
        what(listed),
    ]
}

/// Who acted, where no user is concerned.
fn by(actor: &Actor) -> String {
    match actor {
        Actor::System => "(desk)".to_owned(),
        Actor::Console { uid } => format!("(console, uid {uid})"),
        Actor::Session { session: _, subject } => subject.to_string(),
        Actor::Backend { backend } => format!("(backend {backend})"),
        Actor::Address { prefix } => format!("({prefix})"),
    }
}

/// What a person wants to know first of an entry.
fn what(listed: &Listed) -> String {
    match (&listed.entry.event, listed.projection.outcome) {
        (Event::TokenIssued(issued), _) => {
            let until = roomkey_claims::Timestamp::from_seconds(issued.exp);
            let uid = issued.uid.map_or_else(String::new, |uid| format!(" as uid {uid}"));
            let messaging = if issued.messaging { " with messaging" } else { "" };
            let (role, issuance) = (issued.role.as_str(), issued.issuance);
            format!("{role}{uid}{messaging} until {until}, issuance {issuance}")
        }
        (Event::DenialsAggregated { reason, count, .. }, _) => {
            format!("{count} times {}", reason.as_str())
        }
        (_, Some(Outcome::Denied)) => listed
            .projection
            .reason
            .map_or_else(String::new, |reason: Reason| reason.as_str().to_owned()),
        (Event::UserAdded { role, .. } | Event::UserRoleSet { role, .. }, _) => {
            role.as_str().to_owned()
        }
        (Event::MemberAdded(set) | Event::MemberChanged(set), _) => set.role.as_str().to_owned(),
        (Event::LoginFailed { count, .. }, _) => format!("{count} times"),
        (Event::AuditRead { surface, .. }, _) => surface.clone(),
        (Event::AuditExported { from, to, .. }, _) => format!("{from} to {to}"),
        (Event::MeetingStarted { number, .. } | Event::MeetingEnded { number, .. }, _) => {
            format!("meeting {number}")
        }
        (Event::BackendAdded { backend, .. } | Event::BackendRevoked { backend }, _) => {
            format!("backend {backend}")
        }
        (Event::ProviderCalled { operation, profile, .. }, _) => {
            format!("{} with {profile}", operation.as_str())
        }
        _ => String::new(),
    }
}
