//! The log as it grows.

use std::time::Duration;

use roomkey_storage::{Order, Page};

use crate::audit::cursor::Cursor;
use crate::audit::listed::{Listed, with_names};
use crate::audit::page::{Extent, extent, run};
use crate::audit::query::{AuditQuery, record_reading, resolve};
use crate::authority::Reads;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::MAX_PAGE;
use crate::log::Log;

/// How long a request may wait for entries.
pub const MAX_WAIT: Duration = Duration::from_secs(30);

/// Where a tail begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TailFrom {
    /// Behind the entry that records that somebody watches.
    Now,
    /// Behind this index.
    After(u64),
    /// Where the page before ended: its [`TailPage::next`].
    Cursor(String),
}

/// What is waited for.
#[derive(Debug, Clone)]
pub struct TailRequest {
    /// What is looked for.
    pub query: AuditQuery,
    /// From where.
    pub from: TailFrom,
    /// Most entries, at most [`MAX_PAGE`].
    pub limit: u16,
    /// How long to wait where there is nothing yet, at most [`MAX_WAIT`].
    pub wait: Duration,
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailPage {
    /// The entries, oldest first; none where none came in time.
    pub entries: Vec<Listed>,
    /// Where to go on; always there.
    pub next: String,
    /// How far the log went.
    pub extent: Extent,
}

impl Log {
    /// The entries behind a place in the log, as soon as there are some.
    ///
    /// Indexes are in the order of the commits, so that what is behind an index was committed after it: none is ever
    /// skipped. That somebody watches is one entry for the whole run; one that goes on for more than an hour is
    /// recorded again and not interrupted.
    pub async fn tail(
        &self,
        ground: &Ground,
        reads: &Reads,
        request: TailRequest,
    ) -> Result<TailPage, DeskError> {
        let TailRequest { query, from, limit, wait } = request;
        let filter = resolve(ground, query).await?;
        let run = ["tail\0", run(reads, &filter, (Order::Ascending, None)).as_str()].concat();
        let now = ground.clock().now();
        let seal = ground.store().seal();
        // The index from which on is looked.
        let (mut from, began) = match from {
            TailFrom::Cursor(text) => {
                let cursor = Cursor::read(&text, seal, &run)?;
                if cursor.is_over(now) {
                    record_reading(ground, reads, "tail", filter.conditions()).await?;
                }
                (cursor.after, if cursor.is_over(now) { now } else { cursor.began })
            }
            TailFrom::After(index) => {
                let size = extent(ground).await?.size;
                if size <= index && index != 0 {
                    let last = size.saturating_sub(1);
                    let detail = format!("must be at most {last}, the index of the last entry");
                    return Err(DeskError::OutOfBounds { parameter: "after", detail });
                }
                record_reading(ground, reads, "tail", filter.conditions()).await?;
                (index.saturating_add(1), now)
            }
            TailFrom::Now => {
                let recorded = record_reading(ground, reads, "tail", filter.conditions()).await?;
                (recorded.saturating_add(1), now)
            }
        };
        let limit = limit.min(MAX_PAGE);
        let until = tokio::time::Instant::now() + wait.min(MAX_WAIT);
        let (entries, extent) = loop {
            // Before the reading: what is committed meanwhile is behind it, and looked at the next time.
            let extent = extent(ground).await?;
            let page = Page {
                filter: filter.clone(),
                order: Order::Ascending,
                after: from.checked_sub(1),
                below: Some(extent.size),
                limit,
            };
            let (entries, next) = ground
                .read(move |reader| {
                    let found = reader.page(&page)?;
                    Ok((with_names(reader, &found.entries)?, found.next))
                })
                .await?;
            // All below was looked at, whether it was looked for or not.
            from = next.map_or(extent.size, |next| next.saturating_add(1)).max(from);
            let left = until.saturating_duration_since(tokio::time::Instant::now());
            if !entries.is_empty() || left.is_zero() || self.head().is_stopped() {
                break (entries, extent);
            }
            if next.is_none() {
                self.head().beyond(&ground.reading(), extent.size, left).await;
            }
        };
        let next = Cursor { after: from, began }.seal(seal, &run)?;
        Ok(TailPage { entries, next, extent })
    }
}
