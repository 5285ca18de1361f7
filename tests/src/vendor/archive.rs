//! Recordings: listed, looked at, deleted.

use roomkey_claims::{Clock, IdSource, SystemClock, SystemIds, Timestamp};
use serde_json::{Value, json};

use super::State;
use super::http::{Reply, Request};

/// How many a list has where the client does not say.
const PAGE: usize = 50;

/// How many a list may have.
const LONGEST_PAGE: usize = 1_000;

/// A recording.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) id: String,
    session: String,
    status: String,
    created: Timestamp,
}

impl Archive {
    pub(super) fn new(session: &str, status: &str) -> Self {
        let (session, status) = (session.to_owned(), status.to_owned());
        let (id, created) = (SystemIds.uuid_v4().to_string(), SystemClock.now());
        Self { id, session, status, created }
    }

    fn shown(&self, project: &str) -> Value {
        json!({
            "id": self.id, "status": self.status, "name": "a recording", "reason": "",
            "sessionId": self.session, "projectId": project, "partnerId": project,
            "createdAt": self.created.as_micros() / 1_000, "size": 1_024, "duration": 60,
            "outputMode": "composed", "hasAudio": true, "hasVideo": true,
            "resolution": "640x480", "streamMode": "auto", "streams": [],
            "url": format!("https://archives.example.org/{}.mp4", self.id),
        })
    }
}

/// `GET /v2/project/{project}/archive`.
pub(super) fn list(request: &Request, project: &str, state: &State) -> Reply {
    let text = |name: &str| request.query.get(name).and_then(Value::as_str);
    let number = |name: &str, default: usize| text(name).map_or(Ok(default), str::parse::<usize>);
    let (Ok(offset), Ok(count)) = (number("offset", 0), number("count", PAGE)) else {
        return Reply::error(400, "Invalid offset or count");
    };
    if LONGEST_PAGE < count {
        return Reply::error(400, "Invalid count");
    }
    let wanted: Vec<&Archive> = state
        .archives
        .iter()
        .filter(|archive| text("sessionId").is_none_or(|session| session == archive.session))
        .collect();
    let page = wanted.iter().skip(offset).take(count);
    let items: Vec<Value> = page.map(|archive| archive.shown(project)).collect();
    Reply::json(200, &json!({ "count": wanted.len(), "items": items }))
}

/// `GET /v2/project/{project}/archive/{id}`.
pub(super) fn get(id: &str, project: &str, state: &State) -> Reply {
    match state.archives.iter().find(|archive| archive.id == id) {
        Some(archive) => Reply::json(200, &archive.shown(project)),
        None => Reply::error(404, "Archive not found"),
    }
}

/// `DELETE /v2/project/{project}/archive/{id}`; what is still recorded cannot be deleted.
pub(super) fn delete(id: &str, state: &mut State) -> Reply {
    let Some(place) = state.archives.iter().position(|archive| archive.id == id) else {
        return Reply::error(404, "Archive not found");
    };
    if ["started", "paused"].contains(&state.archives[place].status.as_str()) {
        return Reply::error(409, "The archive is being recorded");
    }
    state.archives.remove(place);
    Reply::empty(204)
}
