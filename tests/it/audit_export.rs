//! Exports: as a table, interrupted and gone on with, onto a full disk.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use roomkey_tests::scene::{desk, on};
use roomkey_tests::{Desk, Kind, place, wait};
use serde_json::{Value, json};

use crate::tamper::hands::{body, change};

on_both! {
    a_table_has_a_row_for_each_entry_and_runs_nothing,
    the_manifest_names_the_signed_checkpoint,
    an_export_that_was_killed_goes_on_where_it_was,
    a_part_that_was_changed_or_is_not_ours_is_not_gone_on_with,
    a_damaged_entry_is_exported_as_it_is_and_named_by_whoever_verifies,
    a_full_disk_leaves_nothing_that_looks_whole,
}

fn read(path: &Path) -> anyhow::Result<Value> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path of text")
}

/// The lines of all files of entries, in their order.
fn lines(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut all = Vec::new();
    for file in read(&folder.join("manifest.json"))?["files"].as_array().context("files")? {
        let name = file["name"].as_str().context("a name")?;
        all.extend(fs::read_to_string(folder.join(name))?.lines().map(str::to_owned));
    }
    Ok(all)
}

fn a_table_has_a_row_for_each_entry_and_runs_nothing(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run(&["room", "add", "--provider", "stage", "--", "-cmd"])?;
        server.user("bob")?.key("-cmd")?.is(403)?;
        let folder = server.path("table");
        let export = ["audit", "export", "--format", "csv", "--out", text(&folder)?];
        let manifest = server.json(&export)?;
        assert_eq!(manifest["format"], "roomkey-csv");
        assert_eq!(read(&folder.join("manifest.json"))?, manifest);
        let table = fs::read_to_string(folder.join("entries-000000.csv"))?;
        let rows: Vec<Vec<&str>> =
            table.split_terminator("\r\n").map(|row| row.split(',').collect()).collect();
        assert_eq!(rows[0][..4], ["index", "id", "time", "kind"]);
        assert_eq!(rows.len() as u64 - 1, manifest["count"].as_u64().context("a count")?);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{table}");
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
        assert!(table.contains(",'-cmd,"), "{table}");
        assert!(table.contains(",127.0.0.0/24,"), "{table}");
        Ok(())
    })
}

fn the_manifest_names_the_signed_checkpoint(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let manifest = wait::until("a checkpoint is signed", wait::SOON, || {
            let folder = server.path(&format!("export-{}", place::random_hex(8)));
            let manifest = server.json(&["audit", "export", "--out", text(&folder)?])?;
            Ok(Some(manifest).filter(|manifest| !manifest["checkpoint"].is_null()))
        })?;
        let (checkpoint, to) = (&manifest["checkpoint"], &manifest["range"]["to"]);
        let note = checkpoint["note"].as_str().context("a note")?;
        let mut head = note.lines();
        assert_eq!(head.next(), checkpoint["origin"].as_str());
        assert_eq!(head.next(), Some(checkpoint["size"].to_string().as_str()));
        assert!(checkpoint["size"].as_u64() <= to.as_u64(), "{manifest}");
        Ok(())
    })
}

/// Starts an export of a file for each entry, and kills it in the middle.
fn interrupted(desk: &Desk, folder: &Path, format: &str) -> anyhow::Result<bool> {
    let arguments =
        ["audit", "export", "--format", format, "--out", text(folder)?, "--entries-per-file", "1"];
    let mut command = desk.command(&arguments)?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    wait::until("three files are whole", wait::SOON, || {
        if child.try_wait()?.is_some() {
            return Ok(Some(()));
        }
        let Ok(progress) = read(&folder.join("progress.json")) else { return Ok(None) };
        Ok((progress["count"].as_u64() >= Some(3)).then_some(()))
    })?;
    child.kill().ok();
    child.wait()?;
    Ok(!folder.join("manifest.json").exists())
}

fn an_export_that_was_killed_goes_on_where_it_was(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    for _ in 0..60 {
        server.user("ada")?.key("stage-1")?.is(200)?;
    }
    let desk = server.stop()?;
    for format in ["jsonl", "csv"] {
        let mut folder = desk.path("killed");
        for attempt in 0..5 {
            folder = desk.path(&format!("killed-{format}-{attempt}"));
            if interrupted(&desk, &folder, format)? {
                break;
            }
        }
        assert!(!folder.join("manifest.json").exists(), "it was never in the middle");
        let progress = read(&folder.join("progress.json"))?;
        let first = folder.join(format!("entries-000000.{format}"));
        let kept = fs::metadata(&first)?.modified()?;
        // A file that was begun and not finished.
        fs::write(folder.join(format!("entries-000099.{format}")), "half a li").ok();
        let export = ["audit", "export", "--format", format, "--out", text(&folder)?];
        desk.try_run(&export, "")?.failed(1, "not empty")?;
        let other = if format == "csv" { "jsonl" } else { "csv" };
        let wrong = ["audit", "export", "--format", other, "--resume", "--out", text(&folder)?];
        desk.try_run(&wrong, "")?.failed(1, "was begun as")?;
        let resume = [&export[..], &["--resume", "--entries-per-file", "1"]].concat();
        let manifest = desk.json(&resume)?;
        assert_eq!(manifest["range"], progress["range"]);
        assert_eq!(fs::metadata(&first)?.modified()?, kept, "the first file was kept");
        assert!(!folder.join("progress.json").exists());
        // The same entries as of an export at once.
        let whole = desk.path(&format!("whole-{format}"));
        let to = manifest["range"]["to"].to_string();
        desk.run(&[
            "audit",
            "export",
            "--format",
            format,
            "--to",
            &to,
            "--entries-per-file",
            "1",
            "--out",
            text(&whole)?,
        ])?;
        assert_eq!(lines(&folder)?, lines(&whole)?);
        // Gone on with once more, it is whole already.
        assert_eq!(desk.json(&resume)?, manifest);
    }
    Ok(())
}

