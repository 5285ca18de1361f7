//! What only LiveKit does; what every provider does is in `conformance.rs`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use roomkey_claims::{KeyId, ProfileName, ProviderRoom, Role};
use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::conformance::{install_backend, sample_section, stage};
use crate::{Candidate, Token, UrlError, inspect as inspect_any};

const ISSUANCE: &str = "01940000-0000-7000-8000-000000000001";

fn secret() -> SecretString {
    DESCRIPTOR.sample_secret.into()
}

fn grant(role: Role, sources: Sources) -> Grant {
    let subject = "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77".parse().unwrap();
    let room = "stage-1".parse().unwrap();
    Grant {
        subject,
        identity: roomkey_claims::Identity::of(subject, None),
        provider_room: ProviderRoom::of_meeting(&room, 3),
        room,
        scene: Some("intro".parse().unwrap()),
        event: None,
        device: None,
        meeting: Some(3),
        uid: None,
        messaging: false,
        role,
        permissions: role.permissions(sources),
        with_did: false,
        asked: None,
        validity: roomkey_claims::Validity::starting(Timestamp::from_seconds(1_800_000_000), 300),
        profile: stage(),
        kind: kind(),
        key: "APIexample".parse().unwrap(),
    }
}

fn profile(room_admin: bool) -> Profile {
    let mut section = sample_section(&DESCRIPTOR);
    section.values.insert(ROOM_ADMIN.to_owned(), Value::Bool(room_admin));
    configure(&section).unwrap().profile
}

fn drafted(grant: &Grant, profile: &Profile) -> Result<Draft, DraftError> {
    let did = "did:web:example.org:ada".parse().unwrap();
    draft(&Drafting { grant, profile, issuance: ISSUANCE.parse().unwrap(), did: Some(&did) })
}

