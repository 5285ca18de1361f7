//! Members: who is what in which room, scene and event, set by admins.

use roomkey_claims::{EventId, Membership, RoomId, SceneId, Username};
use roomkey_storage::{Member, Reader, Refused, StoreError};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// Makes a user a member, or changes what the member is; returns the index of the entry, if anything changed.
pub async fn add(
    ground: &Ground,
    admin: &Admin,
    room: RoomId,
    username: Username,
    member: Membership,
) -> Result<Option<u64>, DeskError> {
    ground.change(admin, move |writer| writer.put_member(&room, &username, &member)).await
}

/// Removes a member from a room, or from a scene or an event of it; returns the index of the entry.
pub async fn remove(
    ground: &Ground,
    admin: &Admin,
    room: RoomId,
    username: Username,
    scene: Option<SceneId>,
    event: Option<EventId>,
) -> Result<u64, DeskError> {
    ground.change(admin, move |writer| writer.remove_member(&room, &username, scene, event)).await
}

/// Members of a room by name, after a name.
///
/// A user may be a member several times, for scenes and events: a page never ends in the middle of a user, so it
/// is longer than `limit` where one user alone fills more than that.
pub async fn list(
    ground: &Ground,
    _admin: &Admin,
    room: RoomId,
    after: Option<Username>,
    limit: u16,
) -> Result<Listing<Member>, DeskError> {
    let found = ground.read(move |reader| page(reader, &room, after.as_ref(), limit)).await?;
    found.ok_or(DeskError::Refused(Refused::NoSuchRoom))
}

fn page(
    reader: &mut Reader<'_>,
    room: &RoomId,
    after: Option<&Username>,
    limit: u16,
) -> Result<Option<Listing<Member>>, StoreError> {
    if reader.room(room)?.is_none() {
        return Ok(None);
    }
    let members = reader.members(room, after, one_more(limit))?;
    if members.len() <= usize::from(limit) {
        return Ok(Some(Listing { data: members, more: false }));
    }
    let whole = without_last_user(members);
    if !whole.is_empty() {
        return Ok(Some(Listing { data: whole, more: true }));
    }
    let members = reader.members(room, after, u16::MAX)?;
    let first = members.first().map(|member| member.username.clone());
    let total = members.len();
    let of_first: Vec<Member> =
        members.into_iter().take_while(|member| Some(&member.username) == first.as_ref()).collect();
    Ok(Some(Listing { more: of_first.len() < total, data: of_first }))
}

/// The members but for those of the last user, of whom there may be more.
fn without_last_user(mut members: Vec<Member>) -> Vec<Member> {
    let last = members.last().map(|member| member.username.clone());
    members.retain(|member| Some(&member.username) != last.as_ref());
    members
}
