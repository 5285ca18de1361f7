//! Visits: from where somebody logged in, sealed under a key of that user alone.
//!
//! Entries hold the truncated address and nothing of this. Deleting the one key makes every copy of a user's visits
//! unreadable, also those in backups that have no key-encryption key beside them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use diesel::prelude::*;
use roomkey_claims::{IdError, IdSource, SessionRef, SubjectRef, Timestamp};
use zeroize::Zeroizing;

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::{subject_keys, visits};
use crate::db::seal::{Place, Seal};
use crate::db::writer::Writer;
use crate::tables::sessions::NewSession;
use crate::tables::users::key;

/// Longest user agent that is kept, in characters.
const USER_AGENT: usize = 512;

const KEY_CORRUPT: StoreError = StoreError::Corrupt { column: "subject_keys.sealed" };
const VISIT_CORRUPT: StoreError = StoreError::Corrupt { column: "visits.sealed" };

/// From where somebody comes.
#[derive(Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The whole address.
    pub address: IpAddr,
    /// What the client says that it is.
    pub user_agent: Option<String>,
}

/// A visit to be recorded, of a session that starts in the same transaction.
pub struct NewVisit {
    seal: Arc<Seal>,
    /// The key of a user who has none yet.
    fresh: Zeroizing<[u8; 32]>,
    session: SessionRef,
    subject: SubjectRef,
    visitor: Visitor,
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The session that started.
    pub session: SessionRef,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub visitor: Visitor,
}

/// The place of a visit in the list of its user's: `<microseconds>-<session>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitPlace {
    at: Timestamp,
    session: SessionRef,
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Visitor(…)")
    }
}

impl fmt::Debug for NewVisit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewVisit").field("session", &self.session).finish_non_exhaustive()
    }
}

impl Visitor {
    /// As it is sealed: the address, then a line with what the client says of itself, without control characters.
    fn plain(&self) -> Zeroizing<Vec<u8>> {
        let mut text = self.address.to_string();
        if let Some(agent) = &self.user_agent {
            let visible = agent.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
            text.push('\n');
            text.extend(visible.take(USER_AGENT));
        }
        Zeroizing::new(text.into_bytes())
    }

    fn read(plain: &[u8]) -> Result<Self, StoreError> {
        let text = std::str::from_utf8(plain).map_err(|_| VISIT_CORRUPT)?;
        let (address, agent) =
            text.split_once('\n').map_or((text, None), |(address, agent)| (address, Some(agent)));
        let address = address.parse().map_err(|_| VISIT_CORRUPT)?;
        Ok(Self { address, user_agent: agent.map(str::to_owned) })
    }
}

impl NewVisit {
    /// The visit that starts a session.
    pub fn new(
        seal: &Arc<Seal>,
        ids: &dyn IdSource,
        session: &NewSession,
        visitor: Visitor,
    ) -> Self {
        let mut fresh = Zeroizing::new([0; 32]);
        ids.fill(fresh.as_mut());
        Self {
            seal: Arc::clone(seal),
            fresh,
            session: session.token.session_ref(),
            subject: session.subject,
            visitor,
        }
    }
}

impl Visit {
    /// Its place, after which a list can go on.
    pub fn place(&self) -> VisitPlace {
        VisitPlace { at: self.at, session: self.session.clone() }
    }
}

impl VisitPlace {
    /// The pattern of its text, as a regular expression.
    pub const PATTERN: &'static str = "^[0-9]{1,18}-[0-9a-f]{32}$";
}

impl fmt::Display for VisitPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.as_micros(), self.session)
    }
}

impl FromStr for VisitPlace {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        const ERROR: IdError = IdError { pattern: VisitPlace::PATTERN };
        let (at, session) = text.split_once('-').ok_or(ERROR)?;
        if at.len() > 18 || !at.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ERROR);
        }
        let at = at.parse().map(Timestamp::from_micros).map_err(|_| ERROR)?;
        Ok(Self { at, session: session.parse().map_err(|_| ERROR)? })
    }
}

fn key_place(subject: &str) -> Place<'_> {
    Place { table: "subject_keys", column: "sealed", row: subject }
}

fn visit_place(session: &str) -> Place<'_> {
    Place { table: "visits", column: "sealed", row: session }
}

/// The key of a user, where there is one.
fn subject_key(db: &mut Db, seal: &Seal, subject: SubjectRef) -> Result<Option<Seal>, StoreError> {
    let query = subject_keys::table.find(key(subject)).select(subject_keys::sealed);
    let Some(sealed) = query.first::<Vec<u8>>(db).optional()? else { return Ok(None) };
    let plain = seal.open(key_place(&subject.to_string()), &sealed).map_err(|_| KEY_CORRUPT)?;
    let plain = plain.as_slice().try_into().map_err(|_| KEY_CORRUPT)?;
    Seal::new(plain).map(Some).map_err(|_| KEY_CORRUPT)
}

