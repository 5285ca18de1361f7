//! `who`: who could enter a room at an entry, by the decision that the server takes.

use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use roomkey_audit::{Entry, State};
use roomkey_claims::{
    Authority, Decision, DeviceId, EventId, Expects, Facts, Membership, Reason, RoomId, SceneId,
    SubjectRef, Timestamp, Wish, decide,
};
use serde_json::json;

use crate::source::{Source, SourceArgs};

/// What `who` is asked.
#[derive(Debug, Args)]
pub(crate) struct WhoArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The room.
    room: RoomId,
    /// The state after this entry, and its time.
    #[arg(long, value_name = "INDEX")]
    at: u64,
    /// A scene of the room.
    #[arg(long)]
    scene: Option<SceneId>,
    /// An event of the room.
    #[arg(long)]
    event: Option<EventId>,
}

/// Who could enter, or could not.
struct Guest {
    subject: SubjectRef,
    /// The role where the user could enter, else why not.
    outcome: Result<String, Reason>,
    why: String,
}

/// Prints who could enter.
pub(crate) fn run(args: &WhoArgs, json: bool) -> anyhow::Result<ExitCode> {
    let source = Source::open(&args.source)?;
    let end = args.at.saturating_add(1);
    let mut at = None;
    let replay = source.fold(end, |_, index, bytes| {
        if index == args.at {
            at = Some(Entry::from_bytes(bytes)?.at);
        }
        Ok(())
    })?;
    let at = at.with_context(|| format!("there is no entry {}", args.at))?;
    let room = replay.state().find_room(&args.room);
    ensure!(room.is_some(), "room {} does not exist at entry {}", args.room, args.at);
    let guests = guests(replay.state(), args, at)?;
    let violations = replay.finish().violations_total;
    print(args, at, &guests, json);
    if violations != 0 && !json {
        println!("note: replay finds {violations} violations up to entry {}", args.at);
    }
    Ok(ExitCode::SUCCESS)
}

/// Everybody who could enter, and the members who could not.
fn guests(state: &State, args: &WhoArgs, at: Timestamp) -> anyhow::Result<Vec<Guest>> {
    let room = state.find_room(&args.room);
    let per_device = room.is_some_and(|room| room.settings().per_device);
    // Which device does not matter, only that there is one.
    let device: Option<DeviceId> = if per_device { Some("device".parse()?) } else { None };
    let mut guests = Vec::new();
    for (subject, _) in state.users() {
        let wish = Wish {
            room: args.room.clone(),
            scene: args.scene.clone(),
            event: args.event.clone(),
            device: device.clone(),
            seconds: None,
            kind: None,
            messaging: false,
            expects: Expects::NOTHING,
            renews: None,
        };
        let facts = state.facts(at, wish, Authority::Console, Some(subject));
        let member = best_membership(&facts);
        match decide(&facts) {
            Decision::Grant(grant) => {
                let (role, why) = (grant.role.as_str().to_owned(), why(member));
                guests.push(Guest { subject, outcome: Ok(role), why });
            }
            // The last check of all: the desk starts a meeting for the first who may enter.
            Decision::Deny(Reason::MeetingRequired) => {
                let role = member.map(|member| member.role.as_str());
                let role = role.or_else(|| open_role(&facts)).unwrap_or_default().to_owned();
                let why = format!("{}; a meeting starts with the first", why(member));
                guests.push(Guest { subject, outcome: Ok(role), why });
            }
            Decision::Deny(reason) => {
                let is_member =
                    room.is_some_and(|room| room.members().any(|(member, _)| member == subject));
                if is_member {
                    let other = || "a member of another scene or event".to_owned();
                    let why = member.map_or_else(other, |member| why(Some(member)));
                    guests.push(Guest { subject, outcome: Err(reason), why });
                }
            }
        }
    }
    Ok(guests)
}

/// The membership that the decision goes by.
pub(crate) fn best_membership(facts: &Facts) -> Option<&Membership> {
    let (scene, event) = (facts.wish.scene.as_ref(), facts.wish.event.as_ref());
    let fitting = facts.memberships.iter();
    let fitting = fitting.filter_map(|member| Some((member.fits(scene, event)?, member)));
    fitting.max_by_key(|(fit, _)| *fit).map(|(_, member)| member)
}

fn open_role(facts: &Facts) -> Option<&'static str> {
    match facts.room.as_ref()?.access {
        roomkey_claims::Access::Open(role) => Some(role.as_str()),
        roomkey_claims::Access::Restricted => None,
    }
}

fn why(member: Option<&Membership>) -> String {
    let Some(member) = member else { return "the room is open".to_owned() };
    let mut why = "member".to_owned();
    if let Some(scene) = &member.scene {
        why = format!("{why} for scene {scene}");
    }
    if let Some(event) = &member.event {
        why = format!("{why} for event {event}");
    }
    why
}

fn print(args: &WhoArgs, at: Timestamp, guests: &[Guest], json: bool) {
    if json {
        let guests: Vec<_> = guests
            .iter()
            .map(|guest| {
                json!({
                    "subject": guest.subject.to_string(),
                    "role": guest.outcome.as_ref().ok(),
                    "reason": guest.outcome.as_ref().err().map(|reason| reason.as_str()),
                    "why": guest.why,
                })
            })
            .collect();
        let report = json!({
            "room": args.room.as_str(), "index": args.at, "time": at.to_string(), "users": guests,
        });
        println!("{report}");
        return;
    }
    println!("room {} after entry {}, at {at}:", args.room, args.at);
    for guest in guests {
        if let Ok(role) = &guest.outcome {
            println!("  user {} could enter as {role}: {}", guest.subject, guest.why);
        }
    }
    for guest in guests {
        if let Err(reason) = &guest.outcome {
            println!("  user {} could not: {} ({})", guest.subject, reason.as_str(), guest.why);
        }
    }
    if !guests.iter().any(|guest| guest.outcome.is_ok()) {
        println!("  nobody could enter");
    }
}
