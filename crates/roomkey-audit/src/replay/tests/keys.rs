use roomkey_claims::{ProviderRoom, Uid, Window};

use super::*;

/// A log on which a key would be denied for `reason`, who asks, and what an honest desk would record in a world where
/// that reason did not hold; `None` for the reasons that no issuance shows.
fn refused(reason: Reason) -> Option<(Log, Actor, Issued)> {
    let mut log = if reason == Reason::NoPolicy { Log::new() } else { Log::ready() };
    let asked = for_who_asks(&mut log, reason).or_else(|| for_what_is_asked(&mut log, reason));
    // Only a provider knows the first; the next two are about what a client said, which no issuance repeats.
    let special =
        [Reason::Inexpressible, Reason::RoleTooLow, Reason::UidOther, Reason::UidsExhausted];
    assert_eq!(asked.is_none(), special.contains(&reason), "{reason:?}");
    asked.map(|(actor, key)| (log, actor, key))
}

fn for_who_asks(log: &mut Log, reason: Reason) -> Option<(Actor, Issued)> {
    let asked = match reason {
        Reason::SessionEnded => {
            log.push(by(ADA), logout(ADA));
            (by(ADA), log.key())
        }
        Reason::SessionExpired => {
            log.at += SESSION;
            (by(ADA), log.key())
        }
        Reason::SessionIdle => (by(ADA), Issued { idle_at: Some(seconds(log.at)), ..log.key() }),
        Reason::BackendRevoked => {
            log.push(CONSOLE, new_backend("1001", Scope::Issue, "*"));
            log.push(CONSOLE, Event::BackendRevoked { backend: "1001".parse().unwrap() });
            (backend("1001"), log.key_without_session())
        }
        Reason::BackendScope => {
            log.push(CONSOLE, new_backend("1001", Scope::Meetings, "*"));
            (backend("1001"), log.key_without_session())
        }
        Reason::BackendRoom => {
            log.push(CONSOLE, new_backend("1001", Scope::Issue, "hall-*"));
            (backend("1001"), log.key_without_session())
        }
        Reason::SubjectUnknown => {
            (CONSOLE, Issued { subject: subject(NOBODY), ..log.key_without_session() })
        }
        Reason::SubjectDisabled => {
            log.push(CONSOLE, Event::UserDisabled { subject: subject(ADA) });
            (CONSOLE, log.key_without_session())
        }
        Reason::SubjectOther => (by(ADA), Issued { subject: subject(BOB), ..log.key() }),
        Reason::DeskRole => (by(EVE), Issued { subject: subject(EVE), ..log.key() }),
        _ => return None,
    };
    Some(asked)
}

fn for_what_is_asked(log: &mut Log, reason: Reason) -> Option<(Actor, Issued)> {
    let stage = || "stage-1".parse().unwrap();
    let changed = |log: &mut Log, change: fn(&mut RoomSettings)| {
        log.push(CONSOLE, Event::RoomChanged(room(change)));
        (by(ADA), log.key())
    };
    let asked = match reason {
        Reason::RoomUnknown => (by(ADA), Issued { room: "nowhere".parse().unwrap(), ..log.key() }),
        Reason::RoomClosed => {
            log.push(CONSOLE, Event::RoomClosed { room: stage() });
            (by(ADA), log.key())
        }
        Reason::OtherProvider => {
            (by(ADA), Issued { provider: "agora".parse().unwrap(), ..log.key() })
        }
        Reason::NotAMember => {
            log.push(CONSOLE, Event::MemberRemoved(place(ADA)));
            (by(ADA), log.key())
        }
        Reason::EventRequired => changed(log, |room| room.event_required = true),
        Reason::OutsideWindow => {
            let window = Window { from: None, until: Some(seconds(log.at + 59)) };
            let event = "opening".parse().unwrap();
            log.push(CONSOLE, Event::EventSet { room: stage(), event, window });
            (by(ADA), Issued { event: Some("opening".parse().unwrap()), ..log.key() })
        }
        Reason::DeviceRequired => changed(log, |room| room.per_device = true),
        Reason::LifetimeOutOfBounds => {
            (by(ADA), Issued { asked: Some(3601), exp: log.at + 3601, ..log.key() })
        }
        Reason::RenewsUnknown => (by(ADA), Issued { renews: Some(log.issuance()), ..log.key() }),
        Reason::RenewsOther => {
            let bobs = Issued { subject: subject(BOB), ..log.key() };
            log.issue(by(BOB), bobs.clone());
            (by(ADA), Issued { renews: Some(bobs.issuance), ..log.key() })
        }
        Reason::RenewsTooOld => {
            let first = log.key_without_session();
            log.issue(CONSOLE, first.clone());
            log.at = first.exp + 86_401;
            (CONSOLE, Issued { renews: Some(first.issuance), ..log.key_without_session() })
        }
        Reason::NoPolicy => {
            log.people();
            (by(ADA), log.key())
        }
        Reason::ProfileUnknown => changed(log, |room| room.profile = "gone".parse().unwrap()),
        Reason::NoUsableKey => {
            log.push(Actor::System, policy(KeyState::Retired));
            (by(ADA), log.key())
        }
        Reason::MeetingRequired => {
            let own = |profile: &mut Profile| profile.own_sessions = true;
            log.push(Actor::System, policy_with(KeyState::Active, None, own));
            (by(ADA), log.key())
        }
        _ => return None,
    };
    Some(asked)
}

