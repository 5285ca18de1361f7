//! Writes: each change together with its entry.

use roomkey_audit::{Actor, Event, RequestId};
use roomkey_claims::{EntryId, Timestamp};

use crate::db::connection::Db;
use crate::db::error::StoreError;

/// Who acts in which request, for the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Who.
    pub by: Actor,
    /// In which request.
    pub req: Option<RequestId>,
}

impl Context {
    /// The desk itself, in no request.
    pub const SYSTEM: Self = Self { by: Actor::System, req: None };
}

/// What can be changed, on somebody's authority; its methods stand with the tables that they change.
pub struct Writer<'a> {
    batch: &'a mut dyn Transaction,
    context: Context,
}

/// What a writer needs of the open transaction.
pub(crate) trait Transaction {
    fn db(&mut self) -> &mut Db;
    fn at(&self) -> Timestamp;
    fn append(&mut self, context: &Context, event: Event) -> Result<(u64, EntryId), StoreError>;
}

impl<'a> Writer<'a> {
    pub(crate) fn new(batch: &'a mut dyn Transaction, context: Context) -> Self {
        Self { batch, context }
    }

    pub(crate) fn db(&mut self) -> &mut Db {
        self.batch.db()
    }

    /// The time of the transaction.
    pub fn at(&self) -> Timestamp {
        self.batch.at()
    }

    /// Who acts.
    pub fn context(&self) -> &Context {
        &self.context
    }

    pub(crate) fn append(&mut self, event: Event) -> Result<u64, StoreError> {
        self.append_entry(event).map(|(index, _)| index)
    }

    /// Appends an entry; returns its index and its id.
    pub(crate) fn append_entry(&mut self, event: Event) -> Result<(u64, EntryId), StoreError> {
        self.batch.append(&self.context, event)
    }

    /// Records a count for whoever was counted, who is not the one that writes it down.
    pub fn record_count(&mut self, by: Actor, event: Event) -> Result<u64, StoreError> {
        self.batch.append(&Context { by, req: None }, event).map(|(index, _)| index)
    }

    /// Records something that changes nothing about who may enter: reading, exporting, failed logins, denials.
    pub fn record(&mut self, event: Event) -> Result<u64, StoreError> {
        self.append(event)
    }
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Writer({:?})", self.context)
    }
}
