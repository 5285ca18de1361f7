//! Tickets: decided inside the transaction that records them.

use std::sync::Arc;

use roomkey_audit::{Denied, Event, Issued};
use roomkey_claims::*;
use roomkey_storage::{Asker, Outcome, Ruling, Store, StoreError, Ticket};

use crate::database::{Database, console, policy, publisher, room, user};
use crate::faults::hold;
use crate::on_each;

pub(crate) fn wish(room: &str) -> Wish {
    Wish {
        room: room.parse().unwrap(),
        scene: None,
        event: None,
        device: None,
        seconds: None,
        kind: None,
        messaging: false,
        expects: Expects::NOTHING,
        renews: None,
    }
}

pub(crate) fn ticket(subject: SubjectRef, room: &str) -> Ticket {
    Ticket {
        context: console(),
        authority: Asker::Console,
        subject: Some(subject),
        wish: wish(room),
    }
}

/// Rules as the desk does, with a fingerprint in the place of a token.
pub(crate) fn rule(facts: &Facts) -> Ruling<Fingerprint, ()> {
    let wish = facts.wish.clone();
    match decide(facts) {
        Decision::Grant(grant) => {
            let issuance = IssuanceId::new(SystemIds.uuid_v7(facts.at));
            let fp = Fingerprint::of(issuance.to_string().as_bytes());
            let event = Issued {
                issuance,
                subject: grant.subject,
                idle_at: None,
                room: grant.room,
                scene: grant.scene,
                event: grant.event,
                device: grant.device,
                meeting: grant.meeting,
                provider_room: grant.provider_room,
                uid: grant.uid,
                messaging: grant.messaging,
                role: grant.role,
                permissions: grant.permissions,
                asked: grant.asked,
                nbf: grant.validity.not_before,
                exp: grant.validity.expires_at,
                profile: grant.profile,
                provider: grant.kind,
                key: grant.key,
                fp,
                renews: wish.renews,
            };
            Ruling::Issue { event: Box::new(event), draft: fp }
        }
        Decision::Deny(reason) => Ruling::Deny(Box::new(Denied {
            reason,
            subject: facts.subject.as_ref().map(|subject| subject.subject),
            idle_at: None,
            room: Some(wish.room),
            scene: wish.scene,
            event: wish.event,
            device: wish.device,
            provider: wish.kind,
            messaging: wish.messaging,
            role: wish.expects.role,
            uid: wish.expects.uid,
            asked: wish.seconds,
            renews: wish.renews,
        })),
    }
}

/// Every entry of the log, replayed without a violation.
#[track_caller]
pub(crate) fn check_log(store: &Store) -> Vec<roomkey_storage::Stored> {
    let page = |reader: &mut roomkey_storage::Reader<'_>| {
        reader.page(&roomkey_storage::Page {
            filter: roomkey_audit::Filter::ALL,
            order: roomkey_storage::Order::Ascending,
            after: None,
            below: None,
            limit: 5000,
        })
    };
    let entries = store.read::<_, StoreError>(page).unwrap().entries;
    let head = store.read::<_, StoreError>(|reader| reader.head()).unwrap();
    assert_eq!(head.next_index, entries.len() as u64);
    for (stored, index) in entries.iter().zip(0..) {
        assert_eq!(stored.index, index);
        assert_eq!(stored.leaf, roomkey_audit::leaf_hash(&stored.body));
    }
    let report =
        roomkey_audit::replay(entries.iter().map(|stored| (stored.index, stored.body.as_slice())));
    assert!(report.violations.is_empty(), "{:#?}", report.violations);
    entries
}

fn a_member_is_issued_and_the_receipt_is_that_of_the_entry(database: &Database) {
    let (store, subject) = database.desk();
    let outcome = store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
    let Outcome::Issued(fingerprint, receipt) = outcome else { panic!("{outcome:?}") };
    assert_eq!((receipt.fingerprint(), receipt.index()), (fingerprint, 4));
    let entries = check_log(&store);
    assert_eq!(entries[4].entry().unwrap().id, receipt.entry());
}

