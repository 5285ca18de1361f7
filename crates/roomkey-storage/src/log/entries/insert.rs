//! Writes entries: the same prepared statement for any number of rows.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};

use super::row::EntryRow;
use crate::db::connection::Db;
use crate::db::error::StoreError;
use crate::db::schema::entries;

/// Writes rows: on PostgreSQL all in one statement, which saves round trips; on SQLite one by one, which measured a
/// fifth faster than parsing a statement of many rows each time.
pub(crate) fn insert(db: &mut Db, rows: &[EntryRow]) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(connection) => {
            for row in rows {
                diesel::insert_into(entries::table).values(row).execute(connection)?;
            }
        }
        Db::Postgres(connection) => {
            if !rows.is_empty() {
                Rows::new(rows).execute(connection)?;
            }
        }
    }
    Ok(())
}

/// Rows by columns, each column one array: a statement of so many values would be parsed and planned anew each time.
struct Rows<'a> {
    idx: Vec<i64>,
    entry_id: Vec<&'a [u8]>,
    t: Vec<i64>,
    subject: Vec<Option<&'a [u8]>>,
    room: Vec<Option<&'a str>>,
    scene: Vec<Option<&'a str>>,
    event: Vec<Option<&'a str>>,
    issuance: Vec<Option<&'a [u8]>>,
    fingerprint: Vec<Option<&'a [u8]>>,
    address: Vec<Option<&'a str>>,
    class: Vec<&'a str>,
    leaf: Vec<&'a [u8]>,
    body: Vec<&'a [u8]>,
}

impl<'a> Rows<'a> {
    fn new(rows: &'a [EntryRow]) -> Self {
        Self {
            idx: rows.iter().map(|row| row.idx).collect(),
            entry_id: rows.iter().map(|row| row.entry_id.as_slice()).collect(),
            t: rows.iter().map(|row| row.t).collect(),
            subject: rows.iter().map(|row| row.subject.as_deref()).collect(),
            room: rows.iter().map(|row| row.room.as_deref()).collect(),
            scene: rows.iter().map(|row| row.scene.as_deref()).collect(),
            event: rows.iter().map(|row| row.event.as_deref()).collect(),
            issuance: rows.iter().map(|row| row.issuance.as_deref()).collect(),
            fingerprint: rows.iter().map(|row| row.fingerprint.as_deref()).collect(),
            address: rows.iter().map(|row| row.address.as_deref()).collect(),
            class: rows.iter().map(|row| row.class.as_str()).collect(),
            leaf: rows.iter().map(|row| row.leaf.as_slice()).collect(),
            body: rows.iter().map(|row| row.body.as_slice()).collect(),
        }
    }
}

/// The text is the same for any rows.
impl QueryId for Rows<'_> {
    type QueryId = Rows<'static>;
}

impl QueryFragment<Pg> for Rows<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql(
            "INSERT INTO entries (idx, entry_id, t, subject, room, scene, event, issuance, \
             fingerprint, address, class, leaf, body) SELECT * FROM unnest(",
        );
        pass.push_bind_param::<Array<BigInt>, _>(&self.idx)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Binary>, _>(&self.entry_id)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<BigInt>, _>(&self.t)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Binary>>, _>(&self.subject)?;
        for column in [&self.room, &self.scene, &self.event] {
            pass.push_sql(", ");
            pass.push_bind_param::<Array<Nullable<Text>>, _>(column)?;
        }
        for column in [&self.issuance, &self.fingerprint] {
            pass.push_sql(", ");
            pass.push_bind_param::<Array<Nullable<Binary>>, _>(column)?;
        }
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Nullable<Text>>, _>(&self.address)?;
        pass.push_sql(", ");
        pass.push_bind_param::<Array<Text>, _>(&self.class)?;
        for column in [&self.leaf, &self.body] {
            pass.push_sql(", ");
            pass.push_bind_param::<Array<Binary>, _>(column)?;
        }
        pass.push_sql(")");
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for Rows<'_> {}
