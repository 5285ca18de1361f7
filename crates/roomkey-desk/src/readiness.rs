//! Whether the desk can issue keys now, and if not, why.

use std::time::Duration;

use roomkey_claims::RoomId;
use roomkey_providers::expired_keys;
use roomkey_storage::Context;

use crate::desk::Desk;
use crate::error::OpsError;

/// One thing that must be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Whether it is so.
    pub ok: bool,
    /// What was found, and what to do where it is not so.
    pub detail: String,
}

/// All that must be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Each thing.
    pub checks: Vec<Check>,
}

impl Readiness {
    /// Whether all of it is so.
    pub fn is_ready(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }
}

impl Desk {
    /// Commits a transaction without an entry, at most one a second: anybody may ask whether the desk is ready.
    async fn try_commit(&self) -> Result<(), String> {
        let mut last = self.last_commit.lock().await;
        let now = self.clock().now();
        if let Some((at, result)) = last.as_ref()
            && (*at..at.plus(Duration::from_secs(1))).contains(&now)
        {
            return result.clone();
        }
        let committed = self.write(Context::SYSTEM, |_| Ok(())).await;
        let result = committed.map_err(|error| error.to_string());
        *last = Some((now, result.clone()));
        result
    }

    /// Rooms whose provider profile the settings do not have: nobody gets a key for them. At most ten.
    pub async fn rooms_without_profile(&self) -> Result<Vec<RoomId>, OpsError> {
        let in_force = self.in_force();
        let rooms = self.read(move |reader| {
            let profiles: Vec<_> = in_force.rules.profiles.keys().collect();
            reader.rooms_outside(&profiles, 10)
        });
        Ok(rooms.await?.into_iter().map(|room| room.room).collect())
    }

    /// Looks whether the database answers and commits, the policy in force is that of the settings, and every profile can sign.
    pub async fn readiness(&self) -> Readiness {
        let mut checks = Vec::new();
        let mut add = |name, ok, detail: String| checks.push(Check { name, ok, detail });
        let in_force = self.in_force();
        match self.read(|reader| Ok((reader.head()?, reader.policy()?))).await {
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
        match self.try_commit().await {
            Ok(()) => add("commit", true, "the database commits".to_owned()),
            Err(error) => add("commit", false, error),
        }
        let now = self.clock().now();
        for (name, configured) in &in_force.rules.profiles {
            let expired = expired_keys(&configured.profile, now).len();
            let ok = configured.profile.signing_key(now).is_some();
            let detail = if ok {
                format!(
                    "profile {name}: {} keys, {expired} of the active ones past their not_after",
                    configured.profile.keys.len()
                )
            } else {
                format!("profile {name} has no active key that is good now: add one")
            };
            add("keys", ok, detail);
        }
        Readiness { checks }
    }
}
