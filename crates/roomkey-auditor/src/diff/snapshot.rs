//! All that decides about who may enter, as plain values that can be compared.

use std::collections::BTreeMap;

use roomkey_audit::State;
use roomkey_audit::replay::state::{Room, Status};
use roomkey_claims::{BackendFacts, RoomId};
use serde::Serialize;
use serde_json::{Value, json};

/// What a change is about, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Policy,
    Users,
    Backends,
    Rooms,
    Members,
    Windows,
    Meetings,
}

impl Group {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Users => "users",
            Self::Backends => "backends",
            Self::Rooms => "rooms",
            Self::Members => "members",
            Self::Windows => "windows",
            Self::Meetings => "meetings",
        }
    }
}

/// Each thing by its name, with its fields.
pub(super) type Snapshot = BTreeMap<(Group, String), Value>;

/// The snapshot of a state.
pub(super) fn of(state: &State) -> Snapshot {
    let mut found = Snapshot::new();
    if let Some(policy) = state.policy() {
        found.insert((Group::Policy, "lifetime".to_owned()), value(&policy.lifetime));
        for (name, profile) in &policy.profiles {
            found.insert((Group::Policy, format!("profile {name}")), value(profile));
        }
    }
    for (subject, user) in state.users() {
        let status = match user.status() {
            Status::Enabled => "enabled",
            Status::Disabled => "disabled",
            Status::Erased => "erased",
        };
        let user = json!({"status": status, "role": user.role().as_str()});
        found.insert((Group::Users, format!("user {subject}")), user);
    }
    for (name, backend) in state.backends() {
        found.insert((Group::Backends, format!("backend {name}")), of_backend(backend));
    }
    for (name, room) in state.rooms() {
        add_room(&mut found, name, room);
    }
    found
}

fn of_backend(backend: &BackendFacts) -> Value {
    let scopes: Vec<&str> = backend.scopes.iter().map(|scope| scope.as_str()).collect();
    let rooms: Vec<&str> = backend.rooms.iter().map(|pattern| pattern.as_str()).collect();
    json!({"scopes": scopes, "rooms": rooms, "revoked": backend.revoked})
}

fn add_room(found: &mut Snapshot, name: &RoomId, room: &Room) {
    found.insert((Group::Rooms, format!("room {name}")), value(room.settings()));
    for (subject, member) in room.members() {
        let mut place = format!("room {name}, user {subject}");
        if let Some(scene) = &member.scene {
            place = format!("{place}, scene {scene}");
        }
        if let Some(event) = &member.event {
            place = format!("{place}, event {event}");
        }
        let member = json!({"role": member.role.as_str(), "sources": value(&member.sources)});
        found.insert((Group::Members, place), member);
    }
    for (event, window) in room.windows() {
        let time = |at: Option<roomkey_claims::Timestamp>| at.map(|at| at.to_string());
        let window = json!({"from": time(window.from), "until": time(window.until)});
        found.insert((Group::Windows, format!("room {name}, event {event}")), window);
    }
    if let Some(meeting) = room.meeting() {
        let meeting =
            json!({"number": meeting.number, "provider_room": meeting.provider_room.as_str()});
        found.insert((Group::Meetings, format!("room {name}")), meeting);
    }
}

/// The value as entries spell it.
fn value(value: &impl Serialize) -> Value {
    // These types stand in every entry; they always serialise.
    serde_json::to_value(value).unwrap_or(Value::Null)
}
