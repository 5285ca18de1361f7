//! Actors and events in plain words.

use roomkey_audit::{Actor, Denied, Event, Issued, MemberPlace, MemberSet, RoomSet};
use roomkey_claims::{Access, Permissions, RoomSettings, Scope, Sources, Timestamp};

/// Who acted.
pub(super) fn who(by: &Actor) -> String {
    match by {
        Actor::System => "the desk itself".to_owned(),
        Actor::Console { uid } => {
            format!("a person at the command line (operating system user {uid})")
        }
        Actor::Session { session, subject } => format!("user {subject} in session {session}"),
        Actor::Backend { backend } => format!("backend {backend}"),
        Actor::Address { prefix } => format!("somebody not logged in, from {prefix}"),
    }
}

/// What happened.
pub(super) fn what(event: &Event) -> String {
    match event {
        Event::PolicySet { software, schema: _, policy } => {
            let profiles: Vec<String> = policy
                .profiles
                .iter()
                .map(|(name, profile)| format!("{name} ({})", profile.kind))
                .collect();
            let lifetime = policy.lifetime;
            format!(
                "set the policy with {software}: keys live {} to {} seconds, {} by default; profiles {}",
                lifetime.min,
                lifetime.max,
                lifetime.default,
                profiles.join(", ")
            )
        }
        Event::UserAdded { .. }
        | Event::UserEnabled { .. }
        | Event::UserDisabled { .. }
        | Event::UserRoleSet { .. }
        | Event::UserPasswordSet { .. }
        | Event::UserErased { .. } => of_user(event),
        Event::SessionStarted { session, subject, ends_at, idle_seconds } => format!(
            "user {subject} logged in: session {session}, until {ends_at}, or {idle_seconds} seconds without use"
        ),
        Event::SessionEnded { session, subject, reason } => {
            format!("session {session} of user {subject} ended: {}", spelled(reason))
        }
        Event::BackendAdded { backend, scopes, rooms } => {
            let scopes: Vec<&str> = scopes.iter().copied().map(Scope::as_str).collect();
            let rooms: Vec<&str> = rooms.iter().map(|rooms| rooms.as_str()).collect();
            let (scopes, rooms) = (scopes.join(", "), rooms.join(", "));
            format!("added backend {backend} with the scopes {scopes} for the rooms {rooms}")
        }
        Event::BackendRevoked { backend } => format!("revoked backend {backend}"),
        Event::RoomAdded(RoomSet { room, settings }) => {
            format!("added room {room}: {}", of_settings(settings))
        }
        Event::RoomChanged(RoomSet { room, settings }) => {
            format!("changed room {room}, which is now: {}", of_settings(settings))
        }
        Event::RoomClosed { room } => format!("closed room {room}: nobody gets a key"),
        Event::RoomOpened { room } => format!("opened room {room} again"),
        Event::MemberAdded(set) => format!("made {}", of_member(set)),
        Event::MemberChanged(set) => format!("changed a membership: {}", of_member(set)),
        Event::MemberRemoved(place) => format!("removed the membership of {}", of_place(place)),
        Event::EventSet { room, event, window } => format!(
            "set the window of event {event} in room {room}: from {} until {}",
            time(window.from),
            time(window.until)
        ),
        Event::MeetingStarted { room, number, provider_room } => {
            format!("started meeting {number} of room {room}, at the provider {provider_room}")
        }
        Event::MeetingEnded { room, number } => format!("ended meeting {number} of room {room}"),
        Event::TokenIssued(issued) => of_issued(issued),
        Event::TokenDenied(denied) => of_denied(denied),
        _ => of_the_rest(event),
    }
}

fn of_user(event: &Event) -> String {
    match event {
        Event::UserAdded { subject, role } => {
            format!("added user {subject}, at the desk {}", role.as_str())
        }
        Event::UserEnabled { subject } => format!("enabled user {subject}"),
        Event::UserDisabled { subject } => {
            format!("disabled user {subject} and ended all sessions of that user")
        }
        Event::UserRoleSet { subject, role } => {
            format!("set the role of user {subject} at the desk to {}", role.as_str())
        }
        Event::UserPasswordSet { subject } => {
            format!("set the password of user {subject} and ended all sessions of that user")
        }
        Event::UserErased { subject } => {
            format!("erased user {subject} with every session and membership")
        }
        _ => event.kind().as_str().to_owned(),
    }
}

