//! Sessions: made, and left by force.

use std::net::Ipv4Addr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roomkey_claims::{Clock, SystemClock};
use serde_json::{Map, Value, json};

use super::State;
use super::http::{Reply, Request};
use crate::{opentok, place};

const RESOLUTIONS: [&str; 6] =
    ["640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920"];

/// Longest name of an archive, in characters.
const LONGEST_NAME: usize = 80;

/// When sessions were made: no SDK reads it.
const CREATED: &str = "Fri Feb 14 05:14:54 PST 2025";

/// `POST /session/create`.
pub(super) fn create(request: &Request, project: &str, state: &mut State) -> Reply {
    let body = String::from_utf8_lossy(&request.body);
    let Ok(form) = opentok::form(&body) else {
        return Reply::error(400, "Invalid form");
    };
    let is_form = request.header("content-type").starts_with("application/x-www-form-urlencoded");
    if !is_form && !body.is_empty() {
        return Reply::error(400, "Invalid content type");
    }
    let is_relayed = match is_relayed(&form) {
        Ok(is_relayed) => is_relayed,
        Err(message) => return Reply::error(400, message),
    };
    let session = mint(project, is_relayed);
    state.sessions.push(session.clone());
    if request.header("accept").contains("application/json") {
        made(&session, project)
    } else {
        Reply::xml(
            200,
            &format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><sessions><Session>\
                 <session_id>{session}</session_id><partner_id>{project}</partner_id>\
                 <create_dt>{CREATED}</create_dt></Session></sessions>"
            ),
        )
    }
}

/// The answer about a session that was made.
pub(super) fn made(session: &str, project: &str) -> Reply {
    let session = json!({
        "session_id": session, "project_id": project, "partner_id": project, "create_dt": CREATED,
        "session_status": null, "status_invalid": null, "media_server_hostname": null,
        "messaging_server_url": null, "messaging_url": null, "symphony_address": null,
        "properties": null, "ice_server": null, "session_segment_id": place::random_hex(32),
        "ice_servers": null, "ice_credential_expiration": 86_100,
    });
    Reply::json(200, &json!([session]))
}

/// Checks the options and their combinations; whether media is relayed.
fn is_relayed(form: &Map<String, Value>) -> Result<bool, &'static str> {
    let option = |name: &str| {
        form.get(name).and_then(Value::as_str).filter(|value| !value.is_empty() && *value != "null")
    };
    let is_relayed = match option("p2p.preference") {
        None | Some("disabled") => false,
        Some("enabled") => true,
        Some(_) => return Err("Invalid p2p.preference"),
    };
    let is_archived = match option("archiveMode") {
        None | Some("manual") => false,
        Some("always") => true,
        Some(_) => return Err("Invalid archiveMode"),
    };
    let is_encrypted = match option("e2ee").map(str::to_ascii_lowercase).as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err("Invalid e2ee"),
    };
    if is_archived && is_relayed {
        return Err("Only routed sessions can be archived");
    }
    if is_encrypted && (is_archived || is_relayed) {
        return Err("Only routed sessions that are not archived can be encrypted");
    }
    let (name, resolution) = (option("archiveName"), option("archiveResolution"));
    if !is_archived && (name.is_some() || resolution.is_some()) {
        return Err("archiveName and archiveResolution need archiveMode always");
    }
    if name.is_some_and(|name| LONGEST_NAME < name.chars().count()) {
        return Err("Invalid archiveName");
    }
    if resolution.is_some_and(|resolution| !RESOLUTIONS.contains(&resolution)) {
        return Err("Invalid archiveResolution");
    }
    if option("location").is_some_and(|location| location.parse::<Ipv4Addr>().is_err()) {
        return Err("Invalid location");
    }
    Ok(is_relayed)
}

/// An id that every SDK takes.
fn mint(project: &str, is_relayed: bool) -> String {
    let now = SystemClock.now().as_micros() / 1_000;
    let relayed = if is_relayed { "P" } else { "" };
    let text = format!("1~{project}~~{now}~{}~{relayed}~", place::random_hex(24));
    format!("1_{}", URL_SAFE_NO_PAD.encode(text))
}

/// `DELETE /v2/project/{project}/session/{session}/connection/{connection}`.
pub(super) fn disconnect(session: &str, connection: &str, project: &str, state: &State) -> Reply {
    if !opentok::project_of(session).is_ok_and(|of| of == project) || connection.is_empty() {
        return Reply::error(400, "Invalid session or connection");
    }
    if state.gone.contains(connection) {
        return Reply::error(404, "Connection not found");
    }
    Reply::empty(204).with_header("Content-Type", "application/json")
}
