//! `roomkey meeting`.

use clap::Subcommand;
use roomkey_claims::{RoomId, Scope};
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::meetings;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::meeting::MeetingView;
use roomkey_storage::MeetingRow;
use serde_json::json;

use crate::invocation::{End, Invocation, OpenDesk, block_on};
use crate::output;

/// What to do with meetings.
#[derive(Debug, Subcommand)]
pub(crate) enum MeetingCommand {
    /// Starts the next meeting of a room and ends the one that runs: keys of before lead elsewhere
    #[command(after_help = "Example:\n  roomkey meeting start stage-1")]
    Start {
        /// The room
        room: RoomId,
    },
    /// Ends the running meeting of a room
    End {
        /// The room
        room: RoomId,
    },
    /// Lists the meetings of a room, newest first
    List {
        /// The room
        room: RoomId,
    },
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: MeetingCommand) -> anyhow::Result<End> {
    let open = invocation.open()?;
    match command {
        MeetingCommand::Start { room } => {
            let in_room = open.actor.in_room(Scope::Meetings, room.clone())?;
            let meeting = block_on(async {
                open.desk.tokens.adopt_rules(&open.desk.ground).await?;
                Ok(meetings::start::start(
                    &open.desk.ground,
                    &open.desk.tokens,
                    &open.desk.provider,
                    &in_room,
                    None,
                )
                .await?)
            })?;
            let (number, session) = (meeting.number, meeting.provider_room.as_str());
            let value =
                json!({ "roomId": room.as_str(), "number": number, "providerRoom": session });
            invocation.output.print(&value, || {
                format!("meeting {number} of {room} runs; the provider knows it as {session}")
            })?;
        }
        MeetingCommand::End { room } => {
            let in_room = open.actor.in_room(Scope::Meetings, room.clone())?;
            let number = block_on(async { Ok(meetings::end(&open.desk.ground, &in_room).await?) })?;
            let value = json!({ "roomId": room.as_str(), "number": number });
            invocation.output.print(&value, || format!("meeting {number} of {room} ended"))?;
        }
        MeetingCommand::List { room } => list(invocation, &open, &room)?,
    }
    Ok(End::Done)
}

fn list(invocation: &Invocation, open: &OpenDesk, room: &RoomId) -> anyhow::Result<()> {
    let meetings = block_on(async {
        let (admin, mut meetings, mut before) = (open.admin()?, Vec::new(), None);
        loop {
            let page =
                meetings::list(&open.desk.ground, &admin, room.clone(), before, MAX_PAGE).await?;
            before = page.data.last().map(|row: &MeetingRow| row.meeting.number);
            meetings.extend(page.data);
            if !page.more {
                return Ok(meetings);
            }
        }
    })?;
    let mut table = output::table(&["number", "at the provider", "started", "ended"]);
    for MeetingRow { meeting, started_at, ended_at } in &meetings {
        table.add_row([
            meeting.number.to_string(),
            meeting.provider_room.to_string(),
            output::time(*started_at),
            ended_at.map_or_else(|| "runs".to_owned(), output::time),
        ]);
    }
    let views: Vec<_> = meetings.iter().map(MeetingView::of).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "no meeting yet"))
}
