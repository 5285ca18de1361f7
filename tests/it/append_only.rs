//! The tables of the log refuse to be changed, whoever asks.

use roomkey_tests::Kind;
use roomkey_tests::Log;
use roomkey_tests::scene::{desk, on};

use crate::databases::execute;

on_both! {
    entries_are_neither_changed_nor_deleted,
    what_was_tampered_with_below_is_found_by_replay,
}

fn entries_are_neither_changed_nor_deleted(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.user("ada")?.key("stage-1")?.is(200)?;
        let before = Log::export(server)?.lines().len();
        let mut refused = vec![
            "UPDATE entries SET room = 'elsewhere'",
            "UPDATE entries SET body = leaf WHERE idx = 0",
            "DELETE FROM entries",
            "DELETE FROM entries WHERE idx = 0",
        ];
        if server.kind() == Kind::Postgres {
            refused.push("TRUNCATE entries");
        }
        for statement in refused {
            let said = execute(server, statement).map_err(|error| error.to_string());
            assert!(
                said.as_ref().is_err_and(|it| it.contains("entries are")),
                "{statement}: {said:?}"
            );
        }
        // Past the export before, only the entry about it.
        assert_eq!(Log::export(server)?.lines().len(), before + 1);
        Ok(())
    })
}

fn what_was_tampered_with_below_is_found_by_replay(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    let server = desk.serve()?;
    server.user("ada")?.key("stage-1")?.is(200)?;
    let desk = server.stop()?;
    let log = Log::export(&desk)?;
    log.check()?;
    // The same entries without the membership that one of them rests on.
    let kept = log.lines().iter().filter(|line| line.entry["k"] != "member.added");
    let kept: Vec<(u64, &[u8])> =
        (0..).zip(kept).map(|(at, line)| (at, line.bytes.as_slice())).collect();
    let report = roomkey_audit::replay(kept.into_iter());
    assert!(
        report.violations.iter().any(|found| found.to_string().contains("not_a_member")),
        "{report:?}"
    );
    Ok(())
}
