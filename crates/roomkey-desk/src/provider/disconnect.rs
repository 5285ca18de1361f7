//! A participant is disconnected at the provider.

use roomkey_claims::Scope;
use roomkey_providers::Call;
use roomkey_storage::Refused;

use crate::authority::InRoom;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::provider::Provider;
use crate::provider::call::CallFor;
use crate::tokens::Tokens;

/// Disconnects a connection from a session of a meeting of the room; one that is gone already counts as done.
///
/// The call is recorded, with the operation `disconnect`.
pub async fn disconnect(
    ground: &Ground,
    tokens: &Tokens,
    provider: &Provider,
    in_room: &InRoom,
    session: &str,
    connection: &str,
) -> Result<(), DeskError> {
    if in_room.scope() != Scope::Disconnect {
        return Err(DeskError::NotAllowed);
    }
    let (of, sought) = (in_room.room().clone(), session.to_owned());
    let found = ground.read(move |reader| {
        let Some(room) = reader.room(&of)? else { return Ok(None) };
        Ok(reader.is_session_of(&of, &sought)?.then_some(room.settings.profile))
    });
    let profile = found.await?.ok_or(DeskError::Refused(Refused::NoMeeting))?;
    let room = in_room.room().clone();
    let on_behalf = CallFor {
        context: in_room.actor().context(),
        profile,
        room: Some(room.clone()),
        allowed: move |writer: &mut roomkey_storage::Writer<'_>| {
            writer.require_in_room(Scope::Disconnect, &room)
        },
    };
    provider.call(ground, tokens, on_behalf, &Call::Disconnect { session, connection }).await?;
    Ok(())
}
