//! The folder of an export: what is done of it, so that an interrupted one can go on.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use roomkey_desk::audit::export::SignedCheckpoint;
use roomkey_storage::Stored;
use serde::{Deserialize, Serialize};

use super::files::{self, FileOfExport, Hashed};
use super::form::{Form, Writer};

/// What a whole export says of itself.
pub(super) const MANIFEST: &str = "manifest.json";
/// What an export that is not whole yet says of itself.
const PROGRESS: &str = "progress.json";

/// What an export holds; in `progress.json` what it holds so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u8,
    pub(super) software: String,
    /// The first index and the one after the last.
    pub(super) range: Range,
    /// How many entries the files hold.
    pub(super) count: u64,
    pub(super) with_identities: bool,
    /// The newest signed checkpoint when the range was fixed.
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) files: Vec<FileOfExport>,
}

/// Indexes, the last one not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) from: u64,
    pub(super) to: u64,
}

/// A signed checkpoint of the log; it covers the entries below its size, those behind are not signed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    origin: String,
    size: u64,
    note: String,
}

impl From<SignedCheckpoint> for Checkpoint {
    fn from(SignedCheckpoint { origin, size, note }: SignedCheckpoint) -> Self {
        Self { origin, size, note }
    }
}

/// What stands in the folder.
pub(super) enum Found {
    /// Nothing yet.
    Empty,
    /// A whole export.
    Whole(Box<Manifest>),
    /// A part of one, whose files were checked; what was not finished is gone.
    Part(Box<Manifest>),
}

/// Makes the folder, or looks what is in it; without `resume` there may be nothing.
pub(super) fn look(out: &Path, resume: bool) -> anyhow::Result<Found> {
    fs::create_dir_all(out)
        .with_context(|| format!("the folder {} cannot be made", out.display()))?;
    let inside = fs::read_dir(out).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let inside = inside.with_context(|| format!("{} cannot be read", out.display()))?;
    if inside.is_empty() {
        return Ok(Found::Empty);
    }
    if !resume {
        bail!(
            "the folder {} is not empty: name one that is, or go on with --resume",
            out.display()
        );
    }
    let read = |name: &str| match fs::read(out.join(name)) {
        Ok(text) => serde_json::from_slice::<Manifest>(&text)
            .map(|manifest| Some(Box::new(manifest)))
            .with_context(|| format!("{} is none of an export", out.join(name).display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context(format!("{} cannot be read", out.join(name).display())),
    };
    if let Some(whole) = read(MANIFEST)? {
        files::remove(&out.join(PROGRESS))?;
        return Ok(Found::Whole(whole));
    }
    let part = read(PROGRESS)?;
    let is_ours = |name: &str| {
        name == PROGRESS
            || name.starts_with("entries-")
            || name == "identities.jsonl"
            || name.ends_with(".json.new")
    };
    let names: Vec<String> =
        inside.iter().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    if let Some(other) = names.iter().find(|name| !is_ours(name)) {
        bail!("{} holds {other:?}, which belongs to no export: name another folder", out.display());
    }
    if part.is_none() && !names.is_empty() {
        bail!("{} holds no interrupted export: name an empty folder", out.display());
    }
    let done = part.as_deref().map(|part| part.files.as_slice()).unwrap_or_default();
    for file in done {
        file.check(out)?;
    }
    // What is not listed was not finished: it is written again.
    for name in names.iter().filter(|name| *name != PROGRESS) {
        if !done.iter().any(|file| file.name == *name) {
            files::remove(&out.join(name))?;
        }
    }
    Ok(part.map_or(Found::Empty, Found::Part))
}

/// An export under way.
pub(super) struct Folder {
    path: PathBuf,
    form: Form,
    per_file: u64,
    manifest: Manifest,
    open: Option<Writer>,
}

impl Folder {
    /// Goes on with what the manifest lists.
    pub(super) fn begin(
        path: &Path,
        form: Form,
        per_file: u64,
        manifest: Manifest,
    ) -> anyhow::Result<Self> {
        let folder = Self { path: path.to_owned(), form, per_file, manifest, open: None };
        folder.save()?;
        Ok(folder)
    }

    fn save(&self) -> anyhow::Result<()> {
        files::write_whole(&self.path, PROGRESS, &self.manifest)
    }

    /// The index that comes next.
    fn next(&self) -> u64 {
        let open = self.open.as_ref().map_or(0, Writer::count);
        self.manifest.range.from + self.manifest.count + open
    }

    /// Writes an entry; a gap in the indexes is an error, not an export.
    pub(super) fn push(&mut self, stored: &Stored) -> anyhow::Result<()> {
        let expected = self.next();
        if expected != stored.index {
            bail!(
                "the log lacks the entries {expected} to {}: restore the database from a backup",
                stored.index.saturating_sub(1)
            );
        }
        let mut writer = if let Some(writer) = self.open.take() {
            writer
        } else {
            let number = self.manifest.files.len();
            let name = format!("entries-{number:06}.{}", self.form.extension());
            Writer::new(self.form, Hashed::create(&self.path, &name)?)?
        };
        writer.push(stored)?;
        if writer.count() < self.per_file {
            self.open = Some(writer);
            return Ok(());
        }
        self.close(writer)
    }

    fn close(&mut self, writer: Writer) -> anyhow::Result<()> {
        let file = writer.finish()?;
        self.manifest.count += file.count;
        self.manifest.files.push(file);
        self.save()
    }

    /// Ends the last file of entries; all of the range must be there.
    pub(super) fn end_entries(&mut self) -> anyhow::Result<()> {
        if let Some(writer) = self.open.take() {
            self.close(writer)?;
        }
        let Range { from, to } = self.manifest.range;
        if self.manifest.count != to - from {
            bail!(
                "the log holds {} of the {} entries {from} to {to}: restore the database from a backup",
                self.manifest.count,
                to - from
            );
        }
        Ok(())
    }

    /// Begins another file.
    pub(super) fn file(&self, name: &str) -> anyhow::Result<Hashed> {
        Hashed::create(&self.path, name)
    }

    /// Lists another file.
    pub(super) fn add(&mut self, file: FileOfExport) {
        self.manifest.files.push(file);
    }

    /// Writes the manifest, last of all, so that a folder without one is no export.
    pub(super) fn finish(self) -> anyhow::Result<Manifest> {
        files::write_whole(&self.path, MANIFEST, &self.manifest)?;
        files::remove(&self.path.join(PROGRESS))?;
        Ok(self.manifest)
    }
}
