//! The public contract of errors: which codes there are, and which error has which.
//!
//! The reference of problems and `roomkey explain` are made of [`PROBLEMS`].

use roomkey_auth::ProjectFault;
use roomkey_desk::error::DeskError;
use roomkey_desk::provider::fault::ProviderFault;
use roomkey_desk::tokens::keyring::KeyringError;
use roomkey_desk::{Refused, StoreError};

use crate::problem::error::ApiError;
use crate::problem::fault::BodyFault;
use crate::problem::vendor::CompatFault;

/// A problem that an answer may name.
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// The stable name; the type of the problem is `urn:roomkey:problem:<code>`.
    pub code: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// The title, the same in every answer.
    pub title: &'static str,
    /// What it means, as one sentence.
    pub meaning: &'static str,
    /// What to do next, as one sentence.
    pub next: &'static str,
}

/// Declares the problems and the list of them: `NAME, code, status, title, meaning, what to do next`.
macro_rules! problems {
    ($($name:ident, $code:literal, $status:literal, $title:literal, $meaning:literal, $next:literal;)*) => {
        $(const $name: ProblemKind = ProblemKind {
            code: $code, status: $status, title: $title, meaning: $meaning, next: $next,
        };)*

        /// Every problem, by status and code.
        pub static PROBLEMS: &[&ProblemKind] = &[$(&$name),*];
    };
}

