//! The account that PostgreSQL runs as: it refuses to be root.

use std::path::Path;

use anyhow::Context;
use xshell::{Cmd, Shell, cmd};

use crate::place;

/// The account made by the server's package, and one that is everywhere.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// Ourselves, or as root an account without rights.
pub(super) struct Account {
    /// The program and arguments that step down; none if we are not root.
    step_down: Option<(&'static str, Vec<String>)>,
    name: &'static str,
}

impl Account {
    pub(super) fn choose(sh: &Shell) -> anyhow::Result<Self> {
        if !place::is_root(sh) {
            return Ok(Self { step_down: None, name: "" });
        }
        let is_there = |name: &&str| {
            cmd!(sh, "id -u {name}").quiet().ignore_stdout().ignore_stderr().run().is_ok()
        };
        let name = CANDIDATES.into_iter().find(is_there);
        let name = name.context(
            "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`",
        )?;
        let step_down = if place::on_path("runuser").is_some() {
            ("runuser", vec!["-u".to_owned(), name.to_owned(), "--".to_owned()])
        } else {
            let group = cmd!(sh, "id -g {name}").quiet().read()?;
            let flags = [
                format!("--reuid={name}"),
                format!("--regid={group}"),
                "--clear-groups".to_owned(),
            ];
            ("setpriv", flags.to_vec())
        };
        Ok(Self { step_down: Some(step_down), name })
    }

    /// A command that this account runs.
    pub(super) fn command<'a>(&self, sh: &'a Shell, program: impl AsRef<Path>) -> Cmd<'a> {
        match &self.step_down {
            None => sh.cmd(program),
            Some((launcher, flags)) => sh.cmd(launcher).args(flags).arg(program.as_ref()),
        }
    }

    /// Gives `folder` to the account; false if it cannot work there, say below a home that is closed to it.
    pub(super) fn can_own(&self, sh: &Shell, folder: &Path) -> anyhow::Result<bool> {
        if self.step_down.is_none() {
            return Ok(true);
        }
        let owner = format!("{}:", self.name);
        cmd!(sh, "chown {owner} {folder}").quiet().run()?;
        Ok(self.command(sh, "test").arg("-w").arg(folder).quiet().run().is_ok())
    }
}
