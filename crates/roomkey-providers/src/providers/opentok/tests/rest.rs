//! Calls to the platform and what it answers.

use roomkey_claims::{Archive, Media, SessionOptions, Timestamp};
use serde_json::json;

use super::{DESCRIPTOR, SECRET, SESSION, verified};
use crate::tokbox::fixtures::{CALL, calls, part, profile, read_with, request, signed};
use crate::{ArchiveItem, Call, DraftError, Method};

const API: (&str, &str) = ("api_url", "http://127.0.0.1:9000/");

#[test]
fn each_call_has_its_path() {
    let profile = profile(&DESCRIPTOR, &[API]);
    let sent = calls(SESSION).map(|call| {
        let request = request(&DESCRIPTOR, &profile, &call).unwrap();
        assert_eq!((request.header, request.scheme), ("X-OPENTOK-AUTH", ""));
        let body = request.body.map(|body| (body.content_type, body.text));
        (request.method, request.url, body, request.done)
    });
    let form = "p2p.preference=disabled&archiveMode=always&e2ee=false".to_owned();
    let form = Some(("application/x-www-form-urlencoded", form));
    let project = "http://127.0.0.1:9000/v2/project/123456";
    let connection = "c053fcc8-c681-41d5-8ec2-7a9e1434a21e";
    let archive = "b40ef09b-3811-4726-b508-e41a0f96c68f";
    let create = "http://127.0.0.1:9000/session/create".to_owned();
    let disconnect = format!("{project}/session/{SESSION}/connection/{connection}");
    let expected: [(Method, String, _, &[u16]); 4] = [
        (Method::Post, create, form, &[200]),
        (Method::Delete, disconnect, None, &[204, 404]),
        (Method::Get, format!("{project}/archive?offset=10&count=50"), None, &[200]),
        (Method::Delete, format!("{project}/archive/{archive}"), None, &[204, 404]),
    ];
    assert_eq!(sent, expected);
}

#[test]
fn a_sessions_options_are_all_written_out() {
    for (media, e2ee, archive, expected) in [
        (
            Media::Relayed,
            false,
            Archive::Manual,
            "p2p.preference=enabled&archiveMode=manual&e2ee=false",
        ),
        (
            Media::Routed,
            true,
            Archive::Manual,
            "p2p.preference=disabled&archiveMode=manual&e2ee=true",
        ),
    ] {
        let call = Call::CreateSession(SessionOptions { media, e2ee, archive });
        let request = request(&DESCRIPTOR, &profile(&DESCRIPTOR, &[]), &call).unwrap();
        assert_eq!(request.body.unwrap().text, expected);
        assert_eq!(request.url, "https://api.opentok.com/session/create");
    }
}

#[test]
fn the_credential_reads_exactly_like_this() {
    for call in calls(SESSION) {
        let request = request(&DESCRIPTOR, &profile(&DESCRIPTOR, &[]), &call).unwrap();
        let token = signed(&DESCRIPTOR, &request.draft);
        assert_eq!(part(&token, 0), json!({"alg": "HS256", "typ": "JWT"}));
        assert_eq!(
            part(&token, 1),
            json!({
                "iss": "123456",
                "ist": "project",
                "iat": 1_800_000_000,
                "exp": 1_800_000_180,
                "jti": CALL,
            })
        );
        assert_eq!(request.expires_at, 1_800_000_180);
        assert!(verified(&token));
        let read = read_with(&DESCRIPTOR, SECRET, &token);
        assert_eq!((read.format, read.room), ("project JWT (HS256)", None));
        assert_eq!(read.fingerprint, request.draft.fingerprint());
        assert!(!format!("{request:?}").contains("eyJ"));
    }
}

