//! Many at once.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use anyhow::{Context, anyhow};
use roomkey_tests::scene::on;
use roomkey_tests::{Answer, Kind, Log};

on_both! {
    no_key_is_recorded_after_the_removal_of_its_member,
    clients_and_the_command_line_at_once_leave_no_gap,
}

/// How many ask at once.
const CLIENTS: usize = 50;

fn no_key_is_recorded_after_the_removal_of_its_member(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, root) = (server.user("ada")?, server.admin()?);
        let barrier = Barrier::new(CLIENTS + 1);
        let ask = || {
            barrier.wait();
            (0..10).map(|_| ada.key("stage-1")).collect::<anyhow::Result<Vec<Answer>>>()
        };
        let answers = thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
            barrier.wait();
            let removed = root.delete("/v1/rooms/stage-1/members/ada")?;
            let mut answers = Vec::new();
            for client in clients {
                answers.extend(client.join().map_err(|_| anyhow!("a client panicked"))??);
            }
            removed.is(204)?;
            anyhow::Ok(answers)
        })?;
        let log = Log::export(server)?;
        let removal = log.lines().iter().find(|line| line.entry["k"] == "member.removed");
        let removal = removal.context("the removal")?.index;
        let mut keys = 0;
        for answer in &answers {
            if answer.status != 200 {
                answer.clone().is_problem(403, "not-allowed")?;
                continue;
            }
            let issuance = answer.text_at("/issuanceId")?;
            let line =
                log.issuance(&issuance).with_context(|| format!("{issuance} is not recorded"))?;
            assert!(line.index < removal, "{} after {removal}", line.index);
            keys += 1;
        }
        assert_eq!(log.issuances().len(), keys);
        Ok(())
    })
}

fn clients_and_the_command_line_at_once_leave_no_gap(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let (ada, bob) = (server.user("ada")?, server.user("bob")?);
        let ask = |client: &roomkey_tests::Client, room: &str| -> anyhow::Result<Vec<String>> {
            (0..40).map(|_| client.key(room)?.is(200)?.text_at("/issuanceId")).collect()
        };
        let ids = thread::scope(|scope| {
            let clients: Vec<_> = (0..8)
                .map(|number| {
                    let (client, room) =
                        if number % 2 == 0 { (&ada, "stage-1") } else { (&bob, "lobby") };
                    scope.spawn(move || ask(client, room))
                })
                .collect();
            for number in 0..5 {
                server.run(&["room", "add", &format!("room-{number}"), "--provider", "stage"])?;
                server.run(&[
                    "member",
                    "add",
                    &format!("room-{number}"),
                    "ada",
                    "--role",
                    "moderator",
                ])?;
            }
            let mut ids = BTreeSet::new();
            for client in clients {
                ids.extend(client.join().map_err(|_| anyhow!("a client panicked"))??);
            }
            anyhow::Ok(ids)
        })?;
        let log = Log::export(server)?;
        assert_eq!(ids.len(), 320);
        assert!(ids.iter().all(|id| log.issuance(id).is_some()));
        assert_eq!(log.of_kind("member.added").len(), 6);
        Ok(())
    })
}
