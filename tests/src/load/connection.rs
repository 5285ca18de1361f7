//! One keep-alive connection and the little of HTTP/1.1 that it needs.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that stays open.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer belongs to the last answer.
    used: usize,
}

/// The bytes of a request with a JSON body, or of a GET where there is none.
pub fn request(address: &str, path: &str, bearer: &str, body: Option<&str>) -> Vec<u8> {
    let method = if body.is_some() { "POST" } else { "GET" };
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
    if !bearer.is_empty() {
        text += &format!("Authorization: Bearer {bearer}\r\n");
    }
    if let Some(body) = body {
        text += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    text += "\r\n";
    text += body.unwrap_or_default();
    text.into_bytes()
}

impl Connection {
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8192), used: 0 })
    }

    /// Sends a request and reads its answer: status and body.
    pub async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.buffer.drain(..self.used);
        self.used = 0;
        let body = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.read().await?;
        };
        let head = self.buffer.get(..body).unwrap_or_default();
        let status = status(head).context("an answer without a status")?;
        let length = length(head).context("an answer without a length")?;
        self.used = body + length;
        while self.buffer.len() < self.used {
            self.read().await?;
        }
        Ok((status, self.buffer.get(body..self.used).unwrap_or_default()))
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => bail!("the desk closed the connection"),
            _ => Ok(()),
        }
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn status(head: &[u8]) -> Option<u16> {
    std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok()
}

fn length(head: &[u8]) -> Option<usize> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let value = lines.find_map(|line| {
        let (name, value) = line.split_at_checked(NAME.len())?;
        name.eq_ignore_ascii_case(NAME).then_some(value)
    })?;
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}

const NAME: &[u8] = b"content-length:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_parsed_as_far_as_is_needed() {
        let head = b"HTTP/1.1 201 Created\r\nDate: x\r\nContent-Length: 17\r\n\r\n";
        assert_eq!((status(head), length(head)), (Some(201), Some(17)));
        assert_eq!(length(b"HTTP/1.1 200 OK\r\ncontent-length-x: 1\r\n\r\n"), None);
    }

    #[test]
    fn a_request_says_how_long_it_is() {
        let bytes = request("127.0.0.1:1", "/x", "rks_1", Some("{}"));
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("POST /x HTTP/1.1\r\n"), "{text}");
        assert!(text.ends_with("Content-Length: 2\r\n\r\n{}"), "{text}");
        assert!(request("a", "/livez", "", None).starts_with(b"GET /livez HTTP/1.1\r\n"));
    }
}
