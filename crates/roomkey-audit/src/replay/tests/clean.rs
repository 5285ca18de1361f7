use std::collections::BTreeSet;

use roomkey_claims::{Meeting, ProviderRoom, RENEWABLE_AFTER_EXPIRY, Window};

use super::*;
use crate::Kind;

/// A log in which everything happens that may happen.
fn everything() -> Log {
    let mut log = Log::ready();
    let stage = || "stage-1".parse().unwrap();
    let carol = || subject(NOBODY);

    log.issue(by(ADA), log.key());
    log.push(by(ROOT), Event::RoomChanged(room(|room| room.with_did = true)));
    log.push(by(ROOT), Event::RoomClosed { room: stage() });
    log.deny(by(ADA), &log.key(), Reason::RoomClosed);
    log.push(by(ROOT), Event::RoomOpened { room: stage() });

    log.push(by(ROOT), Event::MemberChanged(member(BOB, Role::Subscriber)));
    log.push(by(ROOT), Event::MemberRemoved(place(BOB)));
    let window = Window { from: None, until: Some(seconds(log.at + 200)) };
    log.push(
        by(ROOT),
        Event::EventSet { room: stage(), event: "opening".parse().unwrap(), window },
    );
    let (event, exp) = (Some("opening".parse().unwrap()), log.at + 200);
    log.issue(by(ADA), Issued { event, exp, ..log.key() });

    log.push(by(ROOT), new_backend("1001", Scope::Issue, "stage-*"));
    log.push(by(ROOT), new_backend("1002", Scope::Meetings, "*"));
    let provider_room = ProviderRoom::of_meeting(&stage(), 1);
    let started =
        Event::MeetingStarted { room: stage(), number: 1, provider_room: provider_room.clone() };
    log.push(backend("1002"), started);
    let first = Issued { meeting: Some(1), provider_room, ..log.key_without_session() };
    log.issue(backend("1001"), first.clone());
    let provider_room = ProviderRoom::of_meeting(&stage(), 2);
    log.push(
        by(ROOT),
        Event::MeetingStarted { room: stage(), number: 2, provider_room: provider_room.clone() },
    );
    let again = Issued {
        issuance: log.issuance(),
        meeting: Some(2),
        provider_room,
        renews: Some(first.issuance),
        ..first
    };
    log.issue(backend("1001"), again);
    log.push(backend("1002"), Event::MeetingEnded { room: stage(), number: 2 });
    log.push(by(ROOT), Event::BackendRevoked { backend: "1001".parse().unwrap() });

    log.push(address(), Event::LoginFailed { minute: seconds(NOW), count: 3 });
    let (room, reason) = (Some(stage()), Reason::NotAMember);
    log.push(by(BOB), Event::DenialsAggregated { room, reason, minute: seconds(NOW), count: 7 });
    log.push(CONSOLE, call_room());
    log.push(Actor::System, called("APIexample", log.at + 10));
    log.push(Actor::System, session_meeting("call-1", 1, "1_MX4x"));
    let surface = "http".to_owned();
    log.push(by(EVE), Event::AuditRead { surface, filters: BTreeMap::new() });
    log.push(by(ROOT), Event::AuditExported { from: 0, to: 20, with_identities: false });
    log.push(Actor::System, Event::RetentionPruned { below: 0 });
    log.push(CONSOLE, Event::LogRecovered { size: 1, root: "00".repeat(32) });

    log.push(by(ROOT), Event::UserAdded { subject: carol(), role: DeskRole::User });
    log.push(by(ROOT), Event::UserDisabled { subject: carol() });
    log.push(by(ROOT), Event::UserEnabled { subject: carol() });
    log.push(by(ROOT), Event::UserRoleSet { subject: carol(), role: DeskRole::Auditor });
    log.push(by(ROOT), Event::UserErased { subject: carol() });
    log.push(by(ADA), Event::UserPasswordSet { subject: subject(ADA) });
    log.push(by(BOB), logout(BOB));
    log
}

#[test]
fn a_log_of_every_kind_is_clean() {
    let log = everything();
    log.check_clean();
    let kinds: BTreeSet<_> = log
        .entries
        .iter()
        .map(|bytes| {
            let kind = Entry::from_bytes(bytes).unwrap().event.kind();
            let written: serde_json::Value = serde_json::from_slice(bytes).unwrap();
            assert_eq!(written["k"], kind.as_str());
            kind
        })
        .collect();
    assert_eq!(kinds, Kind::ALL.iter().copied().collect());
    let report = log.replay();
    assert_eq!(report.entries, log.entries.len() as u64);
    assert_eq!((report.issued, report.denied, report.idle_asserted), (4, 1, 3));
    assert!(report.is_clean());
}

