use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use roomkey_auth::{PasswordError, ProjectJwtError, RetryAfter};
use roomkey_claims::{BoundsError, Identity, Timestamp, Uid};

use super::*;
use crate::problem::vendor::SessionFault;
use roomkey_desk::readiness::check::Readiness;
use roomkey_desk::rooms::error::RoomSettingsError;

/// Everything that does not fit what stands in the database.
fn refusals() -> Vec<Refused> {
    vec![
        Refused::UserExists,
        Refused::DidExists,
        Refused::NoSuchUser,
        Refused::LastAdmin,
        Refused::RoomExists,
        Refused::NoSuchRoom,
        Refused::NoSuchMember,
        Refused::MeetingRaced,
        Refused::NoMeeting,
        Refused::NoSuchBackend,
        Refused::BackendExists,
        Refused::SessionUsed,
        Refused::JtiUsed,
        Refused::KeyNotInForce,
        Refused::NotAuthorized,
        Refused::NoSuchSession,
    ]
}

/// An error of every kind.
fn samples() -> Vec<ApiError> {
    use BodyFault::{DuplicateField, Malformed, MissingField, UnknownField, WrongType};
    let body = |fault| ApiError::Body { fault, pointer: "/roomId".to_owned() };
    let mut all: Vec<ApiError> =
        [Malformed, UnknownField, DuplicateField, MissingField, WrongType].map(body).into();
    all.extend([
        ApiError::Compat(CompatFault::Session(SessionFault::NoSessions)),
        ApiError::Compat(CompatFault::NoSuchSession),
        ApiError::Compat(CompatFault::OtherAccount {
            assigned: Identity::of("2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77".parse().unwrap(), None),
        }),
        ApiError::Compat(CompatFault::NeverIssued),
        ApiError::Compat(CompatFault::NoMessagingRoom),
        ApiError::Query,
        ApiError::Malformed,
        ApiError::Invalid(Vec::new()),
        ApiError::FieldNotAllowed(Vec::new()),
        ApiError::OriginNotAllowed,
        ApiError::NotFound,
        ApiError::MethodNotAllowed,
        ApiError::Timeout,
        ApiError::TooLarge,
        ApiError::MediaType,
        ApiError::NotReady(Readiness { checks: Vec::new() }),
        ApiError::Panicked,
    ]);
    let ops = [
        OpsError::Unauthenticated,
        OpsError::InvalidToken,
        OpsError::ProjectJwt(ProjectJwtError::Malformed),
        OpsError::ProjectJwt(ProjectJwtError::ClientToken),
        OpsError::ProjectJwt(ProjectJwtError::Signature),
        OpsError::ProjectJwt(ProjectJwtError::NotYet {
            issued_at: Timestamp::from_seconds(2),
            now: Timestamp::from_seconds(1),
        }),
        OpsError::UnknownApiKey,
        OpsError::ReplayedJwt,
        OpsError::PartnerAuth,
        OpsError::OtherUid { assigned: Uid::try_from(7).unwrap(), wildcard: true },
        OpsError::OtherUid { assigned: Uid::try_from(7).unwrap(), wildcard: false },
        OpsError::NoNumbers,
        OpsError::MeetingAccount,
        OpsError::UidsExhausted,
        OpsError::MeetingRuns,
        OpsError::RoomSettings(RoomSettingsError::NoSessions),
        OpsError::NotOfProvider { profile: "stage".parse().unwrap() },
        OpsError::Provider(ProviderFault::Refused { status: 403, words: "canary".to_owned() }),
        OpsError::Provider(ProviderFault::Unreachable),
        OpsError::InvalidCredentials,
        OpsError::NotAllowed,
        OpsError::LifetimeOutOfBounds { min: 60, max: 3600 },
        OpsError::DeviceRequired,
        OpsError::Inexpressible,
        OpsError::NoUsableKey,
        OpsError::UserNotAllowed,
        OpsError::UserRequired,
        OpsError::Password(PasswordError::Common),
        OpsError::UnknownProfile { profile: "stage".parse().unwrap() },
        OpsError::RoomBounds(BoundsError::Zero),
        OpsError::EmptyWindow,
        OpsError::NoSuchEntry,
        OpsError::NotSigned,
        OpsError::BadCursor,
        OpsError::NotAToken,
        OpsError::HasherBusy,
        OpsError::TooManyLogins(RetryAfter(Duration::from_secs(7))),
        OpsError::Store(StoreError::Busy),
        OpsError::Store(StoreError::Frozen(Arc::from("canary"))),
        OpsError::Store(StoreError::Connection(Arc::from("canary"))),
        OpsError::Store(StoreError::Corrupt { column: "canary" }),
        OpsError::Internal("canary"),
    ];
    all.extend(refusals().into_iter().map(OpsError::Refused).chain(ops).map(ApiError::Ops));
    all
}

#[test]
fn every_problem_is_somebodys_and_every_error_has_one() {
    let reached: BTreeSet<&str> = samples().iter().map(|error| contract(error).code).collect();
    let listed: BTreeSet<&str> = PROBLEMS.iter().map(|kind| kind.code).collect();
    assert_eq!(reached, listed);
    assert_eq!(listed.len(), PROBLEMS.len());
}

#[test]
fn the_list_is_sorted_and_well_formed() {
    assert!(PROBLEMS.is_sorted_by_key(|kind| (kind.status, kind.code)));
    for ProblemKind { code, status, title, meaning, next } in PROBLEMS {
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
        assert!((400..600).contains(status), "{code}");
        assert!(!title.ends_with('.') && meaning.ends_with('.') && next.ends_with('.'), "{code}");
    }
}

#[test]
fn a_failure_inside_says_nothing_of_its_cause() {
    for error in samples() {
        let text = serde_json::to_string(&crate::problem::body::Problem::of(&error, None)).unwrap();
        assert!(!text.contains("canary"), "{text}");
    }
}
