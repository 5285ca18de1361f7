//! The way of a token: from the ticket in the queue to the receipt of its entry.
//!
//! 1. [`job`]: [`Store::issue`](crate::Store::issue) makes a job of a ticket and its rule, which decides later.
//! 2. [`committer`]: the job waits in a bounded queue; a full queue refuses it at once. One thread takes up to 256 jobs,
//!    begins a transaction, and begins the next one as soon as this one is committed, so that a batch grows with the load.
//! 3. [`batch`]: the transaction locks the head row, which puts the transactions of all nodes in one order, and reads the
//!    clock once. Jobs run in the order of the queue: a ticket sees the changes before it. Each change has a savepoint.
//! 4. [`facts`]: the facts of a run of tickets are read in sets, one query for each kind, however many tickets.
//! 5. [`job`]: the rule of each ticket, which is the desk's, decides from its facts and returns the event to record.
//! 6. [`batch`]: each event gets its index, time and bytes; all entries are written at once, the head moves, and the
//!    transaction commits, which returns only when it is durable.
//! 7. [`job`]: only now each job makes its [`Receipt`](crate::Receipt) and answers its caller. After a failed commit there
//!    is no receipt, even if the entries may exist.
//!
//! Next to that way: [`calls`] records the tokens with which the desk calls a provider, and [`lookup`] reads the sessions
//! of bearers before they have a ticket.

pub(crate) mod job;

pub(crate) mod committer;

pub(crate) mod batch;

mod facts;

pub(crate) mod calls;

pub(crate) mod lookup;
