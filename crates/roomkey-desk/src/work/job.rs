//! What a job is.

use std::pin::Pin;

use crate::desk::Desk;
use crate::error::DeskError;
use crate::log::error::IntegrateError;
use crate::work::kind::JobKind;

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The job did what there was to do.
    Done,
    /// Another node holds the lease, or there is nothing that this node may do.
    Elsewhere,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A use case failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The log could not be signed.
    #[error(transparent)]
    Sign(#[from] IntegrateError),
    /// The job panicked.
    #[error("the job panicked: the diagnostics have the message")]
    Panicked,
}

/// A run on its way.
pub type Run<'a> = Pin<Box<dyn Future<Output = Result<Outcome, JobError>> + Send + 'a>>;

/// Something that is done again and again.
pub trait Job: Send + 'static {
    /// Its row in the table.
    fn kind(&self) -> &'static JobKind;

    /// Does once what there is to do.
    fn run<'a>(&'a mut self, desk: &'a Desk) -> Run<'a>;

    /// Does what there is to do before the server stops; most jobs have nothing that the next start would not find.
    fn finish<'a>(&'a mut self, desk: &'a Desk) -> Run<'a> {
        let _ = desk;
        Box::pin(async { Ok(Outcome::Done) })
    }
}
