//! A user is erased: nothing personal is left anywhere, and the log still proves and replays.

use anyhow::Context;
use roomkey_tests::scene::{desk, on, on_with};
use roomkey_tests::{Answer, Client, Desk, Kind, Log, Server, place};
use serde_json::{Value, json};

use crate::canary::{Canaries, Haystack, everything_written};

on_both! {
    nothing_of_an_erased_user_is_left_but_what_the_log_says,
    visits_are_kept_where_the_settings_say_so_and_read_by_admins,
    no_visit_is_kept_by_default,
    an_admin_may_be_erased_but_not_the_last,
}

const ADDRESS: &str = "203.0.113.177";
const AGENT: &str = "Canary-Browser/77.1";

/// A user of whom everything is unmistakable.
struct Zoe {
    name: String,
    did: String,
    display_name: String,
}

impl Zoe {
    fn new() -> Self {
        let mark = place::random_hex(8);
        Self {
            name: format!("zoe-{mark}"),
            did: format!("did:web:{mark}.example.org"),
            display_name: format!("Zoe {mark}"),
        }
    }

    fn add(&self, desk: &Desk) -> anyhow::Result<String> {
        let arguments = [
            &["user", "add", &self.name, "--did", &self.did][..],
            &["--display-name", &self.display_name, "--password-stdin", "--json"],
        ];
        let added = desk.run_with(&arguments.concat(), &desk.password(&self.name))?.json()?;
        desk.run(&["member", "add", "stage-1", &self.name, "--role", "publisher"])?;
        Ok(added["subject"].as_str().context("a subject")?.to_owned())
    }

    /// Logs in through a proxy, from an address and with a browser that nobody else has.
    fn login(&self, server: &Server) -> anyhow::Result<Client> {
        let body = json!({ "username": self.name, "password": server.password(&self.name) });
        let anonymous = server.anonymous();
        let request = anonymous.request("POST", "/v1/login").header("X-Forwarded-For", ADDRESS);
        let answer = request.header("User-Agent", AGENT).json(&body).send()?.is(200)?;
        Ok(anonymous.with_bearer(&answer.text_at("/token")?))
    }

    fn canaries(&self) -> Canaries {
        let all = [
            ("the name", self.name.as_str()),
            ("the DID", &self.did),
            ("the display name", &self.display_name),
            ("the address", ADDRESS),
            ("the user agent", AGENT),
        ];
        all.map(|(what, text)| (what.to_owned(), text.to_owned())).into()
    }

    /// Where anything of hers stands below the desk's folder or in its database.
    fn found(&self, desk: &Desk) -> anyhow::Result<Vec<String>> {
        let mut hay = Haystack(Vec::new());
        everything_written(desk, desk.path(""), &mut hay)?;
        Ok(hay.search(&self.canaries()))
    }
}

fn keep_visits(desk: &Desk) -> anyhow::Result<()> {
    desk.set("privacy", "keep_visits", "true")?;
    desk.set("server", "behind_proxy", "[\"127.0.0.1\", \"::1\"]")
}

/// Status, code and title of an answer.
fn visible(answer: &Answer) -> anyhow::Result<Value> {
    let mut body = answer.json()?;
    body["requestId"] = Value::Null;
    Ok(json!([answer.status, body]))
}

fn nothing_of_an_erased_user_is_left_but_what_the_log_says(kind: Kind) -> anyhow::Result<()> {
    let (desk, zoe) = (desk(kind)?, Zoe::new());
    keep_visits(&desk)?;
    let subject = zoe.add(&desk)?;
    let server = desk.serve()?;
    let client = zoe.login(&server)?;
    let key = client.key("stage-1")?.is(200)?;
    let before = Log::export(&server)?;
    assert!(!zoe.found(&server)?.is_empty(), "the search finds what is there");

    let doubtful = server.try_run(&["user", "erase", &zoe.name], "zoe\n")?;
    assert_eq!(doubtful.status, 1, "{doubtful:?}");
    client.key("stage-1")?.is(200)?;
    let confirmed = ["user", "erase", &zoe.name, "--json"];
    let erased = server.run_with(&confirmed, &format!("{}\n", zoe.name))?.json()?;
    let residue = if kind == Kind::Sqlite { "none" } else { "dead_rows" };
    assert_eq!((&erased["subject"], &erased["residue"]), (&json!(subject), &json!(residue)));

    let export = server.path("kept-export");
    let out = export.to_str().context("a path")?;
    server.run(&["audit", "export", "--format", "jsonl", "--out", out])?;
    assert_eq!(zoe.found(&server)?, Vec::<String>::new(), "beside the running desk");
    gone(&server, &zoe, &client, &key)?;
    log_is_whole(&server, &before, &subject)?;
    queried(&server, &zoe, &subject)?;

    let desk = server.stop()?;
    if kind == Kind::Sqlite {
        let copy = desk.path("copy.db");
        desk.run(&["backup", copy.to_str().context("a path")?])?;
    }
    assert_eq!(zoe.found(&desk)?, Vec::<String>::new(), "after the desk stopped");
    let again = desk.try_run(&["user", "erase", &zoe.name, "--yes"], "")?;
    again.failed(1, "no such user")?;
    assert_ne!(zoe.add(&desk)?, subject, "the name is free for somebody else");
    let listed = desk.json(&["user", "list", "--erased"])?;
    assert_eq!(listed["data"][0]["subject"], json!(subject));
    Log::export(&desk)?.check()?;
    Ok(())
}

