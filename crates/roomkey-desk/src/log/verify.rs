//! The log as it is stored, compared with itself: bytes, hashes, columns, tiles, checkpoint.
//!
//! This is for whoever runs the desk. It reads what is not published, the columns by which entries are found, and
//! trusts the process that it runs in; `roomkey-auditor verify` trusts nothing but a key, and reads what is published.

use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::tile::TileId;
use roomkey_storage::{Compared, EntryFlaw, Reader, StoreError, TreeState};

use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::log::check;
use crate::log::error::{IntegrateError, Mismatch};

use crate::log::key::LogKey;
use crate::log::outlet::Outlet;

/// Most entries of one read; whole tiles of leaves.
const READ: u16 = 2048;

/// How many flaws are listed; more are only counted.
const LISTED: usize = 100;

/// One thing that is wrong with a stored log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The bytes of an entry are none, or written otherwise than the desk writes.
    #[error("entry {index}: its bytes are not those of an entry as the desk writes it")]
    Bytes {
        /// Which entry.
        index: u64,
    },
    /// A column beside an entry does not follow from its bytes.
    #[error("entry {index}: its column `{column}` does not follow from its bytes")]
    Column {
        /// Which entry.
        index: u64,
        /// Which column.
        column: &'static str,
    },
    /// There is an entry behind the end of the log.
    #[error("entry {index} stands behind the end of the log")]
    Beyond {
        /// Which entry.
        index: u64,
    },
    /// A tile is missing, or not the one over the entries.
    #[error("{tile} is not the one over the entries")]
    Tile {
        /// Which tile.
        tile: TileId,
    },
    /// The entries do not lead to the root that was signed.
    #[error("the entries do not lead to the root that was signed for size {size}")]
    Root {
        /// The size.
        size: u64,
    },
    /// Something that freezes a log.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
}

/// What was compared, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// How many entries.
    pub entries: u64,
    /// How many of them were compared with the signed tree.
    pub signed: u64,
    /// The first 100 flaws.
    pub flaws: Vec<Flaw>,
    /// How many flaws there are.
    pub total: u64,
}

impl Verified {
    fn flaw(&mut self, flaw: impl Into<Flaw>) {
        self.total += 1;
        if self.flaws.len() < LISTED {
            self.flaws.push(flaw.into());
        }
    }
}

/// Compares everything that was stored of the log until now. It blocks; `progress` hears how far it is.
///
/// Nothing is recorded: nobody is shown what entries say, and a frozen log is looked at too.
pub fn verify(
    ground: &Ground,
    _reads: &Reads,
    outlet: &Outlet,
    progress: &dyn Fn(u64, u64),
) -> Result<Verified, IntegrateError> {
    ground.store().read(|reader| {
        // In the order in which a server at work falls behind: what was let out was kept before, what is signed was
        // committed before.
        let newest = check::let_out(outlet)?;
        let (tree, end) = (reader.tree()?, reader.head()?.next_index);
        let mut found = Verified::default();
        if let Some(tree) = &tree {
            let key = LogKey::of(tree, ground.store().seal())?;
            look_at_checkpoint(reader, tree, (&key, newest), &mut found)?;
        } else if reader.had_tree()? {
            found.flaw(Mismatch::TreeGone);
        }
        let mut walk = Walk { end, tree, edge: Some(Edge::empty()), next: 0, found };
        while walk.next < end {
            let entries = reader.compare_entries(walk.next, READ)?;
            for entry in entries.iter().take_while(|entry| entry.index < end) {
                walk.take(reader, entry)?;
            }
            if entries.last().is_none_or(|last| end <= last.index) {
                break;
            }
            progress(walk.next, end);
        }
        walk.look_behind(reader)?;
        Ok(walk.finish())
    })
}

fn look_at_checkpoint(
    reader: &mut Reader<'_>,
    tree: &TreeState,
    (key, newest): (&LogKey, Option<String>),
    found: &mut Verified,
) -> Result<(), IntegrateError> {
    let looked = [
        check::check_signed(tree, key).map_err(IntegrateError::from),
        check::check_let_out(reader, check::head_of(tree), (key, newest)),
    ];
    for looked in looked {
        match looked {
            Ok(()) => {}
            Err(IntegrateError::Mismatch(mismatch)) => found.flaw(mismatch),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A walk over the entries.
struct Walk {
    /// The index after the last entry when it began.
    end: u64,
    tree: Option<TreeState>,
    /// The tree over the entries so far, at most as far as it is signed; none once an entry was missing.
    edge: Option<Edge>,
    next: u64,
    found: Verified,
}

impl Walk {
    fn take(&mut self, reader: &mut Reader<'_>, entry: &Compared) -> Result<(), IntegrateError> {
        if entry.index != self.next {
            self.found.flaw(Mismatch::Gap { index: self.next });
            self.edge = None;
        }
        self.next = entry.index.saturating_add(1);
        self.found.entries += 1;
        let index = entry.index;
        match entry.flaw {
            Some(EntryFlaw::Bytes) => self.found.flaw(Flaw::Bytes { index }),
            Some(EntryFlaw::Column(column)) => self.found.flaw(Flaw::Column { index, column }),
            None => {}
        }
        self.append(reader, entry)
    }

    /// Extends the tree, and compares it where a tile is full and where it is as long as what is signed.
    fn append(&mut self, reader: &mut Reader<'_>, entry: &Compared) -> Result<(), IntegrateError> {
        let Some(tree) = &self.tree else { return Ok(()) };
        let Some(edge) = self.edge.as_mut().filter(|edge| edge.size() < tree.size) else {
            return Ok(());
        };
        edge.append(entry.leaf).map_err(|_| DeskError::Internal("the tree is full"))?;
        let is_whole = edge.size() == tree.size;
        if !is_whole && !edge.size().is_multiple_of(READ.into()) {
            return Ok(());
        }
        for (tile, hashes) in edge.take_tiles() {
            let stored = reader.tile(tile.level(), tile.index())?;
            // It may have grown since.
            if !stored.is_some_and(|stored| stored.starts_with(&hashes)) {
                self.found.flaw(Flaw::Tile { tile });
            }
        }
        if is_whole && edge.head() != check::head_of(tree) {
            self.found.flaw(Flaw::Root { size: tree.size });
        }
        self.found.signed = edge.size();
        Ok(())
    }

    /// Behind the end there is only what was committed since the walk began.
    fn look_behind(&mut self, reader: &mut Reader<'_>) -> Result<(), StoreError> {
        let behind = reader.compare_entries(self.end, 1)?;
        let now = reader.head()?.next_index;
        for entry in behind.iter().filter(|entry| now <= entry.index) {
            self.found.flaw(Flaw::Beyond { index: entry.index });
        }
        Ok(())
    }

    fn finish(mut self) -> Verified {
        let signed = self.tree.as_ref().map_or(0, |tree| tree.size);
        if self.end < signed {
            self.found.flaw(Mismatch::Cut { entries: self.end, signed });
        } else if self.next < self.end {
            self.found.flaw(Mismatch::Gap { index: self.next });
        }
        self.found
    }
}
