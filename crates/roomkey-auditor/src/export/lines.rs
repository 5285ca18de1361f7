//! The files of an export: each line held against the bytes in it, each file against the manifest.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_audit::MAX_ENTRY_BYTES;
use roomkey_claims::Hex;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::manifest::ExportedFile;
use crate::findings::Finding;
use crate::item::{Each, Item};
use crate::scan::find;

/// Longest line: the entry twice, once as base64, and what stands around it.
const MAX_LINE_BYTES: u64 = 4 * MAX_ENTRY_BYTES as u64;

/// One line of an export.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Line {
    index: u64,
    issuance_id: Option<String>,
    leaf: String,
    entry: serde_json::Value,
}

/// Reads a file of entries.
pub(super) fn walk(
    folder: &Path,
    file: &ExportedFile,
    each: &mut Each<'_>,
) -> anyhow::Result<ControlFlow<()>> {
    let mut reader = match open(folder, file) {
        Ok(opened) => BufReader::with_capacity(1 << 18, opened),
        Err(error) => return lost(each, format!("{error:#}")),
    };
    let shown = folder.join(&file.name).display().to_string();
    let (mut line, mut bytes) = (Vec::new(), Vec::new());
    let mut count = 0_u64;
    loop {
        line.clear();
        let length = reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        match length {
            Ok(0) => break,
            Ok(_) => count += 1,
            Err(error) => return lost(each, format!("{shown} line {}: {error}", count + 1)),
        }
        if !line.ends_with(b"\n") {
            return lost(
                each,
                format!(
                    "{shown} line {count}: the line is cut off or longer than {MAX_LINE_BYTES} bytes"
                ),
            );
        }
        let read = match fast(&line, &mut bytes) {
            Some(index) => Ok((index, None)),
            None => slow(&line, &mut bytes),
        };
        let flow = match read {
            Err(error) => lost(each, format!("{shown} line {count}: {error:#}"))?,
            Ok((index, flaw)) => {
                if let Some(flaw) = flaw {
                    let what = format!("{shown} line {count}: entry {index}: {flaw}");
                    if each(Item::Flaw(Finding::at(index, what)))?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                each(Item::Entry { index, bytes: &bytes })?
            }
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    if file.count.is_some_and(|said| said != count) {
        let said = file.count.unwrap_or(0);
        if flaw(each, format!("{shown} has {count} lines, the manifest says {said}"))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    match reader.into_inner().flaw(&shown, file) {
        Some(what) => flaw(each, what),
        None => Ok(ControlFlow::Continue(())),
    }
}

/// Lines that cannot be read.
fn lost(each: &mut Each<'_>, what: String) -> anyhow::Result<ControlFlow<()>> {
    each(Item::Lost(Finding::new(what)))
}

/// Something about the file.
fn flaw(each: &mut Each<'_>, what: String) -> anyhow::Result<ControlFlow<()>> {
    each(Item::Flaw(Finding::new(what)))
}

/// Holds a file against its hash, whatever is in it.
pub(super) fn check_hash(folder: &Path, file: &ExportedFile) -> Option<Finding> {
    let flaw = match open(folder, file) {
        Err(error) => Some(format!("{error:#}")),
        Ok(mut opened) => match io::copy(&mut opened, &mut io::sink()) {
            Ok(_) => opened.flaw(&folder.join(&file.name).display().to_string(), file),
            Err(error) => Some(format!("{:?} cannot be read: {error}", file.name)),
        },
    };
    flaw.map(Finding::new)
}

fn open(folder: &Path, file: &ExportedFile) -> anyhow::Result<Hashing> {
    ensure!(
        !file.name.contains(['/', '\0']),
        "the manifest names a file outside the folder: {:?}",
        file.name
    );
    let path = folder.join(&file.name);
    let unreadable = || format!("{} cannot be read", path.display());
    // Looked at before it is opened: opening a pipe would wait for ever.
    let is_file = std::fs::metadata(&path).with_context(unreadable)?.is_file();
    ensure!(is_file, "{} is no file", path.display());
    let opened = File::open(&path).with_context(unreadable)?;
    Ok(Hashing { file: opened, hash: Sha256::new(), bytes: 0 })
}

/// Reads a line that is spelled as the desk spells it, without parsing any JSON: the readable entry is then the same
/// bytes as the leaf.
///
/// `None` where anything is otherwise, which proves nothing yet.
fn fast(line: &[u8], bytes: &mut Vec<u8>) -> Option<u64> {
    let rest = line.strip_prefix(b"{\"index\":")?;
    let (index, rest) = split(rest, b',')?;
    let rest = rest.strip_prefix(b"\"issuanceId\":")?;
    let (issuance, rest) = match rest.strip_prefix(b"\"") {
        Some(rest) => split(rest, b'"').map(|(issuance, rest)| (Some(issuance), rest))?,
        None => (None, rest.strip_prefix(b"null")?),
    };
    let (leaf, rest) = split(rest.strip_prefix(b",\"leaf\":\"")?, b'"')?;
    let entry = rest.strip_prefix(b",\"entry\":")?.strip_suffix(b"}\n")?;
    bytes.clear();
    STANDARD.decode_vec(leaf, bytes).ok()?;
    if entry != bytes.as_slice() || !is_issuance(bytes, issuance) {
        return None;
    }
    let index = std::str::from_utf8(index).ok()?;
    let canonical = index == "0" || !index.starts_with(['0', '+']);
    index.parse().ok().filter(|_| canonical)
}

/// Whether an entry certainly has this issuance: inside a text, each quote stands behind a backslash.
fn is_issuance(entry: &[u8], issuance: Option<&[u8]>) -> bool {
    const KEY: &[u8] = b",\"issuance\":\"";
    let kind = find(entry, KEY);
    match (kind, issuance) {
        (None, None) => true,
        (Some(at), Some(issuance)) => {
            let before = entry.get(..at).unwrap_or_default();
            let value = entry.get(at + KEY.len()..).unwrap_or_default();
            before.ends_with(b",\"k\":\"token.issued\"")
                && value.strip_prefix(issuance).is_some_and(|rest| rest.starts_with(b"\""))
        }
        _ => false,
    }
}

fn split(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == at)?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// The exact bytes of a line, held against the readable entry beside them; what differs is the second value.
fn slow(line: &[u8], bytes: &mut Vec<u8>) -> anyhow::Result<(u64, Option<&'static str>)> {
    let line: Line = serde_json::from_slice(line).context("the line is not one of an export")?;
    bytes.clear();
    STANDARD.decode_vec(&line.leaf, bytes).context("its leaf is no base64")?;
    let entry: serde_json::Value = match serde_json::from_slice(bytes) {
        Ok(entry) => entry,
        Err(_) => return Ok((line.index, Some("its leaf is no JSON"))),
    };
    if entry != line.entry {
        return Ok((line.index, Some("the readable entry is not that of its leaf")));
    }
    let issuance = entry.get("issuance").and_then(serde_json::Value::as_str);
    let differs = issuance != line.issuance_id.as_deref();
    Ok((line.index, differs.then_some("the issuanceId is not that of its leaf")))
}

/// Hashes what is read.
struct Hashing {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Hashing {
    /// What the manifest says otherwise of a file that was read to its end.
    fn flaw(self, shown: &str, file: &ExportedFile) -> Option<String> {
        if let Some(said) = file.bytes.filter(|said| *said != self.bytes) {
            return Some(format!(
                "{shown} is not the file that the manifest describes: it has {} bytes, not {said}",
                self.bytes
            ));
        }
        let hash = Hex(&self.hash.finalize()).to_string();
        (hash != file.sha256).then(|| {
            format!("{shown} is not the file that the manifest describes: its SHA-256 differs")
        })
    }
}

impl Read for Hashing {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buf)?;
        self.hash.update(buf.get(..length).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(u64::try_from(length).unwrap_or(0));
        Ok(length)
    }
}
