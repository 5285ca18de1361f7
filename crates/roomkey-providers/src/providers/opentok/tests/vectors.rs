//! What the vendor's own SDKs made, with their own dummy key.

use roomkey_claims::{Permissions, Role, Sources, Timestamp};

use super::DESCRIPTOR;
use crate::Vector;
use crate::tokbox::fixtures::read_with;

/// The dummy key of the SDKs' own tests.
const KEY: &str = "123456";

/// The dummy secret of the SDKs' own tests.
const DUMMY: &str = "1234567890abcdef1234567890abcdef1234567890";

/// A session of the old form, with a date in words.
const SESSION: &str =
    "2_MX4xMjM0NTZ-fk1vbiBNYXIgMTcgMDA6NDE6MzEgUERUIDIwMTR-MC42ODM3ODk1MzQ0OTQyODA4fg";

const fn vector(source: &'static str, token: &'static str, expires_at: i64) -> Vector {
    let room = Some(SESSION);
    Vector { source, key: KEY, secret: DUMMY, token, identity: None, room, expires_at }
}

/// Clients' tokens in both formats.
pub(in super::super) const VECTORS: &[Vector] = &[
    vector("npm opentok 2.23.2, generateToken with T1", NODE_T1, 1_700_086_400),
    vector("PyPI opentok 3.15.0, generate_token with T1", PYTHON_T1, 1_700_000_060),
    vector("npm opentok 2.23.2, generateToken", NODE_JWT, 1_700_086_400),
    vector("PyPI opentok 3.15.0, generate_token", PYTHON_JWT, 1_700_086_400),
];

const NODE_T1: &str = "T1==cGFydG5lcl9pZD0xMjM0NTYmc2lnPTk5YmQwMmM0MTY1OWFjOTlhZmE5MWU3MWE0N2NhYzVjNjYxMTA4OTk6c2Vzc2lvbl9pZD0yX01YNHhNak0wTlRaLWZrMXZiaUJOWVhJZ01UY2dNREE2TkRFNk16RWdVRVJVSURJd01UUi1NQzQyT0RNM09EazFNelEwT1RReU9EQTRmZyZjcmVhdGVfdGltZT0xNzAwMDAwMDAwJm5vbmNlPTAuNSZyb2xlPXB1Ymxpc2hlciZleHBpcmVfdGltZT0xNzAwMDg2NDAwJmluaXRpYWxfbGF5b3V0X2NsYXNzX2xpc3Q9JnNjb3BlPXNlc3Npb24uY29ubmVjdA==";

const PYTHON_T1: &str = "T1==cGFydG5lcl9pZD0xMjM0NTYmc2lnPTMzN2MxZjZlMjQ3MGMwNzg0YWZmYTNkZDA5MGEyMjU5ZjE2ZDc4MTU6c2Vzc2lvbl9pZD0yX01YNHhNak0wTlRaLWZrMXZiaUJOWVhJZ01UY2dNREE2TkRFNk16RWdVRVJVSURJd01UUi1NQzQyT0RNM09EazFNelEwT1RReU9EQTRmZyZjcmVhdGVfdGltZT0xNzAwMDAwMDAwJmV4cGlyZV90aW1lPTE3MDAwMDAwNjAmcm9sZT1tb2RlcmF0b3Imbm9uY2U9NDI0MjQyJmluaXRpYWxfbGF5b3V0X2NsYXNzX2xpc3Q9Zm9jdXMrc21hbGwmY29ubmVjdGlvbl9kYXRhPXVzZXJJZCUzRDQyJTI2bmFtZSUzREolQzMlQjYrUw==";

const NODE_JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxMjM0NTYiLCJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwODY0MDAsInNlc3Npb25faWQiOiIyX01YNHhNak0wTlRaLWZrMXZiaUJOWVhJZ01UY2dNREE2TkRFNk16RWdVRVJVSURJd01UUi1NQzQyT0RNM09EazFNelEwT1RReU9EQTRmZyIsImNyZWF0ZV90aW1lIjoxNzAwMDAwMDAwLCJub25jZSI6MC41LCJyb2xlIjoicHVibGlzaGVyIiwiZXhwaXJlX3RpbWUiOjE3MDAwODY0MDAsImluaXRpYWxfbGF5b3V0X2NsYXNzX2xpc3QiOiIiLCJzY29wZSI6InNlc3Npb24uY29ubmVjdCJ9.c45xMX3_l8q0xoEoTm7GkAaRuf61ktmvuic2SJpK9GM";

