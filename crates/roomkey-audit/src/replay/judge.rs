//! Keys: each decision is taken again, by the function that took it.

use roomkey_claims::{
    Authority, Decision, Facts, Grant, IssuanceId, KeyId, KeyState, MAX_CALL_SECONDS, ProfileName,
    RENEWABLE_AFTER_EXPIRY, Reason, RenewedFacts, Timestamp, decide,
};
use serde::Serialize;

use super::facts::wish_of_denied;
use super::state::State;
use super::violation::{Findings, Violation};
use crate::{Denied, Entry, Issued};

/// Never, for a session whose entry asserts no deadline.
const PAST: Timestamp = Timestamp::from_micros(i64::MIN);
/// Always, for a denial that was not judged by a deadline.
const FUTURE: Timestamp = Timestamp::from_micros(i64::MAX);

/// Checks a key that was issued.
pub(super) fn check_issued(state: &State, entry: &Entry, issued: &Issued, findings: &mut Findings) {
    let (index, issuance) = (findings.index, issued.issuance);
    if state.issuances.find(&issuance).is_some() {
        findings.push(Violation::DuplicateIssuance { index, issuance });
    }
    let Some(authority) = state.authority(&entry.by, issued.idle_at.unwrap_or(PAST)) else {
        return;
    };
    let wish = state.wish_of_issued(issued);
    match decide(&state.facts(entry.at, wish, authority, Some(issued.subject))) {
        Decision::Deny(reason) => {
            findings.push(Violation::Illegitimate { index, issuance, reason });
        }
        Decision::Grant(grant) => compare(entry, issued, &grant, findings),
    }
}

/// Checks a key that was denied.
pub(super) fn check_denied(state: &State, entry: &Entry, denied: &Denied, findings: &mut Findings) {
    let Some(authority) = state.authority(&entry.by, denied.idle_at.unwrap_or(FUTURE)) else {
        return;
    };
    let Some(wish) = wish_of_denied(denied) else {
        if !is_renewal_of_nothing(state, entry.at, denied) {
            let (index, recorded) = (findings.index, denied.reason);
            findings.push(Violation::DenialUnfounded { index, recorded, decided: None });
        }
        return;
    };
    let facts = state.facts(entry.at, wish, authority, denied.subject);
    let decided = match decide(&facts) {
        Decision::Grant(_) => None,
        Decision::Deny(reason) => Some(reason),
    };
    if !is_founded(state, &facts, denied.reason, decided) {
        let (index, recorded) = (findings.index, denied.reason);
        findings.push(Violation::DenialUnfounded { index, recorded, decided });
    }
}

/// Checks a token that the desk signed for itself: only at a provider that it calls, by an active key, for minutes.
pub(super) fn check_called(
    state: &State,
    at: Timestamp,
    (profile, key, exp): (&ProfileName, &KeyId, i64),
    findings: &mut Findings,
) {
    let known = state.policy().and_then(|policy| policy.profiles.get(profile));
    let known = known.filter(|profile| {
        profile.own_sessions && exp - at.as_seconds() <= i64::from(MAX_CALL_SECONDS)
    });
    let expires_at = Timestamp::from_seconds(exp);
    let usable = known.into_iter().flat_map(|profile| &profile.keys).any(|known| {
        known.id == *key
            && known.state == KeyState::Active
            && known.not_after.is_none_or(|end| expires_at <= end)
    });
    if !usable {
        let (profile, key) = (profile.clone(), key.clone());
        findings.push(Violation::UnusableKey { index: findings.index, profile, key });
    }
}

/// Whether a denial is for the reason that holds.
///
/// The desk and replay forget what expired, each at its own time: past that, forgotten and expired are the same.
fn is_founded(state: &State, facts: &Facts, recorded: Reason, decided: Option<Reason>) -> bool {
    use Reason::{
        Inexpressible, RenewsOther, RenewsTooOld, RenewsUnknown, SessionEnded, SessionExpired,
    };
    match (recorded, decided) {
        // The format refused what was granted; only a provider knows that.
        (Inexpressible, decided) => matches!(decided, None | Some(Inexpressible)),
        (_, None) => false,
        (SessionEnded | SessionExpired, Some(SessionEnded | SessionExpired)) => {
            Some(recorded) == decided || is_session_past(state, facts)
        }
        (
            RenewsUnknown | RenewsOther | RenewsTooOld,
            Some(RenewsUnknown | RenewsOther | RenewsTooOld),
        ) => Some(recorded) == decided || is_renewal_past(state, facts),
        (recorded, Some(decided)) => recorded == decided,
    }
}

