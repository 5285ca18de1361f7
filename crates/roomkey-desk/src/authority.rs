//! Authority as a value: whoever holds one of these was checked.

use std::os::unix::fs::MetadataExt;

use roomkey_audit::RequestId;
use roomkey_claims::{
    BackendFacts, BackendRef, DeskRole, RoomId, Scope, SessionRef, SubjectRef, Username,
};
use roomkey_storage::{Asker, Context, Session};

use crate::error::DeskError;

/// Somebody authenticated.
///
/// It comes from the authentication of credentials or from the [`Operator`], and from nowhere else: a handler that
/// forgot to check has none, and cannot make one.
///
/// ```
/// use roomkey_desk::authority::{Admin, Operator};
/// use roomkey_desk::error::DeskError;
///
/// fn at_the_command_line(operator: &Operator) -> Result<Admin, DeskError> {
///     operator.actor().admin()
/// }
/// ```
///
/// A desk alone gives no authority:
///
/// ```compile_fail,E0423
/// use roomkey_desk::authority::{Admin, Operator};
/// use roomkey_desk::desk::Desk;
/// use roomkey_desk::error::DeskError;
///
/// fn in_a_handler(_desk: &Desk) -> Result<Admin, DeskError> {
///     Operator(()).actor().admin()
/// }
/// ```
///
/// Nor can its constructor be called from outside of this crate:
///
/// ```compile_fail,E0624
/// use roomkey_desk::authority::Operator;
///
/// drop(Operator::new());
/// ```
///
/// Credentials that were checked give an actor:
///
/// ```
/// use roomkey_audit::RequestId;
/// use roomkey_desk::authority::Actor;
/// use roomkey_desk::desk::Desk;
/// use roomkey_desk::error::DeskError;
/// use roomkey_desk::sessions::authenticate::Credentials;
///
/// async fn in_a_handler(desk: &Desk, bearer: &str, id: RequestId) -> Result<Actor, DeskError> {
///     desk.sessions.authenticate(&desk.ground, Credentials::Session(bearer), id).await
/// }
/// ```
///
/// What was only claimed does not:
///
/// ```compile_fail,E0624
/// use roomkey_audit::RequestId;
/// use roomkey_desk::authority::Actor;
/// use roomkey_storage::Session;
///
/// fn in_a_handler(session: Session, id: RequestId) -> Actor {
///     Actor::session_of(session, id)
/// }
/// ```
///
/// An actor is no admin by being called one:
///
/// ```compile_fail,E0423
/// use roomkey_desk::authority::{Actor, Admin};
///
/// fn in_a_handler(actor: Actor) -> Admin {
///     Admin(actor)
/// }
/// ```
///
/// And the database cannot be written to past the use cases:
///
/// ```compile_fail,E0624
/// use roomkey_desk::desk::Desk;
///
/// fn in_a_handler(desk: &Desk) {
///     drop(desk.ground.store());
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Actor {
    who: Who,
    request: Option<RequestId>,
}

#[derive(Debug, Clone)]
enum Who {
    Session { session: SessionRef, subject: SubjectRef, username: Username, role: DeskRole },
    Backend { backend: BackendRef, facts: BackendFacts },
    Console { uid: u32 },
}

/// An actor who may change who may enter.
#[derive(Debug, Clone)]
pub struct Admin(Actor);

/// An actor who may read the log.
#[derive(Debug, Clone)]
pub struct Reads(Actor);

/// An actor who may do what a scope says in one room.
#[derive(Debug, Clone)]
pub struct InRoom {
    actor: Actor,
    scope: Scope,
    room: RoomId,
}

/// The authority of a person at the command line of the desk, who can read its database anyway.
///
/// [`Desk::open`](crate::desk::Desk::open) returns it apart from the desk; a server is given the desk alone.
#[derive(Debug)]
pub struct Operator(());

impl Operator {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// The actor at the command line; entries name it by the operating system's number of the user.
    pub fn actor(&self) -> Actor {
        let uid = std::fs::metadata("/proc/self").map_or(u32::MAX, |process| process.uid());
        Actor { who: Who::Console { uid }, request: None }
    }
}

