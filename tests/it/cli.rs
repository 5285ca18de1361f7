//! The command line, beside a running server and alone.

use roomkey_tests::scene::{desk, on};
use roomkey_tests::{Kind, Log, token, wait};
use serde_json::json;

on_both! {
    the_lines_of_the_documents_work_as_they_stand,
    changes_are_seen_by_the_running_server_at_once,
    everything_prints_json_with_the_names_of_the_api,
    the_exit_status_says_done_failed_or_usage,
    problems_are_explained,
    a_setting_is_taken_from_flag_then_environment_then_file,
    an_export_is_a_folder_that_says_what_it_holds,
    names_go_with_an_export_only_when_they_are_asked_for,
    a_tail_prints_entries_as_they_come,
}

fn the_lines_of_the_documents_work_as_they_stand(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.run_with(
            &["user", "add", "carol", "--role", "user", "--password-stdin"],
            &server.password("carol"),
        )?;
        server.run(&["room", "add", "stage-5", "--provider", "stage"])?;
        server.run(&["member", "add", "stage-5", "carol", "--role", "publisher"])?;
        server.run(&[
            "member",
            "add",
            "stage-5",
            "carol",
            "--role",
            "moderator",
            "--scene",
            "S",
            "--event",
            "E",
        ])?;
        let issued = server.json(&["token", "issue", "--room", "stage-5", "--user", "carol"])?;
        let key = issued["token"].as_str().unwrap_or_default();
        let claims = token::decode(key, server.secret())?;
        assert_eq!(claims["video"]["room"], "stage-5");
        let inspected = server.run_with(&["token", "inspect", "--json"], key)?.json()?;
        assert_eq!(inspected["room"], "stage-5", "{inspected}");
        assert!(!inspected.to_string().contains(key));
        let query = server.json(&["audit", "query", "--user", "carol"])?;
        assert!(query.to_string().contains("token.issued"), "{query}");
        let traced = server.run_with(&["audit", "trace", "--json"], key)?.json()?;
        assert!(
            traced.to_string().contains(issued["issuanceId"].as_str().unwrap_or("?")),
            "{traced}"
        );
        let log = Log::export(server)?;
        let entry = log.last("token.issued")?;
        assert_eq!(entry["by"]["type"], "console", "recorded as a person at the command line");
        Ok(())
    })
}

fn changes_are_seen_by_the_running_server_at_once(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let bob = server.user("bob")?;
        for number in 0..3 {
            let room = format!("room-{number}");
            bob.key(&room)?.is(403)?;
            server.run(&[
                "room",
                "add",
                &room,
                "--provider",
                "stage",
                "--open",
                "--role",
                "publisher",
            ])?;
            bob.key(&room)?.is(200)?;
        }
        Ok(())
    })
}

fn everything_prints_json_with_the_names_of_the_api(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        for arguments in [
            &["user", "list"][..],
            &["room", "list"],
            &["member", "list", "stage-1"],
            &["meeting", "list", "stage-1"],
            &["event", "list", "stage-1"],
            &["audit", "query"],
            &["migrate", "status"],
            &["config", "show"],
        ] {
            server.json(arguments)?;
        }
        let rooms = server.json(&["room", "list"])?.to_string();
        assert!(rooms.contains("\"roomId\":\"stage-1\""), "{rooms}");
        Ok(())
    })
}

fn the_exit_status_says_done_failed_or_usage(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let said = desk.try_run(&["room", "add", "stage-1", "--provider", "stage"], "")?;
    said.failed(1, "a room of that name exists")?;
    desk.try_run(&["room", "add", "stage-2", "--provider", "nowhere"], "")?.failed(1, "nowhere")?;
    for usage in [
        &["room"][..],
        &["nonsense"],
        &["room", "add"],
        &["serve", "--nonsense"],
        &["user", "add", "x", "--role", "king"],
    ] {
        assert_eq!(desk.try_run(usage, "")?.status, 2, "{usage:?}");
    }
    for help in [&["--help"][..], &["room", "add", "--help"], &["--version"]] {
        desk.run(help)?;
    }
    Ok(())
}

