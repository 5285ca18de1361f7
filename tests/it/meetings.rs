//! Meetings: each use of a room has a room of its own at the provider.

use roomkey_tests::scene::on;
use roomkey_tests::{Kind, Log, Server};

use crate::issue::claims;

on_both! {
    a_new_meeting_is_closed_to_the_keys_of_the_old_one,
    there_is_nothing_to_end_where_nothing_runs,
}

/// Where ada's next key leads.
fn room(server: &Server) -> anyhow::Result<String> {
    let claims = claims(server, &server.user("ada")?.key("stage-1")?.is(200)?)?;
    Ok(claims["video"]["room"].as_str().unwrap_or_default().to_owned())
}

fn a_new_meeting_is_closed_to_the_keys_of_the_old_one(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        assert_eq!(room(server)?, "stage-1");
        server.run(&["meeting", "start", "stage-1"])?;
        assert_eq!(room(server)?, "stage-1~1");
        server.run(&["meeting", "start", "stage-1"])?;
        assert_eq!(room(server)?, "stage-1~2");
        server.run(&["meeting", "end", "stage-1"])?;
        assert_eq!(room(server)?, "stage-1");
        server.run(&["meeting", "start", "stage-1"])?;
        assert_eq!(room(server)?, "stage-1~3", "numbers are not used twice");
        let log = Log::export(server)?;
        assert_eq!(log.of_kind("meeting.started").len(), 3);
        assert_eq!(log.last("token.issued")?["meeting"], 3);
        let listed = server.json(&["meeting", "list", "stage-1"])?;
        assert!(listed.to_string().contains("stage-1~3"), "{listed}");
        Ok(())
    })
}

fn there_is_nothing_to_end_where_nothing_runs(kind: Kind) -> anyhow::Result<()> {
    on(kind, |server| {
        server.try_run(&["meeting", "end", "stage-1"], "")?.failed(1, "no meeting")?;
        server.try_run(&["meeting", "start", "nowhere"], "")?.failed(1, "no such room")?;
        Ok(())
    })
}
