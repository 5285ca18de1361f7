//! `diff`: what changed in who may enter, from one entry to another.

mod snapshot;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::ensure;
use clap::Args;
use serde_json::{Value, json};

use self::snapshot::{Group, Snapshot};
use crate::source::{Source, SourceArgs};

/// What `diff` is asked.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The state after this entry; the empty log where it is left out.
    #[arg(long, value_name = "INDEX")]
    from: Option<u64>,
    /// The state after this entry.
    #[arg(long, value_name = "INDEX")]
    to: u64,
}

/// One thing that is otherwise than before.
#[derive(Debug)]
struct Change<'a> {
    group: Group,
    name: &'a str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

/// Prints what changed.
pub(crate) fn run(args: &DiffArgs, json: bool) -> anyhow::Result<ExitCode> {
    let start = args.from.map_or(0, |from| from.saturating_add(1));
    let end = args.to.saturating_add(1);
    ensure!(start <= end, "--from {} comes after --to {}: swap them", start - 1, args.to);
    let source = Source::open(&args.source)?;
    let mut before = Snapshot::default();
    let replay = source.fold(end, |state, index, _| {
        if index == start {
            before = snapshot::of(state);
        }
        Ok(())
    })?;
    let after = snapshot::of(replay.state());
    if start == end {
        before.clone_from(&after);
    }
    let violations = replay.finish().violations_total;
    let changes = changes(&before, &after);
    if json {
        let changes: Vec<_> = changes.iter().map(to_json).collect();
        let report = json!({
            "from": args.from, "to": args.to, "violationsBefore": violations, "changes": changes,
        });
        println!("{report}");
    } else {
        print(&changes);
        if violations != 0 {
            println!("note: replay finds {violations} violations up to entry {}", args.to);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn changes<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<Change<'a>> {
    let mut places = BTreeMap::new();
    for (place, value) in before {
        places.insert(place, (Some(value), None));
    }
    for (place, value) in after {
        places.entry(place).or_insert((None, None)).1 = Some(value);
    }
    let differing = places.into_iter().filter(|(_, (before, after))| before != after);
    differing
        .map(|((group, name), (before, after))| Change { group: *group, name, before, after })
        .collect()
}

fn to_json(change: &Change<'_>) -> Value {
    json!({
        "group": change.group.as_str(),
        "name": change.name,
        "change": change.kind(),
        "before": change.before,
        "after": change.after,
    })
}

fn print(changes: &[Change<'_>]) {
    let mut group = None;
    for change in changes {
        if group != Some(change.group) {
            group = Some(change.group);
            println!("{}:", change.group.as_str());
        }
        println!("  {} {}: {}", change.kind(), change.name, change.words());
    }
    if changes.is_empty() {
        println!("nothing changed in who may enter");
    }
}

impl Change<'_> {
    const fn kind(&self) -> &'static str {
        match (self.before, self.after) {
            (None, _) => "added",
            (Some(_), None) => "removed",
            (Some(_), Some(_)) => "changed",
        }
    }

    /// Each field that has another value; all of them where the whole thing came or went.
    fn words(&self) -> String {
        let empty = serde_json::Map::new();
        let fields = |value: Option<&Value>| match value {
            Some(Value::Object(fields)) => fields.clone(),
            _ => empty.clone(),
        };
        let (before, after) = (fields(self.before), fields(self.after));
        let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        let words =
            names.into_iter().filter_map(|name| match (before.get(name), after.get(name)) {
                (Some(one), Some(two)) if one == two => None,
                (Some(one), Some(two)) => Some(format!("{name} {} -> {}", word(one), word(two))),
                (Some(one), None) => Some(format!("{name} {}", word(one))),
                (None, Some(two)) => Some(format!("{name} {}", word(two))),
                (None, None) => None,
            });
        words.collect::<Vec<_>>().join(", ")
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
