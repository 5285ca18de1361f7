use std::sync::Arc;

use super::*;
use crate::fixtures::{NOW, facts as ada, session, subject};
use crate::*;

fn authority(facts: Option<SessionFacts>) -> Authority {
    Authority::Session { session: "00112233445566778899aabbccddeeff".parse().unwrap(), facts }
}

fn member(scene: Option<&str>, event: Option<&str>, role: Role) -> Membership {
    let (scene, event) = (scene.map(|s| s.parse().unwrap()), event.map(|e| e.parse().unwrap()));
    Membership { scene, event, role, sources: Sources::All }
}

#[track_caller]
fn grant(facts: &Facts) -> Grant {
    match decide(facts) {
        Decision::Grant(grant) => *grant,
        Decision::Deny(reason) => panic!("denied: {reason:?}"),
    }
}

#[track_caller]
fn check_denied(reason: Reason, change: impl FnOnce(&mut Facts)) {
    let mut facts = ada();
    change(&mut facts);
    assert_eq!(decide(&facts), Decision::Deny(reason));
}

fn room(facts: &mut Facts) -> &mut RoomSettings {
    facts.room.as_mut().unwrap()
}

fn profile(facts: &mut Facts) -> &mut Profile {
    Arc::make_mut(facts.policy.as_mut().unwrap()).profiles.values_mut().next().unwrap()
}

#[test]
fn a_member_gets_the_default_lifetime_and_the_role() {
    let grant = grant(&ada());
    assert_eq!(grant.validity, Validity::starting(NOW, 300));
    assert_eq!(
        (grant.role, grant.identity.as_str()),
        (Role::Publisher, "user-2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77")
    );
    assert_eq!(grant.provider_room.as_str(), "stage-1");
}

#[test]
fn the_authority_must_be_good_now() {
    check_denied(Reason::SessionEnded, |facts| facts.authority = authority(None));
    check_denied(Reason::SessionEnded, |facts| {
        facts.authority = authority(Some(SessionFacts { ended: true, ..session() }));
    });
    check_denied(Reason::SessionExpired, |facts| {
        facts.authority = authority(Some(SessionFacts { ends_at: NOW, ..session() }));
    });
    check_denied(Reason::SessionIdle, |facts| {
        facts.authority = authority(Some(SessionFacts { idle_at: NOW, ..session() }));
    });
    check_denied(Reason::SubjectOther, |facts| {
        facts.subject.as_mut().unwrap().subject =
            "00000000-0000-4000-8000-000000000000".parse().unwrap();
    });
}

#[test]
fn a_backend_acts_only_within_its_scopes_and_rooms() {
    let backend = |scopes: &[Scope], rooms: &str, revoked| Authority::Backend {
        backend: "1001".parse().unwrap(),
        facts: Some(BackendFacts {
            scopes: scopes.iter().copied().collect(),
            rooms: vec![rooms.parse().unwrap()],
            revoked,
        }),
    };
    let mut facts = ada();
    facts.authority = backend(&[Scope::Issue], "stage-*", false);
    grant(&facts);
    check_denied(Reason::BackendRevoked, |facts| {
        facts.authority = backend(&[Scope::Issue], "*", true);
    });
    check_denied(Reason::BackendScope, |facts| {
        facts.authority = backend(&[Scope::Meetings], "*", false);
    });
    check_denied(Reason::BackendRoom, |facts| {
        facts.authority = backend(&[Scope::Issue], "hall-*", false);
    });
}

#[test]
fn the_subject_must_be_there_enabled_and_no_auditor() {
    check_denied(Reason::SubjectUnknown, |facts| facts.subject = None);
    check_denied(Reason::SubjectDisabled, |facts| facts.subject.as_mut().unwrap().enabled = false);
    check_denied(Reason::DeskRole, |facts| {
        facts.subject.as_mut().unwrap().role = DeskRole::Auditor;
    });
}

