//! The desk's program: settings, diagnostics, subcommands.
//!
//! A library of which only `main.rs` and the generator of the reference documents know: that generator belongs to the
//! tests, so that the product does not carry it, and reads the definitions of the command line and of the settings.
//!
//! Reading order: [`cli`], what may be given; [`settings`]; [`invocation`], what every command works with;
//! [`commands`], one file each, `serve` first.

mod cli;
mod commands;
mod global;
mod hint;
mod input;
mod invocation;
mod logging;
mod output;
mod settings;
mod words;

pub use cli::{definition, run};
pub use settings::layers::PREFIX;
pub use settings::schema::{SPECS, Spec, sections};
