//! The log as files, in chunks, so that memory stays constant.

use roomkey_audit::{Event, Filter};
use roomkey_claims::Username;
use roomkey_storage::{Order, Page, Stored, User};

use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::MAX_PAGE;

/// What is to be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportRange {
    /// The first index; `None` takes the oldest entry that was not pruned.
    pub from: Option<u64>,
    /// The index after the last; `None` takes everything that is there.
    pub to: Option<u64>,
    /// Whether users' names go with it.
    pub with_identities: bool,
}

/// A signed checkpoint of the log, no larger than what is exported with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The origin of the log.
    pub origin: String,
    /// How many entries it covers.
    pub size: u64,
    /// The note (C2SP signed-note), as it was signed.
    pub note: String,
}

/// An export that was recorded and is under way.
#[derive(Debug, Clone)]
pub struct Export {
    /// The first index.
    pub from: u64,
    /// The index after the last.
    pub to: u64,
    /// Whether users' names go with it.
    pub with_identities: bool,
    /// The newest signed checkpoint when the range was fixed, where there was one.
    pub checkpoint: Option<SignedCheckpoint>,
    next: u64,
}

impl Export {
    /// How many entries are still to come.
    pub const fn remaining(&self) -> u64 {
        self.to.saturating_sub(self.next)
    }
}

/// Fixes the range of an export and records it.
pub async fn export(
    ground: &Ground,
    reads: &Reads,
    range: ExportRange,
) -> Result<Export, DeskError> {
    // The checkpoint first: what it covers was committed before the end of the range is fixed.
    let (tree, head) = ground.read(|reader| Ok((reader.tree()?, reader.head()?))).await?;
    let checkpoint = tree.and_then(|tree| {
        let (origin, size) = (tree.origin, tree.size);
        tree.checkpoint.map(|note| SignedCheckpoint { origin, size, note })
    });
    let ExportRange { from, to, with_identities } = range;
    let to = to.unwrap_or(head.next_index).min(head.next_index);
    let from = from.unwrap_or(0).max(head.minimum).min(to);
    ground.record(reads.actor(), Event::AuditExported { from, to, with_identities }).await?;
    Ok(Export { from, to, with_identities, checkpoint, next: from })
}

/// The next entries of an export, none at its end.
pub async fn export_next(
    ground: &Ground,
    _reads: &Reads,
    export: &mut Export,
) -> Result<Vec<Stored>, DeskError> {
    let limit = u16::try_from(export.remaining()).unwrap_or(MAX_PAGE).min(MAX_PAGE);
    if limit == 0 {
        return Ok(Vec::new());
    }
    let after = export.next.checked_sub(1);
    let page = Page { filter: Filter::ALL, order: Order::Ascending, after, below: None, limit };
    let mut stored = ground.read(move |reader| reader.page(&page)).await?.entries;
    stored.retain(|stored| stored.index < export.to);
    match stored.last() {
        Some(last) => export.next = last.index.saturating_add(1),
        None => export.next = export.to,
    }
    Ok(stored)
}

/// The users of the desk after a name, by which the ids in an export can be read; none where the export was not
/// recorded as one with identities.
pub async fn export_identities(
    ground: &Ground,
    _reads: &Reads,
    export: &Export,
    after: Option<Username>,
) -> Result<Vec<User>, DeskError> {
    if !export.with_identities {
        return Ok(Vec::new());
    }
    ground.read(move |reader| reader.users(after.as_ref(), MAX_PAGE)).await
}
