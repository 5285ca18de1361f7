//! The program `roomkey-auditor`; all of it is in the library beside this file.

use std::process::ExitCode;

fn main() -> ExitCode {
    roomkey_auditor::run()
}
