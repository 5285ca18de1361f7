//! A key is asked for, decided about, recorded, signed, handed out: in this order.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use roomkey_audit::{Denied, Issued};
use roomkey_claims::{
    Authority, Bounds, Decision, DeviceId, EventId, Facts, Grant, IssuanceId, ProviderKind, Reason,
    RoomId, SceneId, SubjectRef, Timestamp, Username, Wish, bounds_of, decide,
};
use roomkey_providers::{Draft, Drafting, Token};
use roomkey_storage::{Outcome, Ruling, Ticket};

use crate::ops::counts::Denials;
use crate::ops::desk::committed;
use crate::ops::{Actor, Desk, OpsError};

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
    /// The user whom the key is for, where it is not the actor.
    pub user: Option<Username>,
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

impl Desk {
    /// Issues a key to the actor, or to the user whom an entitled actor names.
    pub async fn issue(&self, actor: &Actor, request: KeyRequest) -> Result<IssuedKey, OpsError> {
        let KeyRequest { room, scene, event, device, seconds, kind, user } = request;
        let subject = self.subject_of(actor, user).await?;
        self.hand_out(
            actor,
            subject,
            Wish { room, scene, event, device, seconds, kind, renews: None },
        )
        .await
    }

    /// Whose key it is to be: the actor's own, or that of the user whom somebody at the command line names.
    async fn subject_of(
        &self,
        actor: &Actor,
        user: Option<Username>,
    ) -> Result<Option<SubjectRef>, OpsError> {
        match (actor.subject(), user) {
            (Some(subject), None) => Ok(Some(subject)),
            (Some(_), Some(_)) => Err(OpsError::UserNotAllowed),
            (None, None) => Err(OpsError::UserRequired),
            (None, Some(name)) => {
                Ok(self.read(move |reader| reader.user(&name)).await?.map(|user| user.subject))
            }
        }
    }

    /// Decides inside the transaction that records it; signs only with the receipt of that record.
    pub(crate) async fn hand_out(
        &self,
        actor: &Actor,
        subject: Option<SubjectRef>,
        wish: Wish,
    ) -> Result<IssuedKey, OpsError> {
        let issuance = IssuanceId::new(self.ids().uuid_v7(self.clock().now()));
        let context = actor.context();
        let bounds = Arc::new(OnceLock::new());
        let (denials, by, seen) =
            (Arc::clone(&self.denials), context.by.clone(), Arc::clone(&bounds));
        let ticket = Ticket { context, authority: actor.asker(), subject, wish };
        let in_force = self.in_force();
        let of_node = Arc::clone(&in_force);
        let rule = move |facts: &Facts| match prepare(facts, issuance) {
            Ok(prepared) if !of_node.keyring.holds(&prepared.draft) => Ruling::Unable,
            Ok(prepared) => Ruling::Issue {
                event: Box::new(issued(facts, issuance, &prepared)),
                draft: prepared,
            },
            Err(reason) => {
                if let Some(bounds) = bounds_of(facts) {
                    // Only the one who asked reads it.
                    seen.get_or_init(|| bounds);
                }
                deny(facts, reason, &denials, &by)
            }
        };
        match committed(self.store().issue(ticket, rule)?).await? {
            Outcome::Issued(Prepared { draft, grant, answer }, receipt) => {
                let index = receipt.index();
                let token = in_force.keyring.seal(draft, receipt)?;
                let labels = [
                    ("provider", grant.kind.to_string()),
                    ("role", grant.role.as_str().to_owned()),
                ];
                metrics::counter!("roomkey_tokens_issued_total", &labels).increment(1);
                Ok(IssuedKey { token, issuance, index, grant, answer })
            }
            Outcome::Denied(receipt) => Err(denied(receipt.reason(), bounds.get())),
            Outcome::Unable => Err(OpsError::NoUsableKey),
            Outcome::DeniedCounted(reason) => Err(denied(reason, bounds.get())),
        }
    }
}

/// The grant with its unsigned token.
fn prepare(facts: &Facts, issuance: IssuanceId) -> Result<Prepared, Reason> {
    let grant = match decide(facts) {
        Decision::Grant(grant) => *grant,
        Decision::Deny(reason) => return Err(reason),
    };
    let policy = facts.policy.as_deref().ok_or(Reason::NoPolicy)?;
    let profile = policy.profiles.get(&grant.profile).ok_or(Reason::ProfileUnknown)?;
    let provider = roomkey_providers::find(grant.kind.as_str()).ok_or(Reason::Inexpressible)?;
    let did = facts.subject.as_ref().and_then(|subject| subject.did.as_ref());
    let drafting = Drafting { grant: &grant, profile, issuance, did };
    let draft = (provider.draft)(&drafting).map_err(|_| Reason::Inexpressible)?;
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
) -> Ruling<Prepared> {
    metrics::counter!("roomkey_token_denied_total", "reason" => reason.as_str()).increment(1);
    let Wish { room, scene, event, device, seconds, kind, renews } = facts.wish.clone();
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
        asked: seconds,
        renews,
    }))
}

/// What the caller is told of a denial: the reason stands only in the entry, but for what the caller can mend.
fn denied(reason: Reason, bounds: Option<&Bounds>) -> OpsError {
    match reason {
        Reason::SessionEnded
        | Reason::SessionExpired
        | Reason::SessionIdle
        | Reason::BackendRevoked => OpsError::InvalidToken,
        Reason::LifetimeOutOfBounds => match bounds {
            Some(bounds) => OpsError::LifetimeOutOfBounds { min: bounds.min, max: bounds.max },
            None => OpsError::Internal("a lifetime was denied without bounds"),
        },
        Reason::DeviceRequired => OpsError::DeviceRequired,
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
        | Reason::EventRequired
        | Reason::OutsideWindow
        | Reason::RenewsUnknown
        | Reason::RenewsOther
        | Reason::RenewsTooOld => OpsError::NotAllowed,
    }
}
