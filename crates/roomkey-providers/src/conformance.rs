//! What every provider keeps, checked by looping over the table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Once;

use proptest::prelude::*;
use roomkey_claims::*;
use serde_json::Value;

use crate::*;

/// Installs the cryptographic backend, which a program does in `main`.
pub(crate) fn install_backend() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let provider = &jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
        assert!(provider.install_default().is_ok(), "nothing else installs one");
    });
}

/// The section that a provider's own examples make.
pub(crate) fn sample_section(descriptor: &Descriptor) -> Section {
    let value = |field: &Field| (field.name.to_owned(), Value::from(field.example));
    Section {
        values: descriptor.fields.iter().map(value).collect(),
        keys: vec![SectionKey {
            id: "APIexample".to_owned(),
            secret: descriptor.sample_secret.into(),
            state: KeyState::Active,
            not_after: None,
        }],
        dev: false,
    }
}

pub(crate) fn stage() -> ProfileName {
    "stage".parse().unwrap()
}

/// Any grant that the decision can make for this provider.
pub(crate) fn any_grant(kind: &'static str) -> impl Strategy<Value = Grant> {
    let place = ("[A-Za-z0-9_:-]{1,40}", proptest::option::of(1_u32..10_000), any::<bool>());
    let part = || proptest::option::of("[A-Za-z0-9_:-]{1,128}");
    let who = (any::<u64>(), proptest::option::of("[A-Za-z0-9_-]{1,22}"));
    let sources = proptest::sample::subsequence(Source::ALL.to_vec(), 0..=4);
    let what = (proptest::sample::select(Role::ALL.to_vec()), sources);
    let when = (1_700_000_000_i64..4_000_000_000, 1_u32..=86_400);
    (place, part(), part(), who, what, when).prop_map(
        move |((room, meeting, with_did), scene, event, (seed, device), (role, only), when)| {
            let room: RoomId = room.parse().unwrap();
            let subject = SubjectRef::new(SeededIds::new(seed).uuid_v4());
            let device = device.map(|device| device.parse::<DeviceId>().unwrap());
            let limit = (!only.is_empty()).then(|| only.into_iter().collect::<BTreeSet<_>>());
            Grant {
                subject,
                identity: Identity::of(subject, device.as_ref()),
                uid: None,
                messaging: false,
                scene: scene.map(|scene| scene.parse().unwrap()),
                event: event.map(|event| event.parse().unwrap()),
                device,
                meeting,
                provider_room: match meeting {
                    Some(number) => ProviderRoom::of_meeting(&room, number),
                    None => ProviderRoom::of_room(&room),
                },
                room,
                role,
                permissions: role.permissions(Sources::try_from(limit).unwrap()),
                with_did,
                asked: None,
                validity: Validity::starting(Timestamp::from_seconds(when.0), when.1),
                profile: stage(),
                kind: kind.parse().unwrap(),
                key: "APIexample".parse().unwrap(),
            }
        },
    )
}

/// The permissions with a limit to every source written as what it is: no limit.
fn plain(permissions: Permissions) -> Permissions {
    let every: BTreeSet<Source> = Source::ALL.into();
    match permissions.sources {
        Sources::Only(set) if set == every => Permissions { sources: Sources::All, ..permissions },
        _ => permissions,
    }
}

fn issuance() -> IssuanceId {
    IssuanceId::new(SeededIds::new(7).uuid_v7(Timestamp::from_seconds(1_800_000_000)))
}

#[test]
fn kinds_are_sorted_unique_and_safe_in_urls() {
    let kinds: Vec<&str> = ALL.iter().map(|descriptor| descriptor.kind).collect();
    let sorted: BTreeSet<&str> = kinds.iter().copied().collect();
    assert_eq!(kinds, sorted.into_iter().collect::<Vec<_>>());
    for kind in kinds {
        assert!(kind.parse::<ProviderKind>().is_ok(), "{kind}");
        assert_eq!(find(kind).unwrap().kind, kind);
    }
    assert!(find("no-such-provider").is_none() && find("").is_none());
}

#[test]
fn every_file_in_the_folder_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/providers");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let kinds: BTreeSet<String> = ALL.iter().map(|descriptor| descriptor.kind.to_owned()).collect();
    assert_eq!(files, kinds);
}

