//! Replaying, explaining, comparing, and who could enter.

use roomkey_audit::{Actor, Event, MemberPlace, MemberSet};
use roomkey_claims::{Access, DeskRole, Role, Sources, Timestamp, Window};

use crate::desk::{CONSOLE, Desk, NOW, check, member, policy, room, shown, subject};
use crate::web::Web;

#[test]
fn replay_reads_a_folder_and_a_url() {
    let mut desk = Desk::ready();
    let said = ["12 entries: 1 keys issued", "every key was allowed"];
    check(&["replay", &shown(&desk.export().0)], 0, &said);
    check(&["replay", &Web::of(&desk).url], 0, &said);
    // User 3 is no member, and the tree over it is right.
    desk.issue(3);
    let said = ["entry 12: entry 12 issues key", "should have been denied: not_a_member"];
    check(&["replay", &shown(&desk.export().0)], 1, &said);
    check(&["replay", &Web::of(&desk).url], 1, &said);
    check(&["verify", &Web::of(&desk).url, "--vkey", &desk.vkey()], 0, &["verified"]);
}

#[test]
fn an_entry_is_explained() {
    let mut desk = Desk::ready();
    desk.issue(3);
    let folder = desk.export();
    let explain = |index: &str, status, said: &[&str]| {
        check(&["explain", &shown(&folder.0), index], status, said)
    };
    explain("0", 0, &["who: the desk itself", "what: set the policy", "stage (livekit)"]);
    explain("1", 0, &["added room stage-1: restricted to its members, on profile stage"]);
    explain("3", 0, &["who: a person at the command line", "added user", "2027-01-15T08:00:00Z"]);
    let key = [
        &*format!("to user {} for room stage-1", subject(0)),
        "as publisher (may see and hear, send, send data)",
        &format!("the membership of user {} in room stage-1 as publisher (entry 7)", subject(0)),
        "the policy (entry 0)",
        "key APIexample of profile stage (livekit) signs",
        "judged: the decision, taken again on the state before it, gives the same",
    ];
    explain("9", 0, &key);
    check(&["explain", &Web::of(&desk).url, "9"], 0, &key);
    let wrong = ["room stage-1 is restricted (entry 1)", "is no member", "does not give this"];
    explain("12", 1, &wrong);
    explain("13", 1, &["there is no entry 13"]);
    let said = check(&["--json", "explain", &shown(&folder.0), "9"], 0, &[]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["entry"]["k"], "token.issued");
    assert_eq!(report["violations"], serde_json::json!([]));
}

