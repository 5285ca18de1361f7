//! `problems.md`: the problem codes of the HTTP API.

use roomkey_api::PROBLEMS;

use super::document::NOTE;

/// The document.
pub(super) fn markdown() -> String {
    let mut text = format!(
        "# Problems\n\n{NOTE}\n\n\
         Errors are RFC 9457 problems: `application/problem+json` whose `type` is `urn:roomkey:problem:<code>`.\n\
         The codes are stable; `roomkey explain <code>` prints the same on the terminal.\n\n\
         | status | code | title |\n| --- | --- | --- |\n"
    );
    for problem in PROBLEMS {
        let (status, code, title) = (problem.status, problem.code, problem.title);
        text += &format!("| {status} | [`{code}`](#{code}) | {title} |\n");
    }
    for problem in PROBLEMS {
        let (status, code, title) = (problem.status, problem.code, problem.title);
        text += &format!("\n## {code}\n\n`{status}` {title}.\n");
        text += &format!("{}\n{}\n", problem.meaning, problem.next);
    }
    text
}