#[test]
fn the_room_must_be_there_open_and_at_the_provider_that_was_asked() {
    check_denied(Reason::RoomUnknown, |facts| facts.room = None);
    check_denied(Reason::RoomClosed, |facts| room(facts).closed = true);
    check_denied(Reason::NotAMember, |facts| facts.memberships.clear());
    check_denied(Reason::EventRequired, |facts| room(facts).event_required = true);
    check_denied(Reason::DeviceRequired, |facts| room(facts).per_device = true);
    check_denied(Reason::OtherProvider, |facts| facts.wish.kind = Some("agora".parse().unwrap()));
    check_denied(Reason::ProfileUnknown, |facts| room(facts).profile = "gone".parse().unwrap());
    check_denied(Reason::NoPolicy, |facts| facts.policy = None);
}

#[test]
fn an_open_room_gives_its_role_to_any_user_and_a_membership_goes_before() {
    let mut facts = ada();
    room(&mut facts).access = Access::Open(Role::Subscriber);
    assert_eq!(grant(&facts).role, Role::Publisher);
    facts.memberships.clear();
    assert_eq!(grant(&facts).role, Role::Subscriber);
}

#[test]
fn the_closest_membership_counts() {
    let mut facts = ada();
    facts.memberships = vec![
        member(None, None, Role::Subscriber),
        member(Some("s"), None, Role::PublisherOnly),
        member(None, Some("e"), Role::Publisher),
        member(Some("s"), Some("e"), Role::Moderator),
    ];
    let mut role = |scene: Option<&str>, event: Option<&str>| {
        facts.wish.scene = scene.map(|s| s.parse().unwrap());
        facts.wish.event = event.map(|e| e.parse().unwrap());
        grant(&facts).role
    };
    assert_eq!(role(None, None), Role::Subscriber);
    assert_eq!(role(Some("s"), None), Role::PublisherOnly);
    assert_eq!(role(Some("s"), Some("other")), Role::PublisherOnly);
    assert_eq!(role(Some("other"), Some("e")), Role::Publisher);
    assert_eq!(role(Some("s"), Some("e")), Role::Moderator);
}

#[test]
fn a_member_of_a_scene_is_none_of_the_room() {
    check_denied(Reason::NotAMember, |facts| {
        facts.memberships = vec![member(Some("s"), None, Role::Publisher)];
    });
}

#[test]
fn lifetimes_are_refused_not_clamped() {
    for seconds in [0, 59, 3601, u32::MAX] {
        check_denied(Reason::LifetimeOutOfBounds, |facts| facts.wish.seconds = Some(seconds));
    }
    check_denied(Reason::LifetimeOutOfBounds, |facts| profile(facts).cap = 59);
    let mut facts = ada();
    facts.wish.seconds = Some(3600);
    assert_eq!(grant(&facts).validity, Validity::starting(NOW, 3600));
}

#[test]
fn no_key_outlives_the_window_of_its_event() {
    let window = |from: i64, until: i64| Window {
        from: Some(Timestamp::from_seconds(NOW.as_seconds() + from)),
        until: Some(Timestamp::from_seconds(NOW.as_seconds() + until)),
    };
    let mut facts = ada();
    facts.window = Some(window(0, 100));
    assert_eq!(grant(&facts).validity, Validity::starting(NOW, 100));
    check_denied(Reason::OutsideWindow, |facts| facts.window = Some(window(1, 100)));
    check_denied(Reason::OutsideWindow, |facts| facts.window = Some(window(-100, 59)));
    check_denied(Reason::OutsideWindow, |facts| facts.window = Some(window(-100, 0)));
}

#[test]
fn a_key_that_ends_sooner_than_the_token_does_not_sign() {
    check_denied(Reason::NoUsableKey, |facts| {
        profile(facts).keys[0].not_after = Some(NOW.plus(Duration::from_secs(299)));
    });
    check_denied(Reason::NoUsableKey, |facts| profile(facts).keys[0].state = KeyState::Retired);
}

