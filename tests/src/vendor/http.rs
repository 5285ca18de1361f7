//! As much of HTTP/1.1 as the vendor's clients need; each answer closes its connection.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use crate::opentok;

/// How long a client may take for its request.
const LIMIT: Duration = Duration::from_secs(30);

/// A request that came.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Map<String, Value>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

/// An answer to be sent.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// The value of a header, empty where there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl Reply {
    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// JSON whose content type is exactly `application/json`: OpenTok's SDK for Python reads no other.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::json_bytes(status, body.to_string().into_bytes())
    }

    pub(super) fn json_bytes(status: u16, body: Vec<u8>) -> Self {
        Self { body, ..Self::empty(status) }.with_header("Content-Type", "application/json")
    }

    pub(super) fn xml(status: u16, body: &str) -> Self {
        let body = body.as_bytes().to_vec();
        Self { body, ..Self::empty(status) }.with_header("Content-Type", "text/xml")
    }

    /// An error as the vendor words it.
    pub(super) fn error(status: u16, message: &str) -> Self {
        let body = json!({ "code": -1, "message": message, "description": message });
        Self::json(status, &body)
    }

    #[must_use]
    pub(super) fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn write(&self, mut stream: &TcpStream) -> anyhow::Result<()> {
        // Clients go by the number.
        let mut head = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if self.status != 204 {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        head += "\r\n";
        stream.set_write_timeout(Some(LIMIT))?;
        stream.write_all(&[head.as_bytes(), &self.body].concat()).context("the client left")
    }
}

/// Reads a request; none where the client only connected.
pub(super) fn read(stream: &TcpStream) -> anyhow::Result<Option<Request>> {
    stream.set_read_timeout(Some(LIMIT))?;
    let mut reader = BufReader::new(stream);
    let first = line(&mut reader)?;
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = BTreeMap::new();
    loop {
        let line = line(&mut reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    if headers.contains_key("transfer-encoding") {
        bail!("{method} {path} came in chunks");
    }
    let length = headers.get("content-length").map_or(Ok(0), |length| length.parse())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).context("the body is cut off")?;
    let query = opentok::form(query)?;
    let (method, path) = (method.to_owned(), path.to_owned());
    Ok(Some(Request { method, path, query, headers, body }))
}

fn line(reader: &mut impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
