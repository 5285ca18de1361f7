//! From where users logged in: kept where the settings say so, read by admins.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use roomkey_audit::Event;
use roomkey_claims::{Timestamp, Username};
use roomkey_storage::{Context, Visit, VisitPlace};

use crate::authority::Admin;
use crate::desk::Desk;
use crate::error::OpsError;
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

impl Desk {
    /// The visits of a user, newest first, after a place. Each page that is read is recorded before it is shown.
    pub async fn visits(
        &self,
        admin: &Admin,
        username: Username,
        after: Option<VisitPlace>,
        limit: u16,
    ) -> Result<Listing<Visit>, OpsError> {
        let subject = self.user(admin, username).await?.subject;
        let filters = [("subject".to_owned(), subject.to_string())].into();
        let event = Event::AuditRead { surface: "visits".to_owned(), filters };
        self.change(admin, move |writer| Ok(writer.record(event)?)).await?;
        let seal = Arc::clone(self.store().seal());
        let found = self
            .read(move |reader| reader.visits(&seal, subject, after.as_ref(), one_more(limit)))
            .await?;
        Ok(Listing::cut(found, limit))
    }
}

/// How often visits that are too old are looked for, where nobody logs in.
const SWEPT_EVERY: Duration = Duration::from_mins(10);

impl Desk {
    /// Removes visits that are kept for too long, some at a time, every ten minutes.
    pub(crate) fn forget_old_visits(&self, now: Timestamp) {
        let last = Timestamp::from_micros(self.visits_swept.load(Ordering::Relaxed));
        if now < last.plus(SWEPT_EVERY) {
            return;
        }
        self.visits_swept.store(now.as_micros(), Ordering::Relaxed);
        let before = now.minus(self.privacy().keep);
        let swept =
            self.store().write_detached(Context::SYSTEM, move |writer| writer.sweep_visits(before));
        if let Err(error) = swept {
            // The next time will do.
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "old visits were not removed"
            );
        }
    }
}
