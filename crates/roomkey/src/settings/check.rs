//! What only several values, the files or the time show.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use roomkey_claims::{Bounds, ProfileName, Timestamp};
use roomkey_providers::{Configured, expired_keys};
use roomkey_storage::KeySource;

use super::reading::Reading;
use super::values::Settings;

/// The longest lifetime is not over what a provider knows.
pub(super) fn caps(
    from: &mut Reading<'_>,
    lifetime: Bounds,
    profiles: &BTreeMap<ProfileName, Configured>,
) {
    for (name, Configured { profile, secrets: _ }) in profiles {
        if profile.cap < lifetime.max {
            let (kind, cap, max) = (&profile.kind, profile.cap, lifetime.max);
            let message = format!("{max} s is over the {cap} s that {kind} knows (profile {name})");
            from.wrong("lifetime", "max_seconds", message);
        }
    }
}

/// Collects what deserves a look and stops nothing.
pub(super) fn warn(settings: &mut Settings) {
    let mut warnings = Vec::new();
    if settings.password.policy.is_lenient() {
        let length = settings.password.policy.min_length();
        warnings.push(format!(
            "password.min_length is {length}: NIST SP 800-63B-4 asks for 15 without a second factor"
        ));
    }
    if settings.profiles.is_empty() {
        warnings
            .push("there is no provider profile: add [providers.<name>] before a room".to_owned());
    }
    if settings.compat.agora_rtm_room.is_some() && !settings.compat.agora {
        warnings.push("compat.agora_rtm_room says nothing: set compat.agora = true".to_owned());
    }
    for (name, Configured { profile, secrets: _ }) in &settings.profiles {
        if profile.options.get("api_url").is_some_and(|url| url.starts_with("http://")) {
            warnings.push(format!(
                "providers.{name}: api_url is not the vendor's: good for tests, where nothing is at stake"
            ));
        }
    }
    settings.warnings = warnings;
}

/// Profiles whose every active key is past its `not_after` at `now`, and warnings about other keys that sign nothing.
pub(crate) fn keys(
    profiles: &BTreeMap<ProfileName, Configured>,
    now: Timestamp,
) -> (Vec<String>, Vec<String>) {
    let (mut wrong, mut warnings) = (Vec::new(), Vec::new());
    for (name, Configured { profile, secrets: _ }) in profiles {
        let expired: Vec<String> =
            expired_keys(profile, now).into_iter().map(|key| key.id.to_string()).collect();
        match (profile.signing_key(now), expired.is_empty()) {
            (Some(_), true) => {}
            (Some(_), false) => warnings.push(format!(
                "providers.{name}: the active key {} is past its not_after: set state = \"retired\"",
                expired.join(", ")
            )),
            // Somebody took a leaked key back before there was another: nothing is signed, as it should be.
            (None, true) => warnings.push(format!(
                "providers.{name}: every key is retired, so no key is issued: add one with state = \"active\""
            )),
            (None, false) => wrong.push(format!(
                "providers.{name}: the active key {} is past its not_after and there is no other: add a new key",
                expired.join(", ")
            )),
        }
    }
    (wrong, warnings)
}

/// What is wrong with the file of the key-encryption key, where one is named.
pub(crate) fn key_file(key: &KeySource) -> Option<String> {
    let KeySource::File(path) = key else { return None };
    let shown = path.display();
    match fs::metadata(path) {
        Err(error) => Some(format!("secrets.key_file: {shown} cannot be read: {error}")),
        Ok(metadata) if metadata.permissions().mode() & 0o077 != 0 => {
            Some(format!("secrets.key_file: {shown} can be read by others: chmod 600 {shown}"))
        }
        Ok(_) => roomkey_storage::Seal::read(path)
            .err()
            .map(|error| format!("secrets.key_file: {error}")),
    }
}