impl Actor {
    /// The user's name; none of a backend or at the command line.
    pub const fn username(&self) -> Option<&Username> {
        match &self.who {
            Who::Session { username, .. } => Some(username),
            Who::Backend { .. } | Who::Console { uid: _ } => None,
        }
    }

    /// How the log names the user; none of a backend or at the command line.
    pub const fn subject(&self) -> Option<SubjectRef> {
        match &self.who {
            Who::Session { subject, .. } => Some(*subject),
            Who::Backend { .. } | Who::Console { uid: _ } => None,
        }
    }

    /// The session; none of a backend or at the command line.
    pub const fn session(&self) -> Option<&SessionRef> {
        match &self.who {
            Who::Session { session, .. } => Some(session),
            Who::Backend { .. } | Who::Console { uid: _ } => None,
        }
    }

    /// The backend, where it is one.
    pub const fn backend(&self) -> Option<&BackendRef> {
        match &self.who {
            Who::Backend { backend, facts: _ } => Some(backend),
            Who::Session { .. } | Who::Console { uid: _ } => None,
        }
    }

    /// The role at the desk; the command line has that of an admin, a backend none.
    pub const fn role(&self) -> Option<DeskRole> {
        match &self.who {
            Who::Session { role, .. } => Some(*role),
            Who::Backend { .. } => None,
            Who::Console { uid: _ } => Some(DeskRole::Admin),
        }
    }

    /// A user whose session runs.
    pub(crate) fn session_of(session: Session, request: RequestId) -> Self {
        let Session { session, subject, username, role, .. } = session;
        Self { who: Who::Session { session, subject, username, role }, request: Some(request) }
    }

    pub(crate) fn backend_of(backend: BackendRef, facts: BackendFacts, request: RequestId) -> Self {
        Self { who: Who::Backend { backend, facts }, request: Some(request) }
    }

    /// This actor as an admin.
    pub fn admin(&self) -> Result<Admin, DeskError> {
        match self.role() {
            Some(DeskRole::Admin) => Ok(Admin(self.clone())),
            Some(DeskRole::User | DeskRole::Auditor) | None => Err(DeskError::NotAllowed),
        }
    }

    /// This actor as one who may read the log.
    pub fn reads_log(&self) -> Result<Reads, DeskError> {
        match self.role() {
            Some(DeskRole::Admin | DeskRole::Auditor) => Ok(Reads(self.clone())),
            Some(DeskRole::User) | None => Err(DeskError::NotAllowed),
        }
    }

    /// This actor as one who may do what `scope` says in a room: an admin everywhere, a backend in the rooms of its patterns.
    pub fn in_room(&self, scope: Scope, room: RoomId) -> Result<InRoom, DeskError> {
        let may = match &self.who {
            Who::Backend { backend: _, facts } => facts.may(scope, &room),
            Who::Session { .. } | Who::Console { uid: _ } => self.admin().is_ok(),
        };
        if may {
            Ok(InRoom { actor: self.clone(), scope, room })
        } else {
            Err(DeskError::NotAllowed)
        }
    }

    /// The request in which the actor acts, where it is one.
    pub(crate) const fn request(&self) -> Option<&RequestId> {
        self.request.as_ref()
    }

    /// What an entry says of the actor.
    pub fn context(&self) -> Context {
        let by = match &self.who {
            Who::Session { session, subject, .. } => {
                roomkey_audit::Actor::Session { session: session.clone(), subject: *subject }
            }
            Who::Backend { backend, facts: _ } => {
                roomkey_audit::Actor::Backend { backend: backend.clone() }
            }
            Who::Console { uid } => roomkey_audit::Actor::Console { uid: *uid },
        };
        Context { by, req: self.request.clone() }
    }

    /// On whose authority the actor asks for a key.
    pub(crate) fn asker(&self) -> Asker {
        match &self.who {
            Who::Session { session, .. } => Asker::Session(session.clone()),
            Who::Backend { backend, facts: _ } => Asker::Backend(backend.clone()),
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

impl InRoom {
    /// The actor.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What it may do there.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Where.
    pub const fn room(&self) -> &RoomId {
        &self.room
    }
}
