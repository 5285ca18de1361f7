use roomkey_claims::ProviderRoom;

use super::*;

/// One entry of a kind that only an administrator may cause.
fn administrative() -> Vec<Event> {
    let (bob, nobody) = (subject(BOB), subject(NOBODY));
    let stage = || "stage-1".parse().unwrap();
    let window = roomkey_claims::Window { from: None, until: None };
    vec![
        Event::UserAdded { subject: nobody, role: DeskRole::Admin },
        Event::UserEnabled { subject: bob },
        Event::UserRoleSet { subject: bob, role: DeskRole::Admin },
        Event::UserPasswordSet { subject: bob },
        Event::UserDisabled { subject: bob },
        Event::UserErased { subject: bob },
        logout(BOB),
        new_backend("1002", Scope::Issue, "*"),
        Event::BackendRevoked { backend: "1001".parse().unwrap() },
        Event::RoomAdded(RoomSet { room: "hall".parse().unwrap(), ..room(|_| {}) }),
        Event::RoomChanged(room(|room| room.access = Access::Open(Role::Moderator))),
        Event::RoomClosed { room: stage() },
        Event::RoomOpened { room: stage() },
        Event::MemberAdded(member(EVE, Role::Moderator)),
        Event::MemberChanged(member(BOB, Role::Moderator)),
        Event::MemberRemoved(place(BOB)),
        Event::EventSet { room: stage(), event: "opening".parse().unwrap(), window },
        meeting(1),
        Event::RetentionPruned { below: 1 },
    ]
}

fn meeting(number: u32) -> Event {
    let room: roomkey_claims::RoomId = "stage-1".parse().unwrap();
    let provider_room = ProviderRoom::of_meeting(&room, number);
    Event::MeetingStarted { room, number, provider_room }
}

/// A log in which `event` is caused by `actor`; it is the only thing that may be wrong with it.
#[track_caller]
fn check(actor: Actor, event: Event, permitted: bool) {
    let mut log = Log::ready();
    log.push(CONSOLE, new_backend("1001", Scope::Issue, "*"));
    log.push(CONSOLE, new_backend("1003", Scope::Meetings, "stage-*"));
    let expected =
        format!("({}) was caused by somebody who may not do that", event.kind().as_str());
    log.push(actor, event);
    if permitted {
        log.check_clean();
    } else {
        log.check(&[&expected]);
    }
}

#[test]
fn only_administrators_change_who_may_enter() {
    for event in administrative() {
        check(CONSOLE, event.clone(), true);
        check(by(ROOT), event.clone(), true);
        for actor in [by(ADA), by(EVE), backend("1001"), address()] {
            check(actor, event.clone(), false);
        }
    }
}

#[test]
fn an_administrator_whose_session_ended_or_who_lost_the_role_is_none() {
    let losses: [fn(&mut Log); 5] = [
        |log| log.push(by(ROOT), logout(ROOT)),
        |log| log.push(CONSOLE, Event::UserDisabled { subject: subject(ROOT) }),
        |log| log.push(CONSOLE, Event::UserPasswordSet { subject: subject(ROOT) }),
        |log| {
            log.push(CONSOLE, Event::UserRoleSet { subject: subject(ROOT), role: DeskRole::User });
        },
        |log| log.at += SESSION,
    ];
    for loss in losses {
        let mut log = Log::ready();
        loss(&mut log);
        log.push(by(ROOT), Event::RoomClosed { room: "stage-1".parse().unwrap() });
        log.check(&["(room.closed) was caused by somebody who may not do that"]);
    }
}

#[test]
fn users_act_on_themselves() {
    check(by(ADA), Event::UserPasswordSet { subject: subject(ADA) }, true);
    check(by(ADA), logout(ADA), true);
    check(by(ADA), Event::UserDisabled { subject: subject(ADA) }, false);
    check(by(BOB), logout(ADA), false);
    let mut log = Log::ready();
    log.at += SESSION;
    log.push(by(ADA), logout(ADA));
    log.check_clean();
    log.push(by(ADA), Event::UserPasswordSet { subject: subject(ADA) });
    log.check(&["(user.password_set) was caused by somebody who may not do that"]);
}

#[test]
fn a_session_that_ended_ends_no_other() {
    let mut log = Log::ready();
    log.push(by(ADA), logout(ADA));
    let session: roomkey_claims::SessionRef = "f".repeat(32).parse().unwrap();
    let (ada, ends_at) = (subject(ADA), seconds(log.at + SESSION));
    let started = Event::SessionStarted {
        session: session.clone(),
        subject: ada,
        ends_at,
        idle_seconds: 600,
    };
    log.push(address(), started);
    let reason = EndReason::Logout;
    log.push(by(ADA), Event::SessionEnded { session, subject: ada, reason });
    log.check(&["(session.ended) was caused by somebody who may not do that"]);
}

