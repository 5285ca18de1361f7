//! Keys that somebody with the database wrote into the log without asking `decide`: the tree is right, and replay names
//! each with its reason.

mod forged;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use roomkey_audit::{Entry, Event, Issued, Projection, replay};
use roomkey_claims::{
    Clock, DeskRole, EntryId, IdSource, IssuanceId, Reason, SystemClock, SystemIds, Uid,
};
use roomkey_tests::scene;
use roomkey_tests::{Desk, Kind, Log, Outsider};
use serde_json::json;

use crate::databases::execute;
use crate::tamper::hands::{bytes, next_index};
use crate::vendors::{agora, profile, room};
use forged::{FORGED, Forge, People, SPECIAL};

on_both! {
    a_key_without_any_policy_is_named,
    replay_names_every_key_that_was_due_to_nobody,
}

/// Rooms in which nobody may get a key, for one reason or another.
fn rooms(desk: &Desk) -> anyhow::Result<()> {
    for room in ["stage-2", "closed-1"] {
        desk.run(&["room", "add", room, "--provider", "stage"])?;
    }
    desk.run(&["room", "close", "closed-1"])?;
    let open = ["--provider", "stage", "--open", "--role", "publisher"];
    desk.run(&[&["room", "add", "evening", "--event-required"][..], &open].concat())?;
    desk.run(&[&["room", "add", "devices", "--per-device"][..], &open].concat())?;
    desk.run(&["event", "set", "stage-1", "over", "--until", "2020-01-01T00:00:00Z"])?;
    agora(desk)?;
    room(desk, "seats-2", "seats", &["--per-device"])?;
    desk.write_private("opentok.secret", "0123456789abcdef0123456789abcdef01234567")?;
    let file = ("secret_file", "\"opentok.secret\"");
    profile(desk, "call", &[("kind", "\"opentok\""), ("key", "\"47000001\""), file])?;
    room(desk, "call-1", "call", &[])?;
    let livekit = [("kind", "\"livekit\""), ("url", "\"wss://rtc.example.org\"")];
    let key = |state| {
        format!("[{{ id = \"APIother\", secret_file = \"livekit.secret\", state = \"{state}\" }}]")
    };
    for (name, state) in [("idle", "retired"), ("gone", "active")] {
        let keys = key(state);
        profile(desk, name, &[livekit[0], livekit[1], ("keys", &keys)])?;
        room(desk, &format!("{name}-1"), name, &[])?;
    }
    // No policy ever knows it.
    ["kind", "url", "keys"].iter().try_for_each(|key| desk.unset("providers.gone", key))
}

/// Keys that were rightly issued: of `ada` and `root`, all that `ada` may have in a room with numbers, and one that
/// somebody at the command line asked for.
fn keys(desk: Desk) -> anyhow::Result<Desk> {
    let server = desk.serve()?;
    let ada = server.user("ada")?;
    ada.key("stage-1")?.is(200)?;
    server.admin()?.key("lobby")?.is(200)?;
    for device in 1..=Uid::PER_USER {
        let asked = json!({ "roomId": "seats-2", "deviceId": format!("device-{device}") });
        ada.post("/agora/token", &asked)?.is(200)?;
    }
    let desk = server.stop()?;
    desk.run(&["token", "issue", "--room", "stage-1", "--user", "ada"])?;
    Ok(desk)
}

/// An entry of this moment, made from one that was rightly written.
fn forged(model: &Entry, people: &People, forge: Forge) -> anyhow::Result<Entry> {
    let mut entry = model.clone();
    let Event::TokenIssued(mut issued) = entry.event.clone() else { bail!("wanted a key") };
    (entry.t, entry.at) = (SystemClock.now(), SystemClock.now());
    entry.id = EntryId::new(SystemIds.uuid_v7(entry.at));
    issued.issuance = IssuanceId::new(SystemIds.uuid_v7(entry.at));
    issued.idle_at = issued.idle_at.map(|_| entry.at.plus(Duration::from_hours(1)));
    forge(&mut entry, &mut issued, people);
    entry.event = Event::TokenIssued(issued);
    Ok(entry)
}

#[test]
fn every_reason_that_an_issuance_can_show_is_forged() {
    let forged = FORGED.iter().map(|(reason, _)| *reason).chain(SPECIAL);
    let all: BTreeSet<Reason> = Reason::ALL.into_iter().collect();
    assert_eq!(forged.clone().count(), all.len());
    assert_eq!(forged.collect::<BTreeSet<_>>(), all);
}

fn a_key_without_any_policy_is_named(kind: Kind) -> anyhow::Result<()> {
    let desk = scene::desk(kind)?;
    let bare = scene::desk(kind)?;
    let server = desk.serve()?;
    server.user("ada")?.key("stage-1")?.is(200)?;
    // Everybody on a scene is the same.
    let model = issued(&read(&Log::export(&server)?)?).next().map(|(entry, _)| entry.clone());
    let model = model.context("a key")?;
    let Event::TokenIssued(mut issued) = model.event.clone() else { bail!("wanted a key") };
    let mut entry = Entry { t: SystemClock.now(), ..model };
    forged::console(&mut entry, &mut issued);
    entry.event = Event::TokenIssued(issued);
    let index = append(&bare, &entry)?;
    let lines = Log::export(&bare)?;
    let report = replay(lines.lines().iter().map(|line| (line.index, line.bytes.as_slice())));
    let said: Vec<String> = report.violations.iter().map(ToString::to_string).collect();
    let [said] = said.as_slice() else { bail!("{said:?}") };
    ensure!(said.starts_with(&format!("entry {index} ")), "{said}");
    ensure!(said.ends_with("should have been denied: no_policy"), "{said}");
    Ok(())
}

