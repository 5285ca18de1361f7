//! `roomkey audit export`: the log in files that anybody can verify.

mod files;

use std::fs;
use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use roomkey_api::ops::audit::ExportRange;
use serde::Serialize;

use crate::console::{Console, End, block_on};
use crate::settings::software;
use files::{FileOfExport, IdentityLine, Lines, Parts};

/// What is written where.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The form of the files
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// The folder, which must be empty or not exist yet
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Writes the names of the users beside, in identities.jsonl: personal data
    #[arg(long)]
    with_identities: bool,
    /// The first index
    #[arg(long, value_name = "INDEX")]
    from: Option<u64>,
    /// The index after the last
    #[arg(long, value_name = "INDEX")]
    to: Option<u64>,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// One JSON text a line
    Jsonl,
}

/// What an export holds, in `manifest.json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    format: &'static str,
    version: u8,
    software: String,
    /// The first index and the one after the last.
    range: Range,
    count: u64,
    with_identities: bool,
    files: Vec<FileOfExport>,
}

/// Indexes, the last one not among them.
#[derive(Debug, Serialize)]
struct Range {
    from: u64,
    to: u64,
}

/// Writes the export; the manifest comes last, so that a folder without one is no export.
pub(crate) fn run(console: &Console, args: &ExportArgs) -> anyhow::Result<End> {
    let ExportArgs { format: Format::Jsonl, out, with_identities, from, to } = args;
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        bail!("--from {from} is over --to {to}");
    }
    prepare(out)?;
    let open = console.open()?;
    let range = ExportRange { from: *from, to: *to, with_identities: *with_identities };
    let manifest = block_on(async {
        let reads = open.reads()?;
        let mut export = open.desk.export(&reads, range).await?;
        let (from, to) = (export.from, export.to);
        let progress = progress(export.remaining());
        let mut parts = Parts::new(out);
        loop {
            let chunk = open.desk.export_next(&reads, &mut export).await?;
            if chunk.is_empty() {
                break;
            }
            for stored in &chunk {
                parts.push(stored)?;
            }
            progress.inc(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        }
        let (count, mut files) = parts.finish()?;
        if count != to - from {
            bail!(
                "the log holds {count} of the {} entries {from} to {to}: restore the database from a backup",
                to - from
            );
        }
        if *with_identities {
            let mut lines = Lines::create(out, "identities.jsonl")?;
            let mut after = None;
            loop {
                let users = open.desk.export_identities(&reads, &export, after).await?;
                after = users.last().map(|user| user.username.clone());
                for user in &users {
                    lines.push(&IdentityLine::of(user))?;
                }
                if users.is_empty() {
                    break;
                }
            }
            files.push(lines.finish()?);
        }
        progress.finish_and_clear();
        Ok(Manifest {
            format: "roomkey-jsonl",
            version: 1,
            software: software(),
            range: Range { from, to },
            count,
            with_identities: *with_identities,
            files,
        })
    })?;
    files::write_manifest(out, &manifest)?;
    console.output.print(&manifest, || {
        format!(
            "{} entries in {} files, {} to {}: {}",
            manifest.count,
            manifest.files.len(),
            manifest.range.from,
            manifest.range.to,
            out.display()
        )
    })?;
    Ok(End::Done)
}

/// Makes the folder, or takes an empty one.
fn prepare(out: &PathBuf) -> anyhow::Result<()> {
    fs::create_dir_all(out)
        .with_context(|| format!("the folder {} cannot be made", out.display()))?;
    let mut inside =
        fs::read_dir(out).with_context(|| format!("{} cannot be read", out.display()))?;
    if inside.next().is_some() {
        bail!("the folder {} is not empty: name one that is", out.display());
    }
    Ok(())
}

/// A bar on standard error, where somebody watches.
fn progress(total: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} entries, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}
