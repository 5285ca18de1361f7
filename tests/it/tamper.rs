//! A database that somebody changed below the desk: the log is frozen, says why, and goes on once a person took it over.

mod cases;

on_both! {
    a_changed_entry_or_tree_freezes_the_log_at_the_start,
    a_cut_log_is_frozen_at_the_start,
    a_database_rolled_back_is_known_by_the_checkpoint_that_was_let_out,
    a_fork_signed_with_the_real_key_is_known_by_any_checkpoint_that_was_kept,
    what_is_changed_before_it_is_signed_freezes_every_node,
    what_is_changed_far_behind_is_found_by_whoever_verifies,
}
pub(crate) mod hands;

use anyhow::{Context, bail};
use roomkey_audit::tree::proof::TreeHead;
use roomkey_tests::scene::desk;
use roomkey_tests::{Client, Desk, Kind, Log, Outsider, Server, wait};

use cases::Tampered;

/// A desk with some keys in its signed log, and what others know of it.
pub(crate) struct Played {
    /// An auditor with the log's key.
    pub(crate) outsider: Outsider,
    /// The checkpoint that the auditor kept.
    pub(crate) kept: TreeHead,
    /// The sessions of `ada`, `audrey` and `root`: while a log is frozen nobody logs in.
    bearers: [String; 3],
}

impl Played {
    /// Plays on a new desk until all is signed.
    pub(crate) fn on(desk: Desk, keys: usize) -> anyhow::Result<(Self, Server)> {
        // With PostgreSQL too: only a file beside the database shows that it was rolled back.
        desk.set("audit", "checkpoint_file", "\"roomkey.checkpoint\"")?;
        desk.set("audit", "open", "true")?;
        let server = desk.serve()?;
        let clients = [server.user("ada")?, server.user("audrey")?, server.admin()?];
        let outsider = Outsider::new(&server, server.anonymous())?;
        let kept = issue(&clients[0], keys, &outsider)?;
        Ok((Self { outsider, kept, bearers: clients.map(|one| one.bearer().to_owned()) }, server))
    }

    pub(crate) fn ada(&self, server: &Server) -> Client {
        server.anonymous().with_bearer(&self.bearers[0])
    }
}

/// Issues keys and waits until they are signed.
pub(crate) fn issue(ada: &Client, keys: usize, outsider: &Outsider) -> anyhow::Result<TreeHead> {
    let mut index = 0;
    for _ in 0..keys {
        index = ada.key("stage-1")?.is(200)?.header("audit-index").parse()?;
    }
    Ok(outsider.checkpoint_over(index)?.head())
}

/// The desk issues nothing, says why, and is still read.
fn is_frozen(played: &Played, nodes: &[Client], why: &str) -> anyhow::Result<()> {
    for node in nodes {
        let client = |number: usize| node.with_bearer(&played.bearers[number]);
        wait::until("the log is frozen", wait::SOON, || {
            let answer = client(0).key("stage-1")?;
            match answer.status {
                200 => Ok(None),
                _ => answer.is_problem(503, "log-frozen").map(Some),
            }
        })?;
        let room = serde_json::json!({ "roomId": "late", "provider": "stage" });
        client(2).post("/v1/rooms", &room)?.is_problem(503, "log-frozen")?;
        let ready = node.get("/readyz")?.is(503)?.text();
        if !ready.contains(why) {
            bail!("wanted {why:?} in {ready}");
        }
        client(2).get("/v1/rooms")?.is(200)?;
        node.get("/audit/log/checkpoint")?.is(200)?;
        node.get("/audit/log/tile/0/000.p/1")?.is(200)?;
        node.get("/audit/log/tile/entries/000.p/1")?.is(200)?;
        client(1).get("/audit/log/tile/entries/000.p/1")?.is(200)?;
    }
    Ok(())
}

