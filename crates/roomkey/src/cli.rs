//! The command line: its definition, and what becomes of its result.

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::commands::{self, Command};
use crate::global::Global;
use crate::invocation::{End, Invocation};
use crate::{hint, logging, output};

/// Hands out short-lived keys to real-time rooms, and keeps a provable record of every key.
#[derive(Debug, Parser)]
#[command(
    name = "roomkey",
    version,
    after_help = "Exit status: 0 done, 1 failed or found something wrong, 2 wrong usage.\n\
                  First steps: `roomkey init`, then `roomkey user add root --role admin`, then `roomkey serve`;\n\
                  or `roomkey serve --dev` to look around."
)]
struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    global: Global,
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

/// The definition of the command line, of which its reference is generated.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// Runs the command of the process's arguments and tells how it ended.
pub fn run() -> ExitCode {
    install_crypto();
    let Cli { global, command } = Cli::parse();
    let invocation = Invocation::new(global);
    if !matches!(command, Command::Serve(_)) {
        logging::for_command();
    }
    match commands::run(&invocation, command, definition) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Wrong) => ExitCode::FAILURE,
        // Whoever read the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let text = hint::told(&error);
            let told = if invocation.output.json {
                serde_json::json!({ "error": text }).to_string()
            } else {
                format!("error: {text}")
            };
            output::note(told);
            ExitCode::FAILURE
        }
    }
}

/// Makes aws-lc the one provider of cryptography, before anything signs or connects.
fn install_crypto() {
    // Both fail only where one is installed already, which is this one: nothing ran before.
    jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default().ok();
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().filter_map(|error| error.downcast_ref::<io::Error>()).any(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        definition().debug_assert();
    }
}
