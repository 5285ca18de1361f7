//! `roomkey audit verify`: what is stored of the log, compared with itself.

use anyhow::{Context, ensure};
use roomkey_tests::scene::desk;
use roomkey_tests::{Desk, Kind};
use serde_json::{Value, json};

use crate::databases::{execute, text_of};
use crate::tamper::hands::{body, bytes, change, flip, leaf, next_index, tile, unlock};

on_both! {
    each_column_that_does_not_follow_from_the_bytes_is_named,
    what_a_start_does_not_read_is_found,
    a_desk_at_work_and_an_empty_one_verify,
}

fn verified(desk: &Desk) -> anyhow::Result<Value> {
    desk.run(&["audit", "verify"])?;
    desk.json(&["audit", "verify"])
}

/// The flaws that are found, and not one more.
fn flawed(desk: &Desk, wanted: &[String]) -> anyhow::Result<()> {
    let said = desk.try_run(&["audit", "verify", "--json"], "")?.failed(1, "flaws")?;
    let said: Value = serde_json::from_str(&said.stdout)?;
    ensure!(said["flaws"] == json!(wanted) && said["verified"] == json!(false), "{said}");
    ensure!(said["flawsTotal"] == json!(wanted.len()), "{said}");
    Ok(())
}

/// A desk with the key of a scene at an event in its signed log, and the index of its entry.
fn played(desk: Desk) -> anyhow::Result<(Desk, u64)> {
    let server = desk.serve()?;
    let asked = json!({ "roomId": "stage-1", "sceneId": "front", "eventId": "gala" });
    let answer = server.user("ada")?.post("/v1/tokens", &asked)?.is(200)?;
    let index = answer.header("audit-index").parse()?;
    Ok((server.stop()?, index))
}

fn each_column_that_does_not_follow_from_the_bytes_is_named(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let (desk, index) = played(desk)?;
    let said = verified(&desk)?;
    let entries = next_index(&desk)?;
    ensure!(
        said == json!({
            "verified": true, "entries": entries, "signed": entries, "flaws": [], "flawsTotal": 0
        }),
        "{said}"
    );
    unlock(&desk)?;
    let other = bytes(&desk, &[7; 16]);
    for (column, value) in [
        ("entry_id", other.as_str()),
        ("t", "t + 1"),
        ("subject", "NULL"),
        ("room", "'stage-2'"),
        ("scene", "NULL"),
        ("event", "'gala2'"),
        ("issuance", other.as_str()),
        ("fingerprint", other.as_str()),
        ("address", "'192.0.2.0/24'"),
        ("class", "'token.denied/livekit/not_a_member'"),
    ] {
        execute(&desk, &format!("CREATE TABLE kept AS SELECT * FROM entries WHERE idx = {index}"))?;
        execute(&desk, &format!("UPDATE entries SET {column} = {value} WHERE idx = {index}"))?;
        let flaw = format!("entry {index}: its column `{column}` does not follow from its bytes");
        flawed(&desk, &[flaw]).with_context(|| column.to_owned())?;
        let back = format!(
            "UPDATE entries SET {column} = (SELECT {column} FROM kept) WHERE idx = {index}; DROP TABLE kept"
        );
        execute(&desk, &back)?;
    }
    verified(&desk).map(drop)
}

fn what_a_start_does_not_read_is_found(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    let ada = server.user("ada")?;
    for _ in 0..300 {
        ada.key("stage-1")?.is(200)?;
    }
    let desk = server.stop()?;
    verified(&desk)?;
    let before = change(&desk, &body(5), flip)?;
    let size: u64 = text_of(&desk, "SELECT CAST(size AS TEXT) AS name FROM tree")?.parse()?;
    ensure!((257..512).contains(&size), "{size}");
    let over = |tile| format!("{tile} is not the one over the entries");
    let (leaves, above) = (over("tile/0/000"), over("tile/1/000.p/1"));
    let root = format!("the entries do not lead to the root that was signed for size {size}");
    let spelled = "entry 5: its bytes are not those of an entry as the desk writes it".to_owned();
    flawed(&desk, &[spelled, leaves.clone(), above.clone(), root])?;
    change(&desk, &body(5), |bytes| bytes.copy_from_slice(&before))?;
    let before = change(&desk, &leaf(5), flip)?;
    flawed(&desk, &["entry 5: its column `leaf` does not follow from its bytes".to_owned()])?;
    change(&desk, &leaf(5), |bytes| bytes.copy_from_slice(&before))?;
    for (place, flaw) in [(tile(0, 0), leaves), (tile(1, 0), above)] {
        let before = change(&desk, &place, flip)?;
        flawed(&desk, &[flaw])?;
        change(&desk, &place, |bytes| bytes.copy_from_slice(&before))?;
    }
    // An entry that no head counts: the next one would find its place taken.
    let end = next_index(&desk)?;
    let (id, shift) = (bytes(&desk, &[7; 16]), end - 5);
    let copy = format!(
        "CREATE TABLE copied AS SELECT * FROM entries WHERE idx = 5; \
             UPDATE copied SET idx = idx + {shift}, entry_id = {id}, issuance = NULL; \
             INSERT INTO entries SELECT * FROM copied; DROP TABLE copied"
    );
    execute(&desk, &copy)?;
    flawed(&desk, &[format!("entry {end} stands behind the end of the log")])?;
    execute(&desk, &format!("DELETE FROM entries WHERE idx = {end}"))?;
    verified(&desk).map(drop)
}

fn a_desk_at_work_and_an_empty_one_verify(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    verified(&desk)?;
    let server = desk.serve()?;
    let ada = server.user("ada")?;
    std::thread::scope(|scope| {
        let load = scope.spawn(|| (0..200).try_for_each(|_| ada.key("stage-1")?.is(200).map(drop)));
        while !load.is_finished() {
            verified(&server)?;
        }
        load.join().map_err(|_| anyhow::anyhow!("the load panicked"))?
    })?;
    Ok(())
}
