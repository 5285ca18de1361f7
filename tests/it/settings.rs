//! Settings that make no sense are refused before anything is done, with what to do about them.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use roomkey_tests::scene::desk;
use roomkey_tests::{Desk, Kind, Server};

on_both! {
    secrets_are_masked_and_origins_shown,
    a_port_in_use_is_a_clear_error,
}

/// `serve` and `config check` refuse the settings, both naming `word`.
fn refused(desk: &Desk, word: &str) -> anyhow::Result<()> {
    desk.try_run(&["config", "check"], "")?.failed(1, word)?;
    desk.try_run(&["serve"], "")?.failed(1, word)?;
    Ok(())
}

#[test]
fn each_mistake_is_named() -> anyhow::Result<()> {
    for (section, key, value, word) in [
        ("server", "lsten", "\"127.0.0.1:0\"", "lsten"),
        ("srver", "listen", "\"127.0.0.1:0\"", "srver"),
        ("server", "listen", "\"nonsense\"", "server.listen"),
        ("server", "listen", "\"0.0.0.0:0\"", "behind_proxy"),
        ("server", "listen", "8080", "server.listen"),
        ("database", "url", "\"mysql://root@localhost/x\"", "database.url"),
        ("lifetime", "default_seconds", "\"long\"", "lifetime.default_seconds"),
        ("lifetime", "min_seconds", "4000", "minimum"),
        ("lifetime", "default_seconds", "30", "default"),
        ("lifetime", "max_seconds", "90000", "max_seconds"),
        ("lifetime", "min_seconds", "0", "min_seconds"),
        ("lifetime", "min_seconds", "-1", "min_seconds"),
        ("password", "min_length", "7", "min_length"),
        ("password", "memory_kib", "1024", "too weak"),
        ("providers.stage", "kind", "\"zoom\"", "livekit"),
        ("providers.stage", "url", "\"ws://rtc.example.org\"", "url"),
        ("providers.stage", "url", "\"nonsense\"", "url"),
        ("providers.stage", "urll", "\"wss://rtc.example.org\"", "urll"),
        ("providers.stage", "secret", "\"a secret that is over 32 bytes long\"", "both given"),
        ("providers.stage", "secret_file", "\"missing.secret\"", "missing.secret"),
        ("providers.\"a b\"", "kind", "\"livekit\"", "name of a profile"),
        ("log", "format", "\"xml\"", "log.format"),
    ] {
        let desk = desk(Kind::Sqlite)?;
        desk.set(section, key, value)?;
        let shown = format!("[{section}] {key} = {value}");
        refused(&desk, word).map_err(|error| error.context(shown))?;
    }
    Ok(())
}

#[test]
fn a_file_that_is_no_toml_is_named_and_nothing_of_it_repeated() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    fs::write(desk.path("roomkey.toml"), "[providers.stage]\nsecret = \"canary-in-the-file\n")?;
    let said = desk.try_run(&["serve"], "")?.failed(1, "roomkey.toml")?;
    assert!(!said.stderr.contains("canary-in-the-file"), "{said:?}");
    fs::remove_file(desk.path("roomkey.toml"))?;
    desk.try_run(&["serve"], "")?.failed(1, "roomkey.toml")?;
    Ok(())
}

#[test]
fn a_secret_that_others_can_read_is_refused() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(desk.path("livekit.secret"), fs::Permissions::from_mode(mode))?;
        refused(&desk, "livekit.secret")?;
    }
    fs::set_permissions(desk.path("livekit.secret"), fs::Permissions::from_mode(0o400))?;
    desk.run(&["config", "check"])?;
    Ok(())
}

#[test]
fn a_secret_that_is_too_short_is_refused_and_so_is_that_of_development() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    for secret in ["", "secret", &"x".repeat(31)] {
        desk.write_private("livekit.secret", secret)?;
        let said = desk.try_run(&["config", "check"], "")?;
        assert_eq!(said.status, 1, "{said:?}");
    }
    desk.set("providers.stage", "key", "\"devkey\"")?;
    desk.write_private("livekit.secret", "secret")?;
    refused(&desk, "32 bytes")?;
    desk.write_private("livekit.secret", &format!("{}\n", "x".repeat(32)))?;
    desk.run(&["config", "check"])?;
    Ok(())
}

