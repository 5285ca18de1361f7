//! Entry by entry: indexes, hashes, the tree over all of them.

use std::ops::ControlFlow;

use roomkey_audit::leaf_hash;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::proof::TreeHead;

use super::heads::Heads;
use super::tiles::{Entries, Tiles};
use crate::export::Range;
use crate::findings::{Finding, Findings, MAX_LISTED};
use crate::item::Item;
use crate::source::Source;

/// Leaves after which full tiles are taken out of the tree, to keep its memory small: a tile of level 1.
const TAKE_EVERY: u64 = 65_536;

/// A verification on its way through a log.
#[derive(Debug)]
pub(super) struct Check<'a> {
    range: Range,
    is_partial_allowed: bool,
    signed: Option<TreeHead>,
    kept: Option<TreeHead>,
    edge: Edge,
    tiles: Option<Tiles<'a>>,
    /// The index that comes next; not known behind something unreadable.
    expected: Option<u64>,
    /// Whether an entry is missing, or came out of order, so that there is no tree over all of them.
    broken: bool,
    seen: Seen,
    findings: Findings,
}

/// What was looked at.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How many entries were hashed.
    pub(super) entries: u64,
    /// How many of them lie behind what is signed.
    pub(super) unsigned: u64,
    /// Whether the entries lead to the root of the checkpoint.
    pub(super) root_matches: bool,
    /// Whether the log begins with what the kept checkpoint covers.
    pub(super) kept_matches: bool,
    /// What could not be verified, and was allowed to be so.
    pub(super) notes: Vec<String>,
}

impl<'a> Check<'a> {
    /// A verification before the first entry.
    pub(super) fn new(source: &'a Source, heads: &Heads, is_partial_allowed: bool) -> Self {
        let range = source.range();
        let tiles = match source {
            Source::Remote(remote) => Some(Tiles::new(remote)),
            Source::Folder(_) => None,
        };
        let mut check = Self {
            range,
            is_partial_allowed,
            signed: heads.signed(),
            kept: heads.kept,
            edge: Edge::empty(),
            tiles,
            expected: Some(range.from),
            broken: false,
            seen: Seen::default(),
            findings: Findings::default(),
        };
        check.compare_roots();
        check
    }

    /// Takes the next entry, or what is wrong in its place.
    pub(super) fn take(&mut self, item: Item<'_>) -> anyhow::Result<ControlFlow<()>> {
        let (index, bytes) = match item {
            Item::Entry { index, bytes } => (index, bytes),
            Item::Lost(finding) => {
                self.broken = true;
                self.expected = None;
                self.findings.push(finding);
                return Ok(self.flow());
            }
            Item::Flaw(finding) => {
                self.findings.push(finding);
                return Ok(self.flow());
            }
        };
        self.check_index(index);
        self.seen.entries += 1;
        if self.signed.is_some_and(|signed| signed.size <= index) {
            self.seen.unsigned += 1;
        }
        let leaf = leaf_hash(bytes);
        if let Some(tiles) = &mut self.tiles {
            tiles.compare_leaf(index, leaf)?;
        }
        if self.range.from == 0 && !self.broken && self.edge.append(leaf).is_ok() {
            self.compare_roots();
            if self.edge.size().is_multiple_of(TAKE_EVERY) {
                self.take_tiles()?;
            }
        }
        Ok(self.flow())
    }

    /// Where far too much is wrong, reading on says nothing new.
    fn flow(&self) -> ControlFlow<()> {
        let listed = self.findings.list().len();
        if listed < MAX_LISTED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn check_index(&mut self, index: u64) {
        let expected = self.expected.replace(index.saturating_add(1));
        let Some(expected) = expected.filter(|expected| *expected != index) else { return };
        self.broken = true;
        let what = if expected < index && index - expected == 1 {
            format!("entry {expected} is missing: entry {index} comes in its place")
        } else if expected < index {
            format!("entries {expected} to {} are missing: entry {index} comes next", index - 1)
        } else {
            format!("entry {index} comes where entry {expected} is due: twice, or out of order")
        };
        self.findings.push(Finding::at(expected.min(index), what));
    }

    /// Holds the tree so far against the checkpoints of its size.
    fn compare_roots(&mut self) {
        let size = self.edge.size();
        let is_due = |head: &TreeHead| head.size == size && self.range.from == 0;
        if let Some(kept) = self.kept.filter(is_due) {
            let root = self.edge.root();
            self.seen.kept_matches = root == kept.root;
            if !self.seen.kept_matches {
                let signed = self.signed.map_or(size, |signed| signed.size);
                self.findings.push(Finding::new(format!(
                    "the log is a fork, or was changed: the kept checkpoint of size {size} has the root {}, but the first {size} of these {signed} entries have the root {root}",
                    kept.root
                )));
            }
        }
        if let Some(signed) = self.signed.filter(is_due) {
            let root = self.edge.root();
            self.seen.root_matches = root == signed.root;
            if !self.seen.root_matches {
                self.findings.push(Finding::new(format!(
                    "the {size} entries below the checkpoint's size have the root {root}, but the checkpoint has {}: an entry was changed, or the checkpoint is of another log",
                    signed.root
                )));
            }
        }
    }

    fn take_tiles(&mut self) -> anyhow::Result<()> {
        let taken = self.edge.take_tiles();
        match &mut self.tiles {
            Some(tiles) => tiles.compare_above(taken),
            None => Ok(()),
        }
    }

    /// Ends the verification.
    pub(super) fn finish(mut self, findings: &mut Findings) -> anyhow::Result<Seen> {
        let is_whole = self.flow().is_continue();
        if !is_whole {
            self.seen.notes.push(format!("the rest was not read: over {MAX_LISTED} findings"));
        }
        if is_whole && let Some(next) = self.expected.filter(|next| *next != self.range.to) {
            self.broken = true;
            self.findings.push(Finding::at(
                next,
                format!("the entries end before entry {next}, and {} are due", self.range.to),
            ));
        }
        if self.broken {
            let what = "the root was not compared: without every entry there is no tree";
            self.seen.notes.push(what.to_owned());
        } else if is_whole {
            self.take_tiles()?;
            self.report_part();
        }
        if let Some(tiles) = self.tiles.take() {
            let are_whole = !self.broken && is_whole;
            let entries = Entries { are_whole, match_root: self.seen.root_matches };
            tiles.finish(self.signed, entries, &mut self.findings)?;
        }
        findings.append(self.findings);
        Ok(self.seen)
    }

    /// Says what of the checkpoints the entries do not reach.
    fn report_part(&mut self) {
        let Range { from, to } = self.range;
        let mut missing = Vec::new();
        if 0 < from {
            missing.push(format!(
                "the export begins at entry {from}: the {from} before it are missing, so no root can be compared"
            ));
        } else {
            let heads = [("the checkpoint", self.signed), ("the kept checkpoint", self.kept)];
            for (name, head) in heads {
                if let Some(head) = head.filter(|head| to < head.size) {
                    missing.push(format!(
                        "{name} covers {} entries, but these end before entry {to}: the tail is missing, so its root cannot be compared",
                        head.size
                    ));
                }
            }
        }
        for what in missing {
            if self.is_partial_allowed {
                self.seen.notes.push(what);
            } else {
                let index = if 0 < from { 0 } else { to };
                self.findings.push(Finding::at(index, what));
            }
        }
    }
}
