//! What `verify` is asked.

use std::path::PathBuf;

use clap::Args;
use roomkey_audit::tree::key::VerifierKey;

use crate::source::SourceArgs;

/// What `verify` is asked.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// The key that the log signs with, from the operator and not from the server that is checked.
    #[arg(long, required_unless_present = "unsigned")]
    pub(super) vkey: Option<VerifierKey>,
    /// A checkpoint that you kept: what it covers must be the beginning of this log.
    #[arg(long, value_name = "OLD_FILE")]
    pub(super) checkpoint: Option<PathBuf>,
    /// Where to keep the checkpoint of this log, if it verifies, for the next time.
    #[arg(long, value_name = "NEW_FILE", requires = "vkey")]
    pub(super) save: Option<PathBuf>,
    /// Accept an export without a checkpoint, of which nothing is signed; without --vkey no signature is checked.
    #[arg(long)]
    pub(super) unsigned: bool,
    /// Accept a part of a log: what cannot be verified of it is said and is no failure.
    #[arg(long)]
    pub(super) partial: bool,
}
