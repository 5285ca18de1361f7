//! `proof`: a proof of one entry, verified offline; and the hashes of one, computed from the entries.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::key::VerifierKey;
use roomkey_audit::tree::proof::{TreeHead, inclusion};
use roomkey_audit::tree::tile::{TileId, right_edge};
use roomkey_audit::tree::tlog_proof::{MAX_TLOG_PROOF_BYTES, TlogProof};
use roomkey_audit::{LeafHash, MAX_ENTRY_BYTES, leaf_hash};

use crate::source::Source;

/// What `proof` is asked.
#[derive(Debug, Args)]
pub(crate) struct ProofArgs {
    /// The proof, a .tlog-proof file.
    file: PathBuf,
    /// The key that the log signs with.
    #[arg(long)]
    vkey: VerifierKey,
    /// The entry: a file with its exact bytes, or an export (or a URL) that has it.
    #[arg(long, value_name = "LEAF_FILE|SOURCE")]
    entry: String,
    /// A file with the token of an auditor's session, for a URL whose log is not open.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Verifies the proof.
pub(crate) fn run(args: &ProofArgs, json: bool) -> anyhow::Result<ExitCode> {
    let file = read(&args.file, MAX_TLOG_PROOF_BYTES)?;
    let proof =
        TlogProof::parse(&file).with_context(|| format!("{} is no proof", args.file.display()))?;
    let path = Path::new(&args.entry);
    let bytes = if path.is_file() {
        let mut bytes = read(path, MAX_ENTRY_BYTES + 1)?;
        // No entry ends with a newline, but files do.
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        bytes
    } else {
        let source = Source::at(&args.entry, args.token_file.as_deref())?;
        entry_of(&source, proof.index())?
    };
    let leaf = leaf_hash(&bytes);
    let verified = proof.verify(leaf, std::slice::from_ref(&args.vkey));
    let is_proved = verified.is_ok();
    let what = match &verified {
        Ok(signed) => format!(
            "entry {} with leaf hash {leaf} is in the log {} of {} entries",
            proof.index(),
            signed.checkpoint().origin().as_str(),
            signed.head().size
        ),
        Err(error) => {
            format!("entry {} with leaf hash {leaf} is not proved: {error}", proof.index())
        }
    };
    if json {
        let report = serde_json::json!({
            "verified": is_proved,
            "index": proof.index(),
            "leaf": leaf.to_string(),
            "size": verified.as_ref().ok().map(|signed| signed.head().size),
            "what": what,
        });
        println!("{report}");
    } else {
        println!("{what}");
    }
    Ok(if is_proved { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn read(file: &Path, limit: usize) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("{} cannot be read", file.display());
    let mut bytes = Vec::new();
    let most = u64::try_from(limit)?.saturating_add(1);
    File::open(file)
        .with_context(unreadable)?
        .take(most)
        .read_to_end(&mut bytes)
        .with_context(unreadable)?;
    ensure!(bytes.len() <= limit, "{} has over {limit} bytes", file.display());
    Ok(bytes)
}

fn entry_of(source: &Source, wanted: u64) -> anyhow::Result<Vec<u8>> {
    let mut found = None;
    let _flow = source.entries(|index, bytes| {
        if index != wanted {
            return Ok(ControlFlow::Continue(()));
        }
        found = Some(bytes.to_vec());
        Ok(ControlFlow::Break(()))
    })?;
    found.with_context(|| format!("entry {wanted}, which the proof is of, is not there"))
}

/// A tree that is computed entry by entry, of which so much is kept that some of them can be proved.
#[derive(Debug)]
pub(crate) struct Prover {
    size: u64,
    edge: Edge,
    tiles: BTreeMap<TileId, Vec<u8>>,
    partial: BTreeMap<u8, (TileId, Vec<u8>)>,
}

impl Prover {
    /// A prover for the tree of so many entries, from index 0 on.
    pub(crate) const fn new(size: u64) -> Self {
        Self { size, edge: Edge::empty(), tiles: BTreeMap::new(), partial: BTreeMap::new() }
    }

    /// Takes the next leaf; `keep` says for the index of a bundle of 256 leaves whether one of them is to be proved.
    pub(crate) fn push(
        &mut self,
        leaf: LeafHash,
        keep: impl Fn(u64) -> bool,
    ) -> anyhow::Result<()> {
        if self.edge.size() < self.size {
            self.edge.append(leaf)?;
            if self.edge.size().is_multiple_of(256) {
                self.take(keep);
            }
        }
        Ok(())
    }

    /// Keeps what a proof may need: every tile above the lowest level, and the lowest ones with entries to prove.
    fn take(&mut self, keep: impl Fn(u64) -> bool) {
        for (tile, bytes) in self.edge.take_tiles() {
            if !tile.is_full() {
                self.partial.insert(tile.level(), (tile, bytes));
            } else if 0 < tile.level() || keep(tile.index()) {
                self.tiles.insert(tile, bytes);
            }
        }
    }

    /// Ends the tree.
    pub(crate) fn finish(&mut self) -> TreeHead {
        self.take(|_| true);
        for tile in right_edge(self.edge.size()) {
            if let Some((known, bytes)) = self.partial.remove(&tile.level())
                && known == tile
            {
                self.tiles.insert(tile, bytes);
            }
        }
        self.edge.head()
    }

    /// Proves an entry that was to be kept, in the tree that was ended.
    pub(crate) fn prove(&self, index: u64) -> anyhow::Result<Vec<Hash>> {
        Ok(inclusion(index, self.edge.size(), &self.tiles)?)
    }
}
