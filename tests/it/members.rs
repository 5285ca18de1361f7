//! Members: the closest membership counts, and roles say what they say.

use roomkey_tests::Kind;
use roomkey_tests::scene::{on, on_with};
use serde_json::{Value, json};

use crate::issue::claims;

on_both! {
    scene_and_event_then_event_then_scene_then_room,
    roles_are_written_out_as_the_table_says,
    a_limit_on_sources_is_a_list_and_never_an_empty_one,
    a_room_may_give_each_device_an_identity,
    a_room_may_want_an_event,
    moderators_are_room_admins_only_where_the_profile_says_so,
    the_lifetimes_of_a_room_narrow_those_of_the_desk,
}

fn scene_and_event_then_event_then_scene_then_room(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let member = |more: &[&str], role: &str| {
            server.run(&[&["member", "add", "stage-1", "bob", "--role", role], more].concat())
        };
        member(&["--scene", "s"], "publisher")?;
        let bob = server.user("bob")?;
        let role = |scene: Option<&str>, event: Option<&str>| -> anyhow::Result<Value> {
            let mut body = json!({ "roomId": "stage-1" });
            if let Some(scene) = scene {
                body["sceneId"] = scene.into();
            }
            if let Some(event) = event {
                body["eventId"] = event.into();
            }
            let answer = bob.post("/livekit/token", &body)?;
            if answer.status == 403 {
                return Ok(Value::Null);
            }
            let claims = claims(server, &answer.is(200)?)?;
            let metadata: Value =
                serde_json::from_str(claims["metadata"].as_str().unwrap_or_default())?;
            Ok(metadata["roles"][0].clone())
        };
        assert_eq!(role(None, None)?, Value::Null, "a member of a scene is no member of the room");
        assert_eq!(role(Some("s"), None)?, "publisher");
        assert_eq!(role(Some("other"), None)?, Value::Null);
        assert_eq!(role(Some("s"), Some("e"))?, "publisher");
        member(&[], "subscriber")?;
        member(&["--event", "e"], "publisher_only")?;
        member(&["--scene", "s", "--event", "e"], "moderator")?;
        assert_eq!(role(None, None)?, "subscriber");
        assert_eq!(role(Some("s"), None)?, "publisher");
        assert_eq!(role(None, Some("e"))?, "publisher_only");
        assert_eq!(role(Some("other"), Some("e"))?, "publisher_only");
        assert_eq!(role(Some("s"), Some("e"))?, "moderator");
        server.run(&["member", "remove", "stage-1", "bob", "--scene", "s", "--event", "e"])?;
        assert_eq!(role(Some("s"), Some("e"))?, "publisher_only");
        Ok(())
    })
}

fn roles_are_written_out_as_the_table_says(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for (role, subscribe, publish, data) in [
            ("subscriber", true, false, false),
            ("publisher", true, true, true),
            ("publisher_only", false, true, true),
            ("moderator", true, true, true),
        ] {
            server.run(&["member", "add", "stage-1", "bob", "--role", role])?;
            let answer = server.user("bob")?.key("stage-1")?.is(200)?;
            let video = claims(server, &answer)?["video"].clone();
            let said = (&video["canSubscribe"], &video["canPublish"], &video["canPublishData"]);
            assert_eq!(said, (&json!(subscribe), &json!(publish), &json!(data)), "{role}");
            assert_eq!(video["roomAdmin"], false, "only where the profile says so");
        }
        Ok(())
    })
}

fn a_limit_on_sources_is_a_list_and_never_an_empty_one(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let video = || -> anyhow::Result<Value> {
            let answer = server.user("bob")?.key("stage-1")?.is(200)?;
            Ok(claims(server, &answer)?["video"].clone())
        };
        let add = ["member", "add", "stage-1", "bob", "--role", "publisher"];
        server.run(&[&add[..], &["--sources", "screen_share,microphone"]].concat())?;
        assert_eq!(video()?["canPublishSources"], json!(["microphone", "screen_share"]));
        server.run(&add)?;
        assert_eq!(video()?.get("canPublishSources"), None);
        let empty = json!({ "username": "bob", "role": "publisher", "sources": [] });
        server.admin()?.post("/v1/rooms/stage-1/members", &empty)?.is(422)?;
        Ok(())
    })
}

fn a_room_may_give_each_device_an_identity(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["room", "set", "stage-1", "--per-device", "true"])?;
        let ada = server.user("ada")?;
        ada.key("stage-1")?.is_problem(422, "device-required")?;
        let body = json!({ "roomId": "stage-1", "deviceId": "phone_1" });
        let answer = ada.post("/livekit/token", &body)?.is(200)?;
        let identity = claims(server, &answer)?["sub"].as_str().unwrap_or_default().to_owned();
        assert!(identity.starts_with("user-") && identity.ends_with("-phone_1"), "{identity}");
        let renew = format!("/v1/tokens/{}/renew", answer.text_at("/issuanceId")?);
        let renewed = ada.post(&renew, &json!({}))?.is(200)?;
        assert_eq!(claims(server, &renewed)?["sub"], identity);
        Ok(())
    })
}

fn a_room_may_want_an_event(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["room", "set", "stage-1", "--event-required", "true"])?;
        let ada = server.user("ada")?;
        ada.key("stage-1")?.is_problem(403, "not-allowed")?;
        ada.post("/livekit/token", &json!({ "roomId": "stage-1", "eventId": "night" }))?.is(200)?;
        Ok(())
    })
}

fn moderators_are_room_admins_only_where_the_profile_says_so(kind: Kind) -> anyhow::Result<()> {
    on_with(
        kind,
        |desk| desk.set("providers.stage", "room_admin", "true"),
        |server| {
            for (role, is_admin) in [("moderator", true), ("publisher", false)] {
                server.run(&["member", "add", "stage-1", "bob", "--role", role])?;
                let answer = server.user("bob")?.key("stage-1")?.is(200)?;
                assert_eq!(claims(server, &answer)?["video"]["roomAdmin"], is_admin, "{role}");
            }
            Ok(())
        },
    )
}

fn the_lifetimes_of_a_room_narrow_those_of_the_desk(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["room", "set", "stage-1", "--max-seconds", "120", "--min-seconds", "90"])?;
        let ada = server.user("ada")?;
        for (seconds, status) in [(89, 422), (90, 200), (120, 200), (121, 422)] {
            let body = json!({ "roomId": "stage-1", "ttlSeconds": seconds });
            ada.post("/livekit/token", &body)?.is(status)?;
        }
        let claims = claims(server, &ada.key("stage-1")?.is(200)?)?;
        let life = claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0);
        assert_eq!(life, 120, "the default moves to the nearest bound");
        Ok(())
    })
}