fn secrets_are_masked_and_origins_shown(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let secret = "an inline secret of more than 32 bytes";
    desk.unset("providers.stage", "secret_file")?;
    desk.set("providers.stage", "secret", &format!("{secret:?}"))?;
    fs::set_permissions(desk.path("roomkey.toml"), fs::Permissions::from_mode(0o600))?;
    for arguments in [&["config", "show"][..], &["config", "show", "--json"]] {
        let said = desk.run(arguments)?;
        assert!(!said.stdout.contains(secret) && !said.stderr.contains(secret));
        assert!(
            said.stdout.contains("APIstage") && said.stdout.contains("default"),
            "{}",
            said.stdout
        );
    }
    let mut command = desk.command(&["config", "show", "--json"])?;
    command.env("ROOMKEY__SERVER__WORKERS", "3");
    let said = roomkey_tests::cli::run(&mut command, "")?.ok()?;
    assert!(said.stdout.contains("ROOMKEY__SERVER__WORKERS"), "{}", said.stdout);
    let mut command = desk.command(&["config", "check"])?;
    command.env("ROOMKEY__SERVER__WORKRS", "3");
    roomkey_tests::cli::run(&mut command, "")?.failed(1, "WORKRS")?;
    Ok(())
}

#[test]
fn a_database_url_with_a_password_is_masked() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    desk.set("database", "url", "\"postgres://ada:canary-password@127.0.0.1:1/x\"")?;
    desk.set("secrets", "key_file", "\"data/roomkey.key\"")?;
    for arguments in [
        &["config", "show"][..],
        &["config", "show", "--json"],
        &["room", "list"],
        &["serve"],
        &["doctor"],
    ] {
        let said = desk.try_run(arguments, "")?;
        assert!(!format!("{said:?}").contains("canary-password"), "{arguments:?}: {said:?}");
    }
    Ok(())
}

fn a_port_in_use_is_a_clear_error(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    desk.set("server", "listen", &format!("{address:?}"))?;
    let said = desk.try_run(&["serve"], "")?.failed(1, &address)?;
    assert!(said.stderr.contains("in use"), "{said:?}");
    Ok(())
}

#[test]
fn postgres_wants_a_key_file() -> anyhow::Result<()> {
    if !Kind::available()?.contains(&Kind::Postgres) {
        return Ok(());
    }
    let desk = desk(Kind::Postgres)?;
    desk.unset("secrets", "key_file")?;
    refused(&desk, "key_file")
}

#[test]
fn weaker_passwords_than_recommended_are_warned_about() -> anyhow::Result<()> {
    let desk = desk(Kind::Sqlite)?;
    desk.set("password", "min_length", "8")?;
    let said = desk.run(&["config", "check"])?;
    assert!(format!("{}{}", said.stdout, said.stderr).contains("min_length"), "{said:?}");
    let server = desk.serve()?;
    assert!(server.said()?.contains("min_length"), "{}", server.said()?);
    Ok(())
}

#[test]
fn init_and_dev_begin_from_nothing() -> anyhow::Result<()> {
    let folder = roomkey_tests::place::Folder::new()?;
    let run = |arguments: &[&str]| {
        roomkey_tests::cli::run(roomkey_tests::cli::command(folder.path())?.args(arguments), "")
    };
    run(&["init"])?.ok()?;
    run(&["config", "check"])?.ok()?;
    assert_eq!(run(&["init"])?.status, 1, "nothing is written over");
    let secrets = fs::read_dir(folder.path())?
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".secret"));
    for secret in secrets {
        assert_eq!(secret.metadata()?.permissions().mode() & 0o077, 0);
    }
    let other = run(&["--config", "nowhere.toml", "room", "list"])?;
    assert_eq!(other.status, 1, "{other:?}");
    Ok(())
}

#[test]
fn dev_is_on_loopback_and_says_that_it_is_not_for_production() -> anyhow::Result<()> {
    let desk = Desk::new(Kind::Sqlite)?;
    fs::remove_file(desk.path("roomkey.toml"))?;
    let flags = [
        "--dev",
        "--set",
        "server.listen=127.0.0.1:0",
        "--set",
        "server.metrics_listen=127.0.0.1:0",
    ];
    let server = Server::start_with(desk, |command| {
        let folder = command.get_current_dir().map(std::path::Path::to_owned);
        *command = std::process::Command::new(command.get_program());
        command.arg("serve").args(flags).current_dir(folder.unwrap_or_default());
    })?;
    assert!(server.said()?.to_lowercase().contains("production"), "{}", server.said()?);
    server.anonymous().get("/readyz")?.is(200)?;
    assert!(server.path("data").is_dir());
    Ok(())
}
