//! Tokens: issued, renewed, signed, read back.

pub(crate) mod denials;
pub mod issue;
pub mod keyring;
pub mod named_user;
pub mod renew;
pub mod rule;
pub mod rules;

use std::sync::{Arc, PoisonError, RwLock};

use roomkey_providers::Inspection;
use roomkey_storage::Context;

use crate::error::DeskError;
use crate::ground::Ground;
use crate::tokens::denials::Denials;
use crate::tokens::keyring::InForce;
use crate::tokens::rules::Rules;

/// What issuing works with: the rules of the settings with their secrets, under the name of the software that puts them
/// in force, and the denials of the running minute.
#[derive(Debug)]
pub struct Tokens {
    in_force: RwLock<Arc<InForce>>,
    denials: Arc<Denials>,
    software: String,
}

impl Tokens {
    pub(crate) fn new(rules: Rules, software: String) -> Self {
        let in_force = RwLock::new(Arc::new(InForce::new(rules)));
        Self { in_force, denials: Arc::new(Denials::new()), software }
    }

    pub(crate) fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Denials without an entry of their own, counted until a job records them.
    pub(crate) fn denials(&self) -> &Denials {
        &self.denials
    }

    /// Puts the rules of the settings in force where the log's latest policy differs; returns the index of the entry
    /// that set what is in force now.
    pub async fn apply_rules(&self, ground: &Ground) -> Result<u64, DeskError> {
        let (policy, software) = (self.in_force().rules.policy(), self.software.clone());
        ground.write(Context::SYSTEM, move |writer| writer.set_policy(&policy, &software)).await
    }

    /// Takes new rules over, then puts them in force.
    pub async fn reload(&self, ground: &Ground, rules: Rules) -> Result<u64, DeskError> {
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(InForce::new(rules));
        self.apply_rules(ground).await
    }

    /// Puts the rules in force where the log has no policy yet; fails where it has another one.
    ///
    /// For the command line, which must not take a policy from under a running server.
    pub async fn adopt_rules(&self, ground: &Ground) -> Result<u64, DeskError> {
        match ground.read(|reader| reader.policy()).await? {
            None => self.apply_rules(ground).await,
            Some(current) if current.policy == self.in_force().rules.policy() => Ok(current.index),
            Some(current) => Err(DeskError::PolicyDiffers { index: current.index }),
        }
    }

    /// Reads a token back with the keys of the settings.
    pub fn inspect(&self, token: &str) -> Result<Inspection, DeskError> {
        self.in_force().keyring.inspect(token).map_err(|_| DeskError::NotAToken)
    }
}