problems! {
    DUPLICATE_FIELD, "duplicate-field", 400, "Duplicate field",
        "The body names a field twice.", "Name every field once.";
    MALFORMED_JSON, "malformed-json", 400, "Malformed JSON",
        "The body is not one whole JSON text in UTF-8.", "Send exactly one JSON object.";
    MALFORMED_QUERY, "malformed-query", 400, "Malformed query",
        "The query has a parameter that is unknown, or has one twice.", "Send the parameters of the API description, each once.";
    MALFORMED_REQUEST, "malformed-request", 400, "Malformed request",
        "The request does not follow HTTP.", "Mend the client.";
    MISSING_FIELD, "missing-field", 400, "Missing field",
        "The body lacks a field that is required.", "Add the field that the pointer names.";
    SESSION_REFUSED, "session-refused", 400, "Session refused",
        "The session that is asked for is not what the room has, or what the platform makes.", "Ask for what the room has, as the detail says, or let an admin change the room.";
    UNKNOWN_FIELD, "unknown-field", 400, "Unknown field",
        "The body has a field that this request does not know.", "Leave the field out: the desk ignores none, and decides identity, role and grants itself.";
    WRONG_TYPE, "wrong-type", 400, "Wrong type",
        "A field has another JSON type than it should.", "Send the type of the API description: numbers as whole numbers, not as text.";
    BAD_SIGNATURE, "bad-signature", 401, "Signature not valid",
        "The project JWT is not signed with the secret of the backend that it names.", "Check that the caller has the secret of this API key; `roomkey backend add` makes another one.";
    CLIENT_TOKEN, "client-token", 401, "Client token",
        "The JWT is a participant's token for a session, and never a credential.", "Send a project JWT: `iss`, `ist` \"project\", `iat`, `exp`, and nothing of a session.";
    CLOCK_SKEW, "clock-skew", 401, "Clock off, or expired",
        "By the desk's clock the project JWT is expired, or issued in the future; the detail says both times.", "Set the caller's clock by NTP, and make a new JWT for each request.";
    INVALID_CREDENTIALS, "invalid-credentials", 401, "Login failed",
        "The username or the password is wrong, or the user may not log in.", "Check both; an admin can set another password or enable the user.";
    INVALID_PROJECT_JWT, "invalid-project-jwt", 401, "Project JWT not valid",
        "The project JWT is not of the form that the desk takes; the detail says in what.", "Send HS256 with `iss` (the API key), `ist` \"project\", `iat`, `exp` at most 300 s later, and a `jti` where the settings want one.";
    INVALID_TOKEN, "invalid-token", 401, "Session not valid",
        "The session is unknown, ended or expired.", "Log in again.";
    PARTNER_AUTH, "partner-auth", 401, "Deprecated credentials",
        "`X-TB-PARTNER-AUTH` sends the secret itself, and is never accepted.", "Send a project JWT in `X-OPENTOK-AUTH`, or as `Authorization: Bearer`; then change the secret, which was on the wire.";
    REPLAYED_JWT, "replayed-jwt", 401, "Project JWT used before",
        "A project JWT with this `jti` was used before.", "Make a new JWT, with a new `jti`, for each request.";
    UNAUTHENTICATED, "unauthenticated", 401, "Credentials missing",
        "The request needs credentials and has none.", "Send `Authorization: Bearer` with the token of a login.";
    UNKNOWN_API_KEY, "unknown-api-key", 401, "API key unknown",
        "No backend has the API key that the project JWT names, or it was revoked.", "Check the API key; an admin lists the backends with `roomkey backend list`.";
    NOT_ALLOWED, "not-allowed", 403, "Not allowed",
        "You may not do this.", "Ask an admin; where a key was denied, an auditor finds the reason in the log.";
    ORIGIN_NOT_ALLOWED, "origin-not-allowed", 403, "Origin not allowed",
        "The request comes from a page of an origin that is not on the desk's list.", "Add the exact origin to `[cors] allowed_origins` of the settings.";
    NO_SUCH_BACKEND, "no-such-backend", 404, "No such backend",
        "There is no such backend.", "List the backends.";
    NO_SUCH_ENTRY, "no-such-entry", 404, "No such entry",
        "The log has no entry of that name.", "Look for it with `GET /v1/audit/events`.";
    NO_SUCH_MEMBER, "no-such-member", 404, "No such member",
        "The user is no member there.", "List the members of the room; scene and event belong to a member's place.";
    NO_SUCH_ROOM, "no-such-room", 404, "No such room",
        "There is no such room.", "List the rooms.";
    NO_SUCH_SESSION, "no-such-session", 404, "No such session",
        "No meeting of the room has this session.", "List the meetings of the room.";
    NO_SUCH_USER, "no-such-user", 404, "No such user",
        "There is no such user.", "List the users.";
    NOT_FOUND, "not-found", 404, "Not found",
        "There is nothing at this path.", "Look at `/openapi.json` for the paths that there are.";
    METHOD_NOT_ALLOWED, "method-not-allowed", 405, "Method not allowed",
        "The path does not know this method.", "Use a method of the header `Allow`.";
    REQUEST_TIMEOUT, "request-timeout", 408, "Request timed out",
        "The request was not whole, or not answered, within its deadline.", "Send it again, without pauses; look at the log before repeating a change.";
    BACKEND_EXISTS, "backend-exists", 409, "API key taken",
        "The new API key was taken, by chance.", "Add the backend again.";
    DID_EXISTS, "did-exists", 409, "DID taken",
        "Another user has that DID.", "Check the DID.";
    LAST_ADMIN, "last-admin", 409, "Last admin",
        "This is the last enabled admin.", "Make another admin first.";
    MEETING_ACCOUNT, "meeting-account", 409, "Meeting of another account",
        "The running meeting is in a session of another account than the room's profile has now.", "Let an admin start a new meeting.";
    MEETING_RACED, "meeting-raced", 409, "Meeting started elsewhere",
        "Another meeting started in the meantime.", "List the meetings of the room, then try again where it is still wanted.";
    MEETING_RUNS, "meeting-runs", 409, "A meeting runs",
        "A meeting runs in this room, whose channel the client of this surface does not know.", "Use `POST /agora/token`, whose answer names the channel, or end the meeting.";
    NO_MEETING, "no-meeting", 409, "No meeting",
        "No meeting runs in that room.", "Start one, or leave it.";
    ROOM_EXISTS, "room-exists", 409, "Room exists",
        "A room of that name exists.", "Choose another name, or change that room.";
    USER_EXISTS, "user-exists", 409, "User exists",
        "A user of that name exists.", "Choose another name.";
    PAYLOAD_TOO_LARGE, "payload-too-large", 413, "Body too large",
        "The body is larger than 64 KiB.", "Send less.";
    UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", 415, "Unsupported media type",
        "The body is not declared as JSON.", "Send `Content-Type: application/json`, without an encoding.";
    BAD_CURSOR, "bad-cursor", 422, "Cursor not valid",
        "The cursor does not belong to these filters, or its run of pages began more than an hour ago.", "Start again without it.";
    DEVICE_REQUIRED, "device-required", 422, "Device required",
        "The room has identities per device.", "Name the device in `deviceId`.";
    EMPTY_WINDOW, "empty-window", 422, "Empty window",
        "The window ends before it begins.", "Give an `until` that is after `from`.";
    FIELD_NOT_ALLOWED, "field-not-allowed", 422, "Field not allowed",
        "A client may not set this field.", "Leave it out: the desk decides identity, role and grants.";
    INEXPRESSIBLE_GRANT, "inexpressible-grant", 422, "Grant not expressible",
        "The room's provider cannot express what the member may do.", "Let an admin give the member another role, or the room another provider.";
    INVALID_VALUE, "invalid-value", 422, "Invalid value",
        "A value does not fit its pattern or its bounds.", "Mend the values that `errors` names.";
    LIFETIME_OUT_OF_BOUNDS, "lifetime-out-of-bounds", 422, "Lifetime out of bounds",
        "The lifetime that was asked for is outside the bounds of the room.", "Ask for one inside them, or for none.";
    NEVER_ISSUED, "never-issued", 422, "Never issued",
        "Keys for Agora Chat are never issued.", "Manage Chat with the vendor's own tools.";
    NO_MESSAGING_ROOM, "no-messaging-room", 422, "No room for messaging",
        "No room decides about keys for messaging alone.", "Set `[compat] agora_rtm_room` of the settings, or ask for a key that admits to a channel and to messaging.";
    NO_NUMBERS, "no-numbers", 422, "Participants are texts",
        "The participants of this room are texts, and the client joins with a number.", "Join with the account that the answer of `POST /agora/token` names.";
    NOT_A_TOKEN, "not-a-token", 422, "Not a token",
        "The text is no token of a format that the desk knows.", "Send one whole token and nothing else.";
    NOT_OF_PROVIDER, "not-of-provider", 422, "Not of this provider",
        "The provider of the profile has no such operation.", "Name a profile whose provider has it.";
    OTHER_ACCOUNT, "other-account", 422, "Another account",
        "The desk assigns the account of a participant, and the client names another one.", "Join with the account that the detail names.";
    OTHER_UID, "other-uid", 422, "Another number",
        "The desk assigns the number of a participant, and the client names another one.", "Join with the number that the detail names.";
    PASSWORD_REFUSED, "password-refused", 422, "Password refused",
        "The password does not fit the rules.", "Choose another one, as the detail says.";
    ROOM_BOUNDS, "room-bounds", 422, "Lifetimes do not fit",
        "The lifetimes of the room contradict each other or the desk's.", "Choose bounds in which some lifetime fits.";
    ROOM_SETTINGS, "room-settings", 422, "Settings do not fit",
        "The room's settings do not fit its provider, or the platform refuses their combination.", "Change them as the detail says.";
    UIDS_EXHAUSTED, "uids-exhausted", 422, "No number left",
        "The user has as many numbers in this room as a user may have, one for each device.", "Use a device that has a number already.";
    UNKNOWN_PROFILE, "unknown-profile", 422, "Unknown provider profile",
        "The settings have no such provider profile.", "Name a profile of the settings, or add it there.";
    USER_REQUIRED, "user-required", 422, "User required",
        "Who asks for somebody else must name the user.", "Name the user.";
    WILDCARD_UID, "wildcard-uid", 422, "Wildcard refused",
        "The number 0 would make a key for anybody.", "Join with the number that the detail names.";
    TOO_MANY_LOGINS, "too-many-logins", 429, "Too many logins",
        "Too many logins from this address or to this account.", "Wait for as long as `Retry-After` says.";
    INTERNAL, "internal", 500, "Internal error",
        "Something failed that should not.", "Give the `requestId` to the operator, whose diagnostics name the cause.";
    PROVIDER_REFUSED, "provider-refused", 502, "Provider refused",
        "The provider was called and refused, or answered what its reference does not describe.", "The operator finds its words in the diagnostics: check the profile's account, key and `api_url`.";
    BUSY, "busy", 503, "Busy",
        "More waits already than the desk takes on.", "Try again after `Retry-After`.";
    LOG_FROZEN, "log-frozen", 503, "Log frozen",
        "The log does not match its last checkpoint, so that nothing is issued or changed any more.", "Its operator must find out why; `roomkey doctor` says what does not match, and `roomkey audit recover` takes the log over.";
    NO_USABLE_KEY, "no-usable-key", 503, "No usable key",
        "The room's provider profile has no key that can sign.", "Its operator must add a key to the settings, or correct them.";
    NOT_READY, "not-ready", 503, "Not ready",
        "The desk cannot issue keys now.", "Look at `checks`.";
    NOT_SIGNED, "not-signed", 503, "Not signed yet",
        "The entry is committed, and not in a signed tree yet.", "Try again after `Retry-After`; a checkpoint is signed about every second while the log grows.";
    PROVIDER_UNAVAILABLE, "provider-unavailable", 503, "Provider unavailable",
        "The provider, which makes the session of a meeting, did not answer in time or failed.", "Try again after `Retry-After`.";
    UNAVAILABLE, "unavailable", 503, "Unavailable",
        "The record could not be committed or read in time; no key was handed out.", "Try again after `Retry-After`.";
}

