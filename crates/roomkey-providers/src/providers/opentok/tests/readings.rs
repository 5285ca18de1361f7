//! Tokens that somebody else made.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use roomkey_claims::{Fingerprint, Role, Sources, Timestamp};
use serde_json::{Value, json};

use super::{DESCRIPTOR, SECRET, SESSION, verified};
use crate::tokbox::fixtures::{forged, read_with};
use crate::{InspectError, Inspection, Likeness, fingerprint_of, inspect};

fn read(token: &str) -> Inspection {
    read_with(&DESCRIPTOR, SECRET, token)
}

/// An older token with any data, the signature being good.
fn t1(data: &str) -> String {
    t1_of("123456", data)
}

fn t1_of(account: &str, data: &str) -> String {
    let key = aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
    let key = aws_lc_rs::hmac::Key::new(key, SECRET.as_bytes());
    let signature = aws_lc_rs::hmac::sign(&key, data.as_bytes());
    let digits: Vec<String> = signature.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let inside = format!("partner_id={account}&sig={}:{data}", digits.concat());
    format!("T1=={}", STANDARD.encode(inside))
}

fn jwt(header: &Value, claims: &Value, algorithm: Algorithm) -> String {
    forged(header, claims, (algorithm, &EncodingKey::from_secret(SECRET.as_bytes())))
}

fn client(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "123456", "ist": "project", "iat": 1_700_000_000, "exp": 1_700_000_060, "nonce": 0.5,
        "role": "publisher", "scope": "session.connect", "session_id": SESSION,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn signed(claims: &Value) -> String {
    jwt(&json!({"alg": "HS256"}), claims, Algorithm::HS256)
}

#[test]
fn both_alphabets_with_and_without_padding_are_one_token() {
    // `~~?` and `>` make the characters in which the alphabets differ.
    let token = t1(&format!("session_id={SESSION}&connection_data=~~?>>>~~??ÿÿÿ"));
    let inside = STANDARD.decode(token.strip_prefix("T1==").unwrap()).unwrap();
    let java = format!("T1=={}", URL_SAFE.encode(&inside));
    let bare = format!("T1=={}", URL_SAFE_NO_PAD.encode(&inside));
    assert_ne!(token, java);
    for token in [&token, &java, &bare] {
        assert!(verified(token), "{token}");
    }
    assert_eq!(fingerprint_of(&java), fingerprint_of(&token));
    assert_eq!(fingerprint_of(&bare), fingerprint_of(&token));
}

#[test]
fn a_space_is_read_in_each_spelling() {
    for space in ["%20", "+", " "] {
        let read = read(&t1(&format!("session_id={SESSION}&connection_data=a{space}b%2Bc%zz%4")));
        assert!(read.verified);
        assert_eq!(read.claims["connection_data"], "a b+c%zz%4");
    }
}

#[test]
fn an_older_token_without_role_or_end_is_a_publishers_without_end() {
    let read = read(&t1(&format!("session_id={SESSION}&create_time=1700000000")));
    assert!(read.verified);
    assert_eq!((read.provider, read.format), ("opentok", "T1 (HMAC-SHA1)"));
    assert_eq!(read.permissions, Some(Role::Publisher.permissions(Sources::All)));
    assert_eq!((read.expires_at, read.key_id.is_some()), (None, true));
}

#[test]
fn a_role_that_there_is_not_allows_nothing_known() {
    for role in ["admin", "Moderator", "publisher_only", ""] {
        let old = read(&t1(&format!("session_id={SESSION}&role={role}")));
        let new = read(&signed(&client(&json!({"role": role}))));
        assert_eq!((old.permissions, new.permissions), (None, None), "{role}");
    }
    assert_eq!(read(&signed(&client(&json!({"role": 7})))).permissions, None);
}

#[test]
fn an_expiry_in_milliseconds_is_far_away_and_anything_but_an_integer_is_none() {
    let far = Some(Timestamp::from_seconds(1_700_000_000_000));
    assert_eq!(read(&signed(&client(&json!({"exp": 1_700_000_000_000_i64})))).expires_at, far);
    assert_eq!(
        read(&t1(&format!("session_id={SESSION}&expire_time=1700000000000"))).expires_at,
        far
    );
    for odd in [json!(1.5), json!("1700000060"), json!(null), json!(u64::MAX)] {
        assert_eq!(read(&signed(&client(&json!({"exp": odd})))).expires_at, None, "{odd}");
    }
    for odd in ["1.5", "", "soon", "99999999999999999999"] {
        let token = t1(&format!("session_id={SESSION}&expire_time={odd}"));
        assert_eq!(read(&token).expires_at, None, "{odd}");
    }
    assert!(read(&signed(&client(&json!({"exp": i64::MAX})))).expires_at.is_some());
}

#[test]
fn a_client_token_is_never_taken_for_a_credential() {
    for claim in ["scope", "session_id", "role", "connection_data"] {
        let mut claims = json!({"iss": "123456", "ist": "project", "iat": 1, "exp": 2});
        assert_eq!(read(&signed(&claims)).format, "project JWT (HS256)");
        claims[claim] = json!("x");
        assert_eq!(read(&signed(&claims)).format, "JWT (HS256)", "{claim}");
    }
    let likeness = |claims: &Value| (DESCRIPTOR.inspect)(&signed(claims)).map(|read| read.likeness);
    assert_eq!(likeness(&client(&json!({}))), Some(Likeness::Certain));
    assert_eq!(likeness(&client(&json!({"scope": "other"}))), Some(Likeness::Possible));
    assert_eq!(likeness(&client(&json!({"ist": "account"}))), None);
    assert_eq!(likeness(&client(&json!({"application_id": "x"}))), None);
}

#[test]
fn the_token_does_not_choose_its_algorithm() {
    let claims = client(&json!({}));
    assert!(verified(&signed(&claims)));
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "HS512"}),
        json!({"alg": "RS256"}),
        json!({"typ": "JWT"}),
        json!({"alg": "HS256", "crit": ["b64"]}),
    ] {
        assert!(!verified(&jwt(&header, &claims, Algorithm::HS256)), "{header}");
    }
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        assert!(!verified(&jwt(&json!({"alg": "HS256"}), &claims, algorithm)));
        assert!(!verified(&jwt(&json!({"alg": format!("{algorithm:?}")}), &claims, algorithm)));
    }
    let unsigned = jwt(&json!({"alg": "none"}), &claims, Algorithm::HS256);
    assert!(!verified(&format!("{}.", unsigned.rsplit_once('.').unwrap().0)));
}

