//! What is never written down, and settings that are refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roomkey_claims::{Grant, Role, Source, Sources, Validity};
use serde_json::Value;

use super::{DESCRIPTOR, SECRET, SESSION};
use crate::conformance::sample_section;
use crate::tokbox::fixtures::{drafted, grant, profile};
use crate::tokbox::{LONGEST_CONNECTION_DATA, connection_data};
use crate::{DraftError, SectionError, UrlError};

const KIND: &str = "opentok";

/// The dummy secret of the vendor's SDKs, which has 42 digits.
const DUMMY: &str = "1234567890abcdef1234567890abcdef1234567890";

fn refused(grant: &Grant) -> DraftError {
    let errors = ["jwt", "t1"].map(|format| {
        let profile = profile(&DESCRIPTOR, &[("format", format)]);
        drafted(&DESCRIPTOR, grant, &profile).unwrap_err()
    });
    assert_eq!(errors[0], errors[1]);
    errors[0].clone()
}

fn publisher() -> Grant {
    grant(&DESCRIPTOR, SESSION, Role::Publisher)
}

#[test]
fn a_session_must_belong_to_the_key() {
    let session = |fields: &str| format!("1_{}", URL_SAFE_NO_PAD.encode(fields));
    for foreign in [
        session("1~999~~1700000000000~x~~"),
        session("1~91234569~~1700000000000~x~~"),
        session("1~12345~~1700000000000~x~~"),
        session("1~999~~123456~x~~"),
        session("123456"),
        "stage-1~3".to_owned(),
        format!("{SESSION}/../../archive/x"),
        format!("{SESSION}="),
        String::new(),
        "1_".repeat(200),
    ] {
        let refused = refused(&grant(&DESCRIPTOR, &foreign, Role::Publisher));
        assert_eq!(refused, DraftError::OtherAccount { kind: KIND }, "{foreign}");
    }
}

#[test]
fn a_limit_on_sources_and_a_did_have_no_words() {
    let limited = Grant {
        permissions: Role::Publisher.permissions(Sources::Only([Source::Microphone].into())),
        ..publisher()
    };
    let refused_as = |what| DraftError::Inexpressible { kind: KIND, what };
    assert_eq!(refused(&limited), refused_as("a limit on sources"));
    let with_did = Grant { with_did: true, ..publisher() };
    assert_eq!(refused(&with_did), refused_as("metadata with a DID"));
}

#[test]
fn a_life_is_bounded_on_both_sides() {
    let lives = |seconds: i64| {
        let not_before = 1_800_000_000;
        let validity = Validity { not_before, expires_at: not_before + seconds };
        let grant = Grant { validity, ..publisher() };
        drafted(&DESCRIPTOR, &grant, &profile(&DESCRIPTOR, &[])).map(|draft| draft.kind())
    };
    let longest = 2_592_000;
    assert_eq!((lives(1), lives(2_592_000)), (Ok(KIND), Ok(KIND)));
    for seconds in [0, -1, 2_592_001, 1_798_200_000_000] {
        assert_eq!(lives(seconds), Err(DraftError::Lifetime { seconds, longest }));
    }
}

#[test]
fn connection_data_is_bounded_in_bytes() {
    let longest = LONGEST_CONNECTION_DATA;
    assert!(connection_data("x".repeat(999)).is_ok());
    for (data, bytes) in
        [("x".repeat(1_000), 1_000), ("x".repeat(1_001), 1_001), ("é".repeat(500), 1_000)]
    {
        assert_eq!(connection_data(data), Err(DraftError::ConnectionData { bytes, longest }));
    }
}

#[test]
fn a_grant_for_another_provider_is_refused() {
    let other = Grant { kind: "vonage".parse().unwrap(), ..publisher() };
    assert_eq!(refused(&other), DraftError::OtherProvider { kind: KIND });
}

#[test]
fn a_draft_that_is_none_is_not_signed() {
    for content in [&b"\xff"[..], b"", b"session_id=stage-1", b"session_id=a&session_id=b"] {
        assert!(super::super::t1::sign(content, &SECRET.into()).is_err());
    }
}

fn configured(field: &str, value: &str) -> Result<String, SectionError> {
    let mut section = sample_section(&DESCRIPTOR);
    section.values.insert(field.to_owned(), Value::from(value));
    let options = (DESCRIPTOR.configure)(&section)?.profile.options;
    Ok(options[if field == "key" { "api_key" } else { field }].clone())
}

#[test]
fn keys_are_numbers_that_every_sdk_holds() {
    for good in ["1", "123456", "2147483647"] {
        assert_eq!(configured("key", good).as_deref(), Ok(good));
    }
    for bad in ["", "0", "-1", "+1", "0123", "2147483648", "12a", "APIkey", " 1"] {
        let refused = configured("key", bad).unwrap_err();
        assert!(matches!(refused, SectionError::Malformed { field: "key", .. }), "{bad}");
    }
}

#[test]
fn secrets_are_forty_digits_and_never_repeated() {
    let with_secret = |secret: &str| {
        let mut section = sample_section(&DESCRIPTOR);
        section.keys[0].secret = secret.into();
        (DESCRIPTOR.configure)(&section).map(|configured| configured.secrets.len())
    };
    assert_eq!(with_secret(SECRET), Ok(1));
    for bad in [
        DUMMY,
        SECRET.trim_start_matches('0'),
        &SECRET.to_uppercase(),
        &format!("{SECRET}\n"),
        "",
        "hunter2",
    ] {
        let refused = with_secret(bad).unwrap_err();
        assert!(matches!(refused, SectionError::MalformedSecret { .. }), "{bad:?}");
        let text = refused.to_string();
        assert!(
            text.contains("40 hexadecimal") && (bad.is_empty() || !text.contains(bad)),
            "{text}"
        );
    }
}

#[test]
fn formats_and_addresses_are_held_to_their_form() {
    assert_eq!(configured("format", "t1").as_deref(), Ok("t1"));
    assert_eq!(configured("format", "").as_deref(), Ok("jwt"));
    assert!(matches!(configured("format", "T1"), Err(SectionError::Malformed { .. })));
    let address = |url: &str| configured("api_url", url);
    assert_eq!(address("").as_deref(), Ok("https://api.opentok.com"));
    assert_eq!(address("http://127.0.0.1:9/stub/").as_deref(), Ok("http://127.0.0.1:9/stub"));
    assert!(matches!(address("wss://api.example.org"), Err(SectionError::Malformed { .. })));
    let insecure = SectionError::Url { field: "api_url", reason: UrlError::Insecure };
    assert_eq!(address("http://api.example.org"), Err(insecure));
    let query = SectionError::Url { field: "api_url", reason: UrlError::Path };
    assert_eq!(address("https://api.example.org/?a=b"), Err(query));
}
