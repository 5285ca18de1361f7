//! An admin changes a room's settings.

use roomkey_claims::{Access, Archive, Media, ProfileName, RoomFacts, RoomId};

use crate::authority::Admin;
use crate::error::OpsError;
use crate::ground::Ground;
use crate::tokens::Tokens;

/// What becomes of a setting that may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is removed.
    Clear,
    /// It gets this value.
    Set(T),
}

impl<T: Copy> Edit<T> {
    fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *to = None,
            Self::Set(value) => *to = Some(value),
        }
    }
}

/// What is to change about a room; what is `None` or kept stays as it is.
#[derive(Debug, Clone)]
pub struct RoomChange {
    /// The provider profile.
    pub profile: Option<ProfileName>,
    /// Who may enter.
    pub access: Option<Access>,
    /// Whether an event must be named.
    pub event_required: Option<bool>,
    /// Whether identities are per device.
    pub per_device: Option<bool>,
    /// Whether the user's DID stands in the token's metadata.
    pub with_did: Option<bool>,
    /// Whether participants are texts where the provider would take numbers.
    pub string_accounts: Option<bool>,
    /// How media flow in the sessions of meetings.
    pub media: Option<Media>,
    /// Whether media are encrypted from end to end.
    pub e2ee: Option<bool>,
    /// Whether meetings are recorded.
    pub archive: Option<Archive>,
    /// Shortest lifetime, in seconds.
    pub min: Edit<u32>,
    /// Lifetime for which nobody asked, in seconds.
    pub default: Edit<u32>,
    /// Longest lifetime, in seconds.
    pub max: Edit<u32>,
}

impl RoomChange {
    /// A change that changes nothing.
    pub const NOTHING: Self = Self {
        profile: None,
        access: None,
        event_required: None,
        per_device: None,
        with_did: None,
        string_accounts: None,
        media: None,
        e2ee: None,
        archive: None,
        min: Edit::Keep,
        default: Edit::Keep,
        max: Edit::Keep,
    };

    fn apply(&self, to: &mut RoomFacts) {
        let Self {
            profile,
            access,
            event_required,
            per_device,
            with_did,
            string_accounts,
            media,
            e2ee,
            archive,
            min,
            default,
            max,
        } = self;
        if let Some(profile) = profile {
            to.profile.clone_from(profile);
        }
        to.access = access.unwrap_or(to.access);
        to.event_required = event_required.unwrap_or(to.event_required);
        to.per_device = per_device.unwrap_or(to.per_device);
        to.with_did = with_did.unwrap_or(to.with_did);
        to.string_accounts = string_accounts.unwrap_or(to.string_accounts);
        to.session.media = media.unwrap_or(to.session.media);
        to.session.e2ee = e2ee.unwrap_or(to.session.e2ee);
        to.session.archive = archive.unwrap_or(to.session.archive);
        min.apply(&mut to.bounds.min);
        default.apply(&mut to.bounds.default);
        max.apply(&mut to.bounds.max);
    }
}

/// Changes a room's settings in one step; returns the index of the entry, if anything changed.
pub async fn change(
    ground: &Ground,
    tokens: &Tokens,
    admin: &Admin,
    room: RoomId,
    change: RoomChange,
) -> Result<Option<u64>, OpsError> {
    let in_force = tokens.in_force();
    let changed = ground.change(admin, move |writer| {
        let mut wanted = writer.room(&room)?.settings;
        change.apply(&mut wanted);
        if let Err(refused) = in_force.rules.check_room(&room, &wanted) {
            return Ok(Err(refused));
        }
        Ok(Ok(writer.change_room(&room, |settings| change.apply(settings))?))
    });
    changed.await?
}
