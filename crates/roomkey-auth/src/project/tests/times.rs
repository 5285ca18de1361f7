//! `iat`, `exp` and the clocks on both sides.

use super::*;

/// A JWT issued and expiring so many seconds from [`NOW`].
fn lasting(iat: i64, exp: i64) -> String {
    let (iat, exp) = (NOW + iat, NOW + exp);
    jwt(HEADER, &format!(r#"{{"iss":"123456","ist":"project","iat":{iat},"exp":{exp}}}"#))
}

/// A JWT with these as its `iat` and `exp`, as JSON.
fn stating(iat: &str, exp: &str) -> ProjectJwtError {
    verify(&jwt(HEADER, &format!(r#"{{"iss":1,"ist":"project","iat":{iat},"exp":{exp}}}"#)))
        .unwrap_err()
}

#[test]
fn clocks_may_be_apart_by_the_skew_and_no_more() {
    let at = |offset| Timestamp::from_seconds(NOW + offset);
    assert!(verify(&lasting(10, 190)).is_ok());
    let early = ProjectJwtError::NotYet { issued_at: at(11), now: at(0) };
    assert_eq!(verify(&lasting(11, 191)), Err(early));
    assert!(verify(&lasting(-189, -9)).is_ok());
    let late = ProjectJwtError::Expired { expires_at: at(-10), now: at(0) };
    assert_eq!(verify(&lasting(-190, -10)), Err(late));

    // To the microsecond.
    let verify = |now: Timestamp, skew| {
        let rules = ProjectRules { skew, require_jti: false };
        verify_project_jwt(&lasting(0, 180), &SECRET.into(), now, rules)
    };
    let instant = Duration::from_micros(1);
    assert!(verify(at(0), Duration::ZERO).is_ok() && verify(at(-1), instant).is_err());
    assert!(verify(at(0).minus(instant), Duration::ZERO).is_err());
    assert!(verify(at(180).minus(instant), Duration::ZERO).is_ok());
    assert!(verify(at(180), Duration::ZERO).is_err() && verify(at(180), instant).is_ok());
    assert!(verify(at(0), Duration::MAX).is_ok());
}

#[test]
fn a_jwt_is_remembered_until_it_is_expired() {
    let token = lasting(0, 180);
    let until = verify(&token).unwrap().expires_at;
    assert_eq!(until, Timestamp::from_seconds(NOW + 190));
    assert!(verify_at(&token, NOW + 189).is_ok() && verify_at(&token, NOW + 190).is_err());
}

#[test]
fn messages_show_both_clocks() {
    let text = verify(&lasting(200, 380)).unwrap_err().to_string();
    assert!(
        text.contains("2023-11-14T22:16:40Z") && text.contains("2023-11-14T22:13:20Z"),
        "{text}"
    );
    let text = verify(&lasting(-400, -220)).unwrap_err().to_string();
    assert!(
        text.contains("2023-11-14T22:09:40Z") && text.contains("2023-11-14T22:13:20Z"),
        "{text}"
    );
}

#[test]
fn a_life_is_one_second_to_five_minutes() {
    assert!(verify(&lasting(0, 1)).is_ok() && verify(&lasting(0, 300)).is_ok());
    assert_eq!(verify(&lasting(0, 301)), Err(ProjectJwtError::TooLong { seconds: 301 }));
    assert_eq!(verify(&lasting(0, 0)), Err(ProjectJwtError::Backwards));
    assert_eq!(verify(&lasting(5, -5)), Err(ProjectJwtError::Backwards));
    let (least, most) = (i64::MIN.to_string(), i64::MAX.to_string());
    assert_eq!(stating(&least, &most), ProjectJwtError::TooLong { seconds: i64::MAX });
    assert_eq!(stating(&most, &least), ProjectJwtError::Backwards);
    let close = (i64::MAX - 1).to_string();
    assert_eq!(stating(&close, &most).fault(), ProjectFault::Clock);
    // Milliseconds instead of seconds.
    let error = stating("1700000000000", "1700000180000");
    assert_eq!(error, ProjectJwtError::TooLong { seconds: 180_000 });
    assert_eq!(stating("1700000000000", "1700000000180").fault(), ProjectFault::Clock);
}

#[test]
fn times_are_whole_numbers() {
    for odd in [
        "1700000000.0",
        "1.7e9",
        "\"1700000000\"",
        "null",
        "true",
        "[]",
        "{}",
        "18446744073709551615",
    ] {
        assert_eq!(stating(odd, "1700000180"), ProjectJwtError::NoIssuedAt, "{odd}");
        assert_eq!(stating("1700000000", odd), ProjectJwtError::NoExpiry, "{odd}");
    }
    let claims = |claims: &str| verify(&jwt(HEADER, claims)).unwrap_err();
    let error = claims(r#"{"iss":1,"ist":"project","exp":1700000180}"#);
    assert_eq!(error, ProjectJwtError::NoIssuedAt);
    let error = claims(r#"{"iss":1,"ist":"project","iat":1700000000}"#);
    assert_eq!(error, ProjectJwtError::NoExpiry);
}
