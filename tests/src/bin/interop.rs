//! Has the log of a running desk judged by programs that nobody here wrote: Go's own packages for transparent logs, and
//! Tessera's `fsck`.
//!
//! `JUDGES_GO` names the judge of `tests/judges/go`, `FSCK_BIN` Tessera's program: `cargo xtask interop` gets both.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value without the key is null, which is compared"
)]
#![expect(clippy::print_stdout, reason = "a program that reports")]

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::proof::{TreeHead, consistency};
use roomkey_audit::tree::tile::TileId;
use roomkey_audit::tree::tlog_proof::TlogProof;
use roomkey_tests::{Kind, Outsider, Server, cli, place, scene};
use serde_json::{Value, json};

/// More than two full tiles of hashes and bundles of entries.
const KEYS: usize = 600;

/// What an outsider has of the log.
struct Seen {
    old: TreeHead,
    head: TreeHead,
    note: String,
    vkey: String,
    tiles: BTreeMap<TileId, Vec<u8>>,
    entries: Vec<Vec<u8>>,
}

fn main() -> anyhow::Result<()> {
    let desk = scene::desk(Kind::Sqlite)?;
    desk.set("audit", "open", "true")?;
    let server = desk.serve()?;
    let outsider = Outsider::new(&server, server.anonymous())?;
    let old = issue(&server, &outsider, KEYS / 2)?;
    issue(&server, &outsider, KEYS / 2)?;
    // Of one checkpoint: the log may have grown past it by now.
    let signed = outsider.checkpoint()?;
    let head = signed.head();
    let seen = Seen {
        old,
        head,
        note: signed.note().to_owned(),
        vkey: outsider.key().to_string(),
        tiles: outsider.tiles(head.size)?,
        entries: outsider.entries(head.size)?,
    };
    println!("a log of {} entries in {} tiles", head.size, seen.tiles.len());
    let signer = format!("{}+{}", outsider.key().name(), outsider.key().id());
    accepted(&seen, &signer)?;
    proofs(&server, &seen)?;
    refused(&seen)?;
    fsck(&server, &seen.vkey)
}

fn issue(server: &Server, outsider: &Outsider, keys: usize) -> anyhow::Result<TreeHead> {
    let ada = server.user("ada")?;
    let mut index = 0;
    for _ in 0..keys {
        index = ada.key("stage-1")?.is(200)?.header("audit-index").parse()?;
    }
    Ok(outsider.checkpoint_over(index)?.head())
}

/// Asks Go's judge, one answer for each question.
fn ask(questions: &[Value]) -> anyhow::Result<Vec<Value>> {
    let judge = place::variable("JUDGES_GO").context("JUDGES_GO names no judge")?;
    let input: Vec<String> = questions.iter().map(Value::to_string).collect();
    let input = input.join("\n");
    let said = cli::run(&mut Command::new(judge), &input)?.ok()?;
    let answers = said.stdout.lines().map(serde_json::from_str);
    let answers = answers.collect::<Result<Vec<Value>, _>>()?;
    ensure!(answers.len() == questions.len(), "{} answers: {}", answers.len(), said.stderr);
    Ok(answers)
}

/// The tiles and entries of a log, as a question.
fn whole(seen: &Seen) -> Value {
    let tiles = seen.tiles.iter().map(|(tile, bytes)| (tile.to_string(), STANDARD.encode(bytes)));
    let entries: Vec<String> = seen.entries.iter().map(|entry| STANDARD.encode(entry)).collect();
    json!({ "do": "tiles", "size": seen.head.size, "root": text(&seen.head.root), "from": 0,
        "tiles": tiles.collect::<BTreeMap<_, _>>(), "entries": entries })
}

fn text(hash: &Hash) -> String {
    hash.to_string()
}

/// The checkpoint and every tile and entry below it.
fn accepted(seen: &Seen, signer: &str) -> anyhow::Result<()> {
    let open = json!({ "do": "open", "note": seen.note, "vkeys": [seen.vkey] });
    let answers = ask(&[open, whole(seen)])?;
    let (opened, tiles) = (&answers[0], &answers[1]);
    ensure!(opened["verified"] == json!([signer]), "{opened}");
    ensure!(opened["size"] == seen.head.size, "{opened}");
    ensure!(opened["root"] == text(&seen.head.root), "{opened}");
    ensure!(tiles["tiles"] == seen.tiles.len(), "{}", tiles["error"]);
    println!("accepted  checkpoint, tiles and entries, by Go");
    Ok(())
}

