use roomkey_claims::ProviderRoom;

use super::*;
use crate::replay::violation::Named;

/// What one more entry by the console is found to do.
#[track_caller]
fn check(event: Event, expected: &str) {
    let mut log = Log::ready();
    log.push(CONSOLE, event);
    log.check(&[expected]);
}

fn meeting(room: &str, number: u32) -> Event {
    let room: roomkey_claims::RoomId = room.parse().unwrap();
    let provider_room = ProviderRoom::of_meeting(&room, number);
    Event::MeetingStarted { room, number, provider_room }
}

#[test]
fn a_gap_and_a_repeated_index_are_found() {
    let log = Log::ready();
    let entry = |index: usize| (index as u64, log.entries[index].as_slice());
    let found = |indexes: &[usize]| -> Vec<String> {
        let report = replay(indexes.iter().map(|index| entry(*index)));
        report.violations.iter().map(Violation::to_string).collect()
    };
    assert_eq!(found(&[0, 2]), ["entry 1 should come next, but entry 2 came"]);
    assert_eq!(found(&[1]), ["entry 0 should come next, but entry 1 came"]);
    assert_eq!(found(&[0, 0, 1]), ["entry 1 should come next, but entry 0 came"]);
    assert_eq!(found(&[0, 1, 0, 2])[0], "entry 2 should come next, but entry 0 came");
    assert_eq!(found(&[0, 1, 0, 2]).len(), 1);
}

#[test]
fn an_unreadable_entry_is_found_and_the_next_one_is_still_read() {
    let mut log = Log::ready();
    let last = log.entries.len() - 1;
    log.entries[last].push(b' ');
    log.check(&["cannot be read: the bytes are not the canonical ones of the entry that they say"]);
    log.entries[last] = b"{}".to_vec();
    log.check(&["cannot be read: the bytes are no entry of this format"]);
    log.issue(by(ADA), log.key());
    assert_eq!(log.replay().violations_total, 1);
}

#[test]
fn time_that_goes_back_is_found() {
    let mut log = Log::ready();
    log.push_at(Timestamp::from_micros(NOW * 1_000_000 - 1), by(ADA), logout(ADA));
    log.check(&["is labelled with an earlier time than the entry before it"]);
}

#[test]
fn what_does_not_exist_is_found() {
    let nobody = subject(NOBODY);
    let user = format!("refers to user {nobody}, which does not exist at that point");
    check(Event::UserEnabled { subject: nobody }, &user);
    check(Event::UserDisabled { subject: nobody }, &user);
    check(Event::UserRoleSet { subject: nobody, role: DeskRole::User }, &user);
    check(Event::UserPasswordSet { subject: nobody }, &user);
    check(Event::UserErased { subject: nobody }, &user);
    check(Event::MemberAdded(member(NOBODY, Role::Publisher)), &user);
    check(login(NOBODY, NOW), &user);
    let session = format!("refers to session {NOBODY:032x}, which does not exist at that point");
    check(logout(NOBODY), &session);
    let backend = "refers to backend 1001, which does not exist at that point";
    check(Event::BackendRevoked { backend: "1001".parse().unwrap() }, backend);

    let hall = || "hall".parse().unwrap();
    let missing = "refers to room hall, which does not exist at that point";
    check(Event::RoomChanged(RoomSet { room: hall(), ..room(|_| {}) }), missing);
    check(Event::RoomClosed { room: hall() }, missing);
    check(Event::RoomOpened { room: hall() }, missing);
    let window = roomkey_claims::Window { from: None, until: None };
    check(Event::EventSet { room: hall(), event: "opening".parse().unwrap(), window }, missing);
    check(meeting("hall", 1), missing);
    check(Event::MeetingEnded { room: hall(), number: 1 }, missing);
    let elsewhere = || MemberPlace { room: hall(), ..place(ADA) };
    let set = || MemberSet { place: elsewhere(), ..member(ADA, Role::Publisher) };
    check(Event::MemberAdded(set()), missing);
    check(Event::MemberChanged(set()), missing);
    check(Event::MemberRemoved(elsewhere()), missing);

    let on_scene = || MemberPlace { scene: Some("green".parse().unwrap()), ..place(ADA) };
    let ada = subject(ADA);
    let expected = format!(
        "refers to the membership of user {ada} in room stage-1, scene green, which does not exist at that point"
    );
    let set = MemberSet { place: on_scene(), ..member(ADA, Role::Publisher) };
    check(Event::MemberChanged(set), &expected);
    check(Event::MemberRemoved(on_scene()), &expected);
}

