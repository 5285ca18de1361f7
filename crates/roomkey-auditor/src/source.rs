//! Where a log is read from: the folder of an export, or a desk's URL.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use clap::Args;
use roomkey_audit::{Replay, State};

use crate::export::{Folder, Range};
use crate::item::{Each, Item};
use crate::progress;
use crate::remote::Remote;

/// Where the log is.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// The folder of an export, or the URL of a desk (https; plain http only to this machine).
    source: String,
    /// A file with the token of an auditor's session, for a URL whose log is not open.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// A log that is open for reading.
#[derive(Debug)]
pub(crate) enum Source {
    /// An export.
    Folder(Folder),
    /// A desk.
    Remote(Box<Remote>),
}

impl Source {
    /// Opens a log: reads the manifest of a folder, fetches the checkpoint of a desk.
    pub(crate) fn open(args: &SourceArgs) -> anyhow::Result<Self> {
        Self::at(&args.source, args.token_file.as_deref())
    }

    /// Opens the log at a place.
    pub(crate) fn at(place: &str, token_file: Option<&Path>) -> anyhow::Result<Self> {
        if place.starts_with("http://") || place.starts_with("https://") {
            return Ok(Self::Remote(Box::new(Remote::open(place, token_file)?)));
        }
        ensure!(token_file.is_none(), "--token-file is for a URL, and {place:?} is a folder");
        Ok(Self::Folder(Folder::open(Path::new(place))?))
    }

    /// Which entries it says that it has.
    pub(crate) const fn range(&self) -> Range {
        match self {
            Self::Folder(folder) => folder.manifest().range,
            Self::Remote(remote) => Range { from: 0, to: remote.size() },
        }
    }

    /// The note of its checkpoint, where it has one.
    pub(crate) fn note(&self) -> Option<&str> {
        match self {
            Self::Folder(folder) => {
                folder.manifest().checkpoint.as_ref().map(|checkpoint| checkpoint.note.as_str())
            }
            Self::Remote(remote) => Some(remote.note()),
        }
    }

    /// Reads it to its end or until told to stop; what is wrong is handed on, and reading goes on.
    pub(crate) fn walk(&self, each: &mut Each<'_>) -> anyhow::Result<ControlFlow<()>> {
        let Range { from, to } = self.range();
        let bar = progress::bar(to - from);
        let mut count = 0_u64;
        let end = {
            let mut counting = |item: Item<'_>| {
                count += 1;
                if count.is_multiple_of(4096) {
                    bar.set_position(count);
                }
                each(item)
            };
            match self {
                Self::Folder(folder) => folder.walk(&mut counting),
                Self::Remote(remote) => remote.walk(&mut counting),
            }
        };
        bar.finish_and_clear();
        end
    }

    /// Reads entries until told to stop; the first thing that is wrong is an error.
    pub(crate) fn entries(
        &self,
        mut each: impl FnMut(u64, &[u8]) -> anyhow::Result<ControlFlow<()>>,
    ) -> anyhow::Result<ControlFlow<()>> {
        self.walk(&mut |item| match item {
            Item::Entry { index, bytes } => each(index, bytes),
            Item::Lost(finding) | Item::Flaw(finding) => bail!(finding.what),
        })
    }

    /// Replays the entries before `end`; `each` sees every entry with the state before it.
    pub(crate) fn fold(
        &self,
        end: u64,
        mut each: impl FnMut(&State, u64, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<Replay> {
        let Range { from, to } = self.range();
        ensure!(
            from == 0,
            "the export starts at entry {from}: this needs the whole log, so export it without `--from`"
        );
        ensure!(
            end <= to,
            "there is no entry {} here: the last is {}",
            end - 1,
            to.saturating_sub(1)
        );
        let mut replay = Replay::new();
        let mut next = 0;
        if end != 0 {
            let _flow = self.entries(|index, bytes| {
                ensure!(index == next, "entry {next} should come next, but entry {index} came");
                each(replay.state(), index, bytes)?;
                replay.push(index, bytes);
                next += 1;
                Ok(if next < end { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
            })?;
        }
        ensure!(next == end, "the log ends before entry {next}");
        Ok(replay)
    }
}
