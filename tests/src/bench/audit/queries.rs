//! Queries of an auditor over HTTP, each filter by itself and some together, with values that change.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use roomkey_claims::{Clock, IdSource, SeededIds, SystemClock, Timestamp};

use super::{Amount, program};
use crate::bench::report::{Budget, Report, median, print};
use crate::client::Client;
use crate::desk::Desk;
use crate::seed::{Cast, address, event_name, room_name, scene_name, user_name};

/// What the budget names, in milliseconds.
const MOST: f64 = 20.0;

/// How often the queries are gone through.
const ROUNDS: usize = 3;

/// Before the measurement.
const WARM_UP: u64 = 5;

pub(super) fn measure(
    report: &mut Report,
    desk: Desk,
    cast: &Cast,
    amount: Amount,
) -> anyhow::Result<()> {
    let server = desk.serve()?;
    let auditor = server.login("auditor")?;
    let asker = Asker { client: &auditor, queries: amount.queries };
    let users = u64::try_from(cast.subjects.len())?;
    let values = Values { users, rooms: cast.rooms, span: cast.span };
    for (name, what, query) in single(values).into_iter().chain(together(values)) {
        let path = |number| format!("/v1/audit/events?limit=100&{}", query(number));
        let (times, rows) = asker.ask(path)?;
        let what = format!("{what} ({rows} rows)");
        report.latency(name, &what, times, Budget::AtMost(MOST));
    }
    let step = amount.entries / amount.queries;
    let proof = |number: u64| format!("/v1/audit/events/{}/proof", number * step);
    let (times, _) = asker.ask(proof)?;
    report.latency("proof", "proof of an entry", times, Budget::None);
    let tile = |number: u64| format!("/audit/log/tile/0/{:03}", number % 500);
    let (times, _) = asker.ask(tile)?;
    report.latency("tile", "tile of the tree", times, Budget::None);
    let stats = |group: &'static str| {
        move |number: u64| {
            let (since, until) = day(cast.span, number);
            format!("/v1/audit/stats?by=hour&group={group}&since={since}&until={until}")
        }
    };
    let few = Asker { client: &auditor, queries: amount.queries / 5 };
    for (name, what, group) in [
        ("statsOutcome", "stats of a day by hour and outcome", "outcome"),
        ("statsProvider", "stats of a day by hour and provider", "provider"),
        ("statsRoom", "stats of a day by hour and room", "room"),
    ] {
        match few.ask(stats(group)) {
            Ok((times, _)) => report.latency(name, what, times, Budget::None),
            Err(error) => print(&format!("  {what}: {error:#}")),
        }
    }
    let status = format!("/proc/{}/status", server.process_id());
    let resident = program::resident(&status).context("the memory of the desk")?;
    let what = "memory of the desk after all this (with argon2's)";
    report.figure("deskMebibytes", what, resident, "MiB", Budget::None);
    Ok(())
}

/// The name of a figure, what it is, and the query of each turn.
type Filter = (&'static str, &'static str, Box<dyn Fn(u64) -> String>);

/// Values of conditions that change from turn to turn.
#[derive(Clone, Copy)]
struct Values {
    users: u64,
    rooms: u64,
    /// How much time the log tells of.
    span: Duration,
}

impl Values {
    fn user(self, turn: u64) -> String {
        format!("user={}", user_name(turn * 7 % self.users))
    }

    /// A user and the room where it is most often.
    fn user_at_home(self, turn: u64) -> String {
        let room = room_name(turn * 7 % self.users % self.rooms);
        format!("{}&room={room}", self.user(turn))
    }

    fn room(self, turn: u64) -> String {
        format!("room={}", room_name(turn % self.rooms))
    }

    fn address(self, turn: u64) -> String {
        format!("address={}", address(turn * 50 % self.users))
    }

    fn day(self, turn: u64) -> String {
        let (since, until) = day(self.span, turn);
        format!("since={since}&until={until}")
    }
}

fn scene(turn: u64) -> String {
    format!("scene={}", scene_name(turn % 5))
}

fn event(turn: u64) -> String {
    format!("event={}", event_name(turn % 9))
}