fn token(grant: &Grant, profile: &Profile) -> Token {
    install_backend();
    drafted(grant, profile).unwrap().sign(&secret()).unwrap()
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Makes a token of any header and claims, signed as `algorithm` says, whatever the header says.
fn forged(header: &Value, claims: &Value, algorithm: Algorithm) -> String {
    install_backend();
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let content = format!("{}.{}", encode(header), encode(claims));
    let key = EncodingKey::from_secret(DESCRIPTOR.sample_secret.as_bytes());
    let signature = crypto::sign(content.as_bytes(), &key, algorithm).unwrap();
    format!("{content}.{signature}")
}

fn verified(token: &str) -> bool {
    let (name, key): (ProfileName, KeyId) = (stage(), "APIexample".parse().unwrap());
    let secret = secret();
    let candidate = Candidate { kind: KIND, profile: &name, key: &key, secret: &secret };
    inspect_any(token, &[candidate]).is_ok_and(|inspection| inspection.verified)
}

#[test]
fn a_publisher_reads_exactly_like_this() {
    let token = token(&grant(Role::Publisher, Sources::All), &profile(false));
    assert_eq!(part(token.expose(), 0), json!({"alg": "HS256", "typ": "JWT"}));
    assert_eq!(
        part(token.expose(), 1),
        json!({
            "iss": "APIexample",
            "sub": "user-2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77",
            "jti": ISSUANCE,
            "nbf": 1_800_000_000,
            "iat": 1_800_000_000,
            "exp": 1_800_000_300,
            "video": {
                "room": "stage-1~3",
                "roomJoin": true,
                "canPublish": true,
                "canSubscribe": true,
                "canPublishData": true,
                "canUpdateOwnMetadata": false,
                "hidden": false,
                "roomAdmin": false,
                "roomCreate": false,
                "roomList": false,
                "roomRecord": false,
                "ingressAdmin": false,
            },
            "metadata": r#"{"sceneId":"intro","eventId":null,"roles":["publisher"]}"#,
        })
    );
}

#[test]
fn every_role_writes_its_booleans_out() {
    for (role, publish, subscribe) in [
        (Role::Subscriber, false, true),
        (Role::Publisher, true, true),
        (Role::PublisherOnly, true, false),
        (Role::Moderator, true, true),
    ] {
        let token = token(&grant(role, Sources::All), &profile(false));
        let video = &part(token.expose(), 1)["video"];
        assert_eq!(video["canPublish"], publish, "{role:?}");
        assert_eq!(video["canPublishData"], publish, "{role:?}");
        assert_eq!(video["canSubscribe"], subscribe, "{role:?}");
        assert!(video.get("canPublishSources").is_none());
    }
}

#[test]
fn only_a_moderator_of_a_willing_profile_administers_the_room() {
    for role in Role::ALL {
        for willing in [false, true] {
            let token = token(&grant(role, Sources::All), &profile(willing));
            let is_admin = &part(token.expose(), 1)["video"]["roomAdmin"];
            assert_eq!(*is_admin, willing && role == Role::Moderator, "{role:?} {willing}");
        }
    }
}

#[test]
fn sources_are_listed_by_their_names_and_an_empty_list_is_refused() {
    let limit = [Source::ScreenShareAudio, Source::Camera].into();
    let token = token(&grant(Role::Publisher, Sources::Only(limit)), &profile(false));
    let sources = &part(token.expose(), 1)["video"]["canPublishSources"];
    assert_eq!(*sources, json!(["camera", "screen_share_audio"]));

    let nothing = grant(Role::Publisher, Sources::Only(BTreeSet::new()));
    let refused = drafted(&nothing, &profile(false)).unwrap_err();
    assert!(matches!(refused, DraftError::Inexpressible { kind: KIND, .. }), "{refused}");
}

#[test]
fn a_did_is_written_only_where_the_room_says_so() {
    let metadata = |with_did| {
        let grant = Grant { with_did, ..grant(Role::Subscriber, Sources::All) };
        let token = token(&grant, &profile(false));
        let text = part(token.expose(), 1)["metadata"].as_str().unwrap().to_owned();
        serde_json::from_str::<Value>(&text).unwrap().get("did").cloned()
    };
    assert_eq!(metadata(false), None);
    assert_eq!(metadata(true), Some(json!("did:web:example.org:ada")));
}

#[test]
fn names_are_bounded_in_bytes() {
    let with_room = |room: String| {
        let provider_room = ProviderRoom::from_provider(room);
        let grant = Grant { provider_room, ..grant(Role::Publisher, Sources::All) };
        drafted(&grant, &profile(false)).map(|draft| draft.kind())
    };
    assert_eq!(with_room("é".repeat(128)), Ok(KIND));
    let refused = |bytes| Err(DraftError::RoomLength { bytes, longest: 256 });
    assert_eq!(with_room("x".repeat(257)), refused(257));
    assert_eq!(with_room("é".repeat(129)), refused(258));
    assert_eq!(with_room(String::new()), refused(0));
}

#[test]
fn a_grant_for_another_provider_is_refused() {
    let other = Grant { kind: "agora".parse().unwrap(), ..grant(Role::Publisher, Sources::All) };
    let refused = drafted(&other, &profile(false)).unwrap_err();
    assert_eq!(refused, DraftError::OtherProvider { kind: KIND });
}

#[test]
fn the_answer_names_room_and_server() {
    let answer = answer(&grant(Role::Publisher, Sources::All), &profile(false));
    let expected = json!({"room": "stage-1~3", "serverUrl": "wss://rtc.example.org"});
    assert_eq!(Value::from_iter(answer), expected);
}

#[test]
fn short_secrets_and_the_development_key_are_for_dev_only() {
    let section = |id: &str, secret: &str, dev| {
        let mut section = Section { dev, ..sample_section(&DESCRIPTOR) };
        section.keys[0].id = id.to_owned();
        section.keys[0].secret = secret.into();
        configure(&section).map(|configured| configured.profile.keys.len())
    };
    let short = |id: &str| Err(SectionError::ShortSecret { id: id.parse().unwrap(), minimum: 32 });
    assert_eq!(section("devkey", "secret", true), Ok(1));
    assert_eq!(section("devkey", "secret", false), short("devkey"));
    assert_eq!(section("devkey", "another", true), short("devkey"));
    assert_eq!(section("other", "secret", true), short("other"));
    assert_eq!(section("other", &"x".repeat(31), false), short("other"));
    assert_eq!(section("other", &"x".repeat(32), false), Ok(1));
    let said = section("other", "hunter2", false).unwrap_err().to_string();
    assert!(said.contains("32 bytes") && !said.contains("hunter2"), "{said}");
}

#[test]
fn clear_text_urls_lead_nowhere_but_here() {
    let with_url = |url: &str| {
        let mut section = sample_section(&DESCRIPTOR);
        section.values.insert("url".to_owned(), Value::from(url));
        configure(&section).map(|configured| configured.profile.url)
    };
    assert_eq!(with_url("ws://127.0.0.1:7880"), Ok(Some("ws://127.0.0.1:7880".to_owned())));
    let refused = SectionError::Url { field: "url", reason: UrlError::Insecure };
    assert_eq!(with_url("ws://rtc.example.org"), Err(refused));
    let mut section = sample_section(&DESCRIPTOR);
    section.values.insert(ROOM_ADMIN.to_owned(), Value::from("yes"));
    let refused = SectionError::WrongType { field: ROOM_ADMIN, expected: "true or false" };
    assert_eq!(configure(&section).unwrap_err(), refused);
}

#[test]
fn the_token_does_not_choose_its_algorithm() {
    let claims = json!({"iss": "APIexample", "sub": "a", "exp": 1, "video": {}});
    let sign = |header: Value| forged(&header, &claims, Algorithm::HS256);
    assert!(verified(&sign(json!({"alg": "HS256", "typ": "JWT"}))));
    assert!(verified(&sign(json!({"alg": "HS256"}))), "LiveKit's own SDK for JavaScript omits typ");
    assert!(verified(&sign(json!({"alg": "HS256", "kid": "../../etc/passwd"}))), "kid is not read");
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "hs256"}),
        json!({"alg": "HS384"}),
        json!({"alg": "RS256"}),
        json!({"alg": ["HS256"]}),
        json!({"typ": "JWT"}),
        json!({"alg": "HS256", "crit": ["b64"], "b64": false}),
    ] {
        assert!(!verified(&sign(header.clone())), "{header}");
    }
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        assert!(!verified(&forged(&json!({"alg": "HS256"}), &claims, algorithm)));
        let honest = json!({"alg": format!("{algorithm:?}")});
        assert!(!verified(&forged(&honest, &claims, algorithm)), "{honest}");
    }
    let unsigned = sign(json!({"alg": "none"}));
    assert!(!verified(&format!("{}.", unsigned.rsplit_once('.').unwrap().0)));
}

