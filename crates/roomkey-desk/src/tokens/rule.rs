//! The rule of a ticket: it runs inside the transaction that records its outcome, over facts that were read there.
//!
//! It decides, drafts the token that was granted, and says what the entry records. It reads no database and signs
//! nothing; besides the facts it knows the keys of this node, and it counts denials.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use roomkey_audit::{Denied, Issued};
use roomkey_claims::{
    Authority, Bounds, Decision, Expects, Facts, Grant, IssuanceId, Reason, Timestamp, Uid, Wish,
    bounds_of, decide,
};
use roomkey_providers::{Draft, DraftError, Drafting};
use roomkey_storage::{Refused, Ruling};

use crate::error::DeskError;
use crate::tokens::denials::Denials;
use crate::tokens::keyring::InForce;

/// What a vendor's own client takes for granted: it is checked, never granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// The role and the number that it names.
    pub expects: Expects,
    /// Whether it joins the room's own channel, and would miss that of a meeting.
    pub without_meeting: bool,
    /// Whether it joins with its account, and could not use a key that carries a number.
    pub by_account: bool,
}

impl Claimed {
    /// The client leaves everything to the desk.
    pub const NOTHING: Self =
        Self { expects: Expects::NOTHING, without_meeting: false, by_account: false };
}

/// The rule of one ticket.
pub(crate) struct Rule {
    pub(crate) issuance: IssuanceId,
    pub(crate) claimed: Claimed,
    /// Whether a missing meeting is a reason to wait, and not to deny.
    pub(crate) may_start_meeting: bool,
    /// The actor, as entries name it.
    pub(crate) by: roomkey_audit::Actor,
    pub(crate) in_force: Arc<InForce>,
    pub(crate) denials: Arc<Denials>,
    /// Filled where the ticket is denied: only the client that asked reads them.
    pub(crate) hints: Arc<OnceLock<Hints>>,
}

/// What comes out of the transaction beside the receipt.
pub(crate) struct Prepared {
    pub(crate) draft: Draft,
    pub(crate) grant: Grant,
    pub(crate) answer: BTreeMap<&'static str, serde_json::Value>,
}

impl Rule {
    /// Decides about the ticket.
    pub(crate) fn rule(self, facts: &Facts) -> Ruling<Prepared, Hold> {
        let Self { issuance, claimed, may_start_meeting, by, in_force, denials, hints } = self;
        match prepare(facts, issuance) {
            Ok(prepared) if let Some(hold) = useless(&prepared.grant, claimed) => {
                Ruling::Hold(hold)
            }
            Ok(prepared) if !in_force.can_sign(facts, &prepared.draft) => {
                Ruling::Hold(Hold::NoUsableKey)
            }
            Ok(prepared) => Ruling::Issue {
                event: Box::new(issued(facts, issuance, &prepared)),
                draft: prepared,
            },
            Err(Refusal { reason: Reason::MeetingRequired, .. }) if may_start_meeting => {
                Ruling::Hold(Hold::MeetingFirst)
            }
            Err(Refusal { reason, other_account }) => {
                hints.get_or_init(|| Hints { other_account, ..Hints::of(facts) });
                record_denial(facts, reason, &denials, &by)
            }
        }
    }
}

/// Why something that would be granted waits, without an entry.
pub(crate) enum Hold {
    /// This node cannot sign it.
    NoUsableKey,
    /// A meeting must be started.
    MeetingFirst,
    /// The client would miss the channel of the meeting that runs.
    MeetingRuns,
    /// The client joins with its account, and the key would carry this number.
    Numbered(Uid),
}

/// Why the client could not use what would be granted.
fn useless(grant: &Grant, claimed: Claimed) -> Option<Hold> {
    if claimed.without_meeting && grant.meeting.is_some() {
        return Some(Hold::MeetingRuns);
    }
    grant.uid.filter(|_| claimed.by_account).map(Hold::Numbered)
}

/// Details for the error answer, so that the client can correct its request.
pub(crate) struct Hints {
    bounds: Option<Bounds>,
    uid: Option<Uid>,
    expected_uid: Option<u32>,
    other_account: bool,
}

/// Why nothing was prepared.
struct Refusal {
    reason: Reason,
    /// Whether the running meeting is in a session of another account.
    other_account: bool,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reason, other_account: false }
    }
}

impl Hints {
    fn of(facts: &Facts) -> Self {
        Self {
            bounds: bounds_of(facts),
            uid: facts.uid,
            expected_uid: facts.wish.expects.uid,
            other_account: false,
        }
    }
}

