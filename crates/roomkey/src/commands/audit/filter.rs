//! What is looked for in the log, from the table of conditions.

use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use roomkey_audit::{Condition, ConditionError, ConditionShape, Filter};
use roomkey_claims::Username;
use roomkey_desk::audit::query::{AuditQuery, USER, USER_DOC, conditions};

/// More words than these are not listed in the help; a wrong one lists them.
const FEW: usize = 8;

/// Conditions; all of them must hold.
#[derive(Debug)]
pub(crate) struct FilterArgs(AuditQuery);

impl FilterArgs {
    /// The query.
    pub(crate) fn into_query(self) -> AuditQuery {
        self.0
    }
}

fn argument(condition: &'static Condition) -> Arg {
    let argument = Arg::new(condition.name)
        .long(condition.name)
        .value_name(condition.name.to_uppercase())
        .help(condition.doc);
    let read = |text: &str| -> Result<String, ConditionError> {
        condition.set(&mut { Filter::ALL }, text)?;
        Ok(text.to_owned())
    };
    match (condition.shape)() {
        ConditionShape::Word { words } => {
            let many = FEW < words.len();
            let parser = PossibleValuesParser::new(words).try_map(move |word| read(&word));
            let argument = argument.value_parser(parser).hide_possible_values(many);
            if many {
                argument.help(format!("{}; any other word lists them", condition.doc))
            } else {
                argument
            }
        }
        ConditionShape::Instant => argument
            .help(format!("{}, RFC 3339", condition.doc))
            .value_parser(ValueParser::new(read)),
        ConditionShape::Name { .. } | ConditionShape::Uuid => {
            argument.value_parser(ValueParser::new(read))
        }
    }
}

impl FromArgMatches for FilterArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut filter = Filter::ALL;
        for condition in conditions() {
            if let Some(text) = matches.get_one::<String>(condition.name) {
                condition
                    .set(&mut filter, text)
                    .map_err(|error| clap::Error::raw(ErrorKind::ValueValidation, error))?;
            }
        }
        Ok(Self(AuditQuery { user: matches.get_one::<Username>(USER).cloned(), filter }))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for FilterArgs {
    fn augment_args(cmd: Command) -> Command {
        let user = Arg::new(USER).long(USER).value_name("USER").help(USER_DOC);
        let user = user.value_parser(clap::value_parser!(Username));
        cmd.arg(user).args(conditions().map(argument))
    }

    fn augment_args_for_update(cmd: Command) -> Command {
        Self::augment_args(cmd)
    }
}
