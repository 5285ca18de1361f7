//! Meetings at OpenTok: each has a session, which the desk has made before anybody gets a key.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use anyhow::{Context, anyhow};
use roomkey_tests::opentok::form;
use roomkey_tests::{Answer, Client, Kind, Log, Server, Vendor, token};
use serde_json::json;

use crate::opentok::key;
use crate::vendors::{Node, inspect, on_vendor, opentok, room};

on_both! {
    the_first_who_joins_starts_a_meeting_by_a_call_that_is_recorded_first,
    all_who_join_first_at_once_meet_in_one_session,
    all_who_join_first_on_two_nodes_meet_in_one_session,
    a_new_meeting_has_another_session_and_old_keys_stay_with_the_old_one,
    a_room_that_moves_to_another_profile_ends_its_meeting,
    a_session_is_made_with_the_rooms_options,
    who_may_not_enter_causes_no_call,
}

/// How many join at once.
const JOINERS: usize = 8;

fn session(answer: Answer) -> anyhow::Result<String> {
    answer.is(200)?.text_at("/sessionId")
}

fn the_first_who_joins_starts_a_meeting_by_a_call_that_is_recorded_first(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        let made = session(key(&ada, "call-1")?)?;
        assert_eq!(vendor.sessions(), [made.as_str()]);
        let requests = vendor.requests();
        let [call] = requests.as_slice() else { anyhow::bail!("one call: {requests:?}") };
        assert_eq!((call.method.as_str(), call.path.as_str()), ("POST", "/session/create"));
        assert_eq!(
            json!(form(&call.body)?),
            json!({ "p2p.preference": "disabled", "archiveMode": "manual", "e2ee": "false" })
        );
        assert_eq!(call.headers["accept"], "application/json");
        let claims = call.claims.as_object().context("claims")?;
        let names: BTreeSet<&str> = claims.keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["iss", "ist", "iat", "exp", "jti"]));
        assert_eq!(
            (&claims["iss"], &claims["ist"]),
            (&json!(vendor.credentials().key), &json!("project"))
        );
        let life = claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0);
        assert_eq!(life, 180);
        assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() > 20));

        let log = Log::export(server)?;
        let kinds = ["provider.called", "meeting.started", "token.issued"];
        let index = |kind: &str| {
            let line = log.lines().iter().find(|line| line.entry["k"] == kind);
            line.map(|line| line.index).with_context(|| format!("no {kind}"))
        };
        let places = kinds.iter().map(|kind| index(kind)).collect::<anyhow::Result<Vec<_>>>()?;
        assert!(places.is_sorted(), "{kinds:?} at {places:?}");
        let called = log.last("provider.called")?;
        assert_eq!(called["fp"], token::fingerprint(&call.headers["x-opentok-auth"])?);
        assert_eq!((&called["exp"], &called["profile"]), (&claims["exp"], &json!("call")));
        assert_eq!(called["by"]["type"], "system");
        let started = log.last("meeting.started")?;
        assert!(started.to_string().contains(&made), "{started}");
        // Who comes next causes no call.
        assert_eq!(session(key(&ada, "call-1")?)?, made);
        assert_eq!(vendor.requests().len(), 1);
        Ok(())
    })
}

/// All of them ask at once; what they got.
fn at_once(clients: &[Client]) -> anyhow::Result<BTreeSet<String>> {
    let barrier = Barrier::new(clients.len());
    let ask = |client: &Client| {
        barrier.wait();
        session(key(client, "call-1")?)
    };
    thread::scope(|scope| {
        let joining: Vec<_> = clients.iter().map(|client| scope.spawn(|| ask(client))).collect();
        let joined = joining.into_iter().map(|one| one.join().map_err(|_| anyhow!("a panic"))?);
        joined.collect()
    })
}

fn one_meeting(
    server: &Server,
    vendor: &Vendor,
    sessions: &BTreeSet<String>,
) -> anyhow::Result<()> {
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    assert!(sessions.iter().all(|session| vendor.sessions().contains(session)));
    let log = Log::export(server)?;
    assert_eq!(log.of_kind("meeting.started").len(), 1);
    assert_eq!(log.of_kind("token.issued").len(), JOINERS);
    // A session that lost the race was made by a recorded call too.
    assert_eq!(log.of_kind("provider.called").len(), vendor.requests().len());
    Ok(())
}

fn all_who_join_first_at_once_meet_in_one_session(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        server.run(&["member", "add", "call-1", "bob", "--role", "subscriber"])?;
        let two = [server.user("ada")?, server.user("bob")?];
        let clients: Vec<_> = two.iter().cycle().take(JOINERS).cloned().collect();
        one_meeting(server, vendor, &at_once(&clients)?)?;
        assert_eq!(vendor.requests().len(), 1, "one call for all who wait");
        Ok(())
    })
}

fn all_who_join_first_on_two_nodes_meet_in_one_session(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let node = Node::beside(server)?;
        let ada = server.user("ada")?;
        let two = [ada.clone(), node.client(&ada)];
        let clients: Vec<_> = two.iter().cycle().take(JOINERS).cloned().collect();
        one_meeting(server, vendor, &at_once(&clients)?)
    })
}

