//! Tokens of all spellings, broken and hostile ones among them.

use std::time::{Duration, Instant};

use miniz_oxide::deflate::compress_to_vec_zlib;

use super::*;
use crate::{fingerprint_of, inspect as inspect_any};

fn verified(token: &str) -> bool {
    signing::verify(token, &certificate())
}

fn spelt(content: &[u8], level: u8) -> String {
    format!("007{}", BASE64.encode(compress_to_vec_zlib(content, level)))
}

#[test]
fn every_encoder_spells_the_same_content() {
    let first = DESCRIPTOR.vectors[0].token;
    let content = inflated(first);
    let levels = (0..=9).map(|level| spelt(&content, level));
    for spelling in contents::SPELLINGS.into_iter().map(str::to_owned).chain(levels) {
        assert_eq!(inflated(&spelling), content);
        assert!(verified(&spelling));
        assert_eq!(fingerprint_of(&spelling), fingerprint_of(first));
    }
}

#[test]
fn a_cut_or_altered_token_never_verifies() {
    for vector in DESCRIPTOR.vectors {
        let secret: SecretString = vector.secret.into();
        for length in 0..vector.token.len() {
            let (cut, _) = vector.token.split_at(length);
            assert!(read::inspect(cut).is_none() && !signing::verify(cut, &secret), "{length}");
        }
        let content = inflated(vector.token);
        for length in 0..content.len() {
            let cut = spelt(&content[..length], 6);
            read::inspect(&cut);
            assert!(!signing::verify(&cut, &secret), "{length}");
            let mut altered = content.clone();
            altered[length] ^= 1;
            let altered = spelt(&altered, 6);
            read::inspect(&altered);
            assert!(!signing::verify(&altered, &secret), "{length}");
        }
    }
}

#[test]
fn a_signed_content_of_any_length_is_read_without_a_panic() {
    for vector in DESCRIPTOR.vectors {
        let content = inflated(vector.token);
        let info = &content[34..];
        for length in 46..info.len() {
            let cut = signed(&info[..length]);
            assert!(verified(&cut));
            assert!(read::inspect(&cut).is_none(), "{} {length}", vector.source);
        }
    }
}

#[test]
fn a_bomb_is_refused_at_once() {
    let zeros = vec![0_u8; 10_000_000];
    let bomb = spelt(&zeros, 6);
    assert!(bomb.len() < crate::MAX_TOKEN_BYTES);
    let start = Instant::now();
    assert!(inspect_any(&bomb, &[]).is_err() && !verified(&bomb));
    assert!(start.elapsed() < Duration::from_secs(1));
    let mut long = head(1);
    long.extend(rtc("room-1", &"x".repeat(9_000)));
    let long = signed(&long);
    assert!(read::inspect(&long).is_none() && !verified(&long));
}

#[test]
fn what_is_no_token_of_the_format_is_refused() {
    let good = DESCRIPTOR.vectors[0].token;
    let body = good.strip_prefix("007").unwrap();
    let own = signed(&head(0));
    let unpadded = good.trim_end_matches('=');
    assert_ne!(unpadded, good);
    for bad in [
        "",
        "00",
        "007",
        "007invalid",
        "007====",
        body,
        &format!("006{body}"),
        unpadded,
        &format!("{good}="),
        &format!("007 {body}"),
        &format!("007{}", BASE64.encode([0_u8; 64])),
        &spelt(b"", 6),
        &spelt(&[255; 40], 6),
    ] {
        assert!(read::inspect(bad).is_none() && !verified(bad), "{bad}");
    }
    assert!(verified(&own) && read(&own).claims["services"] == json!([]));
    assert_eq!((read(&own).room, read(&own).identity, read(&own).permissions), (None, None, None));
}

#[test]
fn trailing_bytes_and_unknown_services_are_noted_and_covered() {
    let mut trailing = head(1);
    trailing.extend(rtc("room-1", "42"));
    trailing.extend(b"\0\0\0");
    let token = signed(&trailing);
    assert!(verified(&token));
    assert_eq!(read(&token).claims["trailingBytes"], 3);
    assert_eq!(read(&token).room.as_deref(), Some("room-1"));

    let mut unknown = head(2);
    unknown.extend(rtc("room-1", "42"));
    unknown.extend(999_u16.to_le_bytes());
    unknown.extend(b"\0\0anything");
    let token = signed(&unknown);
    let reading = read(&token);
    assert!(verified(&token) && reading.claims.get("trailingBytes").is_none());
    assert_eq!(reading.claims["unknownService"], 999);
    assert_eq!(reading.claims["unreadBytes"], 10);
    assert_eq!(reading.identity.as_deref(), Some("42"));

    let mut first = head(2);
    first.extend([0; 4]);
    first.extend(rtc("room-1", "42"));
    let token = signed(&first);
    assert!(verified(&token));
    assert_eq!(read(&token).claims["unknownService"], 0);
    assert_eq!((read(&token).room, read(&token).claims["services"].clone()), (None, json!([])));
}

#[test]
fn wildcards_are_told() {
    for (channel, account, expected) in [
        ("room-1", "42", false),
        ("0", "user-1", false),
        ("", "42", true),
        ("*", "42", true),
        ("1*a*2", "42", true),
        ("room-1", "", true),
        ("room-1", "0", true),
        ("room-1", "*", true),
    ] {
        let mut content = head(1);
        content.extend(rtc(channel, account));
        let reading = read(&signed(&content));
        assert_eq!(reading.claims["wildcard"], expected, "{channel:?} {account:?}");
        assert_eq!(reading.room.as_deref(), Some(channel).filter(|text| !text.is_empty()));
        assert_eq!(reading.identity.as_deref(), Some(account).filter(|text| !text.is_empty()));
    }
}

#[test]
fn two_channels_in_a_token_are_more_than_the_desk_has_words_for() {
    let mut content = head(2);
    content.extend(rtc("room-1", "42"));
    let one = Role::Subscriber.permissions(Sources::All);
    let mut single = head(1);
    single.extend(rtc("room-1", "42"));
    assert_eq!(read(&signed(&single)).permissions, Some(one));
    content.extend(rtc("room-2", "42"));
    let reading = read(&signed(&content));
    assert_eq!((reading.room.as_deref(), reading.permissions), (Some("room-1"), None));
}

#[test]
fn parts_that_the_desk_never_issues_are_named() {
    let services = |index: usize| read(DESCRIPTOR.vectors[index].token).claims["services"].clone();
    assert_eq!(
        services(10)[2],
        json!({
            "service": "rtm2",
            "type": 8,
            "privileges": {"login": 600},
            "userId": "test_user",
            "permissions": {
                "messageChannels": {"read": ["message-a", "message-b"]},
                "streamChannels": {"write": ["stream-a"]},
                "users": {"read": ["user-a"]},
            },
        })
    );
    assert_eq!(
        services(6)[0],
        json!({"service": "chat", "type": 5, "privileges": {"app": 600}, "userId": ""})
    );
    assert_eq!(
        services(20)[4],
        json!({
            "service": "education",
            "type": 7,
            "privileges": {"user": 600},
            "roomUuid": "",
            "userUuid": "2882341273",
            "role": -1,
        })
    );
}
