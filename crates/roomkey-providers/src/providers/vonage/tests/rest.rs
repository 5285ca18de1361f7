//! Calls to the platform; bodies and answers are OpenTok's, whose tests cover them.

use serde_json::json;

use super::{DESCRIPTOR, SESSION, verified};
use crate::tokbox::fixtures::{CALL, calls, part, profile, request, signed};
use crate::{Call, DraftError};

const APPLICATION: &str = "29f760f8-7ce1-46c9-ade3-f2dedee4ed5f";

#[test]
fn each_call_has_its_path() {
    let urls = calls(SESSION).map(|call| {
        let request = request(&DESCRIPTOR, &profile(&DESCRIPTOR, &[]), &call).unwrap();
        assert_eq!((request.header, request.scheme), ("Authorization", "Bearer "));
        request.url
    });
    let project = format!("https://video.api.vonage.com/v2/project/{APPLICATION}");
    let connection = "c053fcc8-c681-41d5-8ec2-7a9e1434a21e";
    let expected = [
        "https://video.api.vonage.com/session/create".to_owned(),
        format!("{project}/session/{SESSION}/connection/{connection}"),
        format!("{project}/archive?offset=10&count=50"),
        format!("{project}/archive/b40ef09b-3811-4726-b508-e41a0f96c68f"),
    ];
    assert_eq!(urls, expected);
}

#[test]
fn the_credential_reads_exactly_like_this() {
    for call in calls(SESSION) {
        let request = request(&DESCRIPTOR, &profile(&DESCRIPTOR, &[]), &call).unwrap();
        let token = signed(&DESCRIPTOR, &request.draft);
        assert_eq!(part(&token, 0), json!({"alg": "RS256", "typ": "JWT"}));
        let expected = json!({
            "application_id": APPLICATION,
            "iat": 1_800_000_000,
            "exp": 1_800_000_180,
            "jti": CALL,
        });
        assert_eq!(part(&token, 1), expected);
        assert_eq!(request.expires_at, 1_800_000_180);
        assert!(verified(&token));
        assert!(!format!("{request:?}").contains("eyJ"));
    }
}

#[test]
fn sessions_of_others_are_neither_used_nor_taken() {
    let foreign = "1_MX4xMjM0NTZ-fjE3MDAwMDAwMDAwMDB-YWJjREVGMDEyMzQ1Njc4OWFiY0RFRjAxfn4";
    let call = Call::Disconnect { session: foreign, connection: "a" };
    let profile = profile(&DESCRIPTOR, &[]);
    let refused = request(&DESCRIPTOR, &profile, &call).unwrap_err();
    assert_eq!(refused, DraftError::OtherAccount { kind: "vonage" });
    let session = |id: &str| {
        let body = json!([{"session_id": id}]).to_string();
        (DESCRIPTOR.rest.unwrap().session)(&profile, body.as_bytes())
    };
    assert_eq!((session(foreign), session(SESSION).as_deref()), (None, Some(SESSION)));
}