#[test]
fn truncated_and_altered_tokens_are_not_verified() {
    let token = t1(&format!("session_id={SESSION}&role=subscriber"));
    assert!(verified(&token));
    // The padding may go without harm; each character before it counts.
    for end in 0..token.trim_end_matches('=').len() {
        let cut = token.get(..end).unwrap();
        let is_verified = match inspect(cut, &[]) {
            Ok(_) => verified(cut),
            Err(error) => {
                assert_eq!(error, InspectError::UnknownFormat);
                false
            }
        };
        assert!(!is_verified, "{end}");
    }
    let inside = STANDARD.decode(token.strip_prefix("T1==").unwrap()).unwrap();
    let inside = String::from_utf8(inside).unwrap();
    for (from, to) in [
        ("subscriber", "moderator"),
        ("partner_id=123456", "partner_id=999"),
        ("sig=", "sig=0"),
        ("&sig=", "&sig=&sig="),
        ("role=", "partner_id=123456&role="),
    ] {
        let altered = format!("T1=={}", STANDARD.encode(inside.replacen(from, to, 1)));
        assert!(inspect(&altered, &[]).is_err() || !verified(&altered), "{from} to {to}");
    }
    assert!(!verified(&t1_of("999", &format!("session_id={SESSION}"))));
}

#[test]
fn a_field_that_occurs_twice_has_no_reading() {
    let token = t1(&format!("session_id={SESSION}&role=subscriber&role=moderator"));
    assert_eq!(inspect(&token, &[]), Err(InspectError::UnknownFormat));
}

#[test]
fn what_stands_before_the_signature_is_no_part_of_the_fingerprint() {
    let data = format!("session_id={SESSION}");
    let token = t1(&data);
    let inside = STANDARD.decode(token.strip_prefix("T1==").unwrap()).unwrap();
    let inside = String::from_utf8(inside).unwrap();
    let old = inside.replacen("&sig=", "&sdk_version=tbruby-0.9&sig=", 1);
    let old = format!("T1=={}", STANDARD.encode(old));
    assert!(verified(&old));
    assert_eq!(read(&old).claims["sdk_version"], "tbruby-0.9");
    assert_eq!(fingerprint_of(&old), Some(Fingerprint::of(data.as_bytes())));
}
