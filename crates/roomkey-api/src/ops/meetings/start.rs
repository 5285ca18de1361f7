//! A meeting is started: by an admin, by a backend, or by the desk itself for the first who joins.

use roomkey_audit::Actor;
use roomkey_claims::{Meeting, ProviderRoom, RoomFacts, RoomId, Scope};
use roomkey_providers::Call;
use roomkey_storage::{Context, Refused, Writer};

use crate::ops::outbound::CallFor;
use crate::ops::{Desk, InRoom, OpsError, ProviderFault};

/// How a room stood when a meeting was to be started.
struct Before {
    settings: RoomFacts,
    newest: u32,
    runs: bool,
}

impl Desk {
    /// Starts the next meeting of a room and ends the one that runs.
    ///
    /// The newest number is read first and compared in the transaction, so that of two who press the button at once one
    /// is refused instead of starting two meetings.
    pub async fn start_meeting(&self, in_room: &InRoom) -> Result<Meeting, OpsError> {
        if in_room.scope() != Scope::Meetings {
            return Err(OpsError::NotAllowed);
        }
        let room = in_room.room().clone();
        let before = self.before(&room).await?;
        self.start(in_room.actor().context(), room, before).await
    }

    /// Starts a meeting where none runs, in the name of the desk; whoever comes second gets the first one's.
    pub(crate) async fn first_meeting(&self, room: &RoomId) -> Result<(), OpsError> {
        let before = self.before(room).await?;
        if before.runs {
            return Ok(());
        }
        let context = Context { by: Actor::System, req: None };
        match self.start(context, room.clone(), before).await {
            // The session that was made for nothing is dropped: nobody knows its id.
            Ok(_) | Err(OpsError::Refused(Refused::MeetingRaced)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn before(&self, room: &RoomId) -> Result<Before, OpsError> {
        let of = room.clone();
        let found = self.read(move |reader| {
            let Some(room) = reader.room(&of)? else { return Ok(None) };
            let newest = reader.meetings(&of, None, 1)?;
            let newest = newest.first();
            Ok(Some(Before {
                settings: room.settings,
                newest: newest.map_or(0, |row| row.meeting.number),
                runs: newest.is_some_and(|row| row.ended_at.is_none()),
            }))
        });
        found.await?.ok_or(OpsError::Refused(Refused::NoSuchRoom))
    }

    /// Makes the session where the provider makes sessions, before and outside the transaction that starts the meeting.
    async fn start(
        &self,
        context: Context,
        room: RoomId,
        Before { settings, newest, runs: _ }: Before,
    ) -> Result<Meeting, OpsError> {
        let own_sessions = {
            let in_force = self.in_force();
            let configured = in_force.rules.profiles.get(&settings.profile);
            configured.is_some_and(|configured| configured.profile.own_sessions)
        };
        let session = if own_sessions {
            Some(self.create_session(context.clone(), &room, &settings).await?)
        } else {
            None
        };
        let profile = settings.profile;
        self.write(context, move |writer| {
            writer.require_in_room(Scope::Meetings, &room)?;
            if writer.room(&room)?.settings.profile != profile {
                return Err(Refused::MeetingRaced.into());
            }
            writer.start_meeting(&room, newest, |number| {
                session.unwrap_or_else(|| ProviderRoom::of_meeting(&room, number))
            })
        })
        .await
    }

    async fn create_session(
        &self,
        context: Context,
        room: &RoomId,
        settings: &RoomFacts,
    ) -> Result<ProviderRoom, OpsError> {
        let checked = room.clone();
        let on_behalf = CallFor {
            context,
            profile: settings.profile.clone(),
            allowed: move |writer: &mut Writer<'_>| {
                writer.require_in_room(Scope::Meetings, &checked)
            },
        };
        let call = Call::CreateSession(settings.session);
        let (rest, answer) = self.call_provider(on_behalf, &call).await?;
        let in_force = self.in_force();
        let profile = in_force.rules.profiles.get(&settings.profile);
        let session = profile.and_then(|configured| (rest.session)(&configured.profile, &answer));
        let session = session.ok_or(OpsError::Provider(ProviderFault::Answer))?;
        Ok(ProviderRoom::from_provider(session))
    }
}
