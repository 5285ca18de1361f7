//! What happens in the log: the desk is set up, then users come each day, ask for keys, renew them, are denied some.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use roomkey_audit::{Actor, EndReason, Event, RequestId};
use roomkey_claims::{
    Clock, Expects, FixedClock, IdSource, IssuanceId, ProviderRoom, Reason, RoomId, SeededIds,
    SessionRef, SessionTokenHash, Timestamp, Window, Wish,
};
use roomkey_storage::{
    Asker, Context, NewSession, Outcome, Pending, Store, StoreError, Ticket, WriteError, Writer,
};

use super::cast::{
    self, Cast, EVENTS, SCENES, address, event_name, profile_of, room_name, scene_name, user_name,
};
use super::rule::rule;

/// How many answers are waited for at once; below the length of the queue.
const UNDER_WAY: usize = 2048;

/// How many issued keys are remembered to be renewed.
const RENEWABLE: usize = 256;

/// For how many entries the same rooms are busy, how many those are, and what else happens in between.
///
/// As in life, whoever asks at the same time mostly asks for the same rooms; and changes between keys cost the
/// committer, which reads the facts of all keys up to the next change together.
const STRETCH: u64 = 2048;
const BUSY_ROOMS: u64 = 12;
const CHANGES: u64 = 12;

/// A session lasts a day and a little, so that nobody is logged out before the next login.
const SESSION: Duration = Duration::from_hours(26);

/// Changes that fit into one job.
const AT_ONCE: u64 = 64;

/// An answer that is waited for.
enum Answer {
    Key(Pending<Outcome<(), ()>, StoreError>, Box<Past>),
    Change(Pending<(), WriteError>),
}

/// A key that can be renewed.
struct Past {
    user: u64,
    issuance: IssuanceId,
    wish: Wish,
}

struct Play<'a, P> {
    store: Store,
    cast: &'a Cast,
    clock: &'a FixedClock,
    starts_at: Timestamp,
    dice: SeededIds,
    /// How many entries there will be, and how many of them were handed to the committer.
    entries: u64,
    handed: u64,
    answers: VecDeque<Answer>,
    sessions: Vec<Option<SessionRef>>,
    /// The newest meeting of each room and whether it runs.
    meetings: BTreeMap<u64, (u32, bool)>,
    past: VecDeque<Past>,
    /// The users of the rooms that are busy now, each with the room, and until which entry.
    crowd: Vec<(u64, u64)>,
    crowd_until: u64,
    progress: P,
}

/// Plays the whole log; returns once everything is committed and the store is closed.
pub(super) fn play(
    store: Store,
    (cast, clock): (&Cast, &Arc<FixedClock>),
    entries: u64,
    progress: impl FnMut(u64),
) -> anyhow::Result<()> {
    let mut play = Play {
        store,
        cast,
        clock,
        starts_at: clock.now(),
        dice: SeededIds::new(entries),
        entries,
        handed: 0,
        answers: VecDeque::with_capacity(UNDER_WAY),
        sessions: Vec::new(),
        meetings: BTreeMap::new(),
        past: VecDeque::with_capacity(RENEWABLE),
        crowd: Vec::new(),
        crowd_until: 0,
        progress,
    };
    play.set_up()?;
    let rest = entries.saturating_sub(play.handed);
    let before = play.handed;
    for day in 1..=cast.days {
        play.log_in(day)?;
        let end = before + rest * day / cast.days;
        while play.handed < end {
            play.step()?;
        }
        play.wait_down_to(0)?;
    }
    Ok(())
}

fn console() -> Context {
    Context { by: Actor::Console { uid: 0 }, req: None }
}

fn room_id(number: u64) -> anyhow::Result<RoomId> {
    Ok(room_name(number).parse()?)
}

