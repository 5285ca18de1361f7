//! Every filter is answered by an index: the statements that were really sent are explained by the database.

use std::cell::RefCell;

use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use roomkey_audit::{Filter, Kind, Outcome};
use roomkey_claims::*;
use roomkey_storage::{Counting, Grouping, Location, Order, Page, StoreError};

use crate::database::{Database, NOW};
use crate::on_each;
use crate::tickets::{rule, ticket};

thread_local! {
    static SENT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

#[expect(clippy::unnecessary_wraps, reason = "the type that diesel wants")]
fn record() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let text = text.split(" -- binds").next().unwrap_or_default();
            SENT.with_borrow_mut(|sent| sent.push(text.replace('\n', " ")));
        }
    }))
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = detail)]
    detail: String,
}

#[derive(QueryableByName)]
struct PgLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    detail: String,
}

/// What the database would do for a statement.
fn plan(location: &Location, statement: &str) -> String {
    match location {
        Location::Sqlite(path) => {
            let mut db = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
            let lines: Vec<Line> =
                sql_query(["EXPLAIN QUERY PLAN ", statement].concat()).load(&mut db).unwrap();
            lines.into_iter().map(|line| line.detail + "\n").collect()
        }
        Location::Postgres(url) => {
            let mut db = PgConnection::establish(url).unwrap();
            // With a handful of rows it would read them all; what counts is whether it could do without.
            db.batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
                .unwrap();
            db.batch_execute(&format!("PREPARE p AS {statement}")).unwrap();
            let values = vec!["NULL"; statement.matches('$').count()].join(", ");
            let execute = if values.is_empty() { "p".to_owned() } else { format!("p({values})") };
            let lines: Vec<PgLine> =
                sql_query(["EXPLAIN EXECUTE ", &execute].concat()).load(&mut db).unwrap();
            lines.into_iter().map(|line| line.detail + "\n").collect()
        }
    }
}

fn check(location: &Location, statement: &str, why: &str) {
    let plan = plan(location, statement);
    // What is counted by room is sorted, as much as lies between two indexes: its reader bounds that.
    let may_sort = statement.contains("GROUP BY");
    let scans = match location {
        // A search has conditions on its index; a scan has none.
        Location::Sqlite(_) => plan.lines().any(|line| {
            (line.starts_with("SCAN") && line.contains("entries"))
                || (line.contains("TEMP B-TREE") && !may_sort)
        }),
        Location::Postgres(_) => {
            plan.contains("Seq Scan on entries")
                || (plan.contains("Sort") && !may_sort)
                // Its index must have the conditions, none is left for the rows.
                || plan.contains("Filter:")
        }
    };
    assert!(!scans, "{why}\n{statement}\n{plan}");
}

fn single() -> Vec<Filter> {
    vec![
        Filter { subject: Some(SubjectRef::new(SystemIds.uuid_v4())), ..Filter::ALL },
        Filter { room: Some("stage-1".parse().unwrap()), ..Filter::ALL },
        Filter { scene: Some("s".parse().unwrap()), ..Filter::ALL },
        Filter { event: Some("e".parse().unwrap()), ..Filter::ALL },
        Filter { address: Some("192.0.2.0/24".parse().unwrap()), ..Filter::ALL },
        Filter { provider: Some("livekit".parse().unwrap()), ..Filter::ALL },
        Filter { outcome: Some(Outcome::Denied), ..Filter::ALL },
        Filter { reason: Some(Reason::NotAMember), ..Filter::ALL },
        Filter { kind: Some(Kind::TokenIssued), ..Filter::ALL },
        Filter { since: Some(NOW), ..Filter::ALL },
        Filter { until: Some(NOW.plus(std::time::Duration::from_hours(1))), ..Filter::ALL },
    ]
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

fn no_filter_and_no_pair_of_filters_reads_the_whole_log(database: &Database) {
    diesel::connection::set_default_instrumentation(record).unwrap();
    let (store, subject) = database.desk();
    for _ in 0..3 {
        store.issue(ticket(subject, "stage-1"), rule).unwrap().wait().unwrap();
        store.issue(ticket(subject, "gone"), rule).unwrap().wait().unwrap();
    }
    let mut singles = single();
    singles[0].subject = Some(subject);
    let pairs = singles.iter().flat_map(|one| singles.iter().map(move |other| both(one, other)));
    let mut explained = std::collections::BTreeSet::new();
    for filter in pairs {
        SENT.with_borrow_mut(Vec::clear);
        for order in [Order::Ascending, Order::Descending] {
            let page =
                Page { filter: filter.clone(), order, after: None, below: Some(1_000), limit: 100 };
            store.read::<_, StoreError>(|reader| reader.page(&page)).unwrap();
        }
        for group in [Grouping::Outcome, Grouping::Room] {
            let within = std::time::Duration::from_mins(1);
            let limits = vec![NOW, NOW.plus(std::time::Duration::from_hours(1))];
            let counting = Counting { filter: filter.clone(), limits, group, within };
            store.read::<_, StoreError>(|reader| reader.count(&counting)).unwrap();
        }
        for statement in SENT.take() {
            if statement.contains("entries") && explained.insert(statement.clone()) {
                check(&database.location, &statement, &format!("{filter:?}"));
            }
        }
    }
    assert!(explained.len() > 20, "{explained:#?}");
}

on_each!(no_filter_and_no_pair_of_filters_reads_the_whole_log);
