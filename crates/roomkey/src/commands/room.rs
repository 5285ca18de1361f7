//! `roomkey room`.

use clap::{Args, Subcommand};
use roomkey_claims::{
    Access, Archive, Media, ProfileName, Role, RoomBounds, RoomFacts, RoomId, SessionOptions,
};
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::rooms;
use roomkey_desk::rooms::change::Edit;
use roomkey_desk::rooms::change::RoomChange;
use roomkey_storage::Room;
use serde_json::json;

use crate::console::{Console, End, OpenDesk, block_on};
use crate::output::{self, or_dash, yes_no};
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::room::RoomView;

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
    /// Closes a room: nobody gets a key
    Close {
        /// The room
        room: RoomId,
    },
    /// Changes the settings of a room; what is not named stays as it is
    #[command(after_help = "Examples:\n  roomkey room set stage-1 --max-seconds 900\n  \
        roomkey room set stage-1 --max-seconds none --restricted")]
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
    /// Lets any enabled user in, with --role
    #[arg(long, requires = "role")]
    open: bool,
    /// The role in an open room: subscriber, publisher, `publisher_only`, moderator
    #[arg(long, requires = "open")]
    role: Option<Role>,
    /// Wants an event to be named
    #[arg(long)]
    event_required: bool,
    /// Wants a device to be named, and gives each an identity of its own
    #[arg(long)]
    per_device: bool,
    /// Puts the user's DID into the metadata of keys
    #[arg(long)]
    with_did: bool,
    /// Names participants by texts where the provider would take numbers
    #[arg(long)]
    string_accounts: bool,
    /// How media flow in the sessions of meetings: relayed, routed
    #[arg(long, default_value = "routed")]
    media: Media,
    /// Encrypts media from end to end
    #[arg(long)]
    e2ee: bool,
    /// Whether meetings are recorded: manual, always
    #[arg(long, default_value = "manual")]
    archive: Archive,
    /// Shortest life of a key, in seconds
    #[arg(long)]
    min_seconds: Option<u32>,
    /// Life of a key for which none was asked, in seconds
    #[arg(long)]
    default_seconds: Option<u32>,
    /// Longest life of a key, in seconds
    #[arg(long)]
    max_seconds: Option<u32>,
}

/// A room to be changed.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// Moves the room to another provider profile
    #[arg(long)]
    provider: Option<ProfileName>,
    /// Lets any enabled user in, with --role
    #[arg(long, requires = "role", conflicts_with = "restricted")]
    open: bool,
    /// The role in an open room: subscriber, publisher, `publisher_only`, moderator
    #[arg(long, requires = "open")]
    role: Option<Role>,
    /// Lets members in only
    #[arg(long)]
    restricted: bool,
    /// Whether an event must be named
    #[arg(long, value_name = "BOOL")]
    event_required: Option<bool>,
    /// Whether each device has an identity of its own
    #[arg(long, value_name = "BOOL")]
    per_device: Option<bool>,
    /// Whether the user's DID stands in the metadata of keys
    #[arg(long, value_name = "BOOL")]
    with_did: Option<bool>,
    /// Whether participants are texts where the provider would take numbers
    #[arg(long, value_name = "BOOL")]
    string_accounts: Option<bool>,
    /// How media flow in the sessions of meetings: relayed, routed
    #[arg(long)]
    media: Option<Media>,
    /// Whether media are encrypted from end to end
    #[arg(long, value_name = "BOOL")]
    e2ee: Option<bool>,
    /// Whether meetings are recorded: manual, always
    #[arg(long)]
    archive: Option<Archive>,
    /// Shortest life of a key, or `none` for that of the settings
    #[arg(long, value_parser = seconds_or_none, value_name = "SECONDS")]
    min_seconds: Option<Edit<u32>>,
    /// Life of a key for which none was asked, or `none` for that of the settings
    #[arg(long, value_parser = seconds_or_none, value_name = "SECONDS")]
    default_seconds: Option<Edit<u32>>,
    /// Longest life of a key, or `none` for that of the settings
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
pub(crate) fn run(console: &Console, command: RoomCommand) -> anyhow::Result<End> {
    let open = console.open()?;
    match command {
        RoomCommand::Add(args) => {
            let room = wanted(args);
            let name = room.room.clone();
            block_on(async {
                Ok(rooms::add(&open.desk.ground, &open.desk.tokens, &open.admin()?, room).await?)
            })?;
            show(console, &open, name)?;
        }
        RoomCommand::List => list(console, &open)?,
        RoomCommand::Open { room } => {
            let name = room.clone();
            let index = block_on(async {
                Ok(rooms::open(&open.desk.ground, &open.admin()?, name).await?)
            })?;
            changed(console, &room, index, "is open")?;
        }
        RoomCommand::Close { room } => {
            let name = room.clone();
            let index = block_on(async {
                Ok(rooms::close(&open.desk.ground, &open.admin()?, name).await?)
            })?;
            changed(console, &room, index, "is closed")?;
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
            show(console, &open, room)?;
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

fn show(console: &Console, open: &OpenDesk, room: RoomId) -> anyhow::Result<()> {
    let room = block_on(async { Ok(rooms::show(&open.desk.ground, &open.admin()?, room).await?) })?;
    console.output.print(&RoomView::of(&room), || {
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

fn changed(console: &Console, room: &RoomId, index: Option<u64>, what: &str) -> anyhow::Result<()> {
    let value = json!({ "roomId": room.as_str(), "changed": index.is_some(), "index": index });
    console.output.print(&value, || match index {
        Some(index) => format!("{room} {what} (entry {index})"),
        None => format!("{room} {what} already: nothing changed"),
    })
}

fn list(console: &Console, open: &OpenDesk) -> anyhow::Result<()> {
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
    console.output.print(&ListOf::with_next(views, None), || output::rows(&table, "no rooms yet"))
}
