//! The log of a desk, exported, read back and held against the oracle.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_audit::replay;
use serde_json::Value;

use crate::desk::Desk;
use crate::place;

/// An exported log.
#[derive(Debug)]
pub struct Log {
    entries: Vec<Line>,
}

/// One line of an export.
#[derive(Debug)]
pub struct Line {
    pub index: u64,
    pub issuance: Option<String>,
    pub bytes: Vec<u8>,
    pub entry: Value,
}

impl Log {
    /// Exports the log with the desk's own command, beside a running server or not.
    pub fn export(desk: &Desk) -> anyhow::Result<Self> {
        let folder = desk.path(&format!("export-{}", place::random_hex(8)));
        let out = folder.to_str().context("a path in UTF-8")?;
        desk.run(&["audit", "export", "--format", "jsonl", "--out", out])?;
        let log = Self::read(&folder)?;
        fs::remove_dir_all(folder)?;
        Ok(log)
    }

    /// Reads a folder as `roomkey audit export` writes it.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("entries-") && path.extension().is_some_and(|end| end == "jsonl") {
                files.push(path);
            }
        }
        files.sort();
        let mut entries = Vec::new();
        for file in files {
            for line in fs::read_to_string(&file)?.lines() {
                entries.push(Line::parse(line).with_context(|| line.to_owned())?);
            }
        }
        let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json"))?)?;
        if manifest.get("count").and_then(Value::as_u64) != Some(u64::try_from(entries.len())?) {
            bail!("{} entries, but the manifest says {manifest}", entries.len());
        }
        Ok(Self { entries })
    }

    /// Replays the whole log: no violation, no gap.
    pub fn check(&self) -> anyhow::Result<()> {
        let report = replay(self.entries.iter().map(|line| (line.index, line.bytes.as_slice())));
        for violation in &report.violations {
            eprintln!("{violation}");
        }
        for (index, line) in (0..).zip(&self.entries) {
            if line.index != index {
                bail!("entry {} stands where {index} should", line.index);
            }
        }
        if !report.is_clean() {
            bail!("replay found {} violations: {:?}", report.violations_total, report.violations);
        }
        Ok(())
    }

    pub fn lines(&self) -> &[Line] {
        &self.entries
    }

    /// The entries of a kind, in the order of the log.
    pub fn of_kind(&self, kind: &str) -> Vec<&Value> {
        let entries = self.entries.iter().map(|line| &line.entry);
        entries.filter(|entry| entry["k"] == kind).collect()
    }

    /// The last entry of a kind.
    pub fn last(&self, kind: &str) -> anyhow::Result<&Value> {
        self.of_kind(kind).pop().with_context(|| format!("no {kind} in the log"))
    }

    /// The entry of an issued key.
    pub fn issuance(&self, id: &str) -> Option<&Line> {
        self.entries.iter().find(|line| line.issuance.as_deref() == Some(id))
    }

    /// The ids of all issued keys.
    pub fn issuances(&self) -> BTreeSet<&str> {
        self.entries.iter().filter_map(|line| line.issuance.as_deref()).collect()
    }

    /// The fingerprints of all issued keys.
    pub fn fingerprints(&self) -> BTreeSet<&str> {
        self.of_kind("token.issued").into_iter().filter_map(|entry| entry["fp"].as_str()).collect()
    }
}

impl Line {
    fn parse(line: &str) -> anyhow::Result<Self> {
        let line: Value = serde_json::from_str(line)?;
        let field = |name: &str| line.get(name).with_context(|| format!("no {name}"));
        let bytes = STANDARD.decode(field("leaf")?.as_str().context("a leaf in base64")?)?;
        let entry = field("entry")?.clone();
        if serde_json::from_slice::<Value>(&bytes)? != entry {
            bail!("the readable entry is another one than the bytes");
        }
        let issuance = field("issuanceId")?.as_str().map(str::to_owned);
        if entry["k"] == "token.issued" && entry["issuance"].as_str() != issuance.as_deref() {
            bail!("the entry is of another issuance");
        }
        let index = field("index")?.as_u64().context("an index")?;
        Ok(Self { index, issuance, bytes, entry })
    }
}
