use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use roomkey_auth::{PasswordError, ProjectJwtError, RetryAfter};
use roomkey_claims::{BoundsError, Identity, Timestamp, Uid};
use roomkey_desk::SealError;
use roomkey_desk::readiness::check::Readiness;
use roomkey_desk::rooms::error::RoomSettingsError;
use roomkey_providers::DraftError;

use super::*;
use crate::problem::vendor::SessionFault;

/// Samples of an enum, a line for each variant: without a line for a new variant this does not compile.
///
/// A line may be empty where only another crate can make the variant, or where no request reaches it.
macro_rules! samples {
    ($type:ty: $($variant:pat => [$($sample:expr),* $(,)?];)*) => {{
        const fn has_a_line(value: &$type) {
            match value { $($variant => {})* }
        }
        let mut all: Vec<$type> = Vec::new();
        $(
            let line: Vec<$type> = vec![$($sample),*];
            assert!(line.iter().all(|sample| matches!(sample, $variant)), "{}", stringify!($variant));
            all.extend(line);
        )*
        all.iter().for_each(has_a_line);
        all
    }};
}

fn refusals() -> Vec<Refused> {
    use Refused as R;
    samples!(R:
        R::UserExists => [R::UserExists];
        R::DidExists => [R::DidExists];
        R::NoSuchUser => [R::NoSuchUser];
        R::LastAdmin => [R::LastAdmin];
        R::RoomExists => [R::RoomExists];
        R::NoSuchRoom => [R::NoSuchRoom];
        R::NoSuchMember => [R::NoSuchMember];
        R::MeetingRaced => [R::MeetingRaced];
        R::NoMeeting => [R::NoMeeting];
        R::NotAuthorized => [R::NotAuthorized];
        R::TreeRaced => [R::TreeRaced];
        R::NotFrozen => [R::NotFrozen];
        R::SessionUsed => [R::SessionUsed];
        R::NoSuchBackend => [R::NoSuchBackend];
        R::BackendExists => [R::BackendExists];
        R::JtiUsed => [R::JtiUsed];
        R::KeyNotInForce => [R::KeyNotInForce];
        R::NoSuchSession => [R::NoSuchSession];
    )
}

fn store_errors() -> Vec<StoreError> {
    use StoreError as S;
    samples!(S:
        S::Busy => [S::Busy];
        S::Deadline => [S::Deadline];
        S::Slow => [S::Slow];
        S::Stopped => [S::Stopped];
        // Only the storage crate names the database's errors.
        S::Database(_) => [];
        S::Connection(_) => [S::Connection(Arc::from("canary"))];
        S::Frozen(_) => [S::Frozen(Arc::from("canary"))];
        S::Corrupt { .. } => [S::Corrupt { column: "canary" }];
        S::Entry(_) => [];
        S::Panicked => [S::Panicked];
    )
}

