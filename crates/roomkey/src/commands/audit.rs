//! `roomkey audit`.

mod entries;
mod export;
mod filter;
mod query;
mod recover;
mod show;
mod signed;
mod stats;
mod tail;
pub(crate) mod trace;
mod verify;

use clap::Subcommand;

use crate::invocation::{End, Invocation};

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Looks for entries, newest first; that somebody looked is itself an entry
    #[command(after_help = "Examples:\n  roomkey audit query --user ada --json\n  \
        roomkey audit query --outcome denied --since 2027-01-01T00:00:00Z")]
    Query(query::QueryArgs),
    /// Shows one entry whole
    #[command(after_help = "Examples:\n  roomkey audit show 17\n  \
        roomkey audit show 01890a5d-ac96-774b-bcce-b302099a8057")]
    Show(show::ShowArgs),
    /// Finds the entry of a token that is read from standard input; exit status 1 where the log has none
    #[command(after_help = "Example:\n  roomkey audit trace --json < token.txt")]
    Trace,
    /// Prints the newest signed checkpoint, after signing what is committed
    #[command(after_help = "Example:\n  roomkey audit checkpoint > checkpoint.txt")]
    Checkpoint,
    /// Prints the key that checkpoints are verified with
    #[command(
        after_help = "Example:\n  roomkey-auditor verify folder/ --vkey \"$(roomkey audit vkey)\""
    )]
    Vkey,
    /// Prints a proof that an entry is in the signed log, to be kept and verified offline
    #[command(after_help = "Example:\n  roomkey audit proof 17 > 17.tlog-proof")]
    Proof(show::ShowArgs),
    /// Compares all that is stored of the log with itself: bytes, hashes, columns, tiles, checkpoint; exit status 1
    /// where something is wrong
    #[command(
        after_help = "Whoever does not trust the desk uses `roomkey-auditor verify`.\n\nExample:\n  roomkey audit verify --json"
    )]
    Verify,
    /// Takes over a frozen log as it is, under a new name with a new key; the log says so
    #[command(
        after_help = "Find out first why it is frozen: `roomkey doctor` says what does not match.\n\nExample:\n  roomkey audit recover --yes"
    )]
    Recover(recover::RecoverArgs),
    /// Counts entries by the hour or day, as a histogram
    #[command(after_help = "Examples:\n  roomkey audit stats --by day --group outcome\n  \
        roomkey audit stats --group reason --outcome denied --room stage-1")]
    Stats(stats::StatsArgs),
    /// Prints entries as they come, until Ctrl-C
    #[command(after_help = "Example:\n  roomkey audit tail --outcome denied --json")]
    Tail(tail::TailArgs),
    /// Writes the log to a folder, for somebody else to verify
    #[command(after_help = "Examples:\n  roomkey audit export --format jsonl --out folder/\n  \
        roomkey audit export --out folder/ --from 1000 --to 2000 --with-identities\n  \
        roomkey audit export --format csv --out folder/ --resume")]
    Export(export::ExportArgs),
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: AuditCommand) -> anyhow::Result<End> {
    match command {
        AuditCommand::Query(args) => query::run(invocation, args),
        AuditCommand::Show(args) => show::run(invocation, &args),
        AuditCommand::Trace => trace::run(invocation),
        AuditCommand::Checkpoint => signed::checkpoint(invocation),
        AuditCommand::Vkey => signed::vkey(invocation),
        AuditCommand::Proof(args) => signed::proof(invocation, &args),
        AuditCommand::Verify => verify::run(invocation),
        AuditCommand::Recover(args) => recover::run(invocation, &args),
        AuditCommand::Stats(args) => stats::run(invocation, args),
        AuditCommand::Tail(args) => tail::run(invocation, args),
        AuditCommand::Export(args) => export::run(invocation, &args),
    }
}
