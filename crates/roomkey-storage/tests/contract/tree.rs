//! The tree's state: moved on by one at a time, from what it was; a frozen log takes nothing.

use std::time::Duration;

use roomkey_audit::Event;
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::proof::TreeHead;
use roomkey_storage::*;

use crate::database::{Database, console};
use crate::on_each;
use crate::tickets::{check_log, rule, ticket};

const LEASE: Duration = Duration::from_secs(10);

fn begin(store: &Store) -> bool {
    let new = NewTree::new(store.seal(), "desk.example/log".to_owned(), b"key").unwrap();
    store.write(console(), move |writer| writer.begin_tree(&new)).unwrap().wait().unwrap()
}

fn head(size: u64, byte: u8) -> TreeHead {
    TreeHead { size, root: Hash::from_bytes([byte; 32]) }
}

fn step(before: TreeHead, after: TreeHead, holder: &str) -> Advance {
    let hashes = after.root.as_bytes().to_vec();
    Advance {
        before,
        after,
        checkpoint: format!("checkpoint of {}", after.size),
        tiles: vec![TileRow { level: 0, index: 0, hashes }],
        holder: holder.to_owned(),
        lease: LEASE,
    }
}

fn advance(store: &Store, step: Advance) -> Result<(), WriteError> {
    store.write(console(), move |writer| writer.advance_tree(&step)).unwrap().wait()
}

fn the_tree_moves_from_what_it_was_and_from_nothing_else(database: &Database) {
    let (store, _) = database.desk();
    assert!(begin(&store) && !begin(&store));
    let raced = |result| matches!(result, Err(WriteError::Refused(Refused::TreeRaced)));
    assert!(raced(advance(&store, step(head(1, 0), head(2, 2), "one"))));
    assert!(advance(&store, step(TreeHead::EMPTY, head(2, 2), "one")).is_ok());
    assert!(
        raced(advance(&store, step(TreeHead::EMPTY, head(3, 3), "one"))),
        "the size is another"
    );
    assert!(raced(advance(&store, step(head(2, 9), head(3, 3), "one"))), "the root is another");
    assert!(advance(&store, step(head(2, 2), head(4, 4), "one")).is_ok());
    let state = store.read::<_, StoreError>(|reader| reader.tree()).unwrap().unwrap();
    assert_eq!((state.size, state.root), (4, Hash::from_bytes([4; 32])));
    assert_eq!(state.checkpoint.as_deref(), Some("checkpoint of 4"));
    assert_eq!(state.signing_key(store.seal()).unwrap().as_slice(), b"key");
    assert!(!format!("{state:?}").contains("key"));
    let tile = store.read::<_, StoreError>(|reader| reader.tile(0, 0)).unwrap();
    assert_eq!(tile, Some(vec![4; 32]));
    assert_eq!(store.read::<_, StoreError>(|reader| reader.tile(0, 1)).unwrap(), None);
    check_log(&store);
}

fn one_integrates_until_its_lease_is_over(database: &Database) {
    let (store, _) = database.desk();
    begin(&store);
    assert!(advance(&store, step(TreeHead::EMPTY, head(1, 1), "one")).is_ok());
    assert!(advance(&store, step(head(1, 1), head(2, 2), "two")).is_err());
    database.clock.advance(Duration::from_millis(9_999));
    assert!(advance(&store, step(head(1, 1), head(2, 2), "two")).is_err());
    let now = roomkey_claims::Clock::now(database.clock.as_ref());
    let holder =
        store.read::<_, StoreError>(|reader| reader.lease_holder(INTEGRATOR, now)).unwrap();
    assert_eq!(holder.as_deref(), Some("one"));
    database.clock.advance(Duration::from_millis(1));
    assert!(advance(&store, step(head(1, 1), head(2, 2), "two")).is_ok());
    assert!(advance(&store, step(head(2, 2), head(3, 3), "one")).is_err(), "the lease is gone");
    let release =
        |holder| store.write(console(), move |writer| writer.release_lease(INTEGRATOR, holder));
    release("one").unwrap().wait().unwrap();
    assert!(
        advance(&store, step(head(2, 2), head(3, 3), "one")).is_err(),
        "it was not one's to give"
    );
    release("two").unwrap().wait().unwrap();
    assert!(advance(&store, step(head(2, 2), head(3, 3), "one")).is_ok());
}

fn a_frozen_log_takes_nothing_until_it_is_recovered(database: &Database) {
    let (store, subject) = database.desk();
    begin(&store);
    assert!(
        store.write(console(), |writer| writer.freeze("a bit flipped")).unwrap().wait().is_ok()
    );
    let other = database.open();
    for store in [&store, &other] {
        let key = store.issue(ticket(subject, "stage-1"), rule).unwrap().wait();
        assert!(matches!(key, Err(StoreError::Frozen(reason)) if &*reason == "a bit flipped"));
        let written = store
            .write(console(), |writer| writer.close_room(&"stage-1".parse().unwrap()))
            .unwrap()
            .wait();
        assert!(matches!(written, Err(WriteError::Store(StoreError::Frozen(_)))));
    }
    let size = store.read::<_, StoreError>(|reader| reader.head()).unwrap().next_index;
    let recover = |store: &Store, size: u64| {
        let new = NewTree::new(store.seal(), "desk.example/log-2".to_owned(), b"key2").unwrap();
        let recovery = Recovery {
            new,
            head: head(size, 7),
            checkpoint: "checkpoint".to_owned(),
            tiles: vec![TileRow { level: 0, index: 0, hashes: vec![7; 32] }],
            retired: Some("old+key".to_owned()),
        };
        store.recover(console(), move |writer| writer.recover(&recovery)).unwrap().wait()
    };
    assert!(recover(&store, size + 1).is_err(), "not the log as it is");
    assert_eq!(recover(&store, size).unwrap(), size);
    assert!(recover(&store, size).is_err(), "it is not frozen any more");
    let entries = check_log(&store);
    let last = entries.last().unwrap().entry().unwrap().event;
    assert_eq!(last, Event::LogRecovered { size, root: "07".repeat(32) });
    let key = other.issue(ticket(subject, "stage-1"), rule).unwrap().wait();
    assert!(matches!(key, Ok(Outcome::Issued(..))));
    let state = store.read::<_, StoreError>(|reader| reader.tree()).unwrap().unwrap();
    assert_eq!((state.size, state.origin.as_str()), (size, "desk.example/log-2"));
}

on_each!(
    the_tree_moves_from_what_it_was_and_from_nothing_else,
    one_integrates_until_its_lease_is_over,
    a_frozen_log_takes_nothing_until_it_is_recovered,
);
