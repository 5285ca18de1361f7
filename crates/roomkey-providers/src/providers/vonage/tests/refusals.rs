//! What is never written down, and settings that are refused.

use roomkey_claims::{Grant, Role, Validity};
use serde_json::Value;

use super::keys::{ELLIPTIC, PKCS1, PUBLIC, SHORT};
use super::{DESCRIPTOR, PRIVATE_KEY, SESSION};
use crate::conformance::sample_section;
use crate::tokbox::fixtures::{drafted, grant, profile};
use crate::{DraftError, SectionError, UrlError};

const KIND: &str = "vonage";

fn drafts(grant: &Grant) -> Result<&'static str, DraftError> {
    drafted(&DESCRIPTOR, grant, &profile(&DESCRIPTOR, &[])).map(|draft| draft.kind())
}

#[test]
fn a_session_must_belong_to_the_application() {
    for foreign in [
        "1_MX4xMjM0NTZ-fjE3MDAwMDAwMDAwMDB-YWJjREVGMDEyMzQ1Njc4OWFiY0RFRjAxfn4",
        SESSION.get(..SESSION.len() / 2).unwrap(),
        &SESSION.replacen("1_MX4yOWY3", "1_MX4yOWY4", 1),
        "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f",
    ] {
        let refused = drafts(&grant(&DESCRIPTOR, foreign, Role::Publisher));
        assert_eq!(refused, Err(DraftError::OtherAccount { kind: KIND }), "{foreign}");
    }
}

#[test]
fn a_life_is_at_most_a_day() {
    let lives = |seconds: i64| {
        let not_before = 1_800_000_000;
        let validity = Validity { not_before, expires_at: not_before + seconds };
        drafts(&Grant { validity, ..grant(&DESCRIPTOR, SESSION, Role::Publisher) })
    };
    assert_eq!((lives(1), lives(86_400)), (Ok(KIND), Ok(KIND)));
    for seconds in [0, -1, 86_401] {
        assert_eq!(lives(seconds), Err(DraftError::Lifetime { seconds, longest: 86_400 }));
    }
}

#[test]
fn a_grant_for_another_provider_is_refused() {
    let other =
        Grant { kind: "opentok".parse().unwrap(), ..grant(&DESCRIPTOR, SESSION, Role::Publisher) };
    assert_eq!(drafts(&other), Err(DraftError::OtherProvider { kind: KIND }));
}

#[test]
fn only_rsa_keys_that_are_long_enough_are_taken() {
    let with_secret = |secret: &str| {
        let mut section = sample_section(&DESCRIPTOR);
        section.keys[0].secret = secret.into();
        (DESCRIPTOR.configure)(&section).map(|configured| configured.secrets.len())
    };
    assert_eq!((with_secret(PRIVATE_KEY), with_secret(PKCS1)), (Ok(1), Ok(1)));
    assert_eq!(with_secret(PRIVATE_KEY.trim_end()), Ok(1), "files lose their last line end");
    let cut = PRIVATE_KEY.get(..PRIVATE_KEY.len() / 2).unwrap();
    for bad in [SHORT, ELLIPTIC, PUBLIC, cut, "", "hunter2", "./private.key"] {
        let refused = with_secret(bad).unwrap_err();
        assert!(matches!(refused, SectionError::MalformedSecret { .. }), "{bad}");
        let text = refused.to_string();
        assert!(text.contains("2048 bits") && (bad.is_empty() || !text.contains(bad)), "{text}");
    }
}

#[test]
fn applications_and_addresses_are_held_to_their_form() {
    let configured = |field: &'static str, value: &str| {
        let mut section = sample_section(&DESCRIPTOR);
        section.values.insert(field.to_owned(), Value::from(value));
        (DESCRIPTOR.configure)(&section).map(|configured| configured.profile.options[field].clone())
    };
    for bad in
        ["", "123456", "29F760F8-7CE1-46C9-ADE3-F2DEDEE4ED5F", "29f760f87ce146c9ade3f2dedee4ed5f"]
    {
        let refused = configured("application_id", bad).unwrap_err();
        assert!(matches!(refused, SectionError::Malformed { .. }), "{bad}");
    }
    let address = |url| configured("api_url", url);
    assert_eq!(address("").as_deref(), Ok("https://video.api.vonage.com"));
    assert_eq!(address("http://[::1]:9000/").as_deref(), Ok("http://[::1]:9000"));
    let insecure = SectionError::Url { field: "api_url", reason: UrlError::Insecure };
    assert_eq!(address("http://video.example.org"), Err(insecure));
}
