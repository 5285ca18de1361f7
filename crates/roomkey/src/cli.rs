//! The command line: what may be given, before anything is done.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands;

/// Hands out short-lived keys to real-time rooms, and keeps a provable record of every key.
#[derive(Debug, Parser)]
#[command(
    name = "roomkey",
    version,
    after_help = "Exit status: 0 done, 1 failed or found something wrong, 2 wrong usage.\n\
                  First steps: `roomkey init`, then `roomkey user add root --role admin`, then `roomkey serve`;\n\
                  or `roomkey serve --dev` to look around."
)]
pub(crate) struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// The settings file [default: the variable `ROOMKEY_CONFIG`, else ./roomkey.toml]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Sets a value over the environment and the file, such as `log.level=debug`; no secrets
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE", global = true)]
    pub(crate) flags: Vec<String>,
    /// Works without a settings file on a desk under ./data, for development only
    #[arg(long, global = true, conflicts_with = "config")]
    pub(crate) dev: bool,
    /// Prints JSON, with the names of the HTTP API
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the desk until SIGTERM or SIGINT; SIGHUP reads lifetimes and provider keys again
    Serve(commands::serve::ServeArgs),
    /// Writes a settings file with comments and a fresh provider secret; overwrites nothing
    Init(commands::init::InitArgs),
    /// Looks for what would keep the desk from working, and says what to do
    Doctor,
    /// Users of the desk
    #[command(subcommand)]
    User(commands::user::UserCommand),
    /// Rooms
    #[command(subcommand)]
    Room(commands::room::RoomCommand),
    /// Members of rooms
    #[command(subcommand)]
    Member(commands::member::MemberCommand),
    /// Events of rooms, and the windows of time in which they admit anybody
    #[command(subcommand)]
    Event(commands::event::EventCommand),
    /// Meetings: each use of a room with its own session at the provider
    #[command(subcommand)]
    Meeting(commands::meeting::MeetingCommand),
    /// Keys: issue one, read one
    #[command(subcommand)]
    Token(commands::token::TokenCommand),
    /// Backends: servers that ask for keys of the users that they act for
    #[command(subcommand)]
    Backend(commands::backend::BackendCommand),
    /// Recordings at a provider
    #[command(subcommand)]
    Archive(commands::archive::ArchiveCommand),
    /// Explains a problem code of the HTTP API
    Explain(commands::explain::ExplainArgs),
    /// Copies the embedded database while the desk works
    Backup(commands::backup::BackupArgs),
    /// The issuance log
    #[command(subcommand)]
    Audit(commands::audit::AuditCommand),
    /// The schema of the database
    #[command(subcommand)]
    Migrate(commands::migrate::MigrateCommand),
    /// The settings
    #[command(subcommand)]
    Config(commands::config::ConfigCommand),
    /// Prints completions for a shell
    Completions(commands::completions::CompletionsArgs),
    /// Prints a generated reference document
    #[command(hide = true)]
    Reference(commands::reference::ReferenceArgs),
}
