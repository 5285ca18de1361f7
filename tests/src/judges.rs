//! The vendors' own SDKs as judges of our keys; the scripts stand in `tests/judges`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::{cli, place};

/// A judge that is installed here.
#[derive(Debug, Clone)]
pub struct Judge {
    program: PathBuf,
    node: Option<String>,
}

impl Judge {
    /// The vendors' SDKs for Node; `None` where they are not installed and need not be.
    pub fn node() -> anyhow::Result<Option<Self>> {
        let judge = |node| Self { program: "node".into(), node: Some(node) };
        Ok(installed("JUDGES_NODE")?.map(judge))
    }

    /// The vendors' SDKs for Python; `None` where they are not installed and need not be.
    pub fn python() -> anyhow::Result<Option<Self>> {
        let judge = |python: String| Self { program: python.into(), node: None };
        Ok(installed("JUDGES_PYTHON")?.map(judge))
    }

    /// Runs a script and reads one JSON value from each line that it prints.
    pub fn ask(&self, script: &str, arguments: &[&str], input: &str) -> anyhow::Result<Vec<Value>> {
        let mut command = Command::new(&self.program);
        command.arg(place::workspace().join("tests").join("judges").join(script)).args(arguments);
        if let Some(node) = &self.node {
            command.env("JUDGES_NODE", node);
        }
        let said = cli::run(&mut command, input)?;
        let answers = said.stdout.lines().map(|line| {
            serde_json::from_str(line).with_context(|| format!("{script} printed {line:?}"))
        });
        let answers = answers.collect::<anyhow::Result<Vec<Value>>>()?;
        if answers.is_empty() {
            bail!("{script} said nothing: {}", said.stderr);
        }
        Ok(answers)
    }
}

fn installed(name: &str) -> anyhow::Result<Option<String>> {
    match place::variable(name) {
        Some(value) => Ok(Some(value)),
        None if place::is_ci() => bail!("CI is set, but {name} is not"),
        None => {
            let text = format!("not judged: {name} is not set, `cargo xtask test` does that\n");
            // Past the capture of the tests' output: what was left out is said plainly.
            drop(std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()));
            Ok(None)
        }
    }
}
