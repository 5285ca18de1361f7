//! Reading tokens back: whose is it, what does it allow, which entry does it belong to.

use roomkey_claims::{Fingerprint, IssuanceId, KeyId, Permissions, ProfileName, Timestamp};
use serde_json::Value;

use crate::{ALL, Candidate, Descriptor, Inspected};

/// The longest text that is looked at, in bytes: far over any token, far under what would cost time.
pub const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// A token read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// The kind of provider.
    pub provider: &'static str,
    /// What its tokens are, in a few words.
    pub format: &'static str,
    /// The profile whose key signed it, where one did.
    pub profile: Option<ProfileName>,
    /// The key that signed it, or else the one that it names.
    pub key_id: Option<KeyId>,
    /// Whether a configured key signed it, be it expired or not; if not, all the rest is hearsay.
    pub verified: bool,
    /// When it was issued.
    pub issued_at: Option<Timestamp>,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// The participant.
    pub identity: Option<String>,
    /// The provider's room.
    pub room: Option<String>,
    /// What it allows; `None` where it allows nothing, or something that the desk has no words for.
    pub permissions: Option<Permissions>,
    /// Everything that it says, as JSON.
    pub claims: Value,
    /// The issuance that it belongs to, where it names one.
    pub issuance_id: Option<IssuanceId>,
    /// The fingerprint of its signed content, by which the log finds the entry.
    pub fingerprint: Fingerprint,
}

/// Why a text cannot be read as a token; no message repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// It is too long.
    #[error("longer than {MAX_TOKEN_BYTES} bytes: give one token and nothing else")]
    TooLong,
    /// It is no token of a known format.
    #[error("not a token of a known format: give one whole token and nothing else")]
    UnknownFormat,
}

/// Reads a token of any known format and looks for the key that signed it among `candidates`.
///
/// Where several formats fit, the one whose key verifies wins, then the one that is certain.
/// Spaces and line ends around the token are ignored.
pub fn inspect(token: &str, candidates: &[Candidate<'_>]) -> Result<Inspection, InspectError> {
    let token = bounded(token)?;
    let readings = readings(token);
    let signed = readings.iter().find_map(|(descriptor, inspected)| {
        candidates
            .iter()
            .filter(|candidate| candidate.kind == descriptor.kind)
            .filter(|candidate| inspected.key_id.as_ref().is_none_or(|id| id == candidate.key))
            .find(|candidate| (descriptor.verify)(token, candidate.secret))
            .map(|candidate| (*descriptor, inspected.clone(), Some(*candidate)))
    });
    let (descriptor, inspected, candidate) = match signed {
        Some(signed) => signed,
        None => readings
            .into_iter()
            .next()
            .map(|(descriptor, inspected)| (descriptor, inspected, None))
            .ok_or(InspectError::UnknownFormat)?,
    };
    Ok(Inspection {
        provider: descriptor.kind,
        format: inspected.format,
        profile: candidate.map(|candidate| candidate.profile.clone()),
        key_id: candidate.map_or(inspected.key_id, |candidate| Some(candidate.key.clone())),
        verified: candidate.is_some(),
        issued_at: inspected.issued_at,
        expires_at: inspected.expires_at,
        identity: inspected.identity,
        room: inspected.room,
        permissions: inspected.permissions,
        claims: inspected.claims,
        issuance_id: inspected.issuance_id,
        fingerprint: inspected.fingerprint,
    })
}

/// The fingerprint of a token of any known format, offline and without verifying it.
pub fn fingerprint_of(token: &str) -> Option<Fingerprint> {
    let readings = readings(bounded(token).ok()?);
    readings.first().map(|(_, inspected)| inspected.fingerprint)
}

/// The token without what a terminal or a file puts around it.
fn bounded(token: &str) -> Result<&str, InspectError> {
    match token.len() {
        0..=MAX_TOKEN_BYTES => Ok(token.trim_ascii()),
        _ => Err(InspectError::TooLong),
    }
}

/// What each provider whose format fits reads in the token, the certain ones first.
fn readings(token: &str) -> Vec<(&'static Descriptor, Inspected)> {
    let read = |descriptor: &&'static Descriptor| {
        (descriptor.inspect)(token).map(|inspected| (*descriptor, inspected))
    };
    let mut readings: Vec<_> = ALL.iter().filter_map(read).collect();
    readings.sort_by_key(|(_, inspected)| inspected.likeness);
    readings
}
