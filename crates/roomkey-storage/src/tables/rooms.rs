//! Rooms and their settings.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use roomkey_audit::{Event, RoomSet};
use roomkey_claims::{
    Access, Meeting, ProfileName, RoomBounds, RoomId, RoomSettings, SessionOptions,
};

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::{meetings, rooms};
use crate::db::writer::Writer;

#[derive(Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = rooms, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Row {
    room: String,
    profile: String,
    open_role: Option<String>,
    event_required: bool,
    per_device: bool,
    with_did: bool,
    string_accounts: bool,
    media: String,
    e2ee: bool,
    archive: String,
    min_seconds: Option<i64>,
    default_seconds: Option<i64>,
    max_seconds: Option<i64>,
    closed: bool,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its name.
    pub room: RoomId,
    /// Its settings and state.
    pub settings: RoomSettings,
}

impl TryFrom<Row> for Room {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let seconds = |column, value: Option<i64>| {
            value.map(|value| columns::number(column, value)).transpose()
        };
        Ok(Self {
            room: columns::text("rooms.room", &row.room)?,
            settings: RoomSettings {
                profile: columns::text("rooms.profile", &row.profile)?,
                access: match row.open_role {
                    None => Access::Restricted,
                    Some(role) => Access::Open(columns::text("rooms.open_role", &role)?),
                },
                event_required: row.event_required,
                per_device: row.per_device,
                with_did: row.with_did,
                string_accounts: row.string_accounts,
                session: SessionOptions {
                    media: columns::text("rooms.media", &row.media)?,
                    e2ee: row.e2ee,
                    archive: columns::text("rooms.archive", &row.archive)?,
                },
                bounds: RoomBounds {
                    min: seconds("rooms.min_seconds", row.min_seconds)?,
                    default: seconds("rooms.default_seconds", row.default_seconds)?,
                    max: seconds("rooms.max_seconds", row.max_seconds)?,
                },
                closed: row.closed,
            },
        })
    }
}

impl From<&Room> for Row {
    fn from(Room { room, settings }: &Room) -> Self {
        Self {
            room: room.as_str().to_owned(),
            profile: settings.profile.as_str().to_owned(),
            open_role: match settings.access {
                Access::Restricted => None,
                Access::Open(role) => Some(role.as_str().to_owned()),
            },
            event_required: settings.event_required,
            per_device: settings.per_device,
            with_did: settings.with_did,
            string_accounts: settings.string_accounts,
            media: settings.session.media.as_str().to_owned(),
            e2ee: settings.session.e2ee,
            archive: settings.session.archive.as_str().to_owned(),
            min_seconds: settings.bounds.min.map(i64::from),
            default_seconds: settings.bounds.default.map(i64::from),
            max_seconds: settings.bounds.max.map(i64::from),
            closed: settings.closed,
        }
    }
}

type Facts = (BTreeMap<RoomId, RoomSettings>, BTreeMap<RoomId, Meeting>);

/// Rooms, and the meetings that run in them, in one round trip.
pub(crate) fn facts(db: &mut Db, wanted: &BTreeSet<&RoomId>) -> Result<Facts, StoreError> {
    let keys: Vec<&str> = wanted.iter().map(|room| room.as_str()).collect();
    let running =
        meetings::table.on(meetings::room.eq(rooms::room).and(meetings::ended_at.is_null()));
    let rows: Vec<(Row, Option<(i64, String)>)> = rooms::table
        .left_join(running)
        .filter(rooms::room.eq_any(keys))
        .select((rooms::all_columns, (meetings::number, meetings::provider_room).nullable()))
        .load(db)?;
    let (mut found, mut meetings) = Facts::default();
    for (row, meeting) in rows {
        let Room { room, settings } = Room::try_from(row)?;
        if let Some((number, session)) = meeting {
            meetings.insert(room.clone(), crate::tables::meetings::meeting(number, session)?);
        }
        found.insert(room, settings);
    }
    Ok((found, meetings))
}

