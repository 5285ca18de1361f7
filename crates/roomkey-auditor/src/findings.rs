//! What is wrong with a log: each thing with its place, the first of them listed, all of them counted.

use serde::Serialize;

/// How many findings a report lists; more are only counted.
pub(crate) const MAX_LISTED: usize = 100;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// The entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<u64>,
    /// The tile or bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tile: Option<String>,
    /// What, in words that name the place.
    pub(crate) what: String,
}

impl Finding {
    /// About the log or the export as a whole.
    pub(crate) const fn new(what: String) -> Self {
        Self { index: None, tile: None, what }
    }

    /// About an entry.
    pub(crate) const fn at(index: u64, what: String) -> Self {
        Self { index: Some(index), tile: None, what }
    }

    /// About a tile or a bundle.
    pub(crate) fn of_tile(tile: &impl ToString, what: String) -> Self {
        Self { index: None, tile: Some(tile.to_string()), what }
    }
}

/// All that was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    total: u64,
}

impl Findings {
    /// Adds a finding.
    pub(crate) fn push(&mut self, finding: Finding) {
        self.total += 1;
        if self.list.len() < MAX_LISTED {
            self.list.push(finding);
        }
    }

    /// Counts findings that nobody listed.
    pub(crate) const fn count(&mut self, unlisted: u64) {
        self.total += unlisted;
    }

    /// Adds those of another list.
    pub(crate) fn append(&mut self, other: Self) {
        let unlisted = other.total.saturating_sub(u64::try_from(other.list.len()).unwrap_or(0));
        other.list.into_iter().for_each(|finding| self.push(finding));
        self.total += unlisted;
    }

    /// The first [`MAX_LISTED`].
    pub(crate) fn list(&self) -> &[Finding] {
        &self.list
    }

    /// How many there are.
    pub(crate) const fn total(&self) -> u64 {
        self.total
    }
}
