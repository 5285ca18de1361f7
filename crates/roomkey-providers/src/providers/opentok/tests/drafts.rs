//! Tokens on their way out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roomkey_claims::{Fingerprint, Role, Sources};
use serde_json::{Value, json};

use super::{DESCRIPTOR, SECRET, SESSION, verified};
use crate::tokbox::fixtures::{ISSUANCE, drafted, grant, part, profile, read_with, signed};

/// The text between the two parts of an older token's inside, and what stands around it.
fn inside(token: &str) -> (String, String) {
    let text = STANDARD.decode(token.strip_prefix("T1==").unwrap()).unwrap();
    let text = String::from_utf8(text).unwrap();
    let (before, data) = text.split_once(':').unwrap();
    (before.to_owned(), data.to_owned())
}

#[test]
fn a_moderators_jwt_reads_exactly_like_this() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::Moderator);
    let draft = drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[])).unwrap();
    let token = signed(&DESCRIPTOR, &draft);
    assert_eq!(part(&token, 0), json!({"alg": "HS256", "typ": "JWT"}));
    assert_eq!(
        part(&token, 1),
        json!({
            "iss": "123456",
            "ist": "project",
            "iat": 1_800_000_000,
            "exp": 1_800_000_300,
            "nonce": 0x012d_1a85,
            "role": "moderator",
            "scope": "session.connect",
            "session_id": SESSION,
            "connection_data": ISSUANCE,
        })
    );
    assert!(verified(&token));
}

#[test]
fn an_older_token_reads_exactly_like_this() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::PublisherOnly);
    let draft = drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[("format", "t1")])).unwrap();
    let token = signed(&DESCRIPTOR, &draft);
    let (before, data) = inside(&token);
    assert_eq!(
        data,
        format!(
            "session_id={SESSION}&create_time=1800000000&expire_time=1800000300&role=publisheronly\
             &nonce=19733125&connection_data={ISSUANCE}"
        )
    );
    // Computed with Python's hmac from the data above.
    assert_eq!(before, "partner_id=123456&sig=2596a0d5663822a229355c6873890d64d861a2ea");
    assert!(verified(&token));
    let read = read_with(&DESCRIPTOR, SECRET, &token);
    assert_eq!(read.fingerprint, Fingerprint::of(data.as_bytes()), "the data is what is signed");
    assert_eq!(read.fingerprint, draft.fingerprint());
    assert_eq!(read.issuance_id, ISSUANCE.parse().ok());
}

#[test]
fn every_role_has_its_word_in_both_formats() {
    for (role, word) in [
        (Role::Subscriber, "subscriber"),
        (Role::Publisher, "publisher"),
        (Role::PublisherOnly, "publisheronly"),
        (Role::Moderator, "moderator"),
    ] {
        for format in ["jwt", "t1"] {
            let profile = profile(&DESCRIPTOR, &[("format", format)]);
            let draft = drafted(&DESCRIPTOR, &grant(&DESCRIPTOR, SESSION, role), &profile).unwrap();
            let read = read_with(&DESCRIPTOR, SECRET, &signed(&DESCRIPTOR, &draft));
            assert_eq!(read.claims["role"], word);
            assert_eq!(read.permissions, Some(role.permissions(Sources::All)));
            assert_eq!((read.verified, read.room.as_deref()), (true, Some(SESSION)));
        }
    }
}

#[test]
fn the_answer_names_key_and_session() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::Publisher);
    let answer = (DESCRIPTOR.answer)(&grant, &profile(&DESCRIPTOR, &[]));
    assert_eq!(Value::from_iter(answer), json!({"apiKey": "123456", "sessionId": SESSION}));
}

#[test]
fn debug_shows_neither_secret_nor_content() {
    for format in ["jwt", "t1"] {
        let profile = profile(&DESCRIPTOR, &[("format", format)]);
        let grant = grant(&DESCRIPTOR, SESSION, Role::Publisher);
        let draft = drafted(&DESCRIPTOR, &grant, &profile).unwrap();
        let token = draft.sign(&SECRET.into()).unwrap();
        let shown = format!("{draft:?} {token:?}");
        assert!(!shown.contains(SECRET) && !shown.contains("session_id"), "{shown}");
        assert!(!shown.contains(token.expose()) && !shown.contains(SESSION), "{shown}");
    }
}
