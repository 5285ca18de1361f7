//! `roomkey audit query`.

use clap::Args;
use roomkey_desk::audit::page;
use roomkey_desk::audit::page::PageRequest;
use roomkey_desk::wire::entry::EntryView;
use roomkey_desk::wire::list::ListOf;
use roomkey_storage::Order;

use super::entries;
use super::filter::FilterArgs;
use crate::invocation::{End, Invocation, block_on, said};
use crate::output;

/// A page of the log.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// What is looked for.
    #[command(flatten)]
    filter: FilterArgs,
    /// Most entries
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Oldest first
    #[arg(long)]
    oldest_first: bool,
    /// Considers only the first N entries of the log, so that a page stays the same as the log grows
    #[arg(long, value_name = "SIZE")]
    at: Option<u64>,
    /// Continues after a page: its next cursor, with the same conditions
    #[arg(long)]
    cursor: Option<String>,
}

/// Prints a page.
pub(crate) fn run(invocation: &Invocation, args: QueryArgs) -> anyhow::Result<End> {
    let QueryArgs { filter, limit, oldest_first, at, cursor } = args;
    let order = if oldest_first { Order::Ascending } else { Order::Descending };
    let request = PageRequest { query: filter.into_query(), order, at, limit, cursor };
    let open = invocation.open()?;
    let page =
        block_on(async { Ok(page::page(&open.desk.ground, &open.reads()?, request).await?) })?;
    let table = entries::table(&page.entries);
    let views: Vec<_> = page.entries.into_iter().map(EntryView::of).collect();
    let next = page.next.clone();
    invocation
        .output
        .print(&ListOf::with_next(views, page.next), || output::rows(&table, "no entry fits"))?;
    if let Some(next) = next {
        said(invocation.output, &format!("There is more: the same with --cursor {next}"));
    }
    Ok(End::Done)
}
