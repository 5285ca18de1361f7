//! How long keys live: the bounds, and that nothing is clamped.

use anyhow::Context;
use roomkey_tests::scene::{on_each, on_each_with};
use serde_json::json;

use crate::issue::claims;

#[test]
fn a_lifetime_inside_the_bounds_is_granted_exactly() -> anyhow::Result<()> {
    on_each(|server| {
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

#[test]
fn a_lifetime_outside_the_bounds_is_refused_and_never_clamped() -> anyhow::Result<()> {
    on_each(|server| {
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

#[test]
fn the_settings_set_default_and_bounds() -> anyhow::Result<()> {
    let short = |desk: &roomkey_tests::Desk| {
        desk.set("lifetime", "default_seconds", "20")?;
        desk.set("lifetime", "min_seconds", "10")?;
        desk.set("lifetime", "max_seconds", "30")
    };
    on_each_with(short, |server| {
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

#[test]
fn a_profile_whose_keys_are_past_their_end_issues_nothing() -> anyhow::Result<()> {
    let expired = |desk: &roomkey_tests::Desk| {
        desk.unset("providers.stage", "key")?;
        desk.unset("providers.stage", "secret_file")?;
        let keys = r#"[{ id = "APIstage", secret_file = "livekit.secret", not_after = 2020-01-01T00:00:00Z }]"#;
        desk.set("providers.stage", "keys", keys)
    };
    // Whether the desk refuses to start or starts and is not ready: it must say so, and no key may leave.
    for kind in roomkey_tests::Kind::available()? {
        let desk = roomkey_tests::scene::desk(kind)?;
        expired(&desk)?;
        let said = desk.try_run(&["config", "check"], "")?;
        assert!(said.stderr.contains("not_after") || said.stdout.contains("not_after"), "{said:?}");
        let Ok(server) = desk.serve() else { continue };
        server.user("ada")?.key("stage-1")?.is_problem(503, "no-usable-key")?;
        server.anonymous().get("/readyz")?.is(503)?;
        let log = roomkey_tests::Log::export(&server)?;
        assert!(log.issuances().is_empty());
        log.check()?;
    }
    Ok(())
}

#[test]
fn a_key_never_outlives_the_key_that_signs_it() -> anyhow::Result<()> {
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
    on_each_with(soon, |server| {
        let ada = server.user("ada")?;
        ada.key("stage-1")?.is(200)?;
        let body = json!({ "roomId": "stage-1", "ttlSeconds": 3600 });
        ada.post("/livekit/token", &body)?.is_problem(503, "no-usable-key")?;
        Ok(())
    })
}