/// The problem that an error is: the whole public contract.
pub(crate) const fn contract(error: &ApiError) -> &'static ProblemKind {
    match error {
        ApiError::Body { fault: BodyFault::Malformed, .. } => &MALFORMED_JSON,
        ApiError::Body { fault: BodyFault::UnknownField, .. } => &UNKNOWN_FIELD,
        ApiError::Body { fault: BodyFault::DuplicateField, .. } => &DUPLICATE_FIELD,
        ApiError::Body { fault: BodyFault::MissingField, .. } => &MISSING_FIELD,
        ApiError::Body { fault: BodyFault::WrongType, .. } => &WRONG_TYPE,
        ApiError::Compat(fault) => match fault {
            CompatFault::Session(_) => &SESSION_REFUSED,
            CompatFault::NoSuchSession => &NO_SUCH_SESSION,
            CompatFault::OtherAccount { .. } => &OTHER_ACCOUNT,
            CompatFault::NeverIssued => &NEVER_ISSUED,
            CompatFault::NoMessagingRoom => &NO_MESSAGING_ROOM,
        },
        ApiError::Query => &MALFORMED_QUERY,
        ApiError::Malformed => &MALFORMED_REQUEST,
        ApiError::Invalid(_) => &INVALID_VALUE,
        ApiError::FieldNotAllowed(_) => &FIELD_NOT_ALLOWED,
        ApiError::OriginNotAllowed => &ORIGIN_NOT_ALLOWED,
        ApiError::NotFound => &NOT_FOUND,
        ApiError::MethodNotAllowed => &METHOD_NOT_ALLOWED,
        ApiError::Timeout => &REQUEST_TIMEOUT,
        ApiError::TooLarge => &PAYLOAD_TOO_LARGE,
        ApiError::MediaType => &UNSUPPORTED_MEDIA_TYPE,
        ApiError::NotReady(_) => &NOT_READY,
        ApiError::Panicked | ApiError::Framework(_) => &INTERNAL,
        ApiError::Desk(error) => contract_of_desk(error),
    }
}

