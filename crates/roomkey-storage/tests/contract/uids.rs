//! Numbers of participants: one for each user and room, the same for good, nobody else's.

use std::collections::BTreeSet;

use roomkey_audit::Event;
use roomkey_claims::*;
use roomkey_storage::{Outcome, Store};

use crate::database::{Database, console, policy, room, user};
use crate::on_each;
use crate::tickets::{check_log, rule, ticket};

/// A desk whose room `stage-1` has numbers and lets every user in.
fn numbered(database: &Database) -> (Store, Vec<SubjectRef>) {
    let store = database.open();
    let subjects: Vec<SubjectRef> = (0..40).map(|_| SubjectRef::new(SystemIds.uuid_v4())).collect();
    let users = subjects.clone();
    let written = store.write(console(), move |writer| {
        let mut policy = policy();
        for profile in policy.profiles.values_mut() {
            profile.numeric_ids = true;
        }
        writer.set_policy(&policy, "roomkey test")?;
        for (number, subject) in users.into_iter().enumerate() {
            writer.add_user(user(&format!("u{number}"), subject))?;
        }
        let mut open = room("stage-1");
        open.settings.access = Access::Open(Role::Publisher);
        writer.add_room(&open)
    });
    written.unwrap().wait().unwrap();
    (store, subjects)
}

fn numbers(store: &Store) -> Vec<(SubjectRef, Uid)> {
    let issued = check_log(store).into_iter().filter_map(|stored| {
        let Event::TokenIssued(issued) = stored.entry().unwrap().event else { return None };
        Some((issued.subject, issued.uid.unwrap()))
    });
    issued.collect()
}

fn everybody_gets_one_number_and_keeps_it(database: &Database) {
    let (store, subjects) = numbered(database);
    for _ in 0..2 {
        // All wait at once, so that they share transactions.
        let pending: Vec<_> = subjects
            .iter()
            .map(|subject| store.issue(ticket(*subject, "stage-1"), rule).unwrap())
            .collect();
        for pending in pending {
            assert!(matches!(pending.wait().unwrap(), Outcome::Issued(..)));
        }
    }
    let given = numbers(&store);
    assert_eq!(given.len(), 80);
    let distinct: BTreeSet<_> = given.iter().copied().collect();
    let of_numbers: BTreeSet<Uid> = given.iter().map(|(_, uid)| *uid).collect();
    assert_eq!((distinct.len(), of_numbers.len()), (40, 40));
}

fn a_taken_number_goes_to_nobody_else(database: &Database) {
    let (store, subjects) = numbered(database);
    let (one, other) = (subjects[0], subjects[1]);
    let room: RoomId = "stage-1".parse().unwrap();
    let first = Uid::candidates(&room, other, None).next().unwrap();
    // Somebody has the number that the other one would get: the next candidate it is.
    let (subject, hex) = (
        one.as_uuid().simple().to_string(),
        matches!(database.location, roomkey_storage::Location::Postgres(_)),
    );
    let blob = if hex { format!("'\\x{subject}'") } else { format!("x'{subject}'") };
    database
        .tamper(&format!(
            "INSERT INTO uids (room, subject, device, uid) VALUES ('stage-1', {blob}, 'x', {first})"
        ))
        .unwrap();
    let fallback = move |facts: &Facts| {
        assert_eq!(facts.uid, Uid::candidates(&"stage-1".parse().unwrap(), other, None).nth(1));
        rule(facts)
    };
    let outcome = store.issue(ticket(other, "stage-1"), fallback).unwrap().wait().unwrap();
    assert!(matches!(outcome, Outcome::Issued(..)));
}

fn a_number_that_a_client_expects_is_checked_in_the_transaction(database: &Database) {
    let (store, subjects) = numbered(database);
    let mut asked = ticket(subjects[0], "stage-1");
    asked.wish.expects.uid = Some(0);
    let Outcome::Denied(receipt) = store.issue(asked.clone(), rule).unwrap().wait().unwrap() else {
        panic!()
    };
    assert_eq!(receipt.reason(), Reason::UidOther);
    let assigned = Uid::candidates(&"stage-1".parse().unwrap(), subjects[0], None).next();
    asked.wish.expects.uid = assigned.map(Uid::get);
    let outcome = store.issue(asked, rule).unwrap().wait().unwrap();
    assert!(matches!(outcome, Outcome::Issued(..)));
    check_log(&store);
}

on_each!(
    everybody_gets_one_number_and_keeps_it,
    a_taken_number_goes_to_nobody_else,
    a_number_that_a_client_expects_is_checked_in_the_transaction,
);
