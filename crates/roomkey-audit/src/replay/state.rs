//! The state that a log describes: who may enter what, after the entries that were folded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roomkey_claims::{
    BackendFacts, BackendRef, DeskRole, DeviceId, EventId, IssuanceId, Meeting, Membership, Policy,
    RenewedFacts, RoomId, RoomSettings, SessionRef, SubjectFacts, SubjectRef, Timestamp, Uid,
    Window,
};

use super::expiring::Expiring;

/// The fold of the entries so far.
///
/// Sessions and issuances that expired more than a day ago may be forgotten; everything else is kept.
#[derive(Debug)]
pub struct State {
    pub(super) policy: Option<Arc<Policy>>,
    pub(super) users: BTreeMap<SubjectRef, User>,
    pub(super) sessions: Expiring<SessionRef, Session>,
    pub(super) backends: BTreeMap<BackendRef, BackendFacts>,
    pub(super) rooms: BTreeMap<RoomId, Room>,
    /// The sessions that providers made: each is good for one meeting.
    pub(super) used_sessions: BTreeSet<String>,
    pub(super) issuances: Expiring<IssuanceId, RenewedFacts>,
}

/// A user.
#[derive(Debug)]
pub struct User {
    pub(super) role: DeskRole,
    pub(super) status: Status,
    /// Rises with each change that ends all sessions; those of an earlier era have ended.
    pub(super) era: u64,
}

/// Whether a user may do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Yes.
    Enabled,
    /// Not now.
    Disabled,
    /// Never again: as good as unknown, but the reference stays taken.
    Erased,
}

/// A session.
#[derive(Debug)]
pub struct Session {
    pub(super) subject: SubjectRef,
    pub(super) ends_at: Timestamp,
    pub(super) idle_seconds: u32,
    pub(super) ended: bool,
    pub(super) era: u64,
}

/// A room with everything in it.
#[derive(Debug)]
pub struct Room {
    pub(super) settings: RoomSettings,
    pub(super) members: BTreeMap<SubjectRef, Vec<Membership>>,
    pub(super) windows: BTreeMap<EventId, Window>,
    /// The number that a user has, with each device where identities are per device.
    pub(super) uids: BTreeMap<(SubjectRef, Option<DeviceId>), Uid>,
    pub(super) taken_uids: BTreeSet<Uid>,
    pub(super) last_meeting: u32,
    pub(super) meeting: Option<Meeting>,
}

impl State {
    /// The state before the first entry.
    pub(super) const fn new() -> Self {
        Self {
            policy: None,
            users: BTreeMap::new(),
            sessions: Expiring::new(),
            backends: BTreeMap::new(),
            rooms: BTreeMap::new(),
            used_sessions: BTreeSet::new(),
            issuances: Expiring::new(),
        }
    }

    /// The policy in force.
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_deref()
    }

    /// Every user that was ever added, by reference.
    pub fn users(&self) -> impl Iterator<Item = (SubjectRef, &User)> {
        self.users.iter().map(|(subject, user)| (*subject, user))
    }

    /// A user who was added and not erased.
    pub fn find_user(&self, subject: SubjectRef) -> Option<&User> {
        self.users.get(&subject).filter(|user| user.status != Status::Erased)
    }

    /// A user as a decision reads it.
    pub fn subject(&self, subject: SubjectRef) -> Option<SubjectFacts> {
        let user = self.find_user(subject)?;
        Some(SubjectFacts {
            subject,
            enabled: user.status == Status::Enabled,
            role: user.role,
            did: None,
        })
    }

    /// A session that started, whether it still runs or not.
    pub fn find_session(&self, session: &SessionRef) -> Option<&Session> {
        self.sessions.find(session)
    }

    /// Whether a session was ended, by itself or with all those of its user; its absolute end is not looked at.
    pub fn has_ended(&self, session: &Session) -> bool {
        session.ended
            || self.users.get(&session.subject).is_some_and(|user| user.era != session.era)
    }

    /// A backend that was added, revoked or not.
    pub fn find_backend(&self, backend: &BackendRef) -> Option<&BackendFacts> {
        self.backends.get(backend)
    }

    /// Every backend that was added, revoked or not, by reference.
    pub fn backends(&self) -> impl Iterator<Item = (&BackendRef, &BackendFacts)> {
        self.backends.iter()
    }

    /// Every room, by name.
    pub fn rooms(&self) -> impl Iterator<Item = (&RoomId, &Room)> {
        self.rooms.iter()
    }

    /// Whether the provider of a room makes the session of a meeting itself.
    pub(super) fn makes_sessions(&self, room: &RoomId) -> bool {
        let profile = self.rooms.get(room).map(|room| &room.settings.profile);
        let profile = profile.zip(self.policy.as_deref());
        let profile = profile.and_then(|(name, policy)| policy.profiles.get(name));
        profile.is_some_and(|profile| profile.own_sessions)
    }

    /// A room.
    pub fn find_room(&self, room: &RoomId) -> Option<&Room> {
        self.rooms.get(room)
    }
}

impl User {
    /// The role at the desk.
    pub const fn role(&self) -> DeskRole {
        self.role
    }

    /// Whether the user may do anything.
    pub const fn status(&self) -> Status {
        self.status
    }
}

impl Session {
    /// Whose it is.
    pub const fn subject(&self) -> SubjectRef {
        self.subject
    }

    /// Its absolute end.
    pub const fn ends_at(&self) -> Timestamp {
        self.ends_at
    }

    /// For how many seconds it may stay unused.
    pub const fn idle_seconds(&self) -> u32 {
        self.idle_seconds
    }
}

impl Room {
    /// A room with nobody in it.
    pub(super) const fn new(settings: RoomSettings) -> Self {
        Self {
            settings,
            members: BTreeMap::new(),
            windows: BTreeMap::new(),
            uids: BTreeMap::new(),
            taken_uids: BTreeSet::new(),
            last_meeting: 0,
            meeting: None,
        }
    }

    /// The settings, and whether it is closed.
    pub const fn settings(&self) -> &RoomSettings {
        &self.settings
    }

    /// Its memberships, by user.
    pub fn members(&self) -> impl Iterator<Item = (SubjectRef, &Membership)> {
        self.members
            .iter()
            .flat_map(|(subject, places)| places.iter().map(|place| (*subject, place)))
    }

    /// The window of an event, where it has one.
    pub fn window(&self, event: &EventId) -> Option<Window> {
        self.windows.get(event).copied()
    }

    /// The windows of its events, by event.
    pub fn windows(&self) -> impl Iterator<Item = (&EventId, Window)> {
        self.windows.iter().map(|(event, window)| (event, *window))
    }

    /// The running meeting.
    pub const fn meeting(&self) -> Option<&Meeting> {
        self.meeting.as_ref()
    }
}
