//! What somebody can do who has the database in their hands.

use std::time::Duration;

use roomkey_claims::{Clock, SystemClock};
use roomkey_tests::{Desk, Kind};

use crate::databases::{execute, text_of};

/// One value of bytes in the database.
pub(crate) struct Place {
    table: &'static str,
    column: &'static str,
    row: String,
}

/// The bytes of an entry.
pub(crate) fn body(index: u64) -> Place {
    Place { table: "entries", column: "body", row: format!("idx = {index}") }
}

/// The hash of an entry.
pub(crate) fn leaf(index: u64) -> Place {
    Place { table: "entries", column: "leaf", row: format!("idx = {index}") }
}

/// The hashes of a tile.
pub(crate) fn tile(level: u8, index: u64) -> Place {
    Place { table: "tiles", column: "hashes", row: format!("level = {level} AND idx = {index}") }
}

/// The root that was signed.
pub(crate) fn root() -> Place {
    Place { table: "tree", column: "root", row: "id = 1".to_owned() }
}

/// One bit of the tenth byte.
pub(crate) fn flip(bytes: &mut [u8]) {
    if let Some(byte) = bytes.get_mut(9) {
        *byte ^= 1;
    }
}

/// Takes away what keeps the entries as they are.
pub(crate) fn unlock(desk: &Desk) -> anyhow::Result<()> {
    execute(
        desk,
        match desk.kind() {
            Kind::Sqlite => {
                "DROP TRIGGER IF EXISTS entries_refuse_update; \
                 DROP TRIGGER IF EXISTS entries_refuse_delete"
            }
            Kind::Postgres => "ALTER TABLE entries DISABLE TRIGGER ALL",
        },
    )
}

/// Changes bytes, and returns what they were.
pub(crate) fn change(
    desk: &Desk,
    Place { table, column, row }: &Place,
    change: impl FnOnce(&mut [u8]),
) -> anyhow::Result<Vec<u8>> {
    unlock(desk)?;
    let read = match desk.kind() {
        Kind::Sqlite => format!("hex({column})"),
        Kind::Postgres => format!("encode({column}, 'hex')"),
    };
    let hex = text_of(desk, &format!("SELECT {read} AS name FROM {table} WHERE {row}"))?;
    let digits = hex.as_bytes().chunks(2);
    let before = digits.map(|two| Ok(u8::from_str_radix(str::from_utf8(two)?, 16)?));
    let before = before.collect::<anyhow::Result<Vec<u8>>>()?;
    let mut after = before.clone();
    change(&mut after);
    execute(desk, &format!("UPDATE {table} SET {column} = {} WHERE {row}", bytes(desk, &after)))?;
    Ok(before)
}

/// Bytes as SQL.
pub(crate) fn bytes(desk: &Desk, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match desk.kind() {
        Kind::Sqlite => format!("x'{hex}'"),
        Kind::Postgres => format!("'\\x{hex}'::bytea"),
    }
}

/// A number in the database.
pub(crate) fn number(desk: &Desk, what: &str) -> anyhow::Result<u64> {
    Ok(text_of(desk, &format!("SELECT CAST({what} AS TEXT) AS name"))?.parse()?)
}

/// The index that the next entry gets.
pub(crate) fn next_index(desk: &Desk) -> anyhow::Result<u64> {
    number(desk, "(SELECT next_index FROM head)")
}

const COPIED: [&str; 4] = ["entries", "head", "tree", "tiles"];

/// Copies the log, as a backup does.
pub(crate) fn copy(desk: &Desk) -> anyhow::Result<()> {
    COPIED.iter().try_for_each(|table| {
        execute(desk, &format!("CREATE TABLE old_{table} AS SELECT * FROM {table}"))
    })
}

/// Puts the copy in place of the log.
pub(crate) fn roll_back(desk: &Desk) -> anyhow::Result<()> {
    unlock(desk)?;
    COPIED.iter().try_for_each(|table| {
        execute(
            desk,
            &format!(
                "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table}; \
                 DROP TABLE old_{table}"
            ),
        )
    })
}

/// Takes the integrator's lease for a while, and does nothing with it.
pub(crate) fn take_lease(desk: &Desk) -> anyhow::Result<()> {
    let until = SystemClock.now().plus(Duration::from_secs(50)).as_micros();
    execute(desk, &format!("UPDATE leases SET holder = 'nobody', expires_at = {until}"))
}

/// Gives the lease back.
pub(crate) fn give_lease_back(desk: &Desk) -> anyhow::Result<()> {
    execute(desk, "UPDATE leases SET expires_at = 0")
}
