//! A cluster of databases: made, started, stopped, removed.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use anyhow::{Context, bail};
use xshell::{Shell, cmd};

use super::account::Account;
use super::programs;
use crate::place;

const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 128MB
synchronous_commit = on
";

/// What a cluster has to survive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A power cut, as in production: for what is measured.
    PowerCut,
    /// The kill of a process, which is all that the tests do to it. What was committed is then in the memory of the
    /// operating system, and nobody waits for a disk.
    Kill,
}

impl Durability {
    const fn settings(self) -> &'static str {
        match self {
            Self::PowerCut => "fsync = on\nfull_page_writes = on\n",
            Self::Kill => "fsync = off\nfull_page_writes = off\n",
        }
    }
}

/// Between asking the system for a free port and listening on it, another process may take it.
const TRIES: u32 = 3;

/// The name of the cluster that is kept for work by hand; others are `run-<process id>`.
const BY_HAND: &str = "by-hand";

/// A running cluster; stopped and removed on drop, unless it was only borrowed.
pub(crate) struct Cluster<'a> {
    sh: &'a Shell,
    home: PathBuf,
    url: String,
    is_ours: bool,
}

impl<'a> Cluster<'a> {
    /// The cluster kept for work by hand if it runs and will do, else one of our own.
    pub(crate) fn borrow_or_start(sh: &'a Shell, durability: Durability) -> anyhow::Result<Self> {
        sweep(sh);
        if durability == Durability::Kill
            && let Some(url) = url_by_hand(sh)
        {
            return Ok(Self { sh, home: home(BY_HAND), url, is_ours: false });
        }
        let home = home(&format!("run-{}", process::id()));
        let url = start(sh, &home, durability)?;
        Ok(Self { sh, home, url, is_ours: true })
    }

