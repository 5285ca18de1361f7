//! `cargo xtask e2e`: keys of a running desk at a real LiveKit server.

use anyhow::bail;
use xshell::{Shell, cmd};

use crate::build::{self, Profile};
use crate::report::Report;
use crate::{test, tools};

/// Gets the server and the judges, builds, and runs the proof.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let mut report = Report::new("e2e");
    let server = report.prepare("LiveKit server", || tools::livekit::ensure(sh));
    let _judges = test::judges(sh, &mut report);
    report.check("build", || build::build(sh, Profile::Debug));
    match server {
        Some(server) => report.check("e2e", || {
            let e2e = build::binary(Profile::Debug, "e2e");
            let roomkey = build::binary(Profile::Debug, "roomkey");
            let run = cmd!(sh, "{e2e}").env("ROOMKEY_BIN", roomkey);
            Ok(run.env("LIVEKIT_SERVER_BIN", server).run()?)
        }),
        None => report.check("e2e", || bail!("there is no LiveKit server to ask")),
    }
    report.finish()
}
