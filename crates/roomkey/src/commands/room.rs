//! `roomkey room`.

use clap::{Args, Subcommand};
use roomkey_claims::{
    Access, Archive, Media, ProfileName, Role, RoomBounds, RoomFacts, RoomId, SessionOptions,
};
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::rooms;
use roomkey_desk::rooms::change::Edit;
use roomkey_desk::rooms::change::RoomChange;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::room::RoomView;
use roomkey_storage::Room;
use serde_json::json;

use crate::invocation::{End, Invocation, OpenDesk, block_on};
use crate::output::{self, or_dash, yes_no};
use crate::words::one_of;

/// What to do with rooms.
#[derive(Debug, Subcommand)]
pub(crate) enum RoomCommand {
    /// Adds a room, for members only unless it is said to be open
    #[command(after_help = "Examples:\n  roomkey room add stage-1 --provider stage\n  \
        roomkey room add lobby --provider stage --open --role subscriber")]
    Add(AddArgs),
    /// Lists the rooms
    List,
    /// Opens a closed room again
    Open {
        /// The room
        room: RoomId,
    },
    /// Closes a room: no keys are issued
    Close {
        /// The room
        room: RoomId,
    },
    /// Changes the settings of a room; a setting that is not named stays as it is
    #[command(
        override_usage = "roomkey room set <ROOM> <CHANGES>",
        after_help = "Examples:\n  roomkey room set stage-1 --max-seconds 900\n  \
        roomkey room set stage-1 --max-seconds none --restricted"
    )]
    Set(SetArgs),
}

/// A room to be added.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// The room
    room: RoomId,
    /// The provider profile of the settings
    #[arg(long)]
    provider: ProfileName,
    /// Admits any enabled user, with the role of --role
    #[arg(long, requires = "role")]
    open: bool,
    /// The role that an open room gives
    #[arg(long, requires = "open", value_parser = one_of(&Role::ALL, Role::as_str))]
    role: Option<Role>,
    /// Requires requests to name an event
    #[arg(long)]
    event_required: bool,
    /// Requires requests to name a device, and gives each device an identity of its own
    #[arg(long)]
    per_device: bool,
    /// Includes the user's DID in the metadata of keys
    #[arg(long)]
    with_did: bool,
    /// Identifies participants by string accounts instead of numeric uids
    #[arg(long)]
    string_accounts: bool,
    /// How media flow in the sessions of meetings
    #[arg(long, default_value = "routed", value_parser = one_of(&Media::ALL, Media::as_str))]
    media: Media,
    /// Encrypts media from end to end
    #[arg(long)]
    e2ee: bool,
    /// Whether meetings are recorded
    #[arg(long, default_value = "manual", value_parser = one_of(&Archive::ALL, Archive::as_str))]
    archive: Archive,
    /// Shortest lifetime of a key, in seconds [default: that of the settings]
    #[arg(long)]
    min_seconds: Option<u32>,
    /// Default lifetime of a key, in seconds [default: that of the settings]
    #[arg(long)]
    default_seconds: Option<u32>,
    /// Longest lifetime of a key, in seconds [default: that of the settings]
    #[arg(long)]
    max_seconds: Option<u32>,
}

