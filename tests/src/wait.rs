//! Waiting for something that another process does, for a bounded time.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;

/// How long the harness waits for anything that should happen soon.
pub const SOON: Duration = Duration::from_secs(30);

/// Asks `probe` again and again until it has an answer; an error names `what` did not happen.
pub fn until<T>(
    what: &str,
    limit: Duration,
    mut probe: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(answer) = probe()? {
            return Ok(answer);
        }
        if limit < start.elapsed() {
            bail!("{what}: not within {limit:?}");
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
