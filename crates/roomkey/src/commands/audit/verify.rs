//! `roomkey audit verify`.

use indicatif::ProgressBar;
use roomkey_desk::log::verify;
use serde_json::json;

use crate::invocation::{End, Invocation};

/// Compares the stored log with itself.
pub(crate) fn run(invocation: &Invocation) -> anyhow::Result<End> {
    let open = invocation.open()?;
    let bar = ProgressBar::new(0);
    let progress = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let verified =
        verify::verify(&open.desk.ground, &open.reads()?, &open.audit.outlet, &progress)?;
    bar.finish_and_clear();
    let flaws: Vec<String> = verified.flaws.iter().map(ToString::to_string).collect();
    let value = json!({
        "verified": verified.total == 0,
        "entries": verified.entries,
        "signed": verified.signed,
        "flaws": flaws,
        "flawsTotal": verified.total,
    });
    invocation.output.print(&value, || {
        let ending = match verified.total {
            0 => "nothing is wrong".to_owned(),
            1 => "1 flaw".to_owned(),
            total => format!("{total} flaws"),
        };
        let compared = format!(
            "{} entries compared with their columns, {} of them with the signed tree: {ending}",
            verified.entries, verified.signed
        );
        flaws.into_iter().chain([compared]).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if verified.total == 0 { End::Done } else { End::Wrong })
}