impl Reader<'_> {
    /// The first rooms that refer to another profile than these, at most `limit`.
    pub fn rooms_outside(
        &mut self,
        profiles: &[&ProfileName],
        limit: u16,
    ) -> Result<Vec<Room>, StoreError> {
        let names: Vec<&str> = profiles.iter().map(|profile| profile.as_str()).collect();
        let query = rooms::table
            .filter(rooms::profile.ne_all(names))
            .order(rooms::room)
            .limit(i64::from(limit));
        query.load::<Row>(self.db)?.into_iter().map(Room::try_from).collect()
    }

    /// The room of a name.
    pub fn room(&mut self, room: &RoomId) -> Result<Option<Room>, StoreError> {
        let row: Option<Row> = rooms::table.find(room.as_str()).first(self.db).optional()?;
        row.map(Room::try_from).transpose()
    }

    /// Rooms by name, after a name, at most `limit`.
    pub fn rooms(&mut self, after: Option<&RoomId>, limit: u16) -> Result<Vec<Room>, StoreError> {
        let rows: Vec<Row> = rooms::table
            .filter(rooms::room.gt(after.map_or("", RoomId::as_str)))
            .order(rooms::room)
            .limit(i64::from(limit))
            .load(self.db)?;
        rows.into_iter().map(Room::try_from).collect()
    }
}

impl Writer<'_> {
    /// The room of a name, as it stands in the transaction.
    pub fn room(&mut self, room: &RoomId) -> Result<Room, WriteError> {
        Reader { db: self.db() }.room(room)?.ok_or(WriteError::Refused(Refused::NoSuchRoom))
    }

    /// Adds a room.
    pub fn add_room(&mut self, room: &Room) -> Result<u64, WriteError> {
        if (Reader { db: self.db() }).room(&room.room)?.is_some() {
            return Err(Refused::RoomExists.into());
        }
        diesel::insert_into(rooms::table).values(&Row::from(room)).execute(self.db())?;
        let set = RoomSet { room: room.room.clone(), settings: room.settings.clone() };
        Ok(self.append(Event::RoomAdded(set))?)
    }

    /// Changes a room's settings by `change`, in one step; whether it is closed stays as it is.
    ///
    /// A change that changes nothing records nothing. Another profile ends the running meeting first: its session
    /// belongs to the account that the room leaves.
    pub fn change_room(
        &mut self,
        room: &RoomId,
        change: impl FnOnce(&mut RoomSettings),
    ) -> Result<Option<u64>, WriteError> {
        let before = self.room(room)?;
        let mut after = before.clone();
        change(&mut after.settings);
        after.settings.closed = before.settings.closed;
        if after == before {
            return Ok(None);
        }
        if after.settings.profile != before.settings.profile {
            self.end_running_meeting(room)?;
        }
        diesel::update(rooms::table.find(room.as_str()))
            .set(&Row::from(&after))
            .execute(self.db())?;
        let set = RoomSet { room: after.room, settings: after.settings };
        Ok(Some(self.append(Event::RoomChanged(set))?))
    }

    /// Closes a room: nobody gets a key. Closing a closed room changes and records nothing.
    pub fn close_room(&mut self, room: &RoomId) -> Result<Option<u64>, WriteError> {
        if self.room(room)?.settings.closed {
            return Ok(None);
        }
        diesel::update(rooms::table.find(room.as_str()))
            .set(rooms::closed.eq(true))
            .execute(self.db())?;
        Ok(Some(self.append(Event::RoomClosed { room: room.clone() })?))
    }

    /// Opens a closed room again. Opening an open room changes and records nothing.
    pub fn open_room(&mut self, room: &RoomId) -> Result<Option<u64>, WriteError> {
        if !self.room(room)?.settings.closed {
            return Ok(None);
        }
        diesel::update(rooms::table.find(room.as_str()))
            .set(rooms::closed.eq(false))
            .execute(self.db())?;
        Ok(Some(self.append(Event::RoomOpened { room: room.clone() })?))
    }
}