#[test]
fn a_renewal_keeps_who_and_where_and_comes_in_time() {
    let renewed = || RenewedFacts {
        subject: subject(),
        authority: authority(None),
        room: "stage-1".parse().unwrap(),
        scene: None,
        event: None,
        device: None,
        expires_at: NOW.minus(RENEWABLE_AFTER_EXPIRY),
    };
    let renews = |facts: &mut Facts, renewed: Option<RenewedFacts>| {
        facts.wish.renews = Some("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap());
        facts.renewed = renewed;
    };
    let mut facts = ada();
    renews(&mut facts, Some(renewed()));
    grant(&facts);
    check_denied(Reason::RenewsUnknown, |facts| renews(facts, None));
    check_denied(Reason::RenewsTooOld, |facts| {
        renews(
            facts,
            Some(RenewedFacts { expires_at: NOW.minus(Duration::from_secs(86_401)), ..renewed() }),
        );
    });
    check_denied(Reason::RenewsOther, |facts| {
        renews(facts, Some(RenewedFacts { room: "stage-2".parse().unwrap(), ..renewed() }));
    });
    check_denied(Reason::RenewsOther, |facts| {
        renews(facts, Some(RenewedFacts { authority: Authority::Console, ..renewed() }));
    });
}

#[test]
fn a_meeting_names_the_room_at_the_provider() {
    let mut facts = ada();
    facts.meeting =
        Some(Meeting { number: 3, provider_room: ProviderRoom::of_meeting(&facts.wish.room, 3) });
    let grant = grant(&facts);
    assert_eq!((grant.provider_room.as_str(), grant.meeting), ("stage-1~3", Some(3)));
}

fn uid(number: u32) -> Uid {
    Uid::try_from(number).unwrap()
}

#[test]
fn a_room_with_numbers_gives_the_assigned_one_and_no_other() {
    let numbered = |expected| {
        let mut facts = ada();
        profile(&mut facts).numeric_ids = true;
        facts.uid = Some(uid(42));
        facts.wish.expects.uid = expected;
        facts
    };
    for right in [None, Some(42)] {
        let grant = grant(&numbered(right));
        assert_eq!((grant.uid, grant.participant().as_str()), (Some(uid(42)), "42"));
    }
    for wrong in [0, 41, u32::MAX] {
        assert_eq!(decide(&numbered(Some(wrong))), Decision::Deny(Reason::UidOther));
    }
    let mut exhausted = numbered(None);
    exhausted.uid = None;
    assert_eq!(decide(&exhausted), Decision::Deny(Reason::UidsExhausted));
    let mut texts = numbered(None);
    room(&mut texts).string_accounts = true;
    assert_eq!(grant(&texts).uid, None);
    texts.wish.expects.uid = Some(42);
    assert_eq!(decide(&texts), Decision::Deny(Reason::UidOther));
}

#[test]
fn an_expected_role_is_checked_and_never_granted() {
    let mut facts = ada();
    facts.wish.expects.role = Some(Role::Subscriber);
    assert_eq!(grant(&facts).role, Role::Publisher);
    check_denied(Reason::RoleTooLow, |facts| facts.wish.expects.role = Some(Role::Moderator));
}

#[test]
fn where_the_provider_makes_sessions_a_key_needs_a_meeting_and_that_is_asked_last() {
    check_denied(Reason::MeetingRequired, |facts| profile(facts).own_sessions = true);
    check_denied(Reason::NotAMember, |facts| {
        profile(facts).own_sessions = true;
        facts.memberships.clear();
    });
    let mut facts = ada();
    profile(&mut facts).own_sessions = true;
    let provider_room = ProviderRoom::from_provider("1_MX4x".to_owned());
    facts.meeting = Some(Meeting { number: 1, provider_room: provider_room.clone() });
    assert_eq!(grant(&facts).provider_room, provider_room);
}

#[test]
fn messaging_is_given_only_where_the_profile_has_it() {
    check_denied(Reason::Inexpressible, |facts| facts.wish.messaging = true);
    let mut facts = ada();
    facts.wish.messaging = true;
    profile(&mut facts).messaging = true;
    assert!(grant(&facts).messaging);
}
