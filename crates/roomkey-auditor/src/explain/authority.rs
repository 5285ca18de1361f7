//! On whose authority an entry was written, by the state before it.

use roomkey_audit::{Actor, Denied, Entry, Event, Issued, MemberPlace, State};
use roomkey_claims::{
    Access, Authority, EventId, Expects, RoomId, SceneId, Scope, SubjectRef, Timestamp, Wish,
};

use super::origins::Origins;
use crate::who::best_membership;

/// The authority, one statement a line.
pub(super) fn lines(state: &State, origins: &Origins, entry: &Entry) -> Vec<String> {
    let mut lines = vec![actor(state, &entry.by)];
    match &entry.event {
        Event::TokenIssued(issued) => of_issued(state, origins, entry, issued, &mut lines),
        Event::TokenDenied(denied) => of_denied(state, origins, entry, denied, &mut lines),
        _ => {}
    }
    lines
}

/// What the actor was at that moment.
fn actor(state: &State, by: &Actor) -> String {
    match by {
        Actor::System => "the desk's own rules".to_owned(),
        Actor::Console { uid } => {
            format!("the command line of the desk's machine, operating system user {uid}")
        }
        Actor::Session { session, subject } => {
            let known = state.find_session(session).map_or_else(
                || "which the log does not know".to_owned(),
                |known| {
                    let ended = if state.has_ended(known) { ", was ended before" } else { "" };
                    format!("of user {}, good until {}{ended}", known.subject(), known.ends_at())
                },
            );
            format!("session {session} {known}; {}", user(state, *subject))
        }
        Actor::Backend { backend } => match state.find_backend(backend) {
            None => format!("backend {backend}, which the log does not know"),
            Some(facts) => {
                let scopes: Vec<&str> = facts.scopes.iter().copied().map(Scope::as_str).collect();
                let rooms: Vec<&str> = facts.rooms.iter().map(|rooms| rooms.as_str()).collect();
                let revoked = if facts.revoked { ", revoked before" } else { "" };
                format!(
                    "backend {backend} with the scopes {} for the rooms {}{revoked}",
                    scopes.join(", "),
                    rooms.join(", ")
                )
            }
        },
        Actor::Address { prefix } => format!("nobody's: a request from {prefix}"),
    }
}

fn user(state: &State, subject: SubjectRef) -> String {
    match state.subject(subject) {
        None => format!("user {subject} is unknown or erased"),
        Some(facts) => {
            let status = if facts.enabled { "enabled" } else { "disabled" };
            format!("user {subject} is {status}, at the desk {}", facts.role.as_str())
        }
    }
}

/// Where somebody wanted to enter.
struct Place<'a> {
    room: &'a RoomId,
    scene: Option<&'a SceneId>,
    event: Option<&'a EventId>,
    subject: SubjectRef,
}

fn of_issued(
    state: &State,
    origins: &Origins,
    entry: &Entry,
    issued: &Issued,
    lines: &mut Vec<String>,
) {
    if entry.by.subject() != Some(issued.subject) {
        lines.push(user(state, issued.subject));
    }
    let place = Place {
        room: &issued.room,
        scene: issued.scene.as_ref(),
        event: issued.event.as_ref(),
        subject: issued.subject,
    };
    lines.push(admission(state, origins, entry.at, &place));
    lines.extend(window(state, origins, &place));
    if let Some(number) = issued.meeting {
        let started = from(origins.meetings.get(&issued.room).copied());
        lines.push(format!("meeting {number} of room {}{started}", issued.room));
    }
    lines.push(format!("the policy{}", from(origins.policy)));
    lines.push(format!(
        "key {} of profile {} ({}) signs",
        issued.key, issued.profile, issued.provider
    ));
    if let Some(renews) = issued.renews {
        lines.push(format!("it renews issuance {renews}"));
    }
}

fn of_denied(
    state: &State,
    origins: &Origins,
    entry: &Entry,
    denied: &Denied,
    lines: &mut Vec<String>,
) {
    let Some(subject) = denied.subject else { return };
    if entry.by.subject() != Some(subject) {
        lines.push(user(state, subject));
    }
    let Some(room) = &denied.room else { return };
    let (scene, event) = (denied.scene.as_ref(), denied.event.as_ref());
    let place = Place { room, scene, event, subject };
    lines.push(admission(state, origins, entry.at, &place));
    lines.extend(window(state, origins, &place));
    lines.push(format!("the policy{}", from(origins.policy)));
}

/// The membership or the open room by which somebody may enter.
fn admission(state: &State, origins: &Origins, at: Timestamp, place: &Place<'_>) -> String {
    let Place { room, scene, event, subject } = *place;
    let Some(found) = state.find_room(room) else {
        return format!("room {room} does not exist");
    };
    let wish = Wish {
        room: room.clone(),
        scene: scene.cloned(),
        event: event.cloned(),
        device: None,
        seconds: None,
        kind: None,
        messaging: false,
        expects: Expects::NOTHING,
        renews: None,
    };
    let facts = state.facts(at, wish, Authority::Console, Some(subject));
    let closed = if found.settings().closed { "; the room is closed" } else { "" };
    if let Some(member) = best_membership(&facts) {
        let known = MemberPlace {
            room: room.clone(),
            subject,
            scene: member.scene.clone(),
            event: member.event.clone(),
        };
        let origin = from(origins.members.get(&known).copied());
        let role = member.role.as_str();
        return format!(
            "the membership of user {subject} in room {room} as {role}{origin}{closed}"
        );
    }
    let origin = from(origins.rooms.get(room).copied());
    match found.settings().access {
        Access::Open(role) => {
            format!("room {room} is open to everybody as {}{origin}{closed}", role.as_str())
        }
        Access::Restricted => {
            format!("room {room} is restricted{origin}, and user {subject} is no member{closed}")
        }
    }
}

fn window(state: &State, origins: &Origins, place: &Place<'_>) -> Option<String> {
    let event = place.event?;
    let window = state.find_room(place.room)?.window(event)?;
    let time = |at: Option<Timestamp>| at.map_or_else(|| "ever".to_owned(), |at| at.to_string());
    let origin = from(origins.windows.get(&(place.room.clone(), event.clone())).copied());
    Some(format!(
        "the window of event {event} from {} until {}{origin}",
        time(window.from),
        time(window.until)
    ))
}

/// The entry that something comes from.
fn from(index: Option<u64>) -> String {
    index.map_or_else(String::new, |index| format!(" (entry {index})"))
}
