//! The options of every command.

use std::path::PathBuf;

use clap::Args;

/// What holds for every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    #[arg(
        long,
        help = "The settings file [default: the variable ROOMKEY_CONFIG, else ./roomkey.toml]",
        value_name = "FILE",
        global = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Sets a value over the environment and the file, such as log.level=debug; no secrets
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE", global = true)]
    pub(crate) flags: Vec<String>,
    /// Works without a settings file on a desk under ./data, for development only
    #[arg(long, global = true, conflicts_with = "config")]
    pub(crate) dev: bool,
    /// Prints JSON, with the names of the HTTP API
    #[arg(long, global = true)]
    pub(crate) json: bool,
}
