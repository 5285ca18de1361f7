//! The fold of rooms, their members, windows and meetings.

use roomkey_claims::{EventId, Meeting, Membership, ProviderRoom, RoomId, RoomSettings, Window};

use crate::replay::state::{Room, State};
use crate::replay::violation::{Findings, Named, Violation};
use crate::{Issued, MemberPlace, MemberSet, RoomSet};

impl State {
    /// Keeps the number that a key was issued with for its user.
    pub(super) fn assign_uid(&mut self, issued: &Issued) {
        let (Some(uid), Some(room)) = (issued.uid, self.rooms.get_mut(&issued.room)) else {
            return;
        };
        room.uids.insert((issued.subject, issued.device.clone()), uid);
        room.taken_uids.insert(uid);
    }

    pub(super) fn add_room(&mut self, set: &RoomSet, findings: &mut Findings) {
        let RoomSet { room, settings } = set;
        findings.refuse(self.rooms.contains_key(room), || Named::Room(room.clone()));
        self.put_room(room, settings);
    }

    pub(super) fn set_room(&mut self, set: &RoomSet, findings: &mut Findings) {
        let RoomSet { room, settings } = set;
        findings.require(self.rooms.contains_key(room), || Named::Room(room.clone()));
        self.put_room(room, settings);
    }

    fn put_room(&mut self, room: &RoomId, settings: &RoomSettings) {
        match self.rooms.get_mut(room) {
            Some(room) => room.settings = settings.clone(),
            None => {
                self.rooms.insert(room.clone(), Room::new(settings.clone()));
            }
        }
    }

    pub(super) fn close_room(&mut self, room: &RoomId, closed: bool, findings: &mut Findings) {
        self.change_room(room, findings, |room, _| room.settings.closed = closed);
    }

    pub(super) fn set_window(
        &mut self,
        room: &RoomId,
        event: &EventId,
        window: Window,
        findings: &mut Findings,
    ) {
        self.change_room(room, findings, |room, _| {
            room.windows.insert(event.clone(), window);
        });
    }

    /// Changes a room; an entry about an unknown one changes nothing.
    fn change_room(
        &mut self,
        id: &RoomId,
        findings: &mut Findings,
        change: impl FnOnce(&mut Room, &mut Findings),
    ) {
        match self.rooms.get_mut(id) {
            Some(room) => change(room, findings),
            None => findings.require(false, || Named::Room(id.clone())),
        }
    }

    /// Adds a membership, or changes one that must be there already.
    pub(super) fn set_member(&mut self, set: &MemberSet, changes: bool, findings: &mut Findings) {
        let place = &set.place;
        findings.require(self.find_user(place.subject).is_some(), || Named::Subject(place.subject));
        self.change_room(&place.room, findings, |room, findings| {
            let places = room.members.entry(place.subject).or_default();
            let known = places.iter().position(|member| is_at(member, place));
            let named = || Named::Member(Box::new(place.clone()));
            if changes {
                findings.require(known.is_some(), named);
            } else {
                findings.refuse(known.is_some(), named);
            }
            if let Some(known) = known {
                places.swap_remove(known);
            }
            places.push(Membership {
                scene: place.scene.clone(),
                event: place.event.clone(),
                role: set.role,
                sources: set.sources.clone(),
            });
        });
    }

    pub(super) fn remove_member(&mut self, place: &MemberPlace, findings: &mut Findings) {
        self.change_room(&place.room, findings, |room, findings| {
            let places = room.members.get_mut(&place.subject);
            let known = places.and_then(|places| {
                let known = places.iter().position(|member| is_at(member, place))?;
                Some(places.swap_remove(known))
            });
            findings.require(known.is_some(), || Named::Member(Box::new(place.clone())));
            if room.members.get(&place.subject).is_some_and(Vec::is_empty) {
                room.members.remove(&place.subject);
            }
        });
    }

    /// Starts a meeting; the one that may still run ends with it.
    pub(super) fn start_meeting(
        &mut self,
        id: &RoomId,
        number: u32,
        provider_room: &ProviderRoom,
        findings: &mut Findings,
    ) {
        self.check_session(id, number, provider_room, findings);
        self.change_room(id, findings, |room, findings| {
            let expected = room.last_meeting.saturating_add(1);
            if number != expected {
                let (index, room) = (findings.index, id.clone());
                findings.push(Violation::MeetingOutOfOrder {
                    index,
                    room,
                    expected,
                    found: number,
                });
            }
            room.last_meeting = number;
            room.meeting = Some(Meeting { number, provider_room: provider_room.clone() });
        });
    }

    pub(super) fn end_meeting(&mut self, id: &RoomId, number: u32, findings: &mut Findings) {
        self.change_room(id, findings, |room, findings| {
            if room.meeting.take_if(|meeting| meeting.number == number).is_none() {
                let (index, room) = (findings.index, id.clone());
                findings.push(Violation::MeetingNotRunning { index, room, number });
            }
        });
    }

    /// A meeting is in a provider's room of its own: named after room and number, or in a session that was never used.
    fn check_session(
        &mut self,
        room: &RoomId,
        number: u32,
        provider_room: &ProviderRoom,
        findings: &mut Findings,
    ) {
        let own = if self.makes_sessions(room) {
            self.used_sessions.insert(provider_room.as_str().to_owned())
        } else {
            *provider_room == ProviderRoom::of_meeting(room, number)
        };
        if !own {
            let (index, room) = (findings.index, room.clone());
            findings.push(Violation::MeetingSession { index, room, number });
        }
    }
}

/// Whether a membership is the one at this place.
fn is_at(member: &Membership, place: &MemberPlace) -> bool {
    (&member.scene, &member.event) == (&place.scene, &place.event)
}
