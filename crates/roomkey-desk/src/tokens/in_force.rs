//! The rules of the settings with the keyring that is made of them.

use roomkey_claims::Facts;
use roomkey_providers::Draft;

use crate::tokens::keyring::Keyring;
use crate::tokens::rules::Rules;

/// The rules with the keyring that is made of them: swapped together.
#[derive(Debug)]
pub(crate) struct InForce {
    pub(crate) rules: Rules,
    pub(crate) keyring: Keyring,
}

impl InForce {
    pub(crate) fn new(rules: Rules) -> Self {
        Self { keyring: Keyring::new(&rules), rules }
    }

    /// Whether this node has the key of a draft, and the account as the policy in force has it: a node whose settings
    /// are behind would sign for another account.
    pub(crate) fn can_sign(&self, facts: &Facts, draft: &Draft) -> bool {
        let policy = facts.policy.as_deref();
        let in_force = policy.and_then(|policy| policy.profiles.get(draft.profile()));
        let here = self.rules.profiles.get(draft.profile()).map(|configured| &configured.profile);
        in_force == here && self.keyring.holds(draft)
    }
}