fn problems_are_explained(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let said = desk.run(&["explain", "not-allowed"])?;
    assert!(said.stdout.contains("403"), "{}", said.stdout);
    assert_eq!(desk.try_run(&["explain", "nonsense"], "")?.status, 1);
    Ok(())
}

fn a_setting_is_taken_from_flag_then_environment_then_file(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    desk.set("lifetime", "default_seconds", "100")?;
    let shown = |arguments: &[&str], variable: Option<&str>| -> anyhow::Result<String> {
        let mut command = desk.command(&[arguments, &["config", "show", "--json"]].concat())?;
        if let Some(value) = variable {
            command.env("ROOMKEY__LIFETIME__DEFAULT_SECONDS", value);
        }
        Ok(roomkey_tests::cli::run(&mut command, "")?.json()?.to_string())
    };
    assert!(shown(&[], None)?.contains("100"));
    assert!(shown(&[], Some("200"))?.contains("200"));
    let flagged = shown(&["--set", "lifetime.default_seconds=250"], Some("200"))?;
    assert!(flagged.contains("250"), "{flagged}");
    Ok(())
}

fn an_export_is_a_folder_that_says_what_it_holds(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.user("ada")?.key("stage-1")?.is(200)?;
        let out = server.path("out");
        let arguments = ["audit", "export", "--format", "jsonl", "--out", &out.to_string_lossy()];
        server.run(&arguments)?;
        let log = Log::read(&out)?;
        log.check()?;
        let text = std::fs::read_to_string(out.join("manifest.json"))?;
        let manifest: serde_json::Value = serde_json::from_str(&text)?;
        assert_eq!(manifest["count"], json!(log.lines().len()), "{manifest}");
        let mut names: Vec<_> =
            std::fs::read_dir(&out)?.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        assert_eq!(names, ["entries-000000.jsonl", "manifest.json"]);
        for name in ["ada", "root", "audrey"] {
            let whole = std::fs::read_to_string(out.join("entries-000000.jsonl"))?;
            assert!(!whole.contains(&format!("\"{name}\"")), "{name} stands in the export");
        }
        assert_ne!(server.try_run(&arguments, "")?.status, 0, "an export is not written over");
        Ok(())
    })
}

fn names_go_with_an_export_only_when_they_are_asked_for(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let out = server.path("named");
        server.run(&["audit", "export", "--with-identities", "--out", &out.to_string_lossy()])?;
        let names = std::fs::read_to_string(out.join("identities.jsonl"))?;
        assert!(names.contains("\"ada\"") && names.contains("\"audrey\""), "{names}");
        let entries = std::fs::read_to_string(out.join("entries-000000.jsonl"))?;
        assert!(!entries.contains("\"ada\""));
        assert_eq!(Log::export(server)?.last("audit.exported")?["with_identities"], true);
        Ok(())
    })
}

fn a_tail_prints_entries_as_they_come(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        let out = server.path("tail.out");
        let mut tail = server.command(&["audit", "tail", "--kind", "token.issued", "--json"])?;
        let mut tail = tail.stdout(std::fs::File::create(&out)?).spawn()?;
        let ada = server.user("ada")?;
        let seen = wait::until("the entry in the tail", wait::SOON, || {
            let issuance = ada.key("stage-1")?.is(200)?.text_at("/issuanceId")?;
            std::thread::sleep(std::time::Duration::from_millis(500));
            Ok(std::fs::read_to_string(&out)?.contains(&issuance).then_some(()))
        });
        roomkey_tests::cli::kill(&mut tail);
        seen?;
        assert_eq!(Log::export(server)?.of_kind("audit.read").len(), 1, "a tail is one entry");
        Ok(())
    })
}
