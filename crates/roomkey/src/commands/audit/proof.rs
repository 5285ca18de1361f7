//! `roomkey audit proof`.

use roomkey_desk::audit::entry;
use roomkey_desk::log::proof;
use serde_json::json;

use super::show::ShowArgs;
use crate::console::{Console, End, block_on};

/// Prints the proof.
pub(crate) fn run(console: &Console, args: &ShowArgs) -> anyhow::Result<End> {
    let open = console.open()?;
    open.try_sign_log();
    let (index, proof) = block_on(async {
        let entry = entry::entry(&open.desk.ground, &open.reads()?, args.entry).await?;
        Ok((entry.index, proof::proof_of(&open.desk.ground, entry.index).await?.to_string()))
    })?;
    console.output.print(&json!({ "index": index, "proof": proof }), || proof.clone())?;
    Ok(End::Done)
}