/// What has no part in who may enter.
fn of_the_rest(event: &Event) -> String {
    match event {
        Event::DenialsAggregated { room, reason, minute, count } => {
            let room = room.as_ref().map_or_else(String::new, |room| format!(" for room {room}"));
            let reason = reason.as_str();
            format!("denied {count} more keys{room} in the minute from {minute}: {reason}")
        }
        Event::LoginFailed { minute, count } => {
            format!("failed to log in {count} times in the minute from {minute}")
        }
        Event::ProviderCalled { profile, key, operation, room, fp: _, exp } => {
            let room = room.as_ref().map_or_else(String::new, |room| format!(" for room {room}"));
            format!(
                "made a token to call the provider of profile {profile}{room}, to {}, with key {key}, until {}",
                operation.as_str(),
                Timestamp::from_seconds(*exp)
            )
        }
        Event::AuditRead { surface, filters } => {
            let filters: Vec<String> =
                filters.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let filters =
                if filters.is_empty() { "all of it".to_owned() } else { filters.join(", ") };
            format!("read the log through {surface}: {filters}")
        }
        Event::AuditExported { from, to, with_identities } => {
            let names = if *with_identities { "with" } else { "without" };
            format!("exported the entries {from} to before {to}, {names} the users' names")
        }
        Event::RetentionPruned { below } => format!("removed the entries below {below}"),
        Event::LogRecovered { size, root } => {
            format!("took over a frozen log with {size} entries and the root {root}")
        }
        _ => event.kind().as_str().to_owned(),
    }
}

fn of_issued(issued: &Issued) -> String {
    let mut text = format!(
        "issued key {} to user {} for room {}",
        issued.issuance, issued.subject, issued.room
    );
    text += &part("scene", issued.scene.as_ref());
    text += &part("event", issued.event.as_ref());
    text += &part("device", issued.device.as_ref());
    text += &part("meeting", issued.meeting.as_ref());
    text += &part("number", issued.uid.as_ref());
    format!(
        "{text} as {} ({}), from {} until {}; fingerprint {}",
        issued.role.as_str(),
        of_permissions(&issued.permissions),
        Timestamp::from_seconds(issued.nbf),
        Timestamp::from_seconds(issued.exp),
        issued.fp
    )
}

fn of_permissions(permissions: &Permissions) -> String {
    let Permissions { subscribe, publish, data, moderate, sources } = permissions;
    let words = [
        (*subscribe, "see and hear"),
        (*publish, "send"),
        (*data, "send data"),
        (*moderate, "moderate"),
    ];
    let words: Vec<&str> =
        words.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect();
    let limit = match sources {
        Sources::All => String::new(),
        some @ Sources::Only(_) => format!(", only from {}", spelled(some)),
    };
    format!("may {}{limit}", words.join(", "))
}

fn of_denied(denied: &Denied) -> String {
    let mut text = "denied a key".to_owned();
    text += &part("user", denied.subject.as_ref());
    text += &part("room", denied.room.as_ref());
    text += &part("scene", denied.scene.as_ref());
    text += &part("event", denied.event.as_ref());
    text += &part("device", denied.device.as_ref());
    text += &part("renewal of", denied.renews.as_ref());
    format!("{text}: {}", denied.reason.as_str())
}

fn part(name: &str, value: Option<&impl ToString>) -> String {
    value.map_or_else(String::new, |value| format!(", {name} {}", value.to_string()))
}

fn of_settings(settings: &RoomSettings) -> String {
    let access = match settings.access {
        Access::Open(role) => format!("open to everybody as {}", role.as_str()),
        Access::Restricted => "restricted to its members".to_owned(),
    };
    let mut text = format!("{access}, on profile {}", settings.profile);
    for (holds, words) in [
        (settings.closed, ", closed"),
        (settings.event_required, ", only with an event"),
        (settings.per_device, ", one participant per device"),
    ] {
        if holds {
            text += words;
        }
    }
    text
}

fn of_member(set: &MemberSet) -> String {
    let sources = match &set.sources {
        Sources::All => String::new(),
        some @ Sources::Only(_) => format!(" with the sources {}", spelled(some)),
    };
    format!("{} a member as {}{sources}", of_place(&set.place), set.role.as_str())
}

fn of_place(place: &MemberPlace) -> String {
    let mut text = format!("user {} in room {}", place.subject, place.room);
    text += &part("scene", place.scene.as_ref());
    text += &part("event", place.event.as_ref());
    text
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "ever".to_owned(), |at| at.to_string())
}

/// As entries spell it, without the quotes.
fn spelled(value: &impl serde::Serialize) -> String {
    // These types stand in every entry; they always serialise.
    serde_json::to_string(value).unwrap_or_default().replace('"', "")
}
