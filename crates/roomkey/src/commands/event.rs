//! `roomkey event`.

use clap::Subcommand;
use roomkey_claims::{EventId, RoomId, Timestamp, Window};
use roomkey_desk::events;
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::wire::event::EventView;
use roomkey_desk::wire::list::ListOf;
use roomkey_storage::WindowOfEvent;
use serde_json::json;

use crate::invocation::{End, Invocation, OpenDesk, block_on};
use crate::output;

/// What to do with events.
#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    /// Gives an event a window: outside it nobody gets a key, and no key lives past it; without times, takes it away
    #[command(after_help = "Examples:\n  \
        roomkey event set stage-1 finale --from 2027-01-01T18:00:00Z --until 2027-01-01T23:00:00+01:00\n  \
        roomkey event set stage-1 finale")]
    Set {
        /// The room
        room: RoomId,
        /// The event
        event: EventId,
        /// From then on, RFC 3339
        #[arg(long, value_parser = Timestamp::parse)]
        from: Option<Timestamp>,
        /// Until then, RFC 3339
        #[arg(long, value_parser = Timestamp::parse)]
        until: Option<Timestamp>,
    },
    /// Lists the events of a room that have a window
    List {
        /// The room
        room: RoomId,
    },
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: EventCommand) -> anyhow::Result<End> {
    let open = invocation.open()?;
    match command {
        EventCommand::Set { room, event, from, until } => {
            let (in_room, of, window) = (room.clone(), event.clone(), Window { from, until });
            let index = block_on(async {
                Ok(events::set(&open.desk.ground, &open.admin()?, in_room, of, window).await?)
            })?;
            let value = json!({
                "roomId": room.as_str(),
                "eventId": event.as_str(),
                "from": from.map(|from| from.to_string()),
                "until": until.map(|until| until.to_string()),
                "changed": index.is_some(),
                "index": index,
            });
            invocation.output.print(&value, || {
                let window = format!("from {}, until {}", end(from), end(until));
                match index {
                    Some(index) => format!("{event} in {room} admits {window} (entry {index})"),
                    None => format!("{event} in {room} admits {window} already: nothing changed"),
                }
            })?;
        }
        EventCommand::List { room } => list(invocation, &open, &room)?,
    }
    Ok(End::Done)
}

fn end(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "any time".to_owned(), |at| at.to_string())
}

fn list(invocation: &Invocation, open: &OpenDesk, room: &RoomId) -> anyhow::Result<()> {
    let windows = block_on(async {
        let (admin, mut windows, mut after) = (open.admin()?, Vec::new(), None);
        loop {
            let page =
                events::list(&open.desk.ground, &admin, room.clone(), after, MAX_PAGE).await?;
            after = page.data.last().map(|row: &WindowOfEvent| row.event.clone());
            windows.extend(page.data);
            if !page.more {
                return Ok(windows);
            }
        }
    })?;
    let mut table = output::table(&["event", "from", "until"]);
    for WindowOfEvent { event, window } in &windows {
        table.add_row([event.to_string(), end(window.from), end(window.until)]);
    }
    let views: Vec<_> = windows.iter().map(EventView::of).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "no event has a window"))
}
