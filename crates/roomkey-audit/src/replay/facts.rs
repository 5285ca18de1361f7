//! The facts of a decision, taken from the state before its entry.

use roomkey_claims::{
    Authority, Expects, Facts, Membership, RenewedFacts, SessionFacts, SubjectRef, Timestamp, Uid,
    Wish,
};

use super::state::{Room, State};
use crate::{Actor, Denied, Issued};

impl State {
    /// What a decision at `at` about `wish` reads from this state.
    ///
    /// `decide` on it answers who may enter a room at this point of the log.
    pub fn facts(
        &self,
        at: Timestamp,
        wish: Wish,
        authority: Authority,
        subject: Option<SubjectRef>,
    ) -> Facts {
        let room = self.rooms.get(&wish.room);
        let window = room.zip(wish.event.as_ref()).and_then(|(room, event)| room.window(event));
        let places = room.zip(subject).and_then(|(room, subject)| room.members.get(&subject));
        // The others say nothing about the wish, and somebody may have thousands of them.
        let fits =
            |place: &&Membership| place.fits(wish.scene.as_ref(), wish.event.as_ref()).is_some();
        Facts {
            at,
            authority,
            subject: subject.and_then(|subject| self.subject(subject)),
            room: room.map(|room| room.settings.clone()),
            window,
            uid: room.zip(subject).and_then(|(room, subject)| self.uid(room, &wish, subject)),
            memberships: places.into_iter().flatten().filter(fits).cloned().collect(),
            meeting: room.and_then(Room::meeting).cloned(),
            renewed: wish.renews.and_then(|id| self.issuances.find(&id)).cloned(),
            policy: self.policy.clone(),
            wish,
        }
    }

    /// The number that a user has in a room, or would get, where the room has numbers.
    fn uid(&self, room: &Room, wish: &Wish, subject: SubjectRef) -> Option<Uid> {
        if !self.policy.as_ref().is_some_and(|policy| policy.numbers(&room.settings)) {
            return None;
        }
        let device = wish.device.as_ref().filter(|_| room.settings.per_device);
        if let Some(uid) = room.uids.get(&(subject, device.cloned())) {
            return Some(*uid);
        }
        if Uid::PER_USER
            <= room
                .uids
                .range((subject, None)..)
                .take_while(|((other, _), _)| *other == subject)
                .count()
        {
            return None;
        }
        Uid::candidates(&wish.room, subject, device).find(|uid| !room.taken_uids.contains(uid))
    }

    /// The authority of an actor, or `None` where the actor can have none over keys.
    ///
    /// The log does not say when a session was last used: `idle_at` is what the entry asserts.
    pub(super) fn authority(&self, by: &Actor, idle_at: Timestamp) -> Option<Authority> {
        match by {
            Actor::Session { session, subject: _ } => {
                let facts = self.sessions.find(session).map(|known| SessionFacts {
                    subject: known.subject,
                    ends_at: known.ends_at,
                    idle_at,
                    ended: self.has_ended(known),
                });
                Some(Authority::Session { session: session.clone(), facts })
            }
            Actor::Backend { backend } => {
                let facts = self.backends.get(backend).cloned();
                Some(Authority::Backend { backend: backend.clone(), facts })
            }
            Actor::Console { uid: _ } => Some(Authority::Console),
            Actor::System | Actor::Address { prefix: _ } => None,
        }
    }

    /// The wish behind a key that was issued.
    ///
    /// A room whose identities are not per device leaves the device out of the entry, but a renewal of a key from
    /// the time when they were asked for the same device: it is taken from there.
    pub(super) fn wish_of_issued(&self, issued: &Issued) -> Wish {
        let per_device = self.rooms.get(&issued.room).is_none_or(|room| room.settings.per_device);
        let renewed = issued.renews.and_then(|id| self.issuances.find(&id));
        let former = renewed.filter(|_| !per_device).and_then(|renewed| renewed.device.clone());
        Wish {
            room: issued.room.clone(),
            scene: issued.scene.clone(),
            event: issued.event.clone(),
            device: issued.device.clone().or(former),
            seconds: issued.asked,
            kind: Some(issued.provider.clone()),
            messaging: issued.messaging,
            expects: Expects::NOTHING,
            renews: issued.renews,
        }
    }
}

/// The wish behind a key that was denied; none where an unknown issuance was to be renewed.
pub(super) fn wish_of_denied(denied: &Denied) -> Option<Wish> {
    Some(Wish {
        room: denied.room.clone()?,
        scene: denied.scene.clone(),
        event: denied.event.clone(),
        device: denied.device.clone(),
        seconds: denied.asked,
        kind: denied.provider.clone(),
        messaging: denied.messaging,
        expects: Expects { role: denied.role, uid: denied.uid },
        renews: denied.renews,
    })
}

/// What a renewal of this key will read, or `None` where its actor can have no authority over keys.
///
/// The facts about the authority are not kept: only who it was counts for a renewal.
pub(super) fn renewable(by: &Actor, issued: &Issued) -> Option<RenewedFacts> {
    let authority = match by {
        Actor::Session { session, subject: _ } => {
            Authority::Session { session: session.clone(), facts: None }
        }
        Actor::Backend { backend } => Authority::Backend { backend: backend.clone(), facts: None },
        Actor::Console { uid: _ } => Authority::Console,
        Actor::System | Actor::Address { prefix: _ } => return None,
    };
    Some(RenewedFacts {
        subject: issued.subject,
        authority,
        room: issued.room.clone(),
        scene: issued.scene.clone(),
        event: issued.event.clone(),
        device: issued.device.clone(),
        expires_at: Timestamp::from_seconds(issued.exp),
    })
}
