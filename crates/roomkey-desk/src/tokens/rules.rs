//! What the settings file says about lifetimes and providers.

use std::collections::BTreeMap;

use roomkey_claims::{Bounds, Policy, ProfileName};
use roomkey_providers::Configured;

/// Lifetimes and provider profiles with their secrets, as the settings file has them.
#[derive(Debug)]
pub struct Rules {
    /// Lifetimes of keys.
    pub lifetime: Bounds,
    /// Provider profiles.
    pub profiles: BTreeMap<ProfileName, Configured>,
}

impl Rules {
    /// What is decided by: the rules without secrets.
    pub fn policy(&self) -> Policy {
        let profiles = self
            .profiles
            .iter()
            .map(|(name, configured)| (name.clone(), configured.profile.clone()));
        Policy { lifetime: self.lifetime, profiles: profiles.collect() }
    }
}
