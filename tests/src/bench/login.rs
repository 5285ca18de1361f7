//! Logins, which cost what a hash costs, and keys beside them.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, anyhow};
use roomkey_auth::{HashSettings, Hasher};
use roomkey_claims::SystemIds;

use super::Effort;
use super::report::{Budget, Report, median};
use super::stage::{Plan, Stage};

/// Enough to keep the hashing threads busy, few enough to be queued.
const CONNECTIONS: usize = 16;

/// How many hashes a core computes for the baseline.
const HASHES: usize = 40;

/// Keys beside the logins: as many as a desk with something to do issues.
const KEYS_PER_SECOND: u32 = 200;

pub(super) fn measure(report: &mut Report, stage: &Stage, effort: Effort) -> anyhow::Result<()> {
    let (mut hashes, mut logins, mut slow) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        hashes.push(hashes_per_second()?);
        let plan = || Plan {
            requests: stage.logins(),
            connections: CONNECTIONS,
            duration: effort.round,
            rate: None,
        };
        logins.push(stage.load(plan())?.per_second());
        let keys = Plan {
            requests: stage.keys(),
            connections: 8,
            duration: effort.round,
            rate: Some(KEYS_PER_SECOND),
        };
        let plan = plan();
        let beside = thread::scope(|scope| {
            let address = stage.server.address().to_owned();
            let logins = scope.spawn(move || plan.send(&address));
            let keys = stage.load(keys);
            logins.join().map_err(|_| anyhow!("the logins panicked"))??;
            keys
        })?;
        slow.push(beside.percentile(99).as_secs_f64() * 1e3);
    }
    let (hashes, logins) = (median(hashes), median(logins));
    report.figure("hashesPerSecond", "argon2id hashes of all cores", hashes, "/s", Budget::None);
    report.figure("loginsPerSecond", "logins", logins, "/s", Budget::None);
    let ratio = logins / hashes;
    report.figure("ratioToHashes", "logins to hashes", ratio, "", Budget::AtLeast(0.9));
    let what = "latency of a key while logins are saturated, p99";
    report.figure("besideLoginsP99Millis", what, median(slow), "ms", Budget::AtMost(50.0));
    Ok(())
}

fn hashes_per_second() -> anyhow::Result<f64> {
    let cores = super::cores();
    let count = cores.get() * HASHES;
    let queue = NonZeroUsize::new(count).context("some hashes")?;
    let hasher = Hasher::start(HashSettings::OWASP, cores, queue, Arc::new(SystemIds));
    let start = Instant::now();
    let waiting: Vec<_> = (0..count).map(|_| hasher.hash("winding river stones".into())).collect();
    for hash in waiting {
        hash?.wait()?;
    }
    #[expect(clippy::cast_precision_loss, reason = "some dozens")]
    Ok(count as f64 / start.elapsed().as_secs_f64())
}
