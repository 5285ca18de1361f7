//! The services of Agora's platform: their numbers, their privileges and what each one says.

/// RTC: a channel with sound and pictures.
pub(super) const RTC: u16 = 1;
/// RTM: messaging for the whole app, which knows no channels.
pub(super) const RTM: u16 = 2;

/// The privilege of RTC to join and receive.
pub(super) const JOIN: u16 = 1;
/// The privilege of RTC to send sound.
pub(super) const AUDIO: u16 = 2;
/// The privilege of RTC to send pictures.
pub(super) const VIDEO: u16 = 3;
/// The privilege of RTC to send data messages.
pub(super) const DATA: u16 = 4;
/// The privilege of RTM to log in.
pub(super) const LOGIN: u16 = 1;

/// The field of a service that names a room.
pub(super) const CHANNEL: &str = "channel";
/// The field of a service that names a participant.
pub(super) const ACCOUNT: &str = "account";
/// The field of a service that names a user of the app.
pub(super) const USER_ID: &str = "userId";

/// A service that can be read.
#[derive(Debug)]
pub(super) struct Known {
    /// Its number in tokens.
    pub(super) number: u16,
    /// Its name.
    pub(super) name: &'static str,
    /// The names of its privileges, from 1 on.
    pub(super) privileges: &'static [&'static str],
    /// What it says after its privileges, in order.
    pub(super) payload: &'static [(&'static str, Form)],
}

/// How a part of a service's payload is packed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// A text.
    Text,
    /// A signed number of 16 bits.
    Number,
    /// RTM2's lists of names, by resource and permission.
    Resources,
}

/// RTM2's resources, from 0 on.
pub(super) const RESOURCES: &[&str] =
    &["messageChannels", "streamChannels", "groupChannels", "serverGroups", "users"];

/// RTM2's permissions, from 0 on.
pub(super) const PERMISSIONS: &[&str] = &["read", "write"];

const CHANNEL_AND_ACCOUNT: &[(&str, Form)] = &[(CHANNEL, Form::Text), (ACCOUNT, Form::Text)];

/// Every service that Agora's own parsers know (npm `agora-token` 2.0.6).
pub(super) static ALL: &[Known] = &[
    Known {
        number: RTC,
        name: "rtc",
        privileges: &["joinChannel", "publishAudio", "publishVideo", "publishDataStream"],
        payload: CHANNEL_AND_ACCOUNT,
    },
    Known { number: RTM, name: "rtm", privileges: &["login"], payload: &[(USER_ID, Form::Text)] },
    Known {
        number: 3,
        name: "streaming",
        privileges: &["publishMixStream", "publishRawStream"],
        payload: CHANNEL_AND_ACCOUNT,
    },
    Known { number: 4, name: "fpa", privileges: &["login"], payload: &[] },
    Known {
        number: 5,
        name: "chat",
        privileges: &["user", "app"],
        payload: &[(USER_ID, Form::Text)],
    },
    Known {
        number: 6,
        name: "fcdn",
        privileges: &["publish", "play"],
        payload: CHANNEL_AND_ACCOUNT,
    },
    Known {
        number: 7,
        name: "education",
        privileges: &["roomUser", "user", "app"],
        payload: &[("roomUuid", Form::Text), ("userUuid", Form::Text), ("role", Form::Number)],
    },
    Known {
        number: 8,
        name: "rtm2",
        privileges: &["login"],
        payload: &[(USER_ID, Form::Text), ("permissions", Form::Resources)],
    },
    Known { number: 9, name: "convoai", privileges: &[], payload: &[] },
    Known { number: 10, name: "stt", privileges: &[], payload: &[] },
];

/// The service of this number.
pub(super) fn find(number: u16) -> Option<&'static Known> {
    ALL.iter().find(|known| known.number == number)
}
