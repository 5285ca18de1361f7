//! `roomkey audit tail`.

use std::pin::pin;
use std::time::Duration;

use clap::Args;
use roomkey_api::http::wire;
use tokio::time::timeout;

use super::entries;
use super::filter::FilterArgs;
use crate::console::{Console, End, block_on, said};

/// How often the database is asked.
const INTERVAL: Duration = Duration::from_millis(500);

/// What is looked for.
#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    /// What is looked for.
    #[command(flatten)]
    filter: FilterArgs,
}

/// Prints entries as they come, until Ctrl-C.
pub(crate) fn run(console: &Console, args: TailArgs) -> anyhow::Result<End> {
    let open = console.open()?;
    block_on(async {
        let reads = open.reads()?;
        let mut tail = open.desk.tail(&reads, args.filter.into_query()).await?;
        said(console.output, "Waiting for entries; Ctrl-C ends it.");
        let mut interrupted = pin!(tokio::signal::ctrl_c());
        loop {
            for listed in open.desk.tail_next(&reads, &mut tail).await? {
                let line = entries::line(&listed);
                console.output.print_line(&wire::entry(listed), || line)?;
            }
            if let Ok(signal) = timeout(INTERVAL, interrupted.as_mut()).await {
                signal?;
                return Ok(End::Done);
            }
        }
    })
}
