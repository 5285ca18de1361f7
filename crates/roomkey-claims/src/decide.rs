//! The decision: pure, total, the same in the server and in replay.

use std::time::Duration;

use crate::{
    Access, Authority, Bounds, DeskRole, Facts, Grant, Identity, Membership, Policy, Profile,
    ProviderRoom, Reason, Role, RoomSettings, Scope, Sources, SubjectFacts, Timestamp, Uid,
    Validity,
};

/// How long after its expiry a key can still be renewed.
///
/// Retention must keep an issuance at least this long past its expiry, else a renewal that is allowed fails.
pub const RENEWABLE_AFTER_EXPIRY: Duration = Duration::from_hours(24);

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// This may be handed out.
    Grant(Box<Grant>),
    /// Nothing is handed out.
    Deny(Reason),
}

/// Decides about one key, from nothing but `facts`.
///
/// The checks go from who asks, over where, to how long; the first that fails names the reason.
pub fn decide(facts: &Facts) -> Decision {
    match granted(facts) {
        Ok(grant) => Decision::Grant(Box::new(grant)),
        Err(reason) => Decision::Deny(reason),
    }
}

fn granted(facts: &Facts) -> Result<Grant, Reason> {
    check_authority(facts)?;
    let subject = check_subject(facts)?;
    check_renewal(facts, subject)?;
    let room = facts.room.as_ref().ok_or(Reason::RoomUnknown)?;
    if room.closed {
        return Err(Reason::RoomClosed);
    }
    let (role, sources) = place(facts, room)?;
    if facts.wish.expects.role.is_some_and(|needed| !role.covers(needed)) {
        return Err(Reason::RoleTooLow);
    }
    if room.event_required && facts.wish.event.is_none() {
        return Err(Reason::EventRequired);
    }
    let policy = facts.policy.as_deref().ok_or(Reason::NoPolicy)?;
    let profile = policy.profiles.get(&room.profile).ok_or(Reason::ProfileUnknown)?;
    if facts.wish.kind.as_ref().is_some_and(|kind| *kind != profile.kind) {
        return Err(Reason::OtherProvider);
    }
    if room.per_device && facts.wish.device.is_none() {
        return Err(Reason::DeviceRequired);
    }
    let validity = check_lifetime(facts, room, policy, profile)?;
    let key = profile.signing_key(validity.expiry()).ok_or(Reason::NoUsableKey)?;
    if facts.wish.messaging && !profile.messaging {
        return Err(Reason::Inexpressible);
    }
    let uid = check_uid(facts, policy.numbers(room))?;
    let provider_room = match &facts.meeting {
        Some(meeting) => meeting.provider_room.clone(),
        // Last of all: only for who may enter is a session made.
        None if profile.own_sessions => return Err(Reason::MeetingRequired),
        None => ProviderRoom::of_room(&facts.wish.room),
    };
    let device = facts.wish.device.clone().filter(|_| room.per_device);
    Ok(Grant {
        subject: subject.subject,
        identity: Identity::of(subject.subject, device.as_ref()),
        room: facts.wish.room.clone(),
        scene: facts.wish.scene.clone(),
        event: facts.wish.event.clone(),
        device,
        meeting: facts.meeting.as_ref().map(|meeting| meeting.number),
        provider_room,
        uid,
        messaging: facts.wish.messaging,
        role,
        permissions: role.permissions(sources),
        with_did: room.with_did,
        asked: facts.wish.seconds,
        validity,
        profile: room.profile.clone(),
        kind: profile.kind.clone(),
        key: key.id.clone(),
    })
}

/// The session, backend or console is good now.
fn check_authority(facts: &Facts) -> Result<(), Reason> {
    match &facts.authority {
        Authority::Console => Ok(()),
        Authority::Session { facts: session, .. } => {
            let session =
                session.as_ref().filter(|session| !session.ended).ok_or(Reason::SessionEnded)?;
            if session.ends_at <= facts.at {
                return Err(Reason::SessionExpired);
            }
            if session.idle_at <= facts.at {
                return Err(Reason::SessionIdle);
            }
            match &facts.subject {
                Some(subject) if subject.subject != session.subject => Err(Reason::SubjectOther),
                _ => Ok(()),
            }
        }
        Authority::Backend { facts: backend, .. } => {
            let backend = backend
                .as_ref()
                .filter(|backend| !backend.revoked)
                .ok_or(Reason::BackendRevoked)?;
            if !backend.scopes.contains(&Scope::Issue) {
                return Err(Reason::BackendScope);
            }
            if !backend.rooms.iter().any(|pattern| pattern.covers(&facts.wish.room)) {
                return Err(Reason::BackendRoom);
            }
            Ok(())
        }
    }
}

