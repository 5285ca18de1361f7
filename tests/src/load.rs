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
use tokio::time::{MissedTickBehavior, interval};

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
            let pause = self.pause();
            tasks.spawn(repeat(connection, request, (from, until), pause));
        }
        let mut all = Figures::new();
        while let Some(figures) = tasks.join_next().await {
            all.add(figures??);
        }
        all.finish(self.duration);
        Ok(all)
    }

    /// From one request of a connection to its next.
    fn pause(&self) -> Option<Duration> {
        let connections = u32::try_from(self.connections).unwrap_or(u32::MAX);
        self.rate.map(|rate| Duration::from_secs(1) * connections / rate.max(1))
    }
}

async fn repeat(
    mut connection: Connection,
    request: Vec<u8>,
    (from, until): (Instant, Instant),
    pause: Option<Duration>,
) -> anyhow::Result<Figures> {
    let mut figures = Figures::new();
    let mut ticks = pause.map(|pause| {
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    });
    loop {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
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
