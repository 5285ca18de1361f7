//! The HTTP client for calls to providers.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

use crate::error::DeskError;

/// How long one attempt may take, with its answer; two of them and their records fit into a request.
const ATTEMPT: Duration = Duration::from_millis(2500);

/// The client for calls, made at the first one: most desks make none.
#[derive(Debug)]
pub(crate) struct Outbound(OnceLock<Client>);

impl Outbound {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// No redirects, which would carry the credential elsewhere; no proxies of the environment.
    pub(crate) fn client(&self) -> Result<&Client, DeskError> {
        if let Some(client) = self.0.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(ATTEMPT)
            .timeout(ATTEMPT)
            .user_agent(concat!("roomkey/", env!("CARGO_PKG_VERSION")))
            .build();
        let client = client.map_err(|_| DeskError::Internal("no client for calls to providers"))?;
        Ok(self.0.get_or_init(|| client))
    }
}
