//! What time does to keys: renewal, the windows of events, the end of a provider's key, a clock that jumps.

use std::time::Duration;

use actix_web::http::Method;
use roomkey_claims::{KeyState, Timestamp};
use roomkey_desk::readiness;
use roomkey_tests::Kind;
use serde_json::json;

use super::app::{App, NOW, rules};

on_both! {async:
    a_key_is_renewed_until_a_day_after_its_expiry,
    nobody_renews_the_key_of_somebody_else,
    an_event_admits_within_its_window_and_no_key_outlives_it,
    a_provider_key_past_its_end_signs_nothing_and_the_desk_says_so,
    a_clock_that_jumps_back_moves_the_key_and_not_the_label,
    a_room_whose_profile_is_gone_gets_no_keys_and_the_desk_can_name_it,
    a_window_that_is_taken_away_is_listed_no_more,
    a_parameter_in_the_query_of_a_request_that_acts_is_refused,
    a_node_without_the_key_records_nothing_and_says_so,
}

async fn a_key_is_renewed_until_a_day_after_its_expiry(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    let key = app
        .post("/v1/tokens", &ada, json!({"roomId": "stage-1", "ttlSeconds": 60}))
        .await?
        .is(200)?
        .json()?;
    let renew = format!("/v1/tokens/{}/renew", key["issuanceId"].as_str().unwrap());
    app.clock.advance(Duration::from_hours(24) + Duration::from_mins(1));
    let ada = app.login("ada").await?;
    let renewed = app.post(&renew, &ada, json!({})).await?.is(200)?.json()?;
    assert_ne!(renewed["issuanceId"], key["issuanceId"]);
    app.clock.advance(Duration::from_secs(1));
    app.post(&renew, &ada, json!({})).await?.is(403)?;
    let log = app.log_of("token.denied").await?;
    assert!(serde_json::to_string(&log[0]).unwrap().contains("renews_too_old"));
    Ok(())
}

async fn nobody_renews_the_key_of_somebody_else(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let (ada, root) = (app.login("ada").await?, app.login("root").await?);
    let key = app.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(200)?.json()?;
    app.post(
        &format!("/v1/tokens/{}/renew", key["issuanceId"].as_str().unwrap()),
        &root,
        json!({}),
    )
    .await?
    .is(403)?;
    let unknown = "/v1/tokens/01890a5d-ac96-774b-bcce-b302099a8057/renew";
    app.post(unknown, &ada, json!({})).await?.is(403)?;
    assert_eq!(app.log_of("token.denied").await?.len(), 2);
    Ok(())
}

async fn an_event_admits_within_its_window_and_no_key_outlives_it(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let (ada, root) = (app.login("ada").await?, app.login("root").await?);
    let at = |minutes: u64| NOW.plus(Duration::from_mins(minutes));
    let window = json!({"from": at(10).to_string(), "until": at(20).to_string()});
    app.call(&Method::PUT, "/v1/rooms/stage-1/events/show", &root, Some(window)).await?.is(204)?;
    let ask = json!({"roomId": "stage-1", "eventId": "show"});
    app.post("/v1/tokens", &ada, ask.clone()).await?.is(403)?;
    app.clock.set(at(10));
    let key = app.post("/v1/tokens", &ada, ask.clone()).await?.is(200)?.json()?;
    assert_eq!(key["expiresAt"], at(15).to_string());
    app.clock.set(at(18));
    let key = app.post("/v1/tokens", &ada, ask.clone()).await?.is(200)?.json()?;
    assert_eq!(key["expiresAt"], at(20).to_string());
    app.clock.set(at(20).minus(Duration::from_secs(59)));
    app.post("/v1/tokens", &ada, ask).await?.is(403)?;
    let other = json!({"roomId": "stage-1", "eventId": "another"});
    app.post("/v1/tokens", &ada, other).await?.is(200)?;
    app.log().await?;
    Ok(())
}

