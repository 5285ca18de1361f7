//! Commands of the desk, run as a person at its command line runs them.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::{place, wait};

/// How long a command may take.
const LIMIT: Duration = Duration::from_mins(1);

/// What a command said.
#[derive(Debug, Clone)]
pub struct Said {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// It ended with status 0.
    pub fn ok(self) -> anyhow::Result<Self> {
        match self.status {
            0 => Ok(self),
            status => bail!("status {status}: {}{}", self.stdout, self.stderr),
        }
    }

    /// It ended with status 0 and printed JSON.
    pub fn json(self) -> anyhow::Result<Value> {
        let said = self.ok()?;
        serde_json::from_str(&said.stdout).with_context(|| format!("no JSON: {}", said.stdout))
    }

    /// It failed with `status` and said something with `word` in it.
    pub fn failed(self, status: i32, word: &str) -> anyhow::Result<Self> {
        let is_said = self.stderr.contains(word) || self.stdout.contains(word);
        if self.status != status || !is_said {
            bail!("wanted status {status} and {word:?}, got {self:?}");
        }
        Ok(self)
    }
}

/// The command line `roomkey …` without any settings of ours, in `folder`, with nothing of our environment.
pub fn command(folder: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(place::roomkey()?);
    command.current_dir(folder).env_clear();
    for name in ["PATH", "HOME", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    Ok(command)
}

/// Runs a command to its end, `input` as its standard input.
pub fn run(command: &mut Command, input: &str) -> anyhow::Result<Said> {
    let shown = format!("{command:?}");
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.with_context(|| format!("{shown} does not start"))?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    if let Some(mut stdin) = child.stdin.take() {
        // A command that wants no input may have ended already.
        drop(stdin.write_all(input.as_bytes()));
    }
    let status = wait::until(&shown, LIMIT, || Ok(child.try_wait()?));
    if status.is_err() {
        kill(&mut child);
    }
    let collected = |reader: JoinHandle<String>| reader.join().unwrap_or_default();
    let (stdout, stderr) = (collected(stdout), collected(stderr));
    Ok(Said { status: status?.code().unwrap_or(-1), stdout, stderr })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            drop(pipe.read_to_end(&mut bytes));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Ends a child at once.
pub fn kill(child: &mut Child) {
    drop(child.kill());
    drop(child.wait());
}
