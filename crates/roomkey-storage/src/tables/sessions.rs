//! Sessions of logged-in users; of a token only its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use diesel::prelude::*;
use roomkey_audit::{Actor, EndReason, Event};
use roomkey_claims::{
    DeskRole, RENEWABLE_AFTER_EXPIRY, SessionFacts, SessionRef, SessionTokenHash, SubjectRef,
    Timestamp, Username,
};

use crate::db::columns;
use crate::db::connection::Db;
use crate::db::error::{Refused, StoreError, WriteError};
use crate::db::reader::Reader;
use crate::db::schema::{sessions, users};
use crate::db::writer::Writer;

/// For how long a session is kept after its absolute end.
const KEPT_PAST_END: Duration = RENEWABLE_AFTER_EXPIRY;

/// A session with what is known of its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// How the log names the session.
    pub session: SessionRef,
    /// Whose it is.
    pub subject: SubjectRef,
    /// The user's name.
    pub username: Username,
    /// The user's role at the desk.
    pub role: DeskRole,
    /// Whether the user is enabled.
    pub enabled: bool,
    /// Its absolute end.
    pub ends_at: Timestamp,
    /// When it ends for want of use.
    pub idle_at: Timestamp,
    /// For how long it may stay unused.
    pub idle: Duration,
    /// Whether it was ended.
    pub ended: bool,
}

/// A session to be started.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The hash of its token.
    pub token: SessionTokenHash,
    /// Whose it is.
    pub subject: SubjectRef,
    /// The stored password that was verified; the session starts only where it is still the user's.
    pub verified: roomkey_claims::PasswordHash,
    /// How long it may last.
    pub absolute: Duration,
    /// For how long it may stay unused.
    pub idle: Duration,
}

fn idle_at(used_at: i64, idle_seconds: i32) -> Timestamp {
    Timestamp::from_micros(
        used_at.saturating_add(i64::from(idle_seconds).saturating_mul(1_000_000)),
    )
}

pub(crate) fn facts(
    db: &mut Db,
    refs: &BTreeSet<&SessionRef>,
) -> Result<BTreeMap<SessionRef, SessionFacts>, StoreError> {
    let keys: Vec<&str> = refs.iter().map(|session| session.as_str()).collect();
    let rows: Vec<(String, Vec<u8>, i64, i32, i64, bool)> = sessions::table
        .filter(sessions::session.eq_any(keys))
        .select((
            sessions::session,
            sessions::subject,
            sessions::ends_at,
            sessions::idle_seconds,
            sessions::used_at,
            sessions::ended,
        ))
        .load(db)?;
    rows.into_iter()
        .map(|(session, subject, ends_at, idle_seconds, used_at, ended)| {
            let facts = SessionFacts {
                subject: SubjectRef::new(columns::uuid("sessions.subject", &subject)?),
                ends_at: Timestamp::from_micros(ends_at),
                idle_at: idle_at(used_at, idle_seconds),
                ended,
            };
            Ok((columns::text("sessions.session", &session)?, facts))
        })
        .collect()
}

type Row = (Vec<u8>, String, Vec<u8>, i64, i32, i64, bool, String, String, bool);

fn session(row: &Row) -> Result<(SessionTokenHash, Session), StoreError> {
    let (token, session, subject, ends_at, idle_seconds, used_at, ended, username, role, enabled) =
        row;
    let session = Session {
        session: columns::text("sessions.session", session)?,
        subject: SubjectRef::new(columns::uuid("sessions.subject", subject)?),
        username: columns::text("users.username", username)?,
        role: columns::text("users.role", role)?,
        enabled: *enabled,
        ends_at: Timestamp::from_micros(*ends_at),
        idle_at: idle_at(*used_at, *idle_seconds),
        idle: Duration::from_secs(columns::number(
            "sessions.idle_seconds",
            i64::from(*idle_seconds),
        )?),
        ended: *ended,
    };
    Ok((SessionTokenHash::new(columns::hash("sessions.token_hash", token)?), session))
}

impl Reader<'_> {
    /// The sessions of tokens, whatever their state.
    pub fn sessions(
        &mut self,
        tokens: &[SessionTokenHash],
    ) -> Result<BTreeMap<SessionTokenHash, Session>, StoreError> {
        let keys: BTreeSet<Vec<u8>> =
            tokens.iter().map(|token| token.as_bytes().to_vec()).collect();
        let rows: Vec<Row> = sessions::table
            .inner_join(users::table)
            .filter(sessions::token_hash.eq_any(keys))
            .filter(users::erased_at.is_null())
            .select((
                sessions::token_hash,
                sessions::session,
                sessions::subject,
                sessions::ends_at,
                sessions::idle_seconds,
                sessions::used_at,
                sessions::ended,
                users::username,
                users::role,
                users::enabled,
            ))
            .load(self.db)?;
        rows.iter().map(session).collect()
    }
}

