//! An admin looks at the members of a room.

use roomkey_claims::{RoomId, Username};
use roomkey_storage::{Member, Reader, Refused, StoreError};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
use crate::listing::{Listing, one_more};

impl Desk {
    /// Members of a room by name, after a name.
    ///
    /// A user may be a member several times, for scenes and events: a page never ends in the middle of a user, so it
    /// is longer than `limit` where one user alone fills more than that.
    pub async fn list_members(
        &self,
        _admin: &Admin,
        room: RoomId,
        after: Option<Username>,
        limit: u16,
    ) -> Result<Listing<Member>, OpsError> {
        let found = self.read(move |reader| page(reader, &room, after.as_ref(), limit)).await?;
        found.ok_or(OpsError::Refused(Refused::NoSuchRoom))
    }
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
