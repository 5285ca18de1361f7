//! The numbers of participants, where the provider's participants are numbers.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};
use roomkey_claims::{DeviceId, RoomId, SubjectRef, Uid};

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::StoreError;
use crate::db::pairs::InPairs;
use crate::db::schema::uids;

/// Who is numbered where; with the device where identities are per device.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seat {
    pub(crate) room: RoomId,
    pub(crate) subject: SubjectRef,
    pub(crate) device: Option<DeviceId>,
}

impl Seat {
    fn candidates(&self) -> impl Iterator<Item = Uid> + use<> {
        Uid::candidates(&self.room, self.subject, self.device.as_ref())
    }
}

/// The numbers of some seats, and which numbers are taken in their rooms.
#[derive(Debug)]
pub(crate) struct Uids {
    given: BTreeMap<Seat, Uid>,
    /// Of the candidates of seats without a number, those that are somebody else's.
    taken: BTreeSet<(RoomId, Uid)>,
    asked: BTreeSet<Seat>,
}

type Row = (String, Vec<u8>, String, i64);

fn read((room, subject, device, uid): &Row) -> Result<(Seat, Uid), StoreError> {
    let number: u32 = columns::number("uids.uid", *uid)?;
    let uid = Uid::try_from(number).map_err(|_| StoreError::Corrupt { column: "uids.uid" })?;
    let seat = Seat {
        room: columns::text("uids.room", room)?,
        subject: SubjectRef::new(columns::uuid("uids.subject", subject)?),
        device: columns::text_or_empty("uids.device", device)?,
    };
    Ok((seat, uid))
}

impl Uids {
    /// Reads the numbers of `seats`; where there are none, nothing is asked.
    pub(crate) fn load(db: &mut Db, seats: BTreeSet<Seat>) -> Result<Self, StoreError> {
        let mut found =
            Self { given: BTreeMap::new(), taken: BTreeSet::new(), asked: BTreeSet::new() };
        if seats.is_empty() {
            return Ok(found);
        }
        // Each user's numbers in the room on all devices, since they are counted.
        let users: BTreeSet<_> =
            seats.iter().map(|seat| (seat.room.as_str(), key(seat.subject))).collect();
        let wanted = InPairs::<Binary, _>::new(("uids.room", "uids.subject"), users);
        let rows: Vec<Row> = uids::table.filter(wanted).load(db)?;
        found.given = rows.iter().map(read).collect::<Result<_, _>>()?;
        let new: Vec<&Seat> = seats.iter().filter(|seat| !found.given.contains_key(seat)).collect();
        if !new.is_empty() {
            let numbers: BTreeSet<(&str, i64)> = new
                .iter()
                .flat_map(|seat| {
                    seat.candidates().map(|uid| (seat.room.as_str(), uid.get().into()))
                })
                .collect();
            let wanted = InPairs::<BigInt, _>::new(("uids.room", "uids.uid"), numbers);
            let rows: Vec<Row> = uids::table.filter(wanted).load(db)?;
            let taken = rows.iter().map(|row| read(row).map(|(seat, uid)| (seat.room, uid)));
            found.taken = taken.collect::<Result<_, _>>()?;
        }
        found.asked = seats;
        Ok(found)
    }

    /// The number that somebody has, or would get; `None` where it was not asked for, or none is left.
    pub(crate) fn of(&self, seat: &Seat) -> Option<Uid> {
        self.asked.get(seat)?;
        if let Some(uid) = self.given.get(seat) {
            return Some(*uid);
        }
        let same = |other: &&Seat| (&other.room, other.subject) == (&seat.room, seat.subject);
        if Uid::PER_USER <= self.given.keys().filter(same).count() {
            return None;
        }
        seat.candidates().find(|uid| !self.taken.contains(&(seat.room.clone(), *uid)))
    }

    /// Gives a number to a seat that has none.
    pub(crate) fn assign(&mut self, db: &mut Db, seat: Seat, uid: Uid) -> Result<(), StoreError> {
        if self.given.contains_key(&seat) {
            return Ok(());
        }
        let row = (
            uids::room.eq(seat.room.as_str()),
            uids::subject.eq(key(seat.subject)),
            uids::device.eq(seat.device.as_ref().map_or("", DeviceId::as_str)),
            uids::uid.eq(i64::from(uid.get())),
        );
        diesel::insert_into(uids::table).values(row).execute(db)?;
        self.taken.insert((seat.room.clone(), uid));
        self.given.insert(seat, uid);
        Ok(())
    }
}

fn key(subject: SubjectRef) -> Vec<u8> {
    subject.as_uuid().into_bytes().to_vec()
}