#[test]
fn an_altered_token_is_not_verified() {
    let token = token(&grant(Role::Subscriber, Sources::All), &profile(false));
    let token = token.expose();
    assert!(verified(token));
    let (content, _) = token.rsplit_once('.').unwrap();
    for at in (0..content.len()).filter(|at| token.as_bytes()[*at] != b'.') {
        let mut altered = token.as_bytes().to_vec();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        assert!(!verified(str::from_utf8(&altered).unwrap()), "byte {at}");
    }
    for signature in ["", "AAAA", &"A".repeat(43), "!"] {
        assert!(!verified(&format!("{content}.{signature}")), "{signature}");
    }
}

#[test]
fn a_respelt_signature_keeps_verdict_and_fingerprint() {
    let token = token(&grant(Role::Subscriber, Sources::All), &profile(false));
    let token = token.expose();
    // 43 characters carry 258 bits: the last two of them mean nothing.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (last, rest) = token.as_bytes().split_last().unwrap();
    let value = alphabet.bytes().position(|byte| byte == *last).unwrap();
    let mut respelt = rest.to_vec();
    respelt.push(alphabet.as_bytes()[value + 1]);
    let respelt = String::from_utf8(respelt).unwrap();
    assert_ne!(respelt, token);
    assert!(verified(&respelt));
    assert_eq!(crate::fingerprint_of(&respelt), crate::fingerprint_of(token));
}

#[test]
fn foreign_tokens_are_read_as_the_server_reads_them() {
    let read =
        |claims: Value| inspect(&forged(&json!({"alg": "HS256"}), &claims, Algorithm::HS256));
    let join = |video: Value| read(json!({"iss": "k", "video": video})).unwrap().permissions;
    let all = Permissions {
        subscribe: true,
        publish: true,
        data: true,
        moderate: false,
        sources: Sources::All,
    };
    assert_eq!(join(json!({"roomJoin": true, "canPublishSources": []})), Some(all.clone()));
    let muted = Permissions { publish: false, data: false, ..all.clone() };
    assert_eq!(join(json!({"roomJoin": true, "canPublish": false})), Some(muted));
    let admin = Permissions { moderate: true, ..all };
    assert_eq!(join(json!({"roomJoin": true, "roomAdmin": true})), Some(admin));
    assert_eq!(join(json!({"roomJoin": true, "canPublishSources": ["hologram"]})), None);
    assert_eq!(join(json!({"roomCreate": true})), None);

    let fallback = read(json!({"iss": "k", "sub": "", "jti": "j"})).unwrap();
    assert_eq!(fallback.identity.as_deref(), Some("j"));
    assert_eq!((fallback.likeness, fallback.issuance_id), (Likeness::Possible, None));
    let odd =
        read(json!({"iss": "a b", "exp": 1.5, "video": {"room": 7}, "jti": ISSUANCE})).unwrap();
    assert_eq!((odd.key_id, odd.expires_at, odd.room), (None, None, None));
    assert_eq!((odd.likeness, odd.issuance_id), (Likeness::Certain, ISSUANCE.parse().ok()));
    assert_eq!(read(json!({"sub": "nobody issued it"})), None);
    assert_eq!(read(json!([1])), None);
}