/// Session, login, renewal and lists: as if there had never been such a user.
fn gone(server: &Server, zoe: &Zoe, client: &Client, key: &Answer) -> anyhow::Result<()> {
    client.key("stage-1")?.is_problem(401, "invalid-token")?;
    client.get("/v1/me")?.is_problem(401, "invalid-token")?;
    let renew = format!("/v1/tokens/{}/renew", key.text_at("/issuanceId")?);
    client.request("POST", &renew).send()?.is_problem(401, "invalid-token")?;
    let anonymous = server.anonymous();
    let answers =
        [(zoe.name.as_str(), server.password(&zoe.name)), ("nobody-here", "x".repeat(20))]
            .map(|(name, password)| visible(&anonymous.try_login(name, &password)?));
    let [old, unknown] = answers;
    assert_eq!(old?, unknown?);
    let root = server.admin()?;
    for path in ["", "/visits"] {
        root.get(&format!("/v1/users/{}{path}", zoe.name))?.is_problem(404, "no-such-user")?;
    }
    for path in ["enable", "erase"] {
        let answer = root.request("POST", &format!("/v1/users/{}/{path}", zoe.name)).send()?;
        answer.is_problem(404, "no-such-user")?;
    }
    assert_eq!(root.get("/v1/users")?.is(200)?.json()?["data"].as_array().map(Vec::len), Some(4));
    let members = root.get("/v1/rooms/stage-1/members")?.is(200)?.json()?;
    assert_eq!(members["data"].as_array().map(Vec::len), Some(1), "{members}");
    let denied =
        server.try_run(&["token", "issue", "--room", "stage-1", "--user", &zoe.name], "")?;
    assert_eq!(denied.status, 1, "{denied:?}");
    Ok(())
}

/// No entry of the time before has changed by a byte, and everything replays.
fn log_is_whole(server: &Server, before: &Log, subject: &str) -> anyhow::Result<()> {
    let after = Log::export(server)?;
    after.check()?;
    for (old, new) in before.lines().iter().zip(after.lines()) {
        assert_eq!((old.index, &old.bytes), (new.index, &new.bytes));
    }
    assert_eq!(after.last("user.erased")?["subject"], subject);
    let issued = after.of_kind("token.issued");
    assert_eq!(issued.iter().filter(|entry| entry["subject"] == subject).count(), 2);
    Ok(())
}

/// The name finds nothing, the reference finds everything, without a name.
fn queried(server: &Server, zoe: &Zoe, subject: &str) -> anyhow::Result<()> {
    let by_name = server.try_run(&["audit", "query", "--user", &zoe.name, "--json"], "")?;
    by_name.failed(1, "no such user")?;
    let said = server.run(&["audit", "query", "--user", subject, "--json"])?;
    assert!(said.stdout.contains("token.issued") && said.stdout.contains("user.erased"));
    assert!(!said.stdout.contains(&zoe.name));
    Ok(())
}

fn visits_are_kept_where_the_settings_say_so_and_read_by_admins(kind: Kind) -> anyhow::Result<()> {
    on_with(kind, keep_visits, |server| {
        let zoe = Zoe::new();
        let subject = zoe.add(server)?;
        for _ in 0..3 {
            zoe.login(server)?;
        }
        let path = format!("/v1/users/{}/visits", zoe.name);
        server.user("audrey")?.get(&path)?.is_problem(403, "not-allowed")?;
        let root = server.admin()?;
        let first = root.get(&format!("{path}?limit=2"))?.is(200)?.json()?;
        let next = first["next"].as_str().context("a second page")?;
        let rest = root.get(&format!("{path}?limit=2&after={next}"))?.is(200)?.json()?;
        assert_eq!((&rest["next"], rest["data"].as_array().map(Vec::len)), (&Value::Null, Some(1)));
        assert_ne!(first["data"][1], rest["data"][0]);
        assert_eq!(first["data"][0]["address"], ADDRESS);
        assert_eq!(first["data"][0]["userAgent"], AGENT);
        root.get(&format!("{path}?after=1"))?.is_problem(422, "invalid-value")?;
        let listed = server.json(&["user", "visits", &zoe.name])?;
        assert_eq!(listed["data"].as_array().map(Vec::len), Some(3));
        let log = Log::export(server)?;
        let read = log.last("audit.read")?;
        assert_eq!(read["surface"], "visits");
        assert_eq!(read["filters"], json!({ "subject": subject }));
        let sessions = log.of_kind("session.started");
        assert!(sessions.iter().any(|entry| entry["by"]["prefix"] == "203.0.113.0/24"));
        Ok(())
    })
}

fn no_visit_is_kept_by_default(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.user("ada")?;
        assert_eq!(server.json(&["user", "visits", "ada"])?["data"], json!([]));
        Ok(())
    })
}

fn an_admin_may_be_erased_but_not_the_last(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["user", "set-role", "bob", "admin"])?;
        let bob = server.user("bob")?;
        let erase = |client: &Client, name: &str| {
            client.request("POST", &format!("/v1/users/{name}/erase")).send()
        };
        let root = server.admin()?;
        erase(&bob, "root")?.is(204)?;
        root.get("/v1/users")?.is_problem(401, "invalid-token")?;
        erase(&bob, "bob")?.is_problem(409, "last-admin")?;
        server.try_run(&["user", "erase", "bob", "--yes"], "")?.failed(1, "last enabled admin")?;
        bob.get("/v1/users")?.is(200)?;
        Ok(())
    })
}
