//! `cargo xtask bench`: the budgets, measured on a release build.

use xshell::{Shell, cmd};

use crate::build::{self, Profile};
use crate::postgres::Durability;
use crate::report::Report;
use crate::test;

/// Builds, starts PostgreSQL, and measures one area or all; the long log of `audit` stands in a file.
pub(crate) fn run(
    sh: &Shell,
    quick: bool,
    area: Option<&str>,
    entries: Option<u64>,
) -> anyhow::Result<()> {
    let mut report = Report::new("bench");
    let cluster = if area == Some("audit") {
        None
    } else {
        test::database(sh, &mut report, Durability::PowerCut)
    };
    let _url = cluster.as_ref().map(|cluster| sh.push_env("TEST_POSTGRES_URL", cluster.url()));
    report.check("release build", || build::build(sh, Profile::Release));
    report.check("bench", || {
        let bench = build::binary(Profile::Release, "bench");
        let roomkey = build::binary(Profile::Release, "roomkey");
        let quick = quick.then_some("--quick");
        let entries = entries.map(|entries| ["--entries".to_owned(), entries.to_string()]);
        let entries = entries.into_iter().flatten();
        Ok(cmd!(sh, "{bench} {quick...} {entries...} {area...}")
            .env("ROOMKEY_BIN", roomkey)
            .run()?)
    });
    drop(cluster);
    report.finish()
}
