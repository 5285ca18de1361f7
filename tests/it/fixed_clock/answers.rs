//! Whole answers and entries: with a fixed clock and seeded ids there is nothing to redact, and both databases are
//! compared with one snapshot.
//!
//! `cargo insta test --accept -p roomkey-tests --test it -- fixed_clock` writes what the desk answers now into this file.

use actix_web::http::Method;
use insta::{allow_duplicates, assert_snapshot};
use roomkey_tests::{Answer, Kind, token};
use serde_json::{Value, json};

use super::app::{App, PASSWORD};

on_both! {async:
    a_login_answers_a_token_with_its_two_ends,
    a_failed_login_answers_the_same_whatever_failed,
    a_key_answers_what_a_client_needs_and_says_it_in_its_claims,
    the_index_of_an_answer_is_that_of_the_entry_about_the_key,
    whoever_may_not_enter_gets_one_constant_answer,
    values_out_of_bounds_name_their_fields_and_types_come_first,
    a_path_without_credentials_challenges_and_another_method_is_told_which_ones_there_are,
    what_is_not_there_or_there_already_is_said,
}

/// The secret of the key `APIexample`.
const SECRET: &str = "----------------------APIexample";

/// Status, the headers that are part of the contract, and the body.
fn shown(answer: &Answer) -> anyhow::Result<String> {
    let mut lines = vec![answer.status.to_string()];
    for name in
        ["content-type", "cache-control", "www-authenticate", "allow", "location", "audit-index"]
    {
        if let Some(value) = answer.headers.get(name) {
            lines.push(format!("{name}: {}", value.to_str()?));
        }
    }
    if !answer.body.is_empty() {
        lines.push(format!("\n{:#}", answer.json()?));
    }
    Ok(lines.join("\n"))
}

async fn a_login_answers_a_token_with_its_two_ends(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let body = json!({"username": "Ada", "password": PASSWORD});
    let said = shown(&app.post("/v1/login", "", body).await?)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    200
    content-type: application/json
    cache-control: no-store

    {
      "expiresAt": "2027-01-15T20:00:00Z",
      "idleExpiresAt": "2027-01-15T08:30:00Z",
      "token": "rks_dDODAsQeFXNJk7yn2WD9Q4IZoC3ZhCzE6PjzAu7Ay2Y_9005ec"
    }
    "#) };
    let started = app.log_of("session.started").await?;
    let said = serde_json::to_string_pretty(started.last().unwrap())?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    {
      "v": 1,
      "id": "01a3185c-5000-769b-b286-38da68d8e8f2",
      "t": 1800000000000000,
      "at": 1800000000000000,
      "by": {
        "type": "address",
        "prefix": "203.0.113.0/24"
      },
      "req": "test",
      "node": "node-1",
      "k": "session.started",
      "session": "50a2e0d3b818d820004403e05735dc9f",
      "subject": "afd6d36c-005d-4ee1-8726-73da0c6a8c53",
      "ends_at": 1800043200000000,
      "idle_seconds": 1800
    }
    "#) };
    Ok(())
}

