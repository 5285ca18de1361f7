//! `roomkey audit recover`.

use anyhow::bail;
use clap::Args;
use indicatif::ProgressBar;
use roomkey_audit::tree::key::KeyName;
use roomkey_desk::log::recover;
use serde_json::json;

use crate::invocation::{End, Invocation, block_on, said};
use crate::output;

/// How to take over.
#[derive(Debug, Args)]
pub(crate) struct RecoverArgs {
    /// The new name of the log; it must be another than the old one [default: random]
    #[arg(long)]
    origin: Option<KeyName>,
    /// Do it: checkpoints that were signed until now stay valid for the old log only
    #[arg(long)]
    yes: bool,
}

/// Takes the log over.
pub(crate) fn run(invocation: &Invocation, args: &RecoverArgs) -> anyhow::Result<End> {
    let open = invocation.open()?;
    let Some(reason) = block_on(async { Ok(recover::frozen(&open.desk.ground).await?) })? else {
        bail!("the log is not frozen: there is nothing to recover");
    };
    if !args.yes {
        output::note(format!("the log is frozen: {reason}"));
        bail!("look into it first; then `roomkey audit recover --yes` takes the log over as it is");
    }
    let bar = ProgressBar::new(0);
    let progress = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let recovered = block_on(async {
        let (admin, outlet) = (open.admin()?, &open.audit.outlet);
        Ok(recover::recover(&open.desk.ground, &admin, args.origin.clone(), outlet, &progress)
            .await?)
    })?;
    bar.finish_and_clear();
    open.sign_log()?;
    let value =
        json!({ "origin": recovered.origin, "size": recovered.size, "index": recovered.index });
    invocation.output.print(&value, || {
        format!("the log goes on as {} from entry {}", recovered.origin, recovered.index)
    })?;
    said(invocation.output, "tell the auditors the new key: `roomkey audit vkey`");
    Ok(End::Done)
}
