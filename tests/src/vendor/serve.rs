//! Connections: one request each, judged, noted and answered.

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::http::{self, Reply, Request};
use super::{Failure, Recorded, Shared, State, archive, auth, session};

/// How often a connection that is left hanging looks whether the stand-in ended.
const GLANCE: Duration = Duration::from_millis(20);

/// What becomes of a request.
enum Outcome {
    Answer(Reply),
    Close,
    Hang,
}

/// Serves each connection in a thread of its own, until the stand-in ends.
pub(super) fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.has_ended() {
            break;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            if let Err(error) = serve(&stream, &shared) {
                // A client may give up; only its own test can say whether that was right.
                eprintln!("the vendor's stand-in: {error:#}");
            }
        });
    }
}

fn serve(stream: &TcpStream, shared: &Shared) -> anyhow::Result<()> {
    let Some(request) = http::read(stream)? else { return Ok(()) };
    let (outcome, late) = {
        // Held until it is noted: whoever has the answer finds the request.
        let mut state = shared.state();
        let (outcome, late) = match state.failures.pop_front() {
            None => (Outcome::Answer(answer(&request, shared, &mut state)), Duration::ZERO),
            Some(Failure::Late(late)) => {
                (Outcome::Answer(answer(&request, shared, &mut state)), late)
            }
            Some(failure) => (play(failure), Duration::ZERO),
        };
        state.requests.push(noted(&request, &outcome));
        (outcome, late)
    };
    let start = Instant::now();
    while start.elapsed() < late && !shared.has_ended() {
        thread::sleep(GLANCE.min(late));
    }
    match outcome {
        Outcome::Answer(reply) => reply.write(stream),
        Outcome::Close => Ok(()),
        Outcome::Hang => hang(stream, shared),
    }
}

/// Holds the connection until either side ends.
fn hang(mut stream: &TcpStream, shared: &Shared) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(GLANCE))?;
    while !shared.has_ended() {
        match stream.read(&mut [0; 64]) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    Ok(())
}

fn noted(request: &Request, outcome: &Outcome) -> Recorded {
    let status = match outcome {
        Outcome::Answer(reply) => Some(reply.status),
        Outcome::Close | Outcome::Hang => None,
    };
    Recorded {
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.query.clone(),
        headers: request.headers.clone(),
        body: String::from_utf8_lossy(&request.body).into_owned(),
        claims: auth::claims(request).map_or(Value::Null, Value::Object),
        status,
    }
}

fn play(failure: Failure) -> Outcome {
    Outcome::Answer(match failure {
        Failure::Hang => return Outcome::Hang,
        Failure::Close => return Outcome::Close,
        Failure::Status(status) => Reply::error(status, "Something went wrong"),
        Failure::Body(body) => Reply::json_bytes(200, body),
        Failure::Redirect(to) => Reply::empty(302).with_header("Location", &to),
        Failure::ForeignSession(session) => session::made(&session, "999999"),
        Failure::Late(_) => return Outcome::Close,
    })
}

/// The answer of a vendor in good health.
fn answer(request: &Request, shared: &Shared, state: &mut State) -> Reply {
    let project = match auth::project(request, &shared.credentials) {
        Ok(project) => project,
        Err(message) => return Reply::error(403, message),
    };
    let path: Vec<&str> = request.path.split('/').skip(1).collect();
    let ["v2", "project", named, rest @ ..] = path.as_slice() else {
        return match (request.method.as_str(), path.as_slice()) {
            ("POST", ["session", "create"]) => session::create(request, &project, state),
            _ => Reply::error(404, "Not found"),
        };
    };
    if *named != project {
        return Reply::error(403, "Invalid project");
    }
    match (request.method.as_str(), rest) {
        ("DELETE", ["session", session, "connection", connection]) => {
            session::disconnect(session, connection, &project, state)
        }
        ("GET", ["archive"]) => archive::list(request, &project, state),
        ("GET", ["archive", id]) => archive::get(id, &project, state),
        ("DELETE", ["archive", id]) => archive::delete(id, state),
        _ => Reply::error(404, "Not found"),
    }
}
