//! What an export says of itself, before anything of it was checked.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::findings::Finding;

/// Longest manifest, in bytes: names and hashes of hundreds of thousands of files.
const MAX_MANIFEST_BYTES: u64 = 64 * 1024 * 1024;

/// What an export says of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    /// The form of the files; only one proves anything.
    format: Option<String>,
    version: Option<u64>,
    pub(crate) count: u64,
    pub(crate) range: Range,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) files: Vec<ExportedFile>,
}

/// Which entries an export holds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Range {
    /// The first index.
    pub(crate) from: u64,
    /// The index after the last.
    pub(crate) to: u64,
}

/// The signed checkpoint that came with an export.
#[derive(Debug, Deserialize)]
pub(crate) struct Checkpoint {
    pub(crate) origin: String,
    pub(crate) size: u64,
    pub(crate) note: String,
}

/// One file of an export.
#[derive(Debug, Deserialize)]
pub(crate) struct ExportedFile {
    pub(crate) name: String,
    pub(crate) count: Option<u64>,
    pub(crate) bytes: Option<u64>,
    pub(crate) sha256: String,
}

impl ExportedFile {
    /// Whether it holds entries; names of users, where they went with it, are a file of their own.
    pub(super) fn holds_entries(&self) -> bool {
        self.name.starts_with("entries-")
    }
}

impl Manifest {
    /// Reads `manifest.json` of a folder.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let file = path.join("manifest.json");
        let unreadable = || format!("{} cannot be read", file.display());
        let mut text = Vec::new();
        let opened = File::open(&file).with_context(unreadable)?;
        let length = opened.take(MAX_MANIFEST_BYTES).read_to_end(&mut text);
        ensure!(
            u64::try_from(length.with_context(unreadable)?)? < MAX_MANIFEST_BYTES,
            "{} is longer than {MAX_MANIFEST_BYTES} bytes: it is no manifest of an export",
            file.display()
        );
        let manifest: Self = serde_json::from_slice(&text)
            .with_context(|| format!("{} is no manifest of an export", file.display()))?;
        let is_readable = manifest.format.as_deref().is_none_or(|format| format == "roomkey-jsonl");
        ensure!(
            is_readable,
            "{} holds no exact bytes of entries, so nothing can be checked: export with `--format jsonl`",
            path.display()
        );
        let version = manifest.version.unwrap_or(1);
        ensure!(
            version == 1,
            "{} has version {version}, and this software knows version 1: use a newer one",
            file.display()
        );
        ensure!(
            manifest.range.from <= manifest.range.to,
            "{} names a range that ends before it begins: {} to {}",
            file.display(),
            manifest.range.from,
            manifest.range.to
        );
        Ok(manifest)
    }

    /// What the manifest alone says wrongly: counts that do not add up, files out of order or twice.
    pub(super) fn flaws(&self) -> Vec<Finding> {
        let Self { count, range, files, format: _, version: _, checkpoint: _ } = self;
        let mut found = Vec::new();
        let mut add = |what: String| found.push(Finding::new(format!("manifest.json {what}")));
        if range.to - range.from != *count {
            add(format!("says {count} entries, and entries {} to {}", range.from, range.to));
        }
        let entries: Vec<_> = files.iter().filter(|file| file.holds_entries()).collect();
        let counts: Option<Vec<u64>> = entries.iter().map(|file| file.count).collect();
        let sum = counts.map(|counts| counts.into_iter().fold(0, u64::saturating_add));
        if sum.is_some_and(|sum| sum != *count) {
            add(format!("says {count} entries, but its files {} in all", sum.unwrap_or(0)));
        }
        for (number, file) in entries.iter().enumerate() {
            let expected = format!("entries-{number:06}.jsonl");
            if file.name != expected {
                add(format!("lists {:?} where {expected} is due: files out of order", file.name));
            }
        }
        let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        if names.len() != files.len() {
            add("lists a file twice".to_owned());
        }
        found
    }
}
