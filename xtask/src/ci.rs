//! `cargo xtask ci`: the list that continuous integration goes through, in its order.

use xshell::Shell;

use crate::report::Report;

/// Runs all commands, also those after a failed one, and sums up.
pub(crate) fn run(sh: &Shell) -> anyhow::Result<()> {
    let mut report = Report::new("ci");
    report.check("cargo xtask test", || crate::test::run(sh, false));
    report.check("cargo xtask e2e", || crate::e2e::run(sh));
    report.check("cargo xtask interop", || crate::interop::run(sh));
    report.check("cargo xtask demo --exit", || crate::programs::demo(sh, true, None));
    report.check("cargo xtask bench --quick", || crate::bench::run(sh, true, None, None));
    report.check("cargo xtask bench audit --quick", || {
        crate::bench::run(sh, true, Some("audit"), None)
    });
    report.finish()
}
