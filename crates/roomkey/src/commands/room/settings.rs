//! The settings of a room as arguments, from the table of settings.

use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, FromArgMatches};
use roomkey_claims::{
    Role, RoomPatch, RoomSettings, SETTINGS, Setting, SettingError, SettingShape, SettingValue,
};

use crate::words::one_of;

/// The word for null.
const NONE: &str = "none";

/// The setting that two arguments make: `--open` with `--role`.
const ACCESS: &str = "openRole";

/// The settings whose arguments are made from their rows.
fn rows() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| setting.name != ACCESS)
}

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
    // A mode is called by what it is the mode of.
    let long = words(setting.name, '-').trim_end_matches("-mode").to_owned();
    let argument = Arg::new(setting.name).long(long);
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

/// `--open --role ROLE`; to change a room, `--restricted` too.
fn access_arguments() -> [Arg; 2] {
    let open = Arg::new("open").long("open").action(ArgAction::SetTrue).requires("role");
    let role = Arg::new("role").long("role").requires("open").value_name("ROLE");
    [
        open.help("Admits any enabled user, with the role that --role names"),
        role.help("The role of any enabled user in an open room")
            .value_parser(one_of(&Role::ALL, Role::as_str)),
    ]
}

/// What the arguments say about access; `None` if they say nothing.
fn access(matches: &ArgMatches) -> Option<Given> {
    if matches!(matches.try_get_one::<bool>("restricted"), Ok(Some(true))) {
        return Some(Given(None));
    }
    let role = matches.get_one::<Role>("role")?;
    Some(Given(Some(SettingValue::Text(role.as_str().to_owned()))))
}

/// The patch that the arguments make.
fn patch(matches: &ArgMatches) -> Result<RoomPatch, clap::Error> {
    let mut patch = RoomPatch::NOTHING;
    for setting in SETTINGS {
        let given = match setting.name {
            ACCESS => access(matches),
            name => matches.get_one::<Given>(name).cloned(),
        };
        if let Some(Given(value)) = given {
            patch
                .set(setting, value)
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
        cmd.args(access_arguments()).args(rows().map(|setting| {
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
        let names = rows().map(|setting| setting.name).chain(["open", "role", "restricted"]);
        let one_at_least = ArgGroup::new("changes").required(true).multiple(true).args(names);
        let restricted = Arg::new("restricted").long("restricted").action(ArgAction::SetTrue);
        let restricted = restricted.conflicts_with("open").help("Admits members only");
        cmd.args(access_arguments()).arg(restricted).args(rows().map(argument)).group(one_at_least)
    }

    fn augment_args_for_update(cmd: Command) -> Command {
        Self::augment_args(cmd)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use roomkey_claims::{Access, Media};

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
        assert_eq!(changed, RoomSettings { per_device: true, ..plain.clone() });
        let open = room("add --provider stage --open --role subscriber --media relayed").unwrap();
        assert_eq!(
            (open.access, open.session.media),
            (Access::Open(Role::Subscriber), Media::Relayed)
        );
        assert_eq!(room("set --restricted").unwrap().access, Access::Restricted);
    }

    #[test]
    fn wrong_values_are_refused_with_the_name_of_the_argument() {
        for (line, expected) in [
            ("add", "--provider"),
            ("set", "--restricted"),
            ("set --open", "--role"),
            ("set --open --role publisher --restricted", "--restricted"),
            ("set --min-seconds 0", "must be from 1 to 4294967295"),
            ("set --provider none!", "must match ^[a-z0-9_-]{1,64}$"),
            ("set --open --role owner", "subscriber, publisher, publisher_only, moderator"),
            ("set --media none", "relayed, routed"),
            ("set --per-device yes", "true, false"),
        ] {
            let error = room(line).unwrap_err().to_string();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }
}
