//! SIGKILL under load, often enough for continuous integration; `cargo xtask crash` does it more often.

use roomkey_tests::Kind;
use roomkey_tests::crash;

on_both! {
    no_key_that_a_client_got_is_missing_after_kills,
}

const RUNS: u32 = 10;

fn no_key_that_a_client_got_is_missing_after_kills(kind: Kind) -> anyhow::Result<()> {
    let survived = crash::run(kind, RUNS, |_, _| {})?;
    assert!(survived.received >= RUNS as usize, "{survived:?}");
    Ok(())
}