#[test]
fn a_session_that_a_disabled_administrator_should_not_have_gives_no_authority() {
    let mut log = Log::ready();
    log.push(CONSOLE, Event::UserDisabled { subject: subject(ROOT) });
    let session: roomkey_claims::SessionRef = "f".repeat(32).parse().unwrap();
    let root = Actor::Session { session: session.clone(), subject: subject(ROOT) };
    let (subject, ends_at) = (subject(ROOT), seconds(log.at + SESSION));
    log.push(address(), Event::SessionStarted { session, subject, ends_at, idle_seconds: 600 });
    log.push(root, Event::RoomClosed { room: "stage-1".parse().unwrap() });
    let found: Vec<u64> = log.replay().violations.iter().map(Violation::index).collect();
    let last = log.entries.len() as u64 - 1;
    assert_eq!(found, [last - 1, last]);
}

#[test]
fn a_backend_starts_meetings_with_the_scope_and_in_its_rooms() {
    check(backend("1003"), meeting(1), true);
    let mut log = Log::ready();
    log.push(CONSOLE, new_backend("1004", Scope::Meetings, "hall-*"));
    log.push(backend("1004"), meeting(1));
    log.check(&["(meeting.started) was caused by somebody who may not do that"]);
    let mut log = Log::ready();
    log.push(CONSOLE, new_backend("1004", Scope::Meetings, "stage-*"));
    log.push(CONSOLE, Event::BackendRevoked { backend: "1004".parse().unwrap() });
    log.push(backend("1004"), meeting(1));
    log.check(&["(meeting.started) was caused by somebody who may not do that"]);
}

#[test]
fn the_desk_itself_starts_meetings_only_where_the_provider_makes_sessions() {
    check(Actor::System, meeting(1), false);
    let on_call = |actor: Actor, event: Event, permitted: bool| {
        let mut log = Log::ready();
        log.push(CONSOLE, call_room());
        log.push(CONSOLE, new_backend("1004", Scope::Meetings, "call-*"));
        log.push(CONSOLE, new_backend("1005", Scope::Disconnect, "*"));
        let kind = event.kind();
        log.push(actor, event);
        if permitted {
            log.check_clean();
        } else {
            log.check(&[&format!(
                "({}) was caused by somebody who may not do that",
                kind.as_str()
            )]);
        }
    };
    let call = || called("APIexample", NOW + 10);
    let start = || session_meeting("call-1", 1, "1_MX4x");
    for (actor, permitted) in [
        (Actor::System, true),
        (CONSOLE, true),
        (by(ROOT), true),
        (backend("1004"), true),
        (backend("1005"), false),
        (by(ADA), false),
        (by(EVE), false),
        (address(), false),
    ] {
        on_call(actor.clone(), call(), permitted);
        on_call(actor, start(), permitted);
    }
    let ended = Event::MeetingEnded { room: "call-1".parse().unwrap(), number: 1 };
    let mut log = Log::ready();
    log.push(CONSOLE, call_room());
    log.push(Actor::System, start());
    log.push(Actor::System, ended);
    log.check(&["(meeting.ended) was caused by somebody who may not do that"]);
}

#[test]
fn each_other_kind_has_its_own_actors() {
    let read = || Event::AuditRead { surface: "http".to_owned(), filters: BTreeMap::new() };
    check(by(EVE), read(), true);
    check(by(ROOT), read(), true);
    check(by(ADA), read(), false);
    check(backend("1001"), read(), false);
    check(by(EVE), Event::AuditExported { from: 0, to: 1, with_identities: true }, true);
    check(by(BOB), Event::AuditExported { from: 0, to: 1, with_identities: true }, false);
    check(by(ROOT), policy(KeyState::Active), false);
    check(by(ADA), Event::LoginFailed { minute: seconds(NOW), count: 1 }, false);
    let recovered = || Event::LogRecovered { size: 1, root: "00".repeat(32) };
    check(Actor::System, recovered(), false);
    check(CONSOLE, recovered(), true);
}

#[test]
fn a_login_is_of_an_address_the_console_or_the_user() {
    let session: roomkey_claims::SessionRef = "f".repeat(32).parse().unwrap();
    let started = || Event::SessionStarted {
        session: session.clone(),
        subject: subject(BOB),
        ends_at: seconds(NOW + SESSION),
        idle_seconds: 600,
    };
    for actor in [address(), CONSOLE, by(BOB)] {
        check(actor, started(), true);
    }
    for actor in [by(ADA), by(ROOT), backend("1001"), Actor::System] {
        check(actor, started(), false);
    }
}

#[test]
fn nobody_without_authority_over_keys_gets_one() {
    for actor in [Actor::System, address()] {
        let key = Log::ready().key_without_session();
        check(actor.clone(), Event::TokenDenied(Box::new(denial(&key, Reason::RoomClosed))), false);
        check(actor, Event::TokenIssued(Box::new(key)), false);
    }
}