/// A person takes the log over; it goes on under another name, with all that is there.
fn recovers(played: &Played, server: &Server, nodes: &[Client], why: &str) -> anyhow::Result<()> {
    server.try_run(&["audit", "recover"], "")?.failed(1, why)?;
    server.run(&["audit", "recover", "--yes"])?;
    for node in nodes {
        wait::until("keys again", wait::SOON, || {
            let answer = node.with_bearer(&played.bearers[0]).key("stage-1")?;
            Ok((answer.status == 200).then_some(()))
        })?;
    }
    server.try_run(&["audit", "recover", "--yes"], "")?.failed(1, "not frozen")?;
    let outsider = Outsider::new(server, server.anonymous())?;
    assert_ne!(outsider.key().name(), played.outsider.key().name());
    assert_ne!(outsider.key().public(), played.outsider.key().public());
    let head = issue(&played.ada(server), 1, &outsider)?;
    outsider.verify(&head)?;
    let out = wait::until("the checkpoint is let out", wait::SOON, || {
        Ok(std::fs::read(server.path("roomkey.checkpoint")).ok())
    })?;
    outsider.continues(&head, &outsider.open(&out)?.head()).or_else(|_| {
        // It may have been read between two steps: then it is the older one.
        outsider.continues(&outsider.open(&out)?.head(), &head)
    })?;
    let log = Log::export(server)?;
    assert_eq!(log.of_kind("log.recovered").len(), 1);
    log.check()?;
    Ok(())
}

/// What was signed until then lies beside the new checkpoint.
fn is_put_aside(played: &Played, desk: &Desk) -> anyhow::Result<()> {
    let files = std::fs::read_dir(desk.path("."))?.flatten();
    let aside = files.map(|entry| entry.path()).find(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("roomkey.before-"))
    });
    let signed = played.outsider.open(&std::fs::read(aside.context("the old checkpoint")?)?)?;
    assert!(played.kept.size <= signed.head().size);
    Ok(())
}

/// Each of the cases on a desk of its own.
fn play_all(kind: Kind, cases: &[Tampered]) -> anyhow::Result<()> {
    cases.iter().try_for_each(|case| play(kind, case).with_context(|| case.name))
}

fn play(kind: Kind, case: &Tampered) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let (played, server) = Played::on(desk, 8)?;
    let desk = server.stop()?;
    desk.run(&["audit", "verify"])?;
    let undo = (case.tamper)(&desk).context("tampering")?;
    desk.try_run(&["audit", "verify"], "")?.failed(1, "flaw")?;
    let server = desk.serve()?;
    let nodes = [server.anonymous()];
    // Not one key: the log is looked at before the desk listens.
    played.ada(&server).key("stage-1")?.is_problem(503, "log-frozen")?;
    is_frozen(&played, &nodes, case.says)?;
    if let Some(undo) = undo {
        // What a backup has to mend is not taken over as it is.
        if case.needs_mending {
            server.try_run(&["audit", "recover", "--yes"], "")?.failed(1, case.says)?;
            is_frozen(&played, &nodes, case.says)?;
        }
        undo(&server).context("mending")?;
    }
    // Frozen it stays, also after a restart, until it is taken over.
    let server = server.stop()?.serve()?;
    let nodes = [server.anonymous()];
    is_frozen(&played, &nodes, case.says)?;
    recovers(&played, &server, &nodes, case.says)?;
    server.run(&["audit", "verify"])?;
    is_put_aside(&played, &server)
}

fn a_changed_entry_or_tree_freezes_the_log_at_the_start(kind: Kind) -> anyhow::Result<()> {
    play_all(kind, &cases::CHANGED)
}

fn a_cut_log_is_frozen_at_the_start(kind: Kind) -> anyhow::Result<()> {
    play_all(kind, &cases::CUT)
}

fn a_database_rolled_back_is_known_by_the_checkpoint_that_was_let_out(
    kind: Kind,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let (mut played, server) = Played::on(desk, 4)?;
    let desk = server.stop()?;
    hands::copy(&desk)?;
    let server = desk.serve()?;
    played.outsider = played.outsider.with(server.anonymous());
    played.kept = issue(&played.ada(&server), 4, &played.outsider)?;
    let desk = server.stop()?;
    hands::roll_back(&desk)?;
    let server = desk.serve()?;
    let nodes = [server.anonymous()];
    is_frozen(&played, &nodes, "rolled back or replaced")?;
    // Whoever kept a checkpoint sees it too.
    let old = played.outsider.with(server.anonymous()).checkpoint()?.head();
    assert!(old.size < played.kept.size, "{old:?}");
    recovers(&played, &server, &nodes, "rolled back or replaced")?;
    is_put_aside(&played, &server)
}

