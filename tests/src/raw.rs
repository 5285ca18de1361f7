//! Requests as bytes, for what no decent client sends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Context;

/// Longer than anything that the desk may take.
const LIMIT: Duration = Duration::from_mins(1);

/// A connection that sends what it is told.
#[derive(Debug)]
pub struct Raw(TcpStream);

impl Raw {
    pub fn connect(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| address.to_owned())?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        Ok(Self(stream))
    }

    pub fn send(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.0.write_all(bytes)?)
    }

    /// Everything until the desk closes the connection; a reset counts as closing.
    pub fn read_to_close(&mut self) -> anyhow::Result<String> {
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            match self.0.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => answer.extend(chunk.iter().take(count)),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// One request whose connection closes after the answer, whole.
    pub fn exchange(address: &str, request: &[u8]) -> anyhow::Result<String> {
        let mut raw = Self::connect(address)?;
        raw.send(request)?;
        raw.read_to_close()
    }
}

/// The status of an answer.
pub fn status(answer: &str) -> Option<u16> {
    answer.split_whitespace().nth(1)?.parse().ok()
}
