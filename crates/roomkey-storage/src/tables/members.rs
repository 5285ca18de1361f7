//! Members: who is what in which room, scene and event.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Binary;
use roomkey_audit::{Event, MemberPlace, MemberSet};
use roomkey_claims::{
    EventId, Membership, Role, RoomId, RoomSettings, SceneId, Sources, SubjectRef, Username,
};

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::pairs::InPairs;
use crate::db::reader::Reader;
use crate::db::schema::{members, rooms, users};
use crate::db::writer::Writer;
use crate::tables::rooms::{Room, Row as RoomRow};

#[derive(Debug, Queryable, Insertable)]
#[diesel(table_name = members, treat_none_as_default_value = false)]
struct Row {
    room: String,
    subject: Vec<u8>,
    scene: String,
    event: String,
    role: String,
    sources: Option<String>,
}

/// A member of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user's name.
    pub username: Username,
    /// How the log names the user.
    pub subject: SubjectRef,
    /// What the user is there.
    pub membership: Membership,
}

/// A room that a user may find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomOfUser {
    /// The room.
    pub room: RoomId,
    /// Its settings and state.
    pub settings: RoomSettings,
    /// What the user is there; none in an open room.
    pub memberships: Vec<Membership>,
}

fn membership(
    scene: &str,
    event: &str,
    role: &str,
    sources: Option<&str>,
) -> Result<Membership, StoreError> {
    Ok(Membership {
        scene: columns::text_or_empty("members.scene", scene)?,
        event: columns::text_or_empty("members.event", event)?,
        role: columns::text("members.role", role)?,
        sources: columns::sources(sources)?,
    })
}

type Members = BTreeMap<(RoomId, SubjectRef), Vec<Membership>>;

/// What each of these users is in the room beside it.
pub(crate) fn facts(
    db: &mut Db,
    places: &BTreeSet<(&RoomId, SubjectRef)>,
) -> Result<Members, StoreError> {
    let mut found = Members::new();
    if places.is_empty() {
        return Ok(found);
    }
    let pairs = places
        .iter()
        .map(|(room, subject)| (room.as_str(), subject.as_uuid().into_bytes().to_vec()));
    let wanted = InPairs::<Binary, _>::new(("members.room", "members.subject"), pairs);
    let rows: Vec<Row> = members::table.filter(wanted).load(db)?;
    for row in rows {
        let room = columns::text("members.room", &row.room)?;
        let subject = SubjectRef::new(columns::uuid("members.subject", &row.subject)?);
        let member = membership(&row.scene, &row.event, &row.role, row.sources.as_deref())?;
        found.entry((room, subject)).or_default().push(member);
    }
    Ok(found)
}

impl Reader<'_> {
    /// The members of a room by name, scene and event, after a place, at most `limit`.
    pub fn members(
        &mut self,
        room: &RoomId,
        after: Option<&Username>,
        limit: u16,
    ) -> Result<Vec<Member>, StoreError> {
        let rows: Vec<(Row, String)> = members::table
            .inner_join(users::table)
            .filter(members::room.eq(room.as_str()))
            .filter(users::username.gt(after.map_or("", Username::as_str)))
            .order((users::username, members::scene, members::event))
            .limit(i64::from(limit))
            .select((members::all_columns, users::username))
            .load(self.db)?;
        rows.into_iter()
            .map(|(row, username)| {
                Ok(Member {
                    username: columns::text("users.username", &username)?,
                    subject: SubjectRef::new(columns::uuid("members.subject", &row.subject)?),
                    membership: membership(
                        &row.scene,
                        &row.event,
                        &row.role,
                        row.sources.as_deref(),
                    )?,
                })
            })
            .collect()
    }

    /// The rooms in which a user is a member, and the open ones, by name after a name, at most `limit`.
    pub fn rooms_of(
        &mut self,
        subject: SubjectRef,
        after: Option<&RoomId>,
        limit: u16,
    ) -> Result<Vec<RoomOfUser>, StoreError> {
        let key = subject.as_uuid().into_bytes().to_vec();
        let own = members::table.filter(members::subject.eq(key)).select(members::room);
        let rows: Vec<RoomRow> = rooms::table
            .filter(rooms::room.gt(after.map_or("", RoomId::as_str)))
            .filter(rooms::open_role.is_not_null().or(rooms::room.eq_any(own)))
            .order(rooms::room)
            .limit(i64::from(limit))
            .load(self.db)?;
        let found = rows.into_iter().map(Room::try_from).collect::<Result<Vec<_>, _>>()?;
        let places = found.iter().map(|room| (&room.room, subject)).collect();
        let mut members = facts(self.db, &places)?;
        Ok(found
            .into_iter()
            .map(|Room { room, settings }| {
                let memberships = members.remove(&(room.clone(), subject)).unwrap_or_default();
                RoomOfUser { room, settings, memberships }
            })
            .collect())
    }
}

impl Writer<'_> {
    /// Makes a user a member, or changes what the member is. What the member is already records nothing.
    pub fn put_member(
        &mut self,
        room: &RoomId,
        username: &Username,
        member: &Membership,
    ) -> Result<Option<u64>, WriteError> {
        self.room(room)?;
        let subject = self.user(username)?.subject;
        let Membership { scene, event, role, sources } = member;
        let place =
            MemberPlace { room: room.clone(), subject, scene: scene.clone(), event: event.clone() };
        let before = self.member(&place)?;
        if before.as_ref() == Some(&(*role, sources.clone())) {
            return Ok(None);
        }
        let set = MemberSet { place: place.clone(), role: *role, sources: sources.clone() };
        if before.is_some() {
            let (role, sources) = (role.as_str(), columns::sources_column(sources));
            diesel::update(members::table.find(key(&place)))
                .set((members::role.eq(role), members::sources.eq(sources)))
                .execute(self.db())?;
            return Ok(Some(self.append(Event::MemberChanged(set))?));
        }
        let (room, subject, scene, event) = key(&place);
        let (role, sources) = (role.as_str().to_owned(), columns::sources_column(sources));
        let row = Row { room, subject, scene, event, role, sources };
        diesel::insert_into(members::table).values(&row).execute(self.db())?;
        Ok(Some(self.append(Event::MemberAdded(set))?))
    }

    /// Removes a member from a room, or from a scene or an event of it.
    pub fn remove_member(
        &mut self,
        room: &RoomId,
        username: &Username,
        scene: Option<SceneId>,
        event: Option<EventId>,
    ) -> Result<u64, WriteError> {
        self.room(room)?;
        let subject = self.user(username)?.subject;
        let place = MemberPlace { room: room.clone(), subject, scene, event };
        if diesel::delete(members::table.find(key(&place))).execute(self.db())? == 0 {
            return Err(Refused::NoSuchMember.into());
        }
        Ok(self.append(Event::MemberRemoved(place))?)
    }

    fn member(&mut self, place: &MemberPlace) -> Result<Option<(Role, Sources)>, WriteError> {
        let query = members::table.find(key(place)).select((members::role, members::sources));
        let row: Option<(String, Option<String>)> = query.first(self.db()).optional()?;
        let Some((role, sources)) = row else { return Ok(None) };
        Ok(Some((columns::text("members.role", &role)?, columns::sources(sources.as_deref())?)))
    }
}

fn key(place: &MemberPlace) -> (String, Vec<u8>, String, String) {
    (
        place.room.as_str().to_owned(),
        place.subject.as_uuid().into_bytes().to_vec(),
        place.scene.as_ref().map_or_else(String::new, ToString::to_string),
        place.event.as_ref().map_or_else(String::new, ToString::to_string),
    )
}
