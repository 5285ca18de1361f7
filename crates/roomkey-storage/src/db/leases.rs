//! Leases: what one node at a time does.

use std::time::Duration;

use diesel::prelude::*;
use roomkey_claims::Timestamp;

use crate::db::error::{StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::leases;
use crate::db::writer::Writer;

/// A lease that lasts longer was taken by a clock that was ahead.
const LONGEST_LEASE: Duration = Duration::from_mins(1);

impl Reader<'_> {
    /// The holder of a lease at `now`, if it has one.
    ///
    /// A lease that is over later than any lease lasts was taken by a clock that was ahead, and counts for nothing.
    pub fn lease_holder(
        &mut self,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let held = leases::table
            .find(name)
            .filter(leases::expires_at.gt(now.as_micros()))
            .filter(leases::expires_at.le(now.plus(LONGEST_LEASE).as_micros()));
        Ok(held.select(leases::holder).first(self.db).optional()?)
    }
}

impl Writer<'_> {
    /// Takes a lease, or keeps it, from the time of the transaction on, at most for a minute.
    ///
    /// Returns how often it changed hands, or `None` if another holder has it.
    pub fn take_lease(
        &mut self,
        name: &str,
        holder: &str,
        lasts: Duration,
    ) -> Result<Option<i64>, WriteError> {
        let at = self.at();
        let expires_at = at.plus(lasts.min(LONGEST_LEASE)).as_micros();
        let held: Option<(String, i64, i64)> = leases::table
            .find(name)
            .select((leases::holder, leases::fence, leases::expires_at))
            .first(self.db())
            .optional()?;
        let Some((by, fence, until)) = held else {
            let row = (
                leases::name.eq(name),
                leases::holder.eq(holder),
                leases::fence.eq(1),
                leases::expires_at.eq(expires_at),
            );
            diesel::insert_into(leases::table).values(row).execute(self.db())?;
            return Ok(Some(1));
        };
        let fence = match by == holder {
            true => fence,
            false if until <= at.as_micros() || at.plus(LONGEST_LEASE).as_micros() < until => {
                fence + 1
            }
            false => return Ok(None),
        };
        diesel::update(leases::table.find(name))
            .set((
                leases::holder.eq(holder),
                leases::fence.eq(fence),
                leases::expires_at.eq(expires_at),
            ))
            .execute(self.db())?;
        Ok(Some(fence))
    }

    /// Releases a lease if this holder has it, so that the next one need not wait for it to expire.
    pub fn release_lease(&mut self, name: &str, holder: &str) -> Result<(), WriteError> {
        diesel::update(leases::table.find(name).filter(leases::holder.eq(holder)))
            .set(leases::expires_at.eq(0))
            .execute(self.db())?;
        Ok(())
    }
}
