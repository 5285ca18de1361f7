//! What time does to sessions, and what a login does to old password hashes.

use std::time::Duration;

use actix_web::http::Method;
use roomkey_auth::HashSettings;
use roomkey_tests::Kind;
use serde_json::json;

use roomkey_claims::PasswordHash;
use roomkey_desk::users;

use super::app::{App, PASSWORD};

on_both! {async:
    a_session_ends_for_want_of_use_and_use_keeps_it,
    a_session_ends_at_last_whatever_its_use,
    a_password_change_ends_every_session_and_needs_the_old_one,
    a_login_replaces_a_hash_that_is_weaker_than_the_settings,
}

async fn a_session_ends_for_want_of_use_and_use_keeps_it(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    for _ in 0..3 {
        app.clock.advance(Duration::from_mins(29));
        app.get("/v1/me", &ada).await?.is(200)?;
        // The use is noted behind the answer, by the same committer that this change waits for.
        app.log().await?;
    }
    app.clock.advance(Duration::from_mins(31));
    let answer = app.get("/v1/me", &ada).await?;
    assert!(answer.header("www-authenticate").contains("invalid_token"));
    answer.is(401)?;
    Ok(())
}

async fn a_session_ends_at_last_whatever_its_use(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let ada = app.login("ada").await?;
    for _ in 0..35 {
        app.clock.advance(Duration::from_mins(20));
        app.get("/v1/me", &ada).await?.is(200)?;
        app.log().await?;
    }
    app.clock.advance(Duration::from_mins(20));
    app.get("/v1/me", &ada).await?.is(401)?;
    Ok(())
}

async fn a_password_change_ends_every_session_and_needs_the_old_one(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let (one, two) = (app.login("ada").await?, app.login("ada").await?);
    let change = |current: &str| json!({"currentPassword": current, "newPassword": "another fine long passphrase"});
    app.call(&Method::PUT, "/v1/me/password", &one, Some(change("wrong horse battery staple")))
        .await?
        .is(401)?;
    app.get("/v1/me", &two).await?.is(200)?;
    app.call(&Method::PUT, "/v1/me/password", &one, Some(change(PASSWORD))).await?.is(204)?;
    for token in [one, two] {
        app.get("/v1/me", &token).await?.is(401)?;
    }
    app.log().await?;
    Ok(())
}

/// What is stored of a password.
async fn stored(app: &App) -> PasswordHash {
    let admin = app.operator.actor().admin().unwrap();
    users::show(&app.desk.ground, &admin, "ada".parse().unwrap()).await.unwrap().password
}

async fn a_login_replaces_a_hash_that_is_weaker_than_the_settings(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    app.login("ada").await?;
    let before = stored(&app).await;
    assert!(before.as_str().contains("m=7168,t=5,p=1"));
    let app = app.restart(HashSettings::OWASP)?;
    app.clock.advance(Duration::from_secs(1));
    let log = app.log().await?.len();
    app.login("ada").await?;
    let after = stored(&app).await;
    assert!(after.as_str().contains("m=19456,t=2,p=1"), "{}", after.as_str());
    app.login("ada").await?;
    assert_eq!(stored(&app).await, after);
    assert_eq!(
        app.log().await?.len(),
        log + 3,
        "two sessions and one export: a new form of the same password is no entry"
    );
    Ok(())
}
