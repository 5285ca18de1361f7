//! The tree over the log, as far as it is signed: its state, its tiles, and who may move it on.
//!
//! Nothing here hashes or signs: whoever integrates does, and hands over what to keep, by compare-and-set.

use std::fmt;
use std::time::Duration;

use diesel::prelude::*;
use roomkey_audit::Event;
use roomkey_audit::tree::hash::{EMPTY_ROOT, Hash};
use roomkey_audit::tree::proof::TreeHead;
use roomkey_claims::Timestamp;
use zeroize::Zeroizing;

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::{entries, head, leases, retired_logs, tiles, tree};
use crate::db::seal::{Place, Seal, SealError};
use crate::db::writer::Writer;
use crate::log::entries::{Row as EntryRow, STORED, Stored, stored};

/// Where the signing key stands.
const SIGNING_KEY: Place<'static> = Place { table: "tree", column: "signing_key", row: "1" };

/// The lease of the one node that signs the log.
pub const INTEGRATOR: &str = "integrator";

/// How far the tree goes, and by whom it is signed.
#[derive(Clone, PartialEq, Eq)]
pub struct TreeState {
    /// The origin of the log, the first line of its checkpoints.
    pub origin: String,
    /// How many entries are in the tree.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// The signed checkpoint of that size; none before the first.
    pub checkpoint: Option<String>,
    /// When it was signed.
    pub signed_at: Timestamp,
    sealed_key: Vec<u8>,
}

impl TreeState {
    /// The signing key.
    pub fn signing_key(&self, seal: &Seal) -> Result<Zeroizing<Vec<u8>>, SealError> {
        seal.open(SIGNING_KEY, &self.sealed_key)
    }
}

impl fmt::Debug for TreeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreeState")
            .field("origin", &self.origin)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// A tree that is to begin.
pub struct NewTree {
    origin: String,
    sealed_key: Vec<u8>,
}

impl NewTree {
    /// A tree under this origin with this signing key, which is sealed at once.
    pub fn new(seal: &Seal, origin: String, signing_key: &[u8]) -> Result<Self, SealError> {
        let sealed_key = seal.seal(SIGNING_KEY, signing_key)?;
        Ok(Self { origin, sealed_key })
    }
}

impl fmt::Debug for NewTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewTree").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// A tile, as wide as it is so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileRow {
    /// Its level.
    pub level: u8,
    /// Its index in the level.
    pub index: u64,
    /// Its hashes, 32 bytes each, 1 to 256 of them.
    pub hashes: Vec<u8>,
}

/// A step of the tree: from one size and root to the next.
#[derive(Debug, Clone)]
pub struct Advance {
    /// Size and root before; the step is refused where they are others.
    pub before: TreeHead,
    /// Size and root after.
    pub after: TreeHead,
    /// The signed checkpoint of the new size.
    pub checkpoint: String,
    /// The tiles that changed.
    pub tiles: Vec<TileRow>,
    /// Who integrates.
    pub holder: String,
    /// For how long nobody else shall.
    pub lease: Duration,
}

/// How a frozen log goes on.
#[derive(Debug)]
pub struct Recovery {
    /// The new origin and key.
    pub new: NewTree,
    /// How many entries there are, and the root of the tree over them.
    pub head: TreeHead,
    /// The checkpoint of that tree, signed with the new key.
    pub checkpoint: String,
    /// All its tiles.
    pub tiles: Vec<TileRow>,
    /// The vkey of the old tree, where there was one.
    pub retired: Option<String>,
}

type Row = (String, Vec<u8>, i64, Vec<u8>, String, i64);

fn state(db: &mut Db) -> Result<Option<TreeState>, StoreError> {
    let row: Option<Row> = tree::table
        .select((
            tree::origin,
            tree::signing_key,
            tree::size,
            tree::root,
            tree::checkpoint,
            tree::signed_at,
        ))
        .first(db)
        .optional()?;
    let Some((origin, sealed_key, size, root, checkpoint, signed_at)) = row else {
        return Ok(None);
    };
    Ok(Some(TreeState {
        origin,
        size: columns::number("tree.size", size)?,
        root: Hash::from_bytes(columns::hash("tree.root", &root)?),
        checkpoint: Some(checkpoint).filter(|note| !note.is_empty()),
        signed_at: Timestamp::from_micros(signed_at),
        sealed_key,
    }))
}

impl Reader<'_> {
    /// The tree, once one was begun.
    pub fn tree(&mut self) -> Result<Option<TreeState>, StoreError> {
        state(self.db)
    }

    /// The hashes of a tile, as wide as it is so far.
    pub fn tile(&mut self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let tile = tiles::table.find((i32::from(level), columns::index(index)));
        Ok(tile.select(tiles::hashes).first(self.db).optional()?)
    }

    /// The entries from an index, in their order, at most `limit`.
    pub fn entries_from(&mut self, from: u64, limit: u16) -> Result<Vec<Stored>, StoreError> {
        let rows: Vec<EntryRow> = entries::table
            .filter(entries::idx.ge(columns::index(from)))
            .order(entries::idx)
            .limit(i64::from(limit))
            .select(STORED)
            .load(self.db)?;
        rows.into_iter().map(stored).collect()
    }

    /// Why nothing is written any more, where the log is frozen.
    pub fn frozen(&mut self) -> Result<Option<String>, StoreError> {
        Ok(head::table.select(head::frozen).first(self.db)?)
    }

    /// The keys of logs that were taken over, as vkeys.
    pub fn retired_logs(&mut self) -> Result<Vec<String>, StoreError> {
        Ok(retired_logs::table
            .order(retired_logs::vkey)
            .select(retired_logs::vkey)
            .load(self.db)?)
    }

    /// Whether there was a tree once: somebody integrated, or there are tiles.
    pub fn had_tree(&mut self) -> Result<bool, StoreError> {
        let tile: Option<i64> = tiles::table.select(tiles::idx).first(self.db).optional()?;
        let lease: Option<i64> = leases::table.select(leases::fence).first(self.db).optional()?;
        Ok(tile.is_some() || lease.is_some())
    }
}

