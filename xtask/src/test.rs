//! `cargo xtask test`: everything that has to hold before a change is accepted.

use std::num::NonZeroUsize;
use std::thread;

use xshell::{PushEnv, Shell, cmd};

use crate::build::{self, Profile};
use crate::postgres::{Cluster, Durability};
use crate::report::Report;
use crate::tools;

/// Runs all checks, also those after a failed one, and sums up.
pub(crate) fn run(sh: &Shell, fast: bool) -> anyhow::Result<()> {
    let mut report = Report::new("test");
    report.check("format", || Ok(cmd!(sh, "cargo fmt --all --check").run()?));
    report.check("clippy", || {
        Ok(cmd!(sh, "cargo clippy --workspace --all-targets -- -D warnings").run()?)
    });
    tests(sh, &mut report);
    if fast {
        for step in ["documentation tests", "rustdoc", "cargo-deny"] {
            report.not_run(step, "--fast was given");
        }
    } else {
        documents(sh, &mut report);
        dependencies(sh, &mut report);
    }
    report.finish()
}

/// The tests, with all that they can be given; PostgreSQL is stopped when this returns.
fn tests(sh: &Shell, report: &mut Report) {
    let cluster = database(sh, report, Durability::Kill);
    let _url = cluster.as_ref().map(|cluster| sh.push_env("TEST_POSTGRES_URL", cluster.url()));
    let _judges = judges(sh, report);
    let _binary = sh.push_env("ROOMKEY_BIN", build::binary(Profile::Debug, "roomkey"));
    report.check("build", || build::build(sh, Profile::Debug));
    let _folder = memory(sh).map(|folder| sh.push_env("TMPDIR", folder));
    report.check("unit tests", || Ok(cmd!(sh, "cargo test --workspace --lib --bins").run()?));
    // All packages, as above: features are unified over the packages that cargo is asked for.
    report.check("scenarios", || {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = (cores * SCENARIOS_PER_CORE).to_string();
        Ok(cmd!(sh, "cargo test --workspace --test * -- --test-threads {threads}").run()?)
    });
}

/// A scenario waits for processes, databases and deadlines more than it computes. More at once than this make some of
/// them miss the deadlines that they are about.
const SCENARIOS_PER_CORE: usize = 2;

/// A folder in memory with room for the databases of the scenarios, which sync each commit: on a busy disk they would
/// mostly wait for that. None where the system has none; then they are in its temporary folder.
fn memory(sh: &Shell) -> Option<&'static str> {
    const FOLDER: &str = "/dev/shm";
    const NEEDED_KIB: u64 = 1024 * 1024;
    let free = cmd!(sh, "df -Pk {FOLDER}").quiet().ignore_stderr().read().ok()?;
    let free = free.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()?;
    (NEEDED_KIB <= free).then_some(FOLDER)
}

/// A PostgreSQL for the steps to come, unless the caller named one.
pub(crate) fn database<'a>(
    sh: &'a Shell,
    report: &mut Report,
    durability: Durability,
) -> Option<Cluster<'a>> {
    if sh.var_os("TEST_POSTGRES_URL").is_some_and(|url| !url.is_empty()) {
        eprintln!("using the PostgreSQL of TEST_POSTGRES_URL");
        return None;
    }
    report.prepare("PostgreSQL", || Cluster::borrow_or_start(sh, durability))
}

/// The vendors' SDKs, named in the environment for as long as the result lives.
pub(crate) fn judges<'a>(sh: &'a Shell, report: &mut Report) -> Vec<PushEnv<'a>> {
    let node = report.prepare("Node judges", || tools::node::ensure(sh));
    let python = report.prepare("Python judges", || tools::python::ensure(sh));
    let named = [("JUDGES_NODE", node), ("JUDGES_PYTHON", python)];
    named.into_iter().filter_map(|(name, path)| Some(sh.push_env(name, path?))).collect()
}

fn documents(sh: &Shell, report: &mut Report) {
    report.check("documentation tests", || Ok(cmd!(sh, "cargo test --doc --workspace").run()?));
    report.check("rustdoc", || {
        Ok(cmd!(sh, "cargo doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings").run()?)
    });
}

fn dependencies(sh: &Shell, report: &mut Report) {
    let Some(deny) = report.prepare("install cargo-deny", || tools::deny::ensure(sh)) else {
        report.not_run("cargo-deny", "it could not be installed");
        return;
    };
    report.check("cargo-deny", || Ok(cmd!(sh, "{deny} check bans licenses sources").run()?));
}
