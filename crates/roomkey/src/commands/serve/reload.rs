//! SIGHUP: lifetimes and provider keys are read again, whole or not at all.

use roomkey_api::ops::Desk;

use super::meters;
use crate::settings::{Sources, check};

/// Takes the rules of the settings over where they are right; else the old ones stay.
pub(super) async fn reload(sources: &Sources, desk: &Desk) {
    let wanted = sources.load().map_err(|error| error.problems()).map(|settings| {
        let (wrong, warnings) = check::keys(&settings.profiles, desk.clock().now());
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
    match desk.reload(rules).await {
        Ok(policy) => {
            meters::reloaded(true);
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