const PYTHON_JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzZXNzaW9uX2lkIjoiMl9NWDR4TWpNME5UWi1mazF2YmlCTllYSWdNVGNnTURBNk5ERTZNekVnVUVSVUlESXdNVFItTUM0Mk9ETTNPRGsxTXpRME9UUXlPREE0ZmciLCJyb2xlIjoicHVibGlzaGVyIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwODY0MDAsInNjb3BlIjoic2Vzc2lvbi5jb25uZWN0IiwiaXNzIjoiMTIzNDU2IiwiaXN0IjoicHJvamVjdCIsIm5vbmNlIjo0MjQyNDJ9.705UZHj-WfO5BjkHkzAlopraq1QEn-lDi5wSKEKFZro";

/// Credentials for the REST interface, which name no session, and the second at which they expire.
const PROJECT: [(&str, &str, i64); 5] = [
    (
        "npm opentok, generateJwt",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxMjM0NTYiLCJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDAzMDB9.NQ-QKS1mi_SRiz9UkEOgEMA-B0HKdwkIkLGxWz7g9vI",
        1_700_000_300,
    ),
    (
        "PyPI opentok",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDAxODAsImlzcyI6IjEyMzQ1NiIsImp0aSI6IjAuNSJ9.5K67F3f78zNNT2CgTAmPeqHtoNyLmD0CdDYzFwTMOQk",
        1_700_000_180,
    ),
    (
        "the Ruby SDK's form, with `ist` in the header",
        "eyJpc3QiOiJwcm9qZWN0IiwiYWxnIjoiSFMyNTYifQ.eyJpc3MiOiIxMjM0NTYiLCJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMDMwMH0.W8QJpg8snTij1zw5EtaGUos7ko1QjcM6vapEh2stPZA",
        1_700_000_300,
    ),
    (
        "a recording of the Ruby SDK's tests",
        "eyJpc3QiOiJwcm9qZWN0IiwiYWxnIjoiSFMyNTYifQ.eyJpc3MiOiIxMjM0NTYiLCJpYXQiOjE0OTI1MTA2NjAsImV4cCI6MTQ5MjUxMDk2MH0.BplMVhJWx4ld7KLKXqEmow6MjNPPFw9W8IHCMfeb120",
        1_492_510_960,
    ),
    (
        "npm opentok-jwt, projectToken, which lives for 30 days",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiIxMjM0NTYiLCJpc3QiOiJwcm9qZWN0IiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDI1OTIwMDB9.vM44jsjkeup-tl2YoCe7g4_-dyqvSeFycXsmKa5ZQ5k",
        1_702_592_000,
    ),
];

#[test]
fn project_tokens_are_told_from_clients_tokens() {
    for (source, token, expires_at) in PROJECT {
        let read = read_with(&DESCRIPTOR, DUMMY, token);
        assert!(read.verified, "{source}");
        assert_eq!((read.provider, read.format), ("opentok", "project JWT (HS256)"), "{source}");
        assert_eq!(read.expires_at, Some(Timestamp::from_seconds(expires_at)), "{source}");
        assert_eq!((read.room, read.permissions, read.identity), (None, None, None), "{source}");
        assert_eq!(read.claims["iss"], KEY);
        assert!(!read_with(&DESCRIPTOR, super::SECRET, token).verified, "{source}");
    }
}

#[test]
fn clients_tokens_say_what_they_allow() {
    let allows = |token: &str| -> (&str, Option<Permissions>) {
        let read = read_with(&DESCRIPTOR, DUMMY, token);
        assert_eq!(read.issued_at, Some(Timestamp::from_seconds(1_700_000_000)));
        assert_eq!(read.issuance_id, None, "none of ours");
        (read.format, read.permissions)
    };
    let (publisher, moderator) =
        (Role::Publisher.permissions(Sources::All), Role::Moderator.permissions(Sources::All));
    assert_eq!(allows(NODE_T1), ("T1 (HMAC-SHA1)", Some(publisher.clone())));
    assert_eq!(allows(PYTHON_T1), ("T1 (HMAC-SHA1)", Some(moderator)));
    assert_eq!(allows(NODE_JWT), ("JWT (HS256)", Some(publisher.clone())));
    assert_eq!(allows(PYTHON_JWT), ("JWT (HS256)", Some(publisher)));
}

#[test]
fn the_older_tokens_data_is_read_without_its_escapes() {
    let claims = read_with(&DESCRIPTOR, DUMMY, PYTHON_T1).claims;
    let expected = serde_json::json!({
        "partner_id": KEY,
        "session_id": SESSION,
        "create_time": "1700000000",
        "expire_time": "1700000060",
        "role": "moderator",
        "nonce": "424242",
        "initial_layout_class_list": "focus small",
        "connection_data": "userId=42&name=Jö S",
    });
    assert_eq!(claims, expected);
}