#[test]
fn every_descriptor_is_complete() {
    for descriptor in ALL {
        assert!(!descriptor.title.is_empty() && !descriptor.format.is_empty());
        assert!(descriptor.docs_url.starts_with("https://"), "{}", descriptor.kind);
        assert!((1..=2_592_000).contains(&descriptor.cap_seconds), "{}", descriptor.kind);
        assert!(!descriptor.vectors.is_empty(), "{} has a vector", descriptor.kind);
        let (key, secret) = (descriptor.key_field, descriptor.secret_field);
        let reserved = ["kind", "keys", secret, &format!("{secret}_file")];
        let listed = descriptor.fields.iter().any(|field| field.name == key && field.required);
        assert_eq!(listed, descriptor.key_is_account, "an account's id is among the fields");
        for field in descriptor.fields {
            assert!(!reserved.contains(&field.name), "{}", field.name);
            assert!(field.about.ends_with('.') && !field.example.is_empty(), "{}", field.name);
        }
    }
}

#[test]
fn vectors_verify_and_only_with_their_key() {
    install_backend();
    for descriptor in ALL {
        for vector in descriptor.vectors {
            let name = stage();
            let key: KeyId = vector.key.parse().unwrap();
            let candidate = |kind, secret| Candidate { kind, profile: &name, key: &key, secret };
            let (right, wrong) = (vector.secret.into(), "another secret".into());
            let read = |candidate| inspect(vector.token, &[candidate]).unwrap();

            let good = read(candidate(descriptor.kind, &right));
            assert!(good.verified, "{}", vector.source);
            assert_eq!(good.provider, descriptor.kind);
            assert_eq!((good.profile, good.key_id), (Some(stage()), Some(key.clone())));
            assert_eq!(good.expires_at, Some(Timestamp::from_seconds(vector.expires_at)));
            assert_eq!(good.identity.as_deref(), vector.identity);
            assert_eq!(good.room.as_deref(), vector.room);
            assert_eq!(fingerprint_of(vector.token), Some(good.fingerprint));

            assert!(!read(candidate(descriptor.kind, &wrong)).verified);
            assert!(!read(candidate("another-provider", &right)).verified);
        }
    }
}