/// A room to be changed.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
#[command(next_help_heading = "Changes, one at least")]
pub(crate) struct Changes {
    /// Moves the room to another provider profile
    #[arg(long)]
    provider: Option<ProfileName>,
    /// Admits any enabled user, with the role of --role
    #[arg(long, requires = "role", conflicts_with = "restricted")]
    open: bool,
    /// The role that an open room gives
    #[arg(long, requires = "open", value_parser = one_of(&Role::ALL, Role::as_str))]
    role: Option<Role>,
    /// Admits members only
    #[arg(long)]
    restricted: bool,
    /// Requires requests to name an event
    #[arg(long, value_name = "BOOL")]
    event_required: Option<bool>,
    /// Gives each device an identity of its own
    #[arg(long, value_name = "BOOL")]
    per_device: Option<bool>,
    /// Includes the user's DID in the metadata of keys
    #[arg(long, value_name = "BOOL")]
    with_did: Option<bool>,
    /// Identifies participants by string accounts instead of numeric uids
    #[arg(long, value_name = "BOOL")]
    string_accounts: Option<bool>,
    /// How media flow in the sessions of meetings
    #[arg(long, value_parser = one_of(&Media::ALL, Media::as_str))]
    media: Option<Media>,
    /// Encrypts media from end to end
    #[arg(long, value_name = "BOOL")]
    e2ee: Option<bool>,
    /// Whether meetings are recorded
    #[arg(long, value_parser = one_of(&Archive::ALL, Archive::as_str))]
    archive: Option<Archive>,
    /// Shortest lifetime of a key, or none for that of the settings
    #[arg(long, value_parser = seconds_or_none, value_name = "SECONDS")]
    min_seconds: Option<Edit<u32>>,
    /// Default lifetime of a key, or none for that of the settings
    #[arg(long, value_parser = seconds_or_none, value_name = "SECONDS")]
    default_seconds: Option<Edit<u32>>,
    /// Longest lifetime of a key, or none for that of the settings
    #[arg(long, value_parser = seconds_or_none, value_name = "SECONDS")]
    max_seconds: Option<Edit<u32>>,
}

/// Which room is to be changed, and how.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// The room
    room: RoomId,
    /// What is to change.
    #[command(flatten)]
    changes: Changes,
}

fn seconds_or_none(text: &str) -> Result<Edit<u32>, String> {
    match text {
        "none" => Ok(Edit::Clear),
        _ => text
            .parse()
            .map(Edit::Set)
            .map_err(|_| "must be a number of seconds, or `none`".to_owned()),
    }
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: RoomCommand) -> anyhow::Result<End> {
    let open = invocation.open()?;
    match command {
        RoomCommand::Add(args) => {
            let room = wanted(args);
            let name = room.room.clone();
            block_on(async {
                Ok(rooms::add(&open.desk.ground, &open.desk.tokens, &open.admin()?, room).await?)
            })?;
            show(invocation, &open, name)?;
        }
        RoomCommand::List => list(invocation, &open)?,
        RoomCommand::Open { room } => {
            let name = room.clone();
            let index = block_on(async {
                Ok(rooms::open(&open.desk.ground, &open.admin()?, name).await?)
            })?;
            changed(invocation, &room, index, "is open")?;
        }
        RoomCommand::Close { room } => {
            let name = room.clone();
            let index = block_on(async {
                Ok(rooms::close(&open.desk.ground, &open.admin()?, name).await?)
            })?;
            changed(invocation, &room, index, "is closed")?;
        }
        RoomCommand::Set(SetArgs { room, changes }) => {
            let name = room.clone();
            let change = change(changes);
            block_on(async {
                Ok(rooms::change::change(
                    &open.desk.ground,
                    &open.desk.tokens,
                    &open.admin()?,
                    name,
                    change,
                )
                .await?)
            })?;
            show(invocation, &open, room)?;
        }
    }
    Ok(End::Done)
}

fn wanted(args: AddArgs) -> Room {
    Room {
        room: args.room,
        settings: RoomFacts {
            profile: args.provider,
            access: args.role.map_or(Access::Restricted, Access::Open),
            event_required: args.event_required,
            per_device: args.per_device,
            with_did: args.with_did,
            string_accounts: args.string_accounts,
            session: SessionOptions { media: args.media, e2ee: args.e2ee, archive: args.archive },
            bounds: RoomBounds {
                min: args.min_seconds,
                default: args.default_seconds,
                max: args.max_seconds,
            },
            closed: false,
        },
    }
}

fn change(changes: Changes) -> RoomChange {
    RoomChange {
        profile: changes.provider,
        access: match changes.role {
            Some(role) => Some(Access::Open(role)),
            None => changes.restricted.then_some(Access::Restricted),
        },
        event_required: changes.event_required,
        per_device: changes.per_device,
        with_did: changes.with_did,
        string_accounts: changes.string_accounts,
        media: changes.media,
        e2ee: changes.e2ee,
        archive: changes.archive,
        min: changes.min_seconds.unwrap_or_default(),
        default: changes.default_seconds.unwrap_or_default(),
        max: changes.max_seconds.unwrap_or_default(),
    }
}

