//! Work that no request asks for: a table of jobs, and one supervisor that starts, spaces, stops and reports them.
//!
//! To add a job, write its [`Job`](job::Job) next to the others, and add its row to [`TABLE`]. The supervisor does the rest: it
//! runs the job at its period, counts its runs in `roomkey_job_runs_total`, and gives it a line in `/readyz`.

pub mod counts;
pub mod job;
pub mod kind;
pub mod sign;
pub mod status;
pub mod supervisor;
pub mod sweep;

use kind::JobKind;

/// Every job of the desk.
pub const TABLE: [&JobKind; 3] = [&sign::KIND, &counts::KIND, &sweep::KIND];
