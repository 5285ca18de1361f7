//! `roomkey backup`: a consistent copy while the desk works.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use anyhow::anyhow;
use roomkey_tests::scene::desk;
use roomkey_tests::{Desk, Kind, Log};

#[test]
fn a_copy_made_under_load_opens_and_replays() -> anyhow::Result<()> {
    let server = desk(Kind::Sqlite)?.serve()?;
    let ada = server.user("ada")?;
    let file = server.path("copy.db");
    let name = file.to_string_lossy().into_owned();
    let keys = thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| (0..100).try_for_each(|_| ada.key("stage-1")?.is(200).map(drop)))
            })
            .collect();
        server.run(&["backup", &name])?;
        for client in clients {
            client.join().map_err(|_| anyhow!("a client panicked"))??;
        }
        anyhow::Ok(400)
    })?;
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o077, 0, "others can read the copy");
    assert_eq!(server.try_run(&["backup", &name], "")?.status, 1, "a copy is not written over");

    let copy = Desk::new(Kind::Sqlite)?;
    fs::create_dir(copy.path("data"))?;
    fs::copy(&file, copy.path("data/roomkey.db"))?;
    fs::copy(server.path("data/roomkey.key"), copy.path("data/roomkey.key"))?;
    let (whole, copied) = (Log::export(&server)?, Log::export(&copy)?);
    whole.check()?;
    copied.check()?;
    assert_eq!(whole.issuances().len(), keys);
    // The copy is a prefix of the log.
    for (copied, original) in copied.lines().iter().zip(whole.lines()) {
        assert_eq!(copied.bytes, original.bytes);
    }
    Ok(())
}

#[test]
fn a_server_of_its_own_is_copied_by_its_own_tools() -> anyhow::Result<()> {
    if Kind::available()?.contains(&Kind::Postgres) {
        desk(Kind::Postgres)?.try_run(&["backup", "copy.db"], "")?.failed(1, "pg_dump")?;
    }
    Ok(())
}
