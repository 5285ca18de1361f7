//! A log is written by hand here, entry by entry, so that no code of the desk vouches for itself.

mod clean;
mod keys;
mod permits;
mod violations;

use std::collections::BTreeMap;

use roomkey_claims::{
    Access, DeskRole, Fingerprint, IdSource, IssuanceId, Key, KeyState, Policy, Profile, Reason,
    Role, RoomSettings, Scope, SeededIds, Sources, SubjectRef, Timestamp, fixtures,
};

use super::*;
use crate::{Denied, EndReason, Issued, MemberPlace, MemberSet, RoomSet, VERSION};

/// The start of every log, in seconds.
const NOW: i64 = 1_800_000_000;
/// The absolute life of the sessions, in seconds.
const SESSION: i64 = 3600;

const ADA: u128 = 0x2b6d_3f0a_5b0e_4c1e_9c42_3f7d_1a8e_5b77;
const BOB: u128 = ADA + 1;
const EVE: u128 = ADA + 2;
const ROOT: u128 = ADA + 3;
const NOBODY: u128 = ADA + 4;

fn subject(number: u128) -> SubjectRef {
    let part = |from: u32, bits: u32| (number >> from) & ((1 << bits) - 1);
    let (middle, last) = ((part(80, 16), part(64, 16), part(48, 16)), part(0, 48));
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{last:012x}", part(96, 32), middle.0, middle.1, middle.2)
        .parse()
        .unwrap()
}

/// The session that a user of [`Log::ready`] has.
fn by(user: u128) -> Actor {
    Actor::Session { session: format!("{user:032x}").parse().unwrap(), subject: subject(user) }
}

fn backend(number: &str) -> Actor {
    Actor::Backend { backend: number.parse().unwrap() }
}

fn address() -> Actor {
    Actor::Address { prefix: "192.0.2.0/24".to_owned() }
}

const CONSOLE: Actor = Actor::Console { uid: 0 };

fn seconds(at: i64) -> Timestamp {
    Timestamp::from_seconds(at)
}

fn policy(state: KeyState) -> Event {
    policy_until(state, None)
}

fn policy_until(state: KeyState, not_after: Option<Timestamp>) -> Event {
    policy_with(state, not_after, |_| ())
}

fn policy_with(
    state: KeyState,
    not_after: Option<Timestamp>,
    change: impl FnOnce(&mut Profile),
) -> Event {
    let key = Key { state, not_after, ..fixtures::key() };
    let mut profile = Profile { keys: vec![key], ..fixtures::profile() };
    let call = Profile { kind: "opentok".parse().unwrap(), own_sessions: true, ..profile.clone() };
    change(&mut profile);
    let profiles = [("stage".parse().unwrap(), profile), ("call".parse().unwrap(), call)].into();
    let policy = Policy { profiles, ..fixtures::policy() };
    Event::PolicySet { software: "0.1.0".to_owned(), schema: 1, policy }
}

/// The restricted room `stage-1`, changed.
fn room(change: impl FnOnce(&mut RoomSettings)) -> RoomSet {
    let mut settings = fixtures::room();
    change(&mut settings);
    RoomSet { room: "stage-1".parse().unwrap(), settings }
}

/// The room `call-1`, whose provider makes sessions.
fn call_room() -> Event {
    let RoomSet { settings, .. } = room(|room| room.profile = "call".parse().unwrap());
    Event::RoomAdded(RoomSet { room: "call-1".parse().unwrap(), settings })
}

fn session_meeting(room: &str, number: u32, session: &str) -> Event {
    let provider_room = roomkey_claims::ProviderRoom::from_provider(session.to_owned());
    Event::MeetingStarted { room: room.parse().unwrap(), number, provider_room }
}

/// A token of the desk's own, to make a session for `call-1`.
fn called(key: &str, exp: i64) -> Event {
    Event::ProviderCalled {
        profile: "call".parse().unwrap(),
        key: key.parse().unwrap(),
        operation: crate::Operation::CreateSession,
        room: Some("call-1".parse().unwrap()),
        fp: Fingerprint::of(b"call"),
        exp,
    }
}

fn place(user: u128) -> MemberPlace {
    MemberPlace {
        room: "stage-1".parse().unwrap(),
        subject: subject(user),
        scene: None,
        event: None,
    }
}

fn member(user: u128, role: Role) -> MemberSet {
    MemberSet { place: place(user), role, sources: Sources::All }
}

fn login(user: u128, at: i64) -> Event {
    let Actor::Session { session, subject } = by(user) else { unreachable!() };
    Event::SessionStarted { session, subject, ends_at: seconds(at + SESSION), idle_seconds: 600 }
}

fn logout(user: u128) -> Event {
    let Actor::Session { session, subject } = by(user) else { unreachable!() };
    Event::SessionEnded { session, subject, reason: EndReason::Logout }
}

