//! Tokens on their way out and back.

use jsonwebtoken::{Algorithm, EncodingKey};
use roomkey_claims::{Role, Sources};
use serde_json::{Value, json};

use super::keys::{PKCS1, PUBLIC};
use super::{DESCRIPTOR, PRIVATE_KEY, SESSION, verified};
use crate::Likeness;
use crate::tokbox::fixtures::{ISSUANCE, drafted, forged, grant, part, profile, read_with, signed};

#[test]
fn a_publishers_token_reads_exactly_like_this() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::Publisher);
    let draft = drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[])).unwrap();
    let token = signed(&DESCRIPTOR, &draft);
    assert_eq!(part(&token, 0), json!({"alg": "RS256", "typ": "JWT"}));
    assert_eq!(
        part(&token, 1),
        json!({
            "application_id": "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f",
            "iat": 1_800_000_000,
            "exp": 1_800_000_300,
            "jti": ISSUANCE,
            "scope": "session.connect",
            "session_id": SESSION,
            "role": "publisher",
            "sub": "video",
            "acl": {"paths": {"/session/**": {}}},
            "connection_data": ISSUANCE,
        })
    );
    let read = read_with(&DESCRIPTOR, PRIVATE_KEY, &token);
    assert!(read.verified);
    assert_eq!((read.format, read.issuance_id), ("JWT (RS256)", ISSUANCE.parse().ok()));
    assert_eq!(read.fingerprint, draft.fingerprint());
}

#[test]
fn every_role_has_its_word() {
    for (role, word) in [
        (Role::Subscriber, "subscriber"),
        (Role::Publisher, "publisher"),
        (Role::PublisherOnly, "publisheronly"),
        (Role::Moderator, "moderator"),
    ] {
        let grant = grant(&DESCRIPTOR, SESSION, role);
        let draft = drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[])).unwrap();
        let read = read_with(&DESCRIPTOR, PRIVATE_KEY, &signed(&DESCRIPTOR, &draft));
        assert_eq!((read.verified, read.claims["role"].as_str()), (true, Some(word)));
        assert_eq!(read.permissions, Some(role.permissions(Sources::All)));
    }
}

#[test]
fn both_spellings_of_a_key_are_one_key() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::Subscriber);
    let draft = drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[])).unwrap();
    let token = signed(&DESCRIPTOR, &draft);
    assert_eq!(draft.sign(&PKCS1.into()).unwrap().expose(), token, "RS256 is deterministic");
    assert!(read_with(&DESCRIPTOR, PKCS1, &token).verified);
    for other in [PUBLIC, "hunter2", ""] {
        assert!(!read_with(&DESCRIPTOR, other, &token).verified);
        assert!(draft.sign(&other.into()).is_err());
    }
}

#[test]
fn the_answer_names_application_and_session() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::Publisher);
    let answer = (DESCRIPTOR.answer)(&grant, &profile(&DESCRIPTOR, &[]));
    let application = "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f";
    let expected = json!({"applicationId": application, "sessionId": SESSION});
    assert_eq!(Value::from_iter(answer), expected);
}

#[test]
fn the_token_does_not_choose_its_algorithm() {
    let claims = json!({
        "application_id": "a", "exp": 1, "scope": "session.connect", "session_id": SESSION,
    });
    let rsa = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).unwrap();
    let sign = |header: Value, algorithm| forged(&header, &claims, (algorithm, &rsa));
    assert!(verified(&sign(json!({"alg": "RS256"}), Algorithm::RS256)));
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "RS512"}),
        json!({"alg": "PS256"}),
        json!({"alg": "HS256"}),
        json!({}),
        json!({"alg": "RS256", "crit": ["b64"]}),
    ] {
        assert!(!verified(&sign(header.clone(), Algorithm::RS256)), "{header}");
    }
    for algorithm in [Algorithm::RS512, Algorithm::PS256] {
        assert!(!verified(&sign(json!({"alg": "RS256"}), algorithm)));
        assert!(!verified(&sign(json!({"alg": format!("{algorithm:?}")}), algorithm)));
    }
    // The classic confusion: the public key, which everybody may know, as the secret of an HMAC.
    for secret in [PUBLIC, PRIVATE_KEY] {
        let key = EncodingKey::from_secret(secret.as_bytes());
        for alg in ["HS256", "RS256"] {
            let token = forged(&json!({"alg": alg}), &claims, (Algorithm::HS256, &key));
            assert!(!verified(&token), "{alg}");
        }
    }
    let unsigned = sign(json!({"alg": "none"}), Algorithm::RS256);
    assert!(!verified(&format!("{}.", unsigned.rsplit_once('.').unwrap().0)));
}

#[test]
fn truncated_tokens_are_not_verified() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::Subscriber);
    let draft = drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[])).unwrap();
    let token = signed(&DESCRIPTOR, &draft);
    for end in (0..token.len()).step_by(7) {
        let cut = token.get(..end).unwrap();
        assert!(crate::inspect(cut, &[]).is_err() || !verified(cut), "{end}");
    }
}

#[test]
fn what_names_no_application_is_none() {
    let rsa = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).unwrap();
    let likeness = |claims: Value| {
        let token = forged(&json!({"alg": "RS256"}), &claims, (Algorithm::RS256, &rsa));
        (DESCRIPTOR.inspect)(&token).map(|read| read.likeness)
    };
    assert_eq!(likeness(json!({"exp": 1, "scope": "session.connect"})), None);
    assert_eq!(likeness(json!({"application_id": 7})), None);
    assert_eq!(likeness(json!({"application_id": "a", "role": "x"})), Some(Likeness::Possible));
}

#[test]
fn debug_shows_neither_key_nor_content() {
    let grant = grant(&DESCRIPTOR, SESSION, Role::Publisher);
    let draft = drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[])).unwrap();
    let token = draft.sign(&PRIVATE_KEY.into()).unwrap();
    let section = crate::conformance::sample_section(&DESCRIPTOR);
    let configured = (DESCRIPTOR.configure)(&section).unwrap();
    let shown = format!("{section:?} {configured:?} {draft:?} {token:?}");
    let lines = PRIVATE_KEY.lines().filter(|line| !line.starts_with('-'));
    for secret in lines.chain(token.expose().split('.')) {
        assert!(!shown.contains(secret), "{shown}");
    }
}
