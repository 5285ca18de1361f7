//! Who may do what: every path with every role.

use roomkey_tests::scene::on;
use roomkey_tests::{Answer, Client, Kind};
use serde_json::{Value, json};

on_both! {
    every_path_is_closed_to_everybody_below_its_role,
    who_may_not_learns_nothing_about_what_there_is,
    a_user_sees_itself_and_its_rooms,
    lists_go_on_after_their_last_key,
    conflicts_and_missing_things_have_their_codes,
}

/// What a role may do with a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum May {
    /// Everybody who is authenticated.
    Anybody,
    /// Auditors and admins.
    Read,
    /// Admins.
    Change,
}

/// Method, path, body, who.
fn surface() -> Vec<(&'static str, &'static str, Option<Value>, May)> {
    let password = "another winding river of stones";
    vec![
        ("GET", "/v1/me", None, May::Anybody),
        ("GET", "/v1/me/rooms", None, May::Anybody),
        ("GET", "/v1/audit/events", None, May::Read),
        ("GET", "/v1/audit/events/0", None, May::Read),
        ("POST", "/v1/audit/trace", Some(json!({ "token": "nonsense" })), May::Read),
        ("GET", "/v1/users", None, May::Change),
        ("GET", "/v1/users/ada", None, May::Change),
        ("GET", "/v1/users/ada/visits", None, May::Change),
        (
            "POST",
            "/v1/users",
            Some(json!({ "username": "dora", "password": password, "role": "admin" })),
            May::Change,
        ),
        ("PUT", "/v1/users/bob/role", Some(json!({ "role": "user" })), May::Change),
        ("PUT", "/v1/users/dora/password", Some(json!({ "password": password })), May::Change),
        ("POST", "/v1/users/dora/disable", None, May::Change),
        ("POST", "/v1/users/dora/enable", None, May::Change),
        ("POST", "/v1/users/dora/erase", None, May::Change),
        ("GET", "/v1/backends", None, May::Change),
        ("POST", "/v1/backends", Some(json!({ "name": "shop", "rooms": ["*"] })), May::Change),
        ("POST", "/v1/backends/none/revoke", None, May::Change),
        ("GET", "/v1/rooms", None, May::Change),
        (
            "POST",
            "/v1/rooms",
            Some(json!({ "roomId": "stage-2", "provider": "stage" })),
            May::Change,
        ),
        ("GET", "/v1/rooms/stage-1", None, May::Change),
        ("PATCH", "/v1/rooms/stage-2", Some(json!({ "maxSeconds": 600 })), May::Change),
        ("POST", "/v1/rooms/stage-2/close", None, May::Change),
        ("POST", "/v1/rooms/stage-2/open", None, May::Change),
        ("GET", "/v1/rooms/stage-1/members", None, May::Change),
        (
            "POST",
            "/v1/rooms/stage-2/members",
            Some(json!({ "username": "bob", "role": "moderator" })),
            May::Change,
        ),
        ("DELETE", "/v1/rooms/stage-2/members/bob", None, May::Change),
        ("GET", "/v1/rooms/stage-1/events", None, May::Change),
        (
            "PUT",
            "/v1/rooms/stage-2/events/night",
            Some(json!({ "until": "2100-01-01T00:00:00Z" })),
            May::Change,
        ),
        ("GET", "/v1/rooms/stage-1/meetings", None, May::Change),
        ("POST", "/v1/rooms/stage-2/meetings", None, May::Change),
        ("POST", "/v1/rooms/stage-2/meetings/end", None, May::Change),
    ]
}

fn ask(client: &Client, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
    let request = client.request(method, path);
    match body {
        Some(body) => request.json(body).send(),
        None => request.send(),
    }
}

fn every_path_is_closed_to_everybody_below_its_role(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let callers = [
            ("nobody", server.anonymous(), None),
            ("a user", server.user("bob")?, Some(May::Anybody)),
            ("an auditor", server.user("audrey")?, Some(May::Read)),
            ("an admin", server.admin()?, Some(May::Change)),
        ];
        for (method, path, body, needs) in surface() {
            for (who, client, is) in &callers {
                let answer = ask(client, method, path, body.as_ref())?;
                let shown = format!("{who}: {method} {path}: {} {}", answer.status, answer.text());
                match is {
                    None => drop(
                        answer
                            .is_problem(401, "unauthenticated")
                            .map_err(|error| error.context(shown))?,
                    ),
                    Some(is) if (*is as u8) < (needs as u8) => {
                        drop(
                            answer
                                .is_problem(403, "not-allowed")
                                .map_err(|error| error.context(shown))?,
                        );
                    }
                    Some(_) => assert!(answer.status < 300 || answer.status == 422, "{shown}"),
                }
            }
        }
        Ok(())
    })
}

