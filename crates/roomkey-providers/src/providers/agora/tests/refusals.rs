//! What is refused before a byte is packed.

use super::*;
use crate::SignError;

fn refused(grant: &Grant) -> DraftError {
    drafted(grant).unwrap_err()
}

fn in_channel(channel: &str) -> Result<&'static str, DraftError> {
    let provider_room = ProviderRoom::from_provider(channel.to_owned());
    drafted(&Grant { provider_room, ..publisher() }).map(|draft| draft.kind())
}

fn as_account(account: &str) -> Result<&'static str, DraftError> {
    let identity: Identity = serde_json::from_value(Value::from(account)).unwrap();
    drafted(&Grant { identity, uid: None, ..publisher() }).map(|draft| draft.kind())
}

#[test]
fn channels_are_held_to_their_length_and_characters() {
    let all =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%&()+-:;<=.>?@[]^_{}|~,";
    assert_eq!(all.len(), 89);
    for one in all.chars() {
        assert_eq!(in_channel(&one.to_string()), Ok(KIND), "{one:?}");
    }
    assert_eq!(in_channel(&"x".repeat(63)), Ok(KIND));
    for bytes in [0, 64, 65_542] {
        let refused = DraftError::RoomLength { bytes, longest: 63 };
        assert_eq!(in_channel(&"x".repeat(bytes)), Err(refused));
    }
    for bad in ["*", "1*a*2", "ä", "a\"b", "a/b", "a\\b", "a'b", "a`b", "a\0", "a\n", "\u{7f}"] {
        assert_eq!(in_channel(bad), Err(DraftError::RoomCharacters { kind: KIND }), "{bad:?}");
    }
}

#[test]
fn accounts_are_never_numbers_or_wildcards() {
    assert_eq!(as_account(&format!("user-{SUBJECT}")), Ok(KIND));
    assert_eq!(as_account(&"x".repeat(255)), Ok(KIND));
    for bytes in [0, 256] {
        let refused = DraftError::IdentityLength { bytes, longest: 255 };
        assert_eq!(as_account(&"x".repeat(bytes)), Err(refused));
    }
    for bad in ["*", "user-*", "ä", "a/b"] {
        assert_eq!(as_account(bad), Err(DraftError::IdentityCharacters { kind: KIND }), "{bad}");
    }
    for bad in ["0", "42", "4294967296", "00000000000000000000"] {
        assert_eq!(as_account(bad), Err(DraftError::NumericIdentity { kind: KIND }), "{bad}");
    }
    for none in [0, 2_147_483_648, u32::MAX] {
        assert!(Uid::try_from(none).is_err(), "{none}");
    }
}

#[test]
fn a_user_of_messaging_has_at_most_64_bytes() {
    let with_identity = |identity: String| {
        let identity = serde_json::from_value(Value::from(identity)).unwrap();
        drafted(&Grant { identity, messaging: true, ..publisher() }).map(|draft| draft.kind())
    };
    assert_eq!(with_identity("x".repeat(64)), Ok(KIND));
    let refused = DraftError::IdentityLength { bytes: 65, longest: 64 };
    assert_eq!(with_identity("x".repeat(65)), Err(refused));
    let device = "d".repeat(22).parse().unwrap();
    let longest = Identity::of(SUBJECT.parse().unwrap(), Some(&device));
    assert_eq!(with_identity(longest.to_string()), Ok(KIND));
}

#[test]
fn lives_are_of_1_to_86400_seconds() {
    let living = |not_before, seconds: i64| {
        let validity = Validity { not_before, expires_at: not_before + seconds };
        drafted(&Grant { validity, ..publisher() }).map(|draft| draft.kind())
    };
    assert_eq!((living(0, 1), living(1_700_000_000, 86_400)), (Ok(KIND), Ok(KIND)));
    // An absolute second and milliseconds are lives too, and far too long ones.
    for seconds in [0, -1, 86_401, 1_700_000_900, 3_600_000, i64::from(u32::MAX) + 2] {
        let refused = DraftError::Lifetime { seconds, longest: 86_400 };
        assert_eq!(living(1_700_000_000, seconds), Err(refused));
    }
    let last = i64::from(u32::MAX);
    assert_eq!(living(last - 1, 1), Ok(KIND));
    for not_before in [-1, last, last + 1] {
        assert_eq!(living(not_before, 60), Err(DraftError::Instant { kind: KIND }));
    }
}

