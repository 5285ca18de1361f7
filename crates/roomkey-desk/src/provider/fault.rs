//! Why a provider did not do what it was asked.

/// Why a provider did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It could not be reached, or did not answer in time.
    #[error("it could not be reached or did not answer in time: check `api_url` and the network")]
    Unreachable,
    /// It failed or was busy.
    #[error("it answered with status {status}: try again later")]
    Failed {
        /// The status.
        status: u16,
    },
    /// It refused.
    #[error("it refused with status {status} ({words}): check the account and its key")]
    Refused {
        /// The status.
        status: u16,
        /// Its own words, cut.
        words: String,
    },
    /// Its answer is none that its reference describes, or is not of this account.
    #[error("its answer is not what its reference describes: check `api_url`")]
    Answer,
}

impl ProviderFault {
    /// Whether a second attempt may succeed at once.
    pub(crate) const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Failed { .. })
    }
}
