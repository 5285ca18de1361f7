//! Users: added, listed, enabled, disabled, given a role or a password, all by admins.

pub mod erase;

use roomkey_claims::{DeskRole, Did, DisplayName, SubjectRef, Username};
use roomkey_storage::{NewUser, Refused, User};
use secrecy::SecretString;

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};
use crate::sessions::Sessions;

/// A user to be added.
#[derive(Debug)]
pub struct NewUserRequest {
    /// The name to log in with.
    pub username: Username,
    /// The password, in clear.
    pub password: SecretString,
    /// The role at the desk.
    pub role: DeskRole,
    /// A decentralized identifier.
    pub did: Option<Did>,
    /// How the user wants to be shown.
    pub display_name: Option<DisplayName>,
}

/// Adds a user, enabled, whom the log will know by a new random id.
pub async fn add(
    ground: &Ground,
    sessions: &Sessions,
    admin: &Admin,
    request: NewUserRequest,
) -> Result<User, DeskError> {
    let NewUserRequest { username, password, role, did, display_name } = request;
    let password = sessions.hash_new(&username, password).await?;
    let subject = SubjectRef::new(ground.ids().uuid_v4());
    let user = NewUser { subject, username, password, did, display_name, role };
    ground.change(admin, move |writer| writer.add_user(user)).await?;
    let added = ground.read(move |reader| reader.user_by_subject(subject)).await?;
    added.ok_or(DeskError::Internal("a user was gone right after it was added"))
}

/// Users by name, after a name.
pub async fn list(
    ground: &Ground,
    _admin: &Admin,
    after: Option<Username>,
    limit: u16,
) -> Result<Listing<User>, DeskError> {
    let users = ground.read(move |reader| reader.users(after.as_ref(), one_more(limit))).await?;
    Ok(Listing::cut(users, limit))
}

/// The user of a name.
pub async fn show(ground: &Ground, _admin: &Admin, username: Username) -> Result<User, DeskError> {
    let user = ground.read(move |reader| reader.user(&username)).await?;
    user.ok_or(DeskError::Refused(Refused::NoSuchUser))
}

/// Enables a user; returns the index of the entry, if anything changed.
pub async fn enable(
    ground: &Ground,
    admin: &Admin,
    username: Username,
) -> Result<Option<u64>, DeskError> {
    ground.change(admin, move |writer| writer.enable_user(&username)).await
}

/// Disables a user, which ends all sessions of the user; returns the index of the entry, if anything changed.
pub async fn disable(
    ground: &Ground,
    admin: &Admin,
    username: Username,
) -> Result<Option<u64>, DeskError> {
    ground.change(admin, move |writer| writer.disable_user(&username)).await
}

/// Sets a user's role at the desk; returns the index of the entry, if anything changed.
pub async fn set_role(
    ground: &Ground,
    admin: &Admin,
    username: Username,
    role: DeskRole,
) -> Result<Option<u64>, DeskError> {
    ground.change(admin, move |writer| writer.set_desk_role(&username, role)).await
}

/// Sets a user's password, which ends all sessions of the user; returns the index of the entry.
pub async fn set_password(
    ground: &Ground,
    sessions: &Sessions,
    admin: &Admin,
    username: Username,
    password: SecretString,
) -> Result<u64, DeskError> {
    let password = sessions.hash_new(&username, password).await?;
    ground.change(admin, move |writer| writer.set_password(&username, &password)).await
}
