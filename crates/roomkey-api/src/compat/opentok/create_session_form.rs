//! What a server SDK asks of a new session: a form, of which the room's settings decide everything.
//!
//! The SDKs send what they were not told as empty, as `null` or as their default, and spell booleans in their own ways.

use std::net::Ipv4Addr;

use actix_web::web;
use roomkey_claims::{Archive, Media, SessionOptions};

use crate::problem::vendor::SessionFault;

/// Longest name of a recording, in characters.
const LONGEST_NAME: usize = 80;

/// The resolutions that a recording can have.
const RESOLUTIONS: [&str; 6] =
    ["640x480", "480x640", "1280x720", "720x1280", "1920x1080", "1080x1920"];

/// What a client asks for; `None` where it leaves it to the desk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SessionForm {
    media: Option<Media>,
    archive: Option<Archive>,
    e2ee: bool,
}

/// The value of a field of the form, where it says something.
fn value<'a>(
    fields: &'a [(String, String)],
    name: &'static str,
) -> Result<Option<&'a str>, SessionFault> {
    let mut values = fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value);
    let value = values.next().map(String::as_str);
    if values.next().is_some() {
        return Err(SessionFault::Twice(name));
    }
    Ok(value.filter(|value| !value.is_empty() && *value != "null"))
}

impl SessionForm {
    /// Reads a form, and refuses what the platform would refuse.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, SessionFault> {
        let body = std::str::from_utf8(body).map_err(|_| SessionFault::NotAForm)?;
        let fields = web::Query::<Vec<(String, String)>>::from_query(body);
        let fields = fields.map_err(|_| SessionFault::NotAForm)?.into_inner();
        let media = match value(&fields, "p2p.preference")? {
            None => None,
            Some("enabled") => Some(Media::Relayed),
            Some("disabled") => Some(Media::Routed),
            Some(_) => return Err(wrong("p2p.preference", "`enabled` or `disabled`")),
        };
        let archive = match value(&fields, "archiveMode")? {
            None => None,
            Some("manual") => Some(Archive::Manual),
            Some("always") => Some(Archive::Always),
            Some(_) => return Err(wrong("archiveMode", "`manual` or `always`")),
        };
        let e2ee = match value(&fields, "e2ee")? {
            None => false,
            Some(text) if text.eq_ignore_ascii_case("false") => false,
            Some(text) if text.eq_ignore_ascii_case("true") => true,
            Some(_) => return Err(wrong("e2ee", "`true` or `false`")),
        };
        if value(&fields, "location")?.is_some_and(|text| text.parse::<Ipv4Addr>().is_err()) {
            return Err(wrong("location", "an IPv4 address"));
        }
        check_archive(&fields, archive)?;
        // Without a word of it, the platform routes media and records nothing.
        let options = SessionOptions {
            media: media.unwrap_or(Media::Routed),
            e2ee,
            archive: archive.unwrap_or(Archive::Manual),
        };
        options.check().map_err(SessionFault::Platform)?;
        Ok(Self { media, archive, e2ee })
    }

    /// Refuses what the client relies on and the room's sessions have not; more than it asked for is no harm.
    pub(crate) fn check(&self, room: SessionOptions) -> Result<(), SessionFault> {
        if self.e2ee && !room.e2ee {
            return Err(SessionFault::NotEncrypted);
        }
        if self.archive == Some(Archive::Always) && room.archive != Archive::Always {
            return Err(SessionFault::NotRecorded);
        }
        if self.media == Some(Media::Routed) && room.media != Media::Routed {
            return Err(SessionFault::NotRouted);
        }
        Ok(())
    }
}

/// Name and resolution of a recording, which the desk does not pass on, are held to the platform's rules.
fn check_archive(
    fields: &[(String, String)],
    archive: Option<Archive>,
) -> Result<(), SessionFault> {
    let (name, resolution) = (value(fields, "archiveName")?, value(fields, "archiveResolution")?);
    for (field, value) in [("archiveName", name), ("archiveResolution", resolution)] {
        if value.is_some() && archive != Some(Archive::Always) {
            return Err(SessionFault::NoArchive(field));
        }
    }
    if name.is_some_and(|name| LONGEST_NAME < name.chars().count()) {
        return Err(wrong("archiveName", "at most 80 characters"));
    }
    if resolution.is_some_and(|resolution| !RESOLUTIONS.contains(&resolution)) {
        let expected = "640x480, 480x640, 1280x720, 720x1280, 1920x1080 or 1080x1920";
        return Err(wrong("archiveResolution", expected));
    }
    Ok(())
}

