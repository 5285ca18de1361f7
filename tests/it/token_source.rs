//! `POST /livekit/token-source`: LiveKit's standard token endpoint.

use roomkey_tests::scene::on;
use roomkey_tests::{Kind, Log, token};
use serde_json::json;

on_both! {
    it_answers_in_the_words_of_livekits_contract,
    what_the_desk_decides_is_a_4xx_as_the_contract_says,
}

const PATH: &str = "/livekit/token-source";

fn it_answers_in_the_words_of_livekits_contract(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        for body in [
            json!({ "room_name": "stage-1" }),
            json!({ "room_name": "stage-1", "room_config": {} }),
            json!({ "room_name": "stage-1", "participant_name": "", "participant_attributes": {} }),
        ] {
            let answer = ada.post(PATH, &body)?.is(201)?;
            let claims = token::decode(&answer.text_at("/participant_token")?, server.secret())?;
            assert_eq!(answer.text_at("/server_url")?, "wss://rtc.example.org");
            assert_eq!(claims["video"]["room"], "stage-1");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.json()?.as_object().map(serde_json::Map::len), Some(2));
        }
        assert_eq!(Log::export(server)?.issuances().len(), 3);
        Ok(())
    })
}

fn what_the_desk_decides_is_a_4xx_as_the_contract_says(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let ada = server.user("ada")?;
        for (field, value) in [
            ("participant_identity", json!("bob")),
            ("participant_name", json!("Bob")),
            ("participant_metadata", json!("{}")),
            ("participant_attributes", json!({ "a": "b" })),
            ("room_config", json!({ "agents": [{ "agent_name": "x" }] })),
        ] {
            let body = json!({ "room_name": "stage-1", field: value });
            ada.post(PATH, &body)?.is_problem(422, "field-not-allowed")?;
        }
        ada.post(PATH, &json!({ "roomId": "stage-1" }))?.is(400)?;
        ada.post(PATH, &json!({}))?.is(400)?;
        ada.post(PATH, &json!({ "room_name": "a b" }))?.is(422)?;
        server
            .user("bob")?
            .post(PATH, &json!({ "room_name": "stage-1" }))?
            .is_problem(403, "not-allowed")?;
        server.anonymous().post(PATH, &json!({ "room_name": "stage-1" }))?.is(401)?;
        assert!(Log::export(server)?.issuances().is_empty());
        Ok(())
    })
}
