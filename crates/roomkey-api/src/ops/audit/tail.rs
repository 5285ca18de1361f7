//! The log as it grows.

use roomkey_audit::Filter;
use roomkey_storage::{Order, Page};

use super::listed::{Listed, with_names};
use super::query::{AuditQuery, conditions};
use crate::ops::listing::MAX_PAGE;
use crate::ops::{Desk, OpsError, Reads};

/// A place at the end of the log; it was recorded that somebody watches.
#[derive(Debug, Clone)]
pub struct Tail {
    filter: Filter,
    after: u64,
}

impl Desk {
    /// Begins to watch the log, after the entry that records it.
    pub async fn tail(&self, reads: &Reads, query: AuditQuery) -> Result<Tail, OpsError> {
        let filter = self.resolve(query).await?;
        let after = self.record_reading(reads, "tail", conditions(&filter)).await?;
        Ok(Tail { filter, after })
    }

    /// The entries that came since, oldest first, at most [`MAX_PAGE`].
    pub async fn tail_next(
        &self,
        _reads: &Reads,
        tail: &mut Tail,
    ) -> Result<Vec<Listed>, OpsError> {
        let Tail { filter, after } = tail.clone();
        let page = Page { filter, order: Order::Ascending, after: Some(after), limit: MAX_PAGE };
        let entries = self
            .read(move |reader| {
                let stored = reader.page(&page)?;
                with_names(reader, &stored)
            })
            .await?;
        if let Some(last) = entries.last() {
            tail.after = last.index;
        }
        Ok(entries)
    }
}
