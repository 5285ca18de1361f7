//! Shows a desk at work: from an empty folder to a key, its entry in the log, and a refusal.
//!
//! `demo [--exit] [--port N]`; without `--exit` the desk keeps serving.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value without the key is null, which is compared"
)]
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::process::ExitCode;

use anyhow::{Context, bail};
use roomkey_tests::{Desk, Log, Server, place, token};
use serde_json::{Value, json};

/// What the command line said.
struct Options {
    is_over: bool,
    port: u16,
}

/// Claims beside the fields of the entry that record the same: pointer and name of both.
const BESIDE: [[&str; 4]; 13] = [
    ["/jti", "jti", "/issuance", "issuance"],
    ["/sub", "sub", "/subject", "subject"],
    ["/iss", "iss", "/key", "key"],
    ["/nbf", "nbf", "/nbf", "nbf"],
    ["/iat", "iat", "", "-"],
    ["/exp", "exp", "/exp", "exp"],
    ["/video/room", "room", "/provider_room", "provider_room"],
    ["/video/roomJoin", "roomJoin", "/role", "role"],
    ["/video/canPublish", "canPublish", "/permissions/publish", "publish"],
    ["/video/canSubscribe", "canSubscribe", "/permissions/subscribe", "subscribe"],
    ["/video/canPublishData", "canPublishData", "/permissions/data", "data"],
    ["/video/roomAdmin", "roomAdmin", "/permissions/moderate", "moderate"],
    ["", "(the signature, which stands nowhere else)", "/fp", "fp"],
];

/// What the entry of a denial says, in the order in which it is shown.
const DENIAL: [&str; 6] = ["k", "subject", "room", "provider", "reason", "req"];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nThe demonstration failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let options = options(std::env::args().skip(1))?;
    let desk = make(options.port)?;
    let server = desk.serve()?;
    println!("\n  The desk listens on {} (loopback only).\n", server.url());
    issue(&server)?;
    refuse(&server)?;
    check(&server)?;
    if options.is_over {
        server.stop()?;
        println!("The desk has stopped.\n");
        return Ok(());
    }
    go_on(&server);
    let status = server.wait(std::time::Duration::MAX)?;
    println!("\nThe desk has stopped ({status}).");
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Options> {
    let mut options = Options { is_over: false, port: 0 };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--exit" => options.is_over = true,
            "--port" => {
                let port = arguments.next().context("--port takes a number")?;
                options.port = port.parse().context("--port takes a number")?;
            }
            _ => bail!("usage: demo [--exit] [--port N]"),
        }
    }
    Ok(options)
}

/// A fresh desk with a user, a restricted room and a member, made at the command line.
fn make(port: u16) -> anyhow::Result<Desk> {
    println!("\n1. A fresh desk on embedded SQLite\n");
    let desk = Desk::kept(place::target().join("demo"))?;
    desk.set("server", "listen", &format!("\"127.0.0.1:{port}\""))?;
    println!("  {}\n", desk.path("roomkey.toml").display());
    for line in desk.settings().lines() {
        println!("    {line}");
    }
    for username in ["ada", "bob"] {
        desk.write_private(&format!("{username}.password"), &desk.password(username))?;
        command(&format!("user add {username} --role user --password-stdin < {username}.password"));
        desk.add_user(username, "user")?;
    }
    for line in ["room add stage-1 --provider stage", "member add stage-1 ada --role publisher"] {
        command(line);
        desk.run(&line.split(' ').collect::<Vec<_>>())?;
    }
    command("serve");
    Ok(desk)
}

fn command(line: &str) {
    println!("  $ roomkey --config roomkey.toml {line}");
}