#[test]
fn a_key_that_should_have_been_denied_is_named_with_the_reason() {
    for reason in Reason::ALL {
        let Some((mut log, actor, key)) = refused(reason) else { continue };
        let issuance = key.issuance;
        log.issue(actor, key);
        let expected =
            format!("issues key {issuance}, which should have been denied: {}", reason.as_str());
        log.check(&[&expected]);
    }
}

#[test]
fn a_denial_is_founded_on_the_reason_that_holds_and_on_no_other() {
    for reason in Reason::ALL {
        let Some((mut log, actor, key)) = refused(reason) else { continue };
        log.deny(actor.clone(), &key, reason);
        log.check_clean();
        let other =
            if reason == Reason::RoomClosed { Reason::NotAMember } else { Reason::RoomClosed };
        log.deny(actor, &key, other);
        let (other, reason) = (other.as_str(), reason.as_str());
        log.check(&[&format!("denies a key as {other}, where {reason} holds")]);
    }
}

#[test]
fn a_denial_of_what_was_due_is_unfounded_unless_the_format_refused() {
    let mut log = Log::ready();
    log.deny(by(ADA), &log.key(), Reason::Inexpressible);
    log.check_clean();
    log.deny(by(ADA), &log.key(), Reason::NotAMember);
    log.check(&["denies a key as not_a_member, where no reason holds"]);
    let mut log = Log::ready();
    log.deny(by(ADA), &Issued { idle_at: None, ..log.key() }, Reason::SessionIdle);
    log.check(&["denies a key as session_idle, where no reason holds"]);
    let (mut log, actor, key) = refused(Reason::NotAMember).unwrap();
    log.deny(actor, &key, Reason::Inexpressible);
    log.check(&["denies a key as inexpressible, where not_a_member holds"]);
}

#[test]
fn a_session_that_was_ended_did_not_expire() {
    let (mut log, actor, key) = refused(Reason::SessionEnded).unwrap();
    log.deny(actor, &key, Reason::SessionExpired);
    log.check(&["denies a key as session_expired, where session_ended holds"]);
}

#[test]
fn a_console_has_no_idle_deadline() {
    let mut log = Log::ready();
    let key = log.key();
    let expected =
        format!("issues key {} with idle_at 1800000600000000, where null was due", key.issuance);
    log.issue(CONSOLE, key);
    log.check(&[&expected]);
    assert_eq!(log.replay().idle_asserted, 0);
}

#[test]
fn a_renewal_for_another_device_is_none() {
    let mut log = Log::ready();
    log.push(by(ROOT), Event::RoomChanged(room(|room| room.per_device = true)));
    let first = Issued { device: Some("phone".parse().unwrap()), ..log.key() };
    log.issue(by(ADA), first.clone());
    let key = Issued { renews: Some(first.issuance), ..log.key() };
    let expected =
        format!("issues key {}, which should have been denied: renews_other", key.issuance);
    log.issue(by(ADA), key);
    log.check(&[&expected]);
}

#[test]
fn a_session_without_an_asserted_deadline_was_idle() {
    let mut log = Log::ready();
    let key = log.key_without_session();
    let expected =
        format!("issues key {}, which should have been denied: session_idle", key.issuance);
    log.issue(by(ADA), key);
    log.check(&[&expected]);
}

