//! Calls to providers, each recorded before its credential is signed.

pub mod archives;
pub(crate) mod call;
mod client;
pub mod disconnect;
pub mod fault;
pub(crate) mod turns;

use crate::error::DeskError;
use crate::provider::client::Outbound;
use crate::provider::turns::Turns;

/// What calls to providers need: a client, and whose turn it is to have a session made.
#[derive(Debug)]
pub struct Provider {
    outbound: Outbound,
    turns: Turns,
}

impl Provider {
    pub(crate) fn new() -> Self {
        Self { outbound: Outbound::new(), turns: Turns::default() }
    }

    fn client(&self) -> Result<&reqwest::Client, DeskError> {
        self.outbound.client()
    }

    pub(crate) const fn turns(&self) -> &Turns {
        &self.turns
    }
}
