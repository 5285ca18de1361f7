//! The JSON of the answers for others than the handlers: the command line prints the same with `--json`.

use roomkey_storage::{Backend, MeetingRow, Member, Room, User, Visit, WindowOfEvent};
use serde::Serialize;

use crate::http::audit::stats::StatsAnswer;
use crate::http::audit::trace::TraceAnswer;
use crate::http::audit::view::EntryView;
use crate::http::backends::view::{AddedBackendView, BackendView};
use crate::http::events::list::EventView;
use crate::http::keys::answer::KeyAnswer;
use crate::http::listing::ListOf;
use crate::http::meetings::list::MeetingView;
use crate::http::members::view::MemberView;
use crate::http::rooms::view::RoomView;
use crate::http::users::view::UserView;
use crate::http::users::visits::VisitView;
use crate::ops::IssuedKey;
use crate::ops::audit::{Listed, Stats, Trace};
use crate::ops::backends::{AddedBackend, NewBackendRequest};

/// A user.
pub fn user(user: &User) -> impl Serialize + use<> {
    UserView::of(user)
}

/// From where a user logged in.
pub fn visit(visit: &Visit) -> impl Serialize + use<> {
    VisitView::of(visit)
}

/// A backend, without its secret.
pub fn backend(backend: &Backend) -> impl Serialize + use<> {
    BackendView::of(backend)
}

/// A backend that was added, with its secret, which is shown this once.
pub fn added_backend(asked: &NewBackendRequest, added: &AddedBackend) -> impl Serialize + use<> {
    AddedBackendView::of(asked, added)
}

/// A room.
pub fn room(room: &Room) -> impl Serialize + use<> {
    RoomView::of(room)
}

/// A member of a room.
pub fn member(member: &Member) -> impl Serialize + use<> {
    MemberView::of(member)
}

/// An event with its window.
pub fn window(window: &WindowOfEvent) -> impl Serialize + use<> {
    EventView::of(window)
}

/// A meeting.
pub fn meeting(meeting: &MeetingRow) -> impl Serialize + use<> {
    MeetingView::of(meeting)
}

/// An entry of the log.
pub fn entry(entry: Listed) -> impl Serialize + use<> {
    EntryView::of(entry)
}

/// How many entries there are.
pub fn stats(stats: Stats) -> impl Serialize + use<> {
    StatsAnswer::of(stats)
}

/// What is known of a token.
pub fn trace(Trace { inspection, entries }: Trace) -> impl Serialize + use<> {
    TraceAnswer::of(inspection, entries.into_iter().map(EntryView::of).collect())
}

/// A key, with the kind of its provider.
pub fn key(key: IssuedKey) -> impl Serialize + use<> {
    KeyAnswer::of(key, true)
}

/// A page of a list.
pub fn list<T: Serialize>(data: Vec<T>, next: Option<String>) -> impl Serialize + use<T> {
    ListOf::with_next(data, next)
}
