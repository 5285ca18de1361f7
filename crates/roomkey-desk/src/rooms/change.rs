//! An admin changes a room's settings.

use roomkey_claims::{RoomId, RoomPatch};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::tokens::Tokens;

/// Changes a room's settings in one step; returns the index of the entry, if anything changed.
pub async fn change(
    ground: &Ground,
    tokens: &Tokens,
    admin: &Admin,
    room: RoomId,
    change: RoomPatch,
) -> Result<Option<u64>, DeskError> {
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
