//! A user on the wire.

use roomkey_storage::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::texts::{DidText, DisplayNameText, SubjectRefText, UsernameText};
use crate::wire::words::DeskRoleName;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// The name to log in with.
    #[schema(value_type = UsernameText)]
    username: String,
    /// The id by which the log knows the user.
    #[schema(value_type = SubjectRefText)]
    subject: String,
    /// The role at the desk.
    #[schema(value_type = DeskRoleName)]
    role: &'static str,
    /// Whether the user may do anything.
    status: Status,
    /// A decentralized identifier.
    #[schema(required, value_type = Option<DidText>)]
    did: Option<String>,
    /// How the user wants to be shown.
    #[schema(required, value_type = Option<DisplayNameText>)]
    display_name: Option<String>,
    /// When the user was added.
    #[schema(format = DateTime)]
    added_at: String,
}

/// Whether a user may do anything.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// May.
    Enabled,
    /// May nothing.
    Disabled,
}

impl UserView {
    /// The user without what is stored of the password.
    pub fn of(user: &User) -> Self {
        let User { subject, username, password: _, did, display_name, enabled, role, added_at } =
            user;
        Self {
            username: username.to_string(),
            subject: subject.to_string(),
            role: role.as_str(),
            status: if *enabled { Status::Enabled } else { Status::Disabled },
            did: did.as_ref().map(ToString::to_string),
            display_name: display_name.as_ref().map(ToString::to_string),
            added_at: added_at.to_string(),
        }
    }
}