async fn a_failed_login_answers_the_same_whatever_failed(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let root = app.login("root").await?;
    app.post("/v1/users/eve/disable", &root, json!({})).await?.is(204)?;
    for (username, password) in
        [("ada", "x"), ("nobody", PASSWORD), ("eve", PASSWORD), ("\u{1f600}", PASSWORD)]
    {
        let body = json!({"username": username, "password": password});
        let answer = shown(&app.post("/v1/login", "", body).await?)?;
        allow_duplicates! { assert_snapshot!(answer, @r#"
        401
        content-type: application/problem+json
        cache-control: no-store
        www-authenticate: Bearer realm="roomkey"

        {
          "detail": "The username or the password is wrong, or the user may not log in.",
          "requestId": "test",
          "status": 401,
          "title": "Login failed",
          "type": "urn:roomkey:problem:invalid-credentials"
        }
        "#) };
    }
    Ok(())
}

async fn a_key_answers_what_a_client_needs_and_says_it_in_its_claims(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    let answer = app.post("/livekit/token", &ada, json!({"roomId": "stage-1"})).await?;
    let said = shown(&answer)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    200
    content-type: application/json
    cache-control: no-store
    audit-index: 8

    {
      "expiresAt": "2027-01-15T08:05:00Z",
      "identity": "user-afd6d36c-005d-4ee1-8726-73da0c6a8c53",
      "issuanceId": "01a3185c-5000-7a27-899e-91b8aaab226d",
      "renewAfter": "2027-01-15T08:04:00Z",
      "room": "stage-1",
      "serverUrl": "wss://rtc.example.org",
      "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBUElleGFtcGxlIiwic3ViIjoidXNlci1hZmQ2ZDM2Yy0wMDVkLTRlZTEtODcyNi03M2RhMGM2YThjNTMiLCJqdGkiOiIwMWEzMTg1Yy01MDAwLTdhMjctODk5ZS05MWI4YWFhYjIyNmQiLCJuYmYiOjE4MDAwMDAwMDAsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwLCJ2aWRlbyI6eyJyb29tIjoic3RhZ2UtMSIsInJvb21Kb2luIjp0cnVlLCJjYW5QdWJsaXNoIjp0cnVlLCJjYW5TdWJzY3JpYmUiOnRydWUsImNhblB1Ymxpc2hEYXRhIjp0cnVlLCJjYW5VcGRhdGVPd25NZXRhZGF0YSI6ZmFsc2UsImhpZGRlbiI6ZmFsc2UsInJvb21BZG1pbiI6ZmFsc2UsInJvb21DcmVhdGUiOmZhbHNlLCJyb29tTGlzdCI6ZmFsc2UsInJvb21SZWNvcmQiOmZhbHNlLCJpbmdyZXNzQWRtaW4iOmZhbHNlfSwibWV0YWRhdGEiOiJ7XCJzY2VuZUlkXCI6bnVsbCxcImV2ZW50SWRcIjpudWxsLFwicm9sZXNcIjpbXCJwdWJsaXNoZXJcIl19In0.2edSyIPT1PP1l3C4mnRj7_bEfR8Ly-vubYfEQMco3Uw"
    }
    "#) };
    let claims = token::decode(&answer.text_at("/token")?, SECRET)?;
    let said = format!("{claims:#}");
    allow_duplicates! { assert_snapshot!(said, @r#"
    {
      "exp": 1800000300,
      "iat": 1800000000,
      "iss": "APIexample",
      "jti": "01a3185c-5000-7a27-899e-91b8aaab226d",
      "metadata": "{\"sceneId\":null,\"eventId\":null,\"roles\":[\"publisher\"]}",
      "nbf": 1800000000,
      "sub": "user-afd6d36c-005d-4ee1-8726-73da0c6a8c53",
      "video": {
        "canPublish": true,
        "canPublishData": true,
        "canSubscribe": true,
        "canUpdateOwnMetadata": false,
        "hidden": false,
        "ingressAdmin": false,
        "room": "stage-1",
        "roomAdmin": false,
        "roomCreate": false,
        "roomJoin": true,
        "roomList": false,
        "roomRecord": false
      }
    }
    "#) };
    Ok(())
}

async fn the_index_of_an_answer_is_that_of_the_entry_about_the_key(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    let answer = app.post("/livekit/token", &ada, json!({"roomId": "stage-1"})).await?;
    let log = app.log().await?;
    let index: usize = answer.header("audit-index").parse()?;
    let said = serde_json::to_string_pretty(&log[index])?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    {
      "v": 1,
      "id": "01a3185c-5000-72a1-a5c0-477a9810e6f4",
      "t": 1800000000000000,
      "at": 1800000000000000,
      "by": {
        "type": "session",
        "session": "50a2e0d3b818d820004403e05735dc9f",
        "subject": "afd6d36c-005d-4ee1-8726-73da0c6a8c53"
      },
      "req": "test",
      "node": "node-1",
      "k": "token.issued",
      "issuance": "01a3185c-5000-7a27-899e-91b8aaab226d",
      "subject": "afd6d36c-005d-4ee1-8726-73da0c6a8c53",
      "idle_at": 1800001800000000,
      "room": "stage-1",
      "provider_room": "stage-1",
      "role": "publisher",
      "permissions": {
        "subscribe": true,
        "publish": true,
        "data": true,
        "moderate": false,
        "sources": null
      },
      "nbf": 1800000000,
      "exp": 1800000300,
      "profile": "stage",
      "provider": "livekit",
      "key": "APIexample",
      "fp": "83d5d21193b21f17cec4b9f4c72e7f27652cac68563f82c082c21bf3088947ba"
    }
    "#) };
    Ok(())
}

async fn whoever_may_not_enter_gets_one_constant_answer(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let (root, eve) = (app.login("root").await?, app.login("eve").await?);
    for (bearer, room) in [(&root, "stage-1"), (&root, "no-such-room"), (&eve, "stage-1")] {
        for path in ["/livekit/token", "/v1/tokens"] {
            let answer = shown(&app.post(path, bearer, json!({"roomId": room})).await?)?;
            allow_duplicates! { assert_snapshot!(answer, @r#"
            403
            content-type: application/problem+json
            cache-control: no-store

            {
              "detail": "You may not do this.",
              "requestId": "test",
              "status": 403,
              "title": "Not allowed",
              "type": "urn:roomkey:problem:not-allowed"
            }
            "#) };
        }
    }
    let denied = app.log_of("token.denied").await?;
    assert_eq!(denied.len(), 6);
    let said = serde_json::to_string_pretty(&denied[2])?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    {
      "v": 1,
      "id": "01a3185c-5000-7e96-a8bf-06af395de563",
      "t": 1800000000000000,
      "at": 1800000000000000,
      "by": {
        "type": "session",
        "session": "50a2e0d3b818d820004403e05735dc9f",
        "subject": "ebfab505-9be7-421a-ac63-dd28b74ebaf5"
      },
      "req": "test",
      "node": "node-1",
      "k": "token.denied",
      "reason": "room_unknown",
      "subject": "ebfab505-9be7-421a-ac63-dd28b74ebaf5",
      "idle_at": 1800001800000000,
      "room": "no-such-room",
      "provider": "livekit"
    }
    "#) };
    Ok(())
}

async fn values_out_of_bounds_name_their_fields_and_types_come_first(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    let ask = async |room: Value, seconds: u32| {
        shown(
            &app.post("/livekit/token", &ada, json!({"roomId": room, "ttlSeconds": seconds}))
                .await?,
        )
    };
    let said = ask("*".into(), 0).await?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    422
    content-type: application/problem+json
    cache-control: no-store

    {
      "detail": "A value does not fit its pattern or its bounds.",
      "errors": [
        {
          "detail": "must match ^[A-Za-z0-9_:-]{1,128}$",
          "pointer": "/roomId"
        },
        {
          "detail": "must be from 1 to 4294967295",
          "pointer": "/ttlSeconds"
        }
      ],
      "requestId": "test",
      "status": 422,
      "title": "Invalid value",
      "type": "urn:roomkey:problem:invalid-value"
    }
    "#) };
    let said = ask(5.into(), 0).await?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    400
    content-type: application/problem+json
    cache-control: no-store

    {
      "detail": "A field has another JSON type than it should.",
      "errors": [
        {
          "detail": "has the wrong type",
          "pointer": "/roomId"
        }
      ],
      "requestId": "test",
      "status": 400,
      "title": "Wrong type",
      "type": "urn:roomkey:problem:wrong-type"
    }
    "#) };
    let said = ask("stage-1".into(), 10).await?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    422
    content-type: application/problem+json
    cache-control: no-store

    {
      "detail": "The lifetime must be from 60 s to 3600 s here.",
      "errors": [
        {
          "detail": "must be from 60 to 3600",
          "pointer": "/ttlSeconds"
        }
      ],
      "requestId": "test",
      "status": 422,
      "title": "Lifetime out of bounds",
      "type": "urn:roomkey:problem:lifetime-out-of-bounds"
    }
    "#) };
    Ok(())
}

async fn a_path_without_credentials_challenges_and_another_method_is_told_which_ones_there_are(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let answer = app.post("/livekit/token", "", json!({"roomId": "stage-1"})).await?;
    let said = shown(&answer)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    401
    content-type: application/problem+json
    cache-control: no-store
    www-authenticate: Bearer realm="roomkey"

    {
      "detail": "The request needs credentials and has none.",
      "requestId": "test",
      "status": 401,
      "title": "Credentials missing",
      "type": "urn:roomkey:problem:unauthenticated"
    }
    "#) };
    let answer = app.post("/livekit/token", "nonsense", json!({"roomId": "stage-1"})).await?;
    let said = shown(&answer)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    401
    content-type: application/problem+json
    cache-control: no-store
    www-authenticate: Bearer realm="roomkey", error="invalid_token"

    {
      "detail": "The session is unknown, ended or expired.",
      "requestId": "test",
      "status": 401,
      "title": "Session not valid",
      "type": "urn:roomkey:problem:invalid-token"
    }
    "#) };
    let answer = app.call(&Method::DELETE, "/livekit/token", "", None).await?;
    let said = shown(&answer)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    405
    content-type: application/problem+json
    cache-control: no-store
    allow: POST

    {
      "detail": "The path does not know this method.",
      "requestId": "test",
      "status": 405,
      "title": "Method not allowed",
      "type": "urn:roomkey:problem:method-not-allowed"
    }
    "#) };
    Ok(())
}

async fn what_is_not_there_or_there_already_is_said(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let root = app.login("root").await?;
    let room = json!({"roomId": "stage-1", "provider": "stage"});
    let said = shown(&app.post("/v1/rooms", &root, room).await?)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    409
    content-type: application/problem+json
    cache-control: no-store

    {
      "detail": "A room of that name exists.",
      "requestId": "test",
      "status": 409,
      "title": "Room exists",
      "type": "urn:roomkey:problem:room-exists"
    }
    "#) };
    let room = json!({"roomId": "stage-2", "provider": "stage"});
    let said = shown(&app.post("/v1/rooms", &root, room).await?)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    201
    content-type: application/json
    cache-control: no-store
    location: /v1/rooms/stage-2

    {
      "archiveMode": "manual",
      "closed": false,
      "defaultSeconds": null,
      "e2ee": false,
      "eventRequired": false,
      "maxSeconds": null,
      "mediaMode": "routed",
      "minSeconds": null,
      "openRole": null,
      "perDevice": false,
      "provider": "stage",
      "roomId": "stage-2",
      "stringAccounts": false,
      "withDid": false
    }
    "#) };
    let said = shown(&app.get("/v1/rooms/nowhere", &root).await?)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    404
    content-type: application/problem+json
    cache-control: no-store

    {
      "detail": "There is no such room.",
      "requestId": "test",
      "status": 404,
      "title": "No such room",
      "type": "urn:roomkey:problem:no-such-room"
    }
    "#) };
    let said = shown(&app.get("/nowhere", &root).await?)?;
    allow_duplicates! { assert_snapshot!(said, @r#"
    404
    content-type: application/problem+json
    cache-control: no-store

    {
      "detail": "There is nothing at this path.",
      "requestId": "test",
      "status": 404,
      "title": "Not found",
      "type": "urn:roomkey:problem:not-found"
    }
    "#) };
    Ok(())
}