fn a_stranger_is_denied_and_that_is_recorded(database: &Database) {
    let (store, _) = database.desk();
    let nobody = SubjectRef::new(SystemIds.uuid_v4());
    let outcome = store.issue(ticket(nobody, "stage-1"), rule).unwrap().wait().unwrap();
    let Outcome::Denied(receipt) = outcome else { panic!("{outcome:?}") };
    assert_eq!(receipt.reason(), Reason::SubjectUnknown);
    let outcome = store.issue(ticket(nobody, "nowhere"), rule).unwrap().wait().unwrap();
    assert!(matches!(outcome, Outcome::Denied(_)));
    assert_eq!(check_log(&store).len(), 6);
}

fn a_change_counts_for_the_tickets_behind_it(database: &Database) {
    let (store, subject) = database.desk();
    let before = store.issue(ticket(subject, "stage-1"), rule).unwrap();
    let removed = store
        .write(console(), |writer| {
            writer.remove_member(&"stage-1".parse().unwrap(), &"ada".parse().unwrap(), None, None)
        })
        .unwrap();
    let after = store.issue(ticket(subject, "stage-1"), rule).unwrap();
    assert!(matches!(before.wait().unwrap(), Outcome::Issued(..)));
    let removed = removed.wait().unwrap();
    let Outcome::Denied(receipt) = after.wait().unwrap() else { panic!() };
    assert!(receipt.index() > removed);
    assert_eq!(receipt.reason(), Reason::NotAMember);
    check_log(&store);
}

fn one_failing_ticket_does_not_touch_its_neighbours(database: &Database) {
    let (store, subject) = database.desk();
    let good = store.issue(ticket(subject, "stage-1"), rule).unwrap();
    let bad = store
        .issue(ticket(subject, "stage-1"), |_: &Facts| -> Ruling<Fingerprint, ()> {
            panic!("inside")
        })
        .unwrap();
    let refused = store
        .write(console(), |writer| {
            writer.remove_member(&"x".parse().unwrap(), &"ada".parse().unwrap(), None, None)
        })
        .unwrap();
    let half = store
        .write(console(), |writer| -> Result<(), _> {
            writer.close_room(&"stage-1".parse().unwrap())?;
            panic!("half done")
        })
        .unwrap();
    let other = store.issue(ticket(subject, "stage-1"), rule).unwrap();
    assert!(matches!(good.wait().unwrap(), Outcome::Issued(..)));
    assert!(matches!(bad.wait(), Err(StoreError::Panicked)));
    assert!(refused.wait().is_err() && half.wait().is_err());
    assert!(
        matches!(other.wait().unwrap(), Outcome::Issued(..)),
        "the half-done change was rolled back"
    );
    assert_eq!(check_log(&store).len(), 6);
}

