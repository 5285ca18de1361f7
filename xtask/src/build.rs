//! Builds of the product and of the programs that try it.

use std::path::PathBuf;

use xshell::{Shell, cmd};

/// Which of cargo's profiles.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    Debug,
    Release,
}

/// Builds everything that the steps after it start.
///
/// All packages at once: cargo unifies features over the packages it is asked for, and building
/// them one by one would compile the tree twice.
pub(crate) fn build(sh: &Shell, profile: Profile) -> anyhow::Result<()> {
    let flag = match profile {
        Profile::Debug => None,
        Profile::Release => Some("--release"),
    };
    cmd!(sh, "cargo build -p roomkey -p roomkey-auditor -p roomkey-tests --bins {flag...}")
        .run()?;
    Ok(())
}

/// The path of a binary that [`build`] made.
pub(crate) fn binary(profile: Profile, name: &str) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    crate::place::target().join(folder).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
