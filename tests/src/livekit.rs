//! A real LiveKit server, every socket of it on the loopback.

use std::fmt::Write;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

use crate::client::{Answer, Client};
use crate::place::{self, Folder};
use crate::{cli, wait};

/// A running server; killed with its value.
#[derive(Debug)]
pub struct LiveKit {
    folder: Folder,
    port: u16,
    child: Child,
}

impl LiveKit {
    /// Starts one that knows these keys: ids and secrets.
    pub fn start(keys: &[(&str, &str)]) -> anyhow::Result<Self> {
        let folder = Folder::new()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let child = launch(&folder, port, keys)?;
        let server = Self { folder, port, child };
        server.answers()
    }

    /// Starts it again at the same place with other keys; it reads them at its start only.
    pub fn restart(mut self, keys: &[(&str, &str)]) -> anyhow::Result<Self> {
        cli::kill(&mut self.child);
        self.child = launch(&self.folder, self.port, keys)?;
        self.answers()
    }

    /// Its address for clients.
    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// Asks whether a key would be let in, in a header as servers send it.
    pub fn validate(&self, token: &str) -> anyhow::Result<Answer> {
        self.client().with_bearer(token).get("/rtc/validate")
    }

    /// The same with the key in the address, as browsers have to send it.
    pub fn validate_as_browser(&self, token: &str) -> anyhow::Result<Answer> {
        self.client().get(&format!("/rtc/validate?access_token={token}"))
    }

    fn client(&self) -> Client {
        Client::new(&format!("http://127.0.0.1:{}", self.port))
    }

    /// Itself, once it answers.
    fn answers(mut self) -> anyhow::Result<Self> {
        wait::until("LiveKit answers", wait::SOON, || {
            if let Some(status) = self.child.try_wait()? {
                bail!("LiveKit ended with {status}: {}", fs::read_to_string(self.log())?);
            }
            Ok(self.client().get("/").ok().filter(|answer| answer.status == 200))
        })?;
        Ok(self)
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("livekit.log")
    }
}

impl Drop for LiveKit {
    fn drop(&mut self) {
        cli::kill(&mut self.child);
    }
}

fn launch(folder: &Folder, port: u16, keys: &[(&str, &str)]) -> anyhow::Result<Child> {
    let program = place::variable("LIVEKIT_SERVER_BIN");
    let program = program.context("LIVEKIT_SERVER_BIN is not set: run `cargo xtask e2e`")?;
    let file = folder.path().join("livekit.yaml");
    fs::write(&file, settings(port, keys)?)?;
    let log = File::create(folder.path().join("livekit.log"))?;
    let mut command = Command::new(program);
    command.arg("--config").arg(file).current_dir(folder.path()).stdin(Stdio::null());
    command.stdout(log.try_clone()?).stderr(log).spawn().context("LiveKit does not start")
}

fn settings(port: u16, keys: &[(&str, &str)]) -> anyhow::Result<String> {
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let mut text = format!(
        "port: {port}
bind_addresses: [\"127.0.0.1\"]
rtc:
  tcp_port: 0
  udp_port: {udp}
  use_external_ip: false
  node_ip: 127.0.0.1
  enable_loopback_candidate: true
  interfaces:
    includes: [lo]
  ips:
    includes: [\"127.0.0.1/32\"]
keys:
"
    );
    for (id, secret) in keys {
        writeln!(text, "  {id}: \"{secret}\"")?;
    }
    Ok(text)
}
