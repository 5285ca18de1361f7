//! The facts of many tickets, read in sets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roomkey_audit::{Actor, Event, Issued};
use roomkey_claims::{
    Authority, BackendFacts, BackendRef, EventId, Facts, IssuanceId, Meeting, Membership, Policy,
    RenewedFacts, RoomId, RoomSettings, SessionFacts, SessionRef, SubjectFacts, SubjectRef,
    Timestamp, Window,
};

use crate::commit::job::{Asker, Ticket};
use crate::db::connection::Db;
use crate::db::error::StoreError;
use crate::log::entries;
use crate::tables::uids::{Seat, Uids};
use crate::tables::{backends, members, policy, rooms, sessions, users, windows};

/// What stands in the database about the tickets of one run.
pub(crate) struct FactBase {
    policy: Option<Arc<Policy>>,
    sessions: BTreeMap<SessionRef, SessionFacts>,
    subjects: BTreeMap<SubjectRef, SubjectFacts>,
    rooms: BTreeMap<RoomId, RoomSettings>,
    members: BTreeMap<(RoomId, SubjectRef), Vec<Membership>>,
    windows: BTreeMap<(RoomId, EventId), Window>,
    meetings: BTreeMap<RoomId, Meeting>,
    renewed: BTreeMap<IssuanceId, RenewedFacts>,
    backends: BTreeMap<BackendRef, BackendFacts>,
    uids: Uids,
}

impl FactBase {
    /// Reads one set for each kind of fact, whatever the number of tickets.
    pub(crate) fn load(db: &mut Db, tickets: &[&Ticket]) -> Result<Self, StoreError> {
        let session_refs: BTreeSet<&SessionRef> = tickets
            .iter()
            .filter_map(|ticket| match &ticket.authority {
                Asker::Session(session) => Some(session),
                Asker::Backend(_) | Asker::Console => None,
            })
            .collect();
        let subjects: BTreeSet<SubjectRef> =
            tickets.iter().filter_map(|ticket| ticket.subject).collect();
        let rooms: BTreeSet<&RoomId> = tickets.iter().map(|ticket| &ticket.wish.room).collect();
        let members = tickets
            .iter()
            .filter_map(|ticket| Some((&ticket.wish.room, ticket.subject?)))
            .collect();
        let events = tickets
            .iter()
            .filter_map(|ticket| Some((&ticket.wish.room, ticket.wish.event.as_ref()?)))
            .collect();
        let renews: BTreeSet<IssuanceId> =
            tickets.iter().filter_map(|ticket| ticket.wish.renews).collect();
        let backend_refs: BTreeSet<&BackendRef> = tickets
            .iter()
            .filter_map(|ticket| match &ticket.authority {
                Asker::Backend(backend) => Some(backend),
                Asker::Session(_) | Asker::Console => None,
            })
            .collect();
        let policy = policy::current(db)?.map(|current| Arc::new(current.policy));
        let (room_facts, meetings) = rooms::facts(db, &rooms)?;
        let seats = tickets.iter().filter_map(|ticket| {
            let room = room_facts.get(&ticket.wish.room)?;
            policy.as_ref().filter(|policy| policy.numbers(room))?;
            seat(ticket, room)
        });
        let uids = Uids::load(db, seats.collect())?;
        Ok(Self {
            policy,
            uids,
            sessions: sessions::facts(db, &session_refs)?,
            subjects: users::facts(db, &subjects)?,
            rooms: room_facts,
            members: members::facts(db, &members)?,
            windows: windows::facts(db, &events)?,
            meetings,
            backends: if backend_refs.is_empty() {
                BTreeMap::new()
            } else {
                backends::facts(db, &backend_refs)?
            },
            renewed: if renews.is_empty() { BTreeMap::new() } else { renewed(db, &renews)? },
        })
    }

    /// Keeps the number that a key was issued with: later tickets of the same transaction see it.
    pub(crate) fn assign_uid(&mut self, db: &mut Db, issued: &Issued) -> Result<(), StoreError> {
        let Some(uid) = issued.uid else { return Ok(()) };
        let seat = Seat {
            room: issued.room.clone(),
            subject: issued.subject,
            device: issued.device.clone(),
        };
        self.uids.assign(db, seat, uid)
    }

    /// The facts of one ticket.
    pub(crate) fn facts(&self, ticket: &Ticket, at: Timestamp) -> Facts {
        let wish = &ticket.wish;
        let in_room =
            |subject: SubjectRef| self.members.get(&(wish.room.clone(), subject)).cloned();
        let window =
            |event: &EventId| self.windows.get(&(wish.room.clone(), event.clone())).copied();
        Facts {
            at,
            wish: wish.clone(),
            authority: match &ticket.authority {
                Asker::Session(session) => Authority::Session {
                    session: session.clone(),
                    facts: self.sessions.get(session).cloned(),
                },
                Asker::Backend(backend) => Authority::Backend {
                    backend: backend.clone(),
                    facts: self.backends.get(backend).cloned(),
                },
                Asker::Console => Authority::Console,
            },
            subject: ticket.subject.and_then(|subject| self.subjects.get(&subject).cloned()),
            room: self.rooms.get(&wish.room).cloned(),
            window: wish.event.as_ref().and_then(window),
            uid: self.rooms.get(&wish.room).and_then(|room| self.uids.of(&seat(ticket, room)?)),
            memberships: ticket.subject.and_then(in_room).unwrap_or_default(),
            meeting: self.meetings.get(&wish.room).cloned(),
            renewed: wish.renews.and_then(|issuance| self.renewed.get(&issuance).cloned()),
            policy: self.policy.clone(),
        }
    }
}

/// Where a ticket's user sits, if it has one.
fn seat(ticket: &Ticket, room: &RoomSettings) -> Option<Seat> {
    let device = ticket.wish.device.clone().filter(|_| room.per_device);
    Some(Seat { room: ticket.wish.room.clone(), subject: ticket.subject?, device })
}

/// The issuances that are to be renewed, from their entries.
fn renewed(
    db: &mut Db,
    issuances: &BTreeSet<IssuanceId>,
) -> Result<BTreeMap<IssuanceId, RenewedFacts>, StoreError> {
    let mut found = BTreeMap::new();
    for entry in entries::of_issuances(db, issuances)? {
        let Event::TokenIssued(issued) = entry.event else { continue };
        let authority = match entry.by {
            Actor::Session { session, subject: _ } => Authority::Session { session, facts: None },
            Actor::Backend { backend } => Authority::Backend { backend, facts: None },
            Actor::Console { uid: _ } => Authority::Console,
            Actor::System | Actor::Address { prefix: _ } => continue,
        };
        let facts = RenewedFacts {
            subject: issued.subject,
            authority,
            room: issued.room,
            scene: issued.scene,
            event: issued.event,
            device: issued.device,
            expires_at: Timestamp::from_seconds(issued.exp),
        };
        found.insert(issued.issuance, facts);
    }
    Ok(found)
}