impl Writer<'_> {
    /// Begins the tree where there is none yet; whether it began.
    pub fn begin_tree(&mut self, new: &NewTree) -> Result<bool, WriteError> {
        if state(self.db())?.is_some() {
            return Ok(false);
        }
        let row = (
            tree::id.eq(1),
            tree::origin.eq(&new.origin),
            tree::signing_key.eq(&new.sealed_key),
            tree::size.eq(0),
            tree::root.eq(EMPTY_ROOT.as_bytes().to_vec()),
            tree::checkpoint.eq(""),
            tree::signed_at.eq(0),
            tree::fence.eq(0),
        );
        diesel::insert_into(tree::table).values(row).execute(self.db())?;
        Ok(true)
    }

    /// Moves the tree on, for whoever holds the lease or can take it.
    ///
    /// Size and root must be those from which the step was made, so that even one who was overtaken changes nothing.
    pub fn advance_tree(&mut self, step: &Advance) -> Result<(), WriteError> {
        let held = self.take_lease(INTEGRATOR, &step.holder, step.lease)?;
        let fence = held.ok_or(Refused::TreeRaced)?;
        let expected = tree::table
            .filter(tree::size.eq(columns::index(step.before.size)))
            .filter(tree::root.eq(step.before.root.as_bytes().to_vec()))
            .filter(tree::fence.le(fence));
        let at = self.at().as_micros();
        let moved = diesel::update(expected)
            .set((
                tree::size.eq(columns::index(step.after.size)),
                tree::root.eq(step.after.root.as_bytes().to_vec()),
                tree::checkpoint.eq(&step.checkpoint),
                tree::signed_at.eq(at),
                tree::fence.eq(fence),
            ))
            .execute(self.db())?;
        if moved != 1 {
            return Err(Refused::TreeRaced.into());
        }
        self.put_tiles(&step.tiles)
    }

    fn put_tiles(&mut self, rows: &[TileRow]) -> Result<(), WriteError> {
        for TileRow { level, index, hashes } in rows {
            let (level, index) = (i32::from(*level), columns::index(*index));
            let changed = diesel::update(tiles::table.find((level, index)))
                .set(tiles::hashes.eq(hashes))
                .execute(self.db())?;
            if changed == 0 {
                let row = (tiles::level.eq(level), tiles::idx.eq(index), tiles::hashes.eq(hashes));
                diesel::insert_into(tiles::table).values(row).execute(self.db())?;
            }
        }
        Ok(())
    }

    /// Freezes the log: from the next transaction on nothing is written, on no node, until it is recovered.
    pub fn freeze(&mut self, reason: &str) -> Result<(), WriteError> {
        diesel::update(head::table.filter(head::frozen.is_null()))
            .set(head::frozen.eq(reason))
            .execute(self.db())?;
        Ok(())
    }

    /// Takes a frozen log over as it is: a new tree under a new origin with a new key, and an entry that says so.
    ///
    /// What the old key signed stays as it was signed, and nothing that contradicts it is ever signed with that key.
    pub fn recover(&mut self, recovery: &Recovery) -> Result<u64, WriteError> {
        let Recovery { new, head, checkpoint, tiles: rows, retired } = recovery;
        if (Reader { db: self.db() }).frozen()?.is_none() {
            return Err(Refused::NotFrozen.into());
        }
        if (Reader { db: self.db() }).head()?.next_index != head.size {
            return Err(Refused::TreeRaced.into());
        }
        diesel::delete(tiles::table).execute(self.db())?;
        diesel::delete(tree::table).execute(self.db())?;
        diesel::delete(leases::table).execute(self.db())?;
        if let Some(vkey) = retired {
            let known = retired_logs::table.find(vkey).select(retired_logs::vkey);
            if known.first::<String>(self.db()).optional()?.is_none() {
                let row = retired_logs::vkey.eq(vkey);
                diesel::insert_into(retired_logs::table).values(row).execute(self.db())?;
            }
        }
        self.begin_tree(new)?;
        let at = self.at().as_micros();
        diesel::update(tree::table)
            .set((
                tree::size.eq(columns::index(head.size)),
                tree::root.eq(head.root.as_bytes().to_vec()),
                tree::checkpoint.eq(checkpoint),
                tree::signed_at.eq(at),
            ))
            .execute(self.db())?;
        for TileRow { level, index, hashes } in rows {
            let row = (
                tiles::level.eq(i32::from(*level)),
                tiles::idx.eq(columns::index(*index)),
                tiles::hashes.eq(hashes),
            );
            diesel::insert_into(tiles::table).values(row).execute(self.db())?;
        }
        diesel::update(head::table).set(head::frozen.eq(None::<String>)).execute(self.db())?;
        let root = format!("{:x}", head.root);
        Ok(self.append(Event::LogRecovered { size: head.size, root })?)
    }
}
