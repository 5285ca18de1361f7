//! `roomkey audit checkpoint`.

use anyhow::Context;
use roomkey_desk::log::published;
use serde_json::json;

use crate::invocation::{End, Invocation, block_on};

/// Prints the checkpoint.
pub(crate) fn run(invocation: &Invocation) -> anyhow::Result<End> {
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
