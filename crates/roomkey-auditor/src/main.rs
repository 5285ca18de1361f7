//! `roomkey-auditor`: checks an issuance log without trusting the desk that wrote it.
//!
//! It links neither the database nor the web server, and reads nothing but the folder of an export or the published
//! log of a desk.
//! Exit status: 0 where the log is clean, 1 where something is wrong with it, 2 where the command line is.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is a command: what it found is its output"
)]

mod findings;
mod progress;
mod scan;
mod source;

mod export;
mod remote;

mod diff;
mod explain;
mod gaps;
mod proof;
mod replay;
mod trace;
mod verify;
mod who;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::source::SourceArgs;

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

fn main() -> ExitCode {
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
