//! What only Agora does; what every provider does is in `conformance.rs`.

mod contents;
mod refusals;
mod spellings;

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use roomkey_claims::{
    Identity, ProviderRoom, Role, Source, Sources, SubjectRef, Timestamp, Uid, Validity,
};
use secrecy::SecretString;
use serde_json::json;

use super::pack::{Service, SigningInfo};
use super::*;
use crate::conformance::{sample_section, stage};
use crate::{Draft, DraftError, Drafting, Inspected, Token};

const APP: &str = "0123456789abcdef0123456789abcdef";
const ISSUANCE: &str = "01940000-0000-7000-8000-000000000001";
const SUBJECT: &str = "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77";

fn certificate() -> SecretString {
    DESCRIPTOR.sample_secret.into()
}

fn grant(role: Role, sources: Sources) -> Grant {
    let subject: SubjectRef = SUBJECT.parse().unwrap();
    let room = "stage-1".parse().unwrap();
    Grant {
        subject,
        identity: Identity::of(subject, None),
        provider_room: ProviderRoom::of_meeting(&room, 3),
        room,
        scene: Some("intro".parse().unwrap()),
        event: None,
        device: None,
        meeting: Some(3),
        uid: Some(Uid::try_from(42).unwrap()),
        messaging: false,
        role,
        permissions: role.permissions(sources),
        with_did: false,
        asked: None,
        validity: Validity::starting(Timestamp::from_seconds(1_800_000_000), 300),
        profile: stage(),
        kind: kind(),
        key: "primary".parse().unwrap(),
    }
}

fn publisher() -> Grant {
    grant(Role::Publisher, Sources::All)
}

fn profile() -> Profile {
    configure(&sample_section(&DESCRIPTOR)).unwrap().profile
}

fn drafted(grant: &Grant) -> Result<Draft, DraftError> {
    let did = "did:web:example.org:ada".parse().unwrap();
    let profile = &profile();
    let issuance = ISSUANCE.parse().unwrap();
    draft::draft(&Drafting { grant, profile, issuance, did: Some(&did) })
}

fn token(grant: &Grant) -> Token {
    drafted(grant).unwrap().sign(&certificate()).unwrap()
}

fn read(token: &str) -> Inspected {
    read::inspect(token).unwrap()
}

