//! A page of the log.

use roomkey_audit::Filter;
use roomkey_storage::{Order, Page};

use super::cursor::Cursor;
use super::listed::{Listed, with_names};
use super::query::{AuditQuery, conditions};
use crate::ops::listing::{MAX_PAGE, one_more};
use crate::ops::{Desk, OpsError, Reads};

/// A page that is asked for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// What is looked for.
    pub query: AuditQuery,
    /// In which direction.
    pub order: Order,
    /// Most entries, at most [`MAX_PAGE`].
    pub limit: u16,
    /// Where to go on: [`AuditPage::next`] of the page before, with the same query and order.
    pub cursor: Option<String>,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<Listed>,
    /// The cursor of the next page, where there is one.
    pub next: Option<String>,
}

impl Desk {
    /// A page of the log. The first one of a run is recorded, with its filters.
    pub async fn page(&self, reads: &Reads, request: PageRequest) -> Result<AuditPage, OpsError> {
        let PageRequest { query, order, limit, cursor } = request;
        let limit = limit.min(MAX_PAGE);
        let filter = self.resolve(query).await?;
        let run = run(reads, &filter, order);
        let now = self.clock().now();
        let cursor =
            cursor.map(|text| Cursor::open(&text, self.store().seal(), &run, now)).transpose()?;
        let conditions = conditions(&filter);
        let page = Page {
            filter,
            order,
            after: cursor.map(|cursor| cursor.after),
            limit: one_more(limit),
        };
        let (entries, more) = self
            .read(move |reader| {
                let mut stored = reader.page(&page)?;
                let more = usize::from(limit) < stored.len();
                stored.truncate(usize::from(limit));
                Ok((with_names(reader, &stored)?, more))
            })
            .await?;
        // After the reading, so that it is not on its own page, and before the answer, so that it cannot be missing.
        if cursor.is_none() {
            self.record_reading(reads, "events", conditions).await?;
        }
        let began = cursor.map_or(now, |cursor| cursor.began);
        let next = match entries.last() {
            Some(last) if more => {
                Some(Cursor { after: last.index, began }.seal(self.store().seal(), &run)?)
            }
            Some(_) | None => None,
        };
        Ok(AuditPage { entries, next })
    }
}

/// Whose run it is and what it looks for: what a cursor is bound to.
fn run(reads: &Reads, filter: &Filter, order: Order) -> String {
    let mut run =
        reads.actor().subject().map_or_else(|| "console".to_owned(), |subject| subject.to_string());
    run.push_str(match order {
        Order::Ascending => "\0asc",
        Order::Descending => "\0desc",
    });
    for (name, value) in conditions(filter) {
        run.extend(["\0", name.as_str(), "=", value.as_str()]);
    }
    run
}
