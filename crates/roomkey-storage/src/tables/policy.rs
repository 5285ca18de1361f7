//! The policy in force: what the latest `policy.set` says.

use diesel::prelude::*;
use roomkey_audit::Event;
use roomkey_claims::{Policy, Profile, ProfileName};

use crate::db::connection::Db;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::policy;
use crate::db::writer::Writer;
use crate::db::{columns, migrate};

/// The policy in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentPolicy {
    /// The index of the entry that set it.
    pub index: u64,
    /// What it says.
    pub policy: Policy,
}

pub(crate) fn current(db: &mut Db) -> Result<Option<CurrentPolicy>, StoreError> {
    let row: Option<(i64, Vec<u8>)> =
        policy::table.select((policy::idx, policy::body)).first(db).optional()?;
    let Some((idx, body)) = row else { return Ok(None) };
    let policy =
        serde_json::from_slice(&body).map_err(|_| StoreError::Corrupt { column: "policy.body" })?;
    Ok(Some(CurrentPolicy { index: columns::number("policy.idx", idx)?, policy }))
}

impl Reader<'_> {
    /// The policy in force, once one was set.
    pub fn policy(&mut self) -> Result<Option<CurrentPolicy>, StoreError> {
        current(self.db)
    }
}

impl Writer<'_> {
    /// Refuses unless a profile stands in the policy in force exactly as this node's settings have it.
    pub fn require_profile(
        &mut self,
        name: &ProfileName,
        profile: &Profile,
    ) -> Result<(), WriteError> {
        let current = current(self.db())?;
        let known = current.as_ref().and_then(|current| current.policy.profiles.get(name));
        if known == Some(profile) { Ok(()) } else { Err(Refused::KeyNotInForce.into()) }
    }

    /// Puts a policy in force where it differs from the one that is; returns the index of the entry that set it.
    pub fn set_policy(&mut self, wanted: &Policy, software: &str) -> Result<u64, WriteError> {
        let before = current(self.db())?;
        if let Some(before) = &before
            && before.policy == *wanted
        {
            return Ok(before.index);
        }
        let schema = migrate::newest();
        let index = self.append(Event::PolicySet {
            software: software.to_owned(),
            schema,
            policy: wanted.clone(),
        })?;
        let body = serde_json::to_vec(wanted)
            .map_err(|_| StoreError::Corrupt { column: "policy.body" })?;
        let values = (policy::idx.eq(columns::index(index)), policy::body.eq(body));
        if before.is_some() {
            diesel::update(policy::table).set(values).execute(self.db())?;
        } else {
            diesel::insert_into(policy::table)
                .values((policy::id.eq(1), values.0, values.1))
                .execute(self.db())?;
        }
        Ok(index)
    }
}
