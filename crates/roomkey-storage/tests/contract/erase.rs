//! Visits under a key of each user, and what is left of a user who was erased.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use roomkey_audit::{Actor, EndReason, Event};
use roomkey_claims::*;
use roomkey_storage::*;

use crate::database::{Database, NOW, console, publisher, user};
use crate::on_each;
use crate::tickets::{check_log, rule, ticket};

pub(crate) const ADDRESS: &str = "203.0.113.77";
const AGENT: &str = "Canary/7.7 (unmistakable)";
const DID: &str = "did:web:canary.example.org:ada";

fn ada() -> Username {
    "ada".parse().unwrap()
}

pub(crate) fn write<T: Send + 'static>(
    store: &Store,
    change: impl FnOnce(&mut Writer<'_>) -> Result<T, WriteError> + Send + 'static,
) -> Result<T, WriteError> {
    store.write(console(), change).unwrap().wait()
}

fn erase(store: &Store, name: Username) -> Result<Erased, WriteError> {
    write(store, move |writer| writer.erase_user(&name))
}

/// A login of a user from an address; returns the token's hash.
pub(crate) fn visit(store: &Store, subject: SubjectRef, address: &str) -> SessionTokenHash {
    let mut token = [0; 32];
    SystemIds.fill(&mut token);
    let token = SessionTokenHash::new(token);
    let address: IpAddr = address.parse().unwrap();
    let visitor = Visitor { address, user_agent: Some(AGENT.to_owned()) };
    let session = NewSession {
        token,
        subject,
        verified: user("ada", subject).password,
        absolute: Duration::from_hours(12),
        idle: Duration::from_mins(30),
    };
    let new = NewVisit::new(store.seal(), &SystemIds, &session, visitor);
    let by = Context { by: Actor::Address { prefix: "203.0.113.0/24".to_owned() }, req: None };
    let started = store.write(by, move |writer| {
        writer.start_session(&session)?;
        writer.record_visit(&new)
    });
    started.unwrap().wait().unwrap();
    token
}

pub(crate) fn visits(
    store: &Store,
    subject: SubjectRef,
    after: Option<&VisitPlace>,
    limit: u16,
) -> Vec<Visit> {
    let seal = std::sync::Arc::clone(store.seal());
    store.read::<_, StoreError>(|reader| reader.visits(&seal, subject, after, limit)).unwrap()
}

/// What stands in the files of an embedded database.
fn files(database: &Database) -> Vec<Vec<u8>> {
    let Location::Sqlite(path) = &database.location else { return Vec::new() };
    let file = |suffix| path.with_file_name(format!("roomkey.db{suffix}"));
    ["", "-wal", "-shm"].map(|suffix| std::fs::read(file(suffix)).unwrap_or_default()).into()
}

fn holds(database: &Database, needle: &str) -> bool {
    let holds =
        |bytes: &Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
    files(database).iter().any(holds)
}

fn visits_are_listed_newest_first_in_pages(database: &Database) {
    let (store, subject) = database.desk();
    let other = SubjectRef::new(SystemIds.uuid_v4());
    write(&store, move |writer| writer.add_user(user("bob", other))).unwrap();
    visit(&store, subject, ADDRESS);
    visit(&store, other, ADDRESS);
    // Two at one time: the session tells them apart.
    database.clock.advance(Duration::from_mins(1));
    visit(&store, subject, "2001:db8::1");
    visit(&store, subject, "203.0.113.78");
    let all = visits(&store, subject, None, 10);
    assert_eq!(all.len(), 3);
    assert!(all.is_sorted_by_key(|visit| std::cmp::Reverse(visit.at)));
    let oldest = all.last().unwrap();
    assert_eq!((oldest.at, oldest.visitor.address.to_string().as_str()), (NOW, ADDRESS));
    assert_eq!(oldest.visitor.user_agent.as_deref(), Some(AGENT));
    let (mut paged, mut after) = (Vec::new(), None);
    while let [page] = visits(&store, subject, after.as_ref(), 1).as_slice() {
        after = Some(page.place());
        paged.push(page.clone());
    }
    assert_eq!(paged, all);
    assert!(!holds(database, ADDRESS) && !holds(database, AGENT));
    assert_eq!(visits(&store, other, None, 10).len(), 1);
    check_log(&store);
}

fn an_altered_or_moved_visit_does_not_open(database: &Database) {
    let (store, subject) = database.desk();
    visit(&store, subject, ADDRESS);
    visit(&store, subject, ADDRESS);
    let read = || {
        let seal = std::sync::Arc::clone(store.seal());
        store.read::<_, StoreError>(|reader| reader.visits(&seal, subject, None, 10))
    };
    assert_eq!(read().unwrap().len(), 2);
    database
        .tamper("UPDATE visits SET sealed = (SELECT sealed FROM visits ORDER BY session LIMIT 1)")
        .unwrap();
    assert!(matches!(read(), Err(StoreError::Corrupt { column: "visits.sealed" })));
}

