//! `verify`: that nothing was removed, changed or slipped in, from the bytes and a key alone.

mod check;
mod heads;
mod report;
mod tiles;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use roomkey_audit::tree::key::VerifierKey;

use self::check::Check;
use self::heads::Heads;
use crate::findings::Findings;
use crate::source::{Source, SourceArgs};

/// What `verify` is asked.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// The key that the log signs with, from the operator and not from the server that is checked.
    #[arg(long, required_unless_present = "unsigned")]
    vkey: Option<VerifierKey>,
    /// A checkpoint that you kept: what it covers must be the beginning of this log.
    #[arg(long, value_name = "OLD_FILE")]
    checkpoint: Option<PathBuf>,
    /// Where to keep the checkpoint of this log, if it verifies, for the next time.
    #[arg(long, value_name = "NEW_FILE", requires = "vkey")]
    save: Option<PathBuf>,
    /// Accept an export without a checkpoint, of which nothing is signed; without --vkey no signature is checked.
    #[arg(long)]
    unsigned: bool,
    /// Accept a part of a log: what cannot be verified of it is said and is no failure.
    #[arg(long)]
    partial: bool,
}

/// Verifies the log and prints what it found.
pub(crate) fn run(args: &VerifyArgs, json: bool) -> anyhow::Result<ExitCode> {
    let source = Source::open(&args.source)?;
    let mut findings = Findings::default();
    if let Source::Folder(folder) = &source {
        folder.flaws().into_iter().for_each(|flaw| findings.push(flaw));
    }
    let heads = Heads::read(&source, args, &mut findings)?;
    let mut check = Check::new(&source, &heads, args.partial);
    let _flow = source.walk(&mut |item| check.take(item))?;
    let seen = check.finish(&mut findings)?;
    if let Source::Folder(folder) = &source {
        folder.other_flaws().into_iter().for_each(|flaw| findings.push(flaw));
    }
    let is_clean = findings.total() == 0;
    if let (true, Some(file), Some(note)) = (is_clean, &args.save, &heads.verified_note) {
        heads::save(file, note)?;
    }
    report::print(&heads, &seen, &findings, json);
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