fn access(access: Access) -> String {
    match access {
        Access::Restricted => "members".to_owned(),
        Access::Open(role) => format!("open to any user as {}", role.as_str()),
    }
}

fn show(invocation: &Invocation, open: &OpenDesk, room: RoomId) -> anyhow::Result<()> {
    let room = block_on(async { Ok(rooms::show(&open.desk.ground, &open.admin()?, room).await?) })?;
    invocation.output.print(&RoomView::of(&room), || {
        let RoomFacts {
            profile,
            access: who,
            event_required,
            per_device,
            with_did,
            string_accounts,
            session,
            bounds,
            closed,
        } = &room.settings;
        output::pairs(&[
            ("room", room.room.to_string()),
            ("provider", profile.to_string()),
            ("access", access(*who)),
            ("closed", yes_no(*closed).to_owned()),
            ("event required", yes_no(*event_required).to_owned()),
            ("identity per device", yes_no(*per_device).to_owned()),
            ("DID in metadata", yes_no(*with_did).to_owned()),
            ("string accounts", yes_no(*string_accounts).to_owned()),
            ("sessions of meetings", sessions(*session)),
            ("life of keys", life(*bounds)),
        ])
    })
}

fn sessions(SessionOptions { media, e2ee, archive }: SessionOptions) -> String {
    let encrypted = if e2ee { ", encrypted from end to end" } else { "" };
    let recorded = match archive {
        Archive::Manual => "recorded by hand",
        Archive::Always => "always recorded",
    };
    format!("{}{encrypted}, {recorded}", media.as_str())
}

/// What about a room is not as it is where nobody says anything.
fn also(settings: &RoomFacts) -> String {
    let SessionOptions { media, e2ee, archive } = settings.session;
    let words = [
        (settings.event_required, "event required"),
        (settings.per_device, "per device"),
        (settings.with_did, "DID"),
        (settings.string_accounts, "string accounts"),
        (media == Media::Relayed, "relayed"),
        (e2ee, "e2ee"),
        (archive == Archive::Always, "recorded"),
    ];
    let words: Vec<&str> = words.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    words.join(", ")
}

fn life(RoomBounds { min, default, max }: RoomBounds) -> String {
    match (min, default, max) {
        (None, None, None) => "as in the settings".to_owned(),
        _ => format!("min {}, default {}, max {}", or_dash(min), or_dash(default), or_dash(max)),
    }
}

fn changed(
    invocation: &Invocation,
    room: &RoomId,
    index: Option<u64>,
    what: &str,
) -> anyhow::Result<()> {
    let value = json!({ "roomId": room.as_str(), "changed": index.is_some(), "index": index });
    invocation.output.print(&value, || match index {
        Some(index) => format!("{room} {what} (entry {index})"),
        None => format!("{room} {what} already: nothing changed"),
    })
}

fn list(invocation: &Invocation, open: &OpenDesk) -> anyhow::Result<()> {
    let rooms = block_on(async {
        let (admin, mut rooms, mut after) = (open.admin()?, Vec::new(), None);
        loop {
            let page = rooms::list(&open.desk.ground, &admin, after, MAX_PAGE).await?;
            after = page.data.last().map(|room: &Room| room.room.clone());
            rooms.extend(page.data);
            if !page.more {
                return Ok(rooms);
            }
        }
    })?;
    let mut table =
        output::table(&["room", "provider", "access", "closed", "life of keys", "also"]);
    for Room { room, settings } in &rooms {
        table.add_row([
            room.to_string(),
            settings.profile.to_string(),
            access(settings.access),
            yes_no(settings.closed).to_owned(),
            life(settings.bounds),
            also(settings),
        ]);
    }
    let views: Vec<_> = rooms.iter().map(RoomView::of).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "no rooms yet"))
}
