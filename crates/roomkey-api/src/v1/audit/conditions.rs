//! The conditions of a search in a query string: the names of the table, each at most once, and no others.

use std::fmt;

use roomkey_audit::{Condition, ConditionShape, Filter};
use roomkey_desk::audit::query::{AuditQuery, USER, conditions};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::extract::fields::Fields;

/// Conditions as they came.
#[derive(Debug)]
pub(crate) struct Conditions {
    user: Option<String>,
    given: Vec<(&'static Condition, String)>,
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names { taken: |_| true })
    }
}

impl Conditions {
    /// Reads conditions that say nothing about time.
    pub(super) fn without_times<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let taken = |condition: &Condition| (condition.shape)() != ConditionShape::Instant;
        from.deserialize_map(Names { taken })
    }

    /// The query; what is wrong with its values is noted.
    pub(super) fn read(&self, fields: &mut Fields) -> AuditQuery {
        let mut filter = Filter::ALL;
        for (condition, text) in &self.given {
            if let Err(error) = condition.set(&mut filter, text) {
                fields.wrong(&format!("/{}", condition.name), error);
            }
        }
        AuditQuery { user: fields.optional(&format!("/{USER}"), self.user.as_deref()), filter }
    }
}

/// Reads the conditions that the query takes.
struct Names {
    taken: fn(&Condition) -> bool,
}

impl<'de> Visitor<'de> for Names {
    type Value = Conditions;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("conditions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Conditions, A::Error> {
        let mut read = Conditions { user: None, given: Vec::new() };
        while let Some(name) = map.next_key::<String>()? {
            if name == USER {
                if read.user.replace(map.next_value()?).is_some() {
                    return Err(A::Error::duplicate_field(USER));
                }
                continue;
            }
            let mut known = conditions().filter(|condition| (self.taken)(condition));
            let condition = known.find(|condition| condition.name == name);
            let condition = condition.ok_or_else(|| A::Error::unknown_field(&name, &[]))?;
            if read.given.iter().any(|(given, _)| given.name == condition.name) {
                return Err(A::Error::duplicate_field(condition.name));
            }
            read.given.push((condition, map.next_value()?));
        }
        Ok(read)
    }
}
