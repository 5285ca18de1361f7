//! More than the desk takes on: some are told so at once, the others are served.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use roomkey_tests::scene::on_with;
use roomkey_tests::{Answer, Kind};

use crate::databases::Lock;

on_both! {
    a_full_queue_of_passwords_is_503_at_once_and_keys_are_still_issued,
    a_full_queue_of_writes_is_503_at_once_and_nobody_gets_a_key,
}

/// Sends the same many times at once.
fn at_once(
    count: usize,
    send: impl Fn() -> anyhow::Result<Answer> + Sync,
) -> anyhow::Result<Vec<Answer>> {
    thread::scope(|scope| {
        let clients: Vec<_> = (0..count).map(|_| scope.spawn(&send)).collect();
        let answers = clients
            .into_iter()
            .map(|client| client.join().map_err(|_| anyhow!("a client panicked"))?);
        answers.collect()
    })
}

fn a_full_queue_of_passwords_is_503_at_once_and_keys_are_still_issued(
    kind: Kind,
) -> anyhow::Result<()> {
    on_with(
        kind,
        |desk| {
            // Tries that are not decided yet count against their address.
            desk.set("login", "address_burst", "1000")?;
            desk.set("password", "hash_threads", "1")?;
            desk.set("password", "hash_queue", "2")
        },
        |server| {
            let (ada, anonymous, password) =
                (server.user("ada")?, server.anonymous(), server.password("bob"));
            let answers = thread::scope(|scope| {
                let logins = scope.spawn(|| at_once(30, || anonymous.try_login("bob", &password)));
                for _ in 0..10 {
                    let start = Instant::now();
                    ada.key("stage-1")?.is(200)?;
                    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
                }
                logins.join().map_err(|_| anyhow!("the logins panicked"))?
            })?;
            let (mut good, mut busy) = (0, 0);
            for answer in answers {
                if answer.status == 200 {
                    good += 1;
                    continue;
                }
                let answer = answer.is_problem(503, "busy")?;
                assert!(0 < answer.header("retry-after").parse::<u32>()?);
                busy += 1;
            }
            assert!(0 < good && 0 < busy, "{good} good, {busy} busy");
            Ok(())
        },
    )
}

fn a_full_queue_of_writes_is_503_at_once_and_nobody_gets_a_key(kind: Kind) -> anyhow::Result<()> {
    on_with(
        kind,
        |desk| desk.set("database", "queue", "4"),
        |server| {
            let ada = server.user("ada")?;
            let lock = Lock::of(server)?;
            let answers = at_once(24, || ada.key("stage-1"))?;
            lock.release()?;
            let code = |answer: &Answer| answer.text_at("/type");
            for answer in &answers {
                assert_eq!(answer.status, 503, "{}", answer.text());
                assert!(0 < answer.header("retry-after").parse::<u32>()?);
            }
            let codes = answers.iter().map(code).collect::<anyhow::Result<Vec<_>>>()?;
            assert!(codes.iter().any(|code| code.ends_with(":busy")), "{codes:?}");
            roomkey_tests::wait::until("keys again", roomkey_tests::wait::SOON, || {
                Ok((ada.key("stage-1")?.status == 200).then_some(()))
            })
        },
    )
}
