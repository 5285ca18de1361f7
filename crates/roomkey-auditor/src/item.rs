//! What a log consists of, wherever it is read from: the folder of an export and the URL of a desk both give these.

use std::ops::ControlFlow;

use anyhow::Context;
use roomkey_audit::tree::checkpoint::Checkpoint;

use crate::findings::Finding;

/// What comes up while a log is read.
pub(crate) enum Item<'a> {
    /// The exact bytes of an entry.
    Entry {
        /// Its index, as the source says.
        index: u64,
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// Entries that cannot be read, of which it is not known how many; reading goes on behind them.
    Lost(Finding),
    /// Something else is wrong, and no entry is lost by it.
    Flaw(Finding),
}

/// Takes what comes up, and says whether to go on.
pub(crate) type Each<'a> = dyn FnMut(Item<'_>) -> anyhow::Result<ControlFlow<()>> + 'a;

/// What a checkpoint says, before anybody looked at its signatures.
pub(crate) fn claimed(note: &str) -> anyhow::Result<Checkpoint> {
    let end = note.rfind("\n\n").context("it is no signed note")?;
    let text = note.get(..=end).context("it is no signed note")?;
    Ok(text.parse()?)
}
