//! `roomkey audit`.

mod entries;
mod export;
mod filter;
mod query;
mod show;
mod tail;
mod trace;

use clap::Subcommand;

use crate::console::{Console, End};

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
    /// Prints entries as they come, until Ctrl-C
    #[command(after_help = "Example:\n  roomkey audit tail --outcome denied --json")]
    Tail(tail::TailArgs),
    /// Writes the log to a folder, for somebody else to verify
    #[command(after_help = "Examples:\n  roomkey audit export --format jsonl --out folder/\n  \
        roomkey audit export --out folder/ --from 1000 --to 2000 --with-identities")]
    Export(export::ExportArgs),
}

/// Runs the command.
pub(crate) fn run(console: &Console, command: AuditCommand) -> anyhow::Result<End> {
    match command {
        AuditCommand::Query(args) => query::run(console, args),
        AuditCommand::Show(args) => show::run(console, &args),
        AuditCommand::Trace => trace::run(console),
        AuditCommand::Tail(args) => tail::run(console, args),
        AuditCommand::Export(args) => export::run(console, &args),
    }
}
