//! Each metric is described where the recorder is installed, and to the operator.
#![expect(clippy::string_slice, reason = "every index is one of a match in the same text")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::Context;
use roomkey_tests::place::workspace;

/// The kinds of metrics, as their macros are called.
const KINDS: [&str; 3] = ["counter", "gauge", "histogram"];

/// The names given to a macro in a source, each with the kind.
fn named(text: &str, prefix: &str) -> anyhow::Result<BTreeMap<String, &'static str>> {
    let mut names = BTreeMap::new();
    for kind in KINDS {
        let call = format!("{kind}!(");
        for (at, _) in text.match_indices(&call) {
            let before =
                text[..at].rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_');
            if before.clone().next() != Some(prefix) {
                continue;
            }
            let name = text[at + call.len()..].trim_start().strip_prefix('"');
            let name = name.and_then(|rest| rest.split('"').next());
            names.insert(name.context("a metric's name is written where it is used")?.into(), kind);
        }
    }
    Ok(names)
}

#[test]
fn every_metric_that_is_recorded_is_described_and_documented() -> anyhow::Result<()> {
    let (mut recorded, mut described) = (BTreeMap::new(), BTreeMap::new());
    for file in crate::tidy::files("crates", ".rs")? {
        let text = fs::read_to_string(&file)?;
        recorded.extend(named(&text, "")?);
        described.extend(named(&text, "describe_")?);
    }
    assert!(recorded.contains_key("roomkey_tokens_issued_total"), "{recorded:?}");
    assert_eq!(recorded, described, "what is recorded, and what `meters.rs` describes");
    let operations = fs::read_to_string(workspace().join("docs/operations.md"))?;
    let documented: BTreeSet<&str> = operations
        .lines()
        .filter(|line| line.starts_with("| `roomkey_"))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|word| word.starts_with("roomkey_"))
        .collect();
    let recorded: BTreeSet<&str> = recorded.keys().map(String::as_str).collect();
    assert_eq!(recorded, documented, "what is recorded, and the table of docs/operations.md");
    Ok(())
}

#[test]
fn names_are_found_by_their_macro() -> anyhow::Result<()> {
    let text =
        "counter!(\"a\", \"x\" => y); metrics::gauge!(\n \"b\"); describe_counter!(\"c\", \"d\");";
    let kinds = |names: &BTreeMap<String, &'static str>| format!("{names:?}");
    assert_eq!(kinds(&named(text, "")?), r#"{"a": "counter", "b": "gauge"}"#);
    assert_eq!(kinds(&named(text, "describe_")?), r#"{"c": "counter"}"#);
    assert!(named("counter!(NAME)", "").is_err());
    Ok(())
}