#[test]
fn ids_lead_nowhere_else() {
    let refused =
        |call: Call<'_>| request(&DESCRIPTOR, &profile(&DESCRIPTOR, &[]), &call).unwrap_err();
    let long = "x".repeat(256);
    for bad in ["", "a/../../archive/b", "a?b", "a#b", "a%2fb", "a b", "ä", ".", "a\r\nb", &long] {
        for (call, what) in [
            (Call::Disconnect { session: SESSION, connection: bad }, "connection"),
            (Call::Disconnect { session: bad, connection: "a" }, "session"),
            (Call::DeleteArchive { archive: bad }, "archive"),
        ] {
            assert_eq!(refused(call), DraftError::Id { what }, "{bad:?}");
        }
    }
    let foreign = "2_MX44NTQ1MTF-fjE0NzI0MzU2MDUyMjN-eVgwNFJhZmR6MjdockFHanpxNzBXaEFXfn4";
    let call = Call::Disconnect { session: foreign, connection: "a" };
    assert_eq!(refused(call), DraftError::OtherAccount { kind: "opentok" });
}

#[test]
fn a_profile_of_another_kind_is_refused() {
    let mut profile = profile(&DESCRIPTOR, &[]);
    profile.kind = "vonage".parse().unwrap();
    for call in calls(SESSION) {
        let refused = request(&DESCRIPTOR, &profile, &call).unwrap_err();
        assert_eq!(refused, DraftError::OtherProvider { kind: "opentok" });
    }
}

#[test]
fn the_answer_with_a_session_is_a_list_of_one_of_this_account() {
    let session = |body: &str| {
        let profile = profile(&DESCRIPTOR, &[]);
        (DESCRIPTOR.rest.unwrap().session)(&profile, body.as_bytes())
    };
    let real = format!(
        r#"[{{"session_id":"{SESSION}","project_id":"123456","partner_id":"123456",
            "create_dt":"Fri Feb 14 05:14:54 PST 2025","session_status":null,"ice_credential_expiration":86100}}]"#
    );
    assert_eq!(session(&real).as_deref(), Some(SESSION));
    let one = format!(r#"{{"session_id":"{SESSION}"}}"#);
    let foreign = "2_MX44NTQ1MTF-fjE0NzI0MzU2MDUyMjN-eVgwNFJhZmR6MjdockFHanpxNzBXaEFXfn4";
    for bad in [
        "",
        "[]",
        &one,
        &format!("[{one},{one}]"),
        &format!(r#"[{{"session_id":"{foreign}"}}]"#),
        r#"[{"session_id":null}]"#,
        r#"[{"session_id":"x/../y"}]"#,
        "<sessions><Session/></sessions>",
        r#"{"code":-1,"message":"Invalid signature"}"#,
    ] {
        assert_eq!(session(bad), None, "{bad}");
    }
}

#[test]
fn archives_are_read_without_their_link() {
    let archives = |body: &str| (DESCRIPTOR.rest.unwrap().archives)(body.as_bytes());
    let page = json!({"count": 2, "items": [
        {
            "id": "b40ef09b-3811-4726-b508-e41a0f96c68f", "status": "available", "name": "Foo",
            "reason": "", "sessionId": SESSION, "projectId": 123_456, "createdAt": 1_384_221_730_000_i64,
            "size": 8_347_554, "duration": 328, "url": "https://bucket.example.org/secret-link",
        },
        {
            "id": "1", "status": "failed", "name": null, "reason": "no upload", "sessionId": SESSION,
            "createdAt": "yesterday", "size": -1, "duration": 1.5, "url": null,
        },
    ]});
    let items = archives(&page.to_string()).unwrap();
    assert_eq!(
        items,
        [
            ArchiveItem {
                id: "b40ef09b-3811-4726-b508-e41a0f96c68f".to_owned(),
                status: "available".to_owned(),
                name: Some("Foo".to_owned()),
                session: SESSION.to_owned(),
                created_at: Some(Timestamp::from_seconds(1_384_221_730)),
                seconds: Some(328),
                bytes: Some(8_347_554),
                reason: None,
            },
            ArchiveItem {
                id: "1".to_owned(),
                status: "failed".to_owned(),
                name: None,
                session: SESSION.to_owned(),
                created_at: None,
                seconds: None,
                bytes: None,
                reason: Some("no upload".to_owned()),
            },
        ]
    );
    assert!(!format!("{items:?}").contains("secret-link"));
    assert_eq!(archives(r#"{"count":0,"items":[]}"#), Some(vec![]));
    for bad in ["", "[]", r#"{"code":-1}"#, r#"{"items":[{"id":1}]}"#] {
        assert_eq!(archives(bad), None, "{bad}");
    }
}
