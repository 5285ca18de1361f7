//! The reference documents, generated of the definitions in the code.
//!
//! The tests compare each committed document with what the code says; with `UPDATE=1` (`cargo xtask codegen`) they
//! write it instead.
#![expect(clippy::format_push_string, reason = "short documents, made once")]

mod command_lines;
mod document;
mod problems;
mod providers;
mod settings;

use roomkey_api::openapi_json;

use document::check;

#[test]
fn problems() -> anyhow::Result<()> {
    check("problems.md", &problems::markdown())
}

#[test]
fn openapi() -> anyhow::Result<()> {
    check("openapi.json", &openapi_json())
}

#[test]
fn settings() -> anyhow::Result<()> {
    check("settings.md", &settings::markdown())
}

#[test]
fn providers() -> anyhow::Result<()> {
    check("providers.md", &providers::markdown())
}

#[test]
fn command_lines() -> anyhow::Result<()> {
    check("cli.md", &command_lines::desk())?;
    check("auditor.md", &command_lines::auditor())
}