fn a_new_meeting_has_another_session_and_old_keys_stay_with_the_old_one(
    kind: Kind,
) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        let first = key(&ada, "call-1")?.is(200)?;
        let started = server.json(&["meeting", "start", "call-1"])?;
        let second = session(key(&ada, "call-1")?)?;
        assert_ne!(second, first.text_at("/sessionId")?);
        assert_eq!((&started["providerRoom"], &started["number"]), (&json!(second), &json!(2)));
        let (_, read) = inspect(server, &first.text_at("/token")?)?;
        assert_eq!(read["room"], first.text_at("/sessionId")?.as_str());
        let path = format!("/v1/tokens/{}/renew", first.text_at("/issuanceId")?);
        assert_eq!(session(ada.post(&path, &json!({}))?)?, second, "a renewal follows");
        // Once it is ended, the next who joins starts another one.
        server.run(&["meeting", "end", "call-1"])?;
        assert!(![first.text_at("/sessionId")?, second].contains(&session(key(&ada, "call-1")?)?));
        assert_eq!(vendor.sessions().len(), 3);
        Ok(())
    })
}

fn a_room_that_moves_to_another_profile_ends_its_meeting(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        let first = session(key(&ada, "call-1")?)?;
        server.run(&["room", "set", "call-1", "--provider", "stage"])?;
        assert_eq!(Log::export(server)?.of_kind("meeting.ended").len(), 1);
        key(&ada, "call-1")?.is_problem(403, "not-allowed")?;
        assert_eq!(ada.key("call-1")?.is(200)?.text_at("/room")?, "call-1");
        server.run(&["room", "set", "call-1", "--provider", "call"])?;
        assert_ne!(session(key(&ada, "call-1")?)?, first);
        assert_eq!(vendor.sessions().len(), 2);
        Ok(())
    })
}

fn a_session_is_made_with_the_rooms_options(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let ada = server.user("ada")?;
        for (name, options, wanted) in [
            ("relayed", &["--media", "relayed"][..], ("enabled", "manual", "false")),
            ("secret", &["--e2ee"], ("disabled", "manual", "true")),
            ("taped", &["--archive", "always"], ("disabled", "always", "false")),
        ] {
            room(server, name, "call", options)?;
            session(key(&ada, name)?)?;
            let body = vendor.requests().pop().context("a call")?.body;
            let (p2p, archive, e2ee) = wanted;
            let wanted = json!({ "p2p.preference": p2p, "archiveMode": archive, "e2ee": e2ee });
            assert_eq!(json!(form(&body)?), wanted);
        }
        for (options, word) in [
            (&["--media", "relayed", "--e2ee"][..], "routed"),
            (&["--media", "relayed", "--archive", "always"], "routed"),
            (&["--e2ee", "--archive", "always"], "encrypted"),
        ] {
            let command = [&["room", "add", "odd", "--provider", "call"], options].concat();
            server.try_run(&command, "")?.failed(1, word)?;
        }
        // Nor one step later.
        server.try_run(&["room", "set", "taped", "--e2ee", "true"], "")?.failed(1, "encrypted")?;
        server.try_run(&["room", "set", "taped", "--media", "relayed"], "")?.failed(1, "routed")?;
        server
            .try_run(&["room", "set", "taped", "--provider", "stage"], "")?
            .failed(1, "no sessions")?;
        let bad =
            json!({ "roomId": "odd", "provider": "call", "e2ee": true, "archiveMode": "always" });
        server.admin()?.post("/v1/rooms", &bad)?.is_problem(422, "room-settings")?;
        Ok(())
    })
}

fn who_may_not_enter_causes_no_call(kind: Kind) -> anyhow::Result<()> {
    on_vendor(kind, opentok, |server, vendor| {
        let (ada, bob) = (server.user("ada")?, server.user("bob")?);
        key(&bob, "call-1")?.is_problem(403, "not-allowed")?;
        key(&bob, "no-such-room")?.is_problem(403, "not-allowed")?;
        key(&server.anonymous(), "call-1")?.is_problem(401, "unauthenticated")?;
        key(&server.user("audrey")?, "call-1")?.is_problem(403, "not-allowed")?;
        let long = json!({ "roomId": "call-1", "ttlSeconds": 3_601 });
        ada.post("/opentok/token", &long)?.is_problem(422, "lifetime-out-of-bounds")?;
        ada.post("/vonage/token", &json!({ "roomId": "call-1" }))?
            .is_problem(403, "not-allowed")?;
        ada.post("/v1/rooms/call-1/meetings", &json!({}))?.is_problem(403, "not-allowed")?;
        server.run(&["room", "close", "call-1"])?;
        key(&ada, "call-1")?.is_problem(403, "not-allowed")?;
        assert!(vendor.requests().is_empty());
        assert!(Log::export(server)?.of_kind("provider.called").is_empty());
        Ok(())
    })
}