#[test]
fn what_changed_between_two_entries() {
    let mut desk = Desk::ready();
    let room = || "stage-1".parse().unwrap();
    let place = MemberPlace { room: room(), subject: subject(0), scene: None, event: None };
    desk.push(CONSOLE, Event::UserRoleSet { subject: subject(3), role: DeskRole::Admin });
    desk.push(CONSOLE, Event::MemberRemoved(place));
    desk.push(CONSOLE, Event::RoomClosed { room: room() });
    desk.push(CONSOLE, Event::UserErased { subject: subject(1) });
    let folder = desk.export();
    let path = shown(&folder.0);
    let said = [
        &*format!("users:\n  changed user {}: status enabled -> erased", subject(1)),
        &format!("changed user {}: role user -> admin", subject(3)),
        "rooms:\n  changed room stage-1: closed false -> true",
        &format!("members:\n  removed room stage-1, user {}: role publisher", subject(0)),
        &format!("added room stage-1, user {}: role publisher", subject(2)),
    ];
    check(&["diff", &path, "--from", "9", "--to", "15"], 0, &said);
    check(&["diff", &Web::of(&desk).url, "--from", "9", "--to", "15"], 0, &said);
    check(&["diff", &path, "--from", "8", "--to", "9"], 0, &["nothing changed"]);
    check(&["diff", &path, "--from", "9", "--to", "9"], 0, &["nothing changed"]);
    let said = check(&["diff", &path, "--to", "2", "--json"], 0, &[]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    let groups: Vec<&str> = report["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["group"].as_str().unwrap())
        .collect();
    assert_eq!(groups, ["policy", "policy", "rooms", "rooms"]);
    check(&["diff", &path, "--from", "9", "--to", "2"], 1, &["swap them"]);
    check(&["diff", &path, "--to", "99"], 1, &["there is no entry 99"]);
    let part = desk.export_part(2..8, None);
    check(&["diff", &shown(&part.0), "--to", "5"], 1, &["needs the whole log"]);
}

#[test]
fn who_could_enter() {
    let mut desk = Desk::ready();
    desk.push(CONSOLE, Event::RoomClosed { room: "stage-1".parse().unwrap() });
    let folder = desk.export();
    let path = shown(&folder.0);
    let who =
        |room: &str, at: &str, said: &[&str]| check(&["who", &path, room, "--at", at], 0, said);
    let said = who(
        "stage-1",
        "11",
        &[
            &format!("user {} could enter as publisher: member", subject(0)),
            &format!("user {} could not: subject_disabled (member)", subject(1)),
            &format!("user {} could not: desk_role (member)", subject(2)),
        ],
    );
    assert!(!said.contains(&subject(3).to_string()), "{said}");
    who("stage-1", "8", &[&format!("user {} could enter as publisher", subject(1))]);
    who("stage-1", "12", &["room_closed", "nobody could enter"]);
    let open = format!("user {} could enter as subscriber: the room is open", subject(3));
    let said = who("lobby", "11", &[&open]);
    assert!(!said.contains(&subject(1).to_string()), "{said}");
    check(&["who", &path, "stage-1", "--at", "0"], 1, &["room stage-1 does not exist at entry 0"]);
    check(&["who", &Web::of(&desk).url, "lobby", "--at", "11"], 0, &[&open]);
    let json = check(&["who", &path, "stage-1", "--at", "11", "--json"], 0, &[]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["users"][1]["reason"], "subject_disabled");
}

#[test]
fn a_state_of_a_log_with_a_gap_is_refused() {
    let mut desk = Desk::ready();
    desk.push(CONSOLE, member(3));
    let folder = desk.export();
    let text = folder.text("entries-000000.jsonl");
    folder.write("entries-000000.jsonl", text.split_inclusive('\n').skip(1).collect::<String>());
    folder.relist();
    let said = ["entry 0 should come next, but entry 1 came"];
    check(&["who", &shown(&folder.0), "lobby", "--at", "5"], 1, &said);
}

#[test]
fn who_could_enter_an_event_and_when_a_meeting_is_yet_to_start() {
    let mut desk = Desk::ready();
    let mut policy = policy();
    if let Event::PolicySet { policy, .. } = &mut policy {
        let mut profile = policy.profiles.first_key_value().unwrap().1.clone();
        (profile.own_sessions, profile.kind) = (true, "opentok".parse().unwrap());
        policy.profiles.insert("call".parse().unwrap(), profile);
    }
    desk.push(Actor::System, policy);
    let mut call = room("call-1", Access::Open(Role::Publisher));
    if let Event::RoomAdded(room) = &mut call {
        (room.settings.profile, room.settings.per_device) = ("call".parse().unwrap(), true);
    }
    desk.push(CONSOLE, call);
    let place = MemberPlace {
        room: "stage-1".parse().unwrap(),
        subject: subject(3),
        scene: None,
        event: Some("finale".parse().unwrap()),
    };
    let set = MemberSet { place, role: Role::Moderator, sources: Sources::All };
    desk.push(CONSOLE, Event::MemberAdded(set));
    let window = Window { from: Some(Timestamp::from_seconds(NOW + 60)), until: None };
    let (room, event) = ("stage-1".parse().unwrap(), "finale".parse().unwrap());
    desk.push(CONSOLE, Event::EventSet { room, event, window });
    desk.at += 60;
    desk.push(CONSOLE, Event::UserEnabled { subject: subject(1) });
    let folder = desk.export();
    let path = shown(&folder.0);
    let said = format!("user {} could enter as publisher: the room is open; a meeting", subject(3));
    check(&["who", &path, "call-1", "--at", "13"], 0, &[&said]);
    let who = ["who", &path, "stage-1", "--event", "finale", "--at"];
    let said = format!("user {} could not: outside_window (member for event finale)", subject(3));
    check(&[&who[..], &["15"]].concat(), 0, &[&said, "nobody could enter"]);
    let said = format!("user {} could enter as moderator: member for event finale", subject(3));
    check(&[&who[..], &["16"]].concat(), 0, &[&said]);
    let said = format!("user {} could not: not_a_member (a member of another", subject(3));
    check(&["who", &path, "stage-1", "--at", "16"], 0, &[&said]);
    let said = [
        "policy:\n  added profile call",
        "windows:\n  added room stage-1, event finale: from 2027-01-15T08:01:00Z",
        &format!("added room stage-1, user {}, event finale: role moderator", subject(3)),
    ];
    check(&["diff", &path, "--from", "11", "--to", "15"], 0, &said);
}
