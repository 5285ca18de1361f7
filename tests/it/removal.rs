//! What is taken away is gone for the very next request.

use roomkey_tests::scene::on;
use roomkey_tests::{Kind, Log, Server};
use serde_json::{Value, json};

on_both! {
    a_removed_member_gets_no_further_key,
    a_closed_room_gives_no_further_key_until_it_opens,
    a_disabled_user_gets_no_further_key,
    a_user_who_became_an_auditor_gets_no_further_key,
    an_open_room_that_became_restricted_lets_nobody_in,
    the_same_over_http_by_an_admin,
    an_admin_who_is_no_admin_any_more_changes_nothing,
    outside_its_window_an_event_admits_nobody,
}

/// Ada gets a key, something is taken away at the command line, Ada gets none; the entry says why.
fn sticks(server: &Server, command: &[&str], reason: &str) -> anyhow::Result<()> {
    let ada = server.user("ada")?;
    ada.key("stage-1")?.is(200)?;
    server.run(command)?;
    ada.key("stage-1")?.is_problem(403, "not-allowed")?;
    assert_eq!(Log::export(server)?.last("token.denied")?["reason"], reason);
    Ok(())
}

fn a_removed_member_gets_no_further_key(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| sticks(server, &["member", "remove", "stage-1", "ada"], "not_a_member"))
}

fn a_closed_room_gives_no_further_key_until_it_opens(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        sticks(server, &["room", "close", "stage-1"], "room_closed")?;
        server.run(&["room", "open", "stage-1"])?;
        server.user("ada")?.key("stage-1")?.is(200)?;
        Ok(())
    })
}

fn a_disabled_user_gets_no_further_key(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        ada.key("stage-1")?.is(200)?;
        server.run(&["user", "disable", "ada"])?;
        ada.key("stage-1")?.is_problem(401, "invalid-token")?;
        // The session is over: nobody asked, so nobody was denied.
        let log = Log::export(server)?;
        assert_eq!(log.of_kind("token.denied"), Vec::<&Value>::new());
        let subject = server.admin()?.get("/v1/users/ada")?.is(200)?.text_at("/subject")?;
        assert_eq!(log.last("user.disabled")?["subject"], subject);
        Ok(())
    })
}

fn a_user_who_became_an_auditor_gets_no_further_key(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| sticks(server, &["user", "set-role", "ada", "auditor"], "desk_role"))
}

fn an_open_room_that_became_restricted_lets_nobody_in(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let bob = server.user("bob")?;
        bob.key("lobby")?.is(200)?;
        server.run(&["room", "set", "lobby", "--restricted"])?;
        bob.key("lobby")?.is_problem(403, "not-allowed")?;
        Ok(())
    })
}

fn the_same_over_http_by_an_admin(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (root, ada) = (server.admin()?, server.user("ada")?);
        ada.key("stage-1")?.is(200)?;
        root.delete("/v1/rooms/stage-1/members/ada")?.is(204)?;
        ada.key("stage-1")?.is_problem(403, "not-allowed")?;
        let member = json!({ "username": "ada", "role": "publisher" });
        root.post("/v1/rooms/stage-1/members", &member)?.is(204)?;
        ada.key("stage-1")?.is(200)?;
        root.request("POST", "/v1/rooms/stage-1/close").send()?.is(204)?;
        ada.key("stage-1")?.is_problem(403, "not-allowed")?;
        root.request("POST", "/v1/rooms/stage-1/open").send()?.is(204)?;
        ada.key("stage-1")?.is(200)?;
        root.request("POST", "/v1/users/ada/disable").send()?.is(204)?;
        ada.key("stage-1")?.is_problem(401, "invalid-token")?;
        Ok(())
    })
}

fn an_admin_who_is_no_admin_any_more_changes_nothing(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
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

fn outside_its_window_an_event_admits_nobody(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
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
