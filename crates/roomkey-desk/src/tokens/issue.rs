//! A key is asked for, decided about, recorded, signed, handed out: in this order.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use roomkey_audit::{Denied, Issued};
use roomkey_claims::{
    Authority, Bounds, Decision, DeviceId, EventId, Expects, Facts, Grant, IssuanceId,
    ProviderKind, Reason, RoomId, SceneId, SubjectRef, Timestamp, Uid, Wish, bounds_of, decide,
};
use roomkey_providers::{Draft, DraftError, Drafting, Token};
use roomkey_storage::{Outcome, Refused, Ruling, Ticket};

use crate::authority::Actor;
use crate::error::OpsError;
use crate::ground::Ground;
use crate::ground::committed;
use crate::meetings::first::first_meeting;
use crate::provider::Provider;
use crate::tokens::Tokens;
use crate::tokens::denials::Denials;
use crate::tokens::named_user::NamedUser;

/// What may be asked for.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// The room.
    pub room: RoomId,
    /// A scene of it.
    pub scene: Option<SceneId>,
    /// An event of it.
    pub event: Option<EventId>,
    /// The device.
    pub device: Option<DeviceId>,
    /// The lifetime, in seconds.
    pub seconds: Option<u32>,
    /// The provider; `None` takes the room's.
    pub kind: Option<ProviderKind>,
    /// Whether the key is to admit to the provider's messaging too.
    pub messaging: bool,
    /// The user whom the key is for, where it is not the actor.
    pub user: Option<NamedUser>,
    /// What a vendor's own client takes for granted.
    pub claimed: Claimed,
}

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

/// A key that was handed out.
#[derive(Debug)]
pub struct IssuedKey {
    /// The key.
    pub token: Token,
    /// The id of the issuance.
    pub issuance: IssuanceId,
    /// The index of its entry.
    pub index: u64,
    /// What was granted.
    pub grant: Grant,
    /// What the provider's own client needs beside the key.
    pub answer: BTreeMap<&'static str, serde_json::Value>,
}

/// What comes out of the transaction beside the receipt.
struct Prepared {
    draft: Draft,
    grant: Grant,
    answer: BTreeMap<&'static str, serde_json::Value>,
}

impl Tokens {
    /// Issues a key to the actor, or to the user whom an entitled actor names.
    pub async fn issue(
        &self,
        ground: &Ground,
        provider: &Provider,
        actor: &Actor,
        request: KeyRequest,
    ) -> Result<IssuedKey, OpsError> {
        let KeyRequest { room, scene, event, device, seconds, kind, messaging, user, claimed } =
            request;
        let subject = subject_of(ground, actor, user).await?;
        let expects = claimed.expects;
        let wish =
            Wish { room, scene, event, device, seconds, kind, messaging, expects, renews: None };
        self.hand_out(ground, provider, actor, Asked { subject, wish, claimed }).await
    }

    /// Hands a key out; where the room's provider makes a session for each meeting and none runs, starts one first.
    pub(crate) async fn hand_out(
        &self,
        ground: &Ground,
        provider: &Provider,
        actor: &Actor,
        asked: Asked,
    ) -> Result<IssuedKey, OpsError> {
        let room = asked.wish.room.clone();
        match self.try_hand_out(ground, actor, asked.clone(), true).await? {
            Tried::Key(key) => Ok(*key),
            Tried::MeetingFirst => {
                first_meeting(ground, self, provider, &room, actor.request().cloned()).await?;
                match self.try_hand_out(ground, actor, asked, false).await? {
                    Tried::Key(key) => Ok(*key),
                    Tried::MeetingFirst => Err(OpsError::Refused(Refused::NoMeeting)),
                }
            }
        }
    }

