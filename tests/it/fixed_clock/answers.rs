//! Whole answers: with a fixed clock and seeded ids there is nothing to redact.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::app::{Answer, App, PASSWORD};

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

/// Compares status, content type and body, the body as JSON.
#[track_caller]
fn check(answer: &Answer, status: u16, content_type: &str, body: &Value) {
    assert_eq!((answer.status, &answer.json()), (status, body));
    assert_eq!(answer.headers["content-type"], content_type);
}

fn problem(status: u16, code: &str, title: &str, detail: &str) -> Value {
    json!({
        "type": format!("urn:roomkey:problem:{code}"),
        "title": title,
        "status": status,
        "detail": detail,
        "requestId": "test",
    })
}
#[actix_web::test]
async fn a_login_answers_a_token_with_its_two_ends() {
    let app = App::new().await;
    let answer = app.post("/v1/login", "", json!({"username": "Ada", "password": PASSWORD})).await;
    let token = answer.json()["token"].clone();
    assert!(token.as_str().unwrap().starts_with("rks_"));
    let ends = json!({"token": token, "expiresAt": "2027-01-15T20:00:00Z", "idleExpiresAt": "2027-01-15T08:30:00Z"});
    check(&answer, 200, JSON, &ends);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[actix_web::test]
async fn a_failed_login_answers_the_same_whatever_failed() {
    let app = App::new().await;
    let detail = "The username or the password is wrong, or the user may not log in.";
    let expected = problem(401, "invalid-credentials", "Login failed", detail);
    let root = app.login("root").await;
    app.post("/v1/users/eve/disable", &root, json!({})).await;
    for (username, password) in
        [("ada", "x"), ("nobody", PASSWORD), ("eve", PASSWORD), ("\u{1f600}", PASSWORD)]
    {
        let answer =
            app.post("/v1/login", "", json!({"username": username, "password": password})).await;
        check(&answer, 401, PROBLEM, &expected);
    }
}

#[actix_web::test]
async fn a_key_answers_what_a_client_needs_and_the_index_of_its_entry() {
    let app = App::new().await;
    let ada = app.login("ada").await;
    let answer = app.post("/livekit/token", &ada, json!({"roomId": "stage-1"})).await;
    let got = answer.json();
    let (token, issuance) = (got["token"].as_str().unwrap(), got["issuanceId"].as_str().unwrap());
    let me = app.get("/v1/me", &ada).await.expect(200);
    let expected = json!({
        "token": token,
        "expiresAt": "2027-01-15T08:05:00Z",
        "renewAfter": "2027-01-15T08:04:00Z",
        "issuanceId": issuance,
        "identity": format!("user-{}", me["subject"].as_str().unwrap()),
        "room": "stage-1",
        "serverUrl": "wss://rtc.example.org",
    });
    check(&answer, 200, JSON, &expected);
    let log = app.log().await;
    let index: usize = answer.headers["audit-index"].parse().unwrap();
    let entry = serde_json::to_string(&log[index]).unwrap();
    let fingerprint = roomkey_providers::fingerprint_of(token).unwrap().to_string();
    assert!(
        entry.contains(issuance) && entry.contains(&fingerprint) && !entry.contains(token),
        "{entry}"
    );
}

#[actix_web::test]
async fn whoever_may_not_enter_gets_one_constant_answer() {
    let app = App::new().await;
    let (root, eve) = (app.login("root").await, app.login("eve").await);
    let expected = problem(403, "not-allowed", "Not allowed", "You may not do this.");
    for (bearer, room) in [(&root, "stage-1"), (&root, "no-such-room"), (&eve, "stage-1")] {
        for path in ["/livekit/token", "/v1/tokens"] {
            check(&app.post(path, bearer, json!({"roomId": room})).await, 403, PROBLEM, &expected);
        }
    }
    assert_eq!(app.log_of("token.denied").await.len(), 6);
}

#[actix_web::test]
async fn values_out_of_bounds_name_their_fields_and_types_come_first() {
    let app = App::new().await;
    let ada = app.login("ada").await;
    let mut expected = problem(
        422,
        "invalid-value",
        "Invalid value",
        "A value does not fit its pattern or its bounds.",
    );
    expected["errors"] = json!([
        {"pointer": "/roomId", "detail": "must match ^[A-Za-z0-9_:-]{1,128}$"},
        {"pointer": "/ttlSeconds", "detail": "must be from 1 to 4294967295"},
    ]);
    let answer = app.post("/livekit/token", &ada, json!({"roomId": "*", "ttlSeconds": 0})).await;
    check(&answer, 422, PROBLEM, &expected);
    let mut expected =
        problem(400, "wrong-type", "Wrong type", "A field has another JSON type than it should.");
    expected["errors"] = json!([{"pointer": "/roomId", "detail": "has the wrong type"}]);
    check(
        &app.post("/livekit/token", &ada, json!({"roomId": 5, "ttlSeconds": 0})).await,
        400,
        PROBLEM,
        &expected,
    );
    let answer =
        app.post("/livekit/token", &ada, json!({"roomId": "stage-1", "ttlSeconds": 10})).await;
    let detail = "The lifetime must be from 60 s to 3600 s here.";
    let mut expected = problem(422, "lifetime-out-of-bounds", "Lifetime out of bounds", detail);
    expected["errors"] = json!([{"pointer": "/ttlSeconds", "detail": "must be from 60 to 3600"}]);
    check(&answer, 422, PROBLEM, &expected);
}

#[actix_web::test]
async fn a_path_without_credentials_challenges_and_another_method_is_told_which_ones_there_are() {
    let app = App::new().await;
    let answer = app.post("/livekit/token", "", json!({"roomId": "stage-1"})).await;
    assert_eq!(answer.headers["www-authenticate"], "Bearer realm=\"roomkey\"");
    let detail = "The request needs credentials and has none.";
    check(&answer, 401, PROBLEM, &problem(401, "unauthenticated", "Credentials missing", detail));
    let answer = app.call(&Method::DELETE, "/livekit/token", "", None).await;
    assert_eq!(answer.headers["allow"], "POST");
    let detail = "The path does not know this method.";
    check(&answer, 405, PROBLEM, &problem(405, "method-not-allowed", "Method not allowed", detail));
}
