//! A server of a log, from memory: what it answers can be changed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use roomkey_audit::leaf_hash;
use roomkey_audit::tree::builder::Edge;
use roomkey_audit::tree::bundle::{BundleId, encode_bundle};

use crate::desk::Desk;

/// The answers by path; the token that they want.
type Answers = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// A server that ends with the test.
pub(crate) struct Web {
    pub(crate) url: String,
    pub(crate) answers: Answers,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Web {
    /// Serves the log of a desk as tlog-tiles lays it out.
    pub(crate) fn of(desk: &Desk) -> Self {
        Self::with_token(desk, None)
    }

    pub(crate) fn with_token(desk: &Desk, token: Option<&str>) -> Self {
        let mut answers = BTreeMap::new();
        let mut add = |path: &str, bytes: Vec<u8>| {
            answers.insert(format!("/audit/log/{path}"), bytes);
        };
        add("checkpoint", desk.note(desk.size()).into_bytes());
        let mut edge = Edge::empty();
        for entry in &desk.entries {
            edge.append(leaf_hash(entry)).unwrap();
        }
        for (tile, bytes) in edge.take_tiles() {
            add(&tile.to_string(), bytes);
        }
        for (number, part) in desk.entries.chunks(256).enumerate() {
            let bundle = BundleId::of_tree(number as u64, desk.size()).unwrap();
            let entries: Vec<&[u8]> = part.iter().map(Vec::as_slice).collect();
            add(&bundle.to_string(), encode_bundle(bundle, &entries).unwrap());
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (answers, stop) = (Arc::new(Mutex::new(answers)), Arc::new(AtomicBool::new(false)));
        let (shared, stopped) = (Arc::clone(&answers), Arc::clone(&stop));
        let wanted = token.map(|token| format!("authorization: bearer {token}"));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                // A client may go away.
                drop(stream.and_then(|stream| answer(stream, &shared, wanted.as_deref())));
            }
        });
        Self { url, answers, stop, thread: Some(thread) }
    }

    /// Puts another answer in place of one; none makes it 404.
    pub(crate) fn set(&self, path: &str, bytes: Option<Vec<u8>>) {
        let path = format!("/audit/log/{path}");
        let mut answers = self.answers.lock().unwrap();
        match bytes {
            Some(bytes) => drop(answers.insert(path, bytes)),
            None => drop(answers.remove(&path)),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        self.answers.lock().unwrap()[&format!("/audit/log/{path}")].clone()
    }

    /// Flips a bit of an answer.
    pub(crate) fn flip(&self, path: &str, byte: usize) {
        let mut bytes = self.get(path);
        bytes[byte] ^= 1;
        self.set(path, Some(bytes));
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.url.trim_start_matches("http://")));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn answer(mut stream: TcpStream, answers: &Answers, wanted: Option<&str>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut is_known = wanted.is_none();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        if header.trim().is_empty() {
            break;
        }
        is_known |= Some(header.trim().to_lowercase().as_str()) == wanted;
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let found = answers.lock().unwrap().get(path).cloned();
    let (status, body) = match found {
        _ if !is_known => ("401 Unauthorized", Vec::new()),
        Some(body) if body == b"redirect" => ("302 Found\r\nlocation: /", Vec::new()),
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", Vec::new()),
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n")?;
    stream.write_all(&body)
}
