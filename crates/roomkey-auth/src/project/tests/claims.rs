//! Issuer, project, participants' claims and `jti`.

use sha2::{Digest, Sha256};

use super::*;

/// A JWT with this as its `iss`, as JSON.
fn from(issuer: &str) -> String {
    let exp = NOW + 180;
    jwt(HEADER, &format!(r#"{{"iss":{issuer},"ist":"project","iat":{NOW},"exp":{exp}}}"#))
}

/// A JWT with this header and, in the claims, this `ist` with its comma.
fn project(header: &str, ist: &str) -> Result<ProjectJwt, ProjectJwtError> {
    let exp = NOW + 180;
    verify(&jwt(header, &format!(r#"{{"iss":"123456",{ist}"iat":{NOW},"exp":{exp}}}"#)))
}

#[test]
fn the_issuer_is_a_numeric_api_key() {
    for good in ["\"123456\"", "123456"] {
        let token = from(good);
        assert_eq!(claimed_backend(&token).unwrap().as_str(), "123456");
        assert_eq!(verify(&token).unwrap().backend.as_str(), "123456");
    }
    for bad in [
        "\"abc\"",
        "\"\"",
        "\" 1\"",
        "\"-1\"",
        "\"1.0\"",
        "\"１\"",
        "-1",
        "1.0",
        "1.5",
        "1e3",
        "null",
        "true",
        "[123456]",
        "{}",
        "1234567890123456789",
        "\"1234567890123456789\"",
    ] {
        assert_eq!(claimed_backend(&from(bad)), Err(ProjectJwtError::Issuer), "{bad}");
        assert_eq!(verify(&from(bad)), Err(ProjectJwtError::Issuer), "{bad}");
    }
    let without = jwt(HEADER, r#"{"ist":"project","iat":1700000000,"exp":1700000180}"#);
    assert_eq!(verify(&without), Err(ProjectJwtError::Issuer));
}

#[test]
fn it_is_for_a_project_in_the_claims_or_in_the_header() {
    let in_header = |ist: &str| format!(r#"{{"ist":"{ist}","alg":"HS256"}}"#);
    let (good, bad) = (r#""ist":"project","#, r#""ist":"account","#);
    assert!(project(HEADER, good).is_ok());
    assert!(project(&in_header("project"), "").is_ok());
    assert!(project(&in_header("project"), good).is_ok());
    assert!(project(&in_header("project"), r#""ist":null,"#).is_ok());
    for (header, claims) in [
        (HEADER, ""),
        (HEADER, bad),
        (HEADER, r#""ist":"Project","#),
        (HEADER, r#""ist":1,"#),
        (HEADER, r#""ist":["project"],"#),
        (&in_header("account"), ""),
        (&in_header("account"), good),
        (&in_header("project"), bad),
    ] {
        assert_eq!(project(header, claims), Err(ProjectJwtError::NotProject), "{header} {claims}");
    }
}

#[test]
fn a_participants_token_is_no_credential() {
    for claim in ["scope", "session_id", "role", "connection_data"] {
        for value in ["\"x\"", "\"\"", "null", "{}", "0"] {
            let token = with(&format!(r#","{claim}":{value}"#));
            assert_eq!(verify(&token), Err(ProjectJwtError::ClientToken), "{claim}: {value}");
        }
    }
    // Spelt with an escape.
    assert_eq!(verify(&with(r#","\u0072ole":"moderator""#)), Err(ProjectJwtError::ClientToken));
    assert!(verify(&with(r#","Role":"x","nonce":0.5,"sub":"x","nbf":9999999999"#)).is_ok());
}

#[test]
fn jti_is_a_text_or_a_number() {
    let jti = |claim: &str| verify(&with(&format!(r#","jti":{claim}"#))).map(|jwt| jwt.jti);
    assert_eq!(verify(&with("")).unwrap().jti, None);
    assert_eq!(jti("null"), Ok(None));
    let expected = <[u8; 32]>::from(Sha256::digest("18446744073709551615"));
    for same in ["18446744073709551615", "\"18446744073709551615\""] {
        assert_eq!(jti(same).unwrap().unwrap().as_bytes(), &expected);
    }
    let texts = [r#""a""#, r#""A""#, r#"" a""#, r#""a\u0000""#, "0", "0.5", "-7"];
    let mut seen = texts.map(|text| jti(text).unwrap().unwrap());
    seen.sort();
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]));
    let long = "x".repeat(4_000);
    assert!(jti(&format!("\"{long}\"")).is_ok());
    for bad in ["\"\"", "true", "[]", "{}"] {
        assert_eq!(jti(bad), Err(ProjectJwtError::Jti), "{bad}");
    }
}

#[test]
fn jti_is_demanded_where_the_rules_say_so() {
    let rules = ProjectRules { require_jti: true, ..RULES };
    let now = Timestamp::from_seconds(NOW);
    let verify = |token: &str| verify_project_jwt(token, &SECRET.into(), now, rules);
    assert_eq!(verify(&with("")), Err(ProjectJwtError::JtiMissing));
    assert_eq!(verify(&with(r#","jti":null"#)), Err(ProjectJwtError::JtiMissing));
    assert!(verify(&with(r#","jti":"a""#)).unwrap().jti.is_some());
    assert!(verify(&with(r#","jti":0"#)).unwrap().jti.is_some());
}
