//! What an auditor may ask the log for.

use std::collections::BTreeMap;

use roomkey_claims::{
    EventId, IdError, ProviderKind, Reason, RoomId, SceneId, SubjectRef, Timestamp, TimestampError,
    UnknownName,
};

use crate::{AddressPrefix, Class, Kind, Outcome, Projection};

/// The values that a condition takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionShape {
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
    /// A UUID.
    Uuid,
    /// An instant, RFC 3339.
    Instant,
}

/// A value that a condition does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// Not a name.
    #[error(transparent)]
    Name(#[from] IdError),
    /// Not a word of the list.
    #[error(transparent)]
    Word(#[from] UnknownName),
    /// Not an instant.
    #[error(transparent)]
    Instant(#[from] TimestampError),
}

/// A condition of a search.
#[derive(Debug)]
pub struct Condition {
    /// The name in queries, in the entry that records a search, and at the command line.
    pub name: &'static str,
    /// What it asks for, in a sentence without its full stop.
    pub doc: &'static str,
    /// The values that it takes.
    pub shape: fn() -> ConditionShape,
    set: fn(&mut Filter, &str) -> Result<(), ConditionError>,
    text: fn(&Filter) -> Option<String>,
}

impl Condition {
    /// Adds the condition to a filter, with the value that `text` spells.
    pub fn set(&self, filter: &mut Filter, text: &str) -> Result<(), ConditionError> {
        (self.set)(filter, text)
    }

    /// The value that a filter asks for, as a text.
    pub fn text(&self, filter: &Filter) -> Option<String> {
        (self.text)(filter)
    }
}

/// Whether a condition that may be absent holds.
fn fits<T>(
    wanted: Option<&T>,
    test: fn(&T, Timestamp, &Projection) -> bool,
    t: Timestamp,
    projection: &Projection,
) -> bool {
    wanted.is_none_or(|wanted| test(wanted, t, projection))
}

/// Makes [`Filter`] and [`CONDITIONS`] from the rows: name, type, meaning, and whether an entry fits.
macro_rules! conditions {
    ($($name:ident: $type:ty, $doc:literal, $fits:expr;)*) => {
        /// Entries that are looked for: all conditions together; without any, every entry.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Filter {
            $(#[doc = concat!($doc, ".")] pub $name: Option<$type>,)*
        }

        /// Every condition.
        pub static CONDITIONS: &[Condition] = &[$(Condition {
            name: stringify!($name),
            doc: $doc,
            shape: <$type as Term>::shape,
            set: |filter, text| {
                filter.$name = Some(<$type as Term>::read(text)?);
                Ok(())
            },
            text: |filter| filter.$name.as_ref().map(Term::text),
        }),*];

        impl Filter {
            /// Every entry.
            pub const ALL: Self = Self { $($name: None),* };

            /// Whether an entry with this label of time and this projection is looked for; the oracle of the SQL.
            pub fn matches(&self, t: Timestamp, projection: &Projection) -> bool {
                $(fits::<$type>(self.$name.as_ref(), $fits, t, projection))&&*
            }
        }
    };
}

conditions! {
    subject: SubjectRef, "The user whom the entry concerns",
        |wanted, _, of| of.subject.as_ref() == Some(wanted);
    room: RoomId, "The room",
        |wanted, _, of| of.room.as_ref() == Some(wanted);
    scene: SceneId, "The scene",
        |wanted, _, of| of.scene.as_ref() == Some(wanted);
    event: EventId, "The event",
        |wanted, _, of| of.event.as_ref() == Some(wanted);
    provider: ProviderKind, "The kind of provider",
        |wanted, _, of| of.provider.as_ref() == Some(wanted);
    outcome: Outcome, "Whether a key was issued or denied",
        |wanted, _, of| of.outcome == Some(*wanted);
    reason: Reason, "Why a key was denied",
        |wanted, _, of| of.reason == Some(*wanted);
    kind: Kind, "The kind of the entry",
        |wanted, _, of| of.kind == *wanted;
    address: AddressPrefix, "The truncated address of the unauthenticated client: /24 of IPv4, /48 of IPv6",
        |wanted, _, of| of.address.as_deref() == Some(wanted.as_str());
    since: Timestamp, "Not before this instant",
        |since, t, _| *since <= t;
    until: Timestamp, "Before this instant",
        |until, t, _| t < *until;
}

/// A type whose values conditions ask for.
trait Term: Sized {
    fn shape() -> ConditionShape;
    fn read(text: &str) -> Result<Self, ConditionError>;
    fn text(&self) -> String;
}

macro_rules! names {
    ($($name:ty),*) => {
        $(impl Term for $name {
            fn shape() -> ConditionShape {
                ConditionShape::Name { pattern: Self::PATTERN }
            }

            fn read(text: &str) -> Result<Self, ConditionError> {
                Ok(text.parse()?)
            }

            fn text(&self) -> String {
                self.as_str().to_owned()
            }
        })*
    };
}

macro_rules! words {
    ($($word:ty),*) => {
        $(impl Term for $word {
            fn shape() -> ConditionShape {
                ConditionShape::Word { words: Self::ALL.iter().map(|word| word.as_str()).collect() }
            }

            fn read(text: &str) -> Result<Self, ConditionError> {
                Ok(text.parse()?)
            }

            fn text(&self) -> String {
                self.as_str().to_owned()
            }
        })*
    };
}

names!(RoomId, SceneId, EventId, ProviderKind, AddressPrefix);
words!(Outcome, Reason, Kind);

impl Term for SubjectRef {
    fn shape() -> ConditionShape {
        ConditionShape::Uuid
    }

    fn read(text: &str) -> Result<Self, ConditionError> {
        Ok(text.parse()?)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Term for Timestamp {
    fn shape() -> ConditionShape {
        ConditionShape::Instant
    }

    fn read(text: &str) -> Result<Self, ConditionError> {
        Ok(Self::parse(text)?)
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Filter {
    /// The conditions by name, as an entry records them and as a cursor is bound to them.
    pub fn conditions(&self) -> BTreeMap<String, String> {
        let given = CONDITIONS
            .iter()
            .filter_map(|condition| Some((condition.name.to_owned(), condition.text(self)?)));
        given.collect()
    }

    /// Whether entries of this class can be looked for; what a class does not say is not asked here.
    pub fn admits(&self, class: &Class) -> bool {
        fn fits(wanted: Option<&str>, have: Option<&str>) -> bool {
            wanted.is_none() || wanted == have
        }
        fits(self.kind.map(Kind::as_str), Some(class.kind()))
            && fits(self.provider.as_ref().map(ProviderKind::as_str), class.provider())
            && fits(self.reason.map(Reason::as_str), class.reason())
            && (self.outcome.is_none() || self.outcome == class.outcome())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_condition_reads_back_and_is_named_as_it_was_given() {
        let texts = [
            ("subject", "2b6d3f0a-5b0e-4c1e-9c42-3f7d1a8e5b77"),
            ("room", "stage-1"),
            ("scene", "s"),
            ("event", "opening"),
            ("provider", "livekit"),
            ("outcome", "denied"),
            ("reason", "not_a_member"),
            ("kind", "token.denied"),
            ("address", "192.0.2.0/24"),
            ("since", "2026-01-01T00:00:00Z"),
            ("until", "2026-01-02T00:00:00Z"),
        ];
        let mut filter = Filter::ALL;
        assert!(filter.conditions().is_empty());
        for (condition, (name, text)) in CONDITIONS.iter().zip(texts) {
            assert_eq!(condition.name, name);
            condition.set(&mut filter, text).unwrap();
        }
        let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(filter.conditions(), texts.into());
    }

    #[test]
    fn a_wrong_word_is_answered_with_the_list() {
        let outcome = CONDITIONS.iter().find(|condition| condition.name == "outcome").unwrap();
        let error = outcome.set(&mut Filter::ALL.clone(), "lost").unwrap_err();
        assert_eq!(error.to_string(), "must be one of issued, denied");
    }
}
