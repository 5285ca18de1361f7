//! Backends: the servers of products, with their secrets sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use diesel::prelude::*;
use roomkey_audit::{Actor, Event};
use roomkey_claims::{
    BackendFacts, BackendName, BackendRef, DeskRole, RoomId, RoomPattern, Scope, Timestamp,
};
use zeroize::Zeroizing;

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::pairs::InSelected;
use crate::db::reader::Reader;
use crate::db::schema::{backends, jtis};
use crate::db::seal::{Place, Seal, SealError};
use crate::db::writer::Writer;

/// For how long an id is kept after its JWT expired by this node's clock: another node's clock may be behind this one's,
/// and takes the JWT a little longer.
const KEPT_PAST_EXPIRY: Duration = Duration::from_mins(5);

type Row = (String, String, Vec<u8>, String, String, i64, bool);

/// A backend.
#[derive(Clone, PartialEq, Eq)]
pub struct Backend {
    /// Its API key.
    pub backend: BackendRef,
    /// What people call it.
    pub name: BackendName,
    /// What it may do where, and whether it was revoked.
    pub facts: BackendFacts,
    /// When it was added.
    pub added_at: Timestamp,
    sealed: Vec<u8>,
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend")
            .field("backend", &self.backend)
            .field("name", &self.name)
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

impl Backend {
    /// Its secret.
    pub fn secret(&self, seal: &Seal) -> Result<Zeroizing<Vec<u8>>, SealError> {
        seal.open(place(&self.backend), &self.sealed)
    }
}

/// What a backend is to be, but for its secret.
#[derive(Debug, Clone)]
pub struct BackendTerms {
    /// Its API key.
    pub backend: BackendRef,
    /// What people call it.
    pub name: BackendName,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// Where.
    pub rooms: Vec<RoomPattern>,
}

/// A backend to be added.
pub struct NewBackend {
    terms: BackendTerms,
    sealed: Vec<u8>,
}

impl NewBackend {
    /// A backend with this secret, which is sealed at once.
    pub fn new(seal: &Seal, terms: BackendTerms, secret: &[u8]) -> Result<Self, SealError> {
        let sealed = seal.seal(place(&terms.backend), secret)?;
        Ok(Self { terms, sealed })
    }
}

impl fmt::Debug for NewBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewBackend").field("terms", &self.terms).finish_non_exhaustive()
    }
}

fn place(backend: &BackendRef) -> Place<'_> {
    Place { table: "backends", column: "secret", row: backend.as_str() }
}

fn backend(
    (backend, name, sealed, scopes, rooms, added_at, revoked): Row,
) -> Result<Backend, StoreError> {
    let scopes = scopes.split(',').filter(|scope| !scope.is_empty());
    let rooms = rooms.split(',').filter(|room| !room.is_empty());
    Ok(Backend {
        backend: columns::text("backends.backend", &backend)?,
        name: columns::text("backends.name", &name)?,
        facts: BackendFacts {
            scopes: scopes
                .map(|scope| columns::text("backends.scopes", scope))
                .collect::<Result<_, _>>()?,
            rooms: rooms
                .map(|room| columns::text("backends.rooms", room))
                .collect::<Result<_, _>>()?,
            revoked,
        },
        added_at: Timestamp::from_micros(added_at),
        sealed,
    })
}

pub(crate) fn facts(
    db: &mut Db,
    refs: &BTreeSet<&BackendRef>,
) -> Result<BTreeMap<BackendRef, BackendFacts>, StoreError> {
    let keys: Vec<&str> = refs.iter().map(|backend| backend.as_str()).collect();
    let rows: Vec<Row> = backends::table.filter(backends::backend.eq_any(keys)).load(db)?;
    rows.into_iter()
        .map(|row| backend(row).map(|backend| (backend.backend, backend.facts)))
        .collect()
}

impl Reader<'_> {
    /// The backend with an API key.
    pub fn backend(&mut self, key: &BackendRef) -> Result<Option<Backend>, StoreError> {
        let row: Option<Row> = backends::table.find(key.as_str()).first(self.db).optional()?;
        row.map(backend).transpose()
    }

    /// Backends by API key, after one, at most `limit`.
    pub fn backends(
        &mut self,
        after: Option<&BackendRef>,
        limit: u16,
    ) -> Result<Vec<Backend>, StoreError> {
        let rows: Vec<Row> = backends::table
            .filter(backends::backend.gt(after.map_or("", BackendRef::as_str)))
            .order(backends::backend)
            .limit(i64::from(limit))
            .load(self.db)?;
        rows.into_iter().map(backend).collect()
    }
}

