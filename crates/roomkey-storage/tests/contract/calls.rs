//! Tokens that the desk makes for itself: recorded before anything is signed.

use roomkey_audit::{Event, Operation};
use roomkey_claims::*;
use roomkey_storage::*;

use crate::database::{Database, NOW, console, policy};
use crate::on_each;
use crate::tickets::check_log;

fn call(key: &str) -> ProviderCall {
    ProviderCall {
        profile: "stage".parse().unwrap(),
        key: key.parse().unwrap(),
        operation: Operation::CreateSession,
        room: Some("stage-1".parse().unwrap()),
        fingerprint: Fingerprint::of(b"header.payload"),
        expires_at: NOW.as_seconds() + 180,
    }
}

/// From now on the provider is one that makes sessions.
fn make_sessions(store: &Store) {
    let change = |writer: &mut Writer<'_>| {
        let mut policy = policy();
        for profile in policy.profiles.values_mut() {
            profile.own_sessions = true;
        }
        writer.set_policy(&policy, "roomkey test")
    };
    store.write(console(), change).unwrap().wait().unwrap();
}

fn a_call_has_a_receipt_of_its_own(database: &Database) {
    let (store, _) = database.desk();
    make_sessions(&store);
    let receipt =
        store.record_call(console(), call("APIexample"), |_| Ok(())).unwrap().wait().unwrap();
    assert_eq!((receipt.index(), receipt.fingerprint()), (5, call("x").fingerprint));
    let entries = check_log(&store);
    let entry = entries[5].entry().unwrap();
    assert_eq!(entry.id, receipt.entry());
    assert!(
        matches!(entry.event, Event::ProviderCalled { exp, .. } if exp == NOW.as_seconds() + 180)
    );
}

fn no_receipt_without_a_key_in_force_or_without_authority(database: &Database) {
    let (store, _) = database.desk();
    let not_called = store.record_call(console(), call("APIexample"), |_| Ok(())).unwrap().wait();
    assert!(matches!(not_called, Err(WriteError::Refused(Refused::KeyNotInForce))));
    make_sessions(&store);
    let unknown = store.record_call(console(), call("other"), |_| Ok(())).unwrap().wait();
    assert!(matches!(unknown, Err(WriteError::Refused(Refused::KeyNotInForce))));
    let refused = store
        .record_call(console(), call("APIexample"), |_| Err(Refused::NotAuthorized.into()))
        .unwrap()
        .wait();
    assert!(matches!(refused, Err(WriteError::Refused(Refused::NotAuthorized))));
    let retire = |writer: &mut Writer<'_>| {
        let mut policy = policy();
        for profile in policy.profiles.values_mut() {
            profile.own_sessions = true;
            profile.keys[0].state = KeyState::Retired;
        }
        writer.set_policy(&policy, "roomkey test")
    };
    store.write(console(), retire).unwrap().wait().unwrap();
    let retired = store.record_call(console(), call("APIexample"), |_| Ok(())).unwrap().wait();
    assert!(matches!(retired, Err(WriteError::Refused(Refused::KeyNotInForce))));
    assert_eq!(check_log(&store).len(), 6);
}

fn another_profile_ends_the_meeting(database: &Database) {
    let (store, _) = database.desk();
    let stage = || -> RoomId { "stage-1".parse().unwrap() };
    let written = store.write(console(), move |writer| {
        writer.start_meeting(&stage(), 0, |number| ProviderRoom::of_meeting(&stage(), number))?;
        writer.change_room(&stage(), |room| room.per_device = true)?;
        writer.change_room(&stage(), |room| room.profile = "other".parse().unwrap())
    });
    written.unwrap().wait().unwrap();
    let kinds: Vec<_> = check_log(&store)
        .iter()
        .skip(4)
        .map(|stored| stored.entry().unwrap().event.kind().as_str())
        .collect();
    assert_eq!(kinds, ["meeting.started", "room.changed", "meeting.ended", "room.changed"]);
    let is_known = |session: &'static str| {
        store.read::<_, StoreError>(|reader| reader.is_session_of(&stage(), session)).unwrap()
    };
    assert!(is_known("stage-1~1") && !is_known("stage-1~2"));
}

on_each!(
    a_call_has_a_receipt_of_its_own,
    no_receipt_without_a_key_in_force_or_without_authority,
    another_profile_ends_the_meeting,
);