    /// Decides inside the transaction that records it; signs only with the receipt of that record.
    async fn try_hand_out(
        &self,
        ground: &Ground,
        actor: &Actor,
        Asked { subject, wish, claimed }: Asked,
        may_start_meeting: bool,
    ) -> Result<Tried, OpsError> {
        let issuance = IssuanceId::new(ground.ids().uuid_v7(ground.clock().now()));
        let context = actor.context();
        let hints = Arc::new(OnceLock::new());
        let (denials, by, seen) =
            (Arc::clone(&self.denials), context.by.clone(), Arc::clone(&hints));
        let ticket = Ticket { context, authority: actor.asker(), subject, wish };
        let in_force = self.in_force();
        let of_node = Arc::clone(&in_force);
        let rule = move |facts: &Facts| match prepare(facts, issuance) {
            Ok(prepared) if let Some(hold) = useless(&prepared.grant, claimed) => {
                Ruling::Hold(hold)
            }
            Ok(prepared) if !of_node.can_sign(facts, &prepared.draft) => {
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
                // Only the one who asked reads them.
                seen.get_or_init(|| Hints { other_account, ..Hints::of(facts) });
                deny(facts, reason, &denials, &by)
            }
        };
        let outcome = committed(ground.store().issue(ticket, rule)?).await?;
        match outcome {
            Outcome::Issued(Prepared { draft, grant, answer }, receipt) => {
                let index = receipt.index();
                let token = in_force.keyring.seal(draft, receipt)?;
                let labels = [
                    ("provider", grant.kind.to_string()),
                    ("role", grant.role.as_str().to_owned()),
                ];
                metrics::counter!("roomkey_tokens_issued_total", &labels).increment(1);
                Ok(Tried::Key(Box::new(IssuedKey { token, issuance, index, grant, answer })))
            }
            Outcome::Denied(receipt) => Err(denied(receipt.reason(), hints.get())),
            Outcome::DeniedCounted(reason) => Err(denied(reason, hints.get())),
            Outcome::Held(Hold::NoUsableKey) => Err(OpsError::NoUsableKey),
            Outcome::Held(Hold::MeetingRuns) => Err(OpsError::MeetingRuns),
            Outcome::Held(Hold::Numbered(assigned)) => {
                Err(OpsError::OtherUid { assigned, wildcard: false })
            }
            Outcome::Held(Hold::MeetingFirst) => Ok(Tried::MeetingFirst),
        }
    }
}

/// Whose key it is to be: the actor's own, or that of the user whom a backend or somebody at the command line names.
async fn subject_of(
    ground: &Ground,
    actor: &Actor,
    user: Option<NamedUser>,
) -> Result<Option<SubjectRef>, OpsError> {
    match (actor.subject(), user) {
        (Some(subject), None) => Ok(Some(subject)),
        (Some(_), Some(_)) => Err(OpsError::UserNotAllowed),
        (None, None) => Err(OpsError::UserRequired),
        (None, Some(name)) => ground.read(move |reader| name.find(reader)).await,
    }
}

/// Who is to get what.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Whose key it is to be, where such a user was found.
    pub(crate) subject: Option<SubjectRef>,
    /// What is asked for.
    pub(crate) wish: Wish,
    /// What the client takes for granted.
    pub(crate) claimed: Claimed,
}

/// How far a first attempt got.
enum Tried {
    Key(Box<IssuedKey>),
    MeetingFirst,
}

/// Why something that would be granted waits, without an entry.
enum Hold {
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

/// What the one who asked is told to mend its request by.
struct Hints {
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
fn deny(
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

/// What the caller is told of a denial: the reason stands only in the entry, but for what the caller can mend.
fn denied(reason: Reason, hints: Option<&Hints>) -> OpsError {
    match reason {
        Reason::SessionEnded
        | Reason::SessionExpired
        | Reason::SessionIdle
        | Reason::BackendRevoked => OpsError::InvalidToken,
        Reason::LifetimeOutOfBounds => match hints.and_then(|hints| hints.bounds) {
            Some(bounds) => OpsError::LifetimeOutOfBounds { min: bounds.min, max: bounds.max },
            None => OpsError::Internal("a lifetime was denied without bounds"),
        },
        Reason::DeviceRequired => OpsError::DeviceRequired,
        Reason::UidOther => match hints.and_then(|hints| hints.uid) {
            Some(assigned) => {
                let wildcard = hints.is_some_and(|hints| hints.expected_uid == Some(0));
                OpsError::OtherUid { assigned, wildcard }
            }
            None => OpsError::NoNumbers,
        },
        Reason::MeetingRequired => OpsError::Refused(Refused::NoMeeting),
        Reason::UidsExhausted => OpsError::UidsExhausted,
        Reason::Inexpressible if hints.is_some_and(|hints| hints.other_account) => {
            OpsError::MeetingAccount
        }
        Reason::Inexpressible => OpsError::Inexpressible,
        Reason::NoPolicy | Reason::ProfileUnknown | Reason::NoUsableKey => OpsError::NoUsableKey,
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
        | Reason::RenewsTooOld => OpsError::NotAllowed,
    }
}
