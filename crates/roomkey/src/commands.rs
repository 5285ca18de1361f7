//! The commands, one file each (one folder where they have several verbs of some size).

mod archive;
mod audit;
mod backend;
mod backup;
mod completions;
mod config;
mod doctor;
mod event;
mod explain;
mod init;
mod meeting;
mod member;
mod migrate;
mod room;
mod serve;
mod token;
mod user;

use clap::Subcommand;

use crate::invocation::{End, Invocation};

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the desk until SIGTERM or SIGINT; SIGHUP reads lifetimes and provider keys again
    Serve(serve::ServeArgs),
    /// Writes a settings file with comments and a fresh provider secret; overwrites nothing
    Init(init::InitArgs),
    /// Looks for what would keep the desk from working, and says what to do
    Doctor,
    /// Users of the desk
    #[command(subcommand)]
    User(user::UserCommand),
    /// Rooms
    #[command(subcommand)]
    Room(room::RoomCommand),
    /// Members of rooms
    #[command(subcommand)]
    Member(member::MemberCommand),
    /// Events of rooms, and the windows of time in which they admit anybody
    #[command(subcommand)]
    Event(event::EventCommand),
    /// Meetings: each use of a room with its own session at the provider
    #[command(subcommand)]
    Meeting(meeting::MeetingCommand),
    /// Keys: issue one, read one
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Backends: servers that ask for keys of the users that they act for
    #[command(subcommand)]
    Backend(backend::BackendCommand),
    /// Recordings at a provider
    #[command(subcommand)]
    Archive(archive::ArchiveCommand),
    /// Explains a problem code of the HTTP API
    Explain(explain::ExplainArgs),
    /// Copies the embedded database while the desk works
    Backup(backup::BackupArgs),
    /// The issuance log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// The schema of the database
    #[command(subcommand)]
    Migrate(migrate::MigrateCommand),
    /// The settings
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Prints completions for a shell
    Completions(completions::CompletionsArgs),
}

/// Runs a command; `whole` makes the definition of the command line, of which completions are generated.
pub(crate) fn run(
    invocation: &Invocation,
    command: Command,
    whole: fn() -> clap::Command,
) -> anyhow::Result<End> {
    match command {
        Command::Serve(args) => serve::run(invocation, args),
        Command::Init(args) => init::run(invocation, &args),
        Command::Doctor => doctor::run(invocation),
        Command::User(command) => user::run(invocation, command),
        Command::Room(command) => room::run(invocation, command),
        Command::Member(command) => member::run(invocation, command),
        Command::Event(command) => event::run(invocation, command),
        Command::Meeting(command) => meeting::run(invocation, command),
        Command::Token(command) => token::run(invocation, command),
        Command::Backend(command) => backend::run(invocation, command),
        Command::Archive(command) => archive::run(invocation, command),
        Command::Explain(args) => explain::run(invocation, &args),
        Command::Backup(args) => backup::run(invocation, &args),
        Command::Audit(command) => audit::run(invocation, command),
        Command::Migrate(command) => migrate::run(invocation, &command),
        Command::Config(command) => config::run(invocation, &command),
        Command::Completions(args) => completions::run(&args, &mut whole()),
    }
}
