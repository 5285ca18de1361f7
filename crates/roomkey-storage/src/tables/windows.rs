//! Events with a window of time.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Text;
use roomkey_audit::Event;
use roomkey_claims::{EventId, RoomId, Timestamp, Window};

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{StoreError, WriteError};
use crate::db::pairs::InPairs;
use crate::db::reader::Reader;
use crate::db::schema::windows;
use crate::db::writer::Writer;

type Row = (String, String, Option<i64>, Option<i64>);

/// An event with its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowOfEvent {
    /// The event.
    pub event: EventId,
    /// When it admits anybody.
    pub window: Window,
}

const fn window(from: Option<i64>, until: Option<i64>) -> Window {
    const fn instant(micros: Option<i64>) -> Option<Timestamp> {
        match micros {
            Some(micros) => Some(Timestamp::from_micros(micros)),
            None => None,
        }
    }
    Window { from: instant(from), until: instant(until) }
}

pub(crate) fn facts(
    db: &mut Db,
    places: &BTreeSet<(&RoomId, &EventId)>,
) -> Result<BTreeMap<(RoomId, EventId), Window>, StoreError> {
    if places.is_empty() {
        return Ok(BTreeMap::new());
    }
    let pairs = places.iter().map(|(room, event)| (room.as_str(), event.as_str()));
    let wanted = InPairs::<Text, _>::new(("windows.room", "windows.event"), pairs);
    let rows: Vec<Row> = windows::table.filter(wanted).load(db)?;
    rows.into_iter()
        .map(|(room, event, from, until)| {
            let key =
                (columns::text("windows.room", &room)?, columns::text("windows.event", &event)?);
            Ok((key, window(from, until)))
        })
        .collect()
}

impl Reader<'_> {
    /// The events of a room that have a window, by name, at most `limit`.
    pub fn windows(
        &mut self,
        room: &RoomId,
        after: Option<&EventId>,
        limit: u16,
    ) -> Result<Vec<WindowOfEvent>, StoreError> {
        let rows: Vec<Row> = windows::table
            .filter(windows::room.eq(room.as_str()))
            .filter(windows::event.gt(after.map_or("", EventId::as_str)))
            // A window that was taken away leaves its row, without bounds.
            .filter(windows::from_at.is_not_null().or(windows::until_at.is_not_null()))
            .order(windows::event)
            .limit(i64::from(limit))
            .load(self.db)?;
        rows.into_iter()
            .map(|(_, event, from, until)| {
                Ok(WindowOfEvent {
                    event: columns::text("windows.event", &event)?,
                    window: window(from, until),
                })
            })
            .collect()
    }
}

impl Writer<'_> {
    /// Gives an event a window, or another one. The window that it has already records nothing.
    pub fn set_window(
        &mut self,
        room: &RoomId,
        event: &EventId,
        wanted: Window,
    ) -> Result<Option<u64>, WriteError> {
        self.room(room)?;
        let key = (room.as_str(), event.as_str());
        let query = windows::table.find(key).select((windows::from_at, windows::until_at));
        let before: Option<(Option<i64>, Option<i64>)> = query.first(self.db()).optional()?;
        let (from, until) =
            (wanted.from.map(Timestamp::as_micros), wanted.until.map(Timestamp::as_micros));
        if before == Some((from, until)) {
            return Ok(None);
        }
        let values = (windows::from_at.eq(from), windows::until_at.eq(until));
        if before.is_some() {
            diesel::update(windows::table.find(key)).set(values).execute(self.db())?;
        } else {
            let row = (
                windows::room.eq(room.as_str()),
                windows::event.eq(event.as_str()),
                values.0,
                values.1,
            );
            diesel::insert_into(windows::table).values(row).execute(self.db())?;
        }
        Ok(Some(self.append(Event::EventSet {
            room: room.clone(),
            event: event.clone(),
            window: wanted,
        })?))
    }
}
