//! Between the desk and PostgreSQL: a relay that delivers a commit and loses its answer.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use anyhow::Context;

/// How a commit is sent; the statement that goes with it in one message ends with it.
const COMMIT: &[u8] = b"COMMIT\0";

/// Listens on the loopback for as long as it lives, and a connection longer than that until it is closed.
#[derive(Debug)]
pub struct Relay {
    /// How many commits are to be lost.
    armed: Arc<AtomicU32>,
}

impl Relay {
    /// A relay to the server of a URL.
    pub fn start(url: &str) -> anyhow::Result<(Self, String)> {
        let (before, rest) = url.split_once('@').context("a URL with a user")?;
        let (upstream, database) = rest.split_once('/').context("a URL with a database")?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let armed = Arc::new(AtomicU32::new(0));
        let (upstream, shared) = (upstream.to_owned(), Arc::clone(&armed));
        // It ends with the process: whoever is connected closes first.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(&upstream) else { continue };
                drop(between(client, server, &shared));
            }
        });
        let through = format!("{before}@127.0.0.1:{port}/{database}");
        Ok((Self { armed }, through))
    }

    /// Loses the answer of the next commit, whoever makes it.
    pub fn lose_a_commit(&self) {
        self.armed.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether all that was to be lost was lost.
    pub fn has_lost(&self) -> bool {
        self.armed.load(Ordering::SeqCst) == 0
    }
}

fn between(client: TcpStream, server: TcpStream, armed: &Arc<AtomicU32>) -> io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let (mut from_server, mut to_client) = (server, client);
    let armed = Arc::clone(armed);
    thread::spawn(move || drop(io::copy(&mut from_server, &mut to_client)));
    thread::spawn(move || {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_client.read(&mut bytes) {
            let sent = &bytes[..length];
            let lost = sent.ends_with(COMMIT)
                && armed
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                    .is_ok();
            if lost {
                // Nothing reaches the client any more; the server hears the commit, then that nobody is there.
                drop(from_client.shutdown(Shutdown::Both));
            }
            if to_server.write_all(sent).is_err() || lost {
                break;
            }
        }
        drop(to_server.shutdown(Shutdown::Write));
        drop(from_client.shutdown(Shutdown::Both));
    });
    Ok(())
}
