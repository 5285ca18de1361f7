//! `trace`: from a leaked token to the entry that records it, offline.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use roomkey_audit::{Entry, Event};
use roomkey_claims::Fingerprint;

use crate::export::{Manifest, entries};

/// Reads a token from standard input and prints the entries of its fingerprint.
pub(crate) fn run(folder: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let wanted = fingerprint()?;
    let manifest = Manifest::read(folder)?;
    let mut found = Vec::new();
    for file in manifest.entry_files() {
        entries(folder, file, |index, bytes| {
            if let Ok(entry) = Entry::from_bytes(bytes)
                && fingerprint_of(&entry.event) == Some(wanted)
            {
                found.push((index, entry));
            }
        })?;
    }
    if json {
        let entries: Vec<_> = found
            .iter()
            .map(|(index, entry)| serde_json::json!({"index": index, "entry": entry}))
            .collect();
        println!("{}", serde_json::json!({"fingerprint": wanted.to_string(), "entries": entries}));
    } else {
        println!("fingerprint {wanted}");
        for (index, entry) in &found {
            println!("entry {index}: {}", serde_json::to_string(entry)?);
        }
        if found.is_empty() {
            println!("no entry of this export records the token");
        }
    }
    Ok(if found.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The fingerprint of the token on standard input; the token itself is not kept.
fn fingerprint() -> anyhow::Result<Fingerprint> {
    let mut token = String::new();
    let longest = u64::try_from(roomkey_providers::MAX_TOKEN_BYTES)?.saturating_add(2);
    std::io::stdin()
        .take(longest)
        .read_to_string(&mut token)
        .context("standard input cannot be read")?;
    match roomkey_providers::fingerprint_of(token.trim()) {
        Some(fingerprint) => Ok(fingerprint),
        None => bail!("standard input holds no token of a known format"),
    }
}

const fn fingerprint_of(event: &Event) -> Option<Fingerprint> {
    match event {
        Event::TokenIssued(issued) => Some(issued.fp),
        Event::ProviderCalled { fp, .. } => Some(*fp),
        _ => None,
    }
}
