//! Each step of signing failing: nothing is signed meanwhile, and what is signed afterwards continues what was.

use std::path::Path;

use anyhow::{Context, ensure};
use roomkey_tests::scene::desk;
use roomkey_tests::{Client, Desk, Kind, Server, wait};

use crate::databases::execute;
use crate::tamper::{Played, issue};

on_both! {
    while_a_step_fails_nothing_is_signed_and_then_all_of_it,
}

/// What goes wrong, with the statements that make it go wrong and right again on each database.
pub(crate) struct Fault {
    name: &'static str,
    sqlite: [&'static str; 2],
    postgres: [&'static str; 2],
}

const FUNCTION: &str = "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'broken'; END $$";

pub(crate) const FAULTS: [Fault; 3] = [
    Fault {
        name: "a tile is not written",
        sqlite: [
            "CREATE TRIGGER one BEFORE INSERT ON tiles BEGIN SELECT RAISE(ABORT, 'broken'); END; \
             CREATE TRIGGER two BEFORE UPDATE ON tiles BEGIN SELECT RAISE(ABORT, 'broken'); END",
            "DROP TRIGGER one; DROP TRIGGER two",
        ],
        postgres: [
            "CREATE TRIGGER one BEFORE INSERT OR UPDATE ON tiles FOR EACH ROW EXECUTE FUNCTION broken()",
            "DROP TRIGGER one ON tiles",
        ],
    },
    Fault {
        name: "the state of the tree is not written",
        sqlite: [
            "CREATE TRIGGER one BEFORE UPDATE ON tree BEGIN SELECT RAISE(ABORT, 'broken'); END",
            "DROP TRIGGER one",
        ],
        postgres: [
            "CREATE TRIGGER one BEFORE UPDATE ON tree FOR EACH ROW EXECUTE FUNCTION broken()",
            "DROP TRIGGER one ON tree",
        ],
    },
    Fault {
        name: "the commit itself fails",
        sqlite: [
            "CREATE TABLE broken (head INTEGER REFERENCES head (id) DEFERRABLE INITIALLY DEFERRED); \
             CREATE TRIGGER one AFTER UPDATE ON tree BEGIN INSERT INTO broken VALUES (2); END",
            "DROP TRIGGER one; DROP TABLE broken",
        ],
        postgres: [
            "CREATE CONSTRAINT TRIGGER one AFTER UPDATE ON tree DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION broken()",
            "DROP TRIGGER one ON tree",
        ],
    },
];

impl Fault {
    pub(crate) fn begin(&self, desk: &Desk) -> anyhow::Result<()> {
        match desk.kind() {
            Kind::Sqlite => execute(desk, self.sqlite[0]),
            Kind::Postgres => {
                execute(desk, FUNCTION).and_then(|()| execute(desk, self.postgres[0]))
            }
        }
    }

    pub(crate) fn end(&self, desk: &Desk) -> anyhow::Result<()> {
        match desk.kind() {
            Kind::Sqlite => execute(desk, self.sqlite[1]),
            Kind::Postgres => {
                execute(desk, &format!("{}; DROP FUNCTION broken()", self.postgres[1]))
            }
        }
    }
}

/// How often signing failed so far.
fn failures(server: &Server) -> anyhow::Result<usize> {
    Ok(server.said()?.matches("the job sign-log failed").count())
}

/// Asks for keys, of which some may be refused; the issuances and indexes of those that were not.
fn keys(ada: &Client, count: usize) -> anyhow::Result<Vec<(u64, String)>> {
    let mut issued = Vec::new();
    for _ in 0..count {
        let answer = ada.key("stage-1")?;
        if answer.status == 200 {
            issued.push((answer.header("audit-index").parse()?, answer.text_at("/issuanceId")?));
        } else {
            // Its transaction was that of the failing step.
            answer.is_problem(503, "unavailable")?;
        }
    }
    Ok(issued)
}

fn let_out(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).context("the checkpoint file")
}

fn while_a_step_fails_nothing_is_signed_and_then_all_of_it(kind: Kind) -> anyhow::Result<()> {
    let desk = desk(kind)?;
    // Two entries short of a full tile, more or less: the faults come on both sides of its edge.
    let (mut played, server) = Played::on(desk, 238)?;
    let file = server.path("roomkey.checkpoint");
    let ada = played.ada(&server);
    let mut issued = Vec::new();
    for fault in &FAULTS {
        let before = wait::until("the newest checkpoint is let out", wait::SOON, || {
            let out = let_out(&file)?;
            Ok((played.outsider.open(out.as_bytes())?.head() == played.kept).then_some(out))
        })
        .context(fault.name)?;
        let failed = failures(&server)?;
        fault.begin(&server).context(fault.name)?;
        issued.extend(keys(&ada, 3)?);
        // One size fails, then a larger one.
        wait::until(
            "signing fails",
            wait::SOON,
            || Ok((failed < failures(&server)?).then_some(())),
        )
        .context(fault.name)?;
        issued.extend(keys(&ada, 2)?);
        wait::until("signing fails", wait::SOON, || {
            Ok((failed + 2 < failures(&server)?).then_some(()))
        })?;
        ensure!(played.outsider.checkpoint()?.head() == played.kept, "{}", fault.name);
        ensure!(let_out(&file)? == before, "{}", fault.name);
        fault.end(&server).context(fault.name)?;
        let head = issue(&ada, 1, &played.outsider).context(fault.name)?;
        played.outsider.continues(&played.kept, &head).context(fault.name)?;
        played.kept = head;
    }
    ensure!(256 < played.kept.size, "{}", played.kept.size);
    // Nobody has a key without its entry, whatever failed beside it.
    let entries = played.outsider.verify(&played.kept)?;
    for (index, issuance) in issued {
        let entry = &entries[usize::try_from(index)?];
        ensure!(String::from_utf8_lossy(entry).contains(&issuance), "{issuance}");
    }
    server.run(&["audit", "verify"])?;
    Ok(())
}
