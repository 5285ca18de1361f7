//! `explain`: one entry in plain words: who, what, when, on whose authority.

mod authority;
mod origins;
mod words;

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use roomkey_audit::{Entry, Event, leaf_hash};
use serde_json::json;

use self::origins::Origins;
use crate::source::{Source, SourceArgs};

/// What `explain` is asked.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Index of the entry.
    index: u64,
}

/// Explains the entry; exit status 1 where replay finds something wrong with it.
pub(crate) fn run(args: &ExplainArgs, json: bool) -> anyhow::Result<ExitCode> {
    let source = Source::open(&args.source)?;
    let mut origins = Origins::default();
    let mut found = None;
    let replay = source.fold(args.index.saturating_add(1), |state, index, bytes| {
        if index == args.index {
            let entry = Entry::from_bytes(bytes).with_context(|| format!("entry {index}"))?;
            let authority = authority::lines(state, &origins, &entry);
            found = Some((entry, leaf_hash(bytes), authority));
        } else {
            origins.note(index, bytes);
        }
        Ok(())
    })?;
    let (entry, leaf, authority) = found.with_context(|| format!("no entry {}", args.index))?;
    let report = replay.finish();
    let violations: Vec<String> = report
        .violations
        .iter()
        .filter(|violation| violation.index() == args.index)
        .map(ToString::to_string)
        .collect();
    let judged = matches!(entry.event, Event::TokenIssued(_) | Event::TokenDenied(_));
    let verdict = match (judged, violations.is_empty()) {
        (true, true) => "the decision, taken again on the state before it, gives the same",
        (true, false) => "the decision, taken again on the state before it, does not give this",
        (false, true) => "whoever did it might do it in the state before it",
        (false, false) => "an honest desk could not have written it there",
    };
    let (who, what) = (words::who(&entry.by), words::what(&entry.event));
    if json {
        let report = json!({
            "index": args.index,
            "leaf": leaf.to_string(),
            "who": who,
            "what": what,
            "when": entry.at.to_string(),
            "authority": authority,
            "verdict": verdict,
            "violations": violations,
            "violationsBefore": report.violations_total,
            "entry": entry,
        });
        println!("{report}");
    } else {
        println!("entry {}, leaf hash {leaf}", args.index);
        println!("who: {who}");
        println!("what: {what}");
        println!("when: {}, on node {}", entry.at, entry.node.as_str());
        if let Some(request) = &entry.req {
            println!("in request: {}", request.as_str());
        }
        for line in &authority {
            println!("by: {line}");
        }
        println!("judged: {verdict}");
        for violation in &violations {
            println!("  {violation}");
        }
    }
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
