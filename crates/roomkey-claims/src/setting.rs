//! The settings of a room as one table: name, meaning and field of each.
//!
//! Requests, answers, the API description and the command line read [`SETTINGS`], so a new setting is a field of
//! [`RoomSettings`] and a row here, besides its column in the database and what it changes.

use crate::{
    Access, Archive, IdError, Media, ProfileName, Role, RoomSettings, SessionOptions, UnknownName,
};

/// A setting of a room.
#[derive(Debug)]
pub struct Setting {
    /// The name in requests and answers.
    pub name: &'static str,
    /// What it means, in a sentence without its full stop.
    pub doc: &'static str,
    /// What null does, with a verb; `None` if a room always has a value.
    pub null: Option<&'static str>,
    field: Field,
}

/// Where the value of a setting is, which also tells what values it has.
#[derive(Debug, Clone, Copy)]
enum Field {
    Profile(fn(&mut RoomSettings) -> &mut ProfileName),
    Access(fn(&mut RoomSettings) -> &mut Access),
    Flag(fn(&mut RoomSettings) -> &mut bool),
    Media(fn(&mut RoomSettings) -> &mut Media),
    Archive(fn(&mut RoomSettings) -> &mut Archive),
    Seconds(fn(&mut RoomSettings) -> &mut Option<u32>),
}

const fn row(name: &'static str, doc: &'static str, field: Field) -> Setting {
    let null = match field {
        Field::Access(_) => Some("admits members only"),
        Field::Seconds(_) => Some("takes that of the desk"),
        Field::Profile(_) | Field::Flag(_) | Field::Media(_) | Field::Archive(_) => None,
    };
    Setting { name, doc, null, field }
}

/// Every setting of a room, in the order of answers.
pub static SETTINGS: &[Setting] = &[
    row(
        "provider",
        "The provider profile of the room, as the settings of the desk name it",
        Field::Profile(|room| &mut room.profile),
    ),
    row(
        "openRole",
        "The role of any enabled user in an open room",
        Field::Access(|room| &mut room.access),
    ),
    row(
        "eventRequired",
        "Whether a request must name an event",
        Field::Flag(|room| &mut room.event_required),
    ),
    row(
        "perDevice",
        "Whether each device of a user has an identity of its own, so that a request must name a device",
        Field::Flag(|room| &mut room.per_device),
    ),
    row(
        "withDid",
        "Whether the metadata of keys includes the user's DID",
        Field::Flag(|room| &mut room.with_did),
    ),
    row(
        "stringAccounts",
        "Whether participants have string accounts instead of numeric uids",
        Field::Flag(|room| &mut room.string_accounts),
    ),
    row(
        "mediaMode",
        "How media flow in the sessions of meetings, if the provider makes sessions",
        Field::Media(|room| &mut room.session.media),
    ),
    row(
        "e2ee",
        "Whether media are encrypted from end to end",
        Field::Flag(|room| &mut room.session.e2ee),
    ),
    row(
        "archiveMode",
        "Whether meetings are recorded",
        Field::Archive(|room| &mut room.session.archive),
    ),
    row(
        "minSeconds",
        "The shortest lifetime of a key, in seconds",
        Field::Seconds(|room| &mut room.bounds.min),
    ),
    row(
        "defaultSeconds",
        "The default lifetime of a key, in seconds",
        Field::Seconds(|room| &mut room.bounds.default),
    ),
    row(
        "maxSeconds",
        "The longest lifetime of a key, in seconds",
        Field::Seconds(|room| &mut room.bounds.max),
    ),
];

/// A value of a setting, as requests and answers spell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// Yes or no.
    Flag(bool),
    /// A name or a word.
    Text(String),
    /// A number of seconds.
    Seconds(i64),
}

/// The values that a setting has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingShape {
    /// True or false.
    Flag,
    /// A text that matches the pattern.
    Name {
        /// The pattern, as a regular expression.
        pattern: &'static str,
    },
    /// A word of the list.
    Word {
        /// The list.
        words: Vec<&'static str>,
    },
    /// A number from 1 to [`u32::MAX`].
    Seconds,
}

