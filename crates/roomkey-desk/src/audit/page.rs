//! A page of the log.

use std::time::Duration;

use roomkey_audit::{Filter, LeafHash};
use roomkey_storage::{Order, Page};
use sha2::{Digest, Sha256};

use crate::audit::cursor::{Cursor, RUN};
use crate::audit::listed::{Listed, with_names};
use crate::audit::query::{AuditQuery, record_reading, resolve};
use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::MAX_PAGE;

/// A page that is asked for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// What is looked for.
    pub query: AuditQuery,
    /// In which direction.
    pub order: Order,
    /// Only the first entries of the log, this many: so the same page is read again whatever came since.
    pub at: Option<u64>,
    /// Most entries, at most [`MAX_PAGE`].
    pub limit: u16,
    /// Where to go on: [`AuditPage::next`] of the page before, with the same query, order and size.
    pub cursor: Option<String>,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<Listed>,
    /// The cursor of the next page, where there is or may be one.
    pub next: Option<String>,
    /// How far the log went when it was read.
    pub extent: Extent,
    /// What the page is known by as long as it says the same; none where entries that come later may change it, or
    /// the part of the log that it lies in is not signed yet.
    pub tag: Option<String>,
    /// How long a page that was asked for at a size may be kept; none where it was not, or has no tag.
    pub keep: Option<Duration>,
}

/// How far the log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// How many entries were ever committed.
    pub size: u64,
    /// How many of them the newest signed checkpoint covers; 0 before the first.
    pub signed: u64,
    /// The smallest index that was not pruned.
    pub minimum: u64,
}

/// How far the log goes.
pub(super) async fn extent(ground: &Ground) -> Result<Extent, DeskError> {
    ground
        .read(|reader| {
            // In this order: what is signed was committed before.
            let signed = reader.tree()?.filter(|tree| tree.checkpoint.is_some());
            let head = reader.head()?;
            Ok(Extent {
                size: head.next_index,
                signed: signed.map_or(0, |tree| tree.size),
                minimum: head.minimum,
            })
        })
        .await
}

/// A page of the log. The first one of a run is recorded, with its filters.
pub async fn page(
    ground: &Ground,
    reads: &Reads,
    request: PageRequest,
) -> Result<AuditPage, DeskError> {
    let PageRequest { query, order, at, limit, cursor } = request;
    let limit = limit.min(MAX_PAGE);
    let filter = resolve(ground, query).await?;
    let extent = extent(ground).await?;
    if let Some(at) = at
        && extent.size < at
    {
        return Err(DeskError::OutOfBounds {
            parameter: "at",
            detail: format!("must be at most {}, the number of entries", extent.size),
        });
    }
    let run = run(reads, &filter, (order, at));
    let now = ground.clock().now();
    let cursor =
        cursor.map(|text| Cursor::open(&text, ground.store().seal(), &run, now)).transpose()?;
    let mut conditions = filter.conditions();
    conditions.extend(at.map(|at| ("at".to_owned(), at.to_string())));
    let after = cursor.map(|cursor| cursor.after);
    let page = Page { filter, order, after, below: at, limit };
    let (entries, next, settled) = ground
        .read(move |reader| {
            let found = reader.page(&page)?;
            Ok((with_names(reader, &found.entries)?, found.next, found.settled_below))
        })
        .await?;
    // After the reading, so that it is not on its own page, and before the answer, so that it cannot be missing.
    if cursor.is_none() {
        record_reading(ground, reads, "events", conditions).await?;
    }
    let began = cursor.map_or(now, |cursor| cursor.began);
    let is_signed = settled.is_some_and(|settled| settled <= extent.signed);
    let tag = is_signed.then(|| tag((&run, after, limit), &entries, next));
    // Not longer than its cursor is good for.
    let left = began.plus(RUN).as_micros().saturating_sub(now.as_micros());
    let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
    let keep = tag.as_ref().and(at).map(|_| left);
    let next = next.map(|after| Cursor { after, began }.seal(ground.store().seal(), &run));
    Ok(AuditPage { entries, next: next.transpose()?, extent, tag, keep })
}

/// The name of a page by what was asked and what it says; a name of a user that is gone makes it another one.
fn tag(
    (run, after, limit): (&str, Option<u64>, u16),
    entries: &[Listed],
    next: Option<u64>,
) -> String {
    let mut hash = Sha256::new();
    hash.update(run);
    hash.update(format!("\0{after:?}\0{limit}\0{next:?}"));
    for Listed { index, leaf, user, entry: _, projection: _ } in entries {
        hash.update(index.to_be_bytes());
        hash.update(leaf.as_bytes());
        hash.update(user.as_ref().map_or("", |user| user.as_str()));
        hash.update([0]);
    }
    LeafHash::from_bytes(hash.finalize().into()).to_string()
}

/// Whose run it is and what it looks for: what a cursor is bound to.
pub(super) fn run(reads: &Reads, filter: &Filter, (order, at): (Order, Option<u64>)) -> String {
    let mut run =
        reads.actor().subject().map_or_else(|| "console".to_owned(), |subject| subject.to_string());
    run.push_str(match order {
        Order::Ascending => "\0asc",
        Order::Descending => "\0desc",
    });
    if let Some(at) = at {
        run.extend(["\0at=", at.to_string().as_str()]);
    }
    for (name, value) in filter.conditions() {
        run.extend(["\0", name.as_str(), "=", value.as_str()]);
    }
    run
}
