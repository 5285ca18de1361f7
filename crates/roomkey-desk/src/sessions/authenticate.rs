//! Who presents which credentials.

use roomkey_audit::RequestId;
use roomkey_auth::{JtiHash, ProjectJwt, SessionToken, claimed_backend, verify_project_jwt};
use roomkey_claims::BackendRef;
use roomkey_storage::{Backend, Context, Refused, Session};
use secrecy::SecretString;

use crate::authority::Actor;
use crate::error::DeskError;
use crate::ground::Ground;
use crate::ground::committed;
use crate::sessions::Sessions;

/// What a request presents.
#[derive(Clone, Copy)]
pub enum Credentials<'a> {
    /// The token of a login.
    Session(&'a str),
    /// A JWT that a backend made with its secret, for this request.
    ProjectJwt(&'a str),
}

impl std::fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "Session(…)",
            Self::ProjectJwt(_) => "ProjectJwt(…)",
        })
    }
}

impl Sessions {
    /// Who presents these credentials: a user with a session that runs, or a backend that was not revoked.
    pub async fn authenticate(
        &self,
        ground: &Ground,
        credentials: Credentials<'_>,
        request: RequestId,
    ) -> Result<Actor, DeskError> {
        match credentials {
            Credentials::Session(bearer) => self.session_of(ground, bearer, request).await,
            Credentials::ProjectJwt(jwt) => self.backend_of(ground, jwt, request).await,
        }
    }

    /// The use of the session is noted when a tenth of its idle time has gone by, not at every request.
    async fn session_of(
        &self,
        ground: &Ground,
        bearer: &str,
        request: RequestId,
    ) -> Result<Actor, DeskError> {
        let token = SessionToken::parse(bearer).map_err(|_| DeskError::InvalidToken)?.hash();
        let session = committed(ground.store().session(token)?).await?;
        let now = ground.clock().now();
        let live = |session: &Session| {
            !session.ended && session.enabled && session.ends_at > now && session.idle_at > now
        };
        let session = session.filter(live).ok_or(DeskError::InvalidToken)?;
        let name = session.session.clone();
        let noted_at = session.idle_at.minus(session.idle).plus(session.idle / 10);
        let actor = Actor::session_of(session, request);
        if noted_at < now {
            let noted = ground
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

    /// The JWT is verified before its id is used up, so that nobody without the secret uses up anything.
    async fn backend_of(
        &self,
        ground: &Ground,
        jwt: &str,
        request: RequestId,
    ) -> Result<Actor, DeskError> {
        let claimed = claimed_backend(jwt)?;
        let backend = ground.read(move |reader| reader.backend(&claimed)).await?;
        let backend = backend.filter(|backend| !backend.facts.revoked);
        let backend = backend.ok_or(DeskError::UnknownApiKey)?;
        let secret = secret_of(ground, &backend)?;
        let now = ground.clock().now();
        let ProjectJwt { backend: key, jti, expires_at, .. } =
            verify_project_jwt(jwt, &secret, now, self.project_jwts)?;
        let actor = Actor::backend_of(key.clone(), backend.facts, request);
        if let Some(jti) = jti {
            use_up(ground, actor.context(), key, jti, expires_at).await?;
        }
        Ok(actor)
    }
}

fn secret_of(ground: &Ground, backend: &Backend) -> Result<SecretString, DeskError> {
    let secret = backend.secret(ground.store().seal())?;
    let text = std::str::from_utf8(&secret)
        .map_err(|_| DeskError::Internal("a backend's secret is no text"))?;
    Ok(text.into())
}

async fn use_up(
    ground: &Ground,
    context: Context,
    backend: BackendRef,
    jti: JtiHash,
    until: roomkey_claims::Timestamp,
) -> Result<(), DeskError> {
    let used = ground.write(context, move |writer| writer.use_jti(&backend, jti.as_bytes(), until));
    match used.await {
        Err(DeskError::Refused(Refused::JtiUsed)) => Err(DeskError::ReplayedJwt),
        used => used,
    }
}
