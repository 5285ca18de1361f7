//! Bad input: a clear problem with a stable code, nothing half-done, nothing lost.

use anyhow::Context;
use roomkey_tests::scene::on;
use roomkey_tests::{Answer, Client, Kind, Log};
use serde_json::json;

on_both! {
    bodies_that_are_not_the_json_of_the_request_are_400,
    what_a_client_may_not_decide_is_refused,
    lifetimes_that_make_no_sense_are_refused,
    ids_out_of_their_pattern_are_422_and_are_not_repeated,
    the_longest_ids_are_taken,
    ids_in_paths_are_held_to_the_same_patterns,
    the_command_line_refuses_the_same_ids,
    nothing_is_asked_of_the_database_before_the_ids_are_checked,
}

/// Sends a body as it is to the LiveKit path.
fn send(client: &Client, body: &str) -> anyhow::Result<Answer> {
    client.request("POST", "/livekit/token").body("application/json", body.as_bytes()).send()
}

fn bodies_that_are_not_the_json_of_the_request_are_400(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        for (body, code) in [
            ("", "malformed-json"),
            ("{", "malformed-json"),
            ("{\"roomId\":\"stage-1\"", "malformed-json"),
            ("{\"roomId\":\"stage-1\"} {}", "malformed-json"),
            ("\u{feff}{\"roomId\":\"stage-1\"}", "malformed-json"),
            ("{\"roomId\":'stage-1'}", "malformed-json"),
            ("{\"roomId\":\"stage-1\",}", "malformed-json"),
            ("{\"roomId\":\"stage-1\",\"ttlSeconds\":1e999}", "malformed-json"),
            ("{\"roomId\":\"stage-1\",\"ttlSeconds\":NaN}", "malformed-json"),
            (nested.as_str(), "wrong-type"),
            ("[]", "wrong-type"),
            ("[\"stage-1\"]", "wrong-type"),
            ("\"stage-1\"", "wrong-type"),
            ("null", "wrong-type"),
            ("{}", "missing-field"),
            ("{\"roomId\":\"stage-1\",\"roomId\":\"stage-1\"}", "duplicate-field"),
            ("{\"roomId\":\"stage-1\",\"ttlSeconds\":60,\"ttlSeconds\":60}", "duplicate-field"),
            ("{\"roomId\":1}", "wrong-type"),
            ("{\"roomId\":null}", "wrong-type"),
            ("{\"roomId\":[\"stage-1\"]}", "wrong-type"),
            ("{\"roomId\":\"stage-1\",\"ttlSeconds\":\"300\"}", "wrong-type"),
            ("{\"roomId\":\"stage-1\",\"ttlSeconds\":300.5}", "wrong-type"),
            ("{\"roomId\":\"stage-1\",\"ttlSeconds\":1e18}", "wrong-type"),
            ("{\"roomId\":\"stage-1\",\"ttlSeconds\":true}", "wrong-type"),
        ] {
            let shown: String = body.chars().take(60).collect();
            send(&ada, body)?.is_problem(400, code).map_err(|error| error.context(shown))?;
        }
        let binary = ada
            .request("POST", "/livekit/token")
            .body("application/json", b"{\"roomId\":\"\xff\"}");
        binary.send()?.is_problem(400, "malformed-json")?;
        assert!(Log::export(server)?.issuances().is_empty());
        Ok(())
    })
}

fn what_a_client_may_not_decide_is_refused(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        for field in [
            "role",
            "identity",
            "roomAdmin",
            "room_config",
            "is_admin",
            "permissions",
            "metadata",
            "ROOMID",
            "room_id",
            "providerRoom",
            "tenant_id",
            "expiresAt",
        ] {
            let body = json!({ "roomId": "stage-1", field: "moderator" });
            let answer = ada.post("/livekit/token", &body)?.is_problem(400, "unknown-field")?;
            assert_eq!(answer.json()?["errors"][0]["pointer"], format!("/{field}"));
        }
        let body = json!({ "roomId": "stage-1", "user": "bob" });
        ada.post("/livekit/token", &body)?.is_problem(422, "field-not-allowed")?;
        assert!(Log::export(server)?.issuances().is_empty());
        Ok(())
    })
}

