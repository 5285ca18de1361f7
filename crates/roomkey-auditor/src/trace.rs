//! `trace`: from a leaked token to the entry that records it and its proof, offline.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use roomkey_audit::tree::checkpoint::SignedCheckpoint;
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::key::VerifierKey;
use roomkey_audit::tree::proof::TreeHead;
use roomkey_audit::tree::tlog_proof::TlogProof;
use roomkey_audit::{Entry, Event, LeafHash, leaf_hash};
use roomkey_claims::Fingerprint;
use serde_json::json;

use crate::item::claimed;
use crate::proof::Prover;
use crate::scan::find;
use crate::source::{Source, SourceArgs};

/// Most entries that are listed for one token; an honest desk writes one.
const MAX_FOUND: usize = 100;

/// What `trace` is asked.
#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The key that the log signs with, to check the signature of the checkpoint that the proof leads to.
    #[arg(long)]
    vkey: Option<VerifierKey>,
    /// Write the proof of the first entry into this file (.tlog-proof).
    #[arg(long, value_name = "FILE", requires = "vkey")]
    proof: Option<PathBuf>,
}

/// An entry that records the token.
struct Found {
    index: u64,
    leaf: LeafHash,
    entry: Entry,
    proof: Option<Vec<Hash>>,
}

/// Reads a token from standard input and prints the entries of its fingerprint.
pub(crate) fn run(args: &TraceArgs, json: bool) -> anyhow::Result<ExitCode> {
    let wanted = fingerprint()?;
    let source = Source::open(&args.source)?;
    let note = source.note();
    let signed = match (note, &args.vkey) {
        (Some(note), Some(vkey)) => {
            let opened = SignedCheckpoint::open(note.as_bytes(), std::slice::from_ref(vkey));
            Some(opened.context("the checkpoint")?)
        }
        _ => None,
    };
    let head = note.map(claimed).transpose()?.map(|checkpoint| checkpoint.head());
    let (mut found, mut prover) = search(&source, wanted, head)?;
    let mut proved = None;
    if let Some(prover) = &mut prover
        && let Some(head) = head
        && prover.finish() == head
    {
        proved = Some(head);
        for found in found.iter_mut().filter(|found| found.index < head.size) {
            found.proof = Some(prover.prove(found.index)?);
        }
    }
    if let Some(file) = &args.proof {
        let first = found.first().and_then(|found| Some((found, found.proof.clone()?)));
        let (Some((first, hashes)), Some(signed)) = (first, &signed) else {
            bail!("there is no proof to write: verify the log first, with `verify`");
        };
        let proof = TlogProof::new(first.index, hashes, signed);
        proof.verify(first.leaf, args.vkey.as_slice())?;
        std::fs::write(file, proof.to_string())
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    print(wanted, &found, proved, json, signed.is_some())?;
    Ok(if found.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Finds the entries; over a whole log the tree is computed on the way.
fn search(
    source: &Source,
    wanted: Fingerprint,
    head: Option<TreeHead>,
) -> anyhow::Result<(Vec<Found>, Option<Prover>)> {
    let key = format!("\"fp\":\"{wanted}\"");
    let mut found = Vec::<Found>::new();
    let mut prover = head.filter(|_| source.range().from == 0).map(|head| Prover::new(head.size));
    let mut next = source.range().from;
    let _flow = source.entries(|index, bytes| {
        let leaf = leaf_hash(bytes);
        // Most entries do not hold the fingerprint anywhere, and are not parsed.
        if find(bytes, key.as_bytes()).is_some()
            && found.len() < MAX_FOUND
            && let Ok(entry) = Entry::from_bytes(bytes)
            && fingerprint_of(&entry.event) == Some(wanted)
        {
            found.push(Found { index, leaf, entry, proof: None });
        }
        if index != next {
            prover = None;
        }
        next = index.saturating_add(1);
        if let Some(prover) = &mut prover {
            prover.push(leaf, |bundle| found.iter().any(|found| found.index / 256 == bundle))?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok((found, prover))
}

fn print(
    wanted: Fingerprint,
    found: &[Found],
    proved: Option<TreeHead>,
    json: bool,
    is_signed: bool,
) -> anyhow::Result<()> {
    if json {
        let entries: Vec<_> = found.iter().map(|found| to_json(found, proved)).collect();
        let report = json!({
            "fingerprint": wanted.to_string(),
            "signatureVerified": is_signed,
            "entries": entries,
        });
        println!("{report}");
        return Ok(());
    }
    println!("fingerprint {wanted}");
    for Found { index, leaf, entry, proof } in found {
        println!("entry {index}: {}", serde_json::to_string(entry)?);
        println!("leaf hash {leaf}");
        match (proof, proved) {
            (Some(hashes), Some(head)) => {
                let signature = if is_signed {
                    "its signature is verified"
                } else {
                    "its signature was not checked, as no --vkey was given"
                };
                println!(
                    "{} hashes lead from it to the root of the checkpoint of size {}; {signature}",
                    hashes.len(),
                    head.size
                );
                for hash in hashes {
                    println!("  {hash}");
                }
            }
            _ => println!(
                "no proof: it is not below a checkpoint that these entries lead to; `verify` says more"
            ),
        }
    }
    if found.is_empty() {
        println!("no entry of this log records the token");
    }
    Ok(())
}

fn to_json(found: &Found, proved: Option<TreeHead>) -> serde_json::Value {
    let Found { index, leaf, entry, proof } = found;
    let proof = proof.as_ref().zip(proved).map(|(hashes, head)| {
        let hashes: Vec<String> = hashes.iter().map(Hash::to_string).collect();
        json!({"size": head.size, "root": head.root.to_string(), "hashes": hashes})
    });
    json!({"index": index, "leaf": leaf.to_string(), "entry": entry, "proof": proof})
}

/// The fingerprint of the token on standard input; the token itself is not kept.
fn fingerprint() -> anyhow::Result<Fingerprint> {
    let mut token = String::new();
    let longest = u64::try_from(roomkey_providers::MAX_TOKEN_BYTES)?.saturating_add(2);
    std::io::stdin()
        .take(longest)
        .read_to_string(&mut token)
        .context("standard input cannot be read")?;
    roomkey_providers::fingerprint_of(token.trim())
        .context("standard input holds no token of a known format")
}

const fn fingerprint_of(event: &Event) -> Option<Fingerprint> {
    match event {
        Event::TokenIssued(issued) => Some(issued.fp),
        Event::ProviderCalled { fp, .. } => Some(*fp),
        _ => None,
    }
}