fn an_erased_user_leaves_a_reference_and_nothing_else(database: &Database) {
    let (store, subject) = database.desk();
    write(&store, move |writer| {
        let mut carl = user("carl-canary", SubjectRef::new(SystemIds.uuid_v4()));
        carl.did = Some(DID.parse().unwrap());
        carl.display_name = Some("Carl Canary".to_owned().try_into().unwrap());
        writer.add_user(carl)?;
        writer.put_member(
            &"stage-1".parse().unwrap(),
            &"carl-canary".parse().unwrap(),
            &publisher(),
        )
    })
    .unwrap();
    let carl: Username = "carl-canary".parse().unwrap();
    let known = |name: &Username| store.read::<_, StoreError>(|reader| reader.user(name)).unwrap();
    let gone = known(&carl).unwrap().subject;
    let token = visit(&store, gone, ADDRESS);
    visit(&store, subject, ADDRESS);
    let before = check_log(&store);

    let erased = erase(&store, carl.clone()).unwrap();
    assert_eq!((erased.subject, erased.index), (gone, before.len() as u64));
    assert!(matches!(erase(&store, carl.clone()), Err(WriteError::Refused(Refused::NoSuchUser))));
    let enable = write(&store, {
        let carl = carl.clone();
        move |writer| writer.enable_user(&carl)
    });
    assert!(matches!(enable, Err(WriteError::Refused(Refused::NoSuchUser))));

    assert_eq!(known(&carl), None);
    store
        .read::<_, StoreError>(|reader| {
            assert_eq!(reader.user_by_subject(gone)?, None);
            assert_eq!(reader.user_by_did(&DID.parse().unwrap())?, None);
            assert!(reader.usernames(&[gone].into())?.is_empty());
            assert_eq!(reader.users(None, 10)?.len(), 1);
            assert_eq!(reader.members(&"stage-1".parse().unwrap(), None, 10)?.len(), 1);
            assert!(reader.sessions(&[token])?.is_empty());
            assert_eq!(
                reader.erased_users(None, 10)?,
                [ErasedUser { subject: gone, erased_at: NOW }]
            );
            assert!(reader.erased_users(Some(gone), 10)?.is_empty());
            Ok(())
        })
        .unwrap();
    assert!(visits(&store, gone, None, 10).is_empty());
    assert_eq!(visits(&store, subject, None, 10).len(), 1);

    let asked = store.issue(ticket(gone, "stage-1"), rule).unwrap().wait().unwrap();
    let Outcome::Denied(denied) = asked else { panic!("{asked:?}") };
    assert_eq!(denied.reason(), Reason::SubjectUnknown);
    let end =
        write(&store, move |writer| writer.end_session(&token.session_ref(), EndReason::Admin));
    assert!(matches!(end, Err(WriteError::Refused(Refused::NoSuchSession))));

    let again = SubjectRef::new(SystemIds.uuid_v4());
    write(&store, move |writer| {
        let mut carl = user("carl-canary", again);
        carl.did = Some(DID.parse().unwrap());
        writer.add_user(carl)
    })
    .unwrap();
    assert_eq!(known(&carl).unwrap().subject, again);
    let after = check_log(&store);
    assert_eq!(after[..before.len()], before);
    assert_eq!(after[before.len()].entry().unwrap().event, Event::UserErased { subject: gone });
}

fn the_last_admin_is_not_erased(database: &Database) {
    let (store, _) = database.desk();
    write(&store, |writer| {
        for name in ["root", "ruth"] {
            let mut admin = user(name, SubjectRef::new(SystemIds.uuid_v4()));
            admin.role = DeskRole::Admin;
            writer.add_user(admin)?;
        }
        Ok(())
    })
    .unwrap();
    erase(&store, "root".parse().unwrap()).unwrap();
    let last = erase(&store, "ruth".parse().unwrap());
    assert!(matches!(last, Err(WriteError::Refused(Refused::LastAdmin))));
    erase(&store, ada()).unwrap();
    check_log(&store);
}

/// Among thousands, so that the rows of the erased were moved between pages before.
fn no_file_holds_an_erased_name(database: &Database) {
    let (store, _) = database.desk();
    let name = |number: usize| format!("canary-{}-x{number:04}", (number * 7919) % 3000);
    for chunk in (0..3000).collect::<Vec<_>>().chunks(250) {
        let chunk = chunk.to_vec();
        write(&store, move |writer| {
            for number in chunk {
                let mut new = user(&name(number), SubjectRef::new(SystemIds.uuid_v4()));
                new.did = Some(format!("did:web:x{number:04}.canary.example.org").parse().unwrap());
                writer.add_user(new)?;
            }
            Ok(())
        })
        .unwrap();
    }
    let gone: Vec<usize> = (0..3000).filter(|number| number % 3 == 0).collect();
    for chunk in gone.chunks(100) {
        let chunk = chunk.to_vec();
        write(&store, move |writer| {
            for number in chunk {
                writer.erase_user(&name(number).parse().unwrap())?;
            }
            Ok(())
        })
        .unwrap();
    }
    let residue = store.forget_deleted().unwrap();
    match &database.location {
        Location::Sqlite(_) => assert_eq!(residue, Residue::Nothing),
        Location::Postgres(_) => assert_eq!(residue, Residue::DeadRows),
    }
    let found = numbers(database);
    assert!(found.is_disjoint(&gone.into_iter().collect()), "{found:?}");
    if matches!(database.location, Location::Sqlite(_)) {
        assert_eq!(found.len(), 2000, "the others are still there");
    }
}

/// The numbers of the names (`…-x0007`) and DIDs (`…:x0007`) in the files of an embedded database.
fn numbers(database: &Database) -> BTreeSet<usize> {
    let mut numbers = BTreeSet::new();
    for bytes in files(database) {
        for window in bytes.windows(6) {
            if let [b'-' | b':', b'x', digits @ ..] = window
                && let Ok(digits) = std::str::from_utf8(digits)
                && let Ok(number) = digits.parse()
            {
                numbers.insert(number);
            }
        }
    }
    numbers
}

on_each!(
    visits_are_listed_newest_first_in_pages,
    an_altered_or_moved_visit_does_not_open,
    an_erased_user_leaves_a_reference_and_nothing_else,
    the_last_admin_is_not_erased,
    no_file_holds_an_erased_name,
);
