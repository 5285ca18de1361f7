//! How long keys live: the bounds, and that nothing is clamped.

use anyhow::Context;
use roomkey_tests::scene::{desk, on, on_with};
use roomkey_tests::{Kind, Log};
use serde_json::{Value, json};

use crate::issue::claims;

on_both! {
    a_lifetime_inside_the_bounds_is_granted_exactly,
    a_lifetime_outside_the_bounds_is_refused_and_never_clamped,
    the_settings_set_default_and_bounds,
    a_profile_whose_keys_are_past_their_end_does_not_start,
    a_key_never_outlives_the_key_that_signs_it,
}

fn a_lifetime_inside_the_bounds_is_granted_exactly(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for seconds in [60, 61, 300, 3599, 3600] {
            let body = json!({ "roomId": "stage-1", "ttlSeconds": seconds });
            let answer = server.user("ada")?.post("/livekit/token", &body)?.is(200)?;
            let claims = claims(server, &answer)?;
            assert_eq!(
                claims["exp"].as_i64().context("exp")? - claims["iat"].as_i64().context("iat")?,
                seconds
            );
        }
        Ok(())
    })
}

fn a_lifetime_outside_the_bounds_is_refused_and_never_clamped(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for seconds in [1, 59, 3601, 86_400, 2_592_000] {
            let body = json!({ "roomId": "stage-1", "ttlSeconds": seconds });
            let answer = server.user("ada")?.post("/livekit/token", &body)?;
            let answer = answer.is_problem(422, "lifetime-out-of-bounds")?;
            let detail = answer.text_at("/detail")?;
            assert!(
                detail.contains("60") && detail.contains("3600"),
                "the bounds are named: {detail}"
            );
        }
        Ok(())
    })
}

fn the_settings_set_default_and_bounds(kind: Kind) -> anyhow::Result<()> {
    let short = |desk: &roomkey_tests::Desk| {
        desk.set("lifetime", "default_seconds", "20")?;
        desk.set("lifetime", "min_seconds", "10")?;
        desk.set("lifetime", "max_seconds", "30")
    };
    on_with(kind, short, |server| {
        let ada = server.user("ada")?;
        let answer = ada.key("stage-1")?.is(200)?;
        let claims = claims(server, &answer)?;
        assert_eq!(
            claims["exp"].as_i64().context("exp")? - claims["iat"].as_i64().context("iat")?,
            20
        );
        for (seconds, status) in [(9, 422), (10, 200), (30, 200), (31, 422)] {
            let body = json!({ "roomId": "stage-1", "ttlSeconds": seconds });
            ada.post("/livekit/token", &body)?.is(status)?;
        }
        Ok(())
    })
}

fn a_profile_whose_keys_are_past_their_end_does_not_start(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    desk.unset("providers.stage", "key")?;
    desk.unset("providers.stage", "secret_file")?;
    let keys = r#"[{ id = "APIstage", secret_file = "livekit.secret", not_after = 2020-01-01T00:00:00Z }]"#;
    desk.set("providers.stage", "keys", keys)?;
    let why = "the active key APIstage is past its not_after and there is no other";
    desk.try_run(&["config", "check"], "")?.failed(1, why)?;
    desk.try_run(&["serve"], "")?.failed(1, why)?;
    let issue = ["token", "issue", "--room", "stage-1", "--user", "ada", "--json"];
    desk.try_run(&issue, "")?.failed(1, "has no key that can sign")?;
    let log = Log::export(&desk)?;
    assert_eq!(log.of_kind("token.issued"), Vec::<&Value>::new());
    assert_eq!(log.last("token.denied")?["reason"], "no_usable_key");
    Ok(())
}

fn a_key_never_outlives_the_key_that_signs_it(kind: Kind) -> anyhow::Result<()> {
    let soon = |desk: &roomkey_tests::Desk| {
        use roomkey_claims::Clock;
        let end = roomkey_claims::SystemClock.now().plus(std::time::Duration::from_mins(10));
        let end = roomkey_claims::Timestamp::from_seconds(end.as_seconds());
        desk.unset("providers.stage", "key")?;
        desk.unset("providers.stage", "secret_file")?;
        let keys = format!(
            r#"[{{ id = "APIstage", secret_file = "livekit.secret", not_after = "{end}" }}]"#
        );
        desk.set("providers.stage", "keys", &keys)
    };
    on_with(kind, soon, |server| {
        let ada = server.user("ada")?;
        ada.key("stage-1")?.is(200)?;
        let body = json!({ "roomId": "stage-1", "ttlSeconds": 3600 });
        ada.post("/livekit/token", &body)?.is_problem(503, "no-usable-key")?;
        Ok(())
    })
}