/// Each condition by itself.
fn single(values: Values) -> Vec<Filter> {
    let fixed = |query: &'static str| Box::new(move |_| query.to_owned());
    let busiest = format!("user={}", user_name(0));
    let nobody = |turn| format!("user={}", SeededIds::new(turn).uuid_v4());
    vec![
        ("all", "no filter, newest", fixed("")),
        ("oldest", "no filter, oldest", fixed("order=asc")),
        ("busiest", "user with most entries", Box::new(move |_| busiest.clone())),
        ("user", "user, each another", Box::new(move |turn| values.user(turn))),
        ("nobody", "user without entries", Box::new(nobody)),
        ("room", "room", Box::new(move |turn| values.room(turn))),
        ("scene", "scene", Box::new(scene)),
        ("event", "event", Box::new(event)),
        ("provider", "provider", fixed("provider=agora")),
        ("denied", "outcome", fixed("outcome=denied")),
        ("reason", "reason", fixed("reason=not_a_member")),
        ("rareReason", "rare reason", fixed("reason=other_provider")),
        ("kind", "kind", fixed("kind=session.started")),
        ("rareKind", "rare kind", fixed("kind=policy.set")),
        ("address", "address", Box::new(move |turn| values.address(turn))),
        ("time", "time, a day", Box::new(move |turn| values.day(turn))),
    ]
}

/// Conditions together.
fn together(values: Values) -> Vec<Filter> {
    let both = |one: fn(Values, u64) -> String, other: fn(Values, u64) -> String| {
        Box::new(move |turn| format!("{}&{}", one(values, turn), other(values, turn)))
    };
    let (user, room, day) = (Values::user, Values::room, Values::day);
    let denied = |_: Values, _| "outcome=denied".to_owned();
    let opentok = |_: Values, _| "provider=opentok".to_owned();
    let over = |_: Values, _| "reason=outside_window".to_owned();
    let meetings = |_: Values, _| "kind=meeting.started".to_owned();
    let (at_scene, at_event) = (|_: Values, turn| scene(turn), |_: Values, turn| event(turn));
    let many = move |turn| {
        let (home, scene, event) = (values.user_at_home(turn), scene(turn), event(turn));
        format!("{home}&{scene}&{event}&outcome=issued&{}", values.day(turn))
    };
    vec![
        ("userRoom", "user and room", Box::new(move |turn| values.user_at_home(turn))),
        ("userOutcome", "user and outcome", both(user, denied)),
        ("userEvent", "user and event", both(user, at_event)),
        ("userTime", "user and time", both(user, day)),
        ("roomReason", "room and reason", both(room, over)),
        ("roomScene", "room and scene", both(room, at_scene)),
        ("roomEvent", "room and event", both(room, at_event)),
        ("sceneEvent", "scene and event", both(at_scene, at_event)),
        ("providerOutcome", "provider and outcome", both(opentok, denied)),
        ("kindTime", "kind and time", both(meetings, day)),
        ("addressTime", "address and time", both(Values::address, day)),
        ("many", "user, room, scene, event, outcome, time", Box::new(many)),
    ]
}

/// A day of the log, in the middle or near it.
fn day(span: Duration, turn: u64) -> (Timestamp, Timestamp) {
    let second = |at: Timestamp| Timestamp::from_seconds(at.as_seconds());
    let until = SystemClock.now().minus(span / 2).plus(Duration::from_mins(turn % 600));
    (second(until.minus(Duration::from_hours(24))), second(until))
}

/// Who asks, and how often.
struct Asker<'a> {
    client: &'a Client,
    queries: u64,
}

impl Asker<'_> {
    /// Asks again and again; median and 99th percentile in milliseconds, each the median of its rounds, and the most
    /// entries of an answer.
    fn ask(&self, path: impl Fn(u64) -> String) -> anyhow::Result<((f64, f64), usize)> {
        for turn in 0..WARM_UP {
            self.one(&path(turn))?;
        }
        let (mut middle, mut slow, mut rows) = (Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let mut times = Vec::new();
            for turn in 0..self.queries {
                let (took, found) = self.one(&path(turn))?;
                times.push(took);
                rows = rows.max(found);
            }
            times.sort_by(f64::total_cmp);
            middle.push(percentile(&times, 50));
            slow.push(percentile(&times, 99));
        }
        Ok(((median(middle), median(slow)), rows))
    }

    /// How long one answer took, and its entries.
    fn one(&self, path: &str) -> anyhow::Result<(f64, usize)> {
        let start = Instant::now();
        let answer = self.client.get(path)?;
        let took = start.elapsed().as_secs_f64() * 1e3;
        if answer.status != 200 {
            bail!("GET {path}: {} {}", answer.status, answer.text());
        }
        let body = answer.json().unwrap_or_default();
        Ok((took, body["data"].as_array().map_or(0, Vec::len)))
    }
}

/// The smallest of the sorted figures that so many in a hundred do not exceed.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}
