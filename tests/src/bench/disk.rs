//! What the disk and the database can do by themselves.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::report::{Budget, Report, median};
use super::stage::Stage;
use crate::database::Kind;
use crate::place::Folder;

/// How often the baseline is taken.
const SYNCS: usize = 200;

/// The batch of the committer, and how many rows are inserted at most.
const BATCH: i64 = 256;
const ROWS: i64 = 64 * 1024;

/// Append 4 KiB and `fdatasync`, on the disk that the databases stand on.
pub(super) fn fsync(report: &mut Report) -> anyhow::Result<Duration> {
    let folder = Folder::on_disk()?;
    let mut file = File::create(folder.path().join("fsync"))?;
    let block = [7_u8; 4096];
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64());
    }
    let middle = Duration::from_secs_f64(median(times));
    report.time("fsyncMicros", "append 4 KiB and fdatasync, p50", middle, Budget::None);
    Ok(middle)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The rows that the desk wrote, inserted once more in batches by the database alone, indexes and all.
pub(super) fn insert(report: &mut Report, stage: &Stage) -> anyhow::Result<()> {
    let url = stage.server.database_url();
    let per_second = match stage.server.kind() {
        Kind::Sqlite => {
            let empty = crate::Desk::on_disk(Kind::Sqlite)?;
            empty.run(&["migrate", "up"])?;
            let path = empty.path("data/roomkey.db");
            let mut db = SqliteConnection::establish(&path.to_string_lossy())?;
            let from = url.trim_start_matches("sqlite://");
            db.batch_execute(&format!(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ATTACH '{from}' AS source;"
            ))?;
            let rate = batches(&mut db, "source.entries", "main.entries")?;
            drop(db);
            rate
        }
        Kind::Postgres => {
            let mut db = PgConnection::establish(&url)?;
            db.batch_execute("CREATE TABLE bare (LIKE entries INCLUDING ALL)")?;
            let rate = batches(&mut db, "entries", "bare")?;
            db.batch_execute("DROP TABLE bare")?;
            rate
        }
    };
    report.figure(
        "insertPerSecond",
        "the same rows, inserted bare in batches of 256",
        per_second,
        "/s",
        Budget::None,
    );
    if let Some(keys) = report.of_section("keysPerSecond") {
        let what = "keys to bare inserts (0.6 will do where the disk is the limit)";
        report.figure("ratioToInsert", what, keys / per_second, "", Budget::None);
    }
    Ok(())
}

fn batches<C>(db: &mut C, from: &str, to: &str) -> anyhow::Result<f64>
where
    C: Connection + SimpleConnection,
    for<'a> diesel::query_builder::SqlQuery: diesel::query_dsl::LoadQuery<'a, C, Count>,
{
    let counted: Count =
        diesel::sql_query(format!("SELECT count(*) AS count FROM {from}")).get_result(db)?;
    let rows = counted.count.min(ROWS);
    let start = Instant::now();
    let mut at = 0;
    while at < rows {
        let end = (at + BATCH).min(rows);
        db.batch_execute(&format!(
            "INSERT INTO {to} SELECT * FROM {from} WHERE idx >= {at} AND idx < {end}"
        ))?;
        at = end;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 65536")]
    Ok(rows as f64 / start.elapsed().as_secs_f64())
}