/// A value that a setting does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// Neither true nor false.
    #[error("must be true or false")]
    Flag,
    /// Not a number of seconds.
    #[error("must be from 1 to {}", u32::MAX)]
    Seconds,
    /// Not a name.
    #[error(transparent)]
    Name(#[from] IdError),
    /// Not a word of the list.
    #[error(transparent)]
    Word(#[from] UnknownName),
}

impl Setting {
    /// The values that the setting has, besides null where [`is_nullable`](Self::is_nullable) says so.
    pub fn shape(&self) -> SettingShape {
        match self.field {
            Field::Profile(_) => SettingShape::Name { pattern: ProfileName::PATTERN },
            Field::Access(_) => SettingShape::Word { words: Role::ALL.map(Role::as_str).into() },
            Field::Flag(_) => SettingShape::Flag,
            Field::Media(_) => SettingShape::Word { words: Media::ALL.map(Media::as_str).into() },
            Field::Archive(_) => {
                SettingShape::Word { words: Archive::ALL.map(Archive::as_str).into() }
            }
            Field::Seconds(_) => SettingShape::Seconds,
        }
    }

    /// Whether a room may have no value here.
    pub const fn is_nullable(&self) -> bool {
        self.null.is_some()
    }

    /// Whether a new room must be given a value.
    pub const fn is_required(&self) -> bool {
        matches!(self.field, Field::Profile(_))
    }

    /// The value in a new room; `None` is null.
    pub fn initial(&self) -> Option<SettingValue> {
        let SessionOptions { media, e2ee: _, archive } = SessionOptions::PLAIN;
        match self.field {
            Field::Flag(_) => Some(SettingValue::Flag(false)),
            Field::Media(_) => Some(SettingValue::Text(media.as_str().to_owned())),
            Field::Archive(_) => Some(SettingValue::Text(archive.as_str().to_owned())),
            Field::Profile(_) | Field::Access(_) | Field::Seconds(_) => None,
        }
    }

    /// The value in a room; `None` is null.
    pub fn value(&self, room: &RoomSettings) -> Option<SettingValue> {
        let text = |word: &str| Some(SettingValue::Text(word.to_owned()));
        // A field is found for writing; administrators alone read it this way.
        let mut room = room.clone();
        match self.field {
            Field::Profile(field) => text(field(&mut room).as_str()),
            Field::Access(field) => match field(&mut room) {
                Access::Restricted => None,
                Access::Open(role) => text(role.as_str()),
            },
            Field::Flag(field) => Some(SettingValue::Flag(*field(&mut room))),
            Field::Media(field) => text(field(&mut room).as_str()),
            Field::Archive(field) => text(field(&mut room).as_str()),
            Field::Seconds(field) => {
                field(&mut room).map(|seconds| SettingValue::Seconds(seconds.into()))
            }
        }
    }

    /// The edit that gives the setting a value; null gives it that of a new room.
    fn edit(&self, value: Option<SettingValue>) -> Result<Edit, SettingError> {
        let value = value.or_else(|| self.initial());
        Ok(match self.field {
            Field::Profile(field) => Edit::Profile(field, text(value).parse()?),
            Field::Access(field) => Edit::Access(
                field,
                match value {
                    None => Access::Restricted,
                    value => Access::Open(text(value).parse()?),
                },
            ),
            Field::Flag(field) => match value {
                Some(SettingValue::Flag(value)) => Edit::Flag(field, value),
                _ => return Err(SettingError::Flag),
            },
            Field::Media(field) => Edit::Media(field, text(value).parse()?),
            Field::Archive(field) => Edit::Archive(field, text(value).parse()?),
            Field::Seconds(field) => match value {
                None => Edit::Seconds(field, None),
                Some(SettingValue::Seconds(value)) => match u32::try_from(value) {
                    Ok(seconds @ 1..) => Edit::Seconds(field, Some(seconds)),
                    Ok(_) | Err(_) => return Err(SettingError::Seconds),
                },
                Some(_) => return Err(SettingError::Seconds),
            },
        })
    }
}

/// The text of a value; the empty one, which is neither a name nor a word, for a value of another type.
fn text(value: Option<SettingValue>) -> String {
    match value {
        Some(SettingValue::Text(text)) => text,
        None | Some(SettingValue::Flag(_) | SettingValue::Seconds(_)) => String::new(),
    }
}

/// A change of one setting, its value checked.
#[derive(Debug, Clone)]
enum Edit {
    Profile(fn(&mut RoomSettings) -> &mut ProfileName, ProfileName),
    Access(fn(&mut RoomSettings) -> &mut Access, Access),
    Flag(fn(&mut RoomSettings) -> &mut bool, bool),
    Media(fn(&mut RoomSettings) -> &mut Media, Media),
    Archive(fn(&mut RoomSettings) -> &mut Archive, Archive),
    Seconds(fn(&mut RoomSettings) -> &mut Option<u32>, Option<u32>),
}

/// A change of a room's settings: a setting that it does not name stays as it is.
#[derive(Debug, Clone)]
pub struct RoomPatch(Vec<Edit>);

impl RoomPatch {
    /// The patch that changes nothing.
    pub const NOTHING: Self = Self(Vec::new());

    /// Adds a setting with its new value; `None` is null, which gives the setting the value of a new room.
    pub fn set(
        &mut self,
        setting: &Setting,
        value: Option<SettingValue>,
    ) -> Result<(), SettingError> {
        self.0.push(setting.edit(value)?);
        Ok(())
    }

    /// The settings of a new room, as far as the patch names them; `None` without a profile.
    pub fn new_room(&self) -> Option<RoomSettings> {
        let profile = self.0.iter().find_map(|edit| match edit {
            Edit::Profile(_, profile) => Some(profile.clone()),
            _ => None,
        });
        let mut room = RoomSettings::new(profile?);
        self.apply(&mut room);
        Some(room)
    }

    /// Changes the settings of a room.
    pub fn apply(&self, room: &mut RoomSettings) {
        for edit in &self.0 {
            match edit {
                Edit::Profile(field, value) => field(room).clone_from(value),
                Edit::Access(field, value) => *field(room) = *value,
                Edit::Flag(field, value) => *field(room) = *value,
                Edit::Media(field, value) => *field(room) = *value,
                Edit::Archive(field, value) => *field(room) = *value,
                Edit::Seconds(field, value) => *field(room) = *value,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn setting(name: &str) -> &'static Setting {
        SETTINGS.iter().find(|setting| setting.name == name).unwrap()
    }

    /// A room with no setting at its default.
    fn changed() -> RoomSettings {
        RoomSettings {
            profile: "call".parse().unwrap(),
            access: Access::Open(Role::Moderator),
            event_required: true,
            per_device: true,
            with_did: true,
            string_accounts: true,
            session: SessionOptions { media: Media::Relayed, e2ee: true, archive: Archive::Always },
            bounds: crate::RoomBounds { min: Some(1), default: Some(2), max: Some(3) },
            closed: false,
        }
    }

    #[test]
    fn the_values_of_a_room_make_the_room_again() {
        let mut patch = RoomPatch::NOTHING;
        for setting in SETTINGS {
            let value = setting.value(&changed());
            assert_ne!(value, setting.value(&fixtures::room()), "{}", setting.name);
            patch.set(setting, value).unwrap();
        }
        let mut room = fixtures::room();
        patch.apply(&mut room);
        assert_eq!(room, changed());
    }

    #[test]
    fn null_gives_each_setting_the_value_of_a_new_room_and_the_profile_has_none() {
        let mut patch = RoomPatch::NOTHING;
        for setting in SETTINGS.iter().filter(|setting| !setting.is_required()) {
            patch.set(setting, None).unwrap();
        }
        let mut room = changed();
        patch.apply(&mut room);
        assert_eq!(room, RoomSettings::new(changed().profile));
        assert!(patch.set(setting("provider"), None).is_err());
    }

    #[test]
    fn what_is_not_named_stays() {
        let mut patch = RoomPatch::NOTHING;
        patch.set(setting("minSeconds"), Some(SettingValue::Seconds(90))).unwrap();
        let mut room = changed();
        patch.apply(&mut room);
        let bounds = crate::RoomBounds { min: Some(90), ..changed().bounds };
        assert_eq!(room, RoomSettings { bounds, ..changed() });
    }

    #[test]
    fn wrong_values_are_answered_with_the_right_ones() {
        let check = |name: &str, value: SettingValue, expected: &str| {
            let error = RoomPatch::NOTHING.clone().set(setting(name), Some(value)).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        let text = |text: &str| SettingValue::Text(text.to_owned());
        check("provider", text("No!"), "must match ^[a-z0-9_-]{1,64}$");
        check(
            "openRole",
            SettingValue::Flag(true),
            "must be one of subscriber, publisher, publisher_only, moderator",
        );
        check("mediaMode", text("none"), "must be one of relayed, routed");
        check("perDevice", text("yes"), "must be true or false");
        for seconds in [0, -1, i64::from(u32::MAX) + 1] {
            check("minSeconds", SettingValue::Seconds(seconds), "must be from 1 to 4294967295");
        }
    }
}