#[test]
fn a_disabled_user_has_no_session_and_gets_none_back() {
    for enabled in [false, true] {
        let mut log = Log::ready();
        log.push(CONSOLE, Event::UserDisabled { subject: subject(ADA) });
        if enabled {
            log.push(CONSOLE, Event::UserEnabled { subject: subject(ADA) });
        }
        let key = log.key();
        let expected =
            format!("issues key {}, which should have been denied: session_ended", key.issuance);
        log.issue(by(ADA), key);
        log.check(&[&expected]);
    }
}

#[test]
fn a_field_that_differs_from_what_was_due_is_named() {
    let honest = Log::ready().key();
    let check = |expected: &str, change: fn(&mut Issued)| {
        let mut log = Log::ready();
        let mut key = log.key();
        change(&mut key);
        log.issue(by(ADA), key);
        log.check(&[&format!("issues key {} with {expected} was due", honest.issuance)]);
    };
    check(r#"device "phone", where null"#, |key| key.device = Some("phone".parse().unwrap()));
    check("meeting 1, where null", |key| key.meeting = Some(1));
    check(r#"provider_room "hall", where "stage-1""#, |key| {
        key.provider_room = ProviderRoom::from_provider("hall".to_owned());
    });
    check(r#"role "moderator", where "publisher""#, |key| key.role = Role::Moderator);
    check("nbf 1799999999, where 1800000000", |key| key.nbf -= 1);
    check("exp 1800000301, where 1800000300", |key| key.exp += 1);
    check(r#"profile "other", where "stage""#, |key| key.profile = "other".parse().unwrap());
    check(r#"key "APIother", where "APIexample""#, |key| key.key = "APIother".parse().unwrap());
    let all = |moderate| {
        format!(
            r#"{{"subscribe":true,"publish":true,"data":true,"moderate":{moderate},"sources":null}}"#
        )
    };
    check(&format!("permissions {}, where {}", all(true), all(false)), |key| {
        key.permissions.moderate = true;
    });
}

/// A log on which the participants of `stage-1` are numbers, and the number that a user gets first.
fn numbered() -> (Log, fn(u128) -> Uid) {
    let mut log = Log::ready();
    let numeric = |profile: &mut Profile| (profile.numeric_ids, profile.messaging) = (true, true);
    log.push(Actor::System, policy_with(KeyState::Active, None, numeric));
    (log, |user| {
        let room = "stage-1".parse().unwrap();
        Uid::candidates(&room, subject(user), None).next().unwrap()
    })
}

#[test]
fn a_user_has_one_number_in_a_room_and_nobody_elses() {
    let (mut log, uid) = numbered();
    log.issue(by(ADA), Issued { uid: Some(uid(ADA)), ..log.key() });
    log.issue(by(ADA), Issued { uid: Some(uid(ADA)), messaging: true, ..log.key() });
    log.issue(by(BOB), Issued { uid: Some(uid(BOB)), subject: subject(BOB), ..log.key() });
    log.check_clean();
    let stolen = Issued { uid: Some(uid(BOB)), ..log.key() };
    let (issuance, was, due) = (stolen.issuance, uid(BOB), uid(ADA));
    log.issue(by(ADA), stolen);
    log.check(&[&format!("issues key {issuance} with uid {was}, where {due} was due")]);
}

#[test]
fn what_a_client_expected_founds_its_denial() {
    let (mut log, uid) = numbered();
    let deny = |log: &mut Log, change: &dyn Fn(&mut Denied)| {
        let mut denied = denial(&log.key(), Reason::UidOther);
        change(&mut denied);
        log.push(by(ADA), Event::TokenDenied(Box::new(denied)));
    };
    deny(&mut log, &|denied| denied.uid = Some(0));
    deny(&mut log, &|denied| denied.uid = Some(uid(BOB).get()));
    deny(&mut log, &|denied| {
        (denied.reason, denied.role) = (Reason::RoleTooLow, Some(Role::Moderator));
    });
    log.check_clean();
    deny(&mut log, &|denied| denied.uid = Some(uid(ADA).get()));
    log.check(&["denies a key as uid_other, where no reason holds"]);
}
