//! The desk's binary: settings, diagnostics, subcommands.
//!
//! Reading order: [`cli`], what may be given; [`settings`]; [`console`], what every command works with; [`commands`],
//! one file each, [`commands::serve`] first.

mod cli;
mod commands;
mod console;
mod hint;
mod input;
mod logging;
mod output;
mod settings;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use console::{Console, End};

fn main() -> ExitCode {
    install_crypto();
    let Cli { global, command } = Cli::parse();
    let console = Console::new(global);
    if !matches!(command, Command::Serve(_)) {
        logging::for_command();
    }
    match commands::run(&console, command) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Wrong) => ExitCode::FAILURE,
        // Whoever read the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let text = hint::told(&error);
            let told = if console.output.json {
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
