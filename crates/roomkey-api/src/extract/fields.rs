//! Values of a request, held to their patterns and bounds: all of them, so that one answer names all that is wrong.

use std::fmt::Display;
use std::str::FromStr;

use roomkey_claims::Timestamp;
use roomkey_desk::listing::{DEFAULT_PAGE, MAX_PAGE};

use crate::problem::error::ApiError;
use crate::problem::fault::FieldError;

/// Collects what is wrong while the fields are read.
#[derive(Debug)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// Nothing is wrong yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Notes that something is wrong.
    pub(crate) fn wrong(&mut self, pointer: &str, detail: impl Display) {
        self.0.push(FieldError::new(pointer, &detail.to_string()));
    }

    /// Reads a value that must be there; `None` where it is wrong.
    pub(crate) fn required<T: FromStr<Err: Display>>(
        &mut self,
        pointer: &str,
        text: &str,
    ) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(pointer, error);
                None
            }
        }
    }

    /// Reads a value that may be absent; `None` where it is, or is wrong.
    pub(crate) fn optional<T: FromStr<Err: Display>>(
        &mut self,
        pointer: &str,
        text: Option<&str>,
    ) -> Option<T> {
        text.and_then(|text| self.required(pointer, text))
    }

    /// Reads a number of seconds.
    pub(crate) fn seconds(&mut self, pointer: &str, value: Option<i64>) -> Option<u32> {
        if let Ok(seconds @ 1..) = u32::try_from(value?) {
            return Some(seconds);
        }
        self.wrong(pointer, format_args!("must be from 1 to {}", u32::MAX));
        None
    }

    /// Reads an instant.
    pub(crate) fn instant(&mut self, pointer: &str, text: Option<&str>) -> Option<Timestamp> {
        match Timestamp::parse(text?) {
            Ok(at) => Some(at),
            Err(error) => {
                self.wrong(pointer, error);
                None
            }
        }
    }

    /// Reads how long a page may be, 100 where nothing is said.
    pub(crate) fn limit(&mut self, text: Option<&str>) -> u16 {
        match text.map(str::parse) {
            None => DEFAULT_PAGE,
            Some(Ok(limit @ 1..=MAX_PAGE)) => limit,
            Some(_) => {
                self.wrong("/limit", format_args!("must be a number from 1 to {MAX_PAGE}"));
                DEFAULT_PAGE
            }
        }
    }

    /// The error, after something was wrong.
    pub(crate) fn refuse(self) -> ApiError {
        ApiError::Invalid(self.0)
    }

    /// The value, where nothing was wrong.
    pub(crate) fn done<T>(self, value: T) -> Result<T, ApiError> {
        if self.0.is_empty() { Ok(value) } else { Err(self.refuse()) }
    }
}

/// Reads a part of the path.
pub(crate) fn segment<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error: T::Err| {
        ApiError::Invalid(vec![FieldError::new(&format!("/{name}"), &error.to_string())])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_limits_are_held_to_their_bounds() {
        let mut fields = Fields::new();
        assert_eq!(fields.seconds("/ttlSeconds", Some(300)), Some(300));
        assert_eq!(fields.seconds("/ttlSeconds", None), None);
        assert_eq!(fields.limit(Some("1000")), 1000);
        assert!(fields.done(()).is_ok());
        for bad in [0, -1, i64::MAX, i64::from(u32::MAX) + 1] {
            let mut fields = Fields::new();
            assert_eq!(fields.seconds("/ttlSeconds", Some(bad)), None);
            assert!(fields.done(()).is_err(), "{bad}");
        }
        for bad in ["0", "1001", "-1", "1.5", "", "2147483648"] {
            let mut fields = Fields::new();
            fields.limit(Some(bad));
            assert!(fields.done(()).is_err(), "{bad}");
        }
    }
}
