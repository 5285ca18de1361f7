//! A user logs in.

use std::net::IpAddr;

use roomkey_audit::RequestId;
use roomkey_auth::{PasswordPolicy, SessionToken, Verdict};
use roomkey_claims::{PasswordHash, Timestamp, Username};
use roomkey_storage::{Context, NewSession, NewVisit, Refused, User, Visitor};
use secrecy::SecretString;

use crate::error::DeskError;
use crate::ground::Ground;
use crate::sessions::visits::Visits;
use crate::sessions::{SessionLifetimes, Sessions};

/// A session that was started.
#[derive(Debug)]
pub struct LoggedIn {
    /// The token, to be shown once.
    pub token: SessionToken,
    /// Its absolute end.
    pub expires_at: Timestamp,
    /// Its end for want of use.
    pub idle_expires_at: Timestamp,
}

impl Sessions {
    /// Checks a password and starts a session.
    ///
    /// An unknown user, a wrong password and a disabled user cost the same and get the same answer.
    pub async fn login(
        &self,
        ground: &Ground,
        visitor: Visitor,
        username: &str,
        password: SecretString,
        request: Option<RequestId>,
    ) -> Result<LoggedIn, DeskError> {
        let from = visitor.address;
        let started = self.check_and_start(ground, visitor, username, password, request);
        let result = self.limited(ground, from, username, started).await;
        let outcome = if result.is_ok() { "ok" } else { "failed" };
        metrics::counter!("roomkey_logins_total", "result" => outcome).increment(1);
        result
    }

    /// Checks a password under the limits on logins, and counts where it was wrong.
    pub(crate) async fn limited<T>(
        &self,
        ground: &Ground,
        from: IpAddr,
        username: &str,
        check: impl Future<Output = Result<T, DeskError>>,
    ) -> Result<T, DeskError> {
        let account = username.to_ascii_lowercase();
        self.throttle.check(from, &account).map_err(DeskError::TooManyLogins)?;
        let result = check.await;
        match &result {
            Ok(_) => self.throttle.succeeded(from, &account),
            Err(DeskError::InvalidCredentials) => {
                let prefix = roomkey_auth::address_prefix(from);
                self.failed_logins.note(prefix, ground.clock().now());
            }
            Err(_) => self.throttle.withdrawn(from, &account),
        }
        result
    }

    /// Tries twice: between the check and the start, another login of the user may have put a stronger form of the same
    /// password into the place of the one that was checked.
    async fn check_and_start(
        &self,
        ground: &Ground,
        visitor: Visitor,
        username: &str,
        password: SecretString,
        request: Option<RequestId>,
    ) -> Result<LoggedIn, DeskError> {
        PasswordPolicy::check_size(&password).map_err(|_| DeskError::InvalidCredentials)?;
        let name = username.parse::<Username>().ok();
        let context = Context { by: address(visitor.address), req: request };
        for _ in 0..2 {
            let found = match name.clone() {
                Some(name) => ground.read(move |reader| reader.user(&name)).await?,
                None => None,
            };
            let (user, rehash) = self.verify(found, password.clone()).await?;
            match self.start_session(ground, context.clone(), &visitor, (user, rehash)).await {
                Err(DeskError::Refused(Refused::NoSuchUser)) => {}
                started => return started,
            }
        }
        Err(DeskError::InvalidCredentials)
    }

    /// Starts a session for a user whose password was checked, and stores a stronger form of it where one was made.
    async fn start_session(
        &self,
        ground: &Ground,
        context: Context,
        visitor: &Visitor,
        (user, rehash): (User, Option<PasswordHash>),
    ) -> Result<LoggedIn, DeskError> {
        let token = SessionToken::mint(ground.ids());
        let SessionLifetimes { absolute, idle } = self.lifetimes;
        let verified = user.password.clone();
        let new =
            NewSession { token: token.hash(), subject: user.subject, verified, absolute, idle };
        let visit = (self.privacy.visits == Visits::On)
            .then(|| NewVisit::new(ground.store().seal(), ground.ids(), &new, visitor.clone()));
        let (at, expires_at) = ground
            .write(context, move |writer| {
                let ends_at = writer.start_session(&new)?;
                if let Some(visit) = visit {
                    writer.record_visit(&visit)?;
                }
                if let Some(password) = rehash {
                    writer.rehash_password(user.subject, &user.password, &password)?;
                }
                Ok((writer.at(), ends_at))
            })
            .await?;
        Ok(LoggedIn { token, expires_at, idle_expires_at: at.plus(idle) })
    }

    /// Does the work of a verification whether there is a user or not; returns the user whose password it is.
    pub(crate) async fn verify(
        &self,
        user: Option<User>,
        password: SecretString,
    ) -> Result<(User, Option<PasswordHash>), DeskError> {
        let stored = user.as_ref().map(|user| user.password.clone());
        let pending = self.hasher.verify(password, stored).map_err(|_| DeskError::HasherBusy)?;
        let verdict = pending.await.map_err(|_| DeskError::HasherBusy)?;
        match (verdict, user) {
            (Verdict::Right { rehash }, Some(user)) if user.enabled => Ok((user, rehash)),
            (Verdict::Unreadable, Some(user)) => {
                tracing::error!(user.subject = %user.subject, "the stored password of a user cannot be read: set a new one");
                Err(DeskError::InvalidCredentials)
            }
            (Verdict::Right { .. } | Verdict::Wrong | Verdict::Unreadable, _) => {
                Err(DeskError::InvalidCredentials)
            }
        }
    }
}

/// The client as entries name it: by its truncated address.
fn address(from: IpAddr) -> roomkey_audit::Actor {
    roomkey_audit::Actor::Address { prefix: roomkey_auth::address_prefix(from) }
}
