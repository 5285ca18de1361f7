//! The first admin: made with a random password where `--dev` is on, told how to be made everywhere else.

use roomkey_claims::{DeskRole, Username};
use roomkey_desk::authority::Operator;
use roomkey_desk::desk::Desk;
use roomkey_desk::error::DeskError;
use roomkey_desk::users;
use roomkey_desk::users::NewUserRequest;
use roomkey_storage::Refused;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::commands::init::random;
use crate::output;

/// Looks whether anybody can log in.
///
/// No default password exists: with `--dev` a random one is printed once, to standard error and not to the diagnostics.
pub(super) async fn ensure(desk: &Desk, operator: &Operator, dev: bool) -> anyhow::Result<()> {
    let admin = operator.actor().admin()?;
    if !users::list(&desk.ground, &admin, None, 1).await?.data.is_empty() {
        return Ok(());
    }
    if !dev {
        tracing::warn!("there is no user yet: roomkey user add root --role admin");
        return Ok(());
    }
    let parts: Vec<_> = (0..5).map(|_| random(5)).collect();
    let password =
        Zeroizing::new(parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join("-"));
    let username: Username = "root".parse()?;
    let request = NewUserRequest {
        username,
        password: SecretString::from(password.as_str()),
        role: DeskRole::Admin,
        did: None,
        display_name: None,
    };
    match users::add(&desk.ground, &desk.sessions, &admin, request).await {
        Ok(_) => output::note(format_args!(
            "\n  Log in as root with the password {}\n  It is shown this once; another one: roomkey --dev user set-password root\n",
            password.as_str()
        )),
        // Somebody at the command line was quicker.
        Err(DeskError::Refused(Refused::UserExists)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