fn a_part_that_was_changed_or_is_not_ours_is_not_gone_on_with(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let folder = desk.path("changed");
    let export = ["audit", "export", "--out", text(&folder)?, "--entries-per-file", "2"];
    desk.run(&export)?;
    let resume = [&export[..], &["--resume"]].concat();
    fs::rename(folder.join("manifest.json"), folder.join("progress.json"))?;
    let first = folder.join("entries-000000.jsonl");
    let bytes = fs::read(&first)?;
    fs::write(&first, [&bytes[..], b" "].concat())?;
    desk.try_run(&resume, "")?.failed(1, "is not what was written")?;
    fs::write(&first, &bytes)?;
    fs::write(folder.join("letter.txt"), "mine")?;
    desk.try_run(&resume, "")?.failed(1, "belongs to no export")?;
    assert_eq!(fs::read_to_string(folder.join("letter.txt"))?, "mine");
    fs::remove_file(folder.join("letter.txt"))?;
    desk.run(&resume)?;
    let unknown = desk.path("letters");
    fs::create_dir_all(&unknown)?;
    fs::write(unknown.join("letter.txt"), "mine")?;
    desk.try_run(&["audit", "export", "--resume", "--out", text(&unknown)?], "")?
        .failed(1, "belongs to no export")?;
    Ok(())
}

fn a_damaged_entry_is_exported_as_it_is_and_named_by_whoever_verifies(
    kind: Kind,
) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let vkey = desk.run(&["audit", "vkey"])?.stdout;
    for (name, damage) in [("quote", b'"'), ("line", b'\n')] {
        let before = change(&desk, &body(2), |bytes| bytes[20] = damage)?;
        let folder = desk.path(name);
        let said = desk.run(&["audit", "export", "--out", text(&folder)?])?;
        let lines = lines(&folder)?;
        let damaged: Value = serde_json::from_str(&lines[2])?;
        assert_eq!((&damaged["index"], &damaged["entry"]), (&json!(2), &Value::Null), "{said:?}");
        let others = lines.iter().map(|line| Ok(serde_json::from_str::<Value>(line)?));
        let others = others.collect::<anyhow::Result<Vec<_>>>()?;
        assert_eq!(others.iter().filter(|line| line["entry"].is_null()).count(), 1);
        let auditor = place::roomkey()?.with_file_name("roomkey-auditor");
        let verified = Command::new(auditor)
            .arg("verify")
            .arg(&folder)
            .args(["--vkey", vkey.trim()])
            .output()?;
        let said = String::from_utf8_lossy(&verified.stdout);
        assert_eq!(verified.status.code(), Some(1), "{said}");
        assert!(said.contains("entry 2: its leaf is no JSON"), "{said}");
        let table = desk.path(&format!("{name}-table"));
        let table = ["audit", "export", "--format", "csv", "--out", text(&table)?];
        desk.try_run(&table, "")?.failed(1, "entry 2 does not read")?;
        change(&desk, &body(2), |bytes| bytes.copy_from_slice(&before))?;
    }
    Ok(())
}

/// A file may not grow beyond what the shell allows, as on a full disk; the embedded database is a file as well, so
/// this is played on the other one.
fn a_full_disk_leaves_nothing_that_looks_whole(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    if desk.kind() != Kind::Postgres {
        return Ok(());
    }
    let server = desk.serve()?;
    for _ in 0..60 {
        server.user("ada")?.key("stage-1")?.is(200)?;
    }
    let folder = server.path("full");
    let export = ["audit", "export", "--out", text(&folder)?];
    let command = server.command(&export)?;
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 40; exec \"$@\"", "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    let said = limited.stdin(Stdio::null()).output()?;
    let message = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(1), "{message}");
    assert!(message.contains("is not whole") && message.contains("--resume"), "{message}");
    assert!(!folder.join("manifest.json").exists());
    let manifest = server.json(&[&export[..], &["--resume"]].concat())?;
    assert_eq!(lines(&folder)?.len() as u64, manifest["count"].as_u64().context("a count")?);
    Ok(())
}
