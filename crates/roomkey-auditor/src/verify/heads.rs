//! The trees that the entries are held against: the signed one, and the one that the auditor kept.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use roomkey_audit::tree::checkpoint::{Checkpoint, SignedCheckpoint};
use roomkey_audit::tree::key::VerifierKey;
use roomkey_audit::tree::note::MAX_NOTE_BYTES;
use roomkey_audit::tree::proof::TreeHead;

use super::args::VerifyArgs;
use crate::findings::{Finding, Findings};
use crate::item::claimed;
use crate::source::Source;

/// What the entries must lead to.
#[derive(Debug)]
pub(super) struct Heads {
    /// What the checkpoint says, signed or not.
    pub(super) checkpoint: Option<Checkpoint>,
    /// The note, where its signature is the log's.
    pub(super) verified_note: Option<String>,
    /// The kept tree, where it is not larger than the one of the checkpoint.
    pub(super) kept: Option<TreeHead>,
}

impl Heads {
    /// Reads both checkpoints and says what is wrong with them.
    pub(super) fn read(
        source: &Source,
        args: &VerifyArgs,
        findings: &mut Findings,
    ) -> anyhow::Result<Self> {
        let (checkpoint, verified_note) = if let Some(note) = source.note() {
            signed(source, note, args, findings)
        } else {
            if !args.unsigned {
                let what = "nothing is signed: the export has no checkpoint; export again once the desk has signed one, or accept that with --unsigned";
                findings.push(Finding::new(what.to_owned()));
            }
            (None, None)
        };
        let kept = match &args.checkpoint {
            Some(file) => kept(file, args.vkey.as_ref(), findings)?,
            None => None,
        };
        let kept = kept.map(|kept| kept.head());
        let kept = kept.filter(|kept| follows(kept, checkpoint.as_ref(), findings));
        Ok(Self { checkpoint, verified_note, kept })
    }

    /// The tree of the checkpoint.
    pub(super) fn signed(&self) -> Option<TreeHead> {
        self.checkpoint.as_ref().map(Checkpoint::head)
    }
}

/// The checkpoint of the source, and its note where the key has signed it.
fn signed(
    source: &Source,
    note: &str,
    args: &VerifyArgs,
    findings: &mut Findings,
) -> (Option<Checkpoint>, Option<String>) {
    let mut verified = None;
    if let Some(vkey) = &args.vkey {
        match SignedCheckpoint::open(note.as_bytes(), std::slice::from_ref(vkey)) {
            Ok(_) => verified = Some(note.to_owned()),
            Err(error) => findings.push(Finding::new(format!("the checkpoint: {error}"))),
        }
    }
    // Even with a bad signature the rest is looked at, by what the checkpoint says.
    let checkpoint = match claimed(note) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            findings.push(Finding::new(format!("the checkpoint cannot be read: {error:#}")));
            return (None, None);
        }
    };
    if let Source::Folder(folder) = source
        && let Some(said) = &folder.manifest().checkpoint
        && (said.origin.as_str(), said.size)
            != (checkpoint.origin().as_str(), checkpoint.head().size)
    {
        findings.push(Finding::new(format!(
            "manifest.json says that its checkpoint is of {} with {} entries, but the note in it is of {} with {}",
            said.origin,
            said.size,
            checkpoint.origin().as_str(),
            checkpoint.head().size
        )));
    }
    (Some(checkpoint), verified)
}

/// The checkpoint that the auditor kept.
fn kept(
    file: &Path,
    vkey: Option<&VerifierKey>,
    findings: &mut Findings,
) -> anyhow::Result<Option<Checkpoint>> {
    let unreadable = || format!("{} cannot be read", file.display());
    let mut note = String::new();
    let most = u64::try_from(MAX_NOTE_BYTES)?.saturating_add(1);
    File::open(file)
        .with_context(unreadable)?
        .take(most)
        .read_to_string(&mut note)
        .with_context(unreadable)?;
    let opened = match vkey {
        Some(vkey) => SignedCheckpoint::open(note.as_bytes(), std::slice::from_ref(vkey))
            .map(|signed| signed.checkpoint().clone())
            .map_err(anyhow::Error::from),
        None => claimed(&note),
    };
    Ok(opened
        .map_err(|error| {
            let file = file.display();
            let what = format!("{file} is no checkpoint of this log: {error:#}");
            findings.push(Finding::new(what));
        })
        .ok())
}

/// Whether the kept checkpoint can be one of the same log's past; said aloud where it cannot.
fn follows(kept: &TreeHead, now: Option<&Checkpoint>, findings: &mut Findings) -> bool {
    let Some(now) = now.map(Checkpoint::head) else { return true };
    if now.size < kept.size {
        findings.push(Finding::new(format!(
            "the log was rolled back: the kept checkpoint has {} entries, this one has {}",
            kept.size, now.size
        )));
        return false;
    }
    true
}

/// Keeps a checkpoint: whole or not at all.
pub(super) fn save(file: &Path, note: &str) -> anyhow::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let written = File::create(&beside)
        .and_then(|mut opened| opened.write_all(note.as_bytes()).and_then(|()| opened.sync_all()))
        .and_then(|()| fs::rename(&beside, file));
    written.with_context(|| format!("the checkpoint cannot be kept in {}", file.display()))
}
