//! A key is asked for, decided about, recorded, signed, handed out: in this order.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use roomkey_claims::{
    DeviceId, EventId, Facts, Grant, IssuanceId, ProviderKind, RoomId, SceneId, SubjectRef, Wish,
};
use roomkey_providers::Token;
use roomkey_storage::{Outcome, Refused, Ticket};

use crate::authority::Actor;
use crate::error::DeskError;
use crate::ground::{Ground, committed};
use crate::meetings::first::first_meeting;
use crate::provider::Provider;
use crate::tokens::Tokens;
use crate::tokens::named_user::NamedUser;
use crate::tokens::rule::{Claimed, Hold, Prepared, Rule, refusal};

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

impl Tokens {
    /// Issues a key to the actor, or to the user whom an entitled actor names.
    pub async fn issue(
        &self,
        ground: &Ground,
        provider: &Provider,
        actor: &Actor,
        request: KeyRequest,
    ) -> Result<IssuedKey, DeskError> {
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
    ) -> Result<IssuedKey, DeskError> {
        let room = asked.wish.room.clone();
        match self.try_hand_out(ground, actor, asked.clone(), true).await? {
            Tried::Key(key) => Ok(*key),
            Tried::MeetingFirst => {
                first_meeting(ground, self, provider, &room, actor.request().cloned()).await?;
                match self.try_hand_out(ground, actor, asked, false).await? {
                    Tried::Key(key) => Ok(*key),
                    Tried::MeetingFirst => Err(DeskError::Refused(Refused::NoMeeting)),
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
    ) -> Result<Tried, DeskError> {
        let issuance = IssuanceId::new(ground.ids().uuid_v7(ground.clock().now()));
        let context = actor.context();
        let in_force = self.in_force();
        let hints = Arc::new(OnceLock::new());
        let rule = Rule {
            issuance,
            claimed,
            may_start_meeting,
            by: context.by.clone(),
            in_force: Arc::clone(&in_force),
            denials: Arc::clone(&self.denials),
            hints: Arc::clone(&hints),
        };
        let ticket = Ticket { context, authority: actor.asker(), subject, wish };
        let outcome =
            committed(ground.store().issue(ticket, |facts: &Facts| rule.rule(facts))?).await?;
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
            Outcome::Denied(receipt) => Err(refusal(receipt.reason(), hints.get())),
            Outcome::DeniedCounted(reason) => Err(refusal(reason, hints.get())),
            Outcome::Held(Hold::NoUsableKey) => Err(DeskError::NoUsableKey),
            Outcome::Held(Hold::MeetingRuns) => Err(DeskError::MeetingRuns),
            Outcome::Held(Hold::Numbered(assigned)) => {
                Err(DeskError::OtherUid { assigned, wildcard: false })
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
) -> Result<Option<SubjectRef>, DeskError> {
    match (actor.subject(), user) {
        (Some(subject), None) => Ok(Some(subject)),
        (Some(_), Some(_)) => Err(DeskError::UserNotAllowed),
        (None, None) => Err(DeskError::UserRequired),
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
