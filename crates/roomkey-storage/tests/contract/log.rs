//! The log: found by its columns, never changed.

use roomkey_audit::{Event, Filter, Kind, Outcome, Projection};
use roomkey_claims::*;
use roomkey_storage::{Order, Page, Store, StoreError, Stored};

use crate::database::{Database, console, publisher, room, user};
use crate::on_both;
use crate::tickets::{check_log, rule, ticket};

fn page(
    store: &Store,
    filter: Filter,
    order: Order,
    after: Option<u64>,
    limit: u16,
) -> Vec<Stored> {
    store
        .read::<_, StoreError>(|reader| reader.page(&Page { filter, order, after, limit }))
        .unwrap()
}

fn every_filter_finds_what_the_oracle_finds(database: &Database) {
    let (store, subject) = database.desk();
    let bob = SubjectRef::new(SystemIds.uuid_v4());
    let written = store.write(console(), move |writer| {
        writer.add_user(user("bob", bob))?;
        writer.add_room(&room("stage-2"))?;
        let member = Membership { scene: Some("s".parse().unwrap()), ..publisher() };
        writer.put_member(&"stage-2".parse().unwrap(), &"bob".parse().unwrap(), &member)
    });
    written.unwrap().wait().unwrap();
    for (subject, room, scene) in [
        (subject, "stage-1", None),
        (subject, "stage-2", None),
        (bob, "stage-2", Some("s")),
        (bob, "gone", None),
    ] {
        database.clock.advance(std::time::Duration::from_secs(1));
        let mut ticket = ticket(subject, room);
        ticket.wish.scene = scene.map(|scene: &str| scene.parse().unwrap());
        store.issue(ticket, rule).unwrap().wait().unwrap();
    }
    let entries = check_log(&store);
    let filters = [
        Filter::ALL,
        Filter { subject: Some(bob), ..Filter::ALL },
        Filter { room: Some("stage-2".parse().unwrap()), ..Filter::ALL },
        Filter { scene: Some("s".parse().unwrap()), ..Filter::ALL },
        Filter { provider: Some("livekit".parse().unwrap()), ..Filter::ALL },
        Filter { outcome: Some(Outcome::Issued), ..Filter::ALL },
        Filter { outcome: Some(Outcome::Denied), subject: Some(bob), ..Filter::ALL },
        Filter { reason: Some(Reason::NotAMember), ..Filter::ALL },
        Filter { kind: Kind::parse("room.added"), ..Filter::ALL },
        Filter {
            since: Some(crate::database::NOW.plus(std::time::Duration::from_secs(2))),
            ..Filter::ALL
        },
        Filter {
            until: Some(crate::database::NOW.plus(std::time::Duration::from_secs(2))),
            ..Filter::ALL
        },
        Filter { since: Some(Timestamp::from_seconds(1_900_000_000)), ..Filter::ALL },
    ];
    for filter in filters {
        let expected: Vec<u64> = entries
            .iter()
            .filter(|stored| {
                let entry = stored.entry().unwrap();
                filter.matches(entry.t, &Projection::of(&entry))
            })
            .map(|stored| stored.index)
            .collect();
        let found: Vec<u64> = page(&store, filter.clone(), Order::Ascending, None, 100)
            .iter()
            .map(|stored| stored.index)
            .collect();
        assert_eq!(found, expected, "{filter:?}");
        let mut backwards = Vec::new();
        while let [stored] =
            page(&store, filter.clone(), Order::Descending, backwards.last().copied(), 1).as_slice()
        {
            backwards.push(stored.index);
        }
        backwards.reverse();
        assert_eq!(backwards, expected, "{filter:?}");
    }
}

fn labels_of_time_never_go_back(database: &Database) {
    let (store, subject) = database.desk();
    database.clock.set(crate::database::NOW.minus(std::time::Duration::from_hours(1)));
    store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
    let entry = check_log(&store)[4].entry().unwrap();
    assert_eq!(entry.t, crate::database::NOW);
    assert!(entry.at < entry.t);
}

fn entries_refuse_to_be_changed(database: &Database) {
    let (store, _) = database.desk();
    for sql in [
        "UPDATE entries SET kind = 'x'",
        "DELETE FROM entries WHERE idx = 3",
        "DELETE FROM entries",
    ] {
        let error = database.tamper(sql).unwrap_err();
        assert!(error.contains("never changed") || error.contains("pruned minimum"), "{error}");
    }
    assert_eq!(check_log(&store).len(), 4);
    database.tamper("UPDATE head SET minimum = 1; DELETE FROM entries WHERE idx = 0;").unwrap();
}

fn a_policy_is_recorded_once(database: &Database) {
    let (store, _) = database.desk();
    let set = |max: u32| {
        let mut policy = crate::database::policy();
        policy.lifetime.max = max;
        store
            .write(console(), move |writer| writer.set_policy(&policy, "roomkey test"))
            .unwrap()
            .wait()
            .unwrap()
    };
    assert_eq!((set(3600), set(3600), set(1800), set(1800)), (0, 0, 4, 4));
    let current = store.read::<_, StoreError>(|reader| reader.policy()).unwrap().unwrap();
    assert_eq!((current.index, current.policy.lifetime.max), (4, 1800));
    let entries = check_log(&store);
    assert!(matches!(entries[4].entry().unwrap().event, Event::PolicySet { schema: 1, .. }));
}

on_both!(
    every_filter_finds_what_the_oracle_finds,
    labels_of_time_never_go_back,
    entries_refuse_to_be_changed,
    a_policy_is_recorded_once,
);
