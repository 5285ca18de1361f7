//! The command line: its definition, and what becomes of its result.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::source::SourceArgs;
use crate::{diff, explain, gaps, proof, replay, trace, verify, who};

/// Checks the issuance log of a Roomkey desk, without trusting the desk.
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
    /// Verify signature, tree and every entry: nothing was removed, changed or slipped in.
    #[command(
        after_help = "Example:\n  roomkey-auditor verify folder/ --vkey \"$VKEY\" --checkpoint kept.txt --save kept.txt"
    )]
    Verify(verify::VerifyArgs),
    /// Fold the log and check every issued key with the function that decided about it.
    ///
    /// Needs the whole log from index 0.
    #[command(
        after_help = "Example:\n  roomkey audit export --out folder/ && roomkey-auditor replay folder/"
    )]
    Replay(SourceArgs),
    /// Find the entry of a token that leaked: the token on standard input, nothing of it is kept.
    #[command(after_help = "Example:\n  roomkey-auditor trace folder/ < token.txt")]
    Trace(trace::TraceArgs),
    /// Say in plain words what one entry records: who, what, when, on whose authority.
    #[command(after_help = "Example:\n  roomkey-auditor explain folder/ 17")]
    Explain(explain::ExplainArgs),
    /// Say what changed in who may enter, from one entry to another.
    #[command(after_help = "Example:\n  roomkey-auditor diff folder/ --from 100 --to 200")]
    Diff(diff::DiffArgs),
    /// Say who could enter a room at an entry, by the server's own decision.
    #[command(after_help = "Example:\n  roomkey-auditor who folder/ stage-1 --at 17")]
    Who(who::WhoArgs),
    /// List the indexes that are missing.
    #[command(after_help = "Example:\n  roomkey-auditor gaps folder/")]
    Gaps(SourceArgs),
    /// Verify a proof of one entry, offline.
    #[command(
        after_help = "Example:\n  roomkey-auditor proof entry.tlog-proof --vkey \"$VKEY\" --entry folder/"
    )]
    Proof(proof::ProofArgs),
}

/// The definition of the command line, of which its reference is generated.
pub fn definition() -> clap::Command {
    Arguments::command()
}

/// Runs the command of the process's arguments.
pub fn run() -> ExitCode {
    let Arguments { json, command } = Arguments::parse();
    let result = match command {
        Command::Verify(args) => verify::run(&args, json),
        Command::Replay(args) => replay::run(&args, json),
        Command::Trace(args) => trace::run(&args, json),
        Command::Explain(args) => explain::run(&args, json),
        Command::Diff(args) => diff::run(&args, json),
        Command::Who(args) => who::run(&args, json),
        Command::Gaps(args) => gaps::run(&args, json),
        Command::Proof(args) => proof::run(&args, json),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        definition().debug_assert();
    }
}
