//! The settings of a room as arguments, from the table of settings.

use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, FromArgMatches};
use roomkey_claims::{
    RoomPatch, RoomSettings, SETTINGS, Setting, SettingError, SettingShape, SettingValue,
};

/// The word for null.
const NONE: &str = "none";

/// A value that was given for a setting; `None` is null.
#[derive(Debug, Clone)]
struct Given(Option<SettingValue>);

/// The settings of a room to be added.
#[derive(Debug)]
pub(crate) struct NewSettings(pub(crate) RoomSettings);

/// The changes of a room, one at least.
#[derive(Debug)]
pub(crate) struct Changes(pub(crate) RoomPatch);

/// The name of a setting as words: `per device`.
pub(crate) fn label(setting: &Setting) -> String {
    words(setting.name, ' ')
}

fn words(name: &str, separator: char) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            words.push(separator);
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

fn argument(setting: &'static Setting) -> Arg {
    let none = setting.null.map(|null| format!("; {NONE} {null}")).unwrap_or_default();
    let argument = Arg::new(setting.name).long(words(setting.name, '-'));
    let argument = argument.help(format!("{}{none}", setting.doc));
    let argument = argument.value_parser(parser(setting));
    match setting.shape() {
        SettingShape::Flag => argument.value_name("BOOL"),
        SettingShape::Seconds => argument.value_name("SECONDS"),
        SettingShape::Word { .. } => argument.value_name("WORD"),
        SettingShape::Name { .. } => argument.value_name("NAME"),
    }
}

/// Reads what [`Setting`] takes, with `none` where it takes null.
fn parser(setting: &'static Setting) -> ValueParser {
    let none = setting.is_nullable().then_some(NONE);
    let read = move |text: &str| -> Result<Given, SettingError> {
        let value = match setting.shape() {
            _ if none == Some(text) => None,
            SettingShape::Flag => {
                Some(SettingValue::Flag(text.parse().map_err(|_| SettingError::Flag)?))
            }
            SettingShape::Seconds => {
                Some(SettingValue::Seconds(text.parse().map_err(|_| SettingError::Seconds)?))
            }
            SettingShape::Word { .. } | SettingShape::Name { .. } => {
                Some(SettingValue::Text(text.to_owned()))
            }
        };
        let mut patch = RoomPatch::NOTHING;
        patch.set(setting, value.clone())?;
        Ok(Given(value))
    };
    match setting.shape() {
        SettingShape::Word { words } => PossibleValuesParser::new(words.into_iter().chain(none))
            .try_map(move |word| read(&word))
            .into(),
        SettingShape::Flag => {
            PossibleValuesParser::new(["true", "false"]).try_map(move |word| read(&word)).into()
        }
        SettingShape::Seconds | SettingShape::Name { .. } => ValueParser::new(read),
    }
}

/// The patch that the arguments make.
fn patch(matches: &ArgMatches) -> Result<RoomPatch, clap::Error> {
    let mut patch = RoomPatch::NOTHING;
    for setting in SETTINGS {
        if let Some(Given(value)) = matches.get_one::<Given>(setting.name) {
            patch
                .set(setting, value.clone())
                .map_err(|error| clap::Error::raw(ErrorKind::ValueValidation, error))?;
        }
    }
    Ok(patch)
}

impl FromArgMatches for NewSettings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(ErrorKind::MissingRequiredArgument);
        patch(matches)?.new_room().map(Self).ok_or_else(missing)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        patch(matches)?.apply(&mut self.0);
        Ok(())
    }
}

impl Args for NewSettings {
    fn augment_args(cmd: Command) -> Command {
        cmd.args(SETTINGS.iter().map(|setting| {
            let argument = argument(setting).required(setting.is_required());
            match setting.initial() {
                // A flag that is named is true, and false otherwise.
                Some(SettingValue::Flag(_)) => {
                    argument.num_args(0).default_missing_value("true").action(ArgAction::Set)
                }
                Some(SettingValue::Text(word)) => {
                    argument.help(format!("{} [default: {word}]", setting.doc))
                }
                Some(SettingValue::Seconds(_)) | None => argument,
            }
        }))
    }

    fn augment_args_for_update(cmd: Command) -> Command {
        Self::augment_args(cmd)
    }
}

impl FromArgMatches for Changes {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        patch(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = patch(matches)?;
        Ok(())
    }
}

impl Args for Changes {
    fn augment_args(cmd: Command) -> Command {
        let names = SETTINGS.iter().map(|setting| setting.name);
        let one_at_least = ArgGroup::new("changes").required(true).multiple(true).args(names);
        cmd.args(SETTINGS.iter().map(argument)).group(one_at_least)
    }

    fn augment_args_for_update(cmd: Command) -> Command {
        Self::augment_args(cmd)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    enum Line {
        Add {
            #[command(flatten)]
            settings: NewSettings,
        },
        Set {
            #[command(flatten)]
            changes: Changes,
        },
    }

    fn room(line: &str) -> Result<RoomSettings, clap::Error> {
        let words = ["room"].into_iter().chain(line.split_whitespace());
        Ok(match Line::try_parse_from(words)? {
            Line::Add { settings } => settings.0,
            Line::Set { changes } => {
                let mut room = room("add --provider stage --e2ee --max-seconds 900").unwrap();
                changes.0.apply(&mut room);
                room
            }
        })
    }

    #[test]
    fn flags_of_a_new_room_need_no_value_and_changes_do() {
        let plain = RoomSettings::new("stage".parse().unwrap());
        assert_eq!(room("add --provider stage").unwrap(), plain);
        let changed = room("set --e2ee false --max-seconds none --per-device true").unwrap();
        assert_eq!(changed, RoomSettings { per_device: true, ..plain });
    }

    #[test]
    fn wrong_values_are_refused_with_the_name_of_the_argument() {
        for (line, expected) in [
            ("add", "--provider"),
            ("set", "--open-role"),
            ("set --min-seconds 0", "must be from 1 to 4294967295"),
            ("set --provider none!", "must match ^[a-z0-9_-]{1,64}$"),
            ("set --open-role owner", "subscriber, publisher, publisher_only, moderator, none"),
            ("set --media-mode none", "relayed, routed"),
            ("set --per-device yes", "true, false"),
        ] {
            let error = room(line).unwrap_err().to_string();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }
}