/// Whether the session reached its absolute end, or may have been forgotten for that.
fn is_session_past(state: &State, facts: &Facts) -> bool {
    match &facts.authority {
        Authority::Session { facts: Some(session), .. } => session.ends_at <= facts.at,
        Authority::Session { facts: None, .. } => state.sessions.forgotten_before().is_some(),
        Authority::Backend { .. } | Authority::Console => false,
    }
}

/// Whether the key to renew is too old, or may have been forgotten for that.
fn is_renewal_past(state: &State, facts: &Facts) -> bool {
    match &facts.renewed {
        Some(renewed) => is_too_old(renewed, facts.at),
        None => facts.wish.renews.and_then(made_at) < state.issuances.forgotten_before(),
    }
}

fn is_too_old(renewed: &RenewedFacts, at: Timestamp) -> bool {
    renewed.expires_at.plus(RENEWABLE_AFTER_EXPIRY) < at
}

/// Whether a denial that names no room is that of a renewal of what was never issued, or was forgotten.
fn is_renewal_of_nothing(state: &State, at: Timestamp, denied: &Denied) -> bool {
    let Some(renews) = denied.renews else { return false };
    denied.reason == Reason::RenewsUnknown
        && state.issuances.find(&renews).is_none_or(|renewed| is_too_old(renewed, at))
}

/// When the id of an issuance was made, as it says itself (RFC 9562 section 5.7).
fn made_at(issuance: IssuanceId) -> Option<Timestamp> {
    let (seconds, _) = issuance.as_uuid().get_timestamp()?.to_unix();
    Some(Timestamp::from_seconds(i64::try_from(seconds).ok()?))
}

/// Compares what stands in the entry with what was due, field by field.
fn compare(entry: &Entry, issued: &Issued, grant: &Grant, findings: &mut Findings) {
    let mut comparison = Comparison { issuance: issued.issuance, findings };
    if entry.by.subject().is_none() {
        // Only sessions have a deadline.
        comparison.field("idle_at", &issued.idle_at, &None);
    }
    comparison.field("subject", &issued.subject, &grant.subject);
    comparison.field("room", &issued.room, &grant.room);
    comparison.field("scene", &issued.scene, &grant.scene);
    comparison.field("event", &issued.event, &grant.event);
    comparison.field("device", &issued.device, &grant.device);
    comparison.field("meeting", &issued.meeting, &grant.meeting);
    comparison.field("provider_room", &issued.provider_room, &grant.provider_room);
    comparison.field("uid", &issued.uid, &grant.uid);
    comparison.field("messaging", &issued.messaging, &grant.messaging);
    comparison.field("role", &issued.role, &grant.role);
    comparison.field("permissions", &issued.permissions, &grant.permissions);
    comparison.field("asked", &issued.asked, &grant.asked);
    comparison.field("nbf", &issued.nbf, &grant.validity.not_before);
    comparison.field("exp", &issued.exp, &grant.validity.expires_at);
    comparison.field("profile", &issued.profile, &grant.profile);
    comparison.field("provider", &issued.provider, &grant.kind);
    comparison.field("key", &issued.key, &grant.key);
}

struct Comparison<'a> {
    issuance: IssuanceId,
    findings: &'a mut Findings,
}

impl Comparison<'_> {
    fn field<T: PartialEq + Serialize>(&mut self, field: &'static str, recorded: &T, decided: &T) {
        if recorded == decided {
            return;
        }
        // The types serialise to JSON in every entry; a failure would only cost the text.
        let spell = |value: &T| serde_json::to_string(value).unwrap_or_default();
        self.findings.push(Violation::Differs {
            index: self.findings.index,
            issuance: self.issuance,
            field,
            recorded: spell(recorded),
            decided: spell(decided),
        });
    }
}