/// The proofs of the desk are those that Go makes, and Go verifies them.
fn proofs(server: &Server, seen: &Seen) -> anyhow::Result<()> {
    let audrey = server.user("audrey")?;
    let mut last = seen.head;
    for index in [0, 1, 255, 256, seen.old.size, seen.head.size - 1] {
        let file = audrey.get(&format!("/v1/audit/events/{index}/proof"))?.is(200)?.body;
        let proof = TlogProof::parse(&file)?;
        let keys = [seen.vkey.parse()?];
        let entry = &seen.entries[usize::try_from(index)?];
        let head = proof.verify(roomkey_audit::leaf_hash(entry), &keys)?.head();
        let hashes: Vec<String> = proof.hashes().iter().map(text).collect();
        let answers = ask(&[
            json!({ "do": "inclusion", "size": head.size, "root": text(&head.root), "index": index,
                "entry": STANDARD.encode(entry), "proof": hashes }),
            json!({ "do": "inclusion", "size": head.size, "root": text(&head.root), "index": index,
                "entry": STANDARD.encode("another"), "proof": hashes }),
        ])?;
        ensure!(answers[0]["ok"] == true, "the proof of entry {index}: {}", answers[0]);
        ensure!(answers[1]["error"].is_string(), "the proof of another entry: {}", answers[1]);
        last = head;
    }
    ensure!(seen.head.size <= last.size, "the log became shorter");
    let ours = consistency(seen.old.size, seen.head.size, &seen.tiles)?;
    let ours: Vec<String> = ours.iter().map(text).collect();
    let mut prove = whole(seen);
    prove["do"] = "prove".into();
    prove["index"] = 5.into();
    prove["oldSize"] = seen.old.size.into();
    let consistent = |old: &str| {
        json!({ "do": "consistency", "oldSize": seen.old.size, "oldRoot": old, "size": seen.head.size,
            "root": text(&seen.head.root), "proof": ours })
    };
    let forked = Hash::from(roomkey_audit::leaf_hash(b"a fork"));
    let answers = ask(&[prove, consistent(&text(&seen.old.root)), consistent(&text(&forked))])?;
    ensure!(answers[0]["consistency"] == json!(ours), "{}", answers[0]["error"]);
    ensure!(answers[1]["ok"] == true, "{}", answers[1]);
    ensure!(answers[2]["error"].is_string(), "a fork is consistent: {}", answers[2]);
    println!(
        "accepted  proofs of entries and of consistency, by Go; refused: another entry, a fork"
    );
    Ok(())
}

/// Whatever is changed, Go refuses it.
fn refused(seen: &Seen) -> anyhow::Result<()> {
    let mut questions = Vec::new();
    let mut add = |name: String, question: Value| questions.push((name, question));
    let signature = seen.note.trim_end().len() - 6;
    let mut altered = seen.note.clone().into_bytes();
    altered[signature] = if altered[signature] == b'A' { b'B' } else { b'A' };
    let notes = [
        ("the signature", String::from_utf8(altered)?),
        ("the size", seen.note.replacen(&seen.head.size.to_string(), "1", 1)),
    ];
    for (name, note) in notes {
        add(name.to_owned(), json!({ "do": "open", "note": note, "vkeys": [seen.vkey] }));
    }
    for tile in seen.tiles.keys() {
        let mut changed = seen.tiles.clone();
        flip(changed.get_mut(tile).context("a tile")?);
        add(tile.to_string(), whole_of(seen, Some(&changed), None));
    }
    let entries = |change: fn(&mut Vec<Vec<u8>>)| {
        let mut entries = seen.entries.clone();
        change(&mut entries);
        whole_of(seen, None, Some(&entries))
    };
    add("an entry".to_owned(), entries(|entries| flip(&mut entries[7])));
    add("two entries swapped".to_owned(), entries(|entries| entries.swap(7, 8)));
    add("an entry deleted".to_owned(), entries(|entries| drop(entries.remove(7))));
    add("an entry inserted".to_owned(), entries(|entries| entries.insert(7, b"{}".to_vec())));
    let mut cut = whole(seen);
    cut["size"] = (seen.head.size - 1).into();
    add("the tail cut".to_owned(), cut);
    let mut root = whole(seen);
    root["root"] = text(&seen.old.root).into();
    add("the root".to_owned(), root);
    let asked: Vec<Value> = questions.iter().map(|(_, question)| question.clone()).collect();
    for ((name, _), answer) in questions.iter().zip(ask(&asked)?) {
        ensure!(answer["error"].is_string(), "{name} was changed, and Go accepts it");
    }
    println!("refused   {} kinds of changes, by Go", questions.len());
    Ok(())
}

fn whole_of(
    seen: &Seen,
    tiles: Option<&BTreeMap<TileId, Vec<u8>>>,
    entries: Option<&Vec<Vec<u8>>>,
) -> Value {
    whole(&Seen {
        old: seen.old,
        head: seen.head,
        note: String::new(),
        vkey: String::new(),
        tiles: tiles.unwrap_or(&seen.tiles).clone(),
        entries: entries.unwrap_or(&seen.entries).clone(),
    })
}

fn flip(bytes: &mut [u8]) {
    if let Some(byte) = bytes.last_mut() {
        *byte ^= 1;
    }
}

/// Tessera reads the log over HTTP and finds nothing; after one entry was changed below the desk it does.
fn fsck(server: &Server, vkey: &str) -> anyhow::Result<()> {
    let fsck = place::variable("FSCK_BIN").context("FSCK_BIN names no fsck")?;
    let key = server.path("log.vkey");
    std::fs::write(&key, format!("{vkey}\n"))?;
    let run = || {
        let mut command = Command::new(&fsck);
        // More workers than resources: the last one that fails leaves fsck waiting for itself.
        command.args(["--ui=false", "--logtostderr", "-N=64"]);
        command.arg(format!("--storage_url={}/audit/log/", server.url()));
        command.arg(format!("--public_key={}", key.display()));
        cli::run(&mut command, "")
    };
    // Its exit status says nothing: it is 0 whatever was found.
    let fine = |said: &cli::Said| said.stderr.contains("Successfully fsck'd log");
    let said = run()?.ok()?;
    if !fine(&said) {
        bail!("Tessera's fsck: {}", said.stderr);
    }
    println!("accepted  the whole log over HTTP, by Tessera's fsck");
    let mut db = SqliteConnection::establish(&server.path("data/roomkey.db").to_string_lossy())?;
    db.batch_execute(
        "PRAGMA busy_timeout = 10000; DROP TRIGGER entries_refuse_update; \
         UPDATE entries SET body = leaf WHERE idx = 5",
    )?;
    let said = run()?;
    if fine(&said) || !said.stderr.contains("fsck failed") {
        bail!("an entry was changed, and fsck says nothing of it: {}", said.stderr);
    }
    println!("refused   a changed entry, by Tessera's fsck");
    Ok(())
}
