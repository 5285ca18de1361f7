//! `roomkey room`.

mod settings;

use clap::{Args, Subcommand};
use roomkey_claims::{Access, RoomBounds, RoomId, RoomSettings, SETTINGS, Setting, SettingValue};
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::rooms;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::room::RoomView;
use roomkey_storage::Room;
use serde_json::json;

use self::settings::{Changes, NewSettings, label};
use crate::invocation::{End, Invocation, OpenDesk, block_on};
use crate::output::{self, or_dash, yes_no};

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
    #[command(flatten)]
    settings: NewSettings,
}

/// Which room is to be changed, and how.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// The room
    room: RoomId,
    #[command(flatten)]
    changes: Changes,
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: RoomCommand) -> anyhow::Result<End> {
    let open = invocation.open()?;
    match command {
        RoomCommand::Add(args) => {
            let name = args.room.clone();
            let room = Room { room: args.room, settings: args.settings.0 };
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
            block_on(async {
                Ok(rooms::change::change(
                    &open.desk.ground,
                    &open.desk.tokens,
                    &open.admin()?,
                    name,
                    changes.0,
                )
                .await?)
            })?;
            show(invocation, &open, room)?;
        }
    }
    Ok(End::Done)
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
        let Room { room, settings } = &room;
        let mut rows = vec![("room".to_owned(), room.to_string())];
        rows.extend(SETTINGS.iter().map(|setting| (label(setting), text(setting, settings))));
        rows.push(("closed".to_owned(), yes_no(settings.closed).to_owned()));
        let rows: Vec<(&str, String)> =
            rows.iter().map(|(label, text)| (label.as_str(), text.clone())).collect();
        output::pairs(&rows)
    })
}

fn text(setting: &Setting, settings: &RoomSettings) -> String {
    match setting.value(settings) {
        None => "-".to_owned(),
        Some(SettingValue::Flag(flag)) => yes_no(flag).to_owned(),
        Some(SettingValue::Text(text)) => text,
        Some(SettingValue::Seconds(seconds)) => seconds.to_string(),
    }
}

/// The settings that differ from those of a new room, but for those that have a column of their own.
fn also(settings: &RoomSettings) -> String {
    let has_column = |setting: &&Setting| setting.is_required() || setting.is_nullable();
    let differs = |setting: &&Setting| setting.value(settings) != setting.initial();
    let words = SETTINGS.iter().filter(|setting| !has_column(setting)).filter(differs);
    let words = words.map(|setting| match setting.value(settings) {
        Some(SettingValue::Text(text)) => format!("{} {text}", label(setting)),
        _ => label(setting),
    });
    words.collect::<Vec<_>>().join(", ")
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