fn inflated(token: &str) -> Vec<u8> {
    let compressed = BASE64.decode(token.strip_prefix("007").unwrap()).unwrap();
    decompress_to_vec_zlib_with_limit(&compressed, 4096).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// A token of any content, whatever it says, with a good signature.
fn signed(content: &[u8]) -> String {
    signing::sign(content, &certificate()).unwrap()
}

/// What stands before the services, with this many announced.
fn head(services: u16) -> Vec<u8> {
    let info = SigningInfo {
        app_id: APP,
        issue_ts: 1_700_000_000,
        token_expire: 900,
        salt: 1,
        services: BTreeMap::new(),
    };
    let mut packed = info.pack().unwrap();
    packed.truncate(packed.len() - 2);
    packed.extend(services.to_le_bytes());
    packed
}

/// RTC with the right to join only, as it stands in a content.
fn rtc(channel: &str, account: &str) -> Vec<u8> {
    let mut packed = vec![1, 0, 1, 0, 1, 0, 132, 3, 0, 0];
    for part in [channel, account] {
        pack::text(&mut packed, part.as_bytes()).unwrap();
    }
    packed
}

#[test]
fn every_vector_is_read_and_verified() {
    assert_eq!(DESCRIPTOR.vectors.len(), contents::CONTENTS.len());
    for (vector, (sum, services)) in DESCRIPTOR.vectors.iter().zip(contents::CONTENTS) {
        assert_eq!(sha256(&inflated(vector.token)), *sum, "{}", vector.source);
        assert!(signing::verify(vector.token, &vector.secret.into()), "{}", vector.source);
        let claims = read(vector.token).claims;
        let names: Vec<&str> = claims["services"]
            .as_array()
            .unwrap()
            .iter()
            .map(|service| service["service"].as_str().unwrap())
            .collect();
        assert_eq!(names, *services, "{}", vector.source);
        assert_eq!(claims["appId"], vector.key);
        assert!(claims.get("unknownService").is_none() && claims.get("trailingBytes").is_none());

        let (upper, lower) = (vector.secret.to_uppercase(), vector.secret.to_lowercase());
        for wrong in [upper, lower, "a".repeat(32), String::new(), vector.secret.repeat(2)] {
            let is_right = wrong == vector.secret;
            assert_eq!(signing::verify(vector.token, &wrong.into()), is_right, "{}", vector.source);
        }
    }
}

#[test]
fn the_packer_makes_what_the_vendor_makes() {
    for (privileges, sum) in [
        (vec![4, 3, 2, 1], contents::CONTENTS[0].0),
        (vec![1], contents::CONTENTS[1].0), // V2
    ] {
        let rtc =
            Service { privileges: privileges.into_iter().collect(), texts: vec!["room-1", "42"] };
        let info = SigningInfo {
            app_id: APP,
            issue_ts: 1_700_000_000,
            token_expire: 900,
            salt: 12_345_678,
            services: [(1, rtc)].into(),
        };
        let token = signed(&info.pack().unwrap());
        assert_eq!(sha256(&inflated(&token)), sum);
    }
}

#[test]
fn a_publisher_with_messaging_reads_exactly_like_this() {
    let token = token(&Grant { messaging: true, ..publisher() });
    assert_eq!(
        read(token.expose()).claims,
        json!({
            "appId": APP,
            "issueTs": 1_800_000_000,
            "tokenExpire": 300,
            "salt": 2,
            "services": [
                {
                    "service": "rtc",
                    "type": 1,
                    "privileges": {
                        "joinChannel": 300,
                        "publishAudio": 300,
                        "publishVideo": 300,
                        "publishDataStream": 300,
                    },
                    "channel": "stage-1~3",
                    "account": "42",
                },
                {
                    "service": "rtm",
                    "type": 2,
                    "privileges": {"login": 300},
                    "userId": format!("user-{SUBJECT}"),
                },
            ],
            "wildcard": false,
        })
    );
}

#[test]
fn roles_and_limits_become_privileges() {
    let named = |role: Role, sources: Sources| -> Vec<String> {
        let claims = read(token(&grant(role, sources)).expose()).claims;
        let privileges = claims["services"][0]["privileges"].as_object().unwrap();
        let mut names: Vec<String> = privileges.keys().cloned().collect();
        names.sort();
        names
    };
    let all = ["joinChannel", "publishAudio", "publishDataStream", "publishVideo"];
    assert_eq!(named(Role::Subscriber, Sources::All), ["joinChannel"]);
    assert_eq!(named(Role::Publisher, Sources::All), all);
    assert_eq!(named(Role::Moderator, Sources::All), all);
    assert_eq!(named(Role::Publisher, Sources::Only(Source::ALL.into())), all);
    let sound = Sources::Only([Source::Microphone, Source::ScreenShareAudio].into());
    let heard = ["joinChannel", "publishAudio", "publishDataStream"];
    assert_eq!(named(Role::Publisher, sound), heard);
}

#[test]
fn the_salt_follows_from_the_issuance() {
    let salt = |issuance: &str| {
        let (grant, profile) = (publisher(), profile());
        let issuance = issuance.parse().unwrap();
        let drafting = Drafting { grant: &grant, profile: &profile, issuance, did: None };
        let token = draft::draft(&drafting).unwrap().sign(&certificate()).unwrap();
        read(token.expose()).claims["salt"].as_u64().unwrap()
    };
    assert_eq!((salt(ISSUANCE), salt(ISSUANCE)), (2, 2));
    assert_eq!(salt("01940000-0000-7000-8000-000000000000"), 1);
    assert_eq!(salt("01940000-0000-7000-8000-000005f5e0fe"), 99_999_999);
    assert_eq!(salt("01940000-0000-7000-8000-000005f5e0ff"), 1);
}

#[test]
fn the_answer_names_what_joining_and_renewing_need() {
    let answer = |grant: &Grant| Value::from_iter(answer(grant, &profile()));
    let numbered = json!({"appId": APP, "channel": "stage-1~3", "uid": 42});
    assert_eq!(answer(&publisher()), numbered);
    let user = format!("user-{SUBJECT}");
    assert_eq!(
        answer(&Grant { uid: None, messaging: true, ..publisher() }),
        json!({"appId": APP, "channel": "stage-1~3", "account": user, "rtmUserId": user})
    );
}

#[test]
fn nothing_that_is_printed_shows_the_certificate() {
    let configured = configure(&sample_section(&DESCRIPTOR)).unwrap();
    let draft = drafted(&publisher()).unwrap();
    let token = draft.sign(&certificate()).unwrap();
    let shown = format!("{configured:?} {draft:?} {token:?} {:?}", read(token.expose()));
    assert!(!shown.contains(DESCRIPTOR.sample_secret) && !shown.contains(token.expose()));
}
