//! `roomkey audit trace`.

use roomkey_desk::audit::trace;
use roomkey_desk::wire::trace::TraceAnswer;

use super::entries;
use crate::input;
use crate::invocation::{End, Invocation, block_on};
use crate::output::{self, or_dash};

/// Finds the entries of a token.
pub(crate) fn run(invocation: &Invocation) -> anyhow::Result<End> {
    let open = invocation.open()?;
    let token = input::token()?;
    let trace = block_on(async {
        Ok(trace::trace(&open.desk.ground, &open.desk.tokens, &open.reads()?, &token).await?)
    })?;
    let found = !trace.entries.is_empty();
    let inspection = &trace.inspection;
    let verified = match &inspection.profile {
        Some(profile) => format!("signed by a key of the profile {profile}"),
        None => "not signed by any key of the settings".to_owned(),
    };
    let head = output::pairs(&[
        ("token", format!("{}, {verified}", inspection.provider)),
        ("identity", or_dash(inspection.identity.as_ref())),
        ("expires", or_dash(inspection.expires_at)),
        ("fingerprint", inspection.fingerprint.to_string()),
    ]);
    let rows = output::rows(
        &entries::table(&trace.entries),
        "The log has no entry of it: this desk never issued it.",
    );
    invocation.output.print(&TraceAnswer::of(trace), || format!("{head}\n\n{rows}"))?;
    Ok(if found { End::Done } else { End::Wrong })
}
