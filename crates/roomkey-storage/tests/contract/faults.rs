//! What goes wrong: nothing is handed out, nothing is lost, and it says why.

use std::sync::mpsc::{Sender, channel};

use roomkey_claims::SystemIds;
use roomkey_storage::{
    KeySource, Location, OpenError, Outcome, Pending, Seal, SealError, Store, StoreError,
    WriteError,
};

use crate::database::{Database, WAIT, console};
use crate::on_each;
use crate::tickets::{check_log, rule, ticket};

/// Holds the committer up until it is told to go on, or its sender is gone.
pub(crate) fn hold(store: &Store) -> (Sender<()>, Pending<(), WriteError>) {
    let (hold, held) = channel();
    let holding = store.write(console(), move |_| {
        held.recv_timeout(WAIT).unwrap();
        Ok(())
    });
    (hold, holding.unwrap())
}

fn a_full_queue_refuses_at_once(database: &Database) {
    let (store, subject) = database.desk();
    let (hold, holding) = hold(&store);
    let mut waiting = Vec::new();
    let refused = loop {
        match store.issue(ticket(subject, "stage-1"), rule) {
            Ok(pending) => waiting.push(pending),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Busy));
    assert!(waiting.len() >= 63);
    hold.send(()).unwrap();
    holding.wait().unwrap();
    for pending in waiting {
        assert!(matches!(pending.wait().unwrap(), Outcome::Issued(..)));
    }
    check_log(&store);
}

fn work_for_which_nobody_waits_is_not_done(database: &Database) {
    let (store, subject) = database.desk();
    let (hold, holding) = hold(&store);
    drop(store.issue(ticket(subject, "stage-1"), rule).unwrap());
    store
        .write_detached(console(), |writer| {
            writer.close_room(&"stage-1".parse().unwrap()).map(drop)
        })
        .unwrap();
    hold.send(()).unwrap();
    holding.wait().unwrap();
    drop(store);
    let entries = check_log(&database.open());
    assert_eq!(entries.len(), 5, "the abandoned ticket left no entry, the detached change did");
}

fn what_waits_is_finished_before_the_store_closes(database: &Database) {
    let (store, subject) = database.desk();
    let pending: Vec<_> =
        (0..20).map(|_| store.issue(ticket(subject, "stage-1"), rule).unwrap()).collect();
    drop(store);
    for pending in pending {
        assert!(matches!(pending.wait().unwrap(), Outcome::Issued(..)));
    }
    assert_eq!(check_log(&database.open()).len(), 24);
}

fn a_wrong_key_fails_at_start(database: &Database) {
    drop(database.desk());
    let other = database.folder.join("other.key");
    Seal::read_or_make(&other, &SystemIds).unwrap();
    let mut options = database.options();
    options.key = KeySource::File(other);
    assert!(matches!(Store::open(options), Err(OpenError::Key(SealError::Wrong))));
}

fn a_newer_database_is_refused(database: &Database) {
    drop(database.desk());
    database
        .tamper("INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('9999', CURRENT_TIMESTAMP)")
        .unwrap();
    assert!(matches!(Store::open(database.options()), Err(OpenError::Newer { .. })));
}

on_each!(
    a_full_queue_refuses_at_once,
    work_for_which_nobody_waits_is_not_done,
    what_waits_is_finished_before_the_store_closes,
    a_wrong_key_fails_at_start,
    a_newer_database_is_refused,
);

#[test]
fn a_locked_sqlite_file_hands_out_nothing_and_works_again() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    let database = Database::sqlite();
    let (store, subject) = database.desk();
    let Location::Sqlite(path) = &database.location else { panic!() };
    let mut other = diesel::SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let error = store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error:?}");
    other.batch_execute("ROLLBACK").unwrap();
    assert!(matches!(
        store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap(),
        Outcome::Issued(..)
    ));
    assert_eq!(check_log(&store).len(), 5);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let database = Database::sqlite();
    let Location::Sqlite(path) = &database.location else { panic!() };
    std::fs::write(path, "not a database at all, but long enough to be looked at as one").unwrap();
    let error = Store::open(database.options()).unwrap_err();
    assert!(matches!(error, OpenError::Connect { .. }), "{error}");
}

#[test]
fn a_backup_is_a_whole_database_and_never_overwrites() {
    let database = Database::sqlite();
    let (store, subject) = database.desk();
    let copy = database.folder.join("copy.db");
    Store::backup(&database.location, &copy).unwrap();
    assert!(Store::backup(&database.location, &copy).is_err());
    store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
    let mut options = database.options();
    options.location = Location::Sqlite(copy);
    let copy = Store::open(options).unwrap();
    assert_eq!((check_log(&copy).len(), check_log(&store).len()), (4, 5));
}
