//! Sweeps: what expired goes, as much as may at a time, and nothing that is still needed.

use std::time::Duration;

use roomkey_audit::{Actor, Event};
use roomkey_claims::*;
use roomkey_storage::*;

use crate::backends::{self, key};
use crate::database::{Database, NOW, console};
use crate::erase::{ADDRESS, visit, visits, write};
use crate::on_each;
use crate::tickets::{check_log, rule, ticket};

fn use_jti(store: &Store, jti: u8, until: Timestamp) -> Result<(), WriteError> {
    write(store, move |writer| writer.use_jti(&key(), &[jti; 32], until))
}

fn used_jtis_go_when_they_expired(database: &Database) {
    let (store, _) = database.desk();
    backends::add(&store, &[Scope::Issue], "*");
    for (jti, minutes) in [(1, 1), (2, 2), (3, 3), (4, 60)] {
        use_jti(&store, jti, NOW.plus(Duration::from_mins(minutes))).unwrap();
    }
    let sweep = |before, most| write(&store, move |writer| writer.sweep_used_jtis(before, most));
    let later = NOW.plus(Duration::from_secs(3_599));
    // They are kept for five minutes after their expiry, whatever the caller says.
    database.clock.set(NOW.plus(Duration::from_mins(6)));
    assert_eq!(sweep(later, 9).unwrap(), 0);
    database.clock.set(later);
    assert_eq!(sweep(NOW.plus(Duration::from_mins(3)), 1).unwrap(), 1);
    let known =
        |jti| matches!(use_jti(&store, jti, later), Err(WriteError::Refused(Refused::JtiUsed)));
    assert!(known(2) && known(3) && known(4), "the oldest goes first");
    assert_eq!(sweep(NOW.plus(Duration::from_mins(3)), 9).unwrap(), 1);
    assert_eq!(sweep(later, 9).unwrap(), 1);
    assert!(known(4));
    assert!(!known(1) && !known(2) && !known(3));
    check_log(&store);
}

fn visits_go_when_they_are_old(database: &Database) {
    let (store, subject) = database.desk();
    for _ in 0..3 {
        visit(&store, subject, ADDRESS);
        database.clock.advance(Duration::from_mins(1));
    }
    let all = visits(&store, subject, None, 10);
    let sweep = |before, most| write(&store, move |writer| writer.sweep_visits(before, most));
    assert_eq!(sweep(NOW, 9).unwrap(), 0);
    assert_eq!(sweep(NOW.plus(Duration::from_secs(90)), 1).unwrap(), 1);
    assert_eq!(visits(&store, subject, None, 10), all[..2], "the oldest goes first");
    assert_eq!(sweep(NOW.plus(Duration::from_secs(90)), 9).unwrap(), 1);
    assert_eq!(visits(&store, subject, None, 10), all[..1]);
    check_log(&store);
}

/// Sessions of twelve hours: one that began a day and a half ago, one that lives.
fn sessions_go_a_day_after_their_end_and_leave_their_visits(database: &Database) {
    let (store, subject) = database.desk();
    let old = visit(&store, subject, ADDRESS);
    let sweep =
        |before, most| write(&store, move |writer| writer.sweep_expired_sessions(before, most));
    // Just before a day has gone by since its end, whatever the caller says.
    database.clock.set(NOW.plus(Duration::from_hours(36)));
    let live = visit(&store, subject, ADDRESS);
    let never = Timestamp::from_micros(i64::MAX);
    assert_eq!(sweep(never, 9).unwrap(), 0);
    database.clock.advance(Duration::from_micros(1));
    assert_eq!(sweep(never, 0).unwrap(), 0);
    assert_eq!(sweep(NOW, 9).unwrap(), 0);
    assert_eq!(sweep(never, 9).unwrap(), 1);
    let found = store.read::<_, StoreError>(|reader| reader.sessions(&[old, live])).unwrap();
    assert_eq!(found.into_keys().collect::<Vec<_>>(), [live]);
    assert_eq!(visits(&store, subject, None, 10).len(), 2);
    check_log(&store);
}

fn a_ticket_of_a_swept_session_is_denied_as_replay_denies_it(database: &Database) {
    let (store, subject) = database.desk();
    let session = visit(&store, subject, ADDRESS).session_ref();
    let ask = || {
        let by = Actor::Session { session: session.clone(), subject };
        let ticket = Ticket {
            context: Context { by, ..console() },
            authority: Asker::Session(session.clone()),
            ..ticket(subject, "stage-1")
        };
        let outcome = store.issue(ticket, rule).unwrap().wait().unwrap();
        let Outcome::Denied(receipt) = outcome else { panic!("{outcome:?}") };
        receipt.reason()
    };
    database.clock.set(NOW.plus(Duration::from_hours(37)));
    assert_eq!(ask(), Reason::SessionExpired);
    let swept = write(&store, |writer| writer.sweep_expired_sessions(writer.at(), 9)).unwrap();
    assert_eq!(swept, 1);
    assert_eq!(ask(), Reason::SessionEnded);
    let by = Context { by: Actor::Session { session: session.clone(), subject }, req: None };
    let change = |writer: &mut Writer<'_>| writer.require(&DeskRole::ALL);
    let refused = store.write(by, change).unwrap().wait();
    assert!(matches!(refused, Err(WriteError::Refused(Refused::NotAuthorized))));
    // What is compared with the log: replay knows the session still, and finds both denials founded.
    let entries = check_log(&store);
    let denied = entries
        .iter()
        .filter(|stored| matches!(stored.entry().unwrap().event, Event::TokenDenied(_)));
    assert_eq!(denied.count(), 2);
}

on_each!(
    used_jtis_go_when_they_expired,
    visits_go_when_they_are_old,
    sessions_go_a_day_after_their_end_and_leave_their_visits,
    a_ticket_of_a_swept_session_is_denied_as_replay_denies_it,
);
