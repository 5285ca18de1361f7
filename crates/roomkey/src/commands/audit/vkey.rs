//! `roomkey audit vkey`.

use anyhow::Context;
use roomkey_desk::log::published;
use serde_json::json;

use crate::invocation::{End, Invocation, block_on};

/// Prints the key.
pub(crate) fn run(invocation: &Invocation) -> anyhow::Result<End> {
    let open = invocation.open()?;
    open.try_sign_log();
    let key = block_on(async { Ok(published::verifier_key(&open.desk.ground).await?) })?;
    let key = key.context("the log has no key yet: start the server")?.to_string();
    invocation.output.print(&json!({ "vkey": key }), || key.clone())?;
    Ok(End::Done)
}
