//! `roomkey token inspect`.

use roomkey_claims::{Clock, Permissions, Sources, SystemClock, Timestamp};
use roomkey_providers::{Candidate, Inspection};
use serde::Serialize;
use serde_json::Value;

use crate::input;
use crate::invocation::{End, Invocation};
use crate::output::{self, or_dash, yes_no};

/// A token read back, as it is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspected {
    provider: &'static str,
    format: &'static str,
    profile: Option<String>,
    key_id: Option<String>,
    verified: bool,
    issued_at: Option<String>,
    expires_at: Option<String>,
    expired: Option<bool>,
    identity: Option<String>,
    room: Option<String>,
    permissions: Option<Permissions>,
    issuance_id: Option<String>,
    fingerprint: String,
    claims: Value,
}

impl Inspected {
    fn of(inspection: Inspection, now: Timestamp) -> Self {
        Self {
            provider: inspection.provider,
            format: inspection.format,
            profile: inspection.profile.map(String::from),
            key_id: inspection.key_id.map(String::from),
            verified: inspection.verified,
            issued_at: inspection.issued_at.map(|at| at.to_string()),
            expires_at: inspection.expires_at.map(|at| at.to_string()),
            expired: inspection.expires_at.map(|at| at <= now),
            identity: inspection.identity,
            room: inspection.room,
            permissions: inspection.permissions,
            issuance_id: inspection.issuance_id.map(|id| id.to_string()),
            fingerprint: inspection.fingerprint.to_string(),
            claims: inspection.claims,
        }
    }

    fn human(&self) -> String {
        let verified = if self.verified {
            "yes: a key of the settings signed it"
        } else {
            "NO: no key of the settings signed it, so all of this is hearsay"
        };
        let wildcard = self.claims.get("wildcard").and_then(Value::as_bool);
        let warning = if wildcard == Some(true) {
            "A WILDCARD: this token admits anybody, or anywhere; the desk makes none"
        } else {
            ""
        };
        let mut pairs = vec![
            ("WARNING", warning.to_owned()),
            ("provider", format!("{}, {}", self.provider, self.format)),
            ("verified", verified.to_owned()),
            ("profile", or_dash(self.profile.as_ref())),
            ("key", or_dash(self.key_id.as_ref())),
            ("issued", or_dash(self.issued_at.as_ref())),
            ("expires", or_dash(self.expires_at.as_ref())),
            ("expired", or_dash(self.expired.map(yes_no))),
            ("identity", or_dash(self.identity.as_ref())),
            ("room", or_dash(self.room.as_ref())),
            ("permissions", or_dash(self.permissions.as_ref().map(allowed))),
            ("issuance", or_dash(self.issuance_id.as_ref())),
            ("fingerprint", self.fingerprint.clone()),
        ];
        let services = self.claims.get("services").and_then(Value::as_array);
        let services = services.into_iter().flatten();
        pairs.extend(services.map(|service| ("service", described(service))));
        output::pairs(&pairs)
    }
}

/// A service of an Agora token on one line: its name, its privileges with their seconds, and the rest of it.
fn described(service: &Value) -> String {
    let privileges = service.get("privileges").and_then(Value::as_object).into_iter().flatten();
    let privileges: Vec<String> =
        privileges.map(|(name, seconds)| format!("{name} {seconds} s")).collect();
    let known = ["service", "type", "privileges"];
    let rest = service.as_object().into_iter().flatten();
    let rest: Vec<String> = rest
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let name = service.get("service").and_then(Value::as_str).unwrap_or("?");
    let parts = [privileges.join(", "), rest.join(", ")];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{name}: {}", parts.join("; "))
}

/// What a token allows, in words.
fn allowed(permissions: &Permissions) -> String {
    let Permissions { subscribe, publish, data, moderate, sources } = permissions;
    let words = [
        (*subscribe, "subscribe"),
        (*publish, "publish"),
        (*data, "data"),
        (*moderate, "moderate"),
    ];
    let words: Vec<&str> = words.iter().filter(|(has, _)| *has).map(|(_, word)| *word).collect();
    match sources {
        Sources::Only(set) if *publish => {
            let names: Vec<&str> = set.iter().map(|source| source.as_str()).collect();
            format!("{} (only {})", words.join(", "), names.join(", "))
        }
        _ => words.join(", "),
    }
}

/// Reads a token from standard input and prints what it says.
pub(super) fn run(invocation: &Invocation) -> anyhow::Result<End> {
    let settings = invocation.settings()?;
    let token = input::token()?;
    let candidates: Vec<Candidate<'_>> = settings
        .profiles
        .iter()
        .flat_map(|(name, configured)| configured.candidates(name))
        .collect();
    let inspection = roomkey_providers::inspect(&token, &candidates)?;
    let inspected = Inspected::of(inspection, SystemClock.now());
    invocation.output.print(&inspected, || inspected.human())?;
    Ok(if inspected.verified { End::Done } else { End::Wrong })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn human(claims: Value) -> String {
        let inspected = Inspected {
            provider: "agora",
            format: "AccessToken2 (007)",
            profile: None,
            key_id: None,
            verified: false,
            issued_at: None,
            expires_at: None,
            expired: None,
            identity: None,
            room: None,
            permissions: None,
            issuance_id: None,
            fingerprint: String::new(),
            claims,
        };
        inspected.human()
    }

    #[test]
    fn services_are_printed_and_a_wildcard_is_warned_of() {
        let rtc = json!({
            "service": "rtc", "type": 1, "privileges": {"joinChannel": 300, "publishAudio": 300},
            "channel": "a\u{1b}[2J", "account": "",
        });
        let chat = json!({"service": "chat", "type": 5, "privileges": {}, "userId": ""});
        let text = human(json!({"services": [rtc, chat], "wildcard": true}));
        assert!(text.starts_with("WARNING      A WILDCARD"), "{text}");
        let rtc =
            "rtc: joinChannel 300 s, publishAudio 300 s; account \"\", channel \"a\\u001b[2J\"";
        assert!(text.contains(rtc), "{text}");
        assert!(text.ends_with("chat: userId \"\""), "{text}");
        let text = human(json!({"services": [], "wildcard": false}));
        assert!(!text.contains("WARNING") && !text.contains("service"), "{text}");
        assert!(!human(json!({"iss": "APIkey"})).contains("WARNING"));
    }
}
