//! Members: the closest membership counts, and roles say what they say.

use roomkey_tests::scene::on_each;
use serde_json::{Value, json};

use crate::issue::claims;

#[test]
fn scene_and_event_then_event_then_scene_then_room() -> anyhow::Result<()> {
    on_each(|server| {
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

#[test]
fn roles_are_written_out_as_the_table_says() -> anyhow::Result<()> {
    on_each(|server| {
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
