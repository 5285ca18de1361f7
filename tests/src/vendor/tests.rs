//! The stand-in is held to the documentation, and to what the vendors' own SDKs make of it.

use roomkey_claims::{Clock, SystemClock};
use serde_json::json;

use super::*;
use crate::client::{Answer, Client};
use crate::judges::Judge;
use crate::{opentok, token};

const FORM: &str = "application/x-www-form-urlencoded";

/// A project's token, its claims changed.
fn project_token(vendor: &Vendor, change: impl FnOnce(&mut Value)) -> String {
    let now = SystemClock.now().as_seconds();
    let key = &vendor.credentials().key;
    let mut claims = json!({ "iss": key, "ist": "project", "iat": now, "exp": now + 180 });
    change(&mut claims);
    token::sign(&claims, &vendor.credentials().secret)
}

fn create(vendor: &Vendor, token: &str, form: &str) -> Answer {
    let client = Client::new(&vendor.url());
    let request = client.request("POST", "/session/create").header("X-OPENTOK-AUTH", token);
    request.header("Accept", "application/json").body(FORM, form.as_bytes()).send().unwrap()
}

#[test]
fn only_fresh_tokens_of_the_project_are_believed() {
    let vendor = Vendor::start().unwrap();
    let good = project_token(&vendor, |_| {});
    let answer = create(&vendor, &good, "p2p.preference=disabled").is(200).unwrap();
    assert_eq!(answer.header("content-type"), "application/json");
    let session = answer.text_at("/0/session_id").unwrap();
    assert_eq!(opentok::project_of(&session).unwrap(), vendor.credentials().key);
    assert_eq!(vendor.sessions(), [session]);
    let long = project_token(&vendor, |it| it["exp"] = (it["iat"].as_i64().unwrap() + 301).into());
    let old = project_token(&vendor, |it| it["exp"] = (it["iat"].as_i64().unwrap() - 1).into());
    let guest = project_token(&vendor, |it| it["scope"] = "session.connect".into());
    let other = project_token(&vendor, |it| it["iss"] = "999".into());
    let forged = token::alter(&good, |it| it["exp"] = (it["exp"].as_i64().unwrap() + 1).into());
    for bad in [long, old, guest, other, forged.unwrap(), "junk".into()] {
        create(&vendor, &bad, "").is(403).unwrap().text_at("/message").unwrap();
    }
    assert_eq!(vendor.requests().len(), 7);
    assert_eq!(vendor.requests()[0].claims["ist"], "project");
}

#[test]
fn combinations_that_the_vendor_refuses_are_refused() {
    let vendor = Vendor::start().unwrap();
    let good = project_token(&vendor, |_| {});
    for (form, status) in [
        ("", 200),
        ("p2p.preference=enabled&archiveMode=manual&e2ee=false", 200),
        ("archiveMode=manual&location=null&p2p.preference=disabled", 200),
        ("archiveMode=always&archiveName=n1&archiveResolution=1280x720&location=12.34.56.78", 200),
        ("e2ee=True", 200),
        ("archiveMode=always&p2p.preference=enabled", 400),
        ("archiveMode=always&e2ee=true", 400),
        ("p2p.preference=enabled&e2ee=true", 400),
        ("archiveName=n1", 400),
        ("archiveMode=always&archiveResolution=1x1", 400),
        ("location=localhost", 400),
        ("p2p.preference=maybe", 400),
    ] {
        assert_eq!(create(&vendor, &good, form).status, status, "{form}");
    }
}

#[test]
fn failures_are_played_in_their_order() {
    let vendor = Vendor::start().unwrap();
    let good = project_token(&vendor, |_| {});
    vendor.fail(&Failure::Status(503), 2);
    vendor.fail(&Failure::Redirect("http://127.0.0.1:1/".into()), 1);
    vendor.fail(&Failure::Body(b"]".to_vec()), 1);
    vendor.fail(&Failure::Late(Duration::from_millis(1)), 1);
    let statuses = [503, 503, 302, 200, 200, 200].map(|status| {
        create(&vendor, &good, "").is(status).unwrap();
        Some(status)
    });
    let noted: Vec<_> = vendor.requests().iter().map(|request| request.status).collect();
    assert_eq!(noted, statuses);
    vendor.fail(&Failure::Close, 1);
    let client = Client::new(&vendor.url());
    assert!(client.post("/session/create", &json!({})).is_err());
}

