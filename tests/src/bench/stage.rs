//! A desk with users, rooms and sessions to be measured.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anyhow::{anyhow, bail};

use super::Effort;
use crate::client::Client;
use crate::database::Kind;
use crate::desk::Desk;
use crate::load::{Figures, Load, request};
use crate::log::Log;
use crate::server::Server;

/// How many users and rooms; each user is a member of each room.
const USERS: usize = 8;
const ROOMS: usize = 4;

/// How many log in at once while the stage is set.
const LOGINS: usize = 4;

/// A running desk and the sessions of its users.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) server: Server,
    pub(super) sessions: Vec<Client>,
}

impl Stage {
    pub(super) fn new(kind: Kind, effort: Effort) -> anyhow::Result<Self> {
        let desk = Desk::on_disk(kind)?;
        for room in 0..ROOMS {
            desk.run(&["room", "add", &room_name(room), "--provider", "stage"])?;
        }
        for user in 0..USERS {
            desk.add_user(&user_name(user), "user")?;
            for room in 0..ROOMS {
                let (room, user) = (room_name(room), user_name(user));
                desk.run(&["member", "add", &room, &user, "--role", "publisher"])?;
            }
        }
        let server = desk.serve()?;
        let sessions = log_in(&server, effort.sessions)?;
        Ok(Self { server, sessions })
    }

    /// Keys, each connection with another session and room.
    pub(super) fn keys(&self) -> Vec<Vec<u8>> {
        let requests = self.sessions.iter().enumerate().map(|(number, session)| {
            let body = format!("{{\"roomId\":\"{}\"}}", room_name(number % ROOMS));
            request(self.server.address(), "/livekit/token", session.bearer(), Some(&body))
        });
        requests.collect()
    }

    /// The constant answer; with the same headers, so that both requests cost the same to read.
    pub(super) fn constant(&self) -> Vec<Vec<u8>> {
        let requests = self
            .sessions
            .iter()
            .map(|session| request(self.server.address(), "/livez", session.bearer(), None));
        requests.collect()
    }

    /// Logins with the right password.
    pub(super) fn logins(&self) -> Vec<Vec<u8>> {
        let requests = (0..USERS).map(|user| {
            let (username, password) = (user_name(user), self.server.password(&user_name(user)));
            let body = format!("{{\"username\":{username:?},\"password\":{password:?}}}");
            request(self.server.address(), "/v1/login", "", Some(&body))
        });
        requests.collect()
    }

    /// Sends a load to the desk.
    pub(super) fn load(&self, plan: Plan) -> anyhow::Result<Figures> {
        plan.send(self.server.address())
    }

    /// The log of everything that was measured still replays.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        Log::export(&self.server)?.check()
    }
}

/// What is sent to the desk of a stage.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) requests: Vec<Vec<u8>>,
    pub(super) connections: usize,
    pub(super) duration: Duration,
    pub(super) rate: Option<u32>,
}

impl Plan {
    /// Sends it; an error if anything but good answers came back.
    pub(super) fn send(self, address: &str) -> anyhow::Result<Figures> {
        let address: SocketAddr = address.parse()?;
        let Self { requests, connections, duration, rate } = self;
        let warm_up = duration / 8;
        let figures = Load { address, requests, connections, warm_up, duration, rate }.run()?;
        if !figures.refused.is_empty() || figures.good == 0 {
            bail!("the desk refused some: {} good, {:?}", figures.good, figures.refused);
        }
        Ok(figures)
    }
}

fn user_name(number: usize) -> String {
    format!("user-{number}")
}

fn room_name(number: usize) -> String {
    format!("room-{number}")
}

fn log_in(server: &Server, count: usize) -> anyhow::Result<Vec<Client>> {
    let (anonymous, passwords) = (server.anonymous(), |user| server.password(&user_name(user)));
    let passwords: Vec<String> = (0..USERS).map(passwords).collect();
    let one = |start: usize| {
        let mine = (start..count).step_by(LOGINS);
        let sessions = mine.map(|number| {
            let user = number % USERS;
            let password = passwords.get(user).map(String::as_str).unwrap_or_default();
            anonymous.login(&user_name(user), password)
        });
        sessions.collect::<anyhow::Result<Vec<Client>>>()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..LOGINS).map(|start| scope.spawn(move || one(start))).collect();
        let mut sessions = Vec::new();
        for thread in threads {
            sessions.extend(thread.join().map_err(|_| anyhow!("a login panicked"))??);
        }
        Ok(sessions)
    })
}
