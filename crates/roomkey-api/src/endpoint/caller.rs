//! Who may call an operation: the text of the API description, the credentials and the refusal follow from it.

use utoipa::openapi::security::SecurityRequirement;

/// Who may call an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// What the description says behind `**Requires:**`.
    pub(crate) requires: &'static str,
    pub(crate) credentials: Credentials,
    /// Whether an authenticated caller may be refused (`not-allowed`).
    pub(crate) may_be_refused: bool,
}

/// Which credentials an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// None.
    None,
    /// The session of a user.
    Session,
    /// The session of a user, unless the settings open the operation to anybody.
    SessionOrNone,
    /// The session of a user, or a backend's project JWT.
    SessionOrProject,
}

impl Credentials {
    /// How the description says it; `None` where no credentials are read.
    pub(crate) fn security(self) -> Option<Vec<SecurityRequirement>> {
        let scheme = |name: &str| SecurityRequirement::new(name, [""; 0]);
        match self {
            Self::None => None,
            Self::Session => Some(vec![scheme("session")]),
            Self::SessionOrNone => Some(vec![SecurityRequirement::default(), scheme("session")]),
            Self::SessionOrProject => Some(vec![scheme("session"), scheme("project")]),
        }
    }
}

/// Anybody at all.
pub(crate) const ANYONE: Caller =
    Caller { requires: "nothing.", credentials: Credentials::None, may_be_refused: false };

pub(crate) const WHO_KNOWS_THE_PASSWORD: Caller =
    Caller { requires: "nothing but the password.", ..ANYONE };

/// A user of the desk, about itself.
pub(crate) const USER: Caller =
    Caller { requires: "a session.", credentials: Credentials::Session, may_be_refused: false };

pub(crate) const USER_WITH_PASSWORD: Caller =
    Caller { requires: "a session, and the current password.", ..USER };

/// A user who wants to enter a room.
pub(crate) const PARTICIPANT: Caller = Caller {
    requires: "a session of a user who may enter the room. Every refusal is answered with `not-allowed`; the reason is recorded only in the log.",
    credentials: Credentials::Session,
    may_be_refused: true,
};

/// A user who wants to enter a room, or a backend that asks for one.
pub(crate) const PARTICIPANT_OR_BACKEND: Caller = Caller {
    requires: "a session of a user who may enter the room, or a backend with the scope `issue` that names the user. Every refusal is answered with `not-allowed`; the reason is recorded only in the log.",
    credentials: Credentials::SessionOrProject,
    may_be_refused: true,
};

/// The user, or the backend, that asked for the token before.
pub(crate) const HOLDER: Caller = Caller {
    requires: "a session of the user whose key it was, or the backend that asked for it, until 24 h after its expiry. Every refusal is answered with `not-allowed`; the reason is recorded only in the log.",
    ..PARTICIPANT_OR_BACKEND
};

/// A backend that runs the meetings of a room, or an admin.
pub(crate) const MEETING_BACKEND: Caller = Caller {
    requires: "the role `admin`, or a backend with the scope `meetings` in the room.",
    credentials: Credentials::SessionOrProject,
    may_be_refused: true,
};

/// A backend that may disconnect participants of a room, or an admin.
pub(crate) const DISCONNECTING_BACKEND: Caller = Caller {
    requires: "the role `admin`, or a backend with the scope `disconnect` in the room, whose API key the path names.",
    ..MEETING_BACKEND
};

pub(crate) const ADMIN: Caller = Caller {
    requires: "the role `admin`.",
    credentials: Credentials::Session,
    may_be_refused: true,
};

pub(crate) const AUDITOR: Caller = Caller { requires: "the role `auditor` or `admin`.", ..ADMIN };

/// A reader of the signed log, which the settings may open to anybody.
pub(crate) const LOG_READER: Caller = Caller {
    requires: "the role `auditor` or `admin`, unless the settings open the log to anybody.",
    credentials: Credentials::SessionOrNone,
    may_be_refused: true,
};

/// A user who wants to enter an Agora channel in the role that the path names.
pub(crate) const PARTICIPANT_IN_ROLE: Caller = Caller {
    requires: "a session of a user who may enter the room in that role, or a higher one. Every refusal is answered with `not-allowed`; the reason is recorded only in the log.",
    ..PARTICIPANT
};

/// A user who wants to enter a room whose provider is one of the vendor's.
pub(crate) const PARTICIPANT_AT_OPENTOK: Caller = Caller {
    requires: "a session of a user who may enter the room, whose provider is OpenTok or Vonage Video. Every refusal is answered with `not-allowed`; the reason is recorded only in the log.",
    ..PARTICIPANT
};