#[test]
fn what_agora_has_no_words_for_is_refused() {
    let only = |set: &[Source]| Sources::Only(set.iter().copied().collect());
    for (role, sources) in [
        (Role::PublisherOnly, Sources::All),
        (Role::Publisher, only(&[])),
        (Role::Publisher, only(&[Source::Camera])),
        (Role::Moderator, only(&[Source::Microphone, Source::Camera])),
        (Role::Publisher, only(&[Source::Microphone, Source::ScreenShareAudio, Source::Camera])),
    ] {
        let refused = refused(&grant(role, sources.clone()));
        assert!(matches!(refused, DraftError::Inexpressible { .. }), "{role:?} {sources:?}");
    }
    let shown = refused(&Grant { with_did: true, ..publisher() });
    assert!(matches!(shown, DraftError::Inexpressible { .. }), "{shown}");
}

#[test]
fn a_grant_for_another_provider_is_refused() {
    let other = DraftError::OtherProvider { kind: KIND };
    assert_eq!(refused(&Grant { kind: "livekit".parse().unwrap(), ..publisher() }), other);
    let (grant, issuance) = (publisher(), ISSUANCE.parse().unwrap());
    let mut profile = profile();
    profile.options.remove(APP_ID);
    let drafting = Drafting { grant: &grant, profile: &profile, issuance, did: None };
    assert_eq!(draft::draft(&drafting).unwrap_err(), other);
}

#[test]
fn a_length_over_16_bits_is_never_cut() {
    let channel = "A".repeat(65_542);
    let rtc = Service { privileges: [1].into(), texts: vec![&channel, "42"] };
    let services = [(1, rtc)].into();
    let info = SigningInfo { app_id: APP, issue_ts: 1, token_expire: 1, salt: 1, services };
    assert_eq!(info.pack(), Err(pack::TooLong));
}

#[test]
fn app_ids_and_certificates_are_hexadecimal() {
    let section = |app_id: &str, certificate: &str| {
        let mut section = sample_section(&DESCRIPTOR);
        section.values.insert(APP_ID.to_owned(), Value::from(app_id));
        section.keys[0].secret = certificate.into();
        configure(&section).map(|configured| configured.profile.options[APP_ID].clone())
    };
    let mixed = "5CFd2fd1755d40ecb72977518be15d3b";
    assert_eq!(section(mixed, mixed).as_deref(), Ok(mixed));
    for bad in ["", "abc", "Z70CA35de60c44645bbae8a215061b33", &format!("{mixed} ")] {
        let malformed = SectionError::Malformed { field: APP_ID, expected: HEX };
        assert_eq!(section(bad, mixed), Err(malformed), "{bad:?}");
        let id = "APIexample".parse().unwrap();
        let malformed = SectionError::MalformedSecret { id, expected: HEX };
        assert_eq!(section(mixed, bad), Err(malformed), "{bad:?}");
    }
    let said = section(mixed, "hunter2").unwrap_err().to_string();
    assert!(said.contains("32 hexadecimal digits") && !said.contains("hunter2"), "{said}");
}

#[test]
fn signing_needs_a_certificate_and_a_content() {
    let draft = drafted(&publisher()).unwrap();
    assert_eq!(draft.sign(&"short".into()).unwrap_err(), SignError::Secret);
    assert_eq!(signing::sign(b"", &certificate()), Err(SignError::Content));
    assert_eq!(signing::sign(&head(0)[..45], &certificate()), Err(SignError::Content));
}