fn replay_names_every_key_that_was_due_to_nobody(kind: Kind) -> anyhow::Result<()> {
    let desk = scene::desk(kind)?;
    desk.set("audit", "open", "true")?;
    rooms(&desk)?;
    desk.run(&["user", "disable", "bob"])?;
    for (name, rooms, scopes) in [("calls", "*", "meetings"), ("elsewhere", "other-*", "issue")] {
        desk.run(&["backend", "add", name, "--rooms", rooms, "--scopes", scopes])?;
    }
    let desk = keys(desk)?;
    let log = Log::export(&desk)?;
    log.check()?;
    let (people, model) = known(&read(&log)?)?;
    let mut wanted = BTreeMap::new();
    for (reason, forge) in FORGED {
        wanted.insert(append(&desk, &forged(&model, &people, forge)?)?, reason);
    }
    // The desk cannot know better: leaf, head and order are right, and so it signs.
    let server = desk.serve()?;
    let outsider = Outsider::new(&server, server.anonymous())?;
    server.user("ada")?.key("stage-1")?.is(200)?;
    let last = *wanted.keys().last().context("a forged key")?;
    let head = outsider.checkpoint_over(last)?.head();
    let entries = outsider.verify(&head)?;
    let report = replay((0..).zip(entries.iter().map(Vec::as_slice)));
    for (index, reason) in &wanted {
        let (entry, reason) = (format!("entry {index} "), reason.as_str());
        let named = report.violations.iter().map(ToString::to_string);
        let said = named.filter(|said| said.starts_with(&entry)).collect::<Vec<_>>();
        let due = format!("should have been denied: {reason}");
        ensure!(said.iter().any(|said| said.ends_with(&due)), "{reason}: {said:?}");
    }
    // Nothing else is wrong with the log.
    for violation in &report.violations {
        let said = violation.to_string();
        let index = said.split(' ').nth(1).and_then(|index| index.parse().ok());
        ensure!(index.is_some_and(|index| wanted.contains_key(&index)), "{said}");
    }
    Ok(())
}

fn read(log: &Log) -> anyhow::Result<Vec<Entry>> {
    log.lines().iter().map(|line| Ok(Entry::from_bytes(&line.bytes)?)).collect()
}

fn issued(entries: &[Entry]) -> impl Iterator<Item = (&Entry, &Issued)> {
    entries.iter().filter_map(|entry| match &entry.event {
        Event::TokenIssued(issued) => Some((entry, issued.as_ref())),
        _ => None,
    })
}

/// Who is who, and a key of `ada` as it was rightly recorded.
fn known(entries: &[Entry]) -> anyhow::Result<(People, Entry)> {
    let of_role = |wanted: DeskRole| {
        entries.iter().find_map(|entry| match entry.event {
            Event::UserAdded { subject, role } if role == wanted => Some(subject),
            _ => None,
        })
    };
    let disabled = entries.iter().find_map(|entry| match entry.event {
        Event::UserDisabled { subject } => Some(subject),
        _ => None,
    });
    let issued: Vec<(&Entry, &Issued)> = issued(entries).collect();
    let [(model, _), (_, other), .., (_, of_console)] = issued[..] else { bail!("wanted keys") };
    let backends = entries.iter().filter_map(|entry| match &entry.event {
        Event::BackendAdded { backend, .. } => Some(backend.clone()),
        _ => None,
    });
    let backends = backends.collect::<Vec<_>>().try_into();
    let people = People {
        auditor: of_role(DeskRole::Auditor).context("audrey")?,
        admin: of_role(DeskRole::Admin).context("root")?,
        disabled: disabled.context("bob")?,
        other: other.issuance,
        of_console: (of_console.issuance, of_console.exp),
        backends: backends.ok().context("two backends")?,
    };
    Ok((people, model.clone()))
}

/// Appends an entry past the desk, as the desk would: with its leaf, its projection and the head.
fn append(desk: &Desk, entry: &Entry) -> anyhow::Result<u64> {
    let (index, body, found) = (next_index(desk)?, entry.to_bytes()?, Projection::of(entry));
    let text = |value: Option<String>| value.map_or("NULL".to_owned(), |text| format!("'{text}'"));
    let uuid = |value: Option<&[u8]>| value.map_or("NULL".to_owned(), |id| bytes(desk, id));
    let values = [
        index.to_string(),
        bytes(desk, entry.id.as_uuid().as_bytes()),
        entry.t.as_micros().to_string(),
        uuid(
            found.subject.map(|subject| subject.as_uuid().into_bytes()).as_ref().map(|id| &id[..]),
        ),
        text(found.room.as_ref().map(|room| room.as_str().to_owned())),
        text(found.event.as_ref().map(|event| event.as_str().to_owned())),
        uuid(found.issuance.map(|id| id.as_uuid().into_bytes()).as_ref().map(|id| &id[..])),
        uuid(found.fingerprint.map(|fp| *fp.as_bytes()).as_ref().map(|fp| &fp[..])),
        text(Some(found.class().as_str().to_owned())),
        bytes(desk, body.leaf().as_bytes()),
        bytes(desk, body.as_slice()),
    ];
    execute(
        desk,
        &format!(
            "INSERT INTO entries (idx, entry_id, t, subject, room, event, issuance, fingerprint, class, leaf, body) \
             VALUES ({}); UPDATE head SET next_index = {}, last_t = {}",
            values.join(", "),
            index + 1,
            entry.t.as_micros()
        ),
    )?;
    Ok(index)
}
