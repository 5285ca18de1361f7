//! Plain data for tests: one ordinary profile, room and set of facts, which each test changes where it differs.
//!
//! It exists with the feature `fixtures` only, which tests enable and no shipped crate does.
//! Each fixture names every field, so that a new field is decided here once and not in each test.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    Authority, Bounds, DeskRole, Expects, Facts, Key, KeyState, Membership, Policy, Profile, Role,
    RoomSettings, SessionFacts, Sources, SubjectFacts, SubjectRef, Timestamp, Wish,
};

/// The instant of the facts.
pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

#[expect(clippy::unwrap_used, reason = "literals of this file, which every test reads")]
fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The active key `APIexample`.
pub fn key() -> Key {
    Key { id: id("APIexample"), state: KeyState::Active, not_after: None }
}

/// A LiveKit account with [`key`].
pub fn profile() -> Profile {
    Profile {
        kind: id("livekit"),
        url: None,
        cap: 86_400,
        own_sessions: false,
        numeric_ids: false,
        messaging: false,
        options: BTreeMap::new(),
        keys: vec![key()],
    }
}

/// Lifetimes of 60 to 3600 seconds, 300 by default, and [`profile`] under the name `stage`.
pub fn policy() -> Policy {
    Policy {
        lifetime: Bounds { min: 60, default: 300, max: 3600 },
        profiles: [(id("stage"), profile())].into(),
    }
}

/// A new room of the profile `stage`: restricted, with every setting at its default.
pub fn room() -> RoomSettings {
    RoomSettings::new(id("stage"))
}

/// A publisher of the whole room, from every source.
pub fn publisher() -> Membership {
    Membership { scene: None, event: None, role: Role::Publisher, sources: Sources::All }
}

/// Ada.
pub fn subject() -> SubjectRef {
    id("2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77")
}

/// Ada's session, which runs for an hour from [`NOW`] on.
pub fn session() -> SessionFacts {
    let end = NOW.plus(Duration::from_hours(1));
    SessionFacts { subject: subject(), ends_at: end, idle_at: end, ended: false }
}

/// A request for a key of `stage-1` that asks for nothing else.
pub fn wish() -> Wish {
    Wish {
        room: id("stage-1"),
        scene: None,
        event: None,
        device: None,
        seconds: None,
        kind: None,
        messaging: false,
        expects: Expects::NOTHING,
        renews: None,
    }
}

/// Ada, a [`publisher`] of [`room`] `stage-1`, asks with a good [`session`].
pub fn facts() -> Facts {
    Facts {
        at: NOW,
        wish: wish(),
        authority: Authority::Session {
            session: id("00112233445566778899aabbccddeeff"),
            facts: Some(session()),
        },
        subject: Some(SubjectFacts {
            subject: subject(),
            enabled: true,
            role: DeskRole::User,
            did: None,
        }),
        room: Some(room()),
        window: None,
        uid: None,
        memberships: vec![publisher()],
        meeting: None,
        renewed: None,
        policy: Some(Arc::new(policy())),
    }
}
