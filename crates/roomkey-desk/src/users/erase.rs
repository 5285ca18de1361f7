//! An admin erases a user.

use std::error::Error as StdError;

use roomkey_claims::{SubjectRef, Username};
use roomkey_storage::{Erased, ErasedUser, Residue};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// Erases everything personal about a user, for good; returns the entry and what is left in the database's files.
pub async fn erase(
    ground: &Ground,
    admin: &Admin,
    username: Username,
) -> Result<(Erased, Residue), DeskError> {
    let erased = ground.change(admin, move |writer| writer.erase_user(&username)).await?;
    let store = ground.store_shared();
    let forgotten = tokio::task::spawn_blocking(move || store.forget_deleted()).await;
    let residue = match forgotten {
        Ok(Ok(residue)) => residue,
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn StdError, "the write-ahead log could not be cut");
            Residue::Journal
        }
        Err(_) => Residue::Journal,
    };
    if residue == Residue::Journal {
        tracing::warn!(
            subject = %erased.subject,
            "a user is erased, but the write-ahead log still has pages of the time before: it goes when the desk stops"
        );
    }
    Ok((erased, residue))
}

/// Erased users by reference, after one.
pub async fn list_erased(
    ground: &Ground,
    _admin: &Admin,
    after: Option<SubjectRef>,
    limit: u16,
) -> Result<Listing<ErasedUser>, DeskError> {
    let found = ground.read(move |reader| reader.erased_users(after, one_more(limit))).await?;
    Ok(Listing::cut(found, limit))
}
