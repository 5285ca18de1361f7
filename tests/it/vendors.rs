//! Profiles of the vendors that the scene does not have, rooms at them, and backends.

use std::fs::{self, File};
use std::process::{Child, Stdio};

use anyhow::Context;
use roomkey_claims::{Clock, SystemClock};
use roomkey_tests::cli;
use roomkey_tests::judges::Judge;
use roomkey_tests::scene::on_with;
use roomkey_tests::{Client, Desk, Kind, Server, Vendor, place, token, wait};
use serde_json::{Value, json};

/// Agora's id of the app.
pub(crate) const APP_ID: &str = "0123456789abcdef0123456789abcdef";

/// Its certificate; the case of its digits matters.
pub(crate) const CERTIFICATE: &str = "FEdcba9876543210fedcba9876543210";

/// Writes a profile into the settings; values are TOML.
pub(crate) fn profile(desk: &Desk, name: &str, values: &[(&str, &str)]) -> anyhow::Result<()> {
    for (key, value) in values {
        desk.set(&format!("providers.{name}"), key, value)?;
    }
    Ok(())
}

/// A profile `seats` at Agora, with messaging, and its room `seats-1`, where ada is a publisher.
pub(crate) fn agora(desk: &Desk) -> anyhow::Result<()> {
    desk.write_private("agora.secret", CERTIFICATE)?;
    let app_id = format!("{APP_ID:?}");
    let file = ("certificate_file", "\"agora.secret\"");
    profile(desk, "seats", &[("kind", "\"agora\""), ("app_id", &app_id), file, ("rtm", "true")])?;
    room(desk, "seats-1", "seats", &[])
}

/// A profile `call` at OpenTok, which lives at the stand-in, and its room `call-1`, where ada is a publisher.
pub(crate) fn opentok(desk: &Desk, vendor: &Vendor) -> anyhow::Result<()> {
    let known = vendor.credentials();
    desk.write_private("opentok.secret", &known.secret)?;
    let (key, url) = (format!("{:?}", known.key), format!("{:?}", vendor.url()));
    let file = ("secret_file", "\"opentok.secret\"");
    profile(desk, "call", &[("kind", "\"opentok\""), ("key", &key), file, ("api_url", &url)])?;
    room(desk, "call-1", "call", &[])
}

/// A profile `talk` at Vonage Video, which lives at the stand-in, and its room `talk-1`, where ada is a publisher.
pub(crate) fn vonage(desk: &Desk, vendor: &Vendor) -> anyhow::Result<()> {
    let known = vendor.credentials();
    desk.write_private("vonage.pem", &known.private_key)?;
    let (id, url) = (format!("{:?}", known.application), format!("{:?}", vendor.url()));
    let file = ("private_key_file", "\"vonage.pem\"");
    profile(
        desk,
        "talk",
        &[("kind", "\"vonage\""), ("application_id", &id), file, ("api_url", &url)],
    )?;
    room(desk, "talk-1", "talk", &[])
}

/// A room with ada as a publisher.
pub(crate) fn room(desk: &Desk, room: &str, profile: &str, more: &[&str]) -> anyhow::Result<()> {
    desk.run(&[&["room", "add", room, "--provider", profile], more].concat())?;
    desk.run(&["member", "add", room, "ada", "--role", "publisher"])?;
    Ok(())
}

/// Plays a scenario with a stand-in of its own.
pub(crate) fn on_vendor(
    kind: Kind,
    settings: impl FnOnce(&Desk, &Vendor) -> anyhow::Result<()>,
    scenario: impl FnOnce(&Server, &Vendor) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let vendor = Vendor::start()?;
    on_with(kind, |desk| settings(desk, &vendor), |server| scenario(server, &vendor))
}

/// Asks a judge one question.
pub(crate) fn ask(judge: &Judge, script: &str, question: &Value) -> anyhow::Result<Value> {
    judge.ask(script, &[], &format!("{question}\n"))?.pop().context("an answer")
}

/// What the desk's own command says of a token, and its exit status.
pub(crate) fn inspect(desk: &Desk, token: &str) -> anyhow::Result<(i32, Value)> {
    let said = desk.try_run(&["token", "inspect", "--json"], token)?;
    let read = serde_json::from_str(&said.stdout)
        .with_context(|| format!("{}{}", said.stdout, said.stderr))?;
    Ok((said.status, read))
}

/// A backend as its owner knows it.
#[derive(Debug, Clone)]
pub(crate) struct Backend {
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Backend {
    /// A new one.
    pub(crate) fn add(server: &Server, rooms: &[&str], scopes: &[&str]) -> anyhow::Result<Self> {
        let body = json!({ "name": "shop", "rooms": rooms, "scopes": scopes });
        let added = server.admin()?.post("/v1/backends", &body)?.is(201)?;
        Ok(Self { key: added.text_at("/apiKey")?, secret: added.text_at("/secret")? })
    }

    /// The claims of a good project JWT of this moment.
    pub(crate) fn claims(&self) -> Value {
        let now = SystemClock.now().as_seconds();
        json!({ "iss": self.key, "ist": "project", "iat": now, "exp": now + 180 })
    }

    /// A good project JWT.
    pub(crate) fn jwt(&self) -> String {
        self.jwt_with(|_| {})
    }

    /// A project JWT whose claims are changed before it is signed.
    pub(crate) fn jwt_with(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims();
        change(&mut claims);
        token::sign(&claims, &self.secret)
    }

    /// A client that shows a good project JWT as a bearer.
    pub(crate) fn client(&self, server: &Server) -> Client {
        server.anonymous().with_bearer(&self.jwt())
    }
}

/// A second process on the same desk; ended with its value.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    url: String,
}

impl Node {
    /// Starts it and waits until it listens.
    pub(crate) fn beside(desk: &Desk) -> anyhow::Result<Self> {
        let out = desk.path(&format!("node-{}.out", place::random_hex(8)));
        let mut command = desk.command(&["serve"])?;
        command.stdin(Stdio::null()).stdout(File::create(&out)?).stderr(Stdio::null());
        let mut node = Self { child: command.spawn()?, url: String::new() };
        node.url = wait::until("the second node listens", wait::SOON, || {
            let said = fs::read_to_string(&out)?;
            let rest = said.split_once("roomkey listening on ").map(|(_, rest)| rest.to_owned());
            let line = rest.filter(|rest| rest.contains('\n'));
            Ok(line.and_then(|line| line.split_whitespace().next().map(str::to_owned)))
        })?;
        Ok(node)
    }

    /// A client that says nothing about who it is.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.url.trim_end_matches('/'))
    }

    /// A client with the session of another one.
    pub(crate) fn client(&self, like: &Client) -> Client {
        self.anonymous().with_bearer(like.bearer())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        cli::kill(&mut self.child);
    }
}
