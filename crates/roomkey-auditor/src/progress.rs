//! A bar on standard error, where somebody watches.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over so many entries; hidden where standard error is no terminal.
pub(crate) fn bar(entries: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(entries);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} entries, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}
