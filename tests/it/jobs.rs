//! Jobs: what no request asks for shows in readiness, in metrics and in the operator's table.

use std::fs;
use std::time::Duration;

use anyhow::Context;
use roomkey_desk::work::TABLE;
use roomkey_desk::work::kind::JobKind;
use roomkey_tests::place::workspace;
use roomkey_tests::scene::on;
use roomkey_tests::{Client, Kind, wait};

use crate::integrator_faults::FAULTS;

on_both! {
    each_job_has_a_line_in_readiness_and_a_metric_from_the_start,
    a_desk_whose_log_is_not_signed_is_not_ready,
}

/// Longer than the grace of signing, on a busy machine.
const LATE: Duration = Duration::from_secs(40);

fn each_job_has_a_line_in_readiness_and_a_metric_from_the_start(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ready = server.anonymous().get("/readyz")?.is(200)?.json()?;
        let checks = ready["checks"].as_array().context("checks")?;
        let names: Vec<&str> = checks.iter().filter_map(|check| check["name"].as_str()).collect();
        let metrics = Client::new(server.metrics_url()).get("/metrics")?.is(200)?.text().clone();
        for JobKind { name, .. } in TABLE {
            assert!(names.contains(name), "{name} in {names:?}");
            let failed = format!("roomkey_job_runs_total{{job=\"{name}\",result=\"failed\"}} 0");
            assert!(metrics.contains(&failed), "{failed} in {metrics}");
        }
        Ok(())
    })
}

fn a_desk_whose_log_is_not_signed_is_not_ready(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, anonymous) = (server.user("ada")?, server.anonymous());
        FAULTS[1].begin(server)?;
        ada.key("stage-1")?.is(200)?;
        let refused = wait::until("the desk is not ready", LATE, || {
            let answer = anonymous.get("/readyz")?;
            Ok((answer.status == 503).then_some(answer))
        })?;
        let check = refused.json()?["checks"]
            .as_array()
            .and_then(|checks| checks.iter().find(|check| check["name"] == "sign-log").cloned());
        let check = check.context("a line of the job")?;
        assert_eq!(check["ok"], false);
        // What the database said is for the diagnostics.
        assert!(!check.to_string().contains("broken"), "{check}");
        FAULTS[1].end(server)?;
        wait::until("the desk is ready again", LATE, || {
            Ok((anonymous.get("/readyz")?.status == 200).then_some(()))
        })
    })
}

/// A job as the operator's table has it.
fn row(job: &JobKind) -> String {
    let JobKind { name, what, period, lease, grace } = job;
    let period = match period.as_secs() {
        0 => format!("{} s", period.as_secs_f64()),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    };
    let nodes = if lease.is_some() { "; one node at a time, by a lease" } else { "" };
    let unready = match grace {
        Some(grace) => format!("after {} s of failures", grace.as_secs()),
        None => "never".to_owned(),
    };
    format!("| `{name}` | {period} | {what}{nodes} | {unready} |")
}

#[test]
fn the_operators_table_is_that_of_the_jobs() -> anyhow::Result<()> {
    let operations = fs::read_to_string(workspace().join("docs/operations.md"))?;
    let table = operations.split("\n## Jobs\n").nth(1).context("the section on jobs")?;
    let rows: Vec<&str> =
        table.lines().filter(|line| line.starts_with("| `")).take(TABLE.len()).collect();
    let expected: Vec<String> = TABLE.iter().map(|job| row(job)).collect();
    assert_eq!(rows, expected);
    Ok(())
}
