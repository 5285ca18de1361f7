//! `roomkey token`.

use anyhow::anyhow;
use clap::{Args, Subcommand};
use roomkey_api::http::wire;
use roomkey_api::ops::issue::Claimed;
use roomkey_api::ops::{KeyRequest, NamedUser, OpsError};
use roomkey_claims::{
    Clock, DeviceId, EventId, Permissions, ProviderKind, RoomId, SceneId, Sources, SystemClock,
    Timestamp,
};
use roomkey_providers::{Candidate, Inspection};
use serde::Serialize;

use crate::console::{Console, End, block_on, said};
use crate::input;
use crate::output::{self, or_dash, yes_no};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Issues a key to a user who may have it, as an admin at the console; the log says so
    #[command(
        after_help = "Examples:\n  roomkey token issue --room stage-1 --user ada > token.txt\n  \
        roomkey token issue --room stage-1 --user ada --seconds 120 --json"
    )]
    Issue(IssueArgs),
    /// Reads a token from standard input and says what it allows; exit status 1 where no configured key signed it
    #[command(after_help = "Example:\n  roomkey token inspect --json < token.txt")]
    Inspect,
}

/// The key that is wanted.
#[derive(Debug, Args)]
pub(crate) struct IssueArgs {
    /// The room
    #[arg(long)]
    room: RoomId,
    /// The user whom the key is for: the username or the DID
    #[arg(long)]
    user: NamedUser,
    /// A scene of the room
    #[arg(long)]
    scene: Option<SceneId>,
    /// An event of the room
    #[arg(long)]
    event: Option<EventId>,
    /// The device, where the room wants one
    #[arg(long)]
    device: Option<DeviceId>,
    /// The lifetime, in seconds [default: that of the room or the settings]
    #[arg(long)]
    seconds: Option<u32>,
    /// Refuses a room that lives at another provider than this
    #[arg(long)]
    provider: Option<ProviderKind>,
    /// Admits to the provider's messaging too, as Agora's RTM
    #[arg(long)]
    messaging: bool,
}

/// Runs the command.
pub(crate) fn run(console: &Console, command: TokenCommand) -> anyhow::Result<End> {
    match command {
        TokenCommand::Issue(args) => issue(console, args),
        TokenCommand::Inspect => inspect(console),
    }
}

fn issue(console: &Console, args: IssueArgs) -> anyhow::Result<End> {
    let IssueArgs { room, user, scene, event, device, seconds, provider, messaging } = args;
    let request = KeyRequest {
        room,
        scene,
        event,
        device,
        seconds,
        kind: provider,
        messaging,
        user: Some(user),
        claimed: Claimed::NOTHING,
    };
    let open = console.open()?;
    let key = block_on(async {
        open.desk.adopt_rules().await?;
        open.desk.issue(&open.actor, request).await.map_err(explained)
    })?;
    let (index, issuance, expiry) = (key.index, key.issuance, key.grant.validity.expiry());
    let role = key.grant.role.as_str();
    if console.output.json {
        console.output.print(&wire::key(key), String::new)?;
    } else {
        output::line(key.token.expose())?;
        said(console.output, &format!("{role} until {expiry}; issuance {issuance}, entry {index}"));
    }
    Ok(End::Done)
}

/// A denial with the way to its reason, which stands in the log and nowhere else.
fn explained(error: OpsError) -> anyhow::Error {
    match error {
        OpsError::NotAllowed => {
            anyhow!("denied: `roomkey audit query --outcome denied --limit 1` shows the reason")
        }
        error => error.into(),
    }
}

/// A token read back, as it is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspected {
    provider: &'static str,
    format: &'static str,
    profile: Option<String>,
    key_id: Option<String>,
    verified: bool,
    issued_at: Option<String>,
    expires_at: Option<String>,
    expired: Option<bool>,
    identity: Option<String>,
    room: Option<String>,
    permissions: Option<Permissions>,
    issuance_id: Option<String>,
    fingerprint: String,
}

impl Inspected {
    fn of(inspection: Inspection, now: Timestamp) -> Self {
        Self {
            provider: inspection.provider,
            format: inspection.format,
            profile: inspection.profile.map(String::from),
            key_id: inspection.key_id.map(String::from),
            verified: inspection.verified,
            issued_at: inspection.issued_at.map(|at| at.to_string()),
            expires_at: inspection.expires_at.map(|at| at.to_string()),
            expired: inspection.expires_at.map(|at| at <= now),
            identity: inspection.identity,
            room: inspection.room,
            permissions: inspection.permissions,
            issuance_id: inspection.issuance_id.map(|id| id.to_string()),
            fingerprint: inspection.fingerprint.to_string(),
        }
    }

    fn human(&self) -> String {
        let verified = if self.verified {
            "yes: a key of the settings signed it"
        } else {
            "NO: no key of the settings signed it, so all of this is hearsay"
        };
        output::pairs(&[
            ("provider", format!("{}, {}", self.provider, self.format)),
            ("verified", verified.to_owned()),
            ("profile", or_dash(self.profile.as_ref())),
            ("key", or_dash(self.key_id.as_ref())),
            ("issued", or_dash(self.issued_at.as_ref())),
            ("expires", or_dash(self.expires_at.as_ref())),
            ("expired", or_dash(self.expired.map(yes_no))),
            ("identity", or_dash(self.identity.as_ref())),
            ("room", or_dash(self.room.as_ref())),
            ("permissions", or_dash(self.permissions.as_ref().map(allowed))),
            ("issuance", or_dash(self.issuance_id.as_ref())),
            ("fingerprint", self.fingerprint.clone()),
        ])
    }
}

/// What a token allows, in words.
pub(crate) fn allowed(permissions: &Permissions) -> String {
    let Permissions { subscribe, publish, data, moderate, sources } = permissions;
    let words = [
        (*subscribe, "subscribe"),
        (*publish, "publish"),
        (*data, "data"),
        (*moderate, "moderate"),
    ];
    let words: Vec<&str> = words.iter().filter(|(has, _)| *has).map(|(_, word)| *word).collect();
    match sources {
        Sources::Only(set) if *publish => {
            let names: Vec<&str> = set.iter().map(|source| source.as_str()).collect();
            format!("{} (only {})", words.join(", "), names.join(", "))
        }
        _ => words.join(", "),
    }
}

fn inspect(console: &Console) -> anyhow::Result<End> {
    let settings = console.settings()?;
    let token = input::token()?;
    let candidates: Vec<Candidate<'_>> = settings
        .profiles
        .iter()
        .flat_map(|(name, configured)| configured.candidates(name))
        .collect();
    let inspection = roomkey_providers::inspect(&token, &candidates)?;
    let inspected = Inspected::of(inspection, SystemClock.now());
    console.output.print(&inspected, || inspected.human())?;
    Ok(if inspected.verified { End::Done } else { End::Wrong })
}
