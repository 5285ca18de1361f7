//! Where a room lives, for the surfaces of the vendors' own clients, which are made for one provider each.

use roomkey_claims::{Profile, ProviderKind, RoomId, RoomSettings};
use roomkey_storage::Refused;

use crate::authority::InRoom;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::tokens::Tokens;

/// The settings of a room, with the profile that it lives on.
pub async fn room_and_profile(
    ground: &Ground,
    tokens: &Tokens,
    in_room: &InRoom,
) -> Result<(RoomSettings, Profile), DeskError> {
    let name = in_room.room().clone();
    let room = ground.read(move |reader| reader.room(&name)).await?;
    let settings = room.ok_or(DeskError::Refused(Refused::NoSuchRoom))?.settings;
    let in_force = tokens.in_force();
    let configured = in_force.rules.profiles.get(&settings.profile);
    let unknown = || DeskError::UnknownProfile { profile: settings.profile.clone() };
    let profile = configured.ok_or_else(unknown)?.profile.clone();
    Ok((settings, profile))
}

/// The kind of the provider of a room, which nobody is told who may not enter it; `None` where there is no room.
pub async fn kind_of(
    ground: &Ground,
    tokens: &Tokens,
    room: &RoomId,
) -> Result<Option<ProviderKind>, DeskError> {
    let name = room.clone();
    let room = ground.read(move |reader| reader.room(&name)).await?;
    let in_force = tokens.in_force();
    let configured = room.and_then(|room| in_force.rules.profiles.get(&room.settings.profile));
    Ok(configured.map(|configured| configured.profile.kind.clone()))
}
