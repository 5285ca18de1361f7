//! What an entry records: one variant a kind, with all that replay needs.

use std::collections::{BTreeMap, BTreeSet};

use roomkey_claims::{
    BackendRef, DeskRole, DeviceId, EventId, Fingerprint, IssuanceId, KeyId, Permissions, Policy,
    ProfileName, ProviderKind, ProviderRoom, Reason, Role, RoomId, RoomPattern, RoomSettings,
    SceneId, Scope, SessionRef, Sources, SubjectRef, Timestamp, Uid, Window,
};
use serde::{Deserialize, Serialize};

use crate::Who;

/// What happened. The key `k` of an entry names the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "k")]
pub enum Event {
    /// The settings that are decided by changed.
    #[serde(rename = "policy.set")]
    PolicySet {
        /// The version of the software that set it.
        software: String,
        /// The number of the newest migration.
        schema: u32,
        /// The policy.
        policy: Policy,
    },
    /// A user was added, enabled.
    #[serde(rename = "user.added")]
    UserAdded {
        /// The user.
        subject: SubjectRef,
        /// The role at the desk.
        role: DeskRole,
    },
    /// A user was enabled.
    #[serde(rename = "user.enabled")]
    UserEnabled {
        /// The user.
        subject: SubjectRef,
    },
    /// A user was disabled; this ends all sessions of the user.
    #[serde(rename = "user.disabled")]
    UserDisabled {
        /// The user.
        subject: SubjectRef,
    },
    /// A user's role at the desk was set.
    #[serde(rename = "user.role_set")]
    UserRoleSet {
        /// The user.
        subject: SubjectRef,
        /// The role at the desk.
        role: DeskRole,
    },
    /// A user's password was set; this ends all sessions of the user.
    #[serde(rename = "user.password_set")]
    UserPasswordSet {
        /// The user.
        subject: SubjectRef,
    },
    /// A user and everything personal about it was erased; this ends all sessions and memberships of the user.
    #[serde(rename = "user.erased")]
    UserErased {
        /// The user.
        subject: SubjectRef,
    },
    /// A user logged in.
    #[serde(rename = "session.started")]
    SessionStarted {
        /// The session.
        session: SessionRef,
        /// The user.
        subject: SubjectRef,
        /// The absolute end.
        ends_at: Timestamp,
        /// For how many seconds it may stay unused.
        idle_seconds: u32,
    },
    /// A session ended.
    #[serde(rename = "session.ended")]
    SessionEnded {
        /// The session.
        session: SessionRef,
        /// The user.
        subject: SubjectRef,
        /// Why.
        reason: EndReason,
    },
    /// A backend was added.
    #[serde(rename = "backend.added")]
    BackendAdded {
        /// The backend.
        backend: BackendRef,
        /// What it may do.
        scopes: BTreeSet<Scope>,
        /// Where.
        rooms: Vec<RoomPattern>,
    },
    /// A backend was revoked.
    #[serde(rename = "backend.revoked")]
    BackendRevoked {
        /// The backend.
        backend: BackendRef,
    },
    /// A room was added.
    #[serde(rename = "room.added")]
    RoomAdded(RoomSet),
    /// A room's settings changed; these are the new ones, whole.
    #[serde(rename = "room.changed")]
    RoomChanged(RoomSet),
    /// A room was closed: nobody gets a key.
    #[serde(rename = "room.closed")]
    RoomClosed {
        /// The room.
        room: RoomId,
    },
    /// A closed room was opened again.
    #[serde(rename = "room.opened")]
    RoomOpened {
        /// The room.
        room: RoomId,
    },
    /// A user became a member.
    #[serde(rename = "member.added")]
    MemberAdded(MemberSet),
    /// A member's role or sources changed.
    #[serde(rename = "member.changed")]
    MemberChanged(MemberSet),
    /// A member was removed.
    #[serde(rename = "member.removed")]
    MemberRemoved(MemberPlace),
    /// An event got a window of time, or another one.
    #[serde(rename = "event.set")]
    EventSet {
        /// The room.
        room: RoomId,
        /// The event.
        event: EventId,
        /// When it admits anybody.
        window: Window,
    },
    /// A meeting started; the one before it in the room, if any still ran, ended.
    #[serde(rename = "meeting.started")]
    MeetingStarted {
        /// The room.
        room: RoomId,
        /// Its number in the room, from 1.
        number: u32,
        /// Its session at the provider.
        provider_room: ProviderRoom,
    },
    /// A meeting ended.
    #[serde(rename = "meeting.ended")]
    MeetingEnded {
        /// The room.
        room: RoomId,
        /// Its number.
        number: u32,
    },
    /// A key was issued.
    #[serde(rename = "token.issued")]
    TokenIssued(Box<Issued>),
    /// A key was denied to somebody authenticated.
    #[serde(rename = "token.denied")]
    TokenDenied(Box<Denied>),
    /// More denials of one kind than are recorded one by one.
    #[serde(rename = "denials.aggregated")]
    DenialsAggregated {
        /// The room that was asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// Why they were denied.
        reason: Reason,
        /// The start of the minute.
        minute: Timestamp,
        /// How many, beyond those with an entry of their own.
        count: u32,
    },
    /// Logins that failed from the actor's address prefix.
    #[serde(rename = "login.failed")]
    LoginFailed {
        /// The start of the minute.
        minute: Timestamp,
        /// How many.
        count: u32,
    },
    /// A token was made for the desk itself, to call a provider.
    #[serde(rename = "provider.called")]
    ProviderCalled {
        /// The profile.
        profile: ProfileName,
        /// The key that signed.
        key: KeyId,
        /// What was called.
        operation: Operation,
        /// The room that it was for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// The fingerprint of the token.
        fp: Fingerprint,
        /// The second at which the token expires.
        exp: i64,
    },
    /// Somebody read the log: a paging run or a tail is one entry, at its first request.
    #[serde(rename = "audit.read")]
    AuditRead {
        /// Through which surface.
        surface: String,
        /// The filters, users as subjects.
        filters: BTreeMap<String, String>,
    },
    /// Somebody exported the log.
    #[serde(rename = "audit.exported")]
    AuditExported {
        /// The first index.
        from: u64,
        /// The index after the last.
        to: u64,
        /// Whether the users' names went with it.
        with_identities: bool,
    },
    /// Entries below an index were removed.
    #[serde(rename = "retention.pruned")]
    RetentionPruned {
        /// The smallest index that is left.
        below: u64,
    },
    /// A person took over a log that did not match its last checkpoint.
    #[serde(rename = "log.recovered")]
    LogRecovered {
        /// The size of the log that was taken over.
        size: u64,
        /// The root of the tree of that size, as hexadecimal digits.
        root: String,
    },
}

