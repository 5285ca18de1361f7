//! What the tests of both kinds of account start from.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use roomkey_claims::{
    Archive, Did, Grant, Identity, KeyId, Media, Profile, ProfileName, ProviderRoom, Role,
    SessionOptions, Sources, Timestamp, Validity,
};
use secrecy::SecretString;
use serde_json::Value;

use crate::conformance::{install_backend, sample_section, stage};
use crate::{Call, Calling, Descriptor, Draft, DraftError, Drafting, Inspection, Request, inspect};

/// The issuance of every token drafted here.
pub(crate) const ISSUANCE: &str = "01940000-0000-7000-8000-0000812d1a85";

/// The id of every call made here.
pub(crate) const CALL: &str = "7d4f3d0c-6c0f-4a55-9d0e-0f5a3c1b2d4e";

/// A grant for five minutes in a session.
pub(crate) fn grant(descriptor: &Descriptor, session: &str, role: Role) -> Grant {
    let subject = "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77".parse().unwrap();
    Grant {
        subject,
        identity: Identity::of(subject, None),
        provider_room: ProviderRoom::from_provider(session.to_owned()),
        room: "stage-1".parse().unwrap(),
        scene: Some("intro".parse().unwrap()),
        event: None,
        device: None,
        meeting: Some(3),
        uid: None,
        messaging: false,
        role,
        permissions: role.permissions(Sources::All),
        with_did: false,
        asked: None,
        validity: Validity::starting(Timestamp::from_seconds(1_800_000_000), 300),
        profile: stage(),
        kind: descriptor.kind.parse().unwrap(),
        key: "2026".parse().unwrap(),
    }
}

/// A profile with its sample section, some of whose fields are changed.
pub(crate) fn profile(descriptor: &Descriptor, changes: &[(&str, &str)]) -> Profile {
    let mut section = sample_section(descriptor);
    for (name, value) in changes {
        section.values.insert((*name).to_owned(), Value::from(*value));
    }
    (descriptor.configure)(&section).unwrap().profile
}

/// The draft of a grant to a user with a DID.
pub(crate) fn drafted(
    descriptor: &Descriptor,
    grant: &Grant,
    profile: &Profile,
) -> Result<Draft, DraftError> {
    let did: Did = "did:web:example.org:ada".parse().unwrap();
    let issuance = ISSUANCE.parse().unwrap();
    (descriptor.draft)(&Drafting { grant, profile, issuance, did: Some(&did) })
}

/// The text of a draft signed with the sample secret.
pub(crate) fn signed(descriptor: &Descriptor, draft: &Draft) -> String {
    install_backend();
    draft.sign(&descriptor.sample_secret.into()).unwrap().expose().to_owned()
}

/// A part of a JWT.
pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A JWT of any header and claims, signed as `algorithm` says, whatever the header says.
pub(crate) fn forged(
    header: &Value,
    claims: &Value,
    (algorithm, key): (Algorithm, &EncodingKey),
) -> String {
    install_backend();
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let content = format!("{}.{}", encode(header), encode(claims));
    let signature = crypto::sign(content.as_bytes(), key, algorithm).unwrap();
    format!("{content}.{signature}")
}

/// What any provider reads in a token, with one key configured.
pub(crate) fn read_with(descriptor: &Descriptor, secret: &str, token: &str) -> Inspection {
    install_backend();
    let (name, key): (ProfileName, KeyId) = (stage(), "2026".parse().unwrap());
    let secret: SecretString = secret.into();
    let candidate =
        crate::Candidate { kind: descriptor.kind, profile: &name, key: &key, secret: &secret };
    inspect(token, &[candidate]).unwrap()
}

/// A call at 1 800 000 000.
pub(crate) fn request(
    descriptor: &Descriptor,
    profile: &Profile,
    call: &Call<'_>,
) -> Result<Request, DraftError> {
    let (name, key) = (stage(), "2026".parse().unwrap());
    let calling = Calling {
        name: &name,
        profile,
        key: &key,
        now: Timestamp::from_micros(1_800_000_000_999_999),
        id: CALL.parse().unwrap(),
    };
    (descriptor.rest.unwrap().request)(&calling, call)
}

/// Every call, with ids of the form that the vendor gives out.
pub(crate) fn calls(session: &str) -> [Call<'_>; 4] {
    let options = SessionOptions { media: Media::Routed, e2ee: false, archive: Archive::Always };
    [
        Call::CreateSession(options),
        Call::Disconnect { session, connection: "c053fcc8-c681-41d5-8ec2-7a9e1434a21e" },
        Call::ListArchives { offset: 10, count: 50 },
        Call::DeleteArchive { archive: "b40ef09b-3811-4726-b508-e41a0f96c68f" },
    ]
}
