//! Reading an export: the manifest, then its files line by line, in constant memory.

mod lines;
mod manifest;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::findings::Finding;
use crate::item::Each;
pub(crate) use manifest::{Manifest, Range};

/// The folder of an export.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    manifest: Manifest,
}

impl Folder {
    /// Reads the manifest of a folder.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        Ok(Self { path: path.to_owned(), manifest: Manifest::read(path)? })
    }

    /// What the export says of itself.
    pub(crate) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What the manifest alone says wrongly: counts that do not add up, files out of order or twice.
    pub(crate) fn flaws(&self) -> Vec<Finding> {
        self.manifest.flaws()
    }

    /// Reads all entries, in the order of the files, and holds every file against its hash in the manifest.
    pub(crate) fn walk(&self, each: &mut Each<'_>) -> anyhow::Result<ControlFlow<()>> {
        for file in self.manifest.files.iter().filter(|file| file.holds_entries()) {
            if lines::walk(&self.path, file, each)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Holds the files that hold no entries against their hashes.
    pub(crate) fn other_flaws(&self) -> Vec<Finding> {
        let others = self.manifest.files.iter().filter(|file| !file.holds_entries());
        others.filter_map(|file| lines::check_hash(&self.path, file)).collect()
    }
}
