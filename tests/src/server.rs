//! A running desk.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::ops::Deref;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::client::Client;
use crate::desk::Desk;
use crate::{cli, wait};

/// What the desk prints in front of its address.
const LISTENING: &str = "roomkey listening on ";

/// What the desk prints in front of the address of its metrics.
const METRICS: &str = "metrics on ";

/// The process that serves a desk; killed with its value.
#[derive(Debug)]
pub struct Server {
    desk: Desk,
    child: RefCell<Process>,
    url: String,
    metrics_url: String,
    sessions: RefCell<BTreeMap<String, Client>>,
}

impl Deref for Server {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl Desk {
    /// Starts the server and waits until it listens.
    pub fn serve(self) -> anyhow::Result<Server> {
        Server::start(self)
    }
}

impl Server {
    /// Starts it and waits until it listens.
    pub fn start(desk: Desk) -> anyhow::Result<Self> {
        Self::start_with(desk, |_| {})
    }

    /// The same, after `change` had its way with the command.
    pub fn start_with(desk: Desk, change: impl FnOnce(&mut Command)) -> anyhow::Result<Self> {
        let mut command = desk.command(&["serve"])?;
        change(&mut command);
        let (child, [url, metrics_url]) = spawn(&desk, command, "serve")?;
        let child = RefCell::new(child);
        Ok(Self { desk, child, url, metrics_url, sessions: RefCell::new(BTreeMap::new()) })
    }

    /// Starts another process on the same database, as another node.
    pub fn beside(&self, node: &str) -> anyhow::Result<Node> {
        let mut command = self.command(&["serve"])?;
        command.env("ROOMKEY__SERVER__NODE", node);
        let (child, [url, _]) = spawn(&self.desk, command, node)?;
        Ok(Node { child, url })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub fn metrics_url(&self) -> &str {
        &self.metrics_url
    }

    pub fn process_id(&self) -> u32 {
        self.child.borrow().0.id()
    }

    /// Everything that it printed and logged so far.
    pub fn said(&self) -> anyhow::Result<String> {
        let read = |name| fs::read(self.path(name));
        let bytes = [read("serve.out")?, read("serve.err")?].concat();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A client that says nothing about who it is.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.url)
    }

    /// A user of the harness, logged in; once, however often it is asked for.
    pub fn user(&self, username: &str) -> anyhow::Result<Client> {
        if let Some(client) = self.sessions.borrow().get(username) {
            return Ok(client.clone());
        }
        let client = self.login(username)?;
        self.sessions.borrow_mut().insert(username.to_owned(), client.clone());
        Ok(client)
    }

    /// The admin of the harness, logged in.
    pub fn admin(&self) -> anyhow::Result<Client> {
        self.user("root")
    }

    /// A session of its own for a user of the harness.
    pub fn login(&self, username: &str) -> anyhow::Result<Client> {
        self.anonymous().login(username, &self.password(username))
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        let status =
            Command::new("kill").args(["-s", name, &self.process_id().to_string()]).status()?;
        if !status.success() {
            bail!("signal {name} was not sent: {status}");
        }
        Ok(())
    }

    /// Waits until the process ended by itself.
    pub fn wait(&self, limit: Duration) -> anyhow::Result<ExitStatus> {
        wait::until("the desk ends", limit, || Ok(self.child.borrow_mut().0.try_wait()?))
    }

    /// Asks it to end, waits, and gives the desk back.
    pub fn stop(self) -> anyhow::Result<Desk> {
        self.signal("TERM")?;
        let status = self.wait(wait::SOON)?;
        if !status.success() {
            let signal = status.signal();
            bail!("the desk ended with {status} (signal {signal:?}): {}", self.said()?);
        }
        Ok(self.into_desk())
    }

    /// Kills it as a power cut would, and gives the desk back.
    pub fn kill(self) -> Desk {
        cli::kill(&mut self.child.borrow_mut().0);
        self.into_desk()
    }

    fn into_desk(self) -> Desk {
        let Self { desk, child, url: _, metrics_url: _, sessions: _ } = self;
        drop(child);
        desk
    }
}

/// A further node of a desk that is served already; killed with its value.
#[derive(Debug)]
pub struct Node {
    child: Process,
    url: String,
}

impl Node {
    /// A client that says nothing about who it is.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.url)
    }

    pub fn process_id(&self) -> u32 {
        self.child.0.id()
    }

    /// Kills it as a power cut would.
    pub fn kill(mut self) {
        cli::kill(&mut self.child.0);
    }
}

/// Starts a server whose output goes to files of this name, and waits until it says its addresses.
fn spawn(desk: &Desk, mut command: Command, name: &str) -> anyhow::Result<(Process, [String; 2])> {
    // To files, not pipes: a desk that is killed leaves what it said.
    let (stdout, stderr) = (desk.path(&format!("{name}.out")), desk.path(&format!("{name}.err")));
    command.stdin(Stdio::null());
    command.stdout(File::create(&stdout)?).stderr(File::create(&stderr)?);
    let mut child = Process(command.spawn().context("the desk does not start")?);
    let urls = wait::until("the desk listens", wait::SOON, || {
        let said = fs::read_to_string(&stdout)?;
        if let (Some(url), Some(metrics)) = (address(&said, LISTENING), address(&said, METRICS)) {
            return Ok(Some([url, metrics]));
        }
        if let Some(status) = child.0.try_wait()? {
            bail!("the desk ended with {status}: {said}{}", fs::read_to_string(&stderr)?);
        }
        Ok(None)
    })?;
    Ok((child, urls))
}

/// The first address after `prefix`.
fn address(said: &str, prefix: &str) -> Option<String> {
    let line = said.lines().find_map(|line| line.split_once(prefix))?.1;
    // A line that is not written to its end yet has no address yet.
    let is_whole = said.contains(&format!("{line}\n"));
    let url = line.split_whitespace().next()?;
    (is_whole && url.starts_with("http://")).then(|| url.trim_end_matches('/').to_owned())
}

/// A process that does not outlive its value.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        cli::kill(&mut self.0);
    }
}
