//! `roomkey token`.

mod inspect;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use roomkey_claims::{DeviceId, EventId, ProviderKind, RoomId, SceneId};
use roomkey_desk::error::DeskError;
use roomkey_desk::tokens::issue::KeyRequest;
use roomkey_desk::tokens::named_user::NamedUser;
use roomkey_desk::tokens::rule::Claimed;
use roomkey_desk::wire::token::KeyAnswer;

use crate::invocation::{End, Invocation, block_on, said};
use crate::output;
use crate::words::provider_kind;

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
    /// Finds the entry of a token that is read from standard input; the same as audit trace
    #[command(after_help = "Example:\n  roomkey token trace --json < token.txt")]
    Trace,
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
    /// Refuses a room at another kind of provider
    #[arg(long, value_parser = provider_kind())]
    provider: Option<ProviderKind>,
    /// Admits to the provider's messaging too, as Agora's RTM
    #[arg(long)]
    messaging: bool,
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: TokenCommand) -> anyhow::Result<End> {
    match command {
        TokenCommand::Issue(args) => issue(invocation, args),
        TokenCommand::Inspect => inspect::run(invocation),
        TokenCommand::Trace => super::audit::trace::run(invocation),
    }
}

fn issue(invocation: &Invocation, args: IssueArgs) -> anyhow::Result<End> {
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
    let open = invocation.open()?;
    let key = block_on(async {
        open.desk.tokens.adopt_rules(&open.desk.ground).await?;
        open.desk
            .tokens
            .issue(&open.desk.ground, &open.desk.provider, &open.actor, request)
            .await
            .map_err(explained)
    })?;
    let (index, issuance, expiry) = (key.index, key.issuance, key.grant.validity.expiry());
    let role = key.grant.role.as_str();
    if invocation.output.json {
        invocation.output.print(&KeyAnswer::of(key, true), String::new)?;
    } else {
        output::line(key.token.expose())?;
        said(
            invocation.output,
            &format!("{role} until {expiry}; issuance {issuance}, entry {index}"),
        );
    }
    Ok(End::Done)
}

/// A denial with the way to its reason, which stands in the log and nowhere else.
fn explained(error: DeskError) -> anyhow::Error {
    match error {
        DeskError::NotAllowed => {
            anyhow!("denied: `roomkey audit query --outcome denied --limit 1` shows the reason")
        }
        error => error.into(),
    }
}
