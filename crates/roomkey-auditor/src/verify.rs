//! `verify`: that nothing was removed, changed or slipped in, from the bytes and a key alone.

mod args;
mod check;
mod heads;
mod report;
mod tiles;

use std::process::ExitCode;

pub(crate) use self::args::VerifyArgs;
use self::check::Check;
use self::heads::Heads;
use crate::findings::Findings;
use crate::source::Source;

/// Verifies the log and prints what it found.
pub(crate) fn run(args: &VerifyArgs, json: bool) -> anyhow::Result<ExitCode> {
    let source = Source::open(&args.source)?;
    let mut findings = Findings::default();
    if let Source::Folder(folder) = &source {
        folder.flaws().into_iter().for_each(|flaw| findings.push(flaw));
    }
    let heads = Heads::read(&source, args, &mut findings)?;
    let mut check = Check::new(&source, &heads, args.partial);
    let _flow = source.walk(&mut |item| check.take(item))?;
    let seen = check.finish(&mut findings)?;
    if let Source::Folder(folder) = &source {
        folder.other_flaws().into_iter().for_each(|flaw| findings.push(flaw));
    }
    let is_clean = findings.total() == 0;
    if let (true, Some(file), Some(note)) = (is_clean, &args.save, &heads.verified_note) {
        heads::save(file, note)?;
    }
    report::print(&heads, &seen, &findings, json);
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
