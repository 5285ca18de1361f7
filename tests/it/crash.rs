//! SIGKILL under load, often enough for continuous integration; `cargo xtask crash` does it more often.

use roomkey_tests::crash;

const RUNS: u32 = 10;

#[test]
fn no_key_that_a_client_got_is_missing_after_kills() -> anyhow::Result<()> {
    for kind in crash::kinds()? {
        let survived = crash::run(kind, RUNS, |_, _| {})?;
        assert!(survived.received >= RUNS as usize, "{survived:?}");
    }
    Ok(())
}
