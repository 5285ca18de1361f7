//! `roomkey-auditor`: checks an exported log without trusting the desk that wrote it.
//!
//! It links neither the database nor the web server, and reads nothing but the folder of the export.
//! Exit status: 0 where the log is clean, 1 where something is wrong with it, 2 where the command line is.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is a command: what it found is its output"
)]

mod export;
mod replay;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Checks an exported issuance log of a Roomkey desk, without trusting the desk.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fold the log and check every issued key with the function that decided about it.
    ///
    /// Reads a folder made by `roomkey audit export --out FOLDER` that starts at index 0. Every line is held against
    /// its bytes, every file against the manifest.
    #[command(
        after_help = "Example:\n  roomkey audit export --out folder/ && roomkey-auditor replay folder/"
    )]
    Replay {
        /// The folder of the export.
        folder: PathBuf,
    },
    /// Find the entry of a token that leaked: the token on standard input, nothing of it is kept.
    #[command(after_help = "Example:\n  roomkey-auditor trace folder/ < token.txt")]
    Trace {
        /// The folder of the export.
        folder: PathBuf,
    },
}

fn main() -> ExitCode {
    let Arguments { json, command } = Arguments::parse();
    let result = match command {
        Command::Replay { folder } => replay::run(&folder, json),
        Command::Trace { folder } => trace::run(&folder, json),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(1)
    })
}
