//! Where a user logged in from.

use roomkey_storage::Visit;
use serde::Serialize;
use utoipa::ToSchema;

/// From where a user logged in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VisitView {
    /// The session that started, as the log names it.
    #[schema(pattern = "^[0-9a-f]{32}$")]
    session: String,
    /// When.
    #[schema(format = DateTime)]
    time: String,
    /// The whole address.
    address: String,
    /// What the client said that it is.
    #[schema(required)]
    user_agent: Option<String>,
}

impl VisitView {
    pub fn of(visit: &Visit) -> Self {
        let Visit { session, at, visitor } = visit;
        Self {
            session: session.to_string(),
            time: at.to_string(),
            address: visitor.address.to_string(),
            user_agent: visitor.user_agent.clone(),
        }
    }
}
