//! What OpenTok and Vonage Video have in common: one platform, two kinds of account.
//!
//! Both have the same sessions, roles, connection data and REST paths; they differ in what an account is called and in
//! how its tokens are signed. The providers hold what differs, this module what does not.
//!
//! A role is one word here, and there is none for a limit on sources. `connection_data` is seen by every participant
//! and is all that the platform's callbacks say of a token, so it is the id of the issuance and nothing else.

#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod reading;
pub(crate) mod rest;
pub(crate) mod session_id;

use roomkey_claims::{Permissions, Profile, Role, Sources};

use crate::url::check_server_url;
use crate::{DraftError, Drafting, Section, SectionError};

/// The field, and the option, with the address of the platform's REST interface.
pub(crate) const API_URL: &str = "api_url";

/// Longest connection data, in bytes: the least of what the vendor's own SDKs take (Ruby's takes 999 characters).
pub(crate) const LONGEST_CONNECTION_DATA: usize = 999;

/// What a client token's `scope` is; a credential for the REST interface has none.
pub(crate) const CLIENT_SCOPE: &str = "session.connect";

/// One of the two kinds of account.
#[derive(Debug)]
pub(crate) struct Platform {
    /// The kind of provider.
    pub(crate) kind: &'static str,
    /// The option of a profile that holds the public id of the account.
    pub(crate) account: &'static str,
    /// Longest life of a client token, in seconds.
    pub(crate) cap_seconds: u32,
}

/// What a client token says, checked, in no format yet.
#[derive(Debug)]
pub(crate) struct Client<'a> {
    /// The account.
    pub(crate) account: &'a str,
    /// The session, which belongs to the account.
    pub(crate) session: &'a str,
    /// The platform's word for the role.
    pub(crate) role: &'static str,
    /// When it was issued, in seconds since the Unix epoch.
    pub(crate) issued_at: i64,
    /// When it expires, in seconds since the Unix epoch.
    pub(crate) expires_at: i64,
    /// The id of the issuance.
    pub(crate) connection_data: String,
}

impl Platform {
    /// The public id of a profile's account.
    pub(crate) fn account<'a>(&self, profile: &'a Profile) -> Result<&'a str, DraftError> {
        let account = (profile.kind.as_str() == self.kind)
            .then(|| profile.options.get(self.account))
            .flatten();
        account.map(String::as_str).ok_or(DraftError::OtherProvider { kind: self.kind })
    }

    /// Checks a grant against what the platform can express.
    pub(crate) fn client<'a>(&self, drafting: &Drafting<'a>) -> Result<Client<'a>, DraftError> {
        let Drafting { grant, profile, issuance, did } = *drafting;
        let kind = self.kind;
        if grant.kind != profile.kind {
            return Err(DraftError::OtherProvider { kind });
        }
        let account = self.account(profile)?;
        if grant.permissions != grant.role.permissions(Sources::All) {
            return Err(DraftError::Inexpressible { kind, what: "a limit on sources" });
        }
        if grant.with_did && did.is_some() {
            return Err(DraftError::Inexpressible { kind, what: "metadata with a DID" });
        }
        let session = grant.provider_room.as_str();
        if !session_id::belongs(session, account) {
            return Err(DraftError::OtherAccount { kind });
        }
        let (issued_at, expires_at) = (grant.validity.not_before, grant.validity.expires_at);
        let (seconds, longest) = (expires_at.saturating_sub(issued_at), self.cap_seconds);
        if !(1..=i64::from(longest)).contains(&seconds) {
            return Err(DraftError::Lifetime { seconds, longest });
        }
        let connection_data = connection_data(issuance.to_string())?;
        let role = role_word(grant.role);
        Ok(Client { account, session, role, issued_at, expires_at, connection_data })
    }

    /// The address of the REST interface of a profile, without a slash at its end.
    pub(crate) fn api_url<'a>(&self, profile: &'a Profile) -> Result<&'a str, DraftError> {
        let url = profile.options.get(API_URL);
        url.map(String::as_str).ok_or(DraftError::OtherProvider { kind: self.kind })
    }
}

/// Refuses connection data that one of the platform's servers could cut or refuse.
pub(crate) fn connection_data(text: String) -> Result<String, DraftError> {
    let longest = LONGEST_CONNECTION_DATA;
    if longest < text.len() {
        return Err(DraftError::ConnectionData { bytes: text.len(), longest });
    }
    Ok(text)
}

/// The platform's word for a role.
const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Subscriber => "subscriber",
        Role::Publisher => "publisher",
        Role::PublisherOnly => "publisheronly",
        Role::Moderator => "moderator",
    }
}

/// What the desk's role for this word allows; `None` where the platform has no such word.
pub(crate) fn permissions(word: &str) -> Option<Permissions> {
    let role = Role::ALL.into_iter().find(|role| role_word(*role) == word)?;
    Some(role.permissions(Sources::All))
}

/// Reads the address of the REST interface, `default` where the section has none.
pub(crate) fn read_api_url(section: &Section, default: &str) -> Result<String, SectionError> {
    let url = match section.text(API_URL)? {
        "" => default,
        url => url,
    };
    check_server_url(url).map_err(|reason| SectionError::Url { field: API_URL, reason })?;
    if !url.starts_with("https://") && !url.starts_with("http://") {
        let expected = "an address that begins with https:// (http:// only for a loopback host)";
        return Err(SectionError::Malformed { field: API_URL, expected });
    }
    Ok(url.trim_end_matches('/').to_owned())
}
