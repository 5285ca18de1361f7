//! SIGHUP: lifetimes and provider keys are read again, whole or not at all.

use roomkey_desk::desk::Desk;
use roomkey_desk::readiness;

use super::meters;
use crate::settings::{Sources, check};

/// Says which rooms nobody gets a key for, since the settings lack their profile.
pub(super) async fn warn_of_rooms(desk: &Desk) {
    match readiness::rooms_without_profile(&desk.ground, &desk.tokens).await {
        Ok(rooms) if rooms.is_empty() => {}
        Ok(rooms) => {
            let rooms: Vec<String> = rooms.iter().map(ToString::to_string).collect();
            tracing::warn!(
                rooms = rooms.join(" "),
                "these rooms (ten at most are named) refer to a provider profile that the settings do not have: add it, or change them with `roomkey room set`"
            );
        }
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the rooms could not be looked at"
        ),
    }
}

/// Takes the rules of the settings over where they are right; else the old ones stay.
pub(super) async fn reload(sources: &Sources, desk: &Desk) {
    let wanted = sources.load().map_err(|error| error.problems()).map(|settings| {
        let (wrong, warnings) = check::keys(&settings.profiles, desk.ground.clock().now());
        // A key that expired stops a start and not this: else it would keep another key from being retired.
        for warning in settings.warnings.iter().chain(&warnings).chain(&wrong) {
            tracing::warn!("{warning}");
        }
        settings.rules()
    });
    let rules = match wanted {
        Ok(rules) => rules,
        Err(problems) => {
            meters::reloaded(false);
            tracing::error!(
                problems = problems.join("; "),
                "the settings were not taken over: the old ones stay"
            );
            return;
        }
    };
    match desk.tokens.reload(&desk.ground, rules).await {
        Ok(policy) => {
            meters::reloaded(true);
            warn_of_rooms(desk).await;
            tracing::info!(
                policy,
                "the settings were taken over: lifetimes and providers; the rest wants a restart"
            );
        }
        Err(error) => {
            meters::reloaded(false);
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the policy could not be recorded: send SIGHUP again");
        }
    }
}
