//! `roomkey completions`.

use std::io;

use clap::Args;
use clap_complete::Shell;

use crate::invocation::End;

/// For which shell.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  roomkey completions bash > /etc/bash_completion.d/roomkey")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints the completions.
pub(crate) fn run(args: &CompletionsArgs, whole: &mut clap::Command) -> anyhow::Result<End> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, whole, "roomkey", &mut text);
    io::Write::write_all(&mut io::stdout().lock(), &text)?;
    Ok(End::Done)
}