impl Writer<'_> {
    /// Refuses unless whoever acts still is logged in and enabled, with one of `roles`; a console always is.
    ///
    /// The change and this check stand in one transaction, so that replay finds every change authorized.
    pub fn require(&mut self, roles: &[DeskRole]) -> Result<(), WriteError> {
        let (session, subject) = match &self.context().by {
            Actor::Console { uid: _ } | Actor::System => return Ok(()),
            Actor::Session { session, subject } => (session.clone(), *subject),
            Actor::Backend { backend: _ } | Actor::Address { prefix: _ } => {
                return Err(Refused::NotAuthorized.into());
            }
        };
        let at = self.at();
        let live = facts(self.db(), &[&session].into())?.remove(&session).is_some_and(|facts| {
            !facts.ended && facts.ends_at > at && facts.idle_at > at && facts.subject == subject
        });
        let user = crate::tables::users::facts(self.db(), &[subject].into())?.remove(&subject);
        let may = user.is_some_and(|user| user.enabled && roles.contains(&user.role));
        if live && may { Ok(()) } else { Err(Refused::NotAuthorized.into()) }
    }

    /// Starts a session; returns its absolute end.
    ///
    /// Refuses where the user was disabled or got another password since it was verified.
    pub fn start_session(&mut self, new: &NewSession) -> Result<Timestamp, WriteError> {
        let user = Reader { db: self.db() }.user_by_subject(new.subject)?;
        if !user.is_some_and(|user| user.enabled && user.password == new.verified) {
            return Err(Refused::NoSuchUser.into());
        }
        let started = self.at();
        let ends_at = started.plus(new.absolute);
        let idle_seconds = i32::try_from(new.idle.as_secs()).unwrap_or(i32::MAX);
        let session = new.token.session_ref();
        let values = (
            sessions::session.eq(session.as_str()),
            sessions::token_hash.eq(new.token.as_bytes().to_vec()),
            sessions::subject.eq(new.subject.as_uuid().into_bytes().to_vec()),
            sessions::started_at.eq(started.as_micros()),
            sessions::ends_at.eq(ends_at.as_micros()),
            sessions::idle_seconds.eq(idle_seconds),
            sessions::used_at.eq(started.as_micros()),
            sessions::ended.eq(false),
        );
        diesel::insert_into(sessions::table).values(values).execute(self.db())?;
        let idle_seconds = u32::try_from(idle_seconds).unwrap_or(0);
        self.append(Event::SessionStarted {
            session,
            subject: new.subject,
            ends_at,
            idle_seconds,
        })?;
        Ok(ends_at)
    }

    /// Ends a session.
    pub fn end_session(
        &mut self,
        session: &SessionRef,
        reason: EndReason,
    ) -> Result<u64, WriteError> {
        let live = sessions::table.find(session.as_str()).filter(sessions::ended.eq(false));
        let subject: Option<Vec<u8>> =
            live.select(sessions::subject).first(self.db()).optional()?;
        let subject = subject.ok_or(Refused::NoSuchSession)?;
        diesel::update(sessions::table.find(session.as_str()))
            .set(sessions::ended.eq(true))
            .execute(self.db())?;
        let subject = SubjectRef::new(columns::uuid("sessions.subject", &subject)?);
        Ok(self.append(Event::SessionEnded { session: session.clone(), subject, reason })?)
    }

    /// Removes sessions whose absolute end was before an instant, the oldest first, at most `most`; returns how many.
    ///
    /// A row is kept for a day after the session's end, whatever `before` says. A ticket whose session has no row is
    /// denied as if the session had been ended. Replay still knows the session, and accepts that reason only if the
    /// session is past its end by the clock of the entry. So the row must outlive every request that it authenticated,
    /// even if a clock that was ahead is set back in the meantime. Replay keeps expired sessions for a day, too.
    ///
    /// Visits do not refer to the row, so they stay as long as the settings say.
    pub fn sweep_expired_sessions(
        &mut self,
        before: Timestamp,
        most: u32,
    ) -> Result<usize, WriteError> {
        let before = before.min(self.at().minus(KEPT_PAST_END));
        let old = diesel::alias!(sessions as old_sessions);
        let oldest = old
            .filter(old.field(sessions::ends_at).lt(before.as_micros()))
            .order(old.field(sessions::ends_at))
            .select(old.field(sessions::session))
            .limit(i64::from(most));
        // The bound once more, so that PostgreSQL does not read the whole table to find a few of many.
        let expired = sessions::table
            .filter(sessions::ends_at.lt(before.as_micros()))
            .filter(sessions::session.eq_any(oldest));
        Ok(diesel::delete(expired).execute(self.db())?)
    }

    /// Notes that a session was used at the time of the transaction: no entry, since it only defers the idle deadline.
    pub fn touch_session(&mut self, session: &SessionRef) -> Result<(), WriteError> {
        let at = self.at().as_micros();
        let live = sessions::table.find(session.as_str()).filter(sessions::used_at.lt(at));
        diesel::update(live).set(sessions::used_at.eq(at)).execute(self.db())?;
        Ok(())
    }
}
