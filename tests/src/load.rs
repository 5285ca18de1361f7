//! A load generator that costs little, as it runs on the same cores as the desk.
//!
//! Requests are bytes that were made beforehand, connections stay open, answers are parsed as far as is needed to find
//! their end and their status.

mod connection;
mod figures;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::runtime;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

pub use connection::{Connection, request};
pub use figures::Figures;

/// What is sent, by how many, for how long.
#[derive(Debug, Clone)]
pub struct Load {
    pub address: SocketAddr,
    /// Connection *i* sends request *i* modulo their number, again and again.
    pub requests: Vec<Vec<u8>>,
    pub connections: usize,
    /// Before the measurement.
    pub warm_up: Duration,
    pub duration: Duration,
    /// Requests a second of all connections together; as fast as it goes where there is none.
    pub rate: Option<u32>,
}

impl Load {
    /// Sends it all from one thread of its own and returns what was measured.
    pub fn run(&self) -> anyhow::Result<Figures> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.send())
    }

    async fn send(&self) -> anyhow::Result<Figures> {
        let from = Instant::now() + self.warm_up;
        let until = from + self.duration;
        let mut tasks = JoinSet::new();
        for number in 0..self.connections {
            let at = number % self.requests.len().max(1);
            let request = self.requests.get(at).context("nothing to send")?.clone();
            let connection = Connection::open(self.address).await?;
            tasks.spawn(repeat(connection, request, (from, until), self.pace(number)));
        }
        let mut all = Figures::new();
        while let Some(figures) = tasks.join_next().await {
            all.add(figures??);
        }
        all.finish(self.duration);
        Ok(all)
    }

    /// When a connection sends, evenly among the others.
    fn pace(&self, number: usize) -> Option<Interval> {
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let apart = Duration::from_secs(1) / self.rate?.max(1);
        let first = Instant::now() + apart * count(number);
        let mut pace = interval_at(first.into(), apart * count(self.connections));
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Some(pace)
    }
}

async fn repeat(
    mut connection: Connection,
    request: Vec<u8>,
    (from, until): (Instant, Instant),
    mut pace: Option<Interval>,
) -> anyhow::Result<Figures> {
    let mut figures = Figures::new();
    loop {
        if let Some(pace) = &mut pace {
            pace.tick().await;
        }
        let start = Instant::now();
        if until <= start {
            return Ok(figures);
        }
        let (status, _) = connection.exchange(&request).await?;
        let end = Instant::now();
        if from <= end && end < until {
            figures.note(status, end - start);
        }
    }
}