impl Writer<'_> {
    /// Adds a backend.
    pub fn add_backend(&mut self, new: &NewBackend) -> Result<u64, WriteError> {
        let NewBackend { terms: BackendTerms { backend, name, scopes, rooms }, sealed } = new;
        if (Reader { db: self.db() }).backend(backend)?.is_some() {
            return Err(Refused::BackendExists.into());
        }
        let scope_names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let patterns: Vec<&str> = rooms.iter().map(RoomPattern::as_str).collect();
        let row = (
            backends::backend.eq(backend.as_str()),
            backends::name.eq(name.as_str()),
            backends::secret.eq(sealed),
            backends::scopes.eq(scope_names.join(",")),
            backends::rooms.eq(patterns.join(",")),
            backends::added_at.eq(self.at().as_micros()),
            backends::revoked.eq(false),
        );
        diesel::insert_into(backends::table).values(row).execute(self.db())?;
        Ok(self.append(Event::BackendAdded {
            backend: backend.clone(),
            scopes: scopes.clone(),
            rooms: rooms.clone(),
        })?)
    }

    /// Revokes a backend, for good. Revoking a revoked one changes and records nothing.
    pub fn revoke_backend(&mut self, key: &BackendRef) -> Result<Option<u64>, WriteError> {
        let known = Reader { db: self.db() }.backend(key)?.ok_or(Refused::NoSuchBackend)?;
        if known.facts.revoked {
            return Ok(None);
        }
        diesel::update(backends::table.find(key.as_str()))
            .set(backends::revoked.eq(true))
            .execute(self.db())?;
        Ok(Some(self.append(Event::BackendRevoked { backend: key.clone() })?))
    }

    /// Uses up the id of a project JWT, given as its hash: each is good once, on whatever node.
    ///
    /// It is kept until the JWT expired; no entry, since what the JWT is used for has one.
    pub fn use_jti(
        &mut self,
        key: &BackendRef,
        jti: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<(), WriteError> {
        let used = jtis::table.find((key.as_str(), jti.to_vec())).select(jtis::expires_at);
        if used.first::<i64>(self.db()).optional()?.is_some() {
            return Err(Refused::JtiUsed.into());
        }
        let row = (
            jtis::backend.eq(key.as_str()),
            jtis::jti.eq(jti.to_vec()),
            jtis::expires_at.eq(expires_at.as_micros()),
        );
        diesel::insert_into(jtis::table).values(row).execute(self.db())?;
        Ok(())
    }

    /// Removes the ids of project JWTs that expired before an instant, the oldest first, at most `most`; returns how many.
    ///
    /// None is removed within five minutes after its expiry, whatever `before` says.
    pub fn sweep_used_jtis(&mut self, before: Timestamp, most: u32) -> Result<usize, WriteError> {
        let before = before.min(self.at().minus(KEPT_PAST_EXPIRY));
        let old = diesel::alias!(jtis as old_jtis);
        let oldest = old
            .filter(old.field(jtis::expires_at).lt(before.as_micros()))
            .order(old.field(jtis::expires_at))
            .select(old.fields((jtis::backend, jtis::jti)))
            .limit(i64::from(most));
        // The bound once more, so that PostgreSQL does not read the whole table to find a few of many.
        let expired = jtis::table
            .filter(jtis::expires_at.lt(before.as_micros()))
            .filter(InSelected::new(("jtis.backend", "jtis.jti"), oldest));
        Ok(diesel::delete(expired).execute(self.db())?)
    }

    /// Refuses unless whoever acts may do what `scope` says in a room: an admin, the console, the desk itself, or a
    /// backend with that scope there.
    pub fn require_in_room(&mut self, scope: Scope, room: &RoomId) -> Result<(), WriteError> {
        let Actor::Backend { backend } = self.context().by.clone() else {
            return self.require(&[DeskRole::Admin]);
        };
        let may = self.live_backend(&backend)?.is_some_and(|facts| facts.may(scope, room));
        if may { Ok(()) } else { Err(Refused::NotAuthorized.into()) }
    }

    /// Refuses unless whoever acts still is somebody: a session that runs, a backend that was not revoked.
    pub fn require_somebody(&mut self) -> Result<(), WriteError> {
        let Actor::Backend { backend } = self.context().by.clone() else {
            return self.require(&DeskRole::ALL);
        };
        match self.live_backend(&backend)? {
            Some(_) => Ok(()),
            None => Err(Refused::NotAuthorized.into()),
        }
    }

    fn live_backend(&mut self, key: &BackendRef) -> Result<Option<BackendFacts>, StoreError> {
        let facts = facts(self.db(), &[key].into())?.remove(key);
        Ok(facts.filter(|facts| !facts.revoked))
    }
}
