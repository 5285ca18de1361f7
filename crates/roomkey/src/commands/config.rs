//! `roomkey config`.

use clap::Subcommand;
use roomkey_claims::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::invocation::{End, Invocation};
use crate::output;
use crate::settings::problem::SettingsError;
use crate::settings::{check, show};

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Prints everything that is wrong; exit status 1 where anything is
    Check,
    /// Prints every value that counts with its origin, secrets masked
    #[command(
        after_help = "Examples:\n  roomkey config show\n  roomkey config show --json | jq '.[] | select(.origin != \"default\")'"
    )]
    Show,
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: &ConfigCommand) -> anyhow::Result<End> {
    match command {
        ConfigCommand::Check => check(invocation),
        ConfigCommand::Show => show(invocation),
    }
}

fn check(invocation: &Invocation) -> anyhow::Result<End> {
    let (problems, warnings) = found(invocation);
    if invocation.output.json {
        invocation
            .output
            .print(&json!({ "problems": problems, "warnings": warnings }), String::new)?;
    } else {
        for problem in &problems {
            output::note(format_args!("problem  {problem}"));
        }
        for warning in &warnings {
            output::note(format_args!("warning  {warning}"));
        }
        if problems.is_empty() {
            output::line(&format!("{} is usable", invocation.sources.place()))?;
        }
    }
    Ok(if problems.is_empty() { End::Done } else { End::Wrong })
}

/// Problems and warnings of the settings as they stand now.
pub(crate) fn found(invocation: &Invocation) -> (Vec<String>, Vec<String>) {
    match invocation.sources.load() {
        Err(
            error @ (SettingsError::Missing { .. }
            | SettingsError::Unreadable { .. }
            | SettingsError::Wrong { .. }),
        ) => (error.problems(), Vec::new()),
        Ok(settings) => {
            let (mut problems, mut warnings) = check::keys(&settings.profiles, SystemClock.now());
            problems.extend(check::key_file(&settings.key));
            warnings.extend(settings.warnings);
            (problems, warnings)
        }
    }
}

fn show(invocation: &Invocation) -> anyhow::Result<End> {
    let shown = show::all(&invocation.settings()?);
    let mut table = output::table(&["key", "value", "origin"]);
    for row in &shown {
        let value = match &row.value {
            Value::String(text) => text.clone(),
            Value::Null => "-".to_owned(),
            other => other.to_string(),
        };
        table.add_row([&row.key, &value, &row.origin]);
    }
    let rows: Vec<Value> = shown.iter().map(show::Shown::json).collect();
    invocation.output.print(&rows, || output::rows(&table, ""))?;
    Ok(End::Done)
}