/// The grant with its unsigned token.
fn prepare(facts: &Facts, issuance: IssuanceId) -> Result<Prepared, Refusal> {
    let grant = match decide(facts) {
        Decision::Grant(grant) => *grant,
        Decision::Deny(reason) => return Err(reason.into()),
    };
    let policy = facts.policy.as_deref().ok_or(Reason::NoPolicy)?;
    let profile = policy.profiles.get(&grant.profile).ok_or(Reason::ProfileUnknown)?;
    let provider = roomkey_providers::find(grant.kind.as_str()).ok_or(Reason::Inexpressible)?;
    let did = facts.subject.as_ref().and_then(|subject| subject.did.as_ref());
    let drafting = Drafting { grant: &grant, profile, issuance, did };
    let draft = (provider.draft)(&drafting);
    let draft = draft.map_err(|error| Refusal {
        reason: Reason::Inexpressible,
        other_account: matches!(error, DraftError::OtherAccount { .. }),
    })?;
    let answer = (provider.answer)(&grant, profile);
    Ok(Prepared { draft, grant, answer })
}

fn idle_at(facts: &Facts) -> Option<Timestamp> {
    match &facts.authority {
        Authority::Session { session: _, facts } => facts.as_ref().map(|facts| facts.idle_at),
        Authority::Backend { .. } | Authority::Console => None,
    }
}

fn issued(facts: &Facts, issuance: IssuanceId, Prepared { draft, grant, .. }: &Prepared) -> Issued {
    Issued {
        issuance,
        subject: grant.subject,
        idle_at: idle_at(facts),
        room: grant.room.clone(),
        scene: grant.scene.clone(),
        event: grant.event.clone(),
        device: grant.device.clone(),
        meeting: grant.meeting,
        provider_room: grant.provider_room.clone(),
        uid: grant.uid,
        messaging: grant.messaging,
        role: grant.role,
        permissions: grant.permissions.clone(),
        asked: grant.asked,
        nbf: grant.validity.not_before,
        exp: grant.validity.expires_at,
        profile: grant.profile.clone(),
        provider: grant.kind.clone(),
        key: grant.key.clone(),
        fp: draft.fingerprint(),
        renews: facts.wish.renews,
    }
}

/// Records a denial, or counts it where its like were recorded often enough in this minute.
fn record_denial(
    facts: &Facts,
    reason: Reason,
    denials: &Denials,
    by: &roomkey_audit::Actor,
) -> Ruling<Prepared, Hold> {
    metrics::counter!("roomkey_token_denied_total", "reason" => reason.as_str()).increment(1);
    let Wish { room, scene, event, device, seconds, kind, messaging, expects, renews } =
        facts.wish.clone();
    if !denials.records(by, Some(&room), reason, facts.at) {
        return Ruling::DenyCounted(reason);
    }
    Ruling::Deny(Box::new(Denied {
        reason,
        subject: facts.subject.as_ref().map(|subject| subject.subject),
        idle_at: idle_at(facts),
        room: Some(room),
        scene,
        event,
        device,
        provider: kind,
        messaging,
        role: expects.role,
        uid: expects.uid,
        asked: seconds,
        renews,
    }))
}

/// What the caller is told of a denial, after the transaction: the reason is only in the entry, except for what the
/// caller can correct.
pub(crate) fn refusal(reason: Reason, hints: Option<&Hints>) -> DeskError {
    match reason {
        Reason::SessionEnded
        | Reason::SessionExpired
        | Reason::SessionIdle
        | Reason::BackendRevoked => DeskError::InvalidToken,
        Reason::LifetimeOutOfBounds => match hints.and_then(|hints| hints.bounds) {
            Some(bounds) => DeskError::LifetimeOutOfBounds { min: bounds.min, max: bounds.max },
            None => DeskError::Internal("a lifetime was denied without bounds"),
        },
        Reason::DeviceRequired => DeskError::DeviceRequired,
        Reason::UidOther => match hints.and_then(|hints| hints.uid) {
            Some(assigned) => {
                let wildcard = hints.is_some_and(|hints| hints.expected_uid == Some(0));
                DeskError::OtherUid { assigned, wildcard }
            }
            None => DeskError::NoNumbers,
        },
        Reason::MeetingRequired => DeskError::Refused(Refused::NoMeeting),
        Reason::UidsExhausted => DeskError::UidsExhausted,
        Reason::Inexpressible if hints.is_some_and(|hints| hints.other_account) => {
            DeskError::MeetingAccount
        }
        Reason::Inexpressible => DeskError::Inexpressible,
        Reason::NoPolicy | Reason::ProfileUnknown | Reason::NoUsableKey => DeskError::NoUsableKey,
        Reason::BackendScope
        | Reason::BackendRoom
        | Reason::SubjectUnknown
        | Reason::SubjectDisabled
        | Reason::SubjectOther
        | Reason::DeskRole
        | Reason::RoomUnknown
        | Reason::RoomClosed
        | Reason::OtherProvider
        | Reason::NotAMember
        | Reason::RoleTooLow
        | Reason::EventRequired
        | Reason::OutsideWindow
        | Reason::RenewsUnknown
        | Reason::RenewsOther
        | Reason::RenewsTooOld => DeskError::NotAllowed,
    }
}
