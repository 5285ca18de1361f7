//! What a ticket's ruling records: as the desk does it, with a fingerprint of the id in the place of a token's.

use roomkey_audit::{Denied, Issued};
use roomkey_claims::{
    Authority, Decision, Facts, Fingerprint, IssuanceId, Reason, Timestamp, decide,
};
use roomkey_storage::Ruling;

/// Rules about a ticket.
pub(super) fn rule(facts: &Facts, issuance: IssuanceId) -> Ruling<(), ()> {
    match decide(facts) {
        Decision::Grant(grant) => {
            let event = Issued {
                issuance,
                subject: grant.subject,
                idle_at: idle_at(facts),
                room: grant.room,
                scene: grant.scene,
                event: grant.event,
                device: grant.device,
                meeting: grant.meeting,
                provider_room: grant.provider_room,
                uid: grant.uid,
                messaging: grant.messaging,
                role: grant.role,
                permissions: grant.permissions,
                asked: grant.asked,
                nbf: grant.validity.not_before,
                exp: grant.validity.expires_at,
                profile: grant.profile,
                provider: grant.kind,
                key: grant.key,
                fp: Fingerprint::of(issuance.as_uuid().as_bytes()),
                renews: facts.wish.renews,
            };
            Ruling::Issue { event: Box::new(event), draft: () }
        }
        Decision::Deny(reason) => Ruling::Deny(Box::new(denied(facts, reason))),
    }
}

fn denied(facts: &Facts, reason: Reason) -> Denied {
    let wish = facts.wish.clone();
    Denied {
        reason,
        subject: facts.subject.as_ref().map(|subject| subject.subject),
        idle_at: idle_at(facts),
        room: Some(wish.room),
        scene: wish.scene,
        event: wish.event,
        device: wish.device,
        provider: wish.kind,
        messaging: wish.messaging,
        role: wish.expects.role,
        uid: wish.expects.uid,
        asked: wish.seconds,
        renews: wish.renews,
    }
}

fn idle_at(facts: &Facts) -> Option<Timestamp> {
    match &facts.authority {
        Authority::Session { session: _, facts } => facts.as_ref().map(|facts| facts.idle_at),
        Authority::Backend { .. } | Authority::Console => None,
    }
}
