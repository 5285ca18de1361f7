//! What can happen to a running server from outside.

use std::io;

use actix_web::dev::{Server, ServerHandle};
use actix_web::rt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// What happened.
#[derive(Debug)]
pub(super) enum Wish {
    /// SIGHUP.
    Reload,
    /// SIGTERM or SIGINT.
    Stop,
    /// The server ended.
    Ended(io::Result<()>),
}

/// What happens, one after the other.
#[derive(Debug)]
pub(super) struct Wishes {
    sender: Sender<Wish>,
    receiver: Receiver<Wish>,
}

/// Listens to the signals from now on.
pub(super) fn listen() -> io::Result<Wishes> {
    let (sender, receiver) = channel(8);
    let kinds = [
        (SignalKind::hangup(), false),
        (SignalKind::terminate(), true),
        (SignalKind::interrupt(), true),
    ];
    for (kind, stops) in kinds {
        let (mut signals, sender) = (signal(kind)?, sender.clone());
        rt::spawn(async move {
            while signals.recv().await.is_some() {
                let wish = if stops { Wish::Stop } else { Wish::Reload };
                if sender.send(wish).await.is_err() {
                    return;
                }
            }
        });
    }
    Ok(Wishes { sender, receiver })
}

impl Wishes {
    /// Runs a server and tells when it ends.
    pub(super) fn watch(&self, server: Server) -> ServerHandle {
        let (handle, sender) = (server.handle(), self.sender.clone());
        rt::spawn(async move {
            let ended = Wish::Ended(server.await);
            // Nobody waits for it any more where the process ends anyway.
            sender.send(ended).await.ok();
        });
        handle
    }

    /// What happens next.
    pub(super) async fn next(&mut self) -> Wish {
        // A sender lives in `self`, so the channel never ends.
        self.receiver.recv().await.unwrap_or(Wish::Stop)
    }
}
