//! The only place that touches a provider's secret.

use std::collections::BTreeMap;
use std::fmt;

use roomkey_claims::{Facts, KeyId, ProfileName};
use roomkey_providers::{Candidate, Draft, InspectError, Inspection, SignError, Token};
use roomkey_storage::{Issued, Receipt};
use secrecy::SecretString;

use crate::tokens::rules::Rules;

/// The secrets of all profiles.
pub struct Keyring(BTreeMap<ProfileName, (String, BTreeMap<KeyId, SecretString>)>);

/// Why a recorded key could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The receipt belongs to another key.
    #[error("the receipt records another key than the draft")]
    OtherDraft,
    /// The settings of this node do not have the key.
    #[error(
        "the settings of this node have no key {key} in profile {profile}: bring them up to date and send SIGHUP"
    )]
    NoSuchKey {
        /// The profile.
        profile: ProfileName,
        /// The key's id.
        key: KeyId,
    },
    /// The provider's format could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Keyring {
    /// The keyring of the settings.
    pub fn new(rules: &Rules) -> Self {
        let profiles = rules.profiles.iter().map(|(name, configured)| {
            (
                name.clone(),
                (configured.profile.kind.as_str().to_owned(), configured.secrets.clone()),
            )
        });
        Self(profiles.collect())
    }

    /// Whether the key that a draft names is here; where the settings of this node are behind, it is not.
    pub fn holds(&self, draft: &Draft) -> bool {
        self.0.get(draft.profile()).is_some_and(|(_, keys)| keys.contains_key(draft.key()))
    }

    /// Signs a draft whose issuance is durably recorded: the one way to a key in the server.
    ///
    /// The receipt is used up, and it must be that of this draft.
    ///
    /// ```
    /// use roomkey_desk::tokens::keyring::Keyring;
    /// use roomkey_providers::Draft;
    /// use roomkey_storage::{Issued, Receipt};
    ///
    /// fn hand_out(keyring: &Keyring, draft: Draft, receipt: Receipt<Issued>) {
    ///     drop(keyring.seal(draft, receipt));
    /// }
    /// ```
    ///
    /// A denial has a receipt too, and no key comes of it:
    ///
    /// ```compile_fail,E0308
    /// use roomkey_desk::tokens::keyring::Keyring;
    /// use roomkey_providers::Draft;
    /// use roomkey_storage::{Denied, Receipt};
    ///
    /// fn hand_out(keyring: &Keyring, draft: Draft, receipt: Receipt<Denied>) {
    ///     drop(keyring.seal(draft, receipt));
    /// }
    /// ```
    ///
    /// Without a receipt there is no key:
    ///
    /// ```compile_fail,E0061
    /// use roomkey_desk::tokens::keyring::Keyring;
    /// use roomkey_providers::Draft;
    /// use roomkey_storage::{Issued, Receipt};
    ///
    /// fn hand_out(keyring: &Keyring, draft: Draft, receipt: Receipt<Issued>) {
    ///     drop(keyring.seal(draft));
    /// }
    /// ```
    ///
    /// One receipt is good for one key:
    ///
    /// ```compile_fail,E0382
    /// use roomkey_desk::tokens::keyring::Keyring;
    /// use roomkey_providers::Draft;
    /// use roomkey_storage::{Issued, Receipt};
    ///
    /// fn hand_out(keyring: &Keyring, draft: Draft, other: Draft, receipt: Receipt<Issued>) {
    ///     drop((keyring.seal(draft, receipt), keyring.seal(other, receipt)));
    /// }
    /// ```
    ///
    /// And nobody makes a receipt but a commit:
    ///
    /// ```compile_fail,E0624
    /// use roomkey_storage::Receipt;
    ///
    /// drop(Receipt::issued);
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a receipt and its draft are used up by the one key"
    )]
    pub fn seal(&self, draft: Draft, receipt: Receipt<Issued>) -> Result<Token, KeyringError> {
        if draft.fingerprint() != receipt.fingerprint() {
            return Err(KeyringError::OtherDraft);
        }
        let secret = self.0.get(draft.profile()).and_then(|(_, keys)| keys.get(draft.key()));
        let missing = || KeyringError::NoSuchKey {
            profile: draft.profile().clone(),
            key: draft.key().clone(),
        };
        Ok(draft.sign(secret.ok_or_else(missing)?)?)
    }

    /// Reads a token back and says whether one of these keys signed it.
    pub fn inspect(&self, token: &str) -> Result<Inspection, InspectError> {
        let candidates: Vec<Candidate<'_>> = self
            .0
            .iter()
            .flat_map(|(profile, (kind, keys))| {
                keys.iter().map(move |(key, secret)| Candidate { kind, profile, key, secret })
            })
            .collect();
        roomkey_providers::inspect(token, &candidates)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, (_, keys))| (name, keys.keys()))).finish()
    }
}

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
