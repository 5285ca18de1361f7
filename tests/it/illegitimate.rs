//! Keys that somebody with the database wrote into the log without asking `decide`: the tree is right, and replay names
//! each with its reason.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use roomkey_audit::{Actor, Entry, Event, Issued, Projection, replay};
use roomkey_claims::{
    BackendRef, Clock, DeskRole, EntryId, IdSource, IssuanceId, Reason, SubjectRef, SystemClock,
    SystemIds,
};
use roomkey_tests::scene::on_each_desk;
use roomkey_tests::{Desk, Log, Outsider};

use crate::databases::execute;
use crate::tamper::hands::{bytes, next_index};

/// What a forger changes of an entry that was rightly written.
type Forge = fn(&mut Entry, &mut Issued, &People);

/// Who is who in the log.
struct People {
    auditor: SubjectRef,
    admin: SubjectRef,
    disabled: SubjectRef,
    /// A key of the admin.
    other: IssuanceId,
}

const FORGED: [(Reason, Forge); 17] = [
    (Reason::NotAMember, |_, issued, _| {
        issued.room = "stage-2".parse().unwrap();
    }),
    (Reason::RoomUnknown, |_, issued, _| {
        issued.room = "nowhere".parse().unwrap();
    }),
    (Reason::RoomClosed, |_, issued, _| {
        issued.room = "closed-1".parse().unwrap();
    }),
    (Reason::EventRequired, |_, issued, _| {
        issued.room = "evening".parse().unwrap();
    }),
    (Reason::SubjectUnknown, |entry, issued, _| {
        console(entry, issued);
        issued.subject = "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77".parse().unwrap();
    }),
    (Reason::SubjectDisabled, |entry, issued, people| {
        console(entry, issued);
        issued.subject = people.disabled;
    }),
    (Reason::DeskRole, |entry, issued, people| {
        console(entry, issued);
        issued.subject = people.auditor;
    }),
    (Reason::SubjectOther, |_, issued, people| {
        issued.subject = people.admin;
    }),
    (Reason::SessionEnded, |entry, issued, _| {
        let session = "0123456789abcdef0123456789abcdef".parse().unwrap();
        entry.by = Actor::Session { session, subject: issued.subject };
    }),
    (Reason::SessionExpired, |entry, issued, _| {
        entry.at = entry.at.plus(Duration::from_hours(24 * 365));
        issued.idle_at = Some(entry.at.plus(Duration::from_hours(1)));
    }),
    (Reason::SessionIdle, |entry, issued, _| {
        issued.idle_at = Some(entry.at);
    }),
    (Reason::BackendRevoked, |entry, issued, _| {
        issued.idle_at = None;
        let backend: BackendRef = "1001".parse().unwrap();
        entry.by = Actor::Backend { backend };
    }),
    (Reason::LifetimeOutOfBounds, |_, issued, _| {
        issued.asked = Some(1);
    }),
    (Reason::RenewsUnknown, |entry, issued, _| {
        issued.renews = Some(IssuanceId::new(SystemIds.uuid_v7(entry.at)));
    }),
    (Reason::RenewsOther, |_, issued, people| {
        issued.renews = Some(people.other);
    }),
    (Reason::DeviceRequired, |_, issued, _| {
        issued.room = "devices".parse().unwrap();
    }),
    (Reason::OutsideWindow, |_, issued, _| {
        issued.room = "stage-1".parse().unwrap();
        issued.event = Some("over".parse().unwrap());
    }),
];

fn console(entry: &mut Entry, issued: &mut Issued) {
    (entry.by, issued.idle_at) = (Actor::Console { uid: 0 }, None);
}

#[test]
fn replay_names_every_key_that_was_due_to_nobody() -> anyhow::Result<()> {
    on_each_desk(|desk| {
        desk.set("audit", "open", "true")?;
        for room in ["stage-2", "closed-1"] {
            desk.run(&["room", "add", room, "--provider", "stage"])?;
        }
        desk.run(&["room", "close", "closed-1"])?;
        let open = ["--provider", "stage", "--open", "--role", "publisher"];
        desk.run(&[&["room", "add", "evening", "--event-required"][..], &open].concat())?;
        desk.run(&[&["room", "add", "devices", "--per-device"][..], &open].concat())?;
        desk.run(&["event", "set", "stage-1", "over", "--until", "2020-01-01T00:00:00Z"])?;
        desk.run(&["user", "disable", "bob"])?;
        let server = desk.serve()?;
        server.user("ada")?.key("stage-1")?.is(200)?;
        server.admin()?.key("lobby")?.is(200)?;
        let desk = server.stop()?;
        let log = Log::export(&desk)?;
        log.check()?;
        let (people, model) = read(&log)?;
        let mut wanted = BTreeMap::new();
        for (reason, forge) in FORGED {
            let mut entry = model.clone();
            let Event::TokenIssued(mut issued) = entry.event.clone() else { continue };
            (entry.t, entry.at) = (SystemClock.now(), SystemClock.now());
            entry.id = EntryId::new(SystemIds.uuid_v7(entry.at));
            issued.issuance = IssuanceId::new(SystemIds.uuid_v7(entry.at));
            issued.idle_at = issued.idle_at.map(|_| entry.at.plus(Duration::from_hours(1)));
            forge(&mut entry, &mut issued, &people);
            entry.event = Event::TokenIssued(issued);
            wanted.insert(append(&desk, &entry)?, reason);
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
    })
}

/// Who is who, and a key of `ada` as it was rightly recorded.
fn read(log: &Log) -> anyhow::Result<(People, Entry)> {
    let entries = log.lines().iter().map(|line| Ok(Entry::from_bytes(&line.bytes)?));
    let entries = entries.collect::<anyhow::Result<Vec<Entry>>>()?;
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
    let issued: Vec<(&Entry, &Issued)> = entries
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::TokenIssued(issued) => Some((entry, issued.as_ref())),
            _ => None,
        })
        .collect();
    let [(model, _), (_, other)] = issued[..] else { anyhow::bail!("wanted two keys") };
    let people = People {
        auditor: of_role(DeskRole::Auditor).context("audrey")?,
        admin: of_role(DeskRole::Admin).context("root")?,
        disabled: disabled.context("bob")?,
        other: other.issuance,
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
        text(Some(found.kind.as_str().to_owned())),
        text(found.outcome.map(|outcome| outcome.as_str().to_owned())),
        uuid(
            found.subject.map(|subject| subject.as_uuid().into_bytes()).as_ref().map(|id| &id[..]),
        ),
        text(found.room.as_ref().map(|room| room.as_str().to_owned())),
        text(found.event.as_ref().map(|event| event.as_str().to_owned())),
        text(found.provider.as_ref().map(|provider| provider.as_str().to_owned())),
        uuid(found.issuance.map(|id| id.as_uuid().into_bytes()).as_ref().map(|id| &id[..])),
        uuid(found.fingerprint.map(|fp| *fp.as_bytes()).as_ref().map(|fp| &fp[..])),
        text(Some(found.class().as_str().to_owned())),
        bytes(desk, body.leaf().as_bytes()),
        bytes(desk, body.as_slice()),
    ];
    execute(
        desk,
        &format!(
            "INSERT INTO entries (idx, entry_id, t, kind, outcome, subject, room, event, provider, issuance, \
             fingerprint, class, leaf, body) VALUES ({}); UPDATE head SET next_index = {}, last_t = {}",
            values.join(", "),
            index + 1,
            entry.t.as_micros()
        ),
    )?;
    Ok(index)
}
