//! SIGTERM: what is in flight is finished, nothing new is begun.

use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use roomkey_tests::scene::desk;
use roomkey_tests::{Answer, Kind, Log, wait};

on_both! {
    what_is_in_flight_is_finished,
    sigint_ends_it_too_and_a_restart_goes_on,
}

fn what_is_in_flight_is_finished(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    // One slow hash after the other: most of them still wait when the signal comes.
    desk.set("password", "hash_threads", "1")?;
    desk.set("password", "memory_kib", "131072")?;
    // On a busy machine the last of them waits longer than a request may by default.
    desk.set("server", "request_timeout_seconds", "60")?;
    let server = desk.serve()?;
    let (anonymous, password) = (server.anonymous(), server.password("ada"));
    // The first login replaces the cheaper hash; the others find the slow one.
    server.login("ada")?;
    let before = Log::export(&server)?.of_kind("session.started").len();
    let answers: Vec<anyhow::Result<Answer>> = thread::scope(|scope| {
        let login = || anonymous.try_login("ada", &password);
        let clients: Vec<_> = (0..12).map(|_| scope.spawn(login)).collect();
        thread::sleep(Duration::from_millis(800));
        drop(server.signal("TERM"));
        let joined =
            clients.into_iter().map(|client| client.join().map_err(|_| anyhow!("a panic"))?);
        joined.collect()
    });
    let status = server.wait(wait::SOON)?;
    assert!(status.success(), "{status}: {}", server.said()?);
    let mut sessions = 0;
    for answer in answers {
        // All of them were accepted before the signal: none is cut off.
        answer?.is(200)?;
        sessions += 1;
    }
    let desk = server.kill();
    let log = Log::export(&desk)?;
    assert_eq!(log.of_kind("session.started").len() - before, sessions);
    log.check()
}

fn sigint_ends_it_too_and_a_restart_goes_on(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    let ada = server.login("ada")?;
    ada.key("stage-1")?.is(200)?;
    server.signal("INT")?;
    assert!(server.wait(wait::SOON)?.success());
    let server = server.kill().serve()?;
    server.anonymous().with_bearer(ada.bearer()).key("stage-1")?.is(200)?;
    let log = Log::export(&server)?;
    assert_eq!(log.of_kind("policy.set").len(), 1, "the settings did not change");
    log.check()
}
