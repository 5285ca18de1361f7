//! The log: found by its columns, never changed.

use roomkey_audit::{Actor, Event, Filter, Kind, Outcome, Projection};
use roomkey_claims::*;
use roomkey_storage::{Context, Count, Counting, Grouping, Order, Page, Store, StoreError, Stored};

use crate::database::{Database, console, publisher, room, user};
use crate::on_each;
use crate::tickets::{check_log, rule, ticket};

fn page(
    store: &Store,
    filter: Filter,
    order: Order,
    after: Option<u64>,
    limit: u16,
) -> Vec<Stored> {
    store
        .read::<_, StoreError>(|reader| {
            reader.page(&Page { filter, order, after, below: None, limit })
        })
        .unwrap()
        .entries
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
    for prefix in ["192.0.2.0/24", "2001:db8:1::/48"] {
        let by = Actor::Address { prefix: prefix.to_owned() };
        let failed = Event::LoginFailed { minute: crate::database::NOW, count: 3 };
        let context = Context { by, req: None };
        store.write(context, move |writer| Ok(writer.record(failed)?)).unwrap().wait().unwrap();
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
        Filter { kind: Some(Kind::RoomAdded), ..Filter::ALL },
        Filter { address: Some("192.0.2.0/24".parse().unwrap()), ..Filter::ALL },
        Filter { address: Some("198.51.100.0/24".parse().unwrap()), ..Filter::ALL },
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
    let pairs = filters.iter().flat_map(|one| filters.iter().map(move |other| both(one, other)));
    for filter in pairs {
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

fn a_page_says_where_to_go_on_and_below_what_it_is_settled(database: &Database) {
    let (store, _) = database.desk();
    let page = |order, after, below, limit| {
        let page = Page { filter: Filter::ALL, order, after, below, limit };
        let found = store.read::<_, StoreError>(|reader| reader.page(&page)).unwrap();
        let indexes: Vec<u64> = found.entries.iter().map(|stored| stored.index).collect();
        (indexes, found.next, found.settled_below)
    };
    assert_eq!(page(Order::Descending, None, None, 2), (vec![3, 2], Some(2), None));
    assert_eq!(page(Order::Descending, Some(2), None, 2), (vec![1, 0], None, Some(2)));
    assert_eq!(page(Order::Descending, None, Some(3), 9), (vec![2, 1, 0], None, Some(3)));
    assert_eq!(page(Order::Ascending, None, None, 2), (vec![0, 1], Some(1), Some(2)));
    assert_eq!(page(Order::Ascending, Some(1), None, 2), (vec![2, 3], None, None));
    assert_eq!(page(Order::Ascending, Some(1), Some(3), 2), (vec![2], None, Some(3)));
    assert_eq!(page(Order::Ascending, None, Some(0), 2), (vec![], None, Some(0)));
}

/// Conditions that both fit many entries, alternating, and none together: the work of a page is bounded, and the run
/// ends with exactly what there is.
fn what_two_conditions_rarely_have_in_common_is_found_in_bounded_steps(database: &Database) {
    let (store, subject) = database.desk();
    store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
    drop(store);
    // Rows of a log of 60 000 entries, of which only columns matter here.
    let row = |scene: &str, address: &str, step: &str| {
        let (random, quote) = match &database.location {
            roomkey_storage::Location::Sqlite(_) => ("randomblob(16)", "zeroblob(32)"),
            roomkey_storage::Location::Postgres(_) => {
                ("gen_random_uuid()::text::bytea", "decode(repeat('00', 32), 'hex')")
            }
        };
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 5 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) \
             INSERT INTO entries (idx, entry_id, t, scene, address, class, leaf, body) \
             SELECT i, {random}, 1800000000000000 + i, {scene}, {address}, 'token.issued/livekit/', \
             {quote}, {quote} FROM n WHERE {step};"
        )
    };
    database.tamper(&row("'s'", "NULL", "i % 2 = 0")).unwrap();
    database.tamper(&row("NULL", "'192.0.2.0/24'", "i % 2 = 1 AND i <> 30001")).unwrap();
    database.tamper(&row("'s'", "'192.0.2.0/24'", "i = 30001")).unwrap();
    database.tamper("UPDATE head SET next_index = 60001").unwrap();
    let store = database.open();
    let filter = Filter {
        scene: Some("s".parse().unwrap()),
        address: Some("192.0.2.0/24".parse().unwrap()),
        ..Filter::ALL
    };
    let indexes = |order| {
        let (mut after, mut found, mut steps) = (None, Vec::new(), 0);
        loop {
            let page = Page { filter: filter.clone(), order, after, below: None, limit: 100 };
            let met = store
                .read::<_, StoreError>(|reader| reader.page(&page))
                .map(|found| {
                    (
                        found.entries.iter().map(|stored| stored.index).collect::<Vec<_>>(),
                        found.next,
                    )
                })
                .unwrap();
            found.extend(met.0);
            steps += 1;
            let Some(next) = met.1 else { return (found, steps) };
            after = Some(next);
        }
    };
    for order in [Order::Ascending, Order::Descending] {
        let (found, steps) = indexes(order);
        assert_eq!(found, [30_001]);
        assert!((2..30).contains(&steps), "{steps}");
    }
    let counting = Counting {
        filter: filter.clone(),
        limits: vec![Timestamp::from_seconds(0), Timestamp::from_seconds(4_000_000_000)],
        group: Grouping::Provider,
        within: crate::database::WAIT,
    };
    let counts = store.read::<_, StoreError>(|reader| reader.count(&counting)).unwrap().unwrap();
    assert_eq!(counts, [Count { bucket: 0, group: Some("livekit".to_owned()), entries: 1 }]);
}

fn counts_by_bucket_and_group_are_those_of_the_oracle(database: &Database) {
    let (store, subject) = database.desk();
    for room in ["stage-1", "gone", "stage-1", "gone", "gone"] {
        database.clock.advance(std::time::Duration::from_mins(25));
        store.issue(ticket(subject, room), rule).unwrap().wait().unwrap();
    }
    let entries = check_log(&store);
    let hour = std::time::Duration::from_hours(1);
    let limits: Vec<Timestamp> = (0..4)
        .scan(crate::database::NOW, |at, _| {
            let now = *at;
            *at = at.plus(hour);
            Some(now)
        })
        .collect();
    let filters = [
        Filter::ALL,
        Filter { subject: Some(subject), ..Filter::ALL },
        Filter { outcome: Some(Outcome::Denied), ..Filter::ALL },
        Filter { room: Some("gone".parse().unwrap()), ..Filter::ALL },
    ];
    for filter in filters {
        for group in [
            Grouping::Outcome,
            Grouping::Provider,
            Grouping::Room,
            Grouping::Reason,
            Grouping::Kind,
        ] {
            let mut expected = std::collections::BTreeMap::new();
            for stored in &entries {
                let entry = stored.entry().unwrap();
                let found = Projection::of(&entry);
                if !filter.matches(entry.t, &found) {
                    continue;
                }
                let bucket = limits.iter().filter(|limit| **limit <= entry.t).count() - 1;
                let name = match group {
                    Grouping::Outcome => found.outcome.map(|outcome| outcome.as_str().to_owned()),
                    Grouping::Provider => found.provider.map(String::from),
                    Grouping::Room => found.room.map(String::from),
                    Grouping::Reason => found.reason.map(|reason| reason.as_str().to_owned()),
                    Grouping::Kind => Some(found.kind.as_str().to_owned()),
                };
                *expected.entry((bucket, name)).or_insert(0) += 1;
            }
            let counting = Counting {
                filter: filter.clone(),
                limits: limits.clone(),
                group,
                within: crate::database::WAIT,
            };
            let counts =
                store.read::<_, StoreError>(|reader| reader.count(&counting)).unwrap().unwrap();
            let counts: std::collections::BTreeMap<_, _> = counts
                .into_iter()
                .map(|count| ((count.bucket, count.group), count.entries))
                .collect();
            assert_eq!(counts, expected, "{filter:?} {group:?}");
        }
    }
}

fn both(one: &Filter, other: &Filter) -> Filter {
    let (one, other) = (one.clone(), other.clone());
    Filter {
        subject: one.subject.or(other.subject),
        room: one.room.or(other.room),
        scene: one.scene.or(other.scene),
        event: one.event.or(other.event),
        address: one.address.or(other.address),
        provider: one.provider.or(other.provider),
        outcome: one.outcome.or(other.outcome),
        reason: one.reason.or(other.reason),
        kind: one.kind.or(other.kind),
        since: one.since.or(other.since),
        until: one.until.or(other.until),
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
        "UPDATE entries SET class = 'x'",
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

on_each!(
    every_filter_finds_what_the_oracle_finds,
    a_page_says_where_to_go_on_and_below_what_it_is_settled,
    what_two_conditions_rarely_have_in_common_is_found_in_bounded_steps,
    counts_by_bucket_and_group_are_those_of_the_oracle,
    labels_of_time_never_go_back,
    entries_refuse_to_be_changed,
    a_policy_is_recorded_once,
);
