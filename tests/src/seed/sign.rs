//! The tree over a log that was written, by the desk's own command.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::desk::Desk;

/// Signs the first `entries` entries; each run of the command signs as many as it can in some seconds.
pub fn sign(desk: &Desk, entries: u64) -> anyhow::Result<Duration> {
    let start = Instant::now();
    let mut signed = 0;
    while signed < entries {
        let checkpoint = desk.json(&["audit", "checkpoint"])?;
        let size = checkpoint.get("size").and_then(serde_json::Value::as_u64);
        let size = size.context("the size of a checkpoint")?;
        if size <= signed {
            bail!("the tree does not grow beyond {signed} of {entries} entries");
        }
        signed = size;
    }
    Ok(start.elapsed())
}
