//! Who and where: as many users, rooms and days as a log of some length would have.

use std::time::Duration;

use anyhow::Context;
use roomkey_claims::{
    IdSource, Key, Membership, PasswordHash, Policy, Profile, Role, RoomSettings, SeededIds,
    SubjectRef, fixtures,
};
use roomkey_storage::{NewUser, Room};

/// Agora's certificate of the profile `seats`.
pub(super) const CERTIFICATE: &str = "FEdcba9876543210fedcba9876543210";

/// The secret of the profile `call` at OpenTok.
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";

/// The profiles beside `stage`, as the settings of the desk have them.
pub(super) const SETTINGS: [(&str, &str, &str); 6] = [
    ("providers.seats", "kind", "\"agora\""),
    ("providers.seats", "app_id", "\"0123456789abcdef0123456789abcdef\""),
    ("providers.seats", "certificate_file", "\"agora.secret\""),
    ("providers.call", "kind", "\"opentok\""),
    ("providers.call", "key", "\"47000001\""),
    ("providers.call", "secret_file", "\"opentok.secret\""),
];

/// Events and scenes of a room; the last event is over before the log begins.
pub(super) const EVENTS: u64 = 10;
pub(super) const SCENES: u64 = 5;

/// The users and rooms of a log.
#[derive(Debug)]
pub struct Cast {
    pub subjects: Vec<SubjectRef>,
    pub rooms: u64,
    pub days: u64,
    pub span: Duration,
}

impl Cast {
    /// A thousandth of the entries are users, a fifth of those rooms, in a month at most.
    pub fn of(entries: u64) -> Self {
        let users = (entries / 1000).max(20);
        let ids = SeededIds::new(entries);
        let days = (entries / 100_000).clamp(2, 30);
        Self {
            subjects: (0..users).map(|_| SubjectRef::new(ids.uuid_v4())).collect(),
            rooms: (users / 5).max(8),
            days,
            span: Duration::from_hours(24 * days),
        }
    }

    pub(super) fn users(&self) -> u64 {
        u64::try_from(self.subjects.len()).unwrap_or(u64::MAX)
    }

    /// A user to be added, whose password nobody knows.
    pub(super) fn user(&self, number: u64) -> anyhow::Result<NewUser> {
        Ok(NewUser {
            subject: self.subject(number)?,
            username: user_name(number).parse()?,
            password: password()?,
            did: None,
            display_name: None,
            role: roomkey_claims::DeskRole::User,
        })
    }

    pub(super) fn subject(&self, number: u64) -> anyhow::Result<SubjectRef> {
        self.subjects.get(usize::try_from(number)?).copied().context("a user")
    }

    /// The rooms that a user is a member of.
    pub(super) fn rooms_of(&self, user: u64) -> [u64; 3] {
        [user % self.rooms, (user * 31 + 7) % self.rooms, (user * 17 + 3) % self.rooms]
    }

    pub(super) fn room(number: u64) -> anyhow::Result<Room> {
        let profile = profile_of(number).0.parse()?;
        let settings = RoomSettings { profile, ..fixtures::room() };
        Ok(Room { room: room_name(number).parse()?, settings })
    }
}

/// A stored password that no password has.
pub(super) fn password() -> anyhow::Result<PasswordHash> {
    Ok(PasswordHash::try_from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned())?)
}

/// What a user is in a room.
pub(super) fn membership(user: u64) -> Membership {
    let role = match user % 10 {
        0 => Role::Moderator,
        1..=3 => Role::Subscriber,
        _ => Role::Publisher,
    };
    Membership { role, ..fixtures::publisher() }
}

/// Profile and provider of a room.
pub(super) const fn profile_of(room: u64) -> (&'static str, &'static str) {
    match room % 8 {
        5 | 6 => ("seats", "agora"),
        7 => ("call", "opentok"),
        _ => ("stage", "livekit"),
    }
}

/// What the settings say, without secrets.
pub(super) fn policy() -> anyhow::Result<Policy> {
    let profile = |room: u64, key: &str| -> anyhow::Result<_> {
        let (name, kind) = profile_of(room);
        let profile = Profile {
            kind: kind.parse()?,
            url: (kind == "livekit").then(|| "wss://rtc.example.org".to_owned()),
            own_sessions: kind == "opentok",
            numeric_ids: kind == "agora",
            keys: vec![Key { id: key.parse()?, ..fixtures::key() }],
            ..fixtures::profile()
        };
        Ok((name.parse()?, profile))
    };
    let profiles = [
        profile(0, "APIstage")?,
        profile(5, "0123456789abcdef0123456789abcdef")?,
        profile(7, "47000001")?,
    ];
    Ok(Policy { profiles: profiles.into(), ..fixtures::policy() })
}

/// The name of a user; the lower the number, the more keys.
pub fn user_name(number: u64) -> String {
    format!("user-{number:05}")
}

pub fn room_name(number: u64) -> String {
    format!("room-{number:04}")
}

pub fn event_name(number: u64) -> String {
    format!("event-{number}")
}

pub fn scene_name(number: u64) -> String {
    format!("scene-{number}")
}

/// From where a user logs in.
pub fn address(user: u64) -> String {
    format!("10.{}.{}.0/24", user / 50 / 256 % 256, user / 50 % 256)
}
