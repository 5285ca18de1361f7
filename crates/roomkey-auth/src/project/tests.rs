//! Project JWTs as the vendor's SDKs make them, and as others might.

use std::sync::Once;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};

use super::*;

mod claims;
mod hostile;
mod times;
mod vectors;

/// The dummy secret of the vendor's own tests.
const SECRET: &str = "1234567890abcdef1234567890abcdef1234567890";
/// When the vectors were made.
const NOW: i64 = 1_700_000_000;
/// The header that most SDKs send.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const RULES: ProjectRules = ProjectRules { skew: Duration::from_secs(10), require_jti: false };

fn install_backend() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let provider = &crypto::aws_lc::DEFAULT_PROVIDER;
        assert!(provider.install_default().is_ok(), "nothing else installs one");
    });
}

/// The JWT of exactly this header and these claims, signed by HS256 whatever the header says.
fn jwt(header: &str, claims: &str) -> String {
    install_backend();
    let (header, claims) = (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let content = format!("{header}.{claims}");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signature = crypto::sign(content.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{content}.{signature}")
}

/// A JWT that lives 180 s from [`NOW`], with `more` among its claims.
fn with(more: &str) -> String {
    let exp = NOW + 180;
    jwt(HEADER, &format!(r#"{{"iss":"123456","ist":"project","iat":{NOW},"exp":{exp}{more}}}"#))
}

fn verify_at(jwt: &str, now: i64) -> Result<ProjectJwt, ProjectJwtError> {
    install_backend();
    verify_project_jwt(jwt, &SECRET.into(), Timestamp::from_seconds(now), RULES)
}

fn verify(jwt: &str) -> Result<ProjectJwt, ProjectJwtError> {
    verify_at(jwt, NOW)
}

#[test]
fn the_first_fault_in_the_documented_order_is_the_answer() {
    // Everything is wrong; each step puts one thing right.
    let rest = r#""role":"x","ist":"account","exp":1"#;
    let error = |header: &str, claims: &str| verify(&jwt(header, claims)).unwrap_err();
    assert_eq!(error("[]", &format!("{{{rest}}}")), ProjectJwtError::Malformed);
    assert_eq!(error(r#"{"alg":"none"}"#, &format!("{{{rest}}}")), ProjectJwtError::Algorithm);
    assert_eq!(error(HEADER, &format!("{{{rest}}}")), ProjectJwtError::Issuer);
    let token = jwt(HEADER, &format!(r#"{{"iss":1,{rest}}}"#));
    let other = verify_project_jwt(&token, &"another".into(), Timestamp::from_seconds(NOW), RULES);
    assert_eq!(other, Err(ProjectJwtError::Signature));
    assert_eq!(verify(&token), Err(ProjectJwtError::ClientToken));
    let claims = r#"{"iss":1,"ist":"account","exp":1,"jti":""}"#;
    assert_eq!(error(HEADER, claims), ProjectJwtError::NotProject);
    let claims = r#"{"iss":1,"ist":"project","exp":1,"jti":""}"#;
    assert_eq!(error(HEADER, claims), ProjectJwtError::NoIssuedAt);
    assert_eq!(verify(&with(r#","jti":"""#)), Err(ProjectJwtError::Jti));
}

#[test]
fn each_fault_has_its_class() {
    let at = Timestamp::from_seconds(NOW);
    let faults = [
        (ProjectJwtError::Malformed, ProjectFault::Malformed),
        (ProjectJwtError::TooLong { seconds: 301 }, ProjectFault::Malformed),
        (ProjectJwtError::JtiMissing, ProjectFault::Malformed),
        (ProjectJwtError::ClientToken, ProjectFault::ClientToken),
        (ProjectJwtError::Signature, ProjectFault::Signature),
        (ProjectJwtError::Expired { expires_at: at, now: at }, ProjectFault::Clock),
        (ProjectJwtError::NotYet { issued_at: at, now: at }, ProjectFault::Clock),
    ];
    for (error, fault) in faults {
        assert_eq!(error.fault(), fault, "{error}");
    }
}
