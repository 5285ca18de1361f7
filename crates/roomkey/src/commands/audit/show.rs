//! `roomkey audit show`.

use anyhow::Context;
use clap::Args;
use roomkey_desk::audit::entry;
use roomkey_desk::audit::entry::EntryName;
use roomkey_desk::wire::entry::EntryView;

use crate::invocation::{End, Invocation, block_on};

/// Which entry.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The index of the entry, its id, or the id of the issuance that it records
    #[arg(value_parser = name)]
    pub(super) entry: EntryName,
}

fn name(text: &str) -> Result<EntryName, &'static str> {
    EntryName::parse(text).ok_or("must be an index or an id")
}

/// Prints the entry.
pub(crate) fn run(invocation: &Invocation, args: &ShowArgs) -> anyhow::Result<End> {
    let open = invocation.open()?;
    let listed =
        block_on(async { Ok(entry::entry(&open.desk.ground, &open.reads()?, args.entry).await?) })?;
    let view = EntryView::of(listed);
    let text = serde_json::to_string_pretty(&view).context("the entry cannot be shown")?;
    // The same for people: nothing reads better than the entry itself.
    invocation.output.print(&view, || text)?;
    Ok(End::Done)
}