/// Ada, who is a member, gets a key; its claims beside its entry.
fn issue(server: &Server) -> anyhow::Result<()> {
    println!("2. Ada is a member of the restricted room: she gets a key\n");
    println!("  POST /v1/login       {{\"username\": \"ada\", \"password\": …}}");
    let ada = server.user("ada")?;
    println!(
        "                   200 {{\"token\": \"rks_…\"}}   a session, stored as its hash only"
    );
    println!("  POST /livekit/token  {{\"roomId\": \"stage-1\"}}");
    let answer = ada.key("stage-1")?.is(200)?;
    let body = answer.json()?;
    let key = answer.text_at("/token")?;
    println!("                   200 {}\n", shortened(&body));
    let claims = token::decode(&key, server.secret())?;
    let log = Log::export(server)?;
    let line = log.issuance(&answer.text_at("/issuanceId")?).context("the key is not recorded")?;
    let (left, right) = ("THE KEY SAYS (decoded)", format!("ENTRY {} SAYS", line.index));
    println!("  {left:<59}{right}");
    for [claim, claim_name, field, field_name] in BESIDE {
        let (left, right) =
            (said(&claims, claim, claim_name), said(&line.entry, field, field_name));
        println!("  {left:<59}{right}");
    }
    println!("  {}", said(&claims, "/metadata", "metadata"));
    let (subject, fingerprint) = (&line.entry["subject"], token::fingerprint(&key)?);
    let identity = format!("user-{}", subject.as_str().unwrap_or_default());
    if claims["sub"] != json!(identity) || line.entry["fp"] != json!(fingerprint) {
        bail!("the claims and the entry are not of one key: {claims}, {}", line.entry);
    }
    println!(
        "\n  The key itself is not in the log: `fp` is SHA-256 of what its signature covers, by which"
    );
    println!("  `roomkey audit trace < token.txt` finds the entry of a key that leaked.\n");
    Ok(())
}

/// Bob, who is no member, gets none, and this is recorded too.
fn refuse(server: &Server) -> anyhow::Result<()> {
    println!("3. Bob is not: he gets 403, which does not say why; the entry does\n");
    println!("  POST /livekit/token  {{\"roomId\": \"stage-1\"}}");
    let answer = server.user("bob")?.key("stage-1")?.is_problem(403, "not-allowed")?;
    println!("                   403 {}\n", answer.text());
    let log = Log::export(server)?;
    let entry = log.last("token.denied")?;
    if entry["reason"] != "not_a_member" {
        bail!("the denial is recorded as {entry}");
    }
    println!("  ITS ENTRY SAYS");
    for name in DENIAL {
        println!("  {}", said(entry, &format!("/{name}"), name));
    }
    println!();
    Ok(())
}

/// The whole log, held against the oracle.
fn check(server: &Server) -> anyhow::Result<()> {
    println!("4. Replay: every key of the log is decided again, from the log alone\n");
    command("audit export --format jsonl --out folder/");
    let log = Log::export(server)?;
    log.check()?;
    let count = log.lines().len();
    println!(
        "\n  {count} entries, indexes without a gap, every decision is the one that was due.\n"
    );
    Ok(())
}

fn go_on(server: &Server) {
    let url = server.url();
    println!("5. Go on: the desk serves until you press Ctrl-C\n");
    println!("  $ cd {}", server.path("").display());
    println!(
        "  $ TOKEN=$(curl -s {url}/v1/login --json \"{{\\\"username\\\":\\\"ada\\\",\\\"password\\\":\\\"$(cat ada.password)\\\"}}\" | sed 's/.*\"token\":\"\\([^\"]*\\)\".*/\\1/')"
    );
    println!(
        "  $ curl -s {url}/livekit/token -H \"Authorization: Bearer $TOKEN\" --json '{{\"roomId\":\"stage-1\"}}'"
    );
    command("audit query --user ada");
    command("audit tail");
    command("member remove stage-1 ada        # takes effect for the next request");
    println!(
        "\n  API: {url}/docs   metrics: {}/metrics   README.md says what to read next.",
        server.metrics_url()
    );
}

/// One field behind its name; the name alone where there is no such field.
fn said(from: &Value, pointer: &str, name: &str) -> String {
    let value = match from.pointer(pointer).filter(|_| !pointer.is_empty()) {
        None => return name.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    };
    // A fingerprint is long and says nothing to people.
    let shown: String = value.chars().take(if name == "fp" { 32 } else { usize::MAX }).collect();
    let more = if shown.len() < value.len() { "…" } else { "" };
    format!("{name:<16}{shown}{more}")
}

/// The answer, its token cut: a terminal is a log too.
fn shortened(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(token) = body["token"].as_str() {
        body["token"] = json!(format!("{}…", token.chars().take(12).collect::<String>()));
    }
    body
}
