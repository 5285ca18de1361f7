//! Whether the desk can issue keys now, and if not, why.

pub mod check;

use std::time::Duration;

use roomkey_claims::{RoomId, Timestamp};
use roomkey_providers::expired_keys;
use roomkey_storage::Context;
use tokio::sync::Mutex;

use crate::error::DeskError;
use crate::ground::Ground;
use crate::readiness::check::{Check, Readiness};
use crate::tokens::Tokens;
use crate::work::status::Jobs;

/// When a commit was last tried for a check of readiness, and how that went.
#[derive(Debug, Default)]
pub struct Probe(Mutex<Option<(Timestamp, Result<(), String>)>>);

impl Probe {
    /// Commits a transaction without an entry, at most one a second: anybody may ask whether the desk is ready.
    async fn try_commit(&self, ground: &Ground) -> Result<(), String> {
        let mut last = self.0.lock().await;
        let now = ground.clock().now();
        if let Some((at, result)) = last.as_ref()
            && (*at..at.plus(Duration::from_secs(1))).contains(&now)
        {
            return result.clone();
        }
        let committed = ground.write(Context::SYSTEM, |_| Ok(())).await;
        let result = committed.map_err(|error| error.to_string());
        *last = Some((now, result.clone()));
        result
    }
}

/// Rooms whose provider profile the settings do not have: nobody gets a key for them. At most ten.
pub async fn rooms_without_profile(
    ground: &Ground,
    tokens: &Tokens,
) -> Result<Vec<RoomId>, DeskError> {
    let in_force = tokens.in_force();
    let rooms = ground.read(move |reader| {
        let profiles: Vec<_> = in_force.rules.profiles.keys().collect();
        reader.rooms_outside(&profiles, 10)
    });
    Ok(rooms.await?.into_iter().map(|room| room.room).collect())
}

/// Looks whether the database answers and commits, the policy in force is that of the settings, and every profile can sign.
pub async fn readiness(ground: &Ground, tokens: &Tokens, jobs: &Jobs, probe: &Probe) -> Readiness {
    let mut checks = Vec::new();
    let mut add = |name, ok, detail: String| checks.push(Check { name, ok, needed: true, detail });
    let in_force = tokens.in_force();
    match ground.read(|reader| Ok((reader.head()?, reader.policy()?))).await {
        Err(error) => add("database", false, error.to_string()),
        Ok((head, policy)) => {
            add("database", true, format!("{} entries", head.next_index));
            match policy {
                None => add("policy", false, "no policy is in force yet".to_owned()),
                Some(current) if current.policy == in_force.rules.policy() => {
                    add("policy", true, format!("set by entry {}", current.index));
                }
                Some(current) => add(
                    "policy",
                    false,
                    format!(
                        "entry {} set a policy that is not that of this node's settings: bring the settings up to \
                         date and send SIGHUP",
                        current.index
                    ),
                ),
            }
        }
    }
    match probe.try_commit(ground).await {
        Ok(()) => add("commit", true, "the database commits".to_owned()),
        Err(error) => add("commit", false, error),
    }
    let now = ground.clock().now();
    for (name, configured) in &in_force.rules.profiles {
        let expired = expired_keys(&configured.profile, now).len();
        let ok = configured.profile.signing_key(now).is_some();
        let detail = if ok {
            let keys = match configured.profile.keys.len() {
                1 => "1 key".to_owned(),
                count => format!("{count} keys"),
            };
            format!("profile {name}: {keys}, {expired} of the active ones past their not_after")
        } else {
            format!("profile {name} has no active key that is good now: add one")
        };
        add("keys", ok, detail);
    }
    checks.extend(jobs.checks(now));
    Readiness { checks }
}

/// The label of time of the newest entry, which no clock should be behind; looking at it is no reading of the log.
pub async fn newest_entry_at(ground: &Ground) -> Result<Option<Timestamp>, DeskError> {
    let newest = ground.read(|reader| match reader.head()?.next_index.checked_sub(1) {
        None => Ok(None),
        Some(index) => reader.entry_at(index),
    });
    Ok(newest.await?.map(|stored| stored.entry()).transpose()?.map(|entry| entry.t))
}
