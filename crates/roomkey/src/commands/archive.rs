//! `roomkey archive`.

use clap::{Args, Subcommand};
use roomkey_claims::ProfileName;
use roomkey_desk::provider::archives::{self, ArchivePage};
use roomkey_desk::wire::list::ListOf;
use roomkey_providers::ArchiveItem;
use serde::Serialize;
use serde_json::json;

use crate::invocation::{End, Invocation, block_on};
use crate::output::{self, or_dash};

/// What to do with recordings at a provider.
#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Lists recordings that are at the provider, newest first; the call is an entry of the log
    #[command(after_help = "Example:\n  roomkey archive list --provider stage --count 20")]
    List(ListArgs),
    /// Deletes a recording at the provider; the call is an entry of the log
    #[command(
        after_help = "Example:\n  roomkey archive delete --provider stage 30b3ebf1-ba36-4f5b-8def-6f70d9986fe9"
    )]
    Delete {
        /// The provider profile of the settings
        #[arg(long)]
        provider: ProfileName,
        /// The recording's id at the provider
        archive_id: String,
    },
}

/// Which recordings.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The provider profile of the settings
    #[arg(long)]
    provider: ProfileName,
    /// How many to skip
    #[arg(long, default_value_t = 0)]
    offset: u32,
    /// Most recordings
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    count: u32,
}

/// A recording, as it is printed: never with its link, which would let anybody fetch it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Archive<'a> {
    id: &'a str,
    status: &'a str,
    name: Option<&'a str>,
    session_id: &'a str,
    created_at: Option<String>,
    duration_seconds: Option<u64>,
    size_bytes: Option<u64>,
    reason: Option<&'a str>,
}

impl<'a> Archive<'a> {
    fn of(item: &'a ArchiveItem) -> Self {
        Self {
            id: &item.id,
            status: &item.status,
            name: item.name.as_deref(),
            session_id: &item.session,
            created_at: item.created_at.map(|at| at.to_string()),
            duration_seconds: item.seconds,
            size_bytes: item.bytes,
            reason: item.reason.as_deref(),
        }
    }
}

/// Runs the command.
pub(crate) fn run(invocation: &Invocation, command: ArchiveCommand) -> anyhow::Result<End> {
    match command {
        ArchiveCommand::List(args) => list(invocation, args)?,
        ArchiveCommand::Delete { provider, archive_id } => {
            let open = invocation.open()?;
            block_on(async {
                open.desk.tokens.adopt_rules(&open.desk.ground).await?;
                Ok(archives::delete(
                    &open.desk.ground,
                    &open.desk.tokens,
                    &open.desk.provider,
                    &open.admin()?,
                    provider,
                    &archive_id,
                )
                .await?)
            })?;
            let value = json!({ "id": archive_id, "deleted": true });
            invocation.output.print(&value, || format!("{archive_id} is not at the provider"))?;
        }
    }
    Ok(End::Done)
}

fn list(
    invocation: &Invocation,
    ListArgs { provider, offset, count }: ListArgs,
) -> anyhow::Result<()> {
    let open = invocation.open()?;
    let archives = block_on(async {
        open.desk.tokens.adopt_rules(&open.desk.ground).await?;
        Ok(archives::list(
            &open.desk.ground,
            &open.desk.tokens,
            &open.desk.provider,
            &open.admin()?,
            provider,
            ArchivePage { offset, count },
        )
        .await?)
    })?;
    let mut table =
        output::table(&["archive", "status", "name", "begun", "seconds", "bytes", "reason"]);
    for item in &archives {
        table.add_row([
            printable(&item.id),
            printable(&item.status),
            or_dash(item.name.as_deref().map(printable)),
            item.created_at.map_or_else(|| "-".to_owned(), output::time),
            or_dash(item.seconds),
            or_dash(item.bytes),
            or_dash(item.reason.as_deref().map(printable)),
        ]);
    }
    let views: Vec<_> = archives.iter().map(Archive::of).collect();
    invocation
        .output
        .print(&ListOf::with_next(views, None), || output::rows(&table, "no archives there"))
}

/// A provider's words without what would steer a terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_not_printed() {
        assert_eq!(printable("a\u{1b}[2Jb\nc\u{9b}"), "a[2Jbc");
    }

    #[test]
    fn an_archive_is_printed_with_all_that_is_known_of_it() {
        let item = ArchiveItem {
            id: "a".to_owned(),
            status: "available".to_owned(),
            name: None,
            session: "1_MX4".to_owned(),
            created_at: None,
            seconds: Some(5),
            bytes: Some(7),
            reason: None,
        };
        let printed = serde_json::to_value(Archive::of(&item)).unwrap();
        assert_eq!(
            printed,
            json!({
                "id": "a", "status": "available", "name": null, "sessionId": "1_MX4", "createdAt": null,
                "durationSeconds": 5, "sizeBytes": 7, "reason": null,
            })
        );
    }
}
