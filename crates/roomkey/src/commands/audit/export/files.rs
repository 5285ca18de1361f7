//! The files of an export: hashed while they are written, on the disk when they are finished.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use roomkey_claims::Hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A finished file, as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FileOfExport {
    pub(super) name: String,
    /// Its entries, or the users that it names.
    pub(super) count: u64,
    bytes: u64,
    /// SHA-256 of the file, as hexadecimal digits.
    sha256: String,
}

impl FileOfExport {
    /// Reads the file again, which must be what was written.
    pub(super) fn check(&self, folder: &Path) -> anyhow::Result<()> {
        if self.name.contains('/') {
            bail!("the progress names a file outside the folder: {:?}", self.name);
        }
        let path = folder.join(&self.name);
        let unreadable = || format!("{} cannot be read", path.display());
        let mut file = File::open(&path).with_context(unreadable)?;
        let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; 256 * 1024]);
        loop {
            let length = file.read(&mut chunk).with_context(unreadable)?;
            let Some(read @ [_, ..]) = chunk.get(..length) else { break };
            hash.update(read);
            bytes += u64::try_from(length)?;
        }
        if (bytes, Hex(&hash.finalize()).to_string()) != (self.bytes, self.sha256.clone()) {
            bail!("{} is not what was written: remove the folder and begin again", path.display());
        }
        Ok(())
    }
}

/// A file that is being written.
pub(super) struct Hashed {
    path: PathBuf,
    name: String,
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    line: Vec<u8>,
    count: u64,
}

impl Hashed {
    /// Begins a file that only its owner may read.
    pub(super) fn create(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let path = folder.join(name);
        let file = private(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self {
            name: name.to_owned(),
            path,
            file: BufWriter::with_capacity(256 * 1024, file),
            hash: Sha256::new(),
            bytes: 0,
            line: Vec::new(),
            count: 0,
        })
    }

    /// Writes a value as a line of JSON.
    pub(super) fn push(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        serde_json::to_writer(&mut line, value)?;
        line.push(b'\n');
        self.write_all(&line).with_context(|| partial(&self.path))?;
        self.line = line;
        self.count += 1;
        Ok(())
    }

    /// Ends the file; it is on the disk when this returns.
    pub(super) fn finish(mut self) -> anyhow::Result<FileOfExport> {
        let flushed = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        flushed.with_context(|| partial(&self.path))?;
        let sha256 = Hex(&self.hash.finalize()).to_string();
        Ok(FileOfExport { name: self.name, count: self.count, bytes: self.bytes, sha256 })
    }

    /// How many lines it has.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Counts what was written otherwise than by [`push`](Self::push).
    pub(super) const fn set_count(&mut self, count: u64) {
        self.count = count;
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for Hashed {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.write_all(buf)?;
        self.hash.update(buf);
        self.bytes = self.bytes.saturating_add(u64::try_from(buf.len()).unwrap_or(u64::MAX));
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// What is left of a file that could not be written.
pub(super) fn partial(path: &Path) -> String {
    format!(
        "{} could not be written and is not whole, so this folder is no export: make room, then the same with --resume",
        path.display()
    )
}

/// Writes a small file whole or not at all: beside its name first, on the disk before it gets it.
pub(super) fn write_whole(folder: &Path, name: &str, value: &impl Serialize) -> anyhow::Result<()> {
    let (path, beside) = (folder.join(name), folder.join(format!("{name}.new")));
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    let written = remove(&beside)
        .and_then(|()| private(&beside))
        .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, &path))
        .and_then(|()| File::open(folder)?.sync_all());
    written.with_context(|| partial(&path))
}

/// Removes a file, where it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