#[test]
fn recordings_are_listed_and_deleted() {
    let vendor = Vendor::start().unwrap();
    let ids = ["available", "started", "uploaded"].map(|status| vendor.record("1_x", status));
    let project = format!("/v2/project/{}/archive", vendor.credentials().key);
    let good = project_token(&vendor, |_| {});
    let client = Client::new(&vendor.url());
    let ask = |method: &str, path: &str| {
        client.request(method, path).header("X-OPENTOK-AUTH", &good).send().unwrap()
    };
    let page = ask("GET", &format!("{project}?offset=1&count=1")).json().unwrap();
    assert_eq!((&page["count"], &page["items"][0]["id"]), (&json!(3), &json!(ids[1])));
    assert_eq!(ask("DELETE", &format!("{project}/{}", ids[0])).status, 204);
    assert_eq!(ask("DELETE", &format!("{project}/{}", ids[0])).status, 404);
    assert_eq!(ask("DELETE", &format!("{project}/{}", ids[1])).status, 409);
    assert_eq!(ask("DELETE", "/v2/project/999/archive/x").status, 403);
    assert_eq!(vendor.archives(), [ids[2].clone(), ids[1].clone()]);
}

/// `base` with what `more` has too.
fn merged(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// OpenTok's own SDKs find nothing odd about the stand-in.
fn is_taken_for_opentok(script: &str, judge: &Judge) {
    let vendor = Vendor::start().unwrap();
    let known = vendor.credentials();
    let ask = |question: &Value| {
        let base = json!({ "key": known.key, "secret": known.secret, "apiUrl": vendor.url() });
        judge.ask(script, &[], &format!("{}\n", merged(base, question))).unwrap().remove(0)
    };
    let create = json!({ "do": "createSession" });
    let session = ask(&create)["sessionId"].as_str().unwrap().to_owned();
    assert_eq!(opentok::project_of(&session).unwrap(), known.key);
    let leave = json!({ "do": "forceDisconnect", "sessionId": session, "connectionId": "c-1" });
    assert_eq!(ask(&leave), json!({}));
    vendor.leave("c-1");
    assert_eq!(ask(&leave)["kind"], "ForceDisconnectError");
    let stranger = json!({ "secret": "another" });
    let refused = ask(&merged(create, &stranger))["error"].as_str().unwrap().to_lowercase();
    assert!(refused.contains("invalid"), "{refused}");
    assert_eq!(ask(&merged(leave.clone(), &stranger))["kind"], "AuthError");
    vendor.fail(&Failure::Close, 1);
    assert!(ask(&leave)["error"].is_string());
    for t1 in [false, true] {
        let options = json!({ "role": "moderator", "data": "a=b&c=Jö S" });
        let make = json!({ "do": "generateToken", "sessionId": session, "t1": t1 });
        let made = ask(&merged(make, &json!({ "options": options })));
        let token = opentok::decode(made["token"].as_str().unwrap(), &known.secret).unwrap();
        let said = (token.project.as_str(), token.session.as_str(), token.role.as_str());
        assert_eq!(said, (known.key.as_str(), session.as_str(), "moderator"));
        assert_eq!(token.data.as_deref(), Some("a=b&c=Jö S"));
        // The SDK for Node rounds one time down and the other to the nearest second.
        assert!((86_400..=86_401).contains(&(token.expires.unwrap() - token.issued)), "{token:?}");
    }
}

#[test]
fn the_sdk_for_node_takes_it_for_opentok() {
    let Some(judge) = Judge::node().unwrap() else { return };
    is_taken_for_opentok("opentok.mjs", &judge);
}

#[test]
fn the_sdk_for_python_takes_it_for_opentok() {
    let Some(judge) = Judge::python().unwrap() else { return };
    is_taken_for_opentok("opentok_judge.py", &judge);
}

#[test]
fn the_sdk_for_node_takes_it_for_vonage() {
    let Some(judge) = Judge::node().unwrap() else { return };
    let vendor = Vendor::start().unwrap();
    let known = vendor.credentials();
    let ask = |question: &Value| {
        let base = json!({
            "application": known.application, "privateKey": known.private_key,
            "videoHost": vendor.url(),
        });
        judge.ask("vonage.mjs", &[], &format!("{}\n", merged(base, question))).unwrap().remove(0)
    };
    let create = json!({ "do": "createSession" });
    let session = ask(&create)["sessionId"].as_str().unwrap().to_owned();
    assert_eq!(opentok::project_of(&session).unwrap(), known.application);
    let leave = json!({ "do": "disconnectClient", "sessionId": session, "connectionId": "c-2" });
    assert_eq!(ask(&leave), json!({}));
    vendor.leave("c-2");
    assert_eq!(ask(&leave)["status"], 404);
    // A project's token, where the stand-in wants an application's.
    let refused = ask(&merged(create, &json!({ "secret": known.secret })));
    assert_eq!(refused["status"], 403, "{refused}");
    assert_eq!(vendor.requests().last().unwrap().claims["iss"], known.application.as_str());
    let options = json!({ "role": "subscriber", "data": "uid=42" });
    let make = json!({ "do": "generateClientToken", "sessionId": session, "options": options });
    let made = ask(&make);
    let made = made["token"].as_str().unwrap();
    let token = opentok::decode_vonage(made, &known.public_key).unwrap();
    let said = (token.project.as_str(), token.session.as_str(), token.role.as_str());
    assert_eq!(said, (known.application.as_str(), session.as_str(), "subscriber"));
    assert_eq!(token.data.as_deref(), Some("uid=42"));
}