#[test]
fn the_state_is_what_the_log_left() {
    let mut replay = Replay::new();
    let mut meetings = Vec::new();
    for (index, bytes) in (0..).zip(&everything().entries) {
        replay.push(index, bytes);
        let room = replay.state().find_room(&"stage-1".parse().unwrap());
        meetings.push(room.and_then(|room| room.meeting()).map(|meeting: &Meeting| meeting.number));
    }
    meetings.dedup();
    assert_eq!(meetings, [None, Some(1), Some(2), None]);

    let state = replay.state();
    let room = state.find_room(&"stage-1".parse().unwrap()).unwrap();
    let members: Vec<_> = room.members().map(|(user, member)| (user, member.role)).collect();
    assert_eq!(members, [(subject(ADA), Role::Publisher)]);
    assert!(room.settings().with_did && !room.settings().closed);
    assert!(room.window(&"opening".parse().unwrap()).is_some());
    assert!(state.find_user(subject(NOBODY)).is_none() && state.users().count() == 5);
    for (user, ended) in [(ADA, true), (BOB, true), (EVE, false), (ROOT, false)] {
        let session = state.find_session(&format!("{user:032x}").parse().unwrap()).unwrap();
        assert_eq!(state.has_ended(session), ended, "{user:x}");
    }
    assert!(state.find_backend(&"1001".parse().unwrap()).unwrap().revoked);
}

#[test]
fn a_user_may_log_in_again_after_the_password_was_set() {
    let mut log = Log::ready();
    log.push(by(ADA), Event::UserPasswordSet { subject: subject(ADA) });
    let session: roomkey_claims::SessionRef = "f".repeat(32).parse().unwrap();
    let next = Actor::Session { session: session.clone(), subject: subject(ADA) };
    let (subject, ends_at) = (subject(ADA), seconds(log.at + SESSION));
    log.push(next.clone(), Event::SessionStarted { session, subject, ends_at, idle_seconds: 600 });
    log.issue(next, log.key());
    log.check_clean();
}

#[test]
fn a_key_of_a_device_is_renewed_in_a_room_that_no_longer_asks_for_one() {
    let mut log = Log::ready();
    log.push(by(ROOT), Event::RoomChanged(room(|room| room.per_device = true)));
    let first = Issued { device: Some("phone".parse().unwrap()), ..log.key() };
    log.issue(by(ADA), first.clone());
    log.push(by(ROOT), Event::RoomChanged(room(|_| {})));
    log.issue(by(ADA), Issued { renews: Some(first.issuance), ..log.key() });
    log.check_clean();
}

#[test]
fn a_key_is_renewed_until_a_day_after_its_expiry() {
    let mut log = Log::ready();
    let first = log.key_without_session();
    log.issue(CONSOLE, first.clone());
    log.at = first.exp + i64::try_from(RENEWABLE_AFTER_EXPIRY.as_secs()).unwrap();
    log.issue(CONSOLE, Issued { renews: Some(first.issuance), ..log.key_without_session() });
    log.check_clean();
}

#[test]
fn what_the_desk_forgot_may_stand_for_what_expired() {
    let mut log = Log::ready();
    let first = log.key_without_session();
    log.issue(CONSOLE, first.clone());
    log.at = first.exp + 2 * 86_400;
    let renewal = Issued { renews: Some(first.issuance), ..log.key_without_session() };
    log.deny(CONSOLE, &renewal, Reason::RenewsUnknown);
    log.deny(by(ADA), &log.key(), Reason::SessionEnded);
    log.check_clean();
}

#[test]
fn a_renewal_of_what_was_never_issued_is_denied_without_a_room() {
    let mut log = Log::ready();
    let nowhere = |key: &Issued, id| Denied {
        room: None,
        provider: None,
        renews: Some(id),
        ..denial(key, Reason::RenewsUnknown)
    };
    let denied = nowhere(&log.key(), log.issuance());
    log.push(by(ADA), Event::TokenDenied(Box::new(denied)));
    log.check_clean();
    let key = log.key();
    log.issue(by(ADA), key.clone());
    log.push(by(ADA), Event::TokenDenied(Box::new(nowhere(&key, key.issuance))));
    log.check(&["denies a key as renews_unknown, where no reason holds"]);
    log.entries.pop();
    let other = Denied { reason: Reason::RoomUnknown, ..nowhere(&key, log.issuance()) };
    log.push(by(ADA), Event::TokenDenied(Box::new(other)));
    log.check(&["denies a key as room_unknown, where no reason holds"]);
    log.entries.pop();
    log.at = key.exp + 2 * 86_400;
    log.push(CONSOLE, Event::TokenDenied(Box::new(nowhere(&key, key.issuance))));
    log.check_clean();
}

#[test]
fn what_replay_forgot_may_stand_for_what_expired() {
    let mut log = Log::ready();
    let first = log.key_without_session();
    log.issue(CONSOLE, first.clone());
    log.at = first.exp + 2 * 86_400;
    for _ in 0..13_000 {
        log.issue(CONSOLE, log.key_without_session());
    }
    let renewal = Issued { renews: Some(first.issuance), ..log.key_without_session() };
    log.deny(CONSOLE, &renewal, Reason::RenewsTooOld);
    log.check_clean();
    let mut replay = Replay::new();
    for (index, bytes) in (0..).zip(&log.entries) {
        replay.push(index, bytes);
    }
    assert!(replay.state().issuances.find(&first.issuance).is_none());

    log.deny(CONSOLE, &Issued { renews: Some(log.issuance()), ..renewal }, Reason::RenewsTooOld);
    log.check(&["denies a key as renews_too_old, where renews_unknown holds"]);
}
