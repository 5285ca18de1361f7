//! `roomkey explain`.

use anyhow::bail;
use clap::Args;
use roomkey_api::{PROBLEMS, ProblemKind};
use serde_json::json;

use crate::invocation::{End, Invocation};
use crate::output;

/// Which problem.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roomkey explain not-allowed\n  roomkey explain urn:roomkey:problem:not-allowed"
)]
pub(crate) struct ExplainArgs {
    /// The code, or the whole type of a problem; without one, all codes are listed
    code: Option<String>,
}

/// Explains a problem code.
pub(crate) fn run(invocation: &Invocation, args: &ExplainArgs) -> anyhow::Result<End> {
    let Some(code) = &args.code else {
        let mut table = output::table(&["status", "code", "title"]);
        for kind in PROBLEMS {
            table.add_row([kind.status.to_string(), kind.code.to_owned(), kind.title.to_owned()]);
        }
        let all: Vec<_> = PROBLEMS.iter().map(|kind| wire(kind)).collect();
        invocation.output.print(&all, || output::rows(&table, ""))?;
        return Ok(End::Done);
    };
    let code = code.strip_prefix("urn:roomkey:problem:").unwrap_or(code);
    let Some(kind) = PROBLEMS.iter().find(|kind| kind.code == code) else {
        bail!("there is no problem {code:?}: `roomkey explain` lists them all");
    };
    invocation.output.print(&wire(kind), || {
        format!("{} ({})\n\n{}\n{}", kind.title, kind.status, kind.meaning, kind.next)
    })?;
    Ok(End::Done)
}

fn wire(kind: &ProblemKind) -> serde_json::Value {
    json!({
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "meaning": kind.meaning,
        "next": kind.next,
    })
}