    /// Starts the cluster kept for work by hand, which is for tests, unless it runs; leaves it running.
    pub(crate) fn start_by_hand(sh: &Shell) -> anyhow::Result<String> {
        match url_by_hand(sh) {
            Some(url) => Ok(url),
            None => start(sh, &home(BY_HAND), Durability::Kill),
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster<'_> {
    fn drop(&mut self) {
        if self.is_ours
            && let Err(error) = stop(self.sh, &self.home)
        {
            eprintln!("PostgreSQL was not stopped: {error:#}");
        }
    }
}

/// Stops the cluster kept for work by hand and removes its data.
pub(super) fn stop_by_hand(sh: &Shell) -> anyhow::Result<()> {
    stop(sh, &home(BY_HAND))
}

/// The URL of the cluster kept for work by hand, if it answers.
pub(super) fn url_by_hand(sh: &Shell) -> Option<String> {
    let url = sh.read_file(home(BY_HAND).join("url")).ok()?;
    let port = url.rsplit_once(':')?.1.split('/').next()?.parse().ok()?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let answers = TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
    (answers && process_id(sh, &home(BY_HAND)).is_some_and(|id| is_alive(sh, &id, "postgres")))
        .then_some(url)
}

fn home(name: &str) -> PathBuf {
    place::target().join("postgres").join(name)
}

/// Makes a fresh cluster and starts it; what a crash left in `home` is removed first.
fn start(sh: &Shell, home: &Path, durability: Durability) -> anyhow::Result<String> {
    stop(sh, home)?;
    let programs = programs::find_or_install(sh)?;
    let account = Account::choose(sh)?;
    let folder = make_folder(sh, home, &account)?;
    let data = folder.join("data");
    // The account may not be able to enter the folder that we are in.
    let _folder = sh.push_dir("/");
    account
        .command(sh, programs.join("initdb"))
        .args([
            "--username=roomkey",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ])
        .arg(&data)
        .ignore_stdout()
        .run()?;
    let settings = data.join("postgresql.conf");
    let defaults = sh.read_file(&settings)?;
    sh.write_file(&settings, defaults + SETTINGS + durability.settings())?;
    // No client program is needed for this; Debian keeps psql in another package.
    account
        .command(sh, programs.join("postgres"))
        .args(["--single", "-c", "log_checkpoints=off", "-D"])
        .arg(&data)
        .arg("postgres")
        .stdin("CREATE DATABASE roomkey\n")
        .ignore_stdout()
        .run()?;
    for _ in 0..TRIES {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = folder.join("log");
        let started = account
            .command(sh, programs.join("pg_ctl"))
            .args(["start", "--silent", "--wait", "--timeout=60", "--options"])
            .arg(format!("-p {port}"))
            .arg("--log")
            .arg(&log)
            .arg("-D")
            .arg(&data)
            .run();
        if started.is_ok() {
            let url = format!("postgres://roomkey@127.0.0.1:{port}/roomkey");
            sh.write_file(home.join("url"), &url)?;
            return Ok(url);
        }
        eprintln!("{}", sh.read_file(&log).unwrap_or_default());
    }
    bail!("PostgreSQL did not start: its log is above")
}

/// The folder of the cluster; its path is noted in `home/where`.
fn make_folder(sh: &Shell, home: &Path, account: &Account) -> anyhow::Result<PathBuf> {
    let mut folder = home.join("cluster");
    sh.create_dir(&folder)?;
    if !account.can_own(sh, &folder)? {
        folder = PathBuf::from(cmd!(sh, "mktemp -d -t roomkey-postgres.XXXXXXXX").quiet().read()?);
        if !account.can_own(sh, &folder)? {
            bail!("the account that PostgreSQL runs as cannot write to {}", folder.display());
        }
    }
    let path = folder.to_str().context("the path of the target folder is not UTF-8")?;
    sh.write_file(home.join("where"), path)?;
    Ok(folder)
}

/// Stops whatever runs from `home` and removes it; done at once if there is nothing.
fn stop(sh: &Shell, home: &Path) -> anyhow::Result<()> {
    if let Ok(folder) = sh.read_file(home.join("where")).map(PathBuf::from) {
        if process_id(sh, home).is_some_and(|id| is_alive(sh, &id, "postgres")) {
            let programs = programs::find_or_install(sh)?;
            let account = Account::choose(sh)?;
            let _folder = sh.push_dir("/");
            let pg_ctl = |mode: &str| {
                let command = account.command(sh, programs.join("pg_ctl"));
                let flags = ["stop", "--silent", "--wait", "--timeout=30", mode, "-D"];
                command.args(flags).arg(folder.join("data")).run()
            };
            let stopped = pg_ctl("--mode=fast").or_else(|_| pg_ctl("--mode=immediate"));
            // It may have ended by itself meanwhile.
            if process_id(sh, home).is_some_and(|id| is_alive(sh, &id, "postgres")) {
                stopped?;
            }
        }
        sh.remove_path(&folder)?;
    }
    Ok(sh.remove_path(home)?)
}

/// Removes clusters of runs that were killed.
fn sweep(sh: &Shell) {
    for home in sh.read_dir(place::target().join("postgres")).unwrap_or_default() {
        let name = home.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(run) = name.strip_prefix("run-") else { continue };
        if !is_alive(sh, run, "xtask")
            && let Err(error) = stop(sh, &home)
        {
            eprintln!("{} was not removed: {error:#}", home.display());
        }
    }
}

/// The process that the cluster in `home` was started as: the first line of its pid file.
fn process_id(sh: &Shell, home: &Path) -> Option<String> {
    let folder = PathBuf::from(sh.read_file(home.join("where")).ok()?);
    let file = sh.read_file(folder.join("data").join("postmaster.pid")).ok()?;
    file.lines().next().map(str::to_owned)
}

/// Whether a process is there and is the program `name`, not one that got its id later.
fn is_alive(sh: &Shell, process_id: &str, name: &str) -> bool {
    if !Path::new("/proc/self").exists() {
        return cmd!(sh, "kill -0 {process_id}").quiet().ignore_stderr().run().is_ok();
    }
    let Ok(status) = sh.read_file(format!("/proc/{process_id}/status")) else { return false };
    let field = |key: &str| {
        status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim()
    };
    // A killed process stays listed until its parent asks how it ended.
    !field("State:").starts_with('Z') && field("Name:") == name
}
