//! A key is renewed: everything is decided again, for the same user, place and device.

use roomkey_audit::{Denied, Event};
use roomkey_claims::{Expects, IssuanceId, Reason, Wish};

use crate::authority::Actor;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::provider::Provider;
use crate::tokens::Tokens;
use crate::tokens::issue::Asked;
use crate::tokens::issue::IssuedKey;
use crate::tokens::rule::Claimed;

impl Tokens {
    /// Renews an issuance, until 24 h after its expiry; the new entry names the old one.
    pub async fn renew(
        &self,
        ground: &Ground,
        provider: &Provider,
        actor: &Actor,
        issuance: IssuanceId,
        seconds: Option<u32>,
    ) -> Result<IssuedKey, DeskError> {
        let stored = ground.read(move |reader| reader.entry_of_issuance(issuance)).await?;
        let Some(Event::TokenIssued(before)) =
            stored.map(|stored| stored.entry()).transpose()?.map(|entry| entry.event)
        else {
            return self.deny_unknown(ground, actor, issuance, seconds).await;
        };
        let wish = Wish {
            room: before.room,
            scene: before.scene,
            event: before.event,
            device: before.device,
            seconds,
            kind: None,
            messaging: before.messaging,
            expects: Expects::NOTHING,
            renews: Some(issuance),
        };
        let subject = actor.subject().or(Some(before.subject));
        self.hand_out(ground, provider, actor, Asked { subject, wish, claimed: Claimed::NOTHING })
            .await
    }

    /// Records that somebody wanted to renew what was never issued.
    async fn deny_unknown(
        &self,
        ground: &Ground,
        actor: &Actor,
        issuance: IssuanceId,
        seconds: Option<u32>,
    ) -> Result<IssuedKey, DeskError> {
        let (by, at) = (actor.context().by, ground.clock().now());
        if !self.denials.records(&by, None, Reason::RenewsUnknown, at) {
            return Err(DeskError::NotAllowed);
        }
        let denied = Denied {
            reason: Reason::RenewsUnknown,
            subject: actor.subject(),
            idle_at: None,
            room: None,
            scene: None,
            event: None,
            device: None,
            provider: None,
            messaging: false,
            role: None,
            uid: None,
            asked: seconds,
            renews: Some(issuance),
        };
        ground.record(actor, Event::TokenDenied(Box::new(denied))).await?;
        Err(DeskError::NotAllowed)
    }
}
