//! `roomkey member`.

use std::collections::BTreeSet;

use clap::{Args, Subcommand};
use roomkey_claims::{EventId, Membership, Role, RoomId, SceneId, Source, Sources, Username};
use roomkey_desk::listing::MAX_PAGE;
use roomkey_desk::members;
use roomkey_desk::wire::list::ListOf;
use roomkey_desk::wire::member::MemberView;
use roomkey_storage::Member;
use serde_json::json;

use crate::invocation::{End, Invocation, OpenDesk, block_on};
use crate::output::{self, or_dash};
use crate::words::one_of;

/// What to do with members.
#[derive(Debug, Subcommand)]
pub(crate) enum MemberCommand {
    /// Makes a user a member of a room, or of a scene or an event of it; if the user is already a member, changes the role
    #[command(after_help = "Examples:\n  roomkey member add stage-1 ada --role publisher\n  \
        roomkey member add stage-1 bob --role publisher --event finale --sources microphone")]
    Add {
        /// Where, and who.
        #[command(flatten)]
        place: Place,
        /// The role in the room
        #[arg(long, value_parser = one_of(&Role::ALL, Role::as_str))]
        role: Role,
        /// The sources that may be published, separated by commas [default: all]
        #[arg(long, value_delimiter = ',', value_parser = one_of(&Source::ALL, Source::as_str))]
        sources: Option<Vec<Source>>,
    },
    /// Lists the members of a room
    List {
        /// The room
        room: RoomId,
    },
    /// Removes a member from a room, or from a scene or an event of it
    #[command(after_help = "Example:\n  roomkey member remove stage-1 bob --event finale")]
    Remove {
        /// Where, and who.
        #[command(flatten)]
        place: Place,
    },
}

/// Where somebody is a member.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The room
    room: RoomId,
    /// The user
    username: Username,
    /// Only for this scene
    #[arg(long)]
    scene: Option<SceneId>,
    /// Only for this event
    #[arg(long)]
    event: Option<EventId>,
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: MemberCommand) -> anyhow::Result<End> {
    let open = invocation.open()?;
    match command {
        MemberCommand::Add { place, role, sources } => {
            let Place { room, username, scene, event } = place;
            let set: Option<BTreeSet<Source>> =
                sources.map(|sources| sources.into_iter().collect());
            let sources = Sources::try_from(set).map_err(anyhow::Error::msg)?;
            let member = Membership { scene, event, role, sources };
            let (in_room, who, what) = (room.clone(), username.clone(), member.clone());
            let index = block_on(async {
                Ok(members::add(&open.desk.ground, &open.admin()?, in_room, who, what).await?)
            })?;
            let sources = match &member.sources {
                Sources::All => None,
                Sources::Only(set) => {
                    Some(set.iter().map(|source| source.as_str()).collect::<Vec<_>>())
                }
            };
            let value = json!({
                "roomId": room.as_str(),
                "username": username.as_str(),
                "sceneId": member.scene.as_ref().map(ToString::to_string),
                "eventId": member.event.as_ref().map(ToString::to_string),
                "role": role.as_str(),
                "sources": sources,
                "changed": index.is_some(),
                "index": index,
            });
            invocation.output.print(&value, || {
                let of = part(&member);
                match index {
                    Some(index) => {
                        format!("{username} is {} in {room}{of} (entry {index})", role.as_str())
                    }
                    None => format!(
                        "{username} is {} in {room}{of} already: nothing changed",
                        role.as_str()
                    ),
                }
            })?;
        }
        MemberCommand::List { room } => list(invocation, &open, &room)?,
        MemberCommand::Remove { place: Place { room, username, scene, event } } => {
            let (in_room, who) = (room.clone(), username.clone());
            let (in_scene, at_event) = (scene.clone(), event.clone());
            let remove = async {
                Ok(members::remove(
                    &open.desk.ground,
                    &open.admin()?,
                    in_room,
                    who,
                    in_scene,
                    at_event,
                )
                .await?)
            };
            let index = block_on(remove)?;
            let value = json!({
                "roomId": room.as_str(),
                "username": username.as_str(),
                "sceneId": scene.map(String::from),
                "eventId": event.map(String::from),
                "changed": true,
                "index": index,
            });
            invocation
                .output
                .print(&value, || format!("{username} is removed from {room} (entry {index})"))?;
        }
    }
    Ok(End::Done)
}

fn part(member: &Membership) -> String {
    let scene = member.scene.as_ref().map(|scene| format!(", scene {scene}"));
    let event = member.event.as_ref().map(|event| format!(", event {event}"));
    scene.into_iter().chain(event).collect()
}

fn list(invocation: &Invocation, open: &OpenDesk, room: &RoomId) -> anyhow::Result<()> {
    let members = block_on(async {
        let (admin, mut members, mut after) = (open.admin()?, Vec::new(), None);
        loop {
            let page =
                members::list(&open.desk.ground, &admin, room.clone(), after, MAX_PAGE).await?;
            after = page.data.last().map(|member: &Member| member.username.clone());
            members.extend(page.data);
            if !page.more {
                return Ok(members);
            }
        }
    })?;
    let mut table = output::table(&["user", "role", "scene", "event", "sources"]);
    for Member { username, subject: _, membership } in &members {
        table.add_row([
            username.to_string(),
            membership.role.as_str().to_owned(),
            or_dash(membership.scene.as_ref()),
            or_dash(membership.event.as_ref()),
            sources(&membership.sources),
        ]);
    }
    let views: Vec<_> = members.iter().map(MemberView::of).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "no members yet"))
}

fn sources(sources: &Sources) -> String {
    match sources {
        Sources::All => "all".to_owned(),
        Sources::Only(set) => {
            set.iter().map(|source| source.as_str()).collect::<Vec<_>>().join(", ")
        }
    }
}
