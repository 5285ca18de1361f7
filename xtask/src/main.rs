//! The build runner: everything that is done to the project is a `cargo xtask` command.
//!
//! One command per file, named like the command; those that only build a program and start it are in `programs`.
//! It depends on none of our crates, so that it builds in seconds and works while they do not.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a build runner talks to the terminal"
)]

mod flags;

mod bench;
mod ci;
mod e2e;
mod interop;
mod migration;
mod postgres;
mod programs;
mod test;

mod apt;
mod build;
mod place;
mod report;
mod tools;

use std::process::ExitCode;

use flags::{Bench, Crash, Demo, Migration, SeedLog, Test, XtaskCmd};
use xshell::Shell;

fn main() -> ExitCode {
    match run(flags::Xtask::from_env_or_exit()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: flags::Xtask) -> anyhow::Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(place::root());
    match flags.subcommand {
        XtaskCmd::Test(Test { fast }) => test::run(&sh, fast),
        XtaskCmd::Ci(_) => ci::run(&sh),
        XtaskCmd::Codegen(_) => programs::codegen(&sh),
        XtaskCmd::Postgres(flags) => postgres::run(&sh, &flags.subcommand),
        XtaskCmd::Demo(Demo { exit, port }) => programs::demo(&sh, exit, port),
        XtaskCmd::E2e(_) => e2e::run(&sh),
        XtaskCmd::Interop(_) => interop::run(&sh),
        XtaskCmd::Bench(Bench { area, quick, entries }) => {
            bench::run(&sh, quick, area.as_deref(), entries)
        }
        XtaskCmd::SeedLog(SeedLog { entries, out, postgres }) => {
            programs::seed(&sh, entries, out, postgres)
        }
        XtaskCmd::Crash(Crash { runs }) => programs::crash(&sh, runs),
        XtaskCmd::Migration(Migration { name }) => migration::run(&sh, &name),
    }
}
