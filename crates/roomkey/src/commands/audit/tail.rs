//! `roomkey audit tail`.

use std::pin::pin;

use clap::Args;
use roomkey_desk::audit::query::AuditQuery;
use roomkey_desk::audit::tail::MAX_WAIT;
use roomkey_desk::audit::tail::TailFrom;
use roomkey_desk::audit::tail::TailRequest;
use roomkey_desk::wire::entry::EntryView;
use tokio::select;

use super::entries;
use super::filter::FilterArgs;
use crate::invocation::{End, Invocation, block_on, said};

/// What is looked for.
#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    /// What is looked for.
    #[command(flatten)]
    filter: FilterArgs,
    /// Begins behind this index instead of now
    #[arg(long, value_name = "INDEX")]
    after: Option<u64>,
}

/// Prints entries as they come, until Ctrl-C.
pub(crate) fn run(invocation: &Invocation, args: TailArgs) -> anyhow::Result<End> {
    let open = invocation.open()?;
    block_on(async {
        let reads = open.reads()?;
        let query: AuditQuery = args.filter.into_query();
        let mut from = args.after.map_or(TailFrom::Now, TailFrom::After);
        said(invocation.output, "Waiting for entries; Ctrl-C ends it.");
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        // The first request does not wait: it records that somebody watches.
        let mut wait = std::time::Duration::ZERO;
        loop {
            let request = TailRequest { query: query.clone(), from, limit: 1_000, wait };
            let page = select! {
                page = open.desk.log.tail(&open.desk.ground, &reads, request) => page?,
                signal = interrupted.as_mut() => {
                    signal?;
                    return Ok(End::Done);
                }
            };
            for listed in page.entries {
                let line = entries::line(&listed);
                invocation.output.print_line(&EntryView::of(listed), || line)?;
            }
            (from, wait) = (TailFrom::Cursor(page.next), MAX_WAIT);
        }
    })
}
