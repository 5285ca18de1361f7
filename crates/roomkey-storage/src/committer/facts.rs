//! The facts of many tickets, read in sets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roomkey_audit::{Actor, Event};
use roomkey_claims::{
    Authority, EventId, Facts, IssuanceId, Meeting, Membership, Policy, RenewedFacts, RoomFacts,
    RoomId, SessionFacts, SessionRef, SubjectFacts, SubjectRef, Timestamp, Window,
};

use crate::connection::Db;
use crate::job::{Asker, Ticket};
use crate::{StoreError, entries, meetings, members, policy, rooms, sessions, users, windows};

/// What stands in the database about the tickets of one run.
pub(crate) struct FactBase {
    policy: Option<Arc<Policy>>,
    sessions: BTreeMap<SessionRef, SessionFacts>,
    subjects: BTreeMap<SubjectRef, SubjectFacts>,
    rooms: BTreeMap<RoomId, RoomFacts>,
    members: BTreeMap<(RoomId, SubjectRef), Vec<Membership>>,
    windows: BTreeMap<(RoomId, EventId), Window>,
    meetings: BTreeMap<RoomId, Meeting>,
    renewed: BTreeMap<IssuanceId, RenewedFacts>,
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
        let events: BTreeSet<&EventId> =
            tickets.iter().filter_map(|ticket| ticket.wish.event.as_ref()).collect();
        let renews: BTreeSet<IssuanceId> =
            tickets.iter().filter_map(|ticket| ticket.wish.renews).collect();
        Ok(Self {
            policy: policy::current(db)?.map(|current| Arc::new(current.policy)),
            sessions: sessions::facts(db, &session_refs)?,
            subjects: users::facts(db, &subjects)?,
            rooms: rooms::facts(db, &rooms)?,
            members: members::facts(db, &rooms, &subjects)?,
            windows: if events.is_empty() {
                BTreeMap::new()
            } else {
                windows::facts(db, &rooms, &events)?
            },
            meetings: meetings::facts(db, &rooms)?,
            renewed: if renews.is_empty() { BTreeMap::new() } else { renewed(db, &renews)? },
        })
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
                Asker::Backend(backend) => {
                    Authority::Backend { backend: backend.clone(), facts: None }
                }
                Asker::Console => Authority::Console,
            },
            subject: ticket.subject.and_then(|subject| self.subjects.get(&subject).cloned()),
            room: self.rooms.get(&wish.room).cloned(),
            window: wish.event.as_ref().and_then(window),
            memberships: ticket.subject.and_then(in_room).unwrap_or_default(),
            meeting: self.meetings.get(&wish.room).cloned(),
            renewed: wish.renews.and_then(|issuance| self.renewed.get(&issuance).cloned()),
            policy: self.policy.clone(),
        }
    }
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
