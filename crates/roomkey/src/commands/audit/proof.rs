//! `roomkey audit proof`.

use roomkey_desk::audit::entry;
use roomkey_desk::log::proof;
use serde_json::json;

use super::show::ShowArgs;
use crate::invocation::{End, Invocation, block_on};

/// Prints the proof.
pub(crate) fn run(invocation: &Invocation, args: &ShowArgs) -> anyhow::Result<End> {
    let open = invocation.open()?;
    open.try_sign_log();
    let (index, proof) = block_on(async {
        let entry = entry::entry(&open.desk.ground, &open.reads()?, args.entry).await?;
        Ok((entry.index, proof::proof_of(&open.desk.ground, entry.index).await?.to_string()))
    })?;
    invocation.output.print(&json!({ "index": index, "proof": proof }), || proof.clone())?;
    Ok(End::Done)
}