/// Facts are read in sets; who is what where, and which event has a window in which room, is nobody else's.
fn each_ticket_of_a_batch_sees_what_is_in_its_own_room(database: &Database) {
    let store = database.open();
    let users: Vec<SubjectRef> = (0..9).map(|_| SubjectRef::new(SystemIds.uuid_v4())).collect();
    let rooms: Vec<String> = (0..5).map(|number| format!("room-{number}")).collect();
    let role = |user: usize, room: usize| match (user + room) % 3 {
        0 => Some(Role::Publisher),
        1 => Some(Role::Subscriber),
        _ => None,
    };
    let over = |room: usize| room.is_multiple_of(2);
    let (subjects, names) = (users.clone(), rooms.clone());
    let written = store.write(console(), move |writer| {
        writer.set_policy(&policy(), "roomkey test")?;
        for (number, subject) in subjects.iter().enumerate() {
            writer.add_user(user(&format!("user-{number}"), *subject))?;
        }
        for (place, name) in names.iter().enumerate() {
            writer.add_room(&room(name))?;
            let past = crate::database::NOW.minus(std::time::Duration::from_hours(1));
            let window = Window { from: None, until: Some(past).filter(|_| over(place)) };
            writer.set_window(&name.parse().unwrap(), &"gala".parse().unwrap(), window)?;
            for number in 0..subjects.len() {
                let Some(role) = role(number, place) else { continue };
                let member = Membership { role, ..publisher() };
                let user = format!("user-{number}").parse().unwrap();
                writer.put_member(&name.parse().unwrap(), &user, &member)?;
            }
        }
        Ok(())
    });
    written.unwrap().wait().unwrap();
    let (go_on, holding) = hold(&store);
    let mut asked = Vec::new();
    for (place, name) in rooms.iter().enumerate() {
        for (number, subject) in users.iter().enumerate() {
            let mut ticket = ticket(*subject, name);
            // Some of them for the event.
            let at_event = number == 0;
            ticket.wish.event = Some("gala".parse().unwrap()).filter(|_| at_event);
            let closed = at_event && over(place);
            let expected = role(number, place).filter(|_| !closed);
            let rule = |facts: &Facts| match decide(facts) {
                Decision::Grant(grant) => Ruling::<(), _>::Hold(Some(grant.role)),
                Decision::Deny(_) => Ruling::Hold(None),
            };
            asked.push((expected, store.issue(ticket, rule).unwrap()));
        }
    }
    go_on.send(()).unwrap();
    holding.wait().unwrap();
    for (expected, pending) in asked {
        let Outcome::Held(role) = pending.wait().unwrap() else { panic!() };
        assert_eq!(role, expected);
    }
}

fn many_threads_get_gapless_indexes_in_commit_order(database: &Database) {
    let (store, subject) = database.desk();
    let store = Arc::new(store);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&store);
            std::thread::spawn(move || {
                let mut indexes = Vec::new();
                for _ in 0..25 {
                    let outcome =
                        store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
                    let Outcome::Issued(_, receipt) = outcome else { panic!() };
                    indexes.push(receipt.index());
                }
                assert!(indexes.is_sorted());
                indexes
            })
        })
        .collect();
    let mut all: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, (4..204).collect::<Vec<_>>());
    check_log(&store);
}

fn two_processes_share_one_log(database: &Database) {
    let (one, subject) = database.desk();
    let two = database.open();
    let stores = [Arc::new(one), Arc::new(two)];
    let threads: Vec<_> = (0..6_usize)
        .map(|thread| {
            let store = Arc::clone(&stores[thread % 2]);
            std::thread::spawn(move || {
                for _ in 0..10 {
                    let outcome =
                        store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
                    assert!(matches!(outcome, Outcome::Issued(..)));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(check_log(&stores[0]).len(), 64);
}

fn a_renewal_names_the_key_that_it_renews(database: &Database) {
    let (store, subject) = database.desk();
    store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
    let stored = store.read::<_, StoreError>(|reader| reader.entry_at(4)).unwrap().unwrap();
    let Event::TokenIssued(issued) = stored.entry().unwrap().event else { panic!() };
    let mut again = ticket(subject, "stage-1");
    again.wish.renews = Some(issued.issuance);
    assert!(matches!(
        store.issue(again.clone(), rule).unwrap().wait().unwrap(),
        Outcome::Issued(..)
    ));
    again.wish.renews = Some(IssuanceId::new(SystemIds.uuid_v7(crate::database::NOW)));
    let Outcome::Denied(receipt) = store.issue(again, rule).unwrap().wait().unwrap() else {
        panic!()
    };
    assert_eq!(receipt.reason(), Reason::RenewsUnknown);
    check_log(&store);
}

on_each!(
    a_member_is_issued_and_the_receipt_is_that_of_the_entry,
    a_stranger_is_denied_and_that_is_recorded,
    a_change_counts_for_the_tickets_behind_it,
    one_failing_ticket_does_not_touch_its_neighbours,
    each_ticket_of_a_batch_sees_what_is_in_its_own_room,
    many_threads_get_gapless_indexes_in_commit_order,
    two_processes_share_one_log,
    a_renewal_names_the_key_that_it_renews,
);
