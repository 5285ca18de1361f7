//! Backends: their secrets sealed, their authority read in the transaction, their JWTs good once.

use std::time::Duration;

use roomkey_audit::Actor;
use roomkey_claims::*;
use roomkey_storage::*;

use crate::database::{Database, NOW, console};
use crate::on_each;
use crate::tickets::{check_log, rule, ticket};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef01234567";

pub(crate) fn key() -> BackendRef {
    "10000001".parse().unwrap()
}

pub(crate) fn add(store: &Store, scopes: &[Scope], rooms: &str) {
    let rooms = vec![rooms.parse().unwrap()];
    let scopes = scopes.iter().copied().collect();
    let terms = BackendTerms { backend: key(), name: "shop".parse().unwrap(), scopes, rooms };
    let new = NewBackend::new(store.seal(), terms, SECRET).unwrap();
    store.write(console(), move |writer| writer.add_backend(&new)).unwrap().wait().unwrap();
}

fn of_backend() -> Context {
    Context { by: Actor::Backend { backend: key() }, req: None }
}

fn asks(store: &Store, subject: SubjectRef) -> Result<u64, Reason> {
    let ticket = Ticket {
        context: of_backend(),
        authority: Asker::Backend(key()),
        ..ticket(subject, "stage-1")
    };
    match store.issue(ticket, rule).unwrap().wait().unwrap() {
        Outcome::Issued(_, receipt) => Ok(receipt.index()),
        Outcome::Denied(receipt) => Err(receipt.reason()),
        outcome => panic!("{outcome:?}"),
    }
}

fn a_backend_gets_keys_until_it_is_revoked(database: &Database) {
    let (store, subject) = database.desk();
    assert_eq!(asks(&store, subject), Err(Reason::BackendRevoked));
    add(&store, &[Scope::Issue], "stage-*");
    assert!(asks(&store, subject).is_ok());
    let revoke = |writer: &mut Writer<'_>| writer.revoke_backend(&key());
    assert!(store.write(console(), revoke).unwrap().wait().unwrap().is_some());
    assert_eq!(store.write(console(), revoke).unwrap().wait().unwrap(), None);
    assert_eq!(asks(&store, subject), Err(Reason::BackendRevoked));
    check_log(&store);
}

fn scopes_and_rooms_bind(database: &Database) {
    let (store, subject) = database.desk();
    add(&store, &[Scope::Meetings], "hall-*");
    assert_eq!(asks(&store, subject), Err(Reason::BackendScope));
    let meeting = |room: &'static str| {
        let start = move |writer: &mut Writer<'_>| {
            writer.require_in_room(Scope::Meetings, &room.parse().unwrap())
        };
        store.write(of_backend(), start).unwrap().wait()
    };
    assert!(meeting("hall-1").is_ok());
    assert!(matches!(meeting("stage-1"), Err(WriteError::Refused(Refused::NotAuthorized))));
    let admin = |writer: &mut Writer<'_>| writer.require(&DeskRole::ALL);
    assert!(store.write(of_backend(), admin).unwrap().wait().is_err());
    check_log(&store);
}

fn the_secret_stands_sealed_and_opens(database: &Database) {
    let (store, _) = database.desk();
    add(&store, &[Scope::Issue], "*");
    let found = store.read::<_, StoreError>(|reader| reader.backend(&key())).unwrap().unwrap();
    assert_eq!(found.secret(store.seal()).unwrap().as_slice(), SECRET);
    assert!(!format!("{found:?}").contains("0123456789abcdef"));
    let listed = store.read::<_, StoreError>(|reader| reader.backends(None, 10)).unwrap();
    assert_eq!(listed, [found]);
    if let Location::Sqlite(path) = &database.location {
        for file in [path.clone(), path.with_extension("db-wal")] {
            let bytes = std::fs::read(file).unwrap_or_default();
            assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET));
        }
    }
}

fn the_id_of_a_jwt_is_good_once(database: &Database) {
    let (store, _) = database.desk();
    add(&store, &[Scope::Issue], "*");
    let used = |jti: u8, seconds: u64| {
        let until = NOW.plus(Duration::from_secs(seconds));
        store
            .write(of_backend(), move |writer| writer.use_jti(&key(), &[jti; 32], until))
            .unwrap()
            .wait()
    };
    assert!(used(1, 60).is_ok() && used(2, 300).is_ok());
    assert!(matches!(used(1, 60), Err(WriteError::Refused(Refused::JtiUsed))));
    // A request sweeps nothing: the first expired long ago, and is still known.
    database.clock.advance(Duration::from_hours(1));
    assert!(used(3, 300).is_ok());
    assert!(matches!(used(1, 60), Err(WriteError::Refused(Refused::JtiUsed))));
}

on_each!(
    a_backend_gets_keys_until_it_is_revoked,
    scopes_and_rooms_bind,
    the_secret_stands_sealed_and_opens,
    the_id_of_a_jwt_is_good_once,
);
