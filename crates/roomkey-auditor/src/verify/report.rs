//! What `verify` prints.

use serde_json::json;

use super::check::Seen;
use super::heads::Heads;
use crate::findings::Findings;

/// Prints what was found.
pub(super) fn print(heads: &Heads, seen: &Seen, findings: &Findings, json: bool) {
    if json {
        print_json(heads, seen, findings);
        return;
    }
    for finding in findings.list() {
        println!("{}", finding.what);
    }
    for note in &seen.notes {
        println!("note: {note}");
    }
    println!("{} entries hashed", seen.entries);
    match &heads.checkpoint {
        Some(checkpoint) => {
            let signature = match heads.verified_note {
                Some(_) => "signature verified",
                None => "signature not verified",
            };
            let head = checkpoint.head();
            let root = if seen.root_matches {
                "the entries lead to its root"
            } else {
                "the entries were not shown to lead to its root"
            };
            println!(
                "checkpoint of {}, size {}, root {}: {signature}, {root}",
                checkpoint.origin().as_str(),
                head.size,
                head.root
            );
        }
        None => println!("nothing is signed"),
    }
    match seen.unsigned {
        0 => {}
        1 => println!("1 entry behind the checkpoint is not yet signed"),
        unsigned => println!("{unsigned} entries behind the checkpoint are not yet signed"),
    }
    if let Some(kept) = heads.kept.filter(|_| seen.kept_matches) {
        println!("the log begins with the {} entries of the kept checkpoint", kept.size);
    }
    match findings.total() {
        0 => println!("verified: nothing is wrong with what could be checked"),
        1 => println!("1 finding"),
        total => println!("{total} findings"),
    }
}

fn print_json(heads: &Heads, seen: &Seen, findings: &Findings) {
    let checkpoint = heads.checkpoint.as_ref().map(|checkpoint| {
        json!({
            "origin": checkpoint.origin().as_str(),
            "size": checkpoint.head().size,
            "root": checkpoint.head().root.to_string(),
            "signatureVerified": heads.verified_note.is_some(),
            "rootMatches": seen.root_matches,
        })
    });
    let report = json!({
        "verified": findings.total() == 0,
        "entries": seen.entries,
        "unsigned": seen.unsigned,
        "checkpoint": checkpoint,
        "consistentWith": heads.kept.filter(|_| seen.kept_matches).map(|kept| kept.size),
        "notes": seen.notes,
        "findingsTotal": findings.total(),
        "findings": findings.list(),
    });
    println!("{report}");
}