#[test]
fn what_no_longer_exists_is_found() {
    let check_again = |event: Event, expected: &str| {
        let mut log = Log::ready();
        log.push(CONSOLE, new_backend("1001", Scope::Issue, "*"));
        log.push(CONSOLE, event.clone());
        log.push(CONSOLE, event);
        log.check(&[&format!("refers to {expected}, which does not exist at that point")]);
    };
    check_again(logout(ADA), &format!("session {ADA:032x}"));
    check_again(Event::BackendRevoked { backend: "1001".parse().unwrap() }, "backend 1001");
    check_again(Event::UserErased { subject: subject(ADA) }, &format!("user {}", subject(ADA)));
    let named = Named::Member(Box::new(place(ADA)));
    check_again(Event::MemberRemoved(place(ADA)), &named.to_string());
    let mut log = Log::ready();
    log.push(CONSOLE, Event::UserErased { subject: subject(ADA) });
    log.push(CONSOLE, Event::MemberRemoved(place(ADA)));
    log.check(&[&format!("refers to {named}, which does not exist at that point")]);
}

#[test]
fn what_exists_already_is_found() {
    let ada = subject(ADA);
    let twice = |what: &str| format!("adds {what}, which was added before");
    check(Event::UserAdded { subject: ada, role: DeskRole::User }, &twice(&format!("user {ada}")));
    check(Event::RoomAdded(room(|_| {})), &twice("room stage-1"));
    let named = Named::Member(Box::new(place(ADA)));
    check(Event::MemberAdded(member(ADA, Role::Publisher)), &twice(&named.to_string()));
    check(login(ADA, NOW), &twice(&format!("session {ADA:032x}")));
    let mut log = Log::ready();
    log.push(CONSOLE, new_backend("1001", Scope::Issue, "*"));
    log.push(CONSOLE, new_backend("1001", Scope::Issue, "*"));
    log.check(&[&twice("backend 1001")]);
    let mut log = Log::ready();
    log.push(CONSOLE, Event::UserErased { subject: ada });
    log.push(CONSOLE, Event::UserAdded { subject: ada, role: DeskRole::User });
    log.check(&[&twice(&format!("user {ada}"))]);
    let mut replay = Replay::new();
    for (index, bytes) in (0..).zip(&log.entries) {
        replay.push(index, bytes);
    }
    let session = replay.state().find_session(&format!("{ADA:032x}").parse().unwrap()).unwrap();
    assert!(replay.state().has_ended(session));
}

#[test]
fn sessions_of_disabled_users_and_of_others_are_found() {
    let session: roomkey_claims::SessionRef = "f".repeat(32).parse().unwrap();
    let mut log = Log::ready();
    log.push(CONSOLE, Event::UserDisabled { subject: subject(ADA) });
    let (subject_ref, ends_at) = (subject(ADA), seconds(NOW + SESSION));
    let started = Event::SessionStarted {
        session: session.clone(),
        subject: subject_ref,
        ends_at,
        idle_seconds: 600,
    };
    log.push(address(), started);
    log.check(&[&format!("starts session {session} for a user who is disabled")]);

    let expected =
        format!("says of session {ADA:032x} that it belongs to somebody else than it does");
    let adas: roomkey_claims::SessionRef = format!("{ADA:032x}").parse().unwrap();
    let (session, reason) = (adas.clone(), EndReason::Admin);
    check(Event::SessionEnded { session, subject: subject(BOB), reason }, &expected);

    let mut log = Log::ready();
    let stolen = Actor::Session { session: adas, subject: subject(ROOT) };
    log.push(stolen, Event::RoomClosed { room: "stage-1".parse().unwrap() });
    log.check(&[&expected, "(room.closed) was caused by somebody who may not do that"]);
}