#[test]
fn sections_are_read_and_their_mistakes_named() {
    for descriptor in ALL {
        let good = sample_section(descriptor);
        let configured = (descriptor.configure)(&good).unwrap();
        assert_eq!(configured.profile.kind.as_str(), descriptor.kind);
        assert_eq!(configured.profile.cap, descriptor.cap_seconds);
        assert_eq!(configured.profile.keys.len(), configured.secrets.len());
        let refused = |section: &Section| (descriptor.configure)(section).unwrap_err();

        let mut unknown = good.clone();
        unknown.values.insert("no_such_field".to_owned(), Value::from("hunter2"));
        let text = refused(&unknown).to_string();
        assert!(text.contains("no_such_field") && !text.contains("hunter2"), "{text}");
        for field in descriptor.fields {
            assert!(text.contains(field.name), "{text} names {}", field.name);
        }
        for field in descriptor.fields.iter().filter(|field| field.required) {
            let mut missing = good.clone();
            missing.values.remove(field.name);
            let expected = SectionError::MissingField { field: field.name, about: field.about };
            assert_eq!(refused(&missing), expected);
        }
        for field in descriptor.fields {
            let mut mistyped = good.clone();
            mistyped.values.insert(field.name.to_owned(), Value::from(7));
            assert!(matches!(refused(&mistyped), SectionError::WrongType { .. }), "{}", field.name);
        }
        let none = Section { keys: vec![], ..good.clone() };
        assert!(matches!(refused(&none), SectionError::NoKeys { .. }));
        let mut twice = good.clone();
        twice.keys.push(twice.keys[0].clone());
        let id = "APIexample".parse().unwrap();
        assert_eq!(refused(&twice), SectionError::DuplicateKey { id });
        let mut unnamed = good.clone();
        unnamed.keys[0].id = "a b".to_owned();
        assert_eq!(refused(&unnamed), SectionError::KeyId { number: 1 });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn what_was_granted_is_what_is_read_back(
        (descriptor, grant) in proptest::sample::select(ALL)
            .prop_flat_map(|descriptor| (Just(descriptor), any_grant(descriptor.kind))),
        (has_did, numbers, messaging) in any::<(bool, bool, bool)>(),
    ) {
        install_backend();
        let configured = (descriptor.configure)(&sample_section(descriptor)).unwrap();
        let mut grant = grant;
        if configured.profile.own_sessions {
            let session = descriptor.sample_session.unwrap().to_owned();
            grant.provider_room = ProviderRoom::from_provider(session);
        }
        let candidate = Uid::candidates(&grant.room, grant.subject, grant.device.as_ref()).next();
        grant.uid = candidate.filter(|_| configured.profile.numeric_ids && numbers);
        grant.messaging = messaging && configured.profile.messaging;
        grant.with_did = grant.with_did && descriptor.metadata;
        let did: Option<Did> = has_did.then(|| "did:web:example.org:ada".parse().unwrap());
        let drafting = Drafting {
            grant: &grant,
            profile: &configured.profile,
            issuance: issuance(),
            did: did.as_ref(),
        };
        let drafted = (descriptor.draft)(&drafting);
        let is_inexpressible = matches!(drafted, Err(DraftError::Inexpressible { .. }));
        if descriptor.inexpressible.contains(&grant.role) {
            prop_assert!(is_inexpressible);
        }
        // A limit on sources is either kept or refused; everything else that the desk can grant is expressible.
        if is_inexpressible {
            let limited = grant.permissions.sources != Sources::All;
            prop_assert!(limited || descriptor.inexpressible.contains(&grant.role));
            return Ok(());
        }
        let draft = drafted.unwrap();
        prop_assert_eq!(
            (draft.kind(), draft.profile(), draft.key()),
            (descriptor.kind, &grant.profile, &grant.key)
        );
        let token = draft.sign(&configured.secrets[&grant.key]).unwrap();
        let token = token.expose();

        let name = stage();
        let candidates: Vec<Candidate<'_>> = configured.candidates(&name).collect();
        let read = inspect(&format!(" {token}\r\n"), &candidates).unwrap();
        prop_assert!(read.verified);
        prop_assert_eq!(read.provider, descriptor.kind);
        prop_assert_eq!((&read.profile, &read.key_id), (&Some(stage()), &Some(grant.key.clone())));
        // A format without identities carries the issuance instead, so that the log knows who it was.
        if let Some(identity) = &read.identity {
            prop_assert_eq!(identity, &grant.participant());
        } else {
            prop_assert_eq!(read.issuance_id, Some(issuance()));
        }
        prop_assert_eq!(read.room.as_deref(), Some(grant.provider_room.as_str()));
        let mut granted = grant.permissions.clone();
        granted.moderate = granted.moderate && descriptor.moderation;
        prop_assert_eq!(read.permissions.map(plain), Some(plain(granted)));
        prop_assert_eq!(read.expires_at, Some(grant.validity.expiry()));
        prop_assert_eq!(read.issued_at, Some(Timestamp::from_seconds(grant.validity.not_before)));
        prop_assert!(read.issuance_id.is_none_or(|id| id == issuance()));
        prop_assert_eq!(read.fingerprint, draft.fingerprint());
        prop_assert_eq!(fingerprint_of(token), Some(draft.fingerprint()));
        let shows_did = read.claims.to_string().contains("did:web");
        prop_assert_eq!(shows_did, has_did && grant.with_did);

        let answer: BTreeMap<&str, Value> = (descriptor.answer)(&grant, &configured.profile);
        prop_assert!(!Value::from_iter(answer).to_string().contains(descriptor.sample_secret));
        let unverified = inspect(token, &[]).unwrap();
        prop_assert!(!unverified.verified && unverified.profile.is_none());
        prop_assert_eq!(unverified.fingerprint, read.fingerprint);
    }

    #[test]
    fn debug_shows_neither_secret_nor_token(grant in any_grant(ALL[0].kind)) {
        install_backend();
        for descriptor in ALL {
            let grant = Grant { kind: descriptor.kind.parse().unwrap(), ..grant.clone() };
            let section = sample_section(descriptor);
            let configured = (descriptor.configure)(&section).unwrap();
            let profile = &configured.profile;
            let drafting = Drafting { grant: &grant, profile, issuance: issuance(), did: None };
            let Ok(draft) = (descriptor.draft)(&drafting) else { continue };
            let token = draft.sign(&configured.secrets[&grant.key]).unwrap();
            let name = stage();
            let candidates: Vec<Candidate<'_>> = configured.candidates(&name).collect();
            let shown = format!("{section:?} {configured:?} {candidates:?} {draft:?} {token:?}");
            prop_assert!(!shown.contains(descriptor.sample_secret));
            for part in token.expose().split('.') {
                prop_assert!(!shown.contains(part));
            }
            prop_assert!(shown.contains(&draft.fingerprint().to_string()));
        }
    }

    #[test]
    fn garbage_is_refused_without_a_panic(text in "\\PC{0,200}|[A-Za-z0-9_.=-]{0,200}|T1==.{0,80}") {
        prop_assert_eq!(inspect(&text, &[]), Err(InspectError::UnknownFormat));
        prop_assert_eq!(fingerprint_of(&text), None);
    }
}

#[test]
fn a_text_over_the_bound_is_not_looked_at() {
    let longest = "e".repeat(MAX_TOKEN_BYTES);
    assert_eq!(inspect(&longest, &[]), Err(InspectError::UnknownFormat));
    assert_eq!(inspect(&format!("{longest}e"), &[]), Err(InspectError::TooLong));
    assert_eq!(fingerprint_of(&format!("{longest}e")), None);
}
