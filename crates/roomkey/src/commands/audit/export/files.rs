//! The files of an export: hashed while they are written, on the disk when they are finished.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_audit::{Entry, Projection};
use roomkey_storage::{Stored, User};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Entries of one file.
const ENTRIES_PER_FILE: u64 = 100_000;

/// A finished file, as the manifest lists it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileOfExport {
    name: String,
    /// Its lines.
    count: u64,
    bytes: u64,
    /// SHA-256 of the file, as hexadecimal digits.
    sha256: String,
}

/// A file of lines that is being written.
pub(super) struct Lines {
    path: PathBuf,
    name: String,
    file: BufWriter<File>,
    hash: Sha256,
    count: u64,
    bytes: u64,
    line: Vec<u8>,
}

impl Lines {
    /// Begins a file that only its owner may read.
    pub(super) fn create(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let path = folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let file = file.with_context(|| format!("{} cannot be made", path.display()))?;
        let file = BufWriter::with_capacity(256 * 1024, file);
        Ok(Self {
            path,
            name: name.to_owned(),
            file,
            hash: Sha256::new(),
            count: 0,
            bytes: 0,
            line: Vec::new(),
        })
    }

    /// Writes a line.
    pub(super) fn push(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value)?;
        self.line.push(b'\n');
        self.hash.update(&self.line);
        self.count += 1;
        self.bytes += u64::try_from(self.line.len())?;
        self.file.write_all(&self.line).with_context(|| partial(&self.path))
    }

    /// Ends the file; it is on the disk when this returns.
    pub(super) fn finish(mut self) -> anyhow::Result<FileOfExport> {
        let flushed = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        flushed.with_context(|| partial(&self.path))?;
        let digits = hex(&self.hash.finalize());
        Ok(FileOfExport { name: self.name, count: self.count, bytes: self.bytes, sha256: digits })
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// What is left of a file that could not be written.
fn partial(path: &Path) -> String {
    format!(
        "{} could not be written and is not whole, so this folder is no export: make room, remove it, begin again",
        path.display()
    )
}

/// One line of `entries-NNNNNN.jsonl`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryLine<'a> {
    index: u64,
    issuance_id: Option<String>,
    /// The exact bytes that are hashed, in base64.
    leaf: String,
    /// The same, readable.
    entry: &'a Entry,
}

/// The entries, in files of [`ENTRIES_PER_FILE`].
pub(super) struct Parts<'a> {
    folder: &'a Path,
    open: Option<Lines>,
    done: Vec<FileOfExport>,
    count: u64,
    expected: Option<u64>,
}

impl<'a> Parts<'a> {
    /// Nothing written yet.
    pub(super) const fn new(folder: &'a Path) -> Self {
        Self { folder, open: None, done: Vec::new(), count: 0, expected: None }
    }

    /// Writes an entry; a gap in the indexes is an error, not an export.
    pub(super) fn push(&mut self, stored: &Stored) -> anyhow::Result<()> {
        if let Some(expected) = self.expected
            && expected != stored.index
        {
            bail!(
                "the log lacks the entries {expected} to {}: restore the database from a backup",
                stored.index - 1
            );
        }
        self.expected = Some(stored.index + 1);
        let entry = stored.entry()?;
        let line = EntryLine {
            index: stored.index,
            issuance_id: Projection::of(&entry).issuance.map(|id| id.to_string()),
            leaf: STANDARD.encode(&stored.body),
            entry: &entry,
        };
        let mut lines = match self.open.take() {
            Some(lines) => lines,
            None => Lines::create(self.folder, &format!("entries-{:06}.jsonl", self.done.len()))?,
        };
        lines.push(&line)?;
        self.count += 1;
        if lines.count == ENTRIES_PER_FILE {
            self.done.push(lines.finish()?);
        } else {
            self.open = Some(lines);
        }
        Ok(())
    }

    /// Ends the last file; returns how many entries there are, and the files.
    pub(super) fn finish(mut self) -> anyhow::Result<(u64, Vec<FileOfExport>)> {
        if let Some(lines) = self.open.take() {
            self.done.push(lines.finish()?);
        }
        Ok((self.count, self.done))
    }
}

/// One line of `identities.jsonl`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentityLine<'a> {
    subject: String,
    username: &'a str,
    did: Option<&'a str>,
    display_name: Option<&'a str>,
}

impl<'a> IdentityLine<'a> {
    /// Who a user is.
    pub(super) fn of(user: &'a User) -> Self {
        Self {
            subject: user.subject.to_string(),
            username: user.username.as_str(),
            did: user.did.as_ref().map(roomkey_claims::Did::as_str),
            display_name: user.display_name.as_ref().map(roomkey_claims::DisplayName::as_str),
        }
    }
}

/// Writes `manifest.json` and makes the names in the folder durable.
pub(super) fn write_manifest(folder: &Path, manifest: &impl Serialize) -> anyhow::Result<()> {
    let path = folder.join("manifest.json");
    let mut text = serde_json::to_vec_pretty(manifest)?;
    text.push(b'\n');
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let written = file.and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()));
    written.with_context(|| partial(&path))?;
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| partial(folder))
}
