//! Reading an export: the manifest, then its files line by line, in constant memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_audit::MAX_ENTRY_BYTES;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Longest line: the entry twice, once as base64, and what stands around it.
const MAX_LINE_BYTES: u64 = 4 * MAX_ENTRY_BYTES as u64;

/// What an export says of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    /// The form of the files; only one proves anything.
    format: Option<String>,
    pub(crate) count: u64,
    pub(crate) range: Range,
    pub(crate) files: Vec<ExportedFile>,
}

/// Which entries an export holds.
#[derive(Debug, Deserialize)]
pub(crate) struct Range {
    /// The first index.
    pub(crate) from: u64,
    /// The index after the last.
    pub(crate) to: u64,
}

/// One file of an export.
#[derive(Debug, Deserialize)]
pub(crate) struct ExportedFile {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// One line of an export.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    index: u64,
    issuance_id: Option<String>,
    leaf: String,
    entry: serde_json::Value,
}

impl Manifest {
    /// The files that hold entries, in their order; names of users, where they went with it, are a file of their own.
    pub(crate) fn entry_files(&self) -> impl Iterator<Item = &ExportedFile> {
        self.files.iter().filter(|file| file.name.starts_with("entries-"))
    }

    /// Reads `manifest.json` of a folder.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("manifest.json");
        let text =
            std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let manifest: Self = serde_json::from_slice(&text)
            .with_context(|| format!("{} is no manifest of an export", path.display()))?;
        let is_readable = manifest.format.as_deref().is_none_or(|format| format == "roomkey-jsonl");
        ensure!(
            is_readable,
            "{} holds no exact bytes of entries, so nothing can be checked: export with `--format jsonl`",
            folder.display()
        );
        Ok(manifest)
    }
}

/// Calls `each` with index and exact bytes of every entry, in the order of the files; then holds the file against its
/// hash in the manifest.
pub(crate) fn entries(
    folder: &Path,
    file: &ExportedFile,
    mut each: impl FnMut(u64, &[u8]),
) -> anyhow::Result<()> {
    ensure!(
        !file.name.contains(['/', '\0']),
        "the manifest names a file outside the folder: {:?}",
        file.name
    );
    let path: PathBuf = folder.join(&file.name);
    let opened = File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut reader = BufReader::new(Hashing { file: opened, hash: Sha256::new() });
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let (index, bytes) =
            read_line(&line).with_context(|| format!("{} line {number}", path.display()))?;
        each(index, &bytes);
    }
    let hash = reader
        .into_inner()
        .hash
        .finalize()
        .iter()
        .fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    ensure!(
        hash == file.sha256,
        "{} is not the file that the manifest describes: its SHA-256 differs",
        path.display()
    );
    Ok(())
}

/// The exact bytes of a line, held against the readable entry beside them.
fn read_line(line: &[u8]) -> anyhow::Result<(u64, Vec<u8>)> {
    if !line.ends_with(b"\n") {
        bail!("the line is cut off or longer than {MAX_LINE_BYTES} bytes");
    }
    let line: Line = serde_json::from_slice(line).context("the line is not one of an export")?;
    let bytes = STANDARD.decode(&line.leaf).context("its leaf is no base64")?;
    let entry: serde_json::Value = serde_json::from_slice(&bytes).context("its leaf is no JSON")?;
    ensure!(
        entry == line.entry,
        "entry {}: the readable entry is not that of its leaf",
        line.index
    );
    let issuance = entry.get("issuance").and_then(serde_json::Value::as_str);
    ensure!(
        issuance == line.issuance_id.as_deref(),
        "entry {}: the issuanceId is not that of its leaf",
        line.index
    );
    Ok((line.index, bytes))
}

/// Hashes what is read.
struct Hashing {
    file: File,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buf)?;
        self.hash.update(buf.get(..length).unwrap_or_default());
        Ok(length)
    }
}
