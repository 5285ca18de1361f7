//! What a token says, in the desk's words; nothing of it is verified.

use std::collections::BTreeSet;

use roomkey_claims::{Fingerprint, Permissions, Sources, Timestamp};
use serde_json::{Map, Value, json};

use super::DESCRIPTOR;
use super::draft::GROUPS;
use super::services::{ACCOUNT, CHANNEL, DATA, JOIN, RTC, RTM, USER_ID};
use super::unpack::{Content, Envelope, Service, name_of};
use crate::{Inspected, Likeness};

/// Reads a token with any of Agora's services.
///
/// Room and participant are those of its first channel; where it has none, the participant is that of its messaging.
pub(super) fn inspect(token: &str) -> Option<Inspected> {
    let Envelope { signature: _, signed } = Envelope::parse(token)?;
    let content = Content::parse(&signed)?;
    let first = |number| content.services.iter().find(|service| service.known.number == number);
    let (rtc, rtm) = (first(RTC), first(RTM));
    let identity = match rtc {
        Some(rtc) => rtc.text(ACCOUNT),
        None => rtm.and_then(|rtm| rtm.text(USER_ID)),
    };
    let issued_at = i64::from(content.head.issue_ts);
    let expires_at = issued_at + i64::from(content.head.token_expire);
    Some(Inspected {
        format: DESCRIPTOR.format,
        likeness: Likeness::Certain,
        key_id: None,
        issued_at: Some(Timestamp::from_seconds(issued_at)),
        expires_at: Some(Timestamp::from_seconds(expires_at)),
        identity: identity.map(str::to_owned),
        room: rtc.and_then(|rtc| rtc.text(CHANNEL)).map(str::to_owned),
        permissions: permissions(&content.services),
        claims: claims(&content),
        issuance_id: None,
        fingerprint: Fingerprint::of(&signed),
    })
}

/// What the one channel of a token allows; `None` where there is none or another number, or where it admits nobody.
fn permissions(services: &[Service]) -> Option<Permissions> {
    let mut channels = services.iter().filter(|service| service.known.number == RTC);
    let (Some(rtc), None) = (channels.next(), channels.next()) else { return None };
    let has = |privilege: u16| rtc.privileges.contains_key(&privilege);
    if !has(JOIN) {
        return None;
    }
    let sent: Vec<_> = GROUPS.iter().filter(|(privilege, _)| has(*privilege)).collect();
    Some(Permissions {
        subscribe: true,
        publish: !sent.is_empty(),
        data: has(DATA),
        moderate: false,
        sources: match sent.as_slice() {
            [(_, group)] => Sources::Only(BTreeSet::from(*group)),
            _ => Sources::All,
        },
    })
}

/// Everything that a token says, with the vendor's names.
fn claims(content: &Content) -> Value {
    let Content { head, services, unknown, unread } = content;
    let mut claims = json!({
        "appId": head.app_id,
        "issueTs": head.issue_ts,
        "tokenExpire": head.token_expire,
        "salt": head.salt,
        "services": services.iter().map(described).collect::<Vec<_>>(),
        "wildcard": services.iter().any(is_wildcard),
    });
    let note = match unknown {
        Some(number) => Some(json!({"unknownService": number, "unreadBytes": unread})),
        None if *unread != 0 => Some(json!({"trailingBytes": unread})),
        None => None,
    };
    if let (Some(claims), Some(Value::Object(note))) = (claims.as_object_mut(), note) {
        claims.extend(note);
    }
    claims
}

/// A service with its privileges by name, each with the seconds that it lives.
fn described(service: &Service) -> Value {
    let Service { known, privileges, payload } = service;
    let name = |privilege: u16| match privilege.checked_sub(1) {
        Some(place) if usize::from(place) < known.privileges.len() => {
            name_of(known.privileges, place)
        }
        _ => privilege.to_string(),
    };
    let privileges: Map<String, Value> = privileges
        .iter()
        .map(|(privilege, seconds)| (name(*privilege), Value::from(*seconds)))
        .collect();
    let mut described = Map::new();
    described.insert("service".to_owned(), Value::from(known.name));
    described.insert("type".to_owned(), Value::from(known.number));
    described.insert("privileges".to_owned(), Value::Object(privileges));
    described.extend(payload.clone());
    Value::Object(described)
}

/// Whether a service admits anybody, or anywhere: an empty name, 0 for an account, a star in either.
fn is_wildcard(service: &Service) -> bool {
    let names = [CHANNEL, ACCOUNT].map(|name| (name, service.payload.get(name)));
    names.into_iter().filter_map(|(name, text)| Some((name, text?.as_str()?))).any(
        |(name, text)| text.is_empty() || text.contains('*') || (name == ACCOUNT && text == "0"),
    )
}
