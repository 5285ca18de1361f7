//! `cargo xtask postgres`: a throw-away PostgreSQL for tests and work by hand.

mod account;
mod cluster;
mod programs;

use anyhow::bail;
use xshell::Shell;

pub(crate) use cluster::{Cluster, Durability};

use crate::flags::PostgresCmd;

/// Starts, stops or names the one that is kept for work by hand.
pub(crate) fn run(sh: &Shell, command: &PostgresCmd) -> anyhow::Result<()> {
    match command {
        PostgresCmd::Start(_) => println!("{}", Cluster::start_by_hand(sh)?),
        PostgresCmd::Stop(_) => cluster::stop_by_hand(sh)?,
        PostgresCmd::Url(_) => match cluster::url_by_hand(sh) {
            Some(url) => println!("{url}"),
            None => bail!("PostgreSQL does not run: `cargo xtask postgres start` starts it"),
        },
    }
    Ok(())
}
