//! `POST /v1/tokens/{issuanceId}/renew`: everything is decided again.

use anyhow::Context;
use roomkey_tests::scene::on;
use roomkey_tests::{Answer, Client, Kind, Log};
use serde_json::{Value, json};

use crate::issue::claims;

on_both! {
    a_renewed_key_keeps_its_place_and_names_the_old_one,
    a_new_meeting_moves_the_renewed_key,
    who_was_removed_renews_nothing,
    a_key_of_somebody_else_or_of_nobody_is_not_renewed,
}

fn renew(client: &Client, answer: &Answer) -> anyhow::Result<Answer> {
    client.post(&format!("/v1/tokens/{}/renew", answer.text_at("/issuanceId")?), &json!({}))
}

fn a_renewed_key_keeps_its_place_and_names_the_old_one(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let body = json!({ "roomId": "stage-1", "sceneId": "act-2", "eventId": "night-3", "ttlSeconds": 600 });
        let first = ada.post("/livekit/token", &body)?.is(200)?;
        let next = renew(&ada, &first)?.is(200)?;
        let (old, new) = (claims(server, &first)?, claims(server, &next)?);
        for same in ["sub", "video", "metadata", "iss"] {
            assert_eq!(old[same], new[same], "{same}");
        }
        assert_ne!(old["jti"], new["jti"]);
        let log = Log::export(server)?;
        let line = log.issuance(&next.text_at("/issuanceId")?).context("no entry")?;
        assert_eq!(line.entry["renews"], old["jti"]);
        assert_eq!(
            (&line.entry["scene"], &line.entry["event"]),
            (&json!("act-2"), &json!("night-3"))
        );
        let again = renew(&ada, &next)?.is(200)?;
        claims(server, &again)?;
        let bounded = format!("/v1/tokens/{}/renew", first.text_at("/issuanceId")?);
        ada.post(&bounded, &json!({ "ttlSeconds": 59 }))?
            .is_problem(422, "lifetime-out-of-bounds")?;
        ada.post(&bounded, &json!({ "ttlSeconds": 60 }))?.is(200)?;
        ada.request("POST", &bounded).send()?.is(200)?;
        ada.post(&bounded, &json!({ "sceneId": "act-3" }))?.is_problem(400, "unknown-field")?;
        Ok(())
    })
}

fn a_new_meeting_moves_the_renewed_key(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let first = ada.key("stage-1")?.is(200)?;
        server.run(&["meeting", "start", "stage-1"])?;
        let next = renew(&ada, &first)?.is(200)?;
        assert_eq!(claims(server, &next)?["video"]["room"], "stage-1~1");
        Ok(())
    })
}

fn who_was_removed_renews_nothing(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        let first = ada.key("stage-1")?.is(200)?;
        server.run(&["member", "remove", "stage-1", "ada"])?;
        renew(&ada, &first)?.is_problem(403, "not-allowed")?;
        let log = Log::export(server)?;
        let entry = log.last("token.denied")?;
        assert_eq!(entry["reason"], "not_a_member");
        assert_eq!(entry["renews"], Value::from(first.text_at("/issuanceId")?));
        Ok(())
    })
}

fn a_key_of_somebody_else_or_of_nobody_is_not_renewed(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let first = server.user("ada")?.key("stage-1")?.is(200)?;
        let other = renew(&server.user("bob")?, &first)?.is_problem(403, "not-allowed")?;
        let unknown = "/v1/tokens/01890a5d-ac96-774b-bcce-b302099a8057/renew";
        let unknown =
            server.user("bob")?.post(unknown, &json!({}))?.is_problem(403, "not-allowed")?;
        assert_eq!(other.json()?["detail"], unknown.json()?["detail"]);
        server.anonymous().post("/v1/tokens/x/renew", &json!({}))?.is(401)?;
        server.user("ada")?.post("/v1/tokens/x/renew", &json!({}))?.is(422)?;
        Ok(())
    })
}
