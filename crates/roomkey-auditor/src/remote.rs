//! A log that is read over HTTP, as `c2sp.org/tlog-tiles` lays it out below `/audit/log`.
//!
//! No answer is believed and none is read beyond the length that it can have.

use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use reqwest::blocking::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use roomkey_audit::tree::bundle::{BundleId, MAX_BUNDLE_BYTES, decode_bundle};
use roomkey_audit::tree::checkpoint::Checkpoint;
use roomkey_audit::tree::hash::Hash;
use roomkey_audit::tree::note::MAX_NOTE_BYTES;
use roomkey_audit::tree::tile::{TileId, decode_tile};

use crate::findings::Finding;
use crate::item::{Each, Item, claimed};

/// Longest wait for one answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Longest session token in a file, in bytes.
const MAX_TOKEN_BYTES: u64 = 4096;

/// A log behind a URL, with the checkpoint that was fetched first: everything is read as of its size.
#[derive(Debug)]
pub(crate) struct Remote {
    client: Client,
    base: String,
    note: String,
    checkpoint: Checkpoint,
}

impl Remote {
    /// Fetches the checkpoint; its signature is for others to verify.
    pub(crate) fn open(url: &str, token_file: Option<&Path>) -> anyhow::Result<Self> {
        let (base, is_plain) = base(url)?;
        let mut headers = HeaderMap::new();
        if let Some(file) = token_file {
            headers.insert(AUTHORIZATION, bearer(file)?);
        }
        let mut client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(TIMEOUT)
            .timeout(TIMEOUT)
            .default_headers(headers)
            .user_agent(concat!("roomkey-auditor/", env!("CARGO_PKG_VERSION")));
        if is_plain {
            // What goes in clear stays on this machine.
            client = client.no_proxy();
        }
        let client = client.build().context("no HTTP client can be made")?;
        let note = fetch(&client, &base, "checkpoint", MAX_NOTE_BYTES)?
            .with_context(|| format!("{base} has no checkpoint: nothing is signed there yet"))?;
        let note = String::from_utf8(note).context("the checkpoint is no text")?;
        let checkpoint = claimed(&note)
            .with_context(|| format!("{base}/checkpoint answers with no checkpoint"))?;
        Ok(Self { client, base, note, checkpoint })
    }

    /// The checkpoint's note, as it came.
    pub(crate) fn note(&self) -> &str {
        &self.note
    }

    /// How many entries the checkpoint says that there are.
    pub(crate) const fn size(&self) -> u64 {
        self.checkpoint.head().size
    }