fn who_may_not_learns_nothing_about_what_there_is(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let bob = server.user("bob")?;
        for (there, missing) in [
            ("/v1/rooms/stage-1", "/v1/rooms/nowhere"),
            ("/v1/users/ada", "/v1/users/nobody-here"),
            ("/v1/rooms/stage-1/members", "/v1/rooms/nowhere/members"),
            ("/v1/audit/events/0", "/v1/audit/events/999999"),
            ("/v1/audit/events?user=ada", "/v1/audit/events?user=nobody-here"),
        ] {
            let detail = |path: &str| {
                anyhow::Ok(bob.get(path)?.is_problem(403, "not-allowed")?.json()?["detail"].clone())
            };
            assert_eq!(detail(there)?, detail(missing)?, "{there}");
        }
        Ok(())
    })
}

fn a_user_sees_itself_and_its_rooms(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let me = server.user("ada")?.get("/v1/me")?.is(200)?.json()?;
        assert_eq!((&me["username"], &me["role"]), (&json!("ada"), &json!("user")));
        assert!(!me.to_string().contains("argon2"), "{me}");
        let rooms = |username: &str| -> anyhow::Result<Vec<String>> {
            let body = server.user(username)?.get("/v1/me/rooms")?.is(200)?.json()?;
            let rooms = body["data"].as_array().cloned().unwrap_or_default();
            Ok(rooms
                .iter()
                .map(|room| room["roomId"].as_str().unwrap_or_default().to_owned())
                .collect())
        };
        assert_eq!(rooms("ada")?, ["lobby", "stage-1"]);
        assert_eq!(rooms("bob")?, ["lobby"]);
        Ok(())
    })
}

fn lists_go_on_after_their_last_key(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let root = server.admin()?;
        let (mut path, mut names) = ("/v1/users?limit=3".to_owned(), Vec::new());
        loop {
            let body = root.get(&path)?.is(200)?.json()?;
            for user in body["data"].as_array().cloned().unwrap_or_default() {
                names.push(user["username"].as_str().unwrap_or_default().to_owned());
            }
            let Some(next) = body["next"].as_str() else { break };
            path = format!("/v1/users?limit=3&after={next}");
        }
        assert_eq!(names, ["ada", "audrey", "bob", "root"]);
        root.get("/v1/users?limit=0")?.is(422)?;
        root.get("/v1/users?offset=1")?.is_problem(400, "malformed-query")?;
        Ok(())
    })
}

fn conflicts_and_missing_things_have_their_codes(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let root = server.admin()?;
        let user = json!({ "username": "ada", "password": "another winding river of stones" });
        root.post("/v1/users", &user)?.is_problem(409, "user-exists")?;
        let room = json!({ "roomId": "stage-1", "provider": "stage" });
        root.post("/v1/rooms", &room)?.is_problem(409, "room-exists")?;
        let room = json!({ "roomId": "stage-7", "provider": "nowhere" });
        root.post("/v1/rooms", &room)?.is_problem(422, "unknown-profile")?;
        root.get("/v1/rooms/nowhere")?.is_problem(404, "no-such-room")?;
        root.get("/v1/users/nobody-here")?.is_problem(404, "no-such-user")?;
        root.delete("/v1/rooms/stage-1/members/bob")?.is_problem(404, "no-such-member")?;
        root.request("POST", "/v1/rooms/stage-1/meetings/end")
            .send()?
            .is_problem(409, "no-meeting")?;
        root.request("POST", "/v1/users/root/disable").send()?.is_problem(409, "last-admin")?;
        root.put("/v1/users/root/role", &json!({ "role": "user" }))?
            .is_problem(409, "last-admin")?;
        let weak = json!({ "username": "dora", "password": "short" });
        root.post("/v1/users", &weak)?.is_problem(422, "password-refused")?;
        let bounds =
            json!({ "roomId": "stage-8", "provider": "stage", "minSeconds": 90, "maxSeconds": 80 });
        root.post("/v1/rooms", &bounds)?.is_problem(422, "room-bounds")?;
        Ok(())
    })
}
