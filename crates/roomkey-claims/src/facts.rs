//! Everything that the decision reads, as plain data.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{
    BackendRef, DeskRole, DeviceId, Did, EventId, IssuanceId, Meeting, Membership, Policy,
    ProviderKind, Role, RoomId, RoomPattern, RoomSettings, SceneId, Scope, SessionRef, SubjectRef,
    Timestamp, Uid, Window,
};

/// What somebody asks for; never an identity, a role or a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The room.
    pub room: RoomId,
    /// A scene of it.
    pub scene: Option<SceneId>,
    /// An event of it.
    pub event: Option<EventId>,
    /// The device of the user.
    pub device: Option<DeviceId>,
    /// The lifetime, in seconds.
    pub seconds: Option<u32>,
    /// The provider that was asked; `None` takes the room's.
    pub kind: Option<ProviderKind>,
    /// Whether the key is to admit to the provider's messaging too.
    pub messaging: bool,
    /// What the asking client takes for granted: it is checked, never granted.
    pub expects: Expects,
    /// The issuance that this one renews.
    pub renews: Option<IssuanceId>,
}

/// What a vendor's own client says of itself, to be held against what the desk decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expects {
    /// The least role that it needs.
    pub role: Option<Role>,
    /// The number that it joins with; 0 is the vendor's wildcard and never right.
    pub uid: Option<u32>,
}

impl Expects {
    /// The client leaves everything to the desk.
    pub const NOTHING: Self = Self { role: None, uid: None };
}

/// On whose authority it is asked, with the facts about that authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// A logged-in user.
    Session {
        /// The session.
        session: SessionRef,
        /// Its facts; `None` where there is no such session.
        facts: Option<SessionFacts>,
    },
    /// A product's server.
    Backend {
        /// The backend.
        backend: BackendRef,
        /// Its facts; `None` where there is no such backend.
        facts: Option<BackendFacts>,
    },
    /// A person at the command line of the desk.
    Console,
}

impl Authority {
    /// Whether both are sessions, both the console, or both the same backend.
    ///
    /// Two sessions are of one kind whoever their users are: the caller compares the subjects, so that a user may renew
    /// in a new session what an earlier one was given.
    pub fn same_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Session { .. }, Self::Session { .. }) | (Self::Console, Self::Console) => true,
            (Self::Backend { backend: one, .. }, Self::Backend { backend: two, .. }) => one == two,
            _ => false,
        }
    }
}

/// A session, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFacts {
    /// Whose it is.
    pub subject: SubjectRef,
    /// Its absolute end.
    pub ends_at: Timestamp,
    /// When it ends for want of use.
    pub idle_at: Timestamp,
    /// Whether it was ended.
    pub ended: bool,
}

/// A backend, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendFacts {
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// Where it may do it.
    pub rooms: Vec<RoomPattern>,
    /// Whether it was revoked.
    pub revoked: bool,
}

impl BackendFacts {
    /// Whether the backend may do what `scope` says in a room.
    pub fn may(&self, scope: Scope, room: &RoomId) -> bool {
        !self.revoked
            && self.scopes.contains(&scope)
            && self.rooms.iter().any(|pattern| pattern.covers(room))
    }
}

/// A user, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectFacts {
    /// Who.
    pub subject: SubjectRef,
    /// Whether the user may do anything.
    pub enabled: bool,
    /// The role at the desk.
    pub role: DeskRole,
    /// The user's DID, for the metadata of a token where the room asks for it.
    ///
    /// The decision does not read it, and no entry holds it: replay knows none.
    pub did: Option<Did>,
}

/// An earlier issuance that is to be renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenewedFacts {
    /// Whose key it was.
    pub subject: SubjectRef,
    /// On whose authority it was asked; its facts are not read.
    pub authority: Authority,
    /// Where.
    pub room: RoomId,
    /// In which scene.
    pub scene: Option<SceneId>,
    /// At which event.
    pub event: Option<EventId>,
    /// On which device.
    pub device: Option<DeviceId>,
    /// When it expires, or did.
    pub expires_at: Timestamp,
}

/// The state that one decision reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The time by which it is decided.
    pub at: Timestamp,
    /// What is asked for.
    pub wish: Wish,
    /// On whose authority.
    pub authority: Authority,
    /// Whose key it is to be; `None` where there is no such user.
    pub subject: Option<SubjectFacts>,
    /// The room; `None` where there is none.
    pub room: Option<RoomSettings>,
    /// The window of the event that the wish names, where it has one.
    pub window: Option<Window>,
    /// The number that the subject has in the room, or would get; `None` where there is none left, or none is needed.
    pub uid: Option<Uid>,
    /// What the subject is in the room, at most one for each pair of scene and event.
    pub memberships: Vec<Membership>,
    /// The running meeting.
    pub meeting: Option<Meeting>,
    /// The issuance that the wish renews; `None` where it renews none or where there is none.
    pub renewed: Option<RenewedFacts>,
    /// The policy in force; shared, since many decisions read one.
    pub policy: Option<Arc<Policy>>,
}
