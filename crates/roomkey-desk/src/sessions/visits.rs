//! From where users logged in: kept where the settings say so, read by admins.

use std::sync::Arc;
use std::time::Duration;

use roomkey_audit::Event;
use roomkey_claims::Username;
use roomkey_storage::{Refused, Visit, VisitPlace};

use crate::authority::Admin;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::listing::{Listing, one_more};

/// What is kept of whoever logs in, beside the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy {
    /// What is kept of new logins.
    pub visits: Visits,
    /// For how long visits are kept.
    pub keep: Duration,
}

/// Whether visits are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visits {
    /// No.
    Off,
    /// The whole address and the user agent of each login, sealed.
    On,
}

/// The visits of a user, newest first, after a place. Each page that is read is recorded before it is shown.
pub async fn list(
    ground: &Ground,
    admin: &Admin,
    username: Username,
    after: Option<VisitPlace>,
    limit: u16,
) -> Result<Listing<Visit>, DeskError> {
    let user = ground.read(move |reader| reader.user(&username)).await?;
    let subject = user.ok_or(DeskError::Refused(Refused::NoSuchUser))?.subject;
    let filters = [("subject".to_owned(), subject.to_string())].into();
    let event = Event::AuditRead { surface: "visits".to_owned(), filters };
    ground.change(admin, move |writer| Ok(writer.record(event)?)).await?;
    let seal = Arc::clone(ground.store().seal());
    let found = ground
        .read(move |reader| reader.visits(&seal, subject, after.as_ref(), one_more(limit)))
        .await?;
    Ok(Listing::cut(found, limit))
}
