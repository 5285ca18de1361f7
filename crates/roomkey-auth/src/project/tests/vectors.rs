//! What the vendor's own SDKs made, with their clocks stopped at [`NOW`] and their dummy secret.

use super::*;

/// npm opentok 2.23.2, `generateJwt()`.
const NODE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxMjM0NTYiLCJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDAzMDB9.NQ-QKS1mi_SRiz9UkEOgEMA-B0HKdwkIkLGxWz7g9vI";
/// Python package opentok 3.15.0; its `jti` is a text.
const PYTHON: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDAxODAsImlzcyI6IjEyMzQ1NiIsImp0aSI6IjAuNSJ9.5K67F3f78zNNT2CgTAmPeqHtoNyLmD0CdDYzFwTMOQk";
/// In the form of the Ruby SDK: `ist` in the header.
const RUBY: &str = "eyJpc3QiOiJwcm9qZWN0IiwiYWxnIjoiSFMyNTYifQ.eyJpc3MiOiIxMjM0NTYiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDMwMH0.W8QJpg8snTij1zw5EtaGUos7ko1QjcM6vapEh2stPZA";
/// Recorded from the Ruby SDK in 2017 (`spec/cassettes`).
const RUBY_RECORDED: &str = "eyJpc3QiOiJwcm9qZWN0IiwiYWxnIjoiSFMyNTYifQ.eyJpc3MiOiIxMjM0NTYiLCJpYXQiOjE0OTI1MTA2NjAsImV4cCI6MTQ5MjUxMDk2MH0.BplMVhJWx4ld7KLKXqEmow6MjNPPFw9W8IHCMfeb120";
/// npm opentok-jwt 0.1.5, `projectToken`: it lives 30 days.
const OPENTOK_JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxMjM0NTYiLCJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDI1OTIwMDB9.vM44jsjkeup-tl2YoCe7g4_-dyqvSeFycXsmKa5ZQ5k";
/// npm opentok 2.23.2, `generateToken()`: a participant's.
const NODE_CLIENT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxMjM0NTYiLCJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwODY0MDAsInNlc3Npb25faWQiOiIyX01YNHhNak0wTlRaLWZrMXZiaUJOWVhJZ01UY2dNREE2TkRFNk16RWdVRVJVSURJd01UUi1NQzQyT0RNM09EazFNelEwT1RReU9EQTRmZyIsImNyZWF0ZV90aW1lIjoxNzAwMDAwMDAwLCJub25jZSI6MC41LCJyb2xlIjoicHVibGlzaGVyIiwiZXhwaXJlX3RpbWUiOjE3MDAwODY0MDAsImluaXRpYWxfbGF5b3V0X2NsYXNzX2xpc3QiOiIiLCJzY29wZSI6InNlc3Npb24uY29ubmVjdCJ9.c45xMX3_l8q0xoEoTm7GkAaRuf61ktmvuic2SJpK9GM";
/// Python package opentok 3.15.0, `generate_token()`: a participant's.
const PYTHON_CLIENT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzZXNzaW9uX2lkIjoiMl9NWDR4TWpNME5UWi1mazF2YmlCTllYSWdNVGNnTURBNk5ERTZNekVnVUVSVUlESXdNVFItTUM0Mk9ETTNPRGsxTXpRME9UUXlPREE0ZmciLCJyb2xlIjoicHVibGlzaGVyIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwODY0MDAsInNjb3BlIjoic2Vzc2lvbi5jb25uZWN0IiwiaXNzIjoiMTIzNDU2IiwiaXN0IjoicHJvamVjdCIsIm5vbmNlIjo0MjQyNDJ9.705UZHj-WfO5BjkHkzAlopraq1QEn-lDi5wSKEKFZro";

#[test]
fn project_jwts_of_the_vendors_sdks_verify() {
    let vectors = [
        (NODE, NOW, 300, false),
        (PYTHON, NOW, 180, true),
        (RUBY, NOW, 300, false),
        (RUBY_RECORDED, 1_492_510_660, 300, false),
    ];
    for (token, made, life, has_jti) in vectors {
        assert_eq!(claimed_backend(token).unwrap().as_str(), "123456");
        let verified = verify_at(token, made).unwrap();
        assert_eq!(verified.backend.as_str(), "123456");
        assert_eq!(verified.jti.is_some(), has_jti);
        assert_eq!(verified.expires_at, Timestamp::from_seconds(made + life + 10));
        assert_eq!(verify_at(token, made + 3_600).unwrap_err().fault(), ProjectFault::Clock);
    }
}

#[test]
fn what_lives_thirty_days_is_refused() {
    assert_eq!(verify(OPENTOK_JWT), Err(ProjectJwtError::TooLong { seconds: 2_592_000 }));
}

#[test]
fn tokens_of_participants_are_refused_as_such() {
    for token in [NODE_CLIENT, PYTHON_CLIENT] {
        assert_eq!(verify(token), Err(ProjectJwtError::ClientToken));
        // Long expired as well: still told what is really wrong.
        assert_eq!(verify_at(token, NOW + 1_000_000), Err(ProjectJwtError::ClientToken));
    }
}
