//! Events of rooms: the window of time in which one admits anybody, set by admins.

use roomkey_claims::{EventId, RoomId, Window};
use roomkey_storage::{Refused, WindowOfEvent};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// Gives an event a window, outside which nobody gets a key and past which no key lives; returns the index of the
/// entry, if anything changed.
pub async fn set(
    ground: &Ground,
    admin: &Admin,
    room: RoomId,
    event: EventId,
    window: Window,
) -> Result<Option<u64>, DeskError> {
    if let (Some(from), Some(until)) = (window.from, window.until)
        && until <= from
    {
        return Err(DeskError::EmptyWindow);
    }
    ground.change(admin, move |writer| writer.set_window(&room, &event, window)).await
}

/// The events of a room that have a window, by name, after a name.
pub async fn list(
    ground: &Ground,
    _admin: &Admin,
    room: RoomId,
    after: Option<EventId>,
    limit: u16,
) -> Result<Listing<WindowOfEvent>, DeskError> {
    let found = ground.read(move |reader| match reader.room(&room)? {
        None => Ok(None),
        Some(_) => reader.windows(&room, after.as_ref(), one_more(limit)).map(Some),
    });
    let windows = found.await?.ok_or(DeskError::Refused(Refused::NoSuchRoom))?;
    Ok(Listing::cut(windows, limit))
}
