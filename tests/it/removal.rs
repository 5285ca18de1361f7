//! What is taken away is gone for the very next request.

use roomkey_tests::scene::on_each;
use roomkey_tests::{Log, Server};
use serde_json::json;

/// Ada gets a key, something is taken away at the command line, Ada gets none; the entry says why.
fn sticks(server: &Server, command: &[&str], status: u16, reason: &str) -> anyhow::Result<()> {
    let ada = server.user("ada")?;
    ada.key("stage-1")?.is(200)?;
    server.run(command)?;
    ada.key("stage-1")?.is(status)?;
    if status == 403 {
        assert_eq!(Log::export(server)?.last("token.denied")?["reason"], reason);
    }
    Ok(())
}

#[test]
fn a_removed_member_gets_no_further_key() -> anyhow::Result<()> {
    on_each(|server| sticks(server, &["member", "remove", "stage-1", "ada"], 403, "not_a_member"))
}

#[test]
fn a_closed_room_gives_no_further_key_until_it_opens() -> anyhow::Result<()> {
    on_each(|server| {
        sticks(server, &["room", "close", "stage-1"], 403, "room_closed")?;
        server.run(&["room", "open", "stage-1"])?;
        server.user("ada")?.key("stage-1")?.is(200)?;
        Ok(())
    })
}

#[test]
fn a_disabled_user_gets_no_further_key() -> anyhow::Result<()> {
    on_each(|server| sticks(server, &["user", "disable", "ada"], 401, ""))
}

#[test]
fn a_user_who_became_an_auditor_gets_no_further_key() -> anyhow::Result<()> {
    on_each(|server| sticks(server, &["user", "set-role", "ada", "auditor"], 403, "desk_role"))
}

#[test]
fn an_open_room_that_became_restricted_lets_nobody_in() -> anyhow::Result<()> {
    on_each(|server| {
        let bob = server.user("bob")?;
        bob.key("lobby")?.is(200)?;
        server.run(&["room", "set", "lobby", "--restricted"])?;
        bob.key("lobby")?.is_problem(403, "not-allowed")?;
        Ok(())
    })
}

#[test]
fn the_same_over_http_by_an_admin() -> anyhow::Result<()> {
    on_each(|server| {
        let (root, ada) = (server.admin()?, server.user("ada")?);
        ada.key("stage-1")?.is(200)?;
        assert!(root.delete("/v1/rooms/stage-1/members/ada")?.status < 300);
        ada.key("stage-1")?.is(403)?;
        let member = json!({ "username": "ada", "role": "publisher" });
        assert!(root.post("/v1/rooms/stage-1/members", &member)?.status < 300);
        ada.key("stage-1")?.is(200)?;
        assert!(root.request("POST", "/v1/rooms/stage-1/close").send()?.status < 300);
        ada.key("stage-1")?.is(403)?;
        assert!(root.request("POST", "/v1/rooms/stage-1/open").send()?.status < 300);
        ada.key("stage-1")?.is(200)?;
        assert!(root.request("POST", "/v1/users/ada/disable").send()?.status < 300);
        ada.key("stage-1")?.is(401)?;
        Ok(())
    })
}

#[test]
fn an_admin_who_is_no_admin_any_more_changes_nothing() -> anyhow::Result<()> {
    on_each(|server| {
        server.run(&["user", "set-role", "bob", "admin"])?;
        let bob = server.user("bob")?;
        bob.get("/v1/users")?.is(200)?;
        server.run(&["user", "set-role", "bob", "user"])?;
        bob.get("/v1/users")?.is_problem(403, "not-allowed")?;
        let room = json!({ "roomId": "stage-9", "provider": "stage" });
        bob.post("/v1/rooms", &room)?.is_problem(403, "not-allowed")?;
        Ok(())
    })
}

#[test]
fn outside_its_window_an_event_admits_nobody() -> anyhow::Result<()> {
    on_each(|server| {
        let ada = server.user("ada")?;
        let key =
            || ada.post("/livekit/token", &json!({ "roomId": "stage-1", "eventId": "night" }));
        key()?.is(200)?;
        let past = ["--until", "2020-01-01T00:00:00Z"];
        server.run(&[&["event", "set", "stage-1", "night"], &past[..]].concat())?;
        key()?.is_problem(403, "not-allowed")?;
        assert_eq!(Log::export(server)?.last("token.denied")?["reason"], "outside_window");
        let future = ["--from", "2100-01-01T00:00:00Z"];
        server.run(&[&["event", "set", "stage-1", "night"], &future[..]].concat())?;
        key()?.is_problem(403, "not-allowed")?;
        ada.key("stage-1")?.is(200)?;
        server.run(&["event", "set", "stage-1", "night"])?;
        key()?.is(200)?;
        Ok(())
    })
}