async fn a_provider_key_past_its_end_signs_nothing_and_the_desk_says_so(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    let end = NOW.plus(Duration::from_mins(10));
    app.desk
        .tokens
        .reload(&app.desk.ground, rules(&[("APIexample", KeyState::Active, Some(end))]))
        .await
        .unwrap();
    app.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(200)?;
    app.clock.set(end.minus(Duration::from_secs(299)));
    let answer = app.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?;
    assert!(answer.headers.contains_key("retry-after"));
    answer.is(503)?;
    app.clock.set(end.plus(Duration::from_secs(1)));
    app.get("/readyz", "").await?.is(503)?;
    let both = [("APIexample", KeyState::Retired, None), ("APInext", KeyState::Active, None)];
    app.desk.tokens.reload(&app.desk.ground, rules(&both)).await.unwrap();
    app.get("/readyz", "").await?.is(200)?;
    app.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(200)?;
    let log = serde_json::to_string(app.log_of("token.issued").await?.last().unwrap()).unwrap();
    assert!(log.contains("\"key\":\"APInext\""), "{log}");
    assert_eq!(app.log_of("policy.set").await?.len(), 3);
    Ok(())
}

async fn a_clock_that_jumps_back_moves_the_key_and_not_the_label(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    app.clock.set(NOW.minus(Duration::from_mins(5)));
    let key = app.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(200)?.json()?;
    assert_eq!(key["expiresAt"], NOW.to_string());
    let log = app.log_of("token.issued").await?;
    assert_eq!((log[0].t, log[0].at), (NOW, Timestamp::from_seconds(NOW.as_seconds() - 300)));
    Ok(())
}

async fn a_room_whose_profile_is_gone_gets_no_keys_and_the_desk_can_name_it(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    assert_eq!(
        readiness::rooms_without_profile(&app.desk.ground, &app.desk.tokens).await.unwrap(),
        []
    );
    let mut without = rules(&[("APIexample", KeyState::Active, None)]);
    let profile = without.profiles.pop_first().unwrap().1;
    without.profiles.insert("stage-2".parse().unwrap(), profile);
    app.desk.tokens.reload(&app.desk.ground, without).await.unwrap();
    app.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(503)?;
    assert_eq!(
        readiness::rooms_without_profile(&app.desk.ground, &app.desk.tokens).await.unwrap(),
        ["stage-1".parse().unwrap()]
    );
    assert_eq!(app.log_of("token.denied").await?.len(), 1);
    Ok(())
}

async fn a_window_that_is_taken_away_is_listed_no_more(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let (ada, root) = (app.login("ada").await?, app.login("root").await?);
    let path = "/v1/rooms/stage-1/events/show";
    let past = json!({"until": NOW.to_string()});
    app.call(&Method::PUT, path, &root, Some(past)).await?.is(204)?;
    let ask = json!({"roomId": "stage-1", "eventId": "show"});
    app.post("/v1/tokens", &ada, ask.clone()).await?.is(403)?;
    app.call(&Method::PUT, path, &root, Some(json!({}))).await?.is(204)?;
    app.post("/v1/tokens", &ada, ask).await?.is(200)?;
    assert_eq!(
        app.get("/v1/rooms/stage-1/events", &root).await?.is(200)?.json()?["data"],
        json!([])
    );
    app.log().await?;
    Ok(())
}

async fn a_parameter_in_the_query_of_a_request_that_acts_is_refused(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    app.post("/livekit/token?role=moderator", &ada, json!({"roomId": "stage-1"})).await?.is(400)?;
    assert!(app.log_of("token.issued").await?.is_empty());
    Ok(())
}

async fn a_node_without_the_key_records_nothing_and_says_so(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    let behind = app.beside()?;
    behind.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(200)?;
    let both = [("APIexample", KeyState::Retired, None), ("APInext", KeyState::Active, None)];
    app.desk.tokens.reload(&app.desk.ground, rules(&both)).await.unwrap();
    behind.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(503)?;
    let not_ready = behind.get("/readyz", "").await?;
    let not_ready = not_ready.is(503)?.text();
    assert!(not_ready.contains("policy"), "{not_ready}");
    app.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(200)?;
    assert_eq!(
        app.log_of("token.issued").await?.len(),
        2,
        "what the node could not sign is no entry"
    );
    assert!(app.log_of("token.denied").await?.is_empty());
    behind.desk.tokens.reload(&behind.desk.ground, rules(&both)).await.unwrap();
    behind.post("/v1/tokens", &ada, json!({"roomId": "stage-1"})).await?.is(200)?;
    assert_eq!(app.log_of("policy.set").await?.len(), 2);
    Ok(())
}
