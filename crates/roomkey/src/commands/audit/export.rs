//! `roomkey audit export`: the log in files that anybody can verify.

mod files;
mod folder;
mod form;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use anyhow::{anyhow, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use roomkey_desk::audit::export;
use roomkey_desk::audit::export::Export;
use roomkey_desk::audit::export::ExportRange;
use roomkey_desk::authority::Reads;
use roomkey_desk::desk::Desk;
use roomkey_storage::Stored;

use crate::invocation::{End, Invocation, block_on};
use crate::settings::software;
use folder::{Folder, Found, Manifest, Range};
use form::{Form, IdentityLine};

/// What is written where.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The form of the files
    #[arg(long, value_enum, default_value_t = Form::Jsonl)]
    format: Form,
    /// The folder, which must be empty or not exist yet
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Goes on with an export that was interrupted: files that are whole are checked and kept
    #[arg(long)]
    resume: bool,
    /// Writes the names of the users beside, in identities.jsonl: personal data
    #[arg(long)]
    with_identities: bool,
    /// The first index
    #[arg(long, value_name = "INDEX")]
    from: Option<u64>,
    /// The index after the last
    #[arg(long, value_name = "INDEX")]
    to: Option<u64>,
    /// Entries of one file
    #[arg(long, value_name = "COUNT", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    entries_per_file: u64,
}

/// Writes the export; the manifest comes last, so that a folder without one is no export.
pub(crate) fn run(invocation: &Invocation, args: &ExportArgs) -> anyhow::Result<End> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && to < from
    {
        bail!("--from {from} is over --to {to}");
    }
    let manifest = match folder::look(&args.out, args.resume)? {
        Found::Whole(manifest) => *manifest,
        Found::Part(part) => {
            check(args, &part)?;
            write(invocation, args, Some(*part))?
        }
        Found::Empty => write(invocation, args, None)?,
    };
    invocation.output.print(&manifest, || {
        format!(
            "{} entries in {} files, {} to {}: {}",
            manifest.count,
            manifest.files.len(),
            manifest.range.from,
            manifest.range.to,
            args.out.display()
        )
    })?;
    Ok(End::Done)
}

/// What was begun must be what is asked for now.
fn check(args: &ExportArgs, part: &Manifest) -> anyhow::Result<()> {
    let Range { from, to } = part.range;
    let fits = part.format == args.format.name()
        && part.with_identities == args.with_identities
        && args.from.is_none_or(|wanted| wanted == from)
        && args.to.is_none_or(|wanted| wanted == to);
    if !fits {
        bail!(
            "the export in {} was begun as {} from {from} to {to}, {} identities: ask for the same, or name another folder",
            args.out.display(),
            part.format,
            if part.with_identities { "with" } else { "without" },
        );
    }
    Ok(())
}

fn write(
    invocation: &Invocation,
    args: &ExportArgs,
    part: Option<Manifest>,
) -> anyhow::Result<Manifest> {
    let open = invocation.open()?;
    if part.is_none() {
        open.try_sign_log();
    }
    block_on(async {
        let reads = open.reads()?;
        let with_identities = args.with_identities;
        let (mut export, manifest) = if let Some(part) = part {
            let next = part.range.from + part.count;
            let range = ExportRange { from: Some(next), to: Some(part.range.to), with_identities };
            let export = export::export(&open.desk.ground, &reads, range).await?;
            if (export.from, export.to) != (next, part.range.to) {
                bail!(
                    "the log has no longer what is left, {next} to {}: begin again",
                    part.range.to
                );
            }
            (export, part)
        } else {
            let range = ExportRange { from: args.from, to: args.to, with_identities };
            let export = export::export(&open.desk.ground, &reads, range).await?;
            let manifest = Manifest {
                format: args.format.name().to_owned(),
                version: 1,
                software: software(),
                range: Range { from: export.from, to: export.to },
                count: 0,
                with_identities,
                checkpoint: export.checkpoint.clone().map(Into::into),
                files: Vec::new(),
            };
            (export, manifest)
        };
        let folder = Folder::begin(&args.out, args.format, args.entries_per_file, manifest)?;
        let progress = progress(export.remaining());
        let (chunks, encoder) = encoder(folder);
        loop {
            let chunk = export::export_next(&open.desk.ground, &reads, &mut export).await?;
            let read = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            // Where the other side has gone, it says why below.
            if read == 0 || chunks.send(chunk).is_err() {
                break;
            }
            progress.inc(read);
        }
        drop(chunks);
        let encoded = encoder.join().map_err(|_| anyhow!("the thread that writes panicked"))?;
        let mut folder = encoded?;
        folder.end_entries()?;
        if with_identities {
            identities(&open.desk, &reads, &export, &mut folder).await?;
        }
        progress.finish_and_clear();
        folder.finish()
    })
}

/// Chunks that are read while others are written: few, so that memory stays bounded.
const AHEAD: usize = 2;

/// A thread that writes entries while the next ones are read.
fn encoder(mut folder: Folder) -> (SyncSender<Vec<Stored>>, JoinHandle<anyhow::Result<Folder>>) {
    let (chunks, waiting) = sync_channel::<Vec<Stored>>(AHEAD);
    let encode = move || {
        for stored in waiting.iter().flatten() {
            folder.push(&stored)?;
        }
        Ok(folder)
    };
    (chunks, std::thread::spawn(encode))
}

async fn identities(
    desk: &Desk,
    reads: &Reads,
    export: &Export,
    folder: &mut Folder,
) -> anyhow::Result<()> {
    let mut lines = folder.file("identities.jsonl")?;
    let mut after = None;
    loop {
        let users = export::export_identities(&desk.ground, reads, export, after).await?;
        after = users.last().map(|user| user.username.clone());
        for user in &users {
            lines.push(&IdentityLine::of(user))?;
        }
        if users.is_empty() {
            break;
        }
    }
    folder.add(lines.finish()?);
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