impl Reader<'_> {
    /// The visits of a user, newest first, after a place, at most `limit`.
    pub fn visits(
        &mut self,
        seal: &Seal,
        subject: SubjectRef,
        after: Option<&VisitPlace>,
        limit: u16,
    ) -> Result<Vec<Visit>, StoreError> {
        let Some(own) = subject_key(self.db, seal, subject)? else { return Ok(Vec::new()) };
        let (at, session) =
            after.map_or((i64::MAX, ""), |place| (place.at.as_micros(), place.session.as_str()));
        let rows: Vec<(String, i64, Vec<u8>)> = visits::table
            .filter(visits::subject.eq(key(subject)))
            .filter(visits::at.le(at))
            .filter(visits::at.lt(at).or(visits::session.lt(session)))
            .order((visits::at.desc(), visits::session.desc()))
            .limit(i64::from(limit))
            .select((visits::session, visits::at, visits::sealed))
            .load(self.db)?;
        rows.into_iter()
            .map(|(session, at, sealed)| {
                let plain = own.open(visit_place(&session), &sealed).map_err(|_| VISIT_CORRUPT)?;
                Ok(Visit {
                    visitor: Visitor::read(&plain)?,
                    session: columns::text("visits.session", &session)?,
                    at: Timestamp::from_micros(at),
                })
            })
            .collect()
    }
}

impl Writer<'_> {
    /// Records from where a session was started: no entry, since that of the session stands for it.
    ///
    /// The user gets a key where it has none yet.
    pub fn record_visit(&mut self, new: &NewVisit) -> Result<(), WriteError> {
        let own = match subject_key(self.db(), &new.seal, new.subject)? {
            Some(own) => own,
            None => self.make_subject_key(new)?,
        };
        let at = self.at();
        let session = new.session.as_str();
        let sealed =
            own.seal(visit_place(session), &new.visitor.plain()).map_err(|_| VISIT_CORRUPT)?;
        let hash = new.seal.address_hash(at, new.visitor.address).map_err(|_| VISIT_CORRUPT)?;
        let row = (
            visits::session.eq(session),
            visits::subject.eq(key(new.subject)),
            visits::at.eq(at.as_micros()),
            visits::address_hash.eq(hash.to_vec()),
            visits::sealed.eq(sealed),
        );
        diesel::insert_into(visits::table).values(row).execute(self.db())?;
        Ok(())
    }

    fn make_subject_key(&mut self, new: &NewVisit) -> Result<Seal, WriteError> {
        let place = new.subject.to_string();
        let sealed =
            new.seal.seal(key_place(&place), new.fresh.as_slice()).map_err(|_| KEY_CORRUPT)?;
        let row = (subject_keys::subject.eq(key(new.subject)), subject_keys::sealed.eq(sealed));
        diesel::insert_into(subject_keys::table).values(row).execute(self.db())?;
        Ok(Seal::new(&new.fresh).map_err(|_| KEY_CORRUPT)?)
    }

    /// Removes visits before an instant, the oldest first, at most `most`; returns how many.
    pub fn sweep_visits(&mut self, before: Timestamp, most: u32) -> Result<usize, WriteError> {
        let old = diesel::alias!(visits as old_visits);
        let oldest = old
            .filter(old.field(visits::at).lt(before.as_micros()))
            .order(old.field(visits::at))
            .select(old.field(visits::session))
            .limit(i64::from(most));
        // The bound once more, so that PostgreSQL does not read the whole table to find a few of many.
        let expired = visits::table
            .filter(visits::at.lt(before.as_micros()))
            .filter(visits::session.eq_any(oldest));
        Ok(diesel::delete(expired).execute(self.db())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_reads_back_and_has_no_control_characters() {
        let address: IpAddr = "2001:db8::1".parse().unwrap();
        for (agent, kept) in
            [(None, None), (Some(""), Some("")), (Some("a\n\u{9b}b"), Some("a\u{fffd}\u{fffd}b"))]
        {
            let visitor = Visitor { address, user_agent: agent.map(str::to_owned) };
            let read = Visitor::read(&visitor.plain()).unwrap();
            assert_eq!(read, Visitor { address, user_agent: kept.map(str::to_owned) });
        }
        let long = Visitor { address, user_agent: Some("ä".repeat(600)) };
        let read = Visitor::read(&long.plain()).unwrap();
        assert_eq!(read.user_agent.unwrap().chars().count(), USER_AGENT);
        assert_eq!(format!("{long:?}"), "Visitor(…)");
    }

    #[test]
    fn a_place_reads_back_and_nothing_else_is_one() {
        let text = format!("1800000000000000-{}", "0f".repeat(16));
        assert_eq!(text.parse::<VisitPlace>().unwrap().to_string(), text);
        for bad in ["", "-", "1-", "1-xyz", "-1-0f", "9999999999999999999-0f"] {
            assert!(bad.parse::<VisitPlace>().is_err(), "{bad}");
        }
    }
}