const fn wrong(field: &'static str, expected: &'static str) -> SessionFault {
    SessionFault::Value { field, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: SessionOptions =
        SessionOptions { media: Media::Routed, e2ee: false, archive: Archive::Always };
    const ENCRYPTED: SessionOptions =
        SessionOptions { media: Media::Routed, e2ee: true, archive: Archive::Manual };
    const RELAYED: SessionOptions =
        SessionOptions { media: Media::Relayed, e2ee: false, archive: Archive::Manual };

    fn asked(body: &str, room: SessionOptions) -> Result<(), SessionFault> {
        SessionForm::parse(body.as_bytes())?.check(room)
    }

    #[test]
    fn what_every_sdk_sends_of_itself_fits_every_room() {
        for body in [
            "",
            "archiveMode=manual&p2p.preference=enabled",
            "p2p.preference=enabled&archiveMode=manual&e2ee=false",
            "p2p.preference=enabled",
            "p2p.preference=enabled&api_key=123456",
            "location=&archiveMode=manual&p2p.preference=enabled&e2ee=False",
            "archiveMode=null&location=null&e2ee=&future=1&future=2",
        ] {
            for room in [SessionOptions::PLAIN, RECORDED, ENCRYPTED, RELAYED] {
                assert_eq!(asked(body, room), Ok(()), "{body}");
            }
        }
        let vonage = "archiveMode=manual&location=null&p2p.preference=disabled";
        assert_eq!(asked(vonage, SessionOptions::PLAIN), Ok(()));
    }

    #[test]
    fn what_a_client_relies_on_must_be_so_in_the_room() {
        let always = "archiveMode=always&p2p.preference=disabled&archiveName=n%201&archiveResolution=1280x720&location=12.34.56.78";
        assert_eq!(asked(always, RECORDED), Ok(()));
        assert_eq!(asked(always, SessionOptions::PLAIN), Err(SessionFault::NotRecorded));
        let encrypted = "e2ee=True&p2p.preference=disabled";
        assert_eq!(asked(encrypted, ENCRYPTED), Ok(()));
        assert_eq!(asked(encrypted, SessionOptions::PLAIN), Err(SessionFault::NotEncrypted));
        assert_eq!(asked("p2p.preference=disabled", RELAYED), Err(SessionFault::NotRouted));
    }

    #[test]
    fn what_the_platform_refuses_is_refused_with_its_reason() {
        use roomkey_claims::SessionOptionsError::{
            ArchiveRelayed, EncryptedArchive, EncryptedRelayed,
        };
        for (body, reason) in [
            ("archiveMode=always&p2p.preference=enabled", ArchiveRelayed),
            ("e2ee=true&p2p.preference=enabled", EncryptedRelayed),
            ("archiveMode=always&e2ee=true&p2p.preference=disabled", EncryptedArchive),
        ] {
            assert_eq!(asked(body, RECORDED), Err(SessionFault::Platform(reason)), "{body}");
        }
        assert_eq!(asked("archiveName=a", RECORDED), Err(SessionFault::NoArchive("archiveName")));
    }

    #[test]
    fn bad_values_are_named() {
        let long = format!("archiveMode=always&archiveName={}", "x".repeat(81));
        for (body, field) in [
            ("archiveMode=sometimes", "archiveMode"),
            ("archiveMode=ALWAYS", "archiveMode"),
            ("p2p.preference=true", "p2p.preference"),
            ("e2ee=1", "e2ee"),
            ("location=%3A%3A1", "location"),
            ("location=256.1.1.1", "location"),
            ("archiveMode=always&archiveResolution=1x1", "archiveResolution"),
            (&long, "archiveName"),
        ] {
            let fault = SessionForm::parse(body.as_bytes()).unwrap_err();
            assert!(matches!(fault, SessionFault::Value { field: f, .. } if f == field), "{body}");
        }
        let twice = SessionForm::parse(b"e2ee=false&e2ee=true");
        assert_eq!(twice, Err(SessionFault::Twice("e2ee")));
        assert_eq!(SessionForm::parse(b"e2ee=\xff"), Err(SessionFault::NotAForm));
    }
}
