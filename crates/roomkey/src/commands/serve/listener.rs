//! Listeners, bound before anything else so that a port in use is told at once.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use anyhow::{Context, anyhow};
use tokio::net::TcpSocket;

/// Connections that the kernel holds until they are accepted; the standard library's 128 is less than a burst.
const BACKLOG: u32 = 1024;

/// Binds an address.
pub(super) fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    let listener = socket.bind(address).and_then(|()| socket.listen(BACKLOG));
    let listener = listener.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("{address} is in use: does a desk run already? {flag} names another address, port 0 a free one")
        }
        _ => anyhow!(error).context(format!("{address} cannot be listened on")),
    })?;
    listener.into_std().context("the listener cannot be handed over")
}