impl<P: FnMut(u64)> Play<'_, P> {
    /// A number from 0 to before `end`.
    fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.dice.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end.max(1)
    }

    /// One of those who are there now, with the room; the first users far more often than the last.
    fn somebody(&self) -> anyhow::Result<(u64, u64)> {
        let count = u64::try_from(self.crowd.len())?;
        let at = self.below(count) * self.below(count) / count.max(1);
        self.crowd.get(usize::try_from(at)?).copied().context("nobody is there")
    }

    /// Other rooms become busy, the first ones more often than the last; their users come.
    fn gather(&mut self) {
        let (users, rooms) = (self.cast.users(), self.cast.rooms);
        self.crowd.clear();
        for _ in 0..BUSY_ROOMS {
            let room = self.below(rooms) * self.below(rooms) / rooms;
            let members = (room..users).step_by(usize::try_from(rooms).unwrap_or(usize::MAX));
            for user in members {
                let [home, second, third] = self.cast.rooms_of(user);
                let room = match self.below(4) {
                    0 => second,
                    1 => third,
                    _ => home,
                };
                self.crowd.push((user, room));
            }
        }
        self.crowd.sort_unstable();
        self.crowd.dedup();
        self.crowd_until = self.handed + STRETCH;
    }

    /// Moves the clock to where the next entry belongs.
    fn tick(&self) {
        let micros =
            u128::from(self.handed) * self.cast.span.as_micros() / u128::from(self.entries.max(1));
        let since = Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
        self.clock.set(self.starts_at.plus(since.min(self.cast.span)));
    }

    /// Hands a change of `entries` entries to the committer, as long as there is room for them in the log.
    fn change(
        &mut self,
        context: Context,
        entries: u64,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), WriteError> + Send + 'static,
    ) -> anyhow::Result<()> {
        self.wait_down_to(UNDER_WAY - 1)?;
        self.tick();
        let pending = self.store.write(context, write)?;
        self.answers.push_back(Answer::Change(pending));
        self.hand(entries);
        Ok(())
    }

    fn hand(&mut self, entries: u64) {
        const SHOWN: u64 = 10_000;
        let before = self.handed / SHOWN;
        self.handed += entries;
        if before < self.handed / SHOWN {
            (self.progress)(self.handed);
        }
    }

    /// Waits until at most `count` answers are missing.
    fn wait_down_to(&mut self, count: usize) -> anyhow::Result<()> {
        while count < self.answers.len() {
            match self.answers.pop_front() {
                Some(Answer::Change(pending)) => pending.wait()?,
                Some(Answer::Key(pending, past)) => {
                    if let Outcome::Issued((), _) = pending.wait()? {
                        if self.past.len() == RENEWABLE {
                            self.past.pop_front();
                        }
                        self.past.push_back(*past);
                    }
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Policy, users, rooms with their events, members.
    fn set_up(&mut self) -> anyhow::Result<()> {
        let policy = cast::policy()?;
        self.change(console(), 1, move |writer| {
            writer.set_policy(&policy, "roomkey seed").map(drop)
        })?;
        for first in (0..self.cast.users()).step_by(64) {
            let end = (first + AT_ONCE).min(self.cast.users());
            let users = (first..end).map(|number| self.cast.user(number));
            let users = users.collect::<anyhow::Result<Vec<_>>>()?;
            self.change(console(), end - first, move |writer| {
                users.into_iter().try_for_each(|user| writer.add_user(user).map(drop))
            })?;
        }
        let (over, day) = (self.starts_at.minus(SESSION), Duration::from_hours(24));
        for number in 0..self.cast.rooms {
            let (room, event) = (Cast::room(number)?, event_name(EVENTS - 1).parse()?);
            let window = Window { from: Some(over.minus(day)), until: Some(over) };
            self.change(console(), 2, move |writer| {
                writer.add_room(&room)?;
                writer.set_window(&room.room, &event, window).map(drop)
            })?;
            if profile_of(number).1 == "opentok" {
                self.start_meeting(number)?;
            }
        }
        for user in 0..self.cast.users() {
            let (name, member) = (user_name(user).parse()?, cast::membership(user));
            let rooms: std::collections::BTreeSet<u64> = self.cast.rooms_of(user).into();
            let count = u64::try_from(rooms.len())?;
            let rooms = rooms.into_iter().map(room_id).collect::<anyhow::Result<Vec<_>>>()?;
            self.change(console(), count, move |writer| {
                rooms.iter().try_for_each(|room| writer.put_member(room, &name, &member).map(drop))
            })?;
        }
        self.wait_down_to(0)
    }

    /// In the morning everybody logs in, from some dozens at an address; who still was logged in from the day before
    /// logs out, one in four.
    fn log_in(&mut self, day: u64) -> anyhow::Result<()> {
        const OF_AN_ADDRESS: u64 = 50;
        let users = self.cast.users();
        let before = std::mem::take(&mut self.sessions);
        for (number, session) in before.into_iter().enumerate().step_by(4) {
            let Some(session) = session.filter(|_| self.handed < self.entries) else { continue };
            let subject = self.cast.subject(u64::try_from(number)?)?;
            let by = Actor::Session { session: session.clone(), subject };
            self.change(Context { by, req: None }, 1, move |writer| {
                writer.end_session(&session, EndReason::Logout).map(drop)
            })?;
        }
        // Keys of the day before can still be renewed, with a session of today.
        for first in (0..users).step_by(50) {
            let end = (first + OF_AN_ADDRESS).min(users);
            let end = end.min(first + self.entries.saturating_sub(self.handed));
            let mut new = Vec::new();
            for user in first..end {
                let mut token = [0; 32];
                self.dice.fill(&mut token);
                let token = SessionTokenHash::new(token);
                self.sessions.push(Some(token.session_ref()));
                new.push(NewSession {
                    token,
                    subject: self.cast.subject(user)?,
                    verified: cast::password()?,
                    absolute: SESSION,
                    idle: SESSION,
                });
            }
            let by = Actor::Address { prefix: address(first) };
            self.change(Context { by, req: self.request(day)? }, end - first, move |writer| {
                new.iter().try_for_each(|session| writer.start_session(session).map(drop))
            })?;
        }
        self.wait_down_to(0)
    }

    fn request(&self, of: u64) -> anyhow::Result<Option<RequestId>> {
        let text = format!("{:016x}{of:08x}", self.below(u64::MAX));
        Ok(Some(RequestId::try_from(text)?))
    }

    /// One key, granted or denied; now and then what happens beside them.
    fn step(&mut self) -> anyhow::Result<()> {
        if self.crowd_until <= self.handed {
            self.gather();
            for _ in 0..CHANGES.min(self.entries - self.handed) {
                match self.below(6) {
                    0..3 => self.fail_login()?,
                    3 => self.aggregate()?,
                    _ => self.change_meeting()?,
                }
            }
            return Ok(());
        }
        match self.below(1000) {
            0..40 => self.ask_in_vain(),
            40..140 => match self.past.pop_front() {
                Some(past) => {
                    let wish = Wish { renews: Some(past.issuance), ..past.wish };
                    self.ask(past.user, wish)
                }
                None => self.ask_for_key(),
            },
            _ => self.ask_for_key(),
        }
    }

    fn fail_login(&mut self) -> anyhow::Result<()> {
        let by = Actor::Address { prefix: address(self.below(self.cast.users())) };
        let (minute, count) = (self.minute(), u32::try_from(1 + self.below(20))?);
        self.change(Context { by, req: None }, 1, move |writer| {
            Ok(writer.record(Event::LoginFailed { minute, count }).map(drop)?)
        })
    }

    fn aggregate(&mut self) -> anyhow::Result<()> {
        let (user, _) = self.somebody()?;
        let Some(session) = self.session_of(user)? else { return self.fail_login() };
        let by = Actor::Session { session, subject: self.cast.subject(user)? };
        let (room, minute) = (Some(room_id(self.below(self.cast.rooms))?), self.minute());
        let count = u32::try_from(1 + self.below(500))?;
        self.change(Context { by, req: None }, 1, move |writer| {
            let reason = Reason::NotAMember;
            Ok(writer.record(Event::DenialsAggregated { room, reason, minute, count }).map(drop)?)
        })
    }

    fn minute(&self) -> Timestamp {
        Timestamp::from_seconds(self.clock.now().as_seconds().div_euclid(60) * 60)
    }

    fn session_of(&self, user: u64) -> anyhow::Result<Option<SessionRef>> {
        Ok(self.sessions.get(usize::try_from(user)?).cloned().flatten())
    }

    fn start_meeting(&mut self, number: u64) -> anyhow::Result<()> {
        let (after, _) = self.meetings.get(&number).copied().unwrap_or((0, false));
        self.meetings.insert(number, (after + 1, true));
        let room = room_id(number)?;
        let own = profile_of(number).1 == "opentok";
        self.change(console(), 1, move |writer| {
            let session = |meeting| {
                if own {
                    ProviderRoom::from_provider(format!("2_MX40NzAwMDAwMX5-{room}-{meeting}"))
                } else {
                    ProviderRoom::of_meeting(&room, meeting)
                }
            };
            writer.start_meeting(&room, after, session).map(drop)
        })
    }

    /// Ends the meeting of a room, or starts one; where the provider makes sessions, always starts one.
    fn change_meeting(&mut self) -> anyhow::Result<()> {
        let number = self.below(self.cast.rooms);
        match self.meetings.get(&number).copied() {
            Some((newest, true)) if profile_of(number).1 != "opentok" => {
                self.meetings.insert(number, (newest, false));
                let room = room_id(number)?;
                self.change(console(), 1, move |writer| writer.end_meeting(&room).map(drop))
            }
            _ => self.start_meeting(number),
        }
    }

    /// A wish that is granted to a member.
    fn wish(&self, room: u64) -> anyhow::Result<Wish> {
        let scene = (self.below(10) < 3).then(|| scene_name(self.below(SCENES)).parse());
        let event = (self.below(10) < 3).then(|| event_name(self.below(EVENTS - 1)).parse());
        Ok(Wish {
            room: room_id(room)?,
            scene: scene.transpose()?,
            event: event.transpose()?,
            device: None,
            seconds: (self.below(10) < 3).then_some(600),
            kind: Some(profile_of(room).1.parse()?),
            messaging: false,
            expects: Expects::NOTHING,
            renews: None,
        })
    }

    fn ask_for_key(&mut self) -> anyhow::Result<()> {
        let (user, room) = self.somebody()?;
        self.ask(user, self.wish(room)?)
    }

    /// Something that is denied, most of the times.
    fn ask_in_vain(&mut self) -> anyhow::Result<()> {
        let (user, room) = self.somebody()?;
        let wish = match self.below(20) {
            0..10 => self.wish(self.below(self.cast.rooms))?,
            10..13 => Wish { room: "torn-down".parse()?, ..self.wish(room)? },
            13..16 => Wish { seconds: Some(999_999), ..self.wish(room)? },
            16..19 => Wish { event: Some(event_name(EVENTS - 1).parse()?), ..self.wish(room)? },
            _ => Wish { kind: Some("vonage".parse()?), ..self.wish(room)? },
        };
        self.ask(user, wish)
    }

    fn ask(&mut self, user: u64, wish: Wish) -> anyhow::Result<()> {
        self.wait_down_to(UNDER_WAY - 1)?;
        self.tick();
        let session = self.session_of(user)?.context("everybody is logged in")?;
        let subject = self.cast.subject(user)?;
        let by = Actor::Session { session: session.clone(), subject };
        let ticket = Ticket {
            context: Context { by, req: self.request(0)? },
            authority: Asker::Session(session),
            subject: Some(subject),
            wish: wish.clone(),
        };
        let issuance = IssuanceId::new(self.dice.uuid_v7(self.clock.now()));
        let pending = self.store.issue(ticket, move |facts| rule(facts, issuance))?;
        let past = Box::new(Past { user, issuance, wish: Wish { renews: None, ..wish } });
        self.answers.push_back(Answer::Key(pending, past));
        self.hand(1);
        Ok(())
    }
}
