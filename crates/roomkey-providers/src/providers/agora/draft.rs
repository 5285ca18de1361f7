//! From a grant to the bytes that are signed; everything is checked before the first byte is packed.

use std::collections::{BTreeMap, BTreeSet};

use roomkey_claims::{Grant, IssuanceId, Permissions, Source, Sources, Validity};

use super::pack::{Service, SigningInfo};
use super::services::{AUDIO, DATA, JOIN, LOGIN, RTC, RTM, VIDEO};
use super::{APP_ID, KIND, LONGEST_LIFE, is_hex, signing};
use crate::{Draft, DraftError, Drafting};

/// Longest channel name, in bytes: "less than 64" in one place, "up to 64" in another of Agora's documents.
const LONGEST_CHANNEL: usize = 63;

/// Longest account, in bytes.
const LONGEST_ACCOUNT: usize = 255;

/// Longest id of a user of RTM, in bytes.
const LONGEST_RTM_USER: usize = 64;

/// What names may have beside letters, digits and spaces, 89 characters in all: no `*`, which is a wildcard.
const PUNCTUATION: &[u8] = b"!#$%&()+-:;<=.>?@[]^_{}|~,";

/// Salts are from 1 to this number.
const MAX_SALT: u32 = 99_999_999;

/// The sources that each sending privilege covers: Agora knows sound and pictures, not where they come from.
pub(super) const GROUPS: [(u16, [Source; 2]); 2] = [
    (AUDIO, [Source::Microphone, Source::ScreenShareAudio]),
    (VIDEO, [Source::Camera, Source::ScreenShare]),
];

/// Writes a grant down.
pub(super) fn draft(drafting: &Drafting<'_>) -> Result<Draft, DraftError> {
    let Drafting { grant, profile, issuance, did } = *drafting;
    // A profile without an app is none of Agora's either.
    let app_id = profile.options.get(APP_ID).filter(|app_id| is_hex(app_id));
    let Some(app_id) = app_id.filter(|_| grant.kind.as_str() == KIND && profile.kind == grant.kind)
    else {
        return Err(DraftError::OtherProvider { kind: KIND });
    };
    if grant.with_did && did.is_some() {
        return Err(inexpressible("the DID that this room shows"));
    }
    let rtc = privileges(&grant.permissions)?;
    let (issue_ts, token_expire) = life(grant.validity)?;
    let (channel, account) = (grant.provider_room.as_str(), grant.participant());
    check_channel(channel)?;
    if grant.uid.is_none() {
        check_account(&account, LONGEST_ACCOUNT)?;
    }
    let mut services = BTreeMap::new();
    services.insert(RTC, Service { privileges: rtc, texts: vec![channel, &account] });
    if grant.messaging {
        services.insert(RTM, messaging(grant)?);
    }
    let salt = salt(issuance);
    let info = SigningInfo { app_id, issue_ts, token_expire, salt, services };
    let content = info.pack().map_err(|_| inexpressible("a text of over 65535 bytes"))?;
    Ok(Draft::new(KIND, (&grant.profile, &grant.key), content, signing::sign))
}

const fn inexpressible(what: &'static str) -> DraftError {
    DraftError::Inexpressible { kind: KIND, what }
}

/// The privileges of RTC that say exactly this.
fn privileges(permissions: &Permissions) -> Result<BTreeSet<u16>, DraftError> {
    let Permissions { subscribe, publish, data, moderate: _, sources } = permissions;
    if !subscribe {
        return Err(inexpressible("sending without receiving"));
    }
    let mut privileges = BTreeSet::from([JOIN]);
    if *publish {
        privileges.extend(sending(sources)?);
    }
    if *data {
        privileges.insert(DATA);
    }
    Ok(privileges)
}

/// The sending privileges that cover these sources and no others.
fn sending(sources: &Sources) -> Result<Vec<u16>, DraftError> {
    let mut privileges = Vec::new();
    for (privilege, group) in GROUPS {
        let covered = match sources {
            Sources::All => group.len(),
            Sources::Only(set) => group.iter().filter(|source| set.contains(source)).count(),
        };
        match covered {
            0 => {}
            2 => privileges.push(privilege),
            _ => return Err(inexpressible("a limit that tells a device from a shared screen")),
        }
    }
    if privileges.is_empty() {
        return Err(inexpressible("a limit to no source at all"));
    }
    Ok(privileges)
}

/// Messaging, in which somebody has the same id everywhere.
fn messaging(grant: &Grant) -> Result<Service<'_>, DraftError> {
    let user = grant.identity.as_str();
    check_account(user, LONGEST_RTM_USER)?;
    Ok(Service { privileges: [LOGIN].into(), texts: vec![user] })
}

/// The second of issue and the number of seconds from there to expiry.
fn life(validity: Validity) -> Result<(u32, u32), DraftError> {
    let Validity { not_before, expires_at } = validity;
    let seconds = expires_at.saturating_sub(not_before);
    let life = u32::try_from(seconds).ok().filter(|life| (1..=LONGEST_LIFE).contains(life));
    let Some(life) = life else {
        return Err(DraftError::Lifetime { seconds, longest: LONGEST_LIFE });
    };
    match (u32::try_from(not_before), u32::try_from(expires_at)) {
        (Ok(issue_ts), Ok(_)) => Ok((issue_ts, life)),
        _ => Err(DraftError::Instant { kind: KIND }),
    }
}

fn check_channel(channel: &str) -> Result<(), DraftError> {
    let (bytes, longest) = (channel.len(), LONGEST_CHANNEL);
    if !(1..=longest).contains(&bytes) {
        return Err(DraftError::RoomLength { bytes, longest });
    }
    if !is_plain(channel) {
        return Err(DraftError::RoomCharacters { kind: KIND });
    }
    Ok(())
}

/// Refuses what is no account, and digits only: the account `42` is the participant 42.
fn check_account(account: &str, longest: usize) -> Result<(), DraftError> {
    let bytes = account.len();
    if !(1..=longest).contains(&bytes) {
        return Err(DraftError::IdentityLength { bytes, longest });
    }
    if !is_plain(account) {
        return Err(DraftError::IdentityCharacters { kind: KIND });
    }
    if account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DraftError::NumericIdentity { kind: KIND });
    }
    Ok(())
}

/// Whether a name has none but Agora's 89 characters.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b' ' || PUNCTUATION.contains(&byte))
}

/// A salt that follows from the issuance: it tells apart two keys of one second and is no secret.
///
/// The last 62 bits of an id of version 7 are random (RFC 9562 section 5.7).
fn salt(issuance: IssuanceId) -> u32 {
    let random = issuance.as_uuid().as_u128() & ((1 << 62) - 1);
    u32::try_from(random % u128::from(MAX_SALT)).map_or(1, |remainder| remainder + 1)
}
