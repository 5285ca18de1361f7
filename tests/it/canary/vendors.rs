//! The secrets of the other vendors, and those of backends.

use anyhow::Context;
use roomkey_tests::{Desk, Server, Vendor};
use serde_json::json;

use super::{Canaries, Haystack};
use crate::vendors::{Backend, CERTIFICATE, agora, opentok, vonage};

/// Profiles at all vendors, whose secrets nobody may find.
pub(super) fn prepare(desk: &Desk, vendor: &Vendor, canaries: &mut Canaries) -> anyhow::Result<()> {
    agora(desk)?;
    opentok(desk, vendor)?;
    vonage(desk, vendor)?;
    desk.set("compat", "opentok", "true")?;
    desk.set("compat", "agora", "true")?;
    let known = vendor.credentials();
    let line = known.private_key.lines().nth(5).context("a line of the key")?;
    for (what, secret) in [
        ("Agora's certificate", CERTIFICATE),
        ("OpenTok's secret", &known.secret),
        ("a line of Vonage's private key", line),
    ] {
        canaries.insert(what.to_owned(), secret.to_owned());
    }
    Ok(())
}

/// Keys of all vendors, the calls that they need, and a backend, well and badly used.
pub(super) fn over_http(
    server: &Server,
    vendor: &Vendor,
    canaries: &mut Canaries,
    hay: &mut Haystack,
) -> anyhow::Result<()> {
    let ada = server.login("ada")?;
    canaries.insert("another session token".to_owned(), ada.bearer().to_owned());
    let backend = Backend::add(server, &["*"], &["issue", "meetings", "disconnect"])?;
    canaries.insert("a backend's secret".to_owned(), backend.secret.clone());
    for (path, room) in
        [("/opentok/token", "call-1"), ("/vonage/token", "talk-1"), ("/agora/token", "seats-1")]
    {
        let key = ada.post(path, &json!({ "roomId": room }))?.is(200)?.text_at("/token")?;
        canaries.insert(format!("a key of {path}"), key);
        let jwt = backend.jwt_with(|claims| claims["jti"] = room.into());
        let body = json!({ "roomId": room, "user": "ada" });
        let client = server.anonymous().with_bearer(&jwt);
        let key = client.post(path, &body)?.is(200)?.text_at("/token")?;
        canaries.insert(format!("a backend's key of {path}"), key);
        hay.answer(&client.post(path, &body)?.is(401)?);
        hay.answer(&server.anonymous().get(&format!("/v1/rooms/{jwt}"))?);
        canaries.insert(format!("a project JWT for {path}"), jwt);
    }
    let sample = ada.get("/compat/opentok/room/call-1")?.is(200)?.text_at("/token")?;
    canaries.insert("a key of a sample server's path".to_owned(), sample);
    let both = format!("{}:{}", backend.key, backend.secret);
    let partner = server.anonymous();
    let partner = partner.request("POST", "/compat/opentok/call-1/session/create");
    hay.answer(&partner.header("X-TB-PARTNER-AUTH", &both).send()?.is(403)?);
    hay.answer(&ada.get("/compat/agora/rtc/seats-1/publisher/uid/0/")?.is(422)?);
    for call in vendor.requests() {
        let headers = ["x-opentok-auth", "authorization"];
        let credential = headers.iter().find_map(|name| call.headers.get(*name));
        let credential = credential.context("a call with its credential")?;
        let name = format!("the credential of a call for {}", call.claims);
        canaries.insert(name, credential.trim_start_matches("Bearer ").to_owned());
    }
    for arguments in [
        &["backend", "list"][..],
        &["backend", "list", "--json"],
        &["archive", "list", "--provider", "call"],
    ] {
        let said = server.try_run(arguments, "")?;
        hay.add(format!("roomkey {}", arguments.join(" ")), said.stdout + &said.stderr);
    }
    hay.answer(&server.admin()?.get("/v1/backends")?.is(200)?);
    Ok(())
}
