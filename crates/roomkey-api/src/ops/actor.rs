//! Authority as a value: whoever holds one of these was checked.

use std::os::unix::fs::MetadataExt;

use roomkey_audit::RequestId;
use roomkey_auth::SessionToken;
use roomkey_claims::{DeskRole, SessionRef, SubjectRef, Username};
use roomkey_storage::{Asker, Context, Session};

use crate::ops::desk::committed;
use crate::ops::{Desk, OpsError};

/// Somebody authenticated.
///
/// It comes from the authentication of a request or from [`Console::open`], and from nowhere else: a handler that
/// forgot to check has none.
#[derive(Debug, Clone)]
pub struct Actor {
    who: Who,
    request: Option<RequestId>,
}

#[derive(Debug, Clone)]
enum Who {
    Session { session: SessionRef, subject: SubjectRef, username: Username, role: DeskRole },
    Console { uid: u32 },
}

/// An actor who may change who may enter.
#[derive(Debug, Clone)]
pub struct Admin(Actor);

/// An actor who may read the log.
#[derive(Debug, Clone)]
pub struct Reads(Actor);

/// A person at the command line of the desk, with the authority of whoever can read its database.
#[derive(Debug, Clone, Copy)]
pub struct Console;

impl Console {
    /// The actor at the command line; entries name it by the operating system's number of the user.
    pub fn open(_desk: &Desk) -> Actor {
        let uid = std::fs::metadata("/proc/self").map_or(u32::MAX, |process| process.uid());
        Actor { who: Who::Console { uid }, request: None }
    }
}

impl Actor {
    /// The user's name; none at the command line.
    pub const fn username(&self) -> Option<&Username> {
        match &self.who {
            Who::Session { username, .. } => Some(username),
            Who::Console { uid: _ } => None,
        }
    }

    /// How the log names the user; none at the command line.
    pub const fn subject(&self) -> Option<SubjectRef> {
        match &self.who {
            Who::Session { subject, .. } => Some(*subject),
            Who::Console { uid: _ } => None,
        }
    }

    /// The session; none at the command line.
    pub const fn session(&self) -> Option<&SessionRef> {
        match &self.who {
            Who::Session { session, .. } => Some(session),
            Who::Console { uid: _ } => None,
        }
    }

    /// The role at the desk; the command line has that of an admin.
    pub const fn role(&self) -> DeskRole {
        match &self.who {
            Who::Session { role, .. } => *role,
            Who::Console { uid: _ } => DeskRole::Admin,
        }
    }

    /// This actor as an admin.
    pub fn admin(&self) -> Result<Admin, OpsError> {
        match self.role() {
            DeskRole::Admin => Ok(Admin(self.clone())),
            DeskRole::User | DeskRole::Auditor => Err(OpsError::NotAllowed),
        }
    }

    /// This actor as one who may read the log.
    pub fn reads_log(&self) -> Result<Reads, OpsError> {
        match self.role() {
            DeskRole::Admin | DeskRole::Auditor => Ok(Reads(self.clone())),
            DeskRole::User => Err(OpsError::NotAllowed),
        }
    }

    /// What an entry says of the actor.
    pub fn context(&self) -> Context {
        let by = match &self.who {
            Who::Session { session, subject, .. } => {
                roomkey_audit::Actor::Session { session: session.clone(), subject: *subject }
            }
            Who::Console { uid } => roomkey_audit::Actor::Console { uid: *uid },
        };
        Context { by, req: self.request.clone() }
    }

    /// On whose authority the actor asks for a key.
    pub(crate) fn asker(&self) -> Asker {
        match &self.who {
            Who::Session { session, .. } => Asker::Session(session.clone()),
            Who::Console { uid: _ } => Asker::Console,
        }
    }
}

impl Admin {
    /// The actor.
    pub const fn actor(&self) -> &Actor {
        &self.0
    }
}

impl Reads {
    /// The actor.
    pub const fn actor(&self) -> &Actor {
        &self.0
    }
}

impl Desk {
    /// Who presents this bearer: a session token of a user who is enabled, not ended, not expired, not idle.
    ///
    /// The use of the session is noted when a tenth of its idle time has gone by, not at every request.
    pub(crate) async fn authenticate(
        &self,
        bearer: &str,
        request: RequestId,
    ) -> Result<Actor, OpsError> {
        let token = SessionToken::parse(bearer).map_err(|_| OpsError::InvalidToken)?.hash();
        let session = committed(self.store().session(token)?).await?;
        let now = self.clock().now();
        let live = |session: &Session| {
            !session.ended && session.enabled && session.ends_at > now && session.idle_at > now
        };
        let session = session.filter(live).ok_or(OpsError::InvalidToken)?;
        let who = Who::Session {
            session: session.session.clone(),
            subject: session.subject,
            username: session.username,
            role: session.role,
        };
        let actor = Actor { who, request: Some(request) };
        if session.idle_at.minus(session.idle).plus(session.idle / 10) < now {
            let name = session.session;
            let noted = self
                .store()
                .write_detached(actor.context(), move |writer| writer.touch_session(&name));
            if let Err(error) = noted {
                // Best effort: the next use is noted instead.
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "the use of a session was not noted"
                );
            }
        }
        Ok(actor)
    }
}
