//! Somebody who talks to a desk over HTTP.

use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Method;
use reqwest::blocking::Client as Http;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

/// Longer than anything that the desk may take.
const LIMIT: Duration = Duration::from_mins(1);

/// One pool of connections for all clients: making one reads the certificates of the system.
static HTTP: LazyLock<reqwest::Result<Http>> =
    LazyLock::new(|| Http::builder().redirect(Policy::none()).no_proxy().timeout(LIMIT).build());

/// A client, with or without a session.
#[derive(Debug, Clone)]
pub struct Client {
    url: String,
    bearer: Option<String>,
}

/// A request that is being put together.
#[derive(Debug)]
pub struct Request<'a> {
    client: &'a Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    /// A client that says nothing about who it is.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), bearer: None }
    }

    /// The same client with another bearer token.
    #[must_use]
    pub fn with_bearer(&self, bearer: &str) -> Self {
        Self { url: self.url.clone(), bearer: Some(bearer.to_owned()) }
    }

    /// The token of its session.
    pub fn bearer(&self) -> &str {
        self.bearer.as_deref().unwrap_or_default()
    }

    /// Logs in; the client that comes back has the session.
    pub fn login(&self, username: &str, password: &str) -> anyhow::Result<Self> {
        let answer = self.try_login(username, password)?.is(200)?;
        Ok(self.with_bearer(&answer.text_at("/token")?))
    }

    /// Tries to log in.
    pub fn try_login(&self, username: &str, password: &str) -> anyhow::Result<Answer> {
        self.post("/v1/login", &json!({ "username": username, "password": password }))
    }

    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let mut headers = Vec::new();
        if let Some(bearer) = &self.bearer {
            headers.push(("Authorization".to_owned(), format!("Bearer {bearer}")));
        }
        let (method, path) = (method.to_owned(), path.to_owned());
        Request { client: self, method, path, headers, body: None }
    }

    pub fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.request("GET", path).send()
    }

    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.request("POST", path).json(body).send()
    }

    pub fn put(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.request("PUT", path).json(body).send()
    }

    pub fn delete(&self, path: &str) -> anyhow::Result<Answer> {
        self.request("DELETE", path).send()
    }

    /// Asks for a LiveKit key in a room.
    pub fn key(&self, room: &str) -> anyhow::Result<Answer> {
        self.post("/livekit/token", &json!({ "roomId": room }))
    }
}

impl Request<'_> {
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string().as_bytes())
    }

    /// A body with its content type; an empty type leaves the header out.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: &[u8]) -> Self {
        if !content_type.is_empty() {
            self.headers.push(("Content-Type".to_owned(), content_type.to_owned()));
        }
        self.body = Some(body.to_vec());
        self
    }

    pub fn send(self) -> anyhow::Result<Answer> {
        let http = HTTP.as_ref().map_err(|error| anyhow::anyhow!("no HTTP client: {error}"))?;
        let shown = format!("{} {}", self.method, self.path);
        let method = Method::from_bytes(self.method.as_bytes())?;
        let mut request = http.request(method, format!("{}{}", self.client.url, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let answer = request.send().with_context(|| shown.clone())?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().with_context(|| shown)?.to_vec();
        Ok(Answer { status, headers, body })
    }
}

impl Answer {
    /// It has this status.
    pub fn is(self, status: u16) -> anyhow::Result<Self> {
        if self.status != status {
            bail!("wanted status {status}, got {}: {}", self.status, self.text());
        }
        Ok(self)
    }

    /// It is a problem (RFC 9457) with this status and code, and well formed.
    pub fn is_problem(self, status: u16, code: &str) -> anyhow::Result<Self> {
        let answer = self.is(status)?;
        let kind = answer.header("content-type");
        if !kind.starts_with("application/problem+json") {
            bail!("a problem of content type {kind:?}: {}", answer.text());
        }
        let body = answer.json()?;
        let is_text = |name: &str| body.get(name).is_some_and(Value::is_string);
        let wanted = format!("urn:roomkey:problem:{code}");
        if body.get("type") != Some(&Value::from(wanted)) {
            bail!("wanted problem {code}, got {body}");
        }
        if body.get("status") != Some(&Value::from(status)) || !is_text("title") {
            bail!("a problem without its status or title: {body}");
        }
        if body.get("requestId").and_then(Value::as_str) != Some(answer.header("x-request-id")) {
            bail!("the problem and the header name different requests: {body}");
        }
        Ok(answer)
    }

    /// The first value of a header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("no JSON: {}", self.text()))
    }

    /// The text at a JSON pointer.
    pub fn text_at(&self, pointer: &str) -> anyhow::Result<String> {
        let body = self.json()?;
        let text = body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        text.with_context(|| format!("no {pointer} in {body}"))
    }
}