    /// Reads all entries below the checkpoint's size.
    pub(crate) fn walk(&self, each: &mut Each<'_>) -> anyhow::Result<ControlFlow<()>> {
        let mut number = 0;
        while let Some(bundle) = BundleId::of_tree(number, self.size()) {
            let flow = match self.bundle(bundle)? {
                Err(finding) => each(Item::Lost(finding))?,
                Ok(bytes) => match decode_bundle(bundle, &bytes) {
                    Err(error) => {
                        let what = format!("{bundle} cannot be read: {error}");
                        each(Item::Lost(Finding::of_tile(&bundle, what)))?
                    }
                    Ok(entries) => give(number * 256, &entries, each)?,
                },
            };
            if flow.is_break() {
                return Ok(flow);
            }
            number += 1;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The hashes of a tile, or what is wrong with it.
    pub(crate) fn tile(&self, tile: TileId) -> anyhow::Result<Result<Vec<Hash>, Finding>> {
        let found = fetch(&self.client, &self.base, &tile.to_string(), tile.byte_length())?;
        let found = match found {
            Some(bytes) => Some(bytes),
            // A partial tile may go once the full one is there (tlog-tiles, "Partial Tiles").
            None if !tile.is_full() => {
                let full = tile.full();
                let bytes = fetch(&self.client, &self.base, &full.to_string(), full.byte_length())?;
                bytes.map(|bytes| bytes.into_iter().take(tile.byte_length()).collect())
            }
            None => None,
        };
        let Some(bytes) = found else {
            return Ok(Err(Finding::of_tile(&tile, format!("{tile} is missing"))));
        };
        Ok(decode_tile(tile, &bytes)
            .map_err(|error| Finding::of_tile(&tile, format!("{tile} cannot be read: {error}"))))
    }

    fn bundle(&self, bundle: BundleId) -> anyhow::Result<Result<Vec<u8>, Finding>> {
        let path = bundle.to_string();
        if let Some(bytes) = fetch(&self.client, &self.base, &path, MAX_BUNDLE_BYTES)? {
            return Ok(Ok(bytes));
        }
        let missing = Finding::of_tile(&bundle, format!("{bundle} is missing"));
        let Some(full) = BundleId::new(bundle.index(), 256).ok().filter(|_| !bundle.is_full())
        else {
            return Ok(Err(missing));
        };
        let found = fetch(&self.client, &self.base, &full.to_string(), MAX_BUNDLE_BYTES)?;
        Ok(found.and_then(|bytes| narrowed(bundle, full, &bytes)).ok_or(missing))
    }
}

/// The first entries of a full bundle, as a partial one.
fn narrowed(bundle: BundleId, full: BundleId, bytes: &[u8]) -> Option<Vec<u8>> {
    let entries = decode_bundle(full, bytes).ok()?;
    let entries = entries.get(..usize::from(bundle.width()))?;
    roomkey_audit::tree::bundle::encode_bundle(bundle, entries).ok()
}

fn give(first: u64, entries: &[&[u8]], each: &mut Each<'_>) -> anyhow::Result<ControlFlow<()>> {
    for (index, bytes) in (first..).zip(entries) {
        let flow = each(Item::Entry { index, bytes })?;
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The address of the log, and whether it goes in clear; that only to this machine.
fn base(text: &str) -> anyhow::Result<(String, bool)> {
    let url = Url::parse(text).with_context(|| format!("{text:?} is no URL"))?;
    ensure!(
        url.username().is_empty() && url.password().is_none(),
        "the URL holds a password: give the session's token in a file, --token-file"
    );
    ensure!(
        url.query().is_none() && url.fragment().is_none(),
        "the URL has a query or a fragment: give only where the desk is, such as https://desk.example.org"
    );
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_plain = url.scheme() == "http";
    ensure!(
        !is_plain || is_here,
        "http:// would send the session's token in clear: use https://, http:// is for this machine only"
    );
    Ok((format!("{}/audit/log", url.as_str().trim_end_matches('/')), is_plain))
}

fn bearer(file: &Path) -> anyhow::Result<HeaderValue> {
    let mut token = String::new();
    let opened = File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    opened
        .take(MAX_TOKEN_BYTES)
        .read_to_string(&mut token)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.trim()))
        .ok()
        .with_context(|| format!("{} holds no session token", file.display()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Fetches a path below the log: `None` where there is no such thing.
fn fetch(client: &Client, base: &str, path: &str, limit: usize) -> anyhow::Result<Option<Vec<u8>>> {
    let url = format!("{base}/{path}");
    let answer = client.get(&url).send().with_context(|| format!("{url} cannot be reached"))?;
    match answer.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Ok(None),
        StatusCode::UNAUTHORIZED => bail!(
            "{url} wants the session of an auditor: log in at the desk and give the token with --token-file"
        ),
        StatusCode::FORBIDDEN => bail!("{url} is only for auditors and admins"),
        status if status.is_redirection() => {
            bail!("{url} answers with a redirect, which is not followed: give the address itself")
        }
        status => bail!("{url} answers with {status}"),
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(limit)?.saturating_add(1);
    answer.take(most).read_to_end(&mut bytes).with_context(|| format!("{url} was cut off"))?;
    ensure!(bytes.len() <= limit, "{url} answers with more than {limit} bytes");
    Ok(Some(bytes))
}