/// What the desk asks of a provider's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Make a session for a meeting.
    CreateSession,
    /// Disconnect a participant from a session.
    Disconnect,
    /// List recordings.
    ListArchives,
    /// Delete a recording.
    DeleteArchive,
}

impl Operation {
    /// The name in entries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateSession => "create_session",
            Self::Disconnect => "disconnect",
            Self::ListArchives => "list_archives",
            Self::DeleteArchive => "delete_archive",
        }
    }

    /// The actors that may have this call made, beside administrators.
    pub const fn who(self) -> &'static [Who] {
        match self {
            Self::CreateSession => &[Who::Backend(Scope::Meetings), Who::SystemWithSessions],
            Self::Disconnect => &[Who::Backend(Scope::Disconnect)],
            Self::ListArchives | Self::DeleteArchive => &[],
        }
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The user logged out.
    Logout,
    /// An administrator ended it.
    Admin,
}

/// A room with its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSet {
    /// The room.
    pub room: RoomId,
    /// Its settings and state.
    pub settings: RoomSettings,
}

/// A member with role and sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSet {
    /// Where, and who.
    #[serde(flatten)]
    pub place: MemberPlace,
    /// The role.
    pub role: Role,
    /// The sources that may be published.
    pub sources: Sources,
}

/// Where somebody is a member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MemberPlace {
    /// The room.
    pub room: RoomId,
    /// Who.
    pub subject: SubjectRef,
    /// Only for this scene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<SceneId>,
    /// Only for this event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
}

/// A key that was issued: everything but the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The id of the issuance, also the token's.
    pub issuance: IssuanceId,
    /// Whose key it is.
    pub subject: SubjectRef,
    /// The idle deadline that the session was judged by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_at: Option<Timestamp>,
    /// The room.
    pub room: RoomId,
    /// The scene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<SceneId>,
    /// The event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// The device, where identities are per device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meeting: Option<u32>,
    /// The room, session or channel at the provider.
    pub provider_room: ProviderRoom,
    /// The participant's number, where the room has numbers; it is the user's there from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<Uid>,
    /// Whether the key admits to the provider's messaging too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub messaging: bool,
    /// The role.
    pub role: Role,
    /// What it allows.
    pub permissions: Permissions,
    /// The lifetime that was asked for, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<u32>,
    /// The first second of validity.
    pub nbf: i64,
    /// The second of expiry.
    pub exp: i64,
    /// The profile.
    pub profile: ProfileName,
    /// Its provider.
    pub provider: ProviderKind,
    /// The key that signs.
    pub key: KeyId,
    /// The fingerprint of the token.
    pub fp: Fingerprint,
    /// The issuance that this one renews.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renews: Option<IssuanceId>,
}

/// A key that was denied, as far as it is known what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
    /// Why.
    pub reason: Reason,
    /// Whose key it would have been.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectRef>,
    /// The idle deadline that the session was judged by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_at: Option<Timestamp>,
    /// The room; none where an unknown issuance was to be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The scene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<SceneId>,
    /// The event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// The device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The provider that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderKind>,
    /// Whether the provider's messaging was asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub messaging: bool,
    /// The least role that the client needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The number that the client wanted to join with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// The lifetime that was asked for, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<u32>,
    /// The issuance that was to be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renews: Option<IssuanceId>,
}
