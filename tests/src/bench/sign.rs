//! Drafting and signing one key, against the bare HMAC of its bytes with base64.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use jsonwebtoken::{Algorithm, EncodingKey};
use roomkey_claims::{
    Grant, Identity, IssuanceId, Key, Profile, ProviderRoom, Role, Sources, SubjectRef, Validity,
    fixtures,
};
use roomkey_providers::{Drafting, find};
use secrecy::SecretString;

use super::report::{Budget, Report, median};

/// How many of each are timed together, and how often.
const CALLS: u32 = 2_000;
const ROUNDS: usize = 15;

const SECRET: &str = "a secret for measurements, of 40 bytes..";

pub(super) fn measure(report: &mut Report) -> anyhow::Result<()> {
    // Another measurement of this process may have installed it.
    let _installed = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let (grant, profile) = (grant()?, profile()?);
    let provider = find("livekit").context("LiveKit is in the table")?;
    let issuance: IssuanceId = "01890a5d-ac96-774b-bcce-b302099a8057".parse()?;
    let drafting = Drafting { grant: &grant, profile: &profile, issuance, did: None };
    let secret = SecretString::from(SECRET);
    let token = (provider.draft)(&drafting)?.sign(&secret)?;
    let (content, _) = token.expose().rsplit_once('.').context("a JWT")?;
    let key = EncodingKey::from_secret(SECRET.as_bytes());

    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(time(|| {
            let signature = jsonwebtoken::crypto::sign(content.as_bytes(), &key, Algorithm::HS256);
            black_box(signature).map(drop).map_err(|error| anyhow!("{error}"))
        })?);
        whole.push(time(|| {
            black_box((provider.draft)(black_box(&drafting))?.sign(&secret)?);
            Ok(())
        })?);
    }
    let (bare, whole) = (median(bare), median(whole));
    let what = "bare HMAC-SHA256 with base64, of the same bytes";
    report.figure("hmacNanos", what, bare, "ns", Budget::None);
    report.figure("draftAndSignNanos", "draft and sign a LiveKit key", whole, "ns", Budget::None);
    let what = "draft and sign to bare HMAC";
    report.figure("ratioToHmac", what, whole / bare, "", Budget::AtMost(3.0));
    Ok(())
}

/// Nanoseconds of one call.
fn time(mut call: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let start = Instant::now();
    for _ in 0..CALLS {
        call()?;
    }
    let took: Duration = start.elapsed() / CALLS;
    Ok(took.as_secs_f64() * 1e9)
}

fn grant() -> anyhow::Result<Grant> {
    let subject: SubjectRef = "8d2c1a34-2f61-4f52-9c1e-0d5b7c6a9e01".parse()?;
    Ok(Grant {
        subject,
        identity: Identity::of(subject, None),
        room: "stage-1".parse()?,
        scene: Some("scene-1".parse()?),
        event: Some("event-1".parse()?),
        device: None,
        meeting: Some(3),
        provider_room: ProviderRoom::of_meeting(&"stage-1".parse()?, 3),
        uid: None,
        messaging: false,
        role: Role::Publisher,
        permissions: Role::Publisher.permissions(Sources::All),
        with_did: false,
        asked: Some(300),
        validity: Validity { not_before: 1_800_000_000, expires_at: 1_800_000_300 },
        profile: "stage".parse()?,
        kind: "livekit".parse()?,
        key: "APIstage".parse()?,
    })
}

fn profile() -> anyhow::Result<Profile> {
    Ok(Profile {
        url: Some("wss://rtc.example.org".to_owned()),
        keys: vec![Key { id: "APIstage".parse()?, ..fixtures::key() }],
        ..fixtures::profile()
    })
}
