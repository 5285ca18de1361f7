//! `roomkey audit query`.

use clap::Args;
use roomkey_desk::audit::page;
use roomkey_desk::audit::page::PageRequest;
use roomkey_desk::wire::entry::EntryView;
use roomkey_desk::wire::list::ListOf;
use roomkey_storage::Order;

use super::entries;
use super::filter::FilterArgs;
use crate::console::{Console, End, block_on, said};
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
    /// Only the first entries of the log, this many: the same page, whatever came since
    #[arg(long, value_name = "SIZE")]
    at: Option<u64>,
    /// Goes on where a page ended: its `next`, with the same conditions
    #[arg(long)]
    cursor: Option<String>,
}

/// Prints a page.
pub(crate) fn run(console: &Console, args: QueryArgs) -> anyhow::Result<End> {
    let QueryArgs { filter, limit, oldest_first, at, cursor } = args;
    let order = if oldest_first { Order::Ascending } else { Order::Descending };
    let request = PageRequest { query: filter.into_query(), order, at, limit, cursor };
    let open = console.open()?;
    let page =
        block_on(async { Ok(page::page(&open.desk.ground, &open.reads()?, request).await?) })?;
    let table = entries::table(&page.entries);
    let views: Vec<_> = page.entries.into_iter().map(EntryView::of).collect();
    let next = page.next.clone();
    console
        .output
        .print(&ListOf::with_next(views, page.next), || output::rows(&table, "no entry fits"))?;
    if let Some(next) = next {
        said(console.output, &format!("There is more: the same with --cursor {next}"));
    }
    Ok(End::Done)
}
