//! What no SDK sends.

use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;

#[test]
fn only_hs256_passes_whatever_the_header_says() {
    for alg in [
        "\"none\"",
        "\"None\"",
        "\"hs256\"",
        "\"HS384\"",
        "\"HS512\"",
        "\"RS256\"",
        "\"ES256\"",
        "\"EdDSA\"",
        "\"\"",
        "null",
        "1",
        "[\"HS256\"]",
    ] {
        let token = jwt(&format!(r#"{{"alg":{alg},"typ":"JWT"}}"#), r#"{"iss":1}"#);
        assert_eq!(verify(&token), Err(ProjectJwtError::Algorithm), "{alg}");
        assert_eq!(claimed_backend(&token), Err(ProjectJwtError::Algorithm), "{alg}");
        let (content, _) = token.rsplit_once('.').unwrap();
        assert_eq!(verify(&format!("{content}.")), Err(ProjectJwtError::Algorithm), "{alg}");
    }
    assert_eq!(verify(&jwt(r#"{"typ":"JWT"}"#, "{}")), Err(ProjectJwtError::Algorithm));
    let good = with("");
    let (content, _) = good.rsplit_once('.').unwrap();
    assert_eq!(verify(&format!("{content}.")), Err(ProjectJwtError::Signature));
}

#[test]
fn the_header_chooses_no_key_and_no_extension() {
    let claims = r#"{"iss":1,"ist":"project","iat":1700000000,"exp":1700000180}"#;
    let keys =
        r#"{"alg":"HS256","kid":"../x","jwk":{"kty":"oct","k":"AA"},"jku":"https://x","x5u":0}"#;
    assert!(verify(&jwt(keys, claims)).is_ok());
    for crit in [r#"["b64"]"#, "[]", "null"] {
        let header = format!(r#"{{"alg":"HS256","crit":{crit},"b64":false}}"#);
        assert_eq!(verify(&jwt(&header, claims)), Err(ProjectJwtError::Critical), "{crit}");
    }
}

#[test]
fn what_was_altered_or_signed_with_another_secret_is_refused() {
    let token = with("");
    let now = Timestamp::from_seconds(NOW);
    for secret in
        ["", "another secret", &SECRET.to_uppercase(), SECRET.split_at(39).0, &format!("{SECRET} ")]
    {
        let verified = verify_project_jwt(&token, &secret.into(), now, RULES);
        assert_eq!(verified, Err(ProjectJwtError::Signature), "{secret:?}");
    }
    let [header, claims, signature]: [&str; 3] =
        token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let altered = with(r#","nbf":1"#);
    let altered = altered.split('.').nth(1).unwrap();
    assert_eq!(verify(&format!("{header}.{altered}.{signature}")), Err(ProjectJwtError::Signature));
    let ruby = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
    assert_eq!(verify(&format!("{ruby}.{claims}.{signature}")), Err(ProjectJwtError::Signature));
    let (short, _) = signature.split_at(40);
    assert_eq!(verify(&format!("{header}.{claims}.{short}")), Err(ProjectJwtError::Signature));
}

#[test]
fn a_jwt_has_three_parts_and_nothing_around_them() {
    let token = with("");
    let (content, signature) = token.rsplit_once('.').unwrap();
    for bad in [
        "",
        ".",
        "..",
        "...",
        "rks_x",
        content,
        &format!("{token}.x"),
        &format!("{token}."),
        &format!("{content}..{signature}"),
        &format!(".{token}"),
        &format!("{token}="),
        &format!("{token} "),
        &format!("{token}\n"),
        &format!(" {token}"),
        &format!("Bearer {token}"),
        &format!("{content}.é"),
        &format!("{content}.+/+/"),
    ] {
        assert_eq!(verify(bad), Err(ProjectJwtError::Malformed), "{bad:?}");
        assert_eq!(claimed_backend(bad), Err(ProjectJwtError::Malformed), "{bad:?}");
    }
}

#[test]
fn header_and_claims_are_objects_that_name_nothing_twice() {
    let good = r#"{"iss":1,"ist":"project","iat":1700000000,"exp":1700000180}"#;
    assert!(verify(&jwt(HEADER, &format!("\n {good} "))).is_ok());
    for header in ["[\"HS256\"]", "\"HS256\"", "", "{", r#"{"alg":"none","alg":"HS256"}"#] {
        assert_eq!(verify(&jwt(header, good)), Err(ProjectJwtError::Malformed), "{header}");
    }
    for claims in [
        r#"["1","project",1700000000,1700000180]"#,
        "null",
        "",
        &format!("{good}x"),
        r#"{"iss":1,"iss":2}"#,
        r#"{"iss":1,"\u0069ss":2}"#,
        r#"{"exp":1,"exp":1}"#,
        r#"{"iss":1,"role":1,"role":1}"#,
    ] {
        assert_eq!(verify(&jwt(HEADER, claims)), Err(ProjectJwtError::Malformed), "{claims}");
    }
    let latin = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(HEADER),
        URL_SAFE_NO_PAD.encode(b"{\"a\":\"\xe9\"}")
    );
    assert_eq!(verify(&latin), Err(ProjectJwtError::Malformed));
}

#[test]
fn what_is_long_or_deep_is_refused_at_once() {
    assert_eq!(verify(&"a".repeat(64 * 1024)), Err(ProjectJwtError::TooBig));
    assert_eq!(
        verify(&with(&format!(r#","x":"{}""#, "x".repeat(8_000)))),
        Err(ProjectJwtError::TooBig)
    );
    assert!(verify(&with(&format!(r#","x":"{}""#, "x".repeat(5_900)))).is_ok());
    let deep = format!(r#"{{"iss":{}"#, "[".repeat(5_000));
    assert_eq!(verify(&jwt(HEADER, &deep)), Err(ProjectJwtError::Malformed));
}

#[test]
fn debug_and_messages_show_nothing_that_was_sent() {
    let token = with(r#","jti":"private""#);
    let secret = SecretString::from(SECRET);
    let verified = verify(&token).unwrap();
    let refused = verify_project_jwt(&token, &"x".into(), Timestamp::from_seconds(NOW), RULES);
    let refused = refused.unwrap_err();
    let shown = format!("{verified:?} {refused:?} {refused} {secret:?}");
    assert!(shown.contains("JtiHash(…)"), "{shown}");
    for part in token.split('.').chain(["private", secret.expose_secret()]) {
        assert!(!shown.contains(part), "{part}");
    }
}

proptest! {
    #[test]
    fn garbage_is_refused_without_a_panic(text in ".{0,300}", parts in "[A-Za-z0-9_.-]{0,300}") {
        prop_assert!(verify(&text).is_err() && claimed_backend(&text).is_err());
        prop_assert!(verify(&parts).is_err());
    }

    #[test]
    fn garbage_is_refused_even_where_it_is_well_signed(
        iss in ".{0,20}", value in any::<i64>(), more in any::<i64>(), claim in "[a-z_]{1,4}|scope|role|jti",
    ) {
        // The debug form of a text is close to JSON, not always: both sides of the parser are met.
        let claims = format!(r#"{{"iss":{iss:?},"ist":"project","iat":{value},"exp":{more},"{claim}":{value}}}"#);
        prop_assert!(verify(&jwt(HEADER, &claims)).is_err());
    }

    #[test]
    fn one_other_character_breaks_it(at in 0_usize..200, other in "[A-Za-z0-9_.-]") {
        let token = with("");
        let at = at % token.len();
        let mut altered = token.clone();
        altered.replace_range(at..=at, &other);
        prop_assert_eq!(verify(&altered).is_ok(), altered == token);
    }
}
