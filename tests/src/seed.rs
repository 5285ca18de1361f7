//! A long log in little time, honest entry by entry: the desk's own committer writes it, and what it records of keys is
//! what `decide` says about them.
//!
//! Only what costs time and shows nowhere in an entry is left out: passwords that somebody could log in with, tokens
//! that somebody could join with (fingerprints are of their ids), and the indexes while rows are written, which are
//! made anew at the end.

mod cast;
mod indexes;
mod play;
mod rule;
mod sign;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use roomkey_audit::NodeName;
use roomkey_claims::{Clock, FixedClock, SystemClock, SystemIds};
use roomkey_storage::{KeySource, Location, Store, StoreError, StoreOptions};

use crate::desk::Desk;
use crate::place;

pub use cast::{Cast, address, event_name, room_name, scene_name, user_name};
pub use sign::sign;

/// Fewer entries than this do not hold the users and rooms that are needed.
const LEAST: u64 = 2_000;

/// How many writes wait for the committer: enough for full batches.
const QUEUE: usize = 4096;

/// What was written.
#[derive(Debug, Clone, Copy)]
pub struct Seeded {
    pub entries: u64,
    /// Writing the entries.
    pub written: Duration,
    /// Making the indexes anew.
    pub indexed: Duration,
}

/// Gives a desk without a database the profiles that the log tells of.
pub fn prepare(desk: &Desk) -> anyhow::Result<()> {
    for (section, key, value) in cast::SETTINGS {
        desk.set(section, key, value)?;
    }
    desk.write_private("agora.secret", cast::CERTIFICATE)?;
    desk.write_private("opentok.secret", cast::SECRET)
}

/// Lets a desk stand on another database, which is empty, with a key-encryption key of its own.
pub fn move_to(desk: &Desk, url: &str) -> anyhow::Result<()> {
    desk.write_private("roomkey.key", &place::random_hex(64))?;
    desk.set("secrets", "key_file", "\"roomkey.key\"")?;
    desk.set("database", "url", &format!("{url:?}"))
}

/// Writes `entries` entries into the empty database of a desk; `progress` hears how many there are.
pub fn write(
    (desk, url): (&Desk, &str),
    entries: u64,
    progress: impl FnMut(u64),
) -> anyhow::Result<Seeded> {
    if entries < LEAST {
        bail!("at least {LEAST} entries, so that there are some of each kind");
    }
    let location: Location = url.parse().context("the database's URL")?;
    let cast = Cast::of(entries);
    let clock = Arc::new(FixedClock::new(SystemClock.now().minus(cast.span)));
    let key = match location {
        Location::Sqlite(_) => KeySource::BesideDatabase,
        Location::Postgres(_) => KeySource::File(desk.path("roomkey.key")),
    };
    let open = || {
        let clock: Arc<dyn Clock> = Arc::<FixedClock>::clone(&clock);
        Store::open(StoreOptions {
            location: location.clone(),
            key: key.clone(),
            node: NodeName::try_from("seed".to_owned())?,
            clock,
            ids: Arc::new(SystemIds),
            queue: QUEUE,
            readers: 1,
        })
        .context("the database does not open")
    };
    // The first one makes the tables.
    if open()?.read::<_, StoreError>(|reader| reader.head())?.next_index != 0 {
        bail!("the database has entries already");
    }
    let start = Instant::now();
    let indexes = indexes::take(url)?;
    play::play(open()?, (&cast, &clock), entries, progress)?;
    let written = start.elapsed();
    let start = Instant::now();
    indexes.put_back()?;
    let indexed = start.elapsed();
    let head = open()?.read::<_, StoreError>(|reader| reader.head())?;
    if head.next_index != entries {
        bail!("{} entries were written where {entries} should be", head.next_index);
    }
    Ok(Seeded { entries, written, indexed })
}
