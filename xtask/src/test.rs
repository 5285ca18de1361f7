//! `cargo xtask test`: everything that has to hold before a change is accepted.

use xshell::{PushEnv, Shell, cmd};

use crate::build::{self, Profile};
use crate::postgres::Cluster;
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
    let cluster = database(sh, report);
    let _url = cluster.as_ref().map(|cluster| sh.push_env("TEST_POSTGRES_URL", cluster.url()));
    let _judges = judges(sh, report);
    let _binary = sh.push_env("ROOMKEY_BIN", build::binary(Profile::Debug, "roomkey"));
    report.check("build", || build::build(sh, Profile::Debug));
    report.check("tests", || Ok(cmd!(sh, "cargo test --workspace --all-targets").run()?));
}

/// A PostgreSQL for the steps to come, unless the caller named one.
pub(crate) fn database<'a>(sh: &'a Shell, report: &mut Report) -> Option<Cluster<'a>> {
    if sh.var_os("TEST_POSTGRES_URL").is_some_and(|url| !url.is_empty()) {
        eprintln!("using the PostgreSQL of TEST_POSTGRES_URL");
        return None;
    }
    report.prepare("PostgreSQL", || Cluster::borrow_or_start(sh))
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
