//! A meeting is started, by an admin or a backend: with a session of its own where the provider makes sessions.

use roomkey_claims::{Meeting, ProviderRoom, RoomId, RoomSettings, Scope, SessionOptions};
use roomkey_providers::Call;
use roomkey_storage::{Context, Refused, WriteError, Writer};

use crate::authority::InRoom;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::provider::Provider;
use crate::provider::call::CallFor;
use crate::provider::fault::ProviderFault;
use crate::tokens::Tokens;

/// The meeting that is to be started, for whom and where.
pub(crate) struct Next<'a> {
    pub(crate) context: Context,
    pub(crate) room: &'a RoomId,
    pub(crate) before: Before,
}

/// How a room stood when a meeting was to be started.
pub(crate) struct Before {
    settings: RoomSettings,
    newest: u32,
    /// Whether a meeting runs.
    pub(crate) runs: bool,
}

/// Starts the next meeting of a room and ends the one that runs.
///
/// The newest number is read first and compared in the transaction, so that of two who press the button at once one
/// is refused instead of starting two meetings. A caller that relies on what the session is made with says so in
/// `relied_on`: where the room has changed by then, nothing is started.
pub async fn start(
    ground: &Ground,
    tokens: &Tokens,
    provider: &Provider,
    in_room: &InRoom,
    relied_on: Option<SessionOptions>,
) -> Result<Meeting, DeskError> {
    if in_room.scope() != Scope::Meetings {
        return Err(DeskError::NotAllowed);
    }
    let room = in_room.room();
    let before = before(ground, room).await?;
    if relied_on.is_some_and(|relied_on| relied_on != before.settings.session) {
        return Err(DeskError::Refused(Refused::MeetingRaced));
    }
    let checked = room.clone();
    let allowed = move |writer: &mut Writer<'_>| writer.require_in_room(Scope::Meetings, &checked);
    let next = Next { context: in_room.actor().context(), room, before };
    open(ground, tokens, provider, next, allowed).await
}

/// How a room stands.
pub(crate) async fn before(ground: &Ground, room: &RoomId) -> Result<Before, DeskError> {
    let of = room.clone();
    let found = ground.read(move |reader| {
        let Some(room) = reader.room(&of)? else { return Ok(None) };
        let newest = reader.meetings(&of, None, 1)?;
        let newest = newest.first();
        Ok(Some(Before {
            settings: room.settings,
            newest: newest.map_or(0, |row| row.meeting.number),
            runs: newest.is_some_and(|row| row.ended_at.is_none()),
        }))
    });
    found.await?.ok_or(DeskError::Refused(Refused::NoSuchRoom))
}

/// Makes the session where the provider makes sessions, before and outside the transaction that starts the meeting.
///
/// In that transaction the room's profile and session options must be what they were, and the policy in force must
/// have the profile as this node's settings have it: else another account's session would be recorded.
pub(crate) async fn open<A>(
    ground: &Ground,
    tokens: &Tokens,
    provider: &Provider,
    Next { context, room, before }: Next<'_>,
    allowed: A,
) -> Result<Meeting, DeskError>
where
    A: Fn(&mut Writer<'_>) -> Result<(), WriteError> + Clone + Send + 'static,
{
    let Before { settings, newest, runs: _ } = before;
    let profile = {
        let in_force = tokens.in_force();
        let configured = in_force.rules.profiles.get(&settings.profile);
        configured.ok_or(DeskError::NoUsableKey)?.profile.clone()
    };
    let session = if profile.own_sessions {
        let on_behalf = CallFor {
            context: context.clone(),
            profile: settings.profile.clone(),
            room: Some(room.clone()),
            allowed: allowed.clone(),
        };
        let call = Call::CreateSession(settings.session);
        let (rest, answer) = provider.call(ground, tokens, on_behalf, &call).await?;
        let session = (rest.session)(&profile, &answer);
        let session = session.ok_or(DeskError::Provider(ProviderFault::Answer))?;
        Some(ProviderRoom::from_provider(session))
    } else {
        None
    };
    let room = room.clone();
    ground
        .write(context, move |writer| {
            allowed(writer)?;
            writer.require_profile(&settings.profile, &profile)?;
            let now = writer.room(&room)?.settings;
            if (&now.profile, now.session) != (&settings.profile, settings.session) {
                return Err(Refused::MeetingRaced.into());
            }
            writer.start_meeting(&room, newest, |number| {
                session.unwrap_or_else(|| ProviderRoom::of_meeting(&room, number))
            })
        })
        .await
}
