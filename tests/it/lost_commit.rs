//! A commit that is carried out while its answer is lost: no key leaves, the entry stands, and the log goes on.

use anyhow::{Context, ensure};
use roomkey_tests::scene::desk;
use roomkey_tests::{Desk, Kind, Log, Outsider, Relay, Server, wait};

/// A desk that reaches its database through a relay, and the URL past it.
fn through_a_relay() -> anyhow::Result<Option<(Desk, Relay, String)>> {
    if !Kind::available()?.contains(&Kind::Postgres) {
        return Ok(None);
    }
    let desk = desk(Kind::Postgres)?;
    let past = desk.database_url();
    let (relay, through) = Relay::start(&past)?;
    desk.set("audit", "checkpoint_file", "\"roomkey.checkpoint\"")?;
    desk.set("audit", "open", "true")?;
    desk.set("database", "url", &format!("{through:?}"))?;
    Ok(Some((desk, relay, past)))
}

/// The issuances that the log records.
fn issuances(server: &Server) -> anyhow::Result<Vec<String>> {
    let log = Log::export(server)?;
    let issued = log.of_kind("token.issued");
    Ok(issued.iter().filter_map(|entry| entry["issuance"].as_str().map(str::to_owned)).collect())
}

#[test]
fn no_key_leaves_where_it_is_unknown_whether_its_entry_stands() -> anyhow::Result<()> {
    let Some((desk, relay, _)) = through_a_relay()? else { return Ok(()) };
    let server = desk.serve()?;
    let ada = server.user("ada")?;
    let (mut handed_out, mut unknown) = (Vec::new(), 0);
    for _ in 0..5 {
        handed_out.push(ada.key("stage-1")?.is(200)?.text_at("/issuanceId")?);
        relay.lose_a_commit();
        // That of the key, or one of somebody else at the same time.
        let answer = ada.key("stage-1")?;
        if answer.status == 200 {
            handed_out.push(answer.text_at("/issuanceId")?);
        } else {
            ensure!(answer.is_problem(503, "unavailable")?.json()?.get("token").is_none());
            unknown += 1;
        }
        wait::until("a commit is lost", wait::SOON, || Ok(relay.has_lost().then_some(())))?;
    }
    ensure!(0 < unknown, "no key's commit was lost");
    let recorded = issuances(&server)?;
    ensure!(handed_out.iter().all(|issuance| recorded.contains(issuance)), "{recorded:?}");
    // Over-record is allowed: those commits were carried out.
    ensure!(recorded.len() == handed_out.len() + unknown, "{} {unknown}", recorded.len());
    Log::export(&server)?.check()
}

#[test]
fn a_signed_step_whose_answer_is_lost_is_continued() -> anyhow::Result<()> {
    let Some((desk, relay, past)) = through_a_relay()? else { return Ok(()) };
    let server = desk.serve()?;
    let outsider = Outsider::new(&server, server.anonymous())?;
    let ada = server.user("ada")?;
    let index = ada.key("stage-1")?.is(200)?.header("audit-index").parse()?;
    let mut kept = outsider.checkpoint_over(index)?.head();
    // Keys come from a node that the relay does not touch, so that the next commit through it is that of a step.
    server.set("database", "url", &format!("{past:?}"))?;
    let node = server.beside("node-2")?;
    let ada = node.anonymous().with_bearer(ada.bearer());
    let says_so = |server: &Server| -> anyhow::Result<bool> {
        Ok(server.said()?.contains("the job sign-log failed"))
    };
    // Another job may commit first, and its commit is the one that is lost: some more rounds then.
    for round in 0..40 {
        if 5 <= round && says_so(&server)? {
            break;
        }
        relay.lose_a_commit();
        let index: u64 = ada.key("stage-1")?.is(200)?.header("audit-index").parse()?;
        wait::until("a step is lost", wait::SOON, || Ok(relay.has_lost().then_some(())))?;
        let head = outsider.checkpoint_over(index)?.head();
        outsider.continues(&kept, &head)?;
        kept = head;
        // What was signed is let out too, by the next look.
        wait::until("the checkpoint is let out", wait::SOON, || {
            let out = std::fs::read(server.path("roomkey.checkpoint")).context("the file")?;
            Ok((kept.size <= outsider.open(&out)?.head().size).then_some(()))
        })?;
    }
    outsider.verify(&kept)?;
    ensure!(says_so(&server)?, "no step was lost");
    server.run(&["audit", "verify"])?;
    Ok(())
}