fn lifetimes_that_make_no_sense_are_refused(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        for (seconds, status) in [
            ("0", 422),
            ("-1", 422),
            ("-9223372036854775808", 422),
            ("9223372036854775807", 422),
            ("1000000000000000000", 422),
            ("4294967296", 422),
            ("1e18", 400),
            ("\"300\"", 400),
            ("300.5", 400),
            ("100000000000000000000", 400),
        ] {
            let body = format!("{{\"roomId\":\"stage-1\",\"ttlSeconds\":{seconds}}}");
            let answer = send(&ada, &body)?.is(status).map_err(|error| error.context(body))?;
            assert_eq!(answer.json()?["errors"][0]["pointer"], "/ttlSeconds");
        }
        Ok(())
    })
}

/// Texts that are no id, whatever the field.
fn no_ids() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "*",
        "stage-*",
        " ",
        "stage 1",
        "stage-1 ",
        "\tstage-1",
        "stage-1\0",
        "\0",
        "stage\r\nX: y",
        "\n",
        "..",
        "../stage-1",
        "%2e%2e",
        "%2e%2e%2f",
        "%00",
        "a/b",
        "a\\b",
        "a~1",
        "stage-1~1",
        "é",
        "ß",
        "🔑",
        "stage\u{202e}1",
        "ｓｔａｇｅ",
        "a.b",
        "a'b",
        "a\"b",
        "a;b",
        "$(id)",
        "' OR 1=1 --",
        "<b>",
        "{\"a\":1}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend(["x".repeat(129), "x".repeat(10 * 1024), "é".repeat(100)]);
    texts
}

fn ids_out_of_their_pattern_are_422_and_are_not_repeated(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        for field in ["roomId", "sceneId", "eventId", "deviceId"] {
            for bad in no_ids() {
                let mut body = json!({ "roomId": "stage-1" });
                body[field] = bad.clone().into();
                let answer = ada.post("/livekit/token", &body)?;
                let shown = format!("{field} {bad:.40?}");
                let answer = answer
                    .is_problem(422, "invalid-value")
                    .map_err(|error| error.context(shown))?;
                assert_eq!(answer.json()?["errors"][0]["pointer"], format!("/{field}"));
                assert!(bad.len() < 8 || !answer.text().contains(&bad), "the value is repeated");
            }
        }
        assert!(Log::export(server)?.issuances().is_empty());
        Ok(())
    })
}

fn the_longest_ids_are_taken(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let room = format!("A:_-{}", "z".repeat(124));
        server.run(&[
            "room",
            "add",
            &room,
            "--provider",
            "stage",
            "--open",
            "--role",
            "publisher",
        ])?;
        let body =
            json!({ "roomId": room, "sceneId": "s".repeat(128), "eventId": "e".repeat(128) });
        let answer = server.user("bob")?.post("/livekit/token", &body)?.is(200)?;
        let claims = crate::issue::claims(server, &answer)?;
        assert_eq!(claims["video"]["room"], room);
        let scene = "s".repeat(129);
        server
            .user("bob")?
            .post("/livekit/token", &json!({ "roomId": room, "sceneId": scene }))?
            .is(422)?;
        Ok(())
    })
}

fn ids_in_paths_are_held_to_the_same_patterns(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, root) = (server.user("ada")?, server.admin()?);
        for bad in ["%2e%2e%2fx", "a%00", "a%0d%0aX:y", "%2a", "a%7e1", "%f0%9f%94%91", "x%20y"] {
            for path in [format!("/v1/rooms/{bad}"), format!("/v1/rooms/{bad}/members")] {
                root.get(&path)?.is_problem(422, "invalid-value").context(path)?;
            }
            let answer = ada.post(&format!("/v1/tokens/{bad}/renew"), &json!({}))?;
            answer.is_problem(422, "invalid-value").context(bad)?;
        }
        Ok(())
    })
}

fn the_command_line_refuses_the_same_ids(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for bad in ["*", "", "a~1", "../x", "é", "a b", &"x".repeat(129)] {
            let why = "must match ^[A-Za-z0-9_:-]{1,128}$";
            server.try_run(&["room", "add", bad, "--provider", "stage"], "")?.failed(2, why)?;
            let issue = ["token", "issue", "--room", bad, "--user", "ada", "--json"];
            server.try_run(&issue, "")?.failed(2, why)?;
        }
        assert!(Log::export(server)?.issuances().is_empty());
        Ok(())
    })
}

fn nothing_is_asked_of_the_database_before_the_ids_are_checked(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        // Malformed requests leave no entry, not even a denial.
        let bob = server.user("bob")?;
        let before = Log::export(server)?.lines().len();
        for bad in ["*", "a~1", ""] {
            bob.key(bad)?.is(422)?;
        }
        let after = Log::export(server)?;
        assert_eq!(after.lines().len() - before, 1, "only the export itself");
        Ok(())
    })
}