fn desk_errors() -> Vec<DeskError> {
    use DeskError as O;
    let profile = || "stage".parse().unwrap();
    let at = Timestamp::from_seconds;
    let mut all = samples!(O:
        O::Unauthenticated => [O::Unauthenticated];
        O::InvalidToken => [O::InvalidToken];
        O::ProjectJwt(_) => [
            O::ProjectJwt(ProjectJwtError::Malformed),
            O::ProjectJwt(ProjectJwtError::ClientToken),
            O::ProjectJwt(ProjectJwtError::Signature),
            O::ProjectJwt(ProjectJwtError::NotYet { issued_at: at(2), now: at(1) }),
        ];
        O::UnknownApiKey => [O::UnknownApiKey];
        O::ReplayedJwt => [O::ReplayedJwt];
        O::PartnerAuth => [O::PartnerAuth];
        O::InvalidCredentials => [O::InvalidCredentials];
        O::NotAllowed => [O::NotAllowed];
        O::LifetimeOutOfBounds { .. } => [O::LifetimeOutOfBounds { min: 60, max: 3600 }];
        O::DeviceRequired => [O::DeviceRequired];
        O::Inexpressible => [O::Inexpressible];
        O::OtherUid { .. } => [
            O::OtherUid { assigned: Uid::try_from(7).unwrap(), wildcard: true },
            O::OtherUid { assigned: Uid::try_from(7).unwrap(), wildcard: false },
        ];
        O::MeetingAccount => [O::MeetingAccount];
        O::UidsExhausted => [O::UidsExhausted];
        O::NoNumbers => [O::NoNumbers];
        O::MeetingRuns => [O::MeetingRuns];
        O::RoomSettings(_) => [O::RoomSettings(RoomSettingsError::NoSessions)];
        O::NotOfProvider { .. } => [O::NotOfProvider { profile: profile() }];
        O::Provider(_) => [
            O::Provider(ProviderFault::Refused { status: 403, words: "canary".to_owned() }),
            O::Provider(ProviderFault::Answer),
            O::Provider(ProviderFault::Unreachable),
            O::Provider(ProviderFault::Failed { status: 500 }),
        ];
        O::Call(_) => [O::Call(DraftError::Id { what: "session" })];
        O::BackendShape { .. } => [O::BackendShape { most: 16 }];
        O::Seal(_) => [O::Seal(SealError::Malformed("canary".into()))];
        O::NoUsableKey => [O::NoUsableKey];
        O::UserNotAllowed => [O::UserNotAllowed];
        O::UserRequired => [O::UserRequired];
        O::Password(_) => [O::Password(PasswordError::Common)];
        O::Refused(_) => [];
        O::UnknownProfile { .. } => [O::UnknownProfile { profile: profile() }];
        O::RoomBounds(_) => [O::RoomBounds(BoundsError::Zero)];
        O::EmptyWindow => [O::EmptyWindow];
        O::NoSuchEntry => [O::NoSuchEntry];
        O::NotSigned => [O::NotSigned];
        O::OutOfBounds { .. } => [
            O::OutOfBounds { parameter: "at", detail: "must be at most 7".to_owned() },
        ];
        O::BadCursor => [O::BadCursor];
        O::NotAToken => [O::NotAToken];
        O::PolicyDiffers { .. } => [O::PolicyDiffers { index: 7 }];
        O::HasherBusy => [O::HasherBusy];
        O::TooManyLogins(_) => [O::TooManyLogins(RetryAfter(Duration::from_secs(7)))];
        O::Store(_) => [];
        O::Keyring(_) => [
            O::Keyring(KeyringError::OtherDraft),
            O::Keyring(KeyringError::NoSuchKey {
                profile: profile(),
                key: "key1".to_owned().try_into().unwrap(),
            }),
        ];
        O::Internal(_) => [O::Internal("canary")];
    );
    all.extend(refusals().into_iter().map(O::Refused));
    all.extend(store_errors().into_iter().map(O::Store));
    all
}

fn vendor_faults() -> Vec<CompatFault> {
    use CompatFault as C;
    let subject = "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77".parse().unwrap();
    samples!(C:
        C::Session(_) => [C::Session(SessionFault::NoSessions)];
        C::NoSuchSession => [C::NoSuchSession];
        C::OtherAccount { .. } => [C::OtherAccount { assigned: Identity::of(subject, None) }];
        C::NeverIssued => [C::NeverIssued];
        C::NoMessagingRoom => [C::NoMessagingRoom];
    )
}

fn body_faults() -> Vec<BodyFault> {
    use BodyFault as B;
    samples!(B:
        B::Malformed => [B::Malformed];
        B::UnknownField => [B::UnknownField];
        B::DuplicateField => [B::DuplicateField];
        B::MissingField => [B::MissingField];
        B::WrongType => [B::WrongType];
    )
}

/// An error of every kind.
fn samples() -> Vec<ApiError> {
    use ApiError as A;
    let mut all = samples!(A:
        A::Desk(_) => [];
        A::Compat(_) => [];
        A::Body { .. } => [];
        A::Query => [A::Query];
        A::Malformed => [A::Malformed];
        A::Invalid(_) => [A::Invalid(Vec::new())];
        A::FieldNotAllowed(_) => [A::FieldNotAllowed(Vec::new())];
        A::OriginNotAllowed => [A::OriginNotAllowed];
        A::NotFound => [A::NotFound];
        A::MethodNotAllowed => [A::MethodNotAllowed];
        A::Timeout => [A::Timeout];
        A::TooLarge => [A::TooLarge];
        A::MediaType => [A::MediaType];
        A::NotReady(_) => [A::NotReady(Readiness { checks: Vec::new() })];
        A::Panicked => [A::Panicked];
        A::Framework(_) => [A::Framework(StatusCode::INTERNAL_SERVER_ERROR)];
    );
    all.extend(desk_errors().into_iter().map(A::Desk));
    all.extend(vendor_faults().into_iter().map(A::Compat));
    let body = |fault| A::Body { fault, pointer: "/roomId".to_owned() };
    all.extend(body_faults().into_iter().map(body));
    all
}

#[test]
fn every_problem_is_reachable_and_every_error_maps_to_one() {
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
