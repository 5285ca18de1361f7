//! What is counted within a minute instead of recorded one by one.

use std::time::Duration;

use roomkey_audit::Event;
use roomkey_claims::{Clock, Reason};
use roomkey_desk::work::counts::record;
use roomkey_tests::Kind;
use serde_json::json;

use super::app::{App, NOW};

on_both! {async:
    denials_past_ten_in_a_minute_become_one_entry,
    failed_logins_are_counted_by_address_prefix_and_never_by_name,
}

async fn denials_past_ten_in_a_minute_become_one_entry(kind: Kind) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    let root = app.login("root").await?;
    for _ in 0..15 {
        app.post("/v1/tokens", &root, json!({"roomId": "stage-1"})).await?.is(403)?;
    }
    app.post("/v1/tokens", &root, json!({"roomId": "elsewhere"})).await?.is(403)?;
    record(&app.desk, Some(app.clock.now())).await.unwrap();
    assert_eq!(app.log_of("token.denied").await?.len(), 11);
    assert!(app.log_of("denials.aggregated").await?.is_empty(), "the minute is not over");
    app.clock.advance(Duration::from_mins(1));
    record(&app.desk, Some(app.clock.now())).await.unwrap();
    record(&app.desk, Some(app.clock.now())).await.unwrap();
    let log = app.log_of("denials.aggregated").await?;
    let Event::DenialsAggregated { room, reason, minute, count } = &log[0].event else { panic!() };
    let (room, minute) = (room.as_ref().map(|room| room.as_str()), *minute);
    assert_eq!(
        (room, *reason, minute, *count, log.len()),
        (Some("stage-1"), Reason::NotAMember, NOW, 5, 1)
    );
    Ok(())
}

async fn failed_logins_are_counted_by_address_prefix_and_never_by_name(
    kind: Kind,
) -> anyhow::Result<()> {
    let app = App::new(kind).await?;
    for (username, password) in
        [("ada", "a wrong password here"), ("nobody-secret", "x"), ("Ada\u{0}", "y")]
    {
        app.post("/v1/login", "", json!({"username": username, "password": password}))
            .await?
            .is(401)?;
    }
    record(&app.desk, None).await.unwrap();
    let log = app.log_of("login.failed").await?;
    let text = serde_json::to_string(&log).unwrap();
    assert!(text.contains("203.0.113.0/24") && text.contains("\"count\":3"), "{text}");
    assert!(
        !text.contains("ada") && !text.contains("secret") && !text.contains("203.0.113.7"),
        "{text}"
    );
    Ok(())
}
