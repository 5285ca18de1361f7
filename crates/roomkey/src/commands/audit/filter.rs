//! What is looked for in the log.

use clap::Args;
use roomkey_audit::{AddressPrefix, Filter, Kind, Outcome};
use roomkey_claims::{EventId, ProviderKind, Reason, RoomId, SceneId, Timestamp, Username};
use roomkey_desk::audit::query::AuditQuery;

/// Conditions; all of them must hold.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// The user whom it concerns: a name, or the id by which the log knows a user
    #[arg(long)]
    user: Option<Username>,
    /// The room
    #[arg(long)]
    room: Option<RoomId>,
    /// The scene
    #[arg(long)]
    scene: Option<SceneId>,
    /// The event
    #[arg(long)]
    event: Option<EventId>,
    /// The kind of provider
    #[arg(long)]
    provider: Option<ProviderKind>,
    /// issued or denied
    #[arg(long)]
    outcome: Option<Outcome>,
    /// Why a key was denied, such as `not_a_member`
    #[arg(long, value_parser = reason)]
    reason: Option<Reason>,
    /// The kind of entry, such as `token.issued`
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
    /// The truncated address of who was not authenticated, as entries have it: `203.0.113.0/24`, `2001:db8:1::/48`
    #[arg(long, value_name = "PREFIX")]
    address: Option<AddressPrefix>,
    /// Not before this instant, RFC 3339
    #[arg(long, value_parser = Timestamp::parse)]
    since: Option<Timestamp>,
    /// Before this instant, RFC 3339
    #[arg(long, value_parser = Timestamp::parse)]
    until: Option<Timestamp>,
}

fn reason(text: &str) -> Result<Reason, String> {
    let known = || Reason::ALL.map(Reason::as_str).join(", ");
    let found = Reason::ALL.into_iter().find(|reason| reason.as_str() == text);
    found.ok_or_else(|| format!("must be one of {}", known()))
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| format!("must be one of {}", Kind::ALL.join(", ")))
}

impl FilterArgs {
    /// The query.
    pub(crate) fn into_query(self) -> AuditQuery {
        let Self {
            user,
            room,
            scene,
            event,
            provider,
            outcome,
            reason,
            kind,
            address,
            since,
            until,
        } = self;
        let subject = None;
        AuditQuery {
            user,
            filter: Filter {
                subject,
                room,
                scene,
                event,
                provider,
                outcome,
                reason,
                kind,
                address,
                since,
                until,
            },
        }
    }
}