const fn contract_of_desk(error: &DeskError) -> &'static ProblemKind {
    match error {
        DeskError::Unauthenticated => &UNAUTHENTICATED,
        DeskError::InvalidToken => &INVALID_TOKEN,
        DeskError::ProjectJwt(error) => match error.fault() {
            ProjectFault::Malformed => &INVALID_PROJECT_JWT,
            ProjectFault::ClientToken => &CLIENT_TOKEN,
            ProjectFault::Signature => &BAD_SIGNATURE,
            ProjectFault::Clock => &CLOCK_SKEW,
        },
        DeskError::UnknownApiKey => &UNKNOWN_API_KEY,
        DeskError::ReplayedJwt => &REPLAYED_JWT,
        DeskError::PartnerAuth => &PARTNER_AUTH,
        DeskError::InvalidCredentials => &INVALID_CREDENTIALS,
        DeskError::NotAllowed => &NOT_ALLOWED,
        DeskError::LifetimeOutOfBounds { .. } => &LIFETIME_OUT_OF_BOUNDS,
        DeskError::DeviceRequired => &DEVICE_REQUIRED,
        DeskError::Inexpressible => &INEXPRESSIBLE_GRANT,
        DeskError::NoUsableKey | DeskError::Keyring(KeyringError::NoSuchKey { .. }) => {
            &NO_USABLE_KEY
        }
        DeskError::UserNotAllowed => &FIELD_NOT_ALLOWED,
        DeskError::UserRequired => &USER_REQUIRED,
        DeskError::OtherUid { wildcard: true, .. } => &WILDCARD_UID,
        DeskError::OtherUid { wildcard: false, .. } => &OTHER_UID,
        DeskError::NoNumbers => &NO_NUMBERS,
        DeskError::MeetingAccount => &MEETING_ACCOUNT,
        DeskError::UidsExhausted => &UIDS_EXHAUSTED,
        DeskError::MeetingRuns => &MEETING_RUNS,
        DeskError::RoomSettings(_) => &ROOM_SETTINGS,
        DeskError::NotOfProvider { .. } => &NOT_OF_PROVIDER,
        DeskError::Call(_) | DeskError::BackendShape { .. } => &INVALID_VALUE,
        DeskError::Provider(ProviderFault::Refused { .. } | ProviderFault::Answer) => {
            &PROVIDER_REFUSED
        }
        DeskError::Provider(ProviderFault::Unreachable | ProviderFault::Failed { .. }) => {
            &PROVIDER_UNAVAILABLE
        }
        DeskError::Password(_) => &PASSWORD_REFUSED,
        DeskError::UnknownProfile { .. } => &UNKNOWN_PROFILE,
        DeskError::RoomBounds(_) => &ROOM_BOUNDS,
        DeskError::EmptyWindow => &EMPTY_WINDOW,
        DeskError::NoSuchEntry => &NO_SUCH_ENTRY,
        DeskError::NotSigned => &NOT_SIGNED,
        DeskError::BadCursor => &BAD_CURSOR,
        DeskError::OutOfBounds { .. } => &INVALID_VALUE,
        DeskError::NotAToken => &NOT_A_TOKEN,
        DeskError::HasherBusy => &BUSY,
        DeskError::TooManyLogins(_) => &TOO_MANY_LOGINS,
        DeskError::Refused(refused) => contract_of_refusal(*refused),
        DeskError::Store(StoreError::Busy) => &BUSY,
        DeskError::Store(
            StoreError::Deadline
            | StoreError::Slow
            | StoreError::Stopped
            | StoreError::Database(_)
            | StoreError::Connection(_),
        ) => &UNAVAILABLE,
        DeskError::Store(StoreError::Frozen(_)) => &LOG_FROZEN,
        DeskError::Store(
            StoreError::Corrupt { .. } | StoreError::Entry(_) | StoreError::Panicked,
        ) => &INTERNAL,
        DeskError::PolicyDiffers { .. }
        | DeskError::Keyring(_)
        | DeskError::Seal(_)
        | DeskError::Internal(_) => &INTERNAL,
    }
}

const fn contract_of_refusal(refused: Refused) -> &'static ProblemKind {
    match refused {
        Refused::UserExists => &USER_EXISTS,
        Refused::DidExists => &DID_EXISTS,
        Refused::NoSuchUser => &NO_SUCH_USER,
        Refused::LastAdmin => &LAST_ADMIN,
        Refused::RoomExists => &ROOM_EXISTS,
        Refused::NoSuchRoom => &NO_SUCH_ROOM,
        Refused::NoSuchMember => &NO_SUCH_MEMBER,
        Refused::MeetingRaced => &MEETING_RACED,
        Refused::NoMeeting => &NO_MEETING,
        Refused::NoSuchBackend => &NO_SUCH_BACKEND,
        Refused::BackendExists => &BACKEND_EXISTS,
        Refused::TreeRaced | Refused::NotFrozen => &INTERNAL,
        Refused::SessionUsed => &PROVIDER_REFUSED,
        Refused::JtiUsed => &REPLAYED_JWT,
        Refused::KeyNotInForce => &NO_USABLE_KEY,
        Refused::NotAuthorized | Refused::NoSuchSession => &INVALID_TOKEN,
    }
}

#[cfg(test)]
mod tests;
