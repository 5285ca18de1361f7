//! From the start of the process to readiness, on a database with entries.

use std::time::Instant;

use super::Effort;
use super::report::{Budget, Report, median};
use super::stage::Stage;
use crate::wait;

pub(super) fn measure(report: &mut Report, stage: Stage, effort: Effort) -> anyhow::Result<Stage> {
    let Stage { mut server, sessions } = stage;
    let mut times = Vec::new();
    for _ in 0..effort.rounds {
        let desk = server.stop()?;
        let start = Instant::now();
        server = desk.serve()?;
        wait::until("the desk is ready", wait::SOON, || {
            Ok((server.anonymous().get("/readyz")?.status == 200).then_some(()))
        })?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let what = "start to ready";
    report.figure("startMillis", what, median(times), "ms", Budget::AtMost(100.0));
    Ok(Stage { server, sessions })
}
