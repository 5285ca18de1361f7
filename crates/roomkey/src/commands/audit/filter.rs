//! What is looked for in the log.

use clap::Args;
use roomkey_audit::{AddressPrefix, Filter, Kind, Outcome};
use roomkey_claims::{EventId, ProviderKind, Reason, RoomId, SceneId, Timestamp, Username};
use roomkey_desk::audit::query::AuditQuery;

use crate::words::{one_of, provider_kind};

/// Conditions; all of them must hold.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// The user whom the entry concerns: a name or a subject id
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
    #[arg(long, value_parser = provider_kind())]
    provider: Option<ProviderKind>,
    /// Whether a key was issued or denied
    #[arg(long, value_parser = one_of(&Outcome::ALL, Outcome::as_str))]
    outcome: Option<Outcome>,
    #[arg(
        long,
        help = "Why a key was denied, such as not_a_member; any other word lists them",
        hide_possible_values = true,
        value_parser = one_of(&Reason::ALL, Reason::as_str)
    )]
    reason: Option<Reason>,
    #[arg(
        long,
        help = "The kind of entry, such as token.issued; any other word lists them",
        hide_possible_values = true,
        value_parser = one_of(Kind::ALL, Kind::as_str)
    )]
    kind: Option<Kind>,
    #[arg(
        long,
        help = "The truncated address of the unauthenticated client, such as 203.0.113.0/24 or 2001:db8:1::/48",
        value_name = "PREFIX"
    )]
    address: Option<AddressPrefix>,
    /// Not before this instant, RFC 3339
    #[arg(long, value_parser = Timestamp::parse)]
    since: Option<Timestamp>,
    /// Before this instant, RFC 3339
    #[arg(long, value_parser = Timestamp::parse)]
    until: Option<Timestamp>,
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
