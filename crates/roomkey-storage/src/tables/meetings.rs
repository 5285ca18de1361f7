//! Meetings: each use of a room with its own session at the provider.

use diesel::prelude::*;
use roomkey_audit::Event;
use roomkey_claims::{Meeting, ProviderRoom, RoomId, Timestamp};

use crate::db::columns;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::meetings;
use crate::db::writer::Writer;

type Row = (String, i64, String, i64, Option<i64>);

/// A meeting, running or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingRow {
    /// Its number in the room and its session at the provider.
    pub meeting: Meeting,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

pub(crate) fn meeting(number: i64, provider_room: String) -> Result<Meeting, StoreError> {
    let number = columns::number("meetings.number", number)?;
    Ok(Meeting { number, provider_room: ProviderRoom::from_provider(provider_room) })
}

impl Reader<'_> {
    /// The meetings of a room, newest first, before a number, at most `limit`.
    pub fn meetings(
        &mut self,
        room: &RoomId,
        before: Option<u32>,
        limit: u16,
    ) -> Result<Vec<MeetingRow>, StoreError> {
        let rows: Vec<Row> = meetings::table
            .filter(meetings::room.eq(room.as_str()))
            .filter(meetings::number.lt(before.map_or(i64::MAX, i64::from)))
            .order(meetings::number.desc())
            .limit(i64::from(limit))
            .load(self.db)?;
        rows.into_iter()
            .map(|(_, number, session, started, ended)| {
                Ok(MeetingRow {
                    meeting: meeting(number, session)?,
                    started_at: Timestamp::from_micros(started),
                    ended_at: ended.map(Timestamp::from_micros),
                })
            })
            .collect()
    }

    /// Whether a session at the provider is that of a meeting of this room, running or ended.
    pub fn is_session_of(&mut self, room: &RoomId, session: &str) -> Result<bool, StoreError> {
        let found: Option<i64> = meetings::table
            .filter(meetings::room.eq(room.as_str()))
            .filter(meetings::provider_room.eq(session))
            .select(meetings::number)
            .first(self.db)
            .optional()?;
        Ok(found.is_some())
    }
}

impl Writer<'_> {
    /// Starts the next meeting of a room and ends the one that runs; keys of the old one are useless for the new one.
    ///
    /// `after` is the number of the newest meeting that the caller saw, 0 for none (compare-and-set): where another
    /// one started in the meantime, it is refused.
    pub fn start_meeting(
        &mut self,
        room: &RoomId,
        after: u32,
        session: impl FnOnce(u32) -> ProviderRoom,
    ) -> Result<Meeting, WriteError> {
        self.room(room)?;
        let newest: Option<i64> = meetings::table
            .filter(meetings::room.eq(room.as_str()))
            .select(meetings::number)
            .order(meetings::number.desc())
            .first(self.db())
            .optional()?;
        if newest.unwrap_or(0) != i64::from(after) {
            return Err(Refused::MeetingRaced.into());
        }
        let at = self.at().as_micros();
        let running = meetings::table
            .filter(meetings::room.eq(room.as_str()))
            .filter(meetings::ended_at.is_null());
        diesel::update(running).set(meetings::ended_at.eq(at)).execute(self.db())?;
        let number = after.saturating_add(1);
        let provider_room = session(number);
        let used = meetings::table
            .filter(meetings::provider_room.eq(provider_room.as_str()))
            .select(meetings::number);
        if used.first::<i64>(self.db()).optional()?.is_some() {
            return Err(Refused::SessionUsed.into());
        }
        let row = (
            meetings::room.eq(room.as_str()),
            meetings::number.eq(i64::from(number)),
            meetings::provider_room.eq(provider_room.as_str()),
            meetings::started_at.eq(at),
            meetings::ended_at.eq(None::<i64>),
        );
        diesel::insert_into(meetings::table).values(row).execute(self.db())?;
        self.append(Event::MeetingStarted {
            room: room.clone(),
            number,
            provider_room: provider_room.clone(),
        })?;
        Ok(Meeting { number, provider_room })
    }

    /// Ends the running meeting of a room; returns its number.
    pub fn end_meeting(&mut self, room: &RoomId) -> Result<u32, WriteError> {
        self.room(room)?;
        self.end_running_meeting(room)?.ok_or(WriteError::Refused(Refused::NoMeeting))
    }

    /// Ends the running meeting of a room, where one runs; returns its number.
    pub(crate) fn end_running_meeting(&mut self, room: &RoomId) -> Result<Option<u32>, WriteError> {
        let running = meetings::table
            .filter(meetings::room.eq(room.as_str()))
            .filter(meetings::ended_at.is_null());
        let number: Option<i64> = running.select(meetings::number).first(self.db()).optional()?;
        let Some(number) = number else { return Ok(None) };
        let at = self.at().as_micros();
        let running = meetings::table.find((room.as_str(), number));
        diesel::update(running).set(meetings::ended_at.eq(at)).execute(self.db())?;
        let number = columns::number("meetings.number", number)?;
        self.append(Event::MeetingEnded { room: room.clone(), number })?;
        Ok(Some(number))
    }
}
