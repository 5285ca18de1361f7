//! The commands, one file each (one folder where they have several verbs of some size).

pub(crate) mod archive;
pub(crate) mod audit;
pub(crate) mod backend;
pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod event;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod meeting;
pub(crate) mod member;
pub(crate) mod migrate;
pub(crate) mod reference;
pub(crate) mod room;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod user;

use crate::cli::Command;
use crate::console::{Console, End};

/// Runs a command.
pub(crate) fn run(console: &Console, command: Command) -> anyhow::Result<End> {
    match command {
        Command::Serve(args) => serve::run(console, args),
        Command::Init(args) => init::run(console, &args),
        Command::Doctor => doctor::run(console),
        Command::User(command) => user::run(console, command),
        Command::Room(command) => room::run(console, command),
        Command::Member(command) => member::run(console, command),
        Command::Event(command) => event::run(console, command),
        Command::Meeting(command) => meeting::run(console, command),
        Command::Token(command) => token::run(console, command),
        Command::Backend(command) => backend::run(console, command),
        Command::Archive(command) => archive::run(console, command),
        Command::Explain(args) => explain::run(console, &args),
        Command::Backup(args) => backup::run(console, &args),
        Command::Audit(command) => audit::run(console, command),
        Command::Migrate(command) => migrate::run(console, &command),
        Command::Config(command) => config::run(console, &command),
        Command::Completions(args) => completions::run(&args),
        Command::Reference(args) => reference::run(&args),
    }
}
