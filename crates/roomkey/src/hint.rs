//! What a person at the command line can do about an error, in the commands and settings that the crates below do not know.

use std::error::Error;

use roomkey_desk::error::DeskError;
use roomkey_desk::log::error::IntegrateError;
use roomkey_storage::{OpenError, Refused, StoreError, WriteError};

/// The error with its causes, and what to do about it where the command line knows more than the error says.
pub(crate) fn told(error: &anyhow::Error) -> String {
    match error.chain().find_map(hint) {
        Some(hint) => format!("{error:#}: {hint}"),
        None => format!("{error:#}"),
    }
}

fn hint(error: &(dyn Error + 'static)) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref() {
        return of_integrate(error);
    }
    if let Some(error) = error.downcast_ref() {
        return of_desk(error);
    }
    if let Some(error) = error.downcast_ref() {
        return of_open(error);
    }
    match error.downcast_ref() {
        Some(WriteError::Refused(refused)) => return of_refused(*refused),
        Some(WriteError::Store(error)) => return of_store(error),
        None => {}
    }
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return of_refused(*refused);
    }
    error.downcast_ref().and_then(of_store)
}

fn of_integrate(error: &IntegrateError) -> Option<&'static str> {
    if let IntegrateError::Desk(error) = error { of_desk(error) } else { None }
}

fn of_desk(error: &DeskError) -> Option<&'static str> {
    match error {
        DeskError::Refused(refused) => of_refused(*refused),
        DeskError::Store(error) => of_store(error),
        _ => None,
    }
}

fn of_open(error: &OpenError) -> Option<&'static str> {
    match error {
        OpenError::Behind { .. } => Some("make a backup, then run `roomkey migrate up`"),
        OpenError::Newer { .. } => Some("use that version"),
        OpenError::KeyFileMissing => Some("name it in `[secrets] key_file`"),
        OpenError::BackupOfServer => Some("use pg_dump or your server's backups for PostgreSQL"),
        OpenError::Make { .. }
        | OpenError::Connect { .. }
        | OpenError::Migrate(_)
        | OpenError::Key(_)
        | OpenError::Query(_)
        | OpenError::Thread(_)
        | OpenError::Pool(_)
        | OpenError::Backup { .. } => None,
    }
}

fn of_store(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::Frozen(_) => Some("find out why, then run `roomkey audit recover`"),
        StoreError::Busy
        | StoreError::Deadline
        | StoreError::Slow
        | StoreError::Stopped
        | StoreError::Database(_)
        | StoreError::Connection(_)
        | StoreError::Corrupt { .. }
        | StoreError::Entry(_)
        | StoreError::Panicked => None,
    }
}

fn of_refused(refused: Refused) -> Option<&'static str> {
    match refused {
        Refused::NoSuchUser => Some("`roomkey user list` shows them"),
        Refused::RoomExists => Some("change it with `roomkey room set`"),
        Refused::NoSuchRoom => Some("`roomkey room list` shows them"),
        Refused::NoSuchMember => Some("`roomkey member list` shows them"),
        Refused::MeetingRaced => Some("`roomkey meeting list` shows it"),
        Refused::NoSuchBackend => Some("`roomkey backend list` shows them"),
        Refused::SessionUsed => Some("check `api_url`"),
        Refused::KeyNotInForce => Some("bring the settings of this node up to date"),
        Refused::UserExists
        | Refused::DidExists
        | Refused::LastAdmin
        | Refused::NoMeeting
        | Refused::NotAuthorized
        | Refused::TreeRaced
        | Refused::NotFrozen
        | Refused::BackendExists
        | Refused::JtiUsed
        | Refused::NoSuchSession => None,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn a_hint_is_found_however_the_error_is_wrapped() {
        let expected = "there is no such room: `roomkey room list` shows them";
        for error in [
            anyhow::Error::from(Refused::NoSuchRoom),
            WriteError::Refused(Refused::NoSuchRoom).into(),
            DeskError::Refused(Refused::NoSuchRoom).into(),
            IntegrateError::Desk(DeskError::Refused(Refused::NoSuchRoom)).into(),
        ] {
            assert_eq!(told(&error), expected);
        }
        let behind = || OpenError::Behind { location: "sqlite://x".parse().unwrap(), missing: 2 };
        let expected = "the database sqlite://x lacks 2 migrations: make a backup, then run `roomkey migrate up`";
        assert_eq!(told(&behind().into()), expected);
        let wrapped = Err::<(), _>(behind()).context("at the start").unwrap_err();
        assert_eq!(told(&wrapped), format!("at the start: {expected}"));
    }

    #[test]
    fn an_error_that_says_all_itself_stays_as_it_is() {
        assert_eq!(told(&StoreError::Slow.into()), StoreError::Slow.to_string());
    }
}
