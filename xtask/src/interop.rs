//! `cargo xtask interop`: the log of a running desk, judged by Go's packages and by Tessera's `fsck`.

use anyhow::bail;
use xshell::{Shell, cmd};

use crate::build::{self, Profile};
use crate::report::Report;
use crate::tools;

/// Gets the judges, builds, and has the log judged.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let mut report = Report::new("interop");
    let judge = report.prepare("Go's judge of logs", || tools::go::judge(sh));
    let fsck = report.prepare("Tessera's fsck", || tools::go::fsck(sh));
    report.check("build", || build::build(sh, Profile::Debug));
    report.check("interop", || {
        let (Some(judge), Some(fsck)) = (judge, fsck) else { bail!("there is nobody to ask") };
        let interop = build::binary(Profile::Debug, "interop");
        let roomkey = build::binary(Profile::Debug, "roomkey");
        let run = cmd!(sh, "{interop}").env("ROOMKEY_BIN", roomkey);
        Ok(run.env("JUDGES_GO", judge).env("FSCK_BIN", fsck).run()?)
    });
    report.finish()
}