fn a_fork_signed_with_the_real_key_is_known_by_any_checkpoint_that_was_kept(
    kind: Kind,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let (mut played, server) = Played::on(desk, 4)?;
    let desk = server.stop()?;
    hands::copy(&desk)?;
    let server = desk.serve()?;
    played.outsider = played.outsider.with(server.anonymous());
    played.kept = issue(&played.ada(&server), 4, &played.outsider)?;
    let desk = server.stop()?;
    hands::roll_back(&desk)?;
    // Without the file the desk cannot know.
    std::fs::rename(desk.path("roomkey.checkpoint"), desk.path("hidden"))?;
    let server = desk.serve()?;
    let forked = played.outsider.with(server.anonymous());
    let fork = issue(&played.ada(&server), 12, &forked)?;
    assert!(played.kept.size < fork.size);
    forked.verify(&fork).context("by itself a fork is a log")?;
    let said = forked.continues(&played.kept, &fork).err().map(|error| error.to_string());
    assert!(said.is_some_and(|said| said.contains("another root")));
    let desk = server.stop()?;
    std::fs::rename(desk.path("hidden"), desk.path("roomkey.checkpoint"))?;
    let server = desk.serve()?;
    let nodes = [server.anonymous()];
    is_frozen(&played, &nodes, "rolled back or replaced")?;
    recovers(&played, &server, &nodes, "rolled back or replaced")?;
    is_put_aside(&played, &server)
}

fn what_is_changed_before_it_is_signed_freezes_every_node(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let (played, server) = Played::on(desk, 4)?;
    let beside = match server.kind() {
        Kind::Sqlite => None,
        Kind::Postgres => Some(server.beside("node-2")?),
    };
    let mut nodes = vec![server.anonymous()];
    nodes.extend(beside.iter().map(roomkey_tests::Node::anonymous));
    // Nobody signs while the lease is somebody else's.
    hands::take_lease(&server)?;
    let answer = played.ada(&server).key("stage-1")?.is(200)?;
    let index: u64 = answer.header("audit-index").parse()?;
    let before = hands::change(&server, &hands::leaf(index), hands::flip)?;
    hands::give_lease_back(&server)?;
    let why = format!("the bytes of entry {index} do not give its hash");
    is_frozen(&played, &nodes, &why)?;
    hands::change(&server, &hands::leaf(index), |bytes| bytes.copy_from_slice(&before))?;
    recovers(&played, &server, &nodes, &why)
}

fn what_is_changed_far_behind_is_found_by_whoever_verifies(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let (played, server) = Played::on(desk, 300)?;
    let mut server = server;
    for (place, says) in [
        (hands::body(5), "entry 5 does not hash"),
        (hands::tile(0, 0), "entry 0 does not hash"),
        (hands::tile(1, 0), "tile/1/000.p/1 is not the one over the entries"),
    ] {
        let before = hands::change(&server, &place, hands::flip)?;
        let outsider = played.outsider.with(server.anonymous());
        let head = outsider.checkpoint()?.head();
        let error = outsider.verify(&head).err().context(says)?;
        assert!(error.to_string().contains(says), "{error:#}");
        hands::change(&server, &place, |bytes| bytes.copy_from_slice(&before))?;
    }
    // A start does not read that far back: the desk goes on, and what it signs then shows it as well.
    hands::change(&server, &hands::body(5), hands::flip)?;
    server = server.stop()?.serve()?;
    let outsider = played.outsider.with(server.anonymous());
    let head = issue(&played.ada(&server), 1, &outsider)?;
    outsider.continues(&played.kept, &head)?;
    let error = outsider.verify(&head).err().context("a changed entry verifies")?;
    assert!(error.to_string().contains("entry 5 does not hash"), "{error:#}");
    Ok(())
}