/// The user whose key it is to be exists, is enabled and is no auditor.
fn check_subject(facts: &Facts) -> Result<&SubjectFacts, Reason> {
    let subject = facts.subject.as_ref().ok_or(Reason::SubjectUnknown)?;
    if !subject.enabled {
        return Err(Reason::SubjectDisabled);
    }
    match subject.role {
        DeskRole::User | DeskRole::Admin => Ok(subject),
        DeskRole::Auditor => Err(Reason::DeskRole),
    }
}

/// A renewal keeps who, where and on whose authority, and does not come too late.
fn check_renewal(facts: &Facts, subject: &SubjectFacts) -> Result<(), Reason> {
    if facts.wish.renews.is_none() {
        return Ok(());
    }
    let renewed = facts.renewed.as_ref().ok_or(Reason::RenewsUnknown)?;
    let wish = &facts.wish;
    let same_place = (&renewed.room, &renewed.scene, &renewed.event, &renewed.device)
        == (&wish.room, &wish.scene, &wish.event, &wish.device);
    if renewed.subject != subject.subject
        || !renewed.authority.same_kind(&facts.authority)
        || !same_place
    {
        return Err(Reason::RenewsOther);
    }
    if renewed.expires_at.plus(RENEWABLE_AFTER_EXPIRY) < facts.at {
        return Err(Reason::RenewsTooOld);
    }
    Ok(())
}

/// The role and the sources of the closest membership, or of an open room.
fn place(facts: &Facts, room: &RoomSettings) -> Result<(Role, Sources), Reason> {
    let closest = facts
        .memberships
        .iter()
        .filter_map(|member| {
            member
                .fits(facts.wish.scene.as_ref(), facts.wish.event.as_ref())
                .map(|fit| (fit, member))
        })
        .max_by_key(|(fit, _)| *fit);
    match (closest, room.access) {
        (Some((_, Membership { role, sources, scene: _, event: _ })), _) => {
            Ok((*role, sources.clone()))
        }
        (None, Access::Open(role)) => Ok((role, Sources::All)),
        (None, Access::Restricted) => Err(Reason::NotAMember),
    }
}

/// The participant's number, where the room has numbers; a client that names one must name the right one.
fn check_uid(facts: &Facts, numbers: bool) -> Result<Option<Uid>, Reason> {
    let expected = facts.wish.expects.uid;
    if !numbers {
        return expected.map_or(Ok(None), |_| Err(Reason::UidOther));
    }
    let uid = facts.uid.ok_or(Reason::UidsExhausted)?;
    match expected {
        Some(expected) if expected != uid.get() => Err(Reason::UidOther),
        Some(_) | None => Ok(Some(uid)),
    }
}

fn bounds(room: &RoomSettings, policy: &Policy, profile: &Profile) -> Bounds {
    policy.lifetime.narrowed(room.bounds, profile.cap)
}

/// The bounds on lifetimes in the room that is asked for, for the text of an error.
pub fn bounds_of(facts: &Facts) -> Option<Bounds> {
    let (room, policy) = (facts.room.as_ref()?, facts.policy.as_deref()?);
    Some(bounds(room, policy, policy.profiles.get(&room.profile)?))
}

/// The life of the key: what was asked within the bounds, cut at the end of the event's window.
///
/// A window that leaves less than the minimum admits nobody any more, so that a granted life is within the bounds.
fn check_lifetime(
    facts: &Facts,
    room: &RoomSettings,
    policy: &Policy,
    profile: &Profile,
) -> Result<Validity, Reason> {
    let bounds = bounds(room, policy, profile);
    let seconds = facts.wish.seconds.unwrap_or(bounds.default);
    if !(bounds.min..=bounds.max).contains(&seconds) {
        return Err(Reason::LifetimeOutOfBounds);
    }
    let mut validity = Validity::starting(facts.at, seconds);
    let Some(window) = facts.window else { return Ok(validity) };
    if window.from.is_some_and(|from| facts.at < from) {
        return Err(Reason::OutsideWindow);
    }
    if let Some(until) = window.until.map(Timestamp::as_seconds) {
        validity.expires_at = validity.expires_at.min(until);
        if validity.expires_at - validity.not_before < i64::from(bounds.min) {
            return Err(Reason::OutsideWindow);
        }
    }
    Ok(validity)
}

#[cfg(test)]
mod tests;