fn new_backend(number: &str, scope: Scope, rooms: &str) -> Event {
    let (backend, rooms) = (number.parse().unwrap(), vec![rooms.parse().unwrap()]);
    Event::BackendAdded { backend, scopes: [scope].into(), rooms }
}

/// A log on its way.
struct Log {
    entries: Vec<Vec<u8>>,
    ids: SeededIds,
    at: i64,
}

impl Log {
    /// The empty log.
    fn new() -> Self {
        Self { entries: Vec::new(), ids: SeededIds::new(1), at: NOW }
    }

    /// Ada and Bob are members of `stage-1`, Eve is an auditor, Root an admin, and all are logged in.
    fn ready() -> Self {
        let mut log = Self::new();
        log.push(Actor::System, policy(KeyState::Active));
        log.people();
        log
    }

    fn people(&mut self) {
        self.push(CONSOLE, Event::RoomAdded(room(|_| {})));
        for (user, role) in [
            (ADA, DeskRole::User),
            (BOB, DeskRole::User),
            (EVE, DeskRole::Auditor),
            (ROOT, DeskRole::Admin),
        ] {
            self.push(CONSOLE, Event::UserAdded { subject: subject(user), role });
            self.push(address(), login(user, self.at));
        }
        for user in [ADA, BOB] {
            self.push(by(ROOT), Event::MemberAdded(member(user, Role::Publisher)));
        }
    }

    fn push(&mut self, by: Actor, event: Event) {
        let at = seconds(self.at);
        self.push_at(at, by, event);
    }

    fn push_at(&mut self, t: Timestamp, by: Actor, event: Event) {
        let at = seconds(self.at);
        let id = roomkey_claims::EntryId::new(self.ids.uuid_v7(at));
        let node = "node-1".to_owned().try_into().unwrap();
        let entry = Entry { v: VERSION, id, t, at, by, req: None, node, event };
        self.entries.push(entry.to_bytes().unwrap().into_vec());
    }

    fn issuance(&self) -> IssuanceId {
        IssuanceId::new(self.ids.uuid_v7(seconds(self.at)))
    }

    /// What an honest desk records when Ada asks now with her session.
    fn key(&self) -> Issued {
        Issued {
            issuance: self.issuance(),
            subject: subject(ADA),
            idle_at: Some(seconds(self.at + 600)),
            room: "stage-1".parse().unwrap(),
            scene: None,
            event: None,
            device: None,
            meeting: None,
            provider_room: roomkey_claims::ProviderRoom::of_room(&"stage-1".parse().unwrap()),
            uid: None,
            messaging: false,
            role: Role::Publisher,
            permissions: Role::Publisher.permissions(Sources::All),
            asked: None,
            nbf: self.at,
            exp: self.at + 300,
            profile: "stage".parse().unwrap(),
            provider: "livekit".parse().unwrap(),
            key: "APIexample".parse().unwrap(),
            fp: Fingerprint::of(b"header.payload"),
            renews: None,
        }
    }

    /// The same where nobody's session counts.
    fn key_without_session(&self) -> Issued {
        Issued { idle_at: None, ..self.key() }
    }

    fn issue(&mut self, by: Actor, key: Issued) {
        self.push(by, Event::TokenIssued(Box::new(key)));
    }

    fn deny(&mut self, by: Actor, key: &Issued, reason: Reason) {
        self.push(by, Event::TokenDenied(Box::new(denial(key, reason))));
    }

    fn replay(&self) -> Report {
        replay((0..).zip(self.entries.iter().map(Vec::as_slice)))
    }

    #[track_caller]
    fn check_clean(&self) {
        let found: Vec<String> =
            self.replay().violations.iter().map(Violation::to_string).collect();
        assert_eq!(found, Vec::<String>::new());
    }

    /// The last entry has exactly these violations, and no other entry has any.
    #[track_caller]
    fn check(&self, expected: &[&str]) {
        let last = self.entries.len() as u64 - 1;
        let found: Vec<String> = self
            .replay()
            .violations
            .iter()
            .map(|violation| {
                assert_eq!(violation.index(), last, "{violation}");
                violation.to_string().replace(&format!("entry {last} "), "")
            })
            .collect();
        assert_eq!(found, expected);
    }
}

/// The denial of a key that was asked for in the same way.
fn denial(key: &Issued, reason: Reason) -> Denied {
    Denied {
        reason,
        subject: Some(key.subject),
        idle_at: key.idle_at,
        room: Some(key.room.clone()),
        scene: key.scene.clone(),
        event: key.event.clone(),
        device: key.device.clone(),
        provider: Some(key.provider.clone()),
        messaging: key.messaging,
        role: None,
        uid: None,
        asked: key.asked,
        renews: key.renews,
    }
}