#[test]
fn meetings_out_of_order_are_found() {
    check(meeting("stage-1", 2), "starts meeting 2 of room stage-1, but 1 is its next");
    let ended = |number| Event::MeetingEnded { room: "stage-1".parse().unwrap(), number };
    check(ended(1), "ends meeting 1 of room stage-1, which is not running");
    let mut log = Log::ready();
    log.push(CONSOLE, meeting("stage-1", 1));
    log.push(CONSOLE, meeting("stage-1", 2));
    log.push(CONSOLE, ended(1));
    log.check(&["ends meeting 1 of room stage-1, which is not running"]);
    let mut log = Log::ready();
    log.push(CONSOLE, meeting("stage-1", 1));
    log.push(CONSOLE, ended(1));
    log.push(CONSOLE, meeting("stage-1", 1));
    log.check(&["starts meeting 1 of room stage-1, but 2 is its next"]);
}

#[test]
fn an_id_of_a_key_that_comes_again_is_found() {
    let mut log = Log::ready();
    let key = log.key();
    log.issue(by(ADA), key.clone());
    let expected = format!("issues key {}, an id that was used before", key.issuance);
    log.issue(by(ADA), key);
    log.check(&[&expected]);
}

#[test]
fn a_call_signed_with_a_key_that_cannot_sign_is_found() {
    let called = |key: &str| called(key, NOW + 10);
    let expected =
        |key| format!("is signed with key {key} of profile call, which could not sign it");
    check(called("APIother"), &expected("APIother"));
    let mut log = Log::ready();
    log.push(Actor::System, policy(KeyState::Retired));
    log.push(CONSOLE, called("APIexample"));
    log.check(&[&expected("APIexample")]);
    let mut log = Log::ready();
    log.push(Actor::System, policy_until(KeyState::Active, Some(seconds(NOW + 10))));
    log.push(CONSOLE, called("APIexample"));
    log.check_clean();
    log.push(Actor::System, policy_until(KeyState::Active, Some(seconds(NOW + 9))));
    log.push(CONSOLE, called("APIexample"));
    log.check(&[&expected("APIexample")]);
}

#[test]
fn a_call_lives_for_minutes_and_goes_only_where_the_desk_calls() {
    let expected = "is signed with key APIexample of profile call, which could not sign it";
    let mut log = Log::ready();
    log.push(CONSOLE, called("APIexample", NOW + 300));
    log.check_clean();
    log.push(CONSOLE, called("APIexample", NOW + 301));
    log.check(&[expected]);
    let Event::ProviderCalled { profile: _, key, operation, room, fp, exp } =
        called("APIexample", NOW + 10)
    else {
        unreachable!()
    };
    let profile = "stage".parse().unwrap();
    let elsewhere = Event::ProviderCalled { profile, key, operation, room, fp, exp };
    check(elsewhere, &expected.replace("call,", "stage,"));
}

#[test]
fn a_meeting_in_a_room_that_is_not_its_own_is_found() {
    let expected = |number, room| {
        format!("starts meeting {number} of room {room} in a provider's room that is not its own")
    };
    check(session_meeting("stage-1", 1, "board-meeting"), &expected(1, "stage-1"));
    let mut log = Log::ready();
    log.push(CONSOLE, call_room());
    log.push(CONSOLE, session_meeting("call-1", 1, "1_MX4x"));
    log.push(CONSOLE, session_meeting("call-1", 2, "2_MX4x"));
    log.check_clean();
    log.push(CONSOLE, session_meeting("call-1", 3, "1_MX4x"));
    log.check(&[&expected(3, "call-1")]);
}

#[test]
fn a_report_lists_the_first_thousand_and_counts_all() {
    let mut log = Log::ready();
    for _ in 0..=MAX_LISTED {
        log.push(CONSOLE, logout(NOBODY));
    }
    let report = log.replay();
    assert_eq!(
        (report.violations.len(), report.violations_total),
        (MAX_LISTED, MAX_LISTED as u64 + 1)
    );
    assert!(!report.is_clean());
}
