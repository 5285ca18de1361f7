//! What clients of Agora's token service ask for: read strictly, since what is cut to fit would be somebody else's key.

use roomkey_claims::{Expects, Identity, Role, RoomId};
use roomkey_desk::authority::Actor;
use roomkey_desk::error::DeskError;
use roomkey_desk::tokens::issue::KeyRequest;
use roomkey_desk::tokens::rule::Claimed;
use serde::Deserialize;

use crate::extract::fields::Fields;
use crate::problem::error::ApiError;
use crate::problem::fault::FieldError;
use crate::problem::vendor::CompatFault;

/// A place in a channel, as the path names it.
#[derive(Debug, Deserialize)]
pub(crate) struct ChannelPath {
    pub(crate) channel: String,
    pub(crate) role: String,
    pub(crate) tokentype: String,
    pub(crate) uid: String,
}

/// For how long the key is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpiryQuery {
    expiry: Option<String>,
}

impl ExpiryQuery {
    /// The lifetime in seconds.
    pub(crate) fn seconds(&self, fields: &mut Fields) -> Option<u32> {
        let text = self.expiry.as_deref()?;
        let seconds = decimal(text).filter(|seconds| *seconds != 0);
        if seconds.is_none() {
            fields.wrong("/expiry", "must be whole seconds from 1 to 4294967295, in digits alone");
        }
        seconds
    }
}

/// How the client joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joins<'a> {
    /// With a number; 0 stands for anybody at Agora.
    Uid(u32),
    /// With an account.
    Account(&'a str),
}

impl<'a> Joins<'a> {
    /// Reads the number or the account of a path.
    pub(crate) fn of_path(fields: &mut Fields, kind: &str, text: &'a str) -> Option<Self> {
        match kind {
            "uid" => uid(fields, text),
            "userAccount" => Some(Self::Account(text)),
            _ => {
                fields.wrong("/tokentype", "must be `uid` or `userAccount`");
                None
            }
        }
    }

    /// Reads what may be either: digits alone are a number, as Agora's service takes them.
    pub(crate) fn of_text(fields: &mut Fields, text: &'a str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            uid(fields, text)
        } else {
            Some(Self::Account(text))
        }
    }
}

/// An empty number is the wildcard, as the service takes it.
fn uid<'a>(fields: &mut Fields, text: &str) -> Option<Joins<'a>> {
    let number = if text.is_empty() { Some(0) } else { decimal(text) };
    if number.is_none() {
        fields.wrong("/uid", "must be a number up to 4294967295, in digits alone");
    }
    number.map(Joins::Uid)
}

/// A number as its digits, without sign or leading zeros: nothing is truncated, and each number is written in one way.
fn decimal(text: &str) -> Option<u32> {
    text.parse::<u32>().ok().filter(|number| number.to_string() == text)
}

/// The role that a client needs, in exactly these words: a typing error makes no subscriber.
pub(crate) fn role(fields: &mut Fields, text: &str) -> Option<Role> {
    match text {
        "publisher" => Some(Role::Publisher),
        "subscriber" => Some(Role::Subscriber),
        _ => {
            fields.wrong("/role", "must be `publisher` or `subscriber`");
            None
        }
    }
}

/// Refuses an account that is not the user's own; a backend cannot name its user here.
pub(crate) fn check_account(actor: &Actor, account: &str) -> Result<(), ApiError> {
    let subject = actor.subject().ok_or(DeskError::UserRequired)?;
    let assigned = Identity::of(subject, None);
    if assigned.as_str() == account {
        Ok(())
    } else {
        Err(CompatFault::OtherAccount { assigned }.into())
    }
}

/// What is asked for in a channel, all of it read.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) channel: RoomId,
    pub(crate) role: Option<Role>,
    pub(crate) joins: Option<Joins<'a>>,
    pub(crate) seconds: Option<u32>,
    pub(crate) messaging: bool,
}

