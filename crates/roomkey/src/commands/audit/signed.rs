//! `roomkey audit checkpoint`, `roomkey audit vkey` and `roomkey audit proof`: what the signed log shows to others.

use anyhow::Context;
use roomkey_desk::audit::entry;
use roomkey_desk::log::{proof, published};
use serde_json::json;

use super::show::ShowArgs;
use crate::invocation::{End, Invocation, block_on};

/// Prints the newest checkpoint.
pub(super) fn checkpoint(invocation: &Invocation) -> anyhow::Result<End> {
    let open = invocation.open()?;
    open.try_sign_log();
    let published = block_on(async { Ok(published::checkpoint(&open.desk.ground).await?) })?;
    let published = published.context("there is no checkpoint yet: start the server")?;
    let signed_at = published.signed_at.to_string();
    let value =
        json!({ "size": published.size, "signedAt": signed_at, "checkpoint": published.note });
    invocation.output.print(&value, || published.note)?;
    Ok(End::Done)
}

/// Prints the key that checkpoints are verified with.
pub(super) fn vkey(invocation: &Invocation) -> anyhow::Result<End> {
    let open = invocation.open()?;
    open.try_sign_log();
    let key = block_on(async { Ok(published::verifier_key(&open.desk.ground).await?) })?;
    let key = key.context("the log has no key yet: start the server")?.to_string();
    invocation.output.print(&json!({ "vkey": key }), || key.clone())?;
    Ok(End::Done)
}

/// Prints the proof that an entry is in the signed log.
pub(super) fn proof(invocation: &Invocation, args: &ShowArgs) -> anyhow::Result<End> {
    let open = invocation.open()?;
    open.try_sign_log();
    let (index, proof) = block_on(async {
        let entry = entry::entry(&open.desk.ground, &open.reads()?, args.entry).await?;
        Ok((entry.index, proof::proof_of(&open.desk.ground, entry.index).await?.to_string()))
    })?;
    invocation.output.print(&json!({ "index": index, "proof": proof }), || proof.clone())?;
    Ok(End::Done)
}
