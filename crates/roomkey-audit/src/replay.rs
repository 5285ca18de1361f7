//! Replay: folds a log and checks every key in it with the function that decided about it.
//!
//! The state before an entry is the fold of the entries before it, so `decide` on the facts of that state must give
//! what the entry records. What else an entry may not do (refer to what does not exist, be caused by somebody who may
//! not cause it, go back in time, leave a gap) is checked on the way. All of it is pure: bytes in, violations out.
//!
//! What replay cannot know is taken from the entry: the idle deadline of a session, since the log does not say when
//! the session was last used (it is counted, not proved), and that a provider's format could not say a grant.
//! An id of a key counts as used before for about a day past the key's expiry; then it is forgotten.
//!
//! The log must start at index 0: of a pruned one, the state before its first entry is not known.

mod expiring;
mod facts;
mod fold;
mod judge;
mod permit;
pub mod state;
pub mod violation;

use std::sync::Arc;

use roomkey_claims::Timestamp;

use self::state::State;
use self::violation::{Findings, Violation};
use crate::{Actor, Entry, Event};

/// How many violations a report lists; more are only counted.
pub const MAX_LISTED: usize = 1000;

/// A replay on its way through a log.
#[derive(Debug)]
pub struct Replay {
    state: State,
    next: u64,
    t: Option<Timestamp>,
    report: Report,
}

/// What a replay found.
#[derive(Debug)]
pub struct Report {
    /// How many entries were read, unreadable ones too.
    pub entries: u64,
    /// How many keys were issued.
    pub issued: u64,
    /// How many keys were denied, each with an entry of its own.
    pub denied: u64,
    /// How many of these decisions rest on an idle deadline that the entry only asserts.
    pub idle_asserted: u64,
    /// The first [`MAX_LISTED`] violations, in the order of the log.
    pub violations: Vec<Violation>,
    /// How many violations there are.
    pub violations_total: u64,
}

impl Report {
    /// Whether the log is as that of an honest desk.
    pub const fn is_clean(&self) -> bool {
        self.violations_total == 0
    }
}

/// Replays a log from its first entry on.
#[expect(single_use_lifetimes, reason = "`impl Trait` takes no anonymous lifetime yet")]
pub fn replay<'a>(entries: impl Iterator<Item = (u64, &'a [u8])>) -> Report {
    let mut replay = Replay::new();
    for (index, bytes) in entries {
        replay.push(index, bytes);
    }
    replay.finish()
}

impl Replay {
    /// A replay before the first entry, index 0.
    #[expect(clippy::new_without_default, reason = "a start is said aloud: `Replay::new()`")]
    pub const fn new() -> Self {
        let violations = Vec::new();
        let report = Report {
            entries: 0,
            issued: 0,
            denied: 0,
            idle_asserted: 0,
            violations,
            violations_total: 0,
        };
        Self { state: State::new(), next: 0, t: None, report }
    }

    /// Checks the next entry and folds it; returns what is wrong with it, which the report lists too.
    pub fn push(&mut self, index: u64, bytes: &[u8]) -> Vec<Violation> {
        let mut findings = Findings { index, list: Vec::new() };
        if index != self.next {
            findings.push(Violation::Gap { expected: self.next, found: index });
        }
        self.next = self.next.max(index.saturating_add(1));
        self.report.entries += 1;
        match Entry::from_bytes(bytes) {
            Ok(entry) => self.fold(&entry, &mut findings),
            Err(error) => findings.push(Violation::Unreadable { index, error: Arc::new(error) }),
        }
        for violation in &findings.list {
            self.report.violations_total += 1;
            if self.report.violations.len() < MAX_LISTED {
                self.report.violations.push(violation.clone());
            }
        }
        findings.list
    }

    /// The state after the entries so far.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Ends the replay.
    pub fn finish(self) -> Report {
        self.report
    }

    fn fold(&mut self, entry: &Entry, findings: &mut Findings) {
        if self.t.is_some_and(|before| entry.t < before) {
            findings.push(Violation::TimeWentBack { index: findings.index });
        }
        self.t = Some(entry.t);
        permit::check(&self.state, entry, findings);
        let idle_at = match &entry.event {
            Event::TokenIssued(issued) => {
                self.report.issued += 1;
                judge::check_issued(&self.state, entry, issued, findings);
                issued.idle_at
            }
            Event::TokenDenied(denied) => {
                self.report.denied += 1;
                judge::check_denied(&self.state, entry, denied, findings);
                denied.idle_at
            }
            Event::ProviderCalled { profile, key, exp, .. } => {
                judge::check_called(&self.state, entry.at, (profile, key, *exp), findings);
                None
            }
            _ => None,
        };
        if idle_at.is_some() && matches!(entry.by, Actor::Session { .. }) {
            self.report.idle_asserted += 1;
        }
        self.state.apply(entry, findings);
    }
}

#[cfg(test)]
mod tests;