impl<'a> Asked<'a> {
    /// Reads a path and its query.
    pub(crate) fn read(
        path: &'a ChannelPath,
        query: &ExpiryQuery,
        messaging: bool,
    ) -> Result<Self, ApiError> {
        let mut fields = Fields::new();
        let channel = fields.required("/channel", &path.channel);
        let role = role(&mut fields, &path.role);
        let joins = Joins::of_path(&mut fields, &path.tokentype, &path.uid);
        let seconds = query.seconds(&mut fields);
        let Some(channel) = channel else { return Err(fields.refuse()) };
        fields.done(Self { channel, role, joins, seconds, messaging })
    }

    /// The request for the key of somebody who joins in this way.
    pub(crate) fn request(self, actor: &Actor) -> Result<KeyRequest, ApiError> {
        let Self { channel, role, joins, seconds, messaging } = self;
        let (uid, by_account) = match joins {
            None => (None, false),
            Some(Joins::Uid(uid)) => (Some(uid), false),
            Some(Joins::Account(account)) => {
                check_account(actor, account)?;
                (None, true)
            }
        };
        let agora = "agora".parse().map_err(|_| DeskError::Internal("a kind that is none"))?;
        Ok(KeyRequest {
            room: channel,
            scene: None,
            event: None,
            device: None,
            seconds,
            kind: Some(agora),
            messaging,
            user: None,
            claimed: Claimed { expects: Expects { role, uid }, without_meeting: true, by_account },
        })
    }
}

/// What is wrong with one field.
pub(crate) fn invalid(pointer: &str, detail: &str) -> ApiError {
    ApiError::Invalid(vec![FieldError::new(pointer, detail)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(channel: &str, role: &str, kind: &str, uid: &str, expiry: Option<&str>) -> usize {
        let path = ChannelPath {
            channel: channel.to_owned(),
            role: role.to_owned(),
            tokentype: kind.to_owned(),
            uid: uid.to_owned(),
        };
        match Asked::read(&path, &ExpiryQuery { expiry: expiry.map(str::to_owned) }, false) {
            Ok(_) => 0,
            Err(ApiError::Invalid(errors)) => errors.len(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        assert_eq!(read("stage-1", "publisher", "uid", "7", None), 0);
        assert_eq!(read("stage-1", "subscriber", "userAccount", "*", Some("600")), 0);
        for role in ["PUBLISHER", "publisher ", "moderator", "", "1"] {
            assert_eq!(read("stage-1", role, "uid", "7", None), 1, "{role}");
        }
        for expiry in ["", "0", "-5", "+5", "1.5", "1e3", "failing", "060", "4294967297", " 60"] {
            assert_eq!(read("stage-1", "publisher", "uid", "7", Some(expiry)), 1, "{expiry}");
        }
        assert_eq!(read("*", "x", "nonsense", "7", Some("x")), 4);
        assert_eq!(read("*", "x", "uid", "x", Some("x")), 4);
    }

    #[test]
    fn no_number_is_cut_to_fit() {
        let read = |text| {
            let mut fields = Fields::new();
            let joins = Joins::of_path(&mut fields, "uid", text);
            fields.done(joins).ok().flatten()
        };
        assert_eq!(read("4294967295"), Some(Joins::Uid(u32::MAX)));
        for wildcard in ["0", ""] {
            assert_eq!(read(wildcard), Some(Joins::Uid(0)));
        }
        for bad in ["4294967296", "-1", "+1", "01", "00", "1.0", "0x1", " 1", "test", "*"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn digits_alone_are_never_an_account() {
        let read = |text| {
            let mut fields = Fields::new();
            let joins = Joins::of_text(&mut fields, text);
            fields.done(joins).ok().flatten()
        };
        assert_eq!(read("7"), Some(Joins::Uid(7)));
        assert_eq!(read(""), Some(Joins::Uid(0)));
        assert_eq!(read("user-7"), Some(Joins::Account("user-7")));
        assert_eq!(read("-1"), Some(Joins::Account("-1")));
        for bad in ["4294967296", "007"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
