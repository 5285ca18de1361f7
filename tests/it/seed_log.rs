//! A log that was written fast is one of an honest desk: it replays, its tree verifies, its indexes are all there.

use anyhow::bail;
use diesel::prelude::*;
use diesel::sql_types::Text;
use roomkey_tests::{Desk, Kind, Log, seed};

on_both! {
    a_seeded_log_is_legitimate_and_whole,
}

const ENTRIES: u64 = 3_000;

#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Made {
    #[diesel(sql_type = Text)]
    made_by: String,
}

/// The indexes of the entries, in the words that made them.
fn indexes(desk: &Desk) -> anyhow::Result<Vec<Made>> {
    let url = desk.database_url();
    Ok(match url.strip_prefix("sqlite://") {
        Some(path) => diesel::sql_query(
            "SELECT sql AS made_by FROM sqlite_master WHERE tbl_name = 'entries' AND type = 'index' \
             AND sql IS NOT NULL ORDER BY sql",
        )
        .load(&mut SqliteConnection::establish(path)?)?,
        None => diesel::sql_query(
            "SELECT indexdef AS made_by FROM pg_indexes WHERE tablename = 'entries' ORDER BY indexdef",
        )
        .load(&mut PgConnection::establish(&url)?)?,
    })
}

fn a_seeded_log_is_legitimate_and_whole(kind: Kind) -> anyhow::Result<()> {
    let plain = Desk::new(kind)?;
    plain.run(&["migrate", "up"])?;
    let desk = Desk::new(kind)?;
    seed::prepare(&desk)?;
    let seeded = seed::write((&desk, &desk.database_url()), ENTRIES, |_| {})?;
    assert_eq!(seeded.entries, ENTRIES);
    assert_eq!(indexes(&desk)?, indexes(&plain)?);
    seed::sign(&desk, ENTRIES)?;
    let log = Log::export(&desk)?;
    log.check()?;
    assert!(u64::try_from(log.lines().len())? >= ENTRIES);
    for found in ["token.issued", "token.denied", "session.started", "meeting.started"] {
        if log.of_kind(found).len() < 5 {
            bail!("hardly any {found} in the log");
        }
    }
    let renewed = log.of_kind("token.issued").iter().any(|entry| !entry["renews"].is_null());
    assert!(renewed, "no key was renewed");
    let server = desk.serve()?;
    assert_eq!(server.anonymous().get("/readyz")?.status, 200);
    Ok(())
}
