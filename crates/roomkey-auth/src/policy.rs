//! Which passwords may be chosen.
//!
//! Long instead of complicated (NIST SP 800-63B-4 section 3.1.1.2, OWASP ASVS 5.0 section 6.2): no rules about kinds of
//! characters, no expiry, but nothing that is guessed first.
//! A password is taken exactly as it was typed: ASVS 6.2.8 forbids changing it, and that wins over the normalization
//! that NIST suggests.

use roomkey_claims::Username;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

mod blocklist;
mod pattern;

/// Most bytes of a password, so that nobody can buy work with a long one.
const MAX_BYTES: usize = 1_024;

/// The length that NIST asks of a password without a second factor.
const RECOMMENDED_LENGTH: usize = 15;
/// The length below which OWASP ASVS 5.0 section 6.2.1 allows none.
const LEAST_MIN_LENGTH: usize = 8;
/// The length that every password policy has to accept (OWASP ASVS 5.0 section 6.2.9).
const MOST_MIN_LENGTH: usize = 64;

/// What the desk demands of a new password.
///
/// Length is counted in Unicode scalar values.
/// Passwords that exist are not judged again: at login only [`PasswordPolicy::check_size`] applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    min_length: usize,
}

impl PasswordPolicy {
    /// At least 15 characters.
    pub const RECOMMENDED: Self = Self { min_length: RECOMMENDED_LENGTH };

    /// At least `min_length` characters; from 8 to 64 can be asked for.
    pub const fn new(min_length: usize) -> Result<Self, PolicyError> {
        if min_length < LEAST_MIN_LENGTH {
            return Err(PolicyError::TooShort { min_length });
        }
        if MOST_MIN_LENGTH < min_length {
            return Err(PolicyError::TooLong { min_length });
        }
        Ok(Self { min_length })
    }

    /// Least length, in characters.
    pub const fn min_length(self) -> usize {
        self.min_length
    }

    /// Whether passwords may be shorter than recommended; the start of the desk warns about it.
    pub const fn is_lenient(self) -> bool {
        self.min_length < RECOMMENDED_LENGTH
    }

    /// Judges a password that `username` wants to use from now on.
    pub fn check(&self, password: &SecretString, username: &Username) -> Result<(), PasswordError> {
        Self::check_size(password)?;
        let text = password.expose_secret();
        if text.chars().count() < self.min_length {
            return Err(PasswordError::TooShort { min_length: self.min_length });
        }
        let folded = Zeroizing::new(text.to_lowercase());
        let letters: Zeroizing<Vec<char>> = Zeroizing::new(folded.chars().collect());
        if pattern::is_repetition(&letters) {
            return Err(PasswordError::Repetition);
        }
        if pattern::is_sequence(&letters) {
            return Err(PasswordError::Sequence);
        }
        if pattern::is_context(&letters, username) {
            return Err(PasswordError::Context);
        }
        if blocklist::contains(&folded) {
            return Err(PasswordError::Common);
        }
        Ok(())
    }

    /// Refuses a password that is too large to be hashed at all; the only rule that applies at login.
    pub fn check_size(password: &SecretString) -> Result<(), PasswordError> {
        if MAX_BYTES < password.expose_secret().len() {
            return Err(PasswordError::TooLong);
        }
        Ok(())
    }
}

/// A policy that the desk does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It would let everything through.
    #[error(
        "a minimum password length of {min_length} is too short: use 15, or at least 8 (OWASP ASVS 6.2.1)"
    )]
    TooShort {
        /// The length that was asked for.
        min_length: usize,
    },
    /// It would refuse what every policy has to accept.
    #[error(
        "a minimum password length of {min_length} is too long: use 15, or at most 64 (OWASP ASVS 6.2.9)"
    )]
    TooLong {
        /// The length that was asked for.
        min_length: usize,
    },
}

/// A password that cannot be used; the message tells its owner what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error(
        "the password is too short: use at least {min_length} characters, several words for example"
    )]
    TooShort {
        /// Least length, in characters.
        min_length: usize,
    },
    /// Too many bytes.
    #[error("the password is too long: use at most 1024 bytes")]
    TooLong,
    /// One of those that everybody tries first.
    #[error(
        "many people use this password and attackers try it first: choose another, several unrelated words for example"
    )]
    Common,
    /// The same few characters over and over.
    #[error(
        "the password only repeats a few characters: choose another, several unrelated words for example"
    )]
    Repetition,
    /// Digits, letters or keys in their order.
    #[error(
        "the password only follows the keyboard, the digits or the alphabet: choose another, several unrelated words for example"
    )]
    Sequence,
    /// Words that anybody would guess here.
    #[error(
        "the password is made of your username, this product's words or words such as `password`: choose other words"
    )]
    Context,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(min_length: usize, password: &str) -> Result<(), PasswordError> {
        let policy = PasswordPolicy::new(min_length).unwrap();
        policy.check(&password.into(), &"ada.lovelace".parse().unwrap())
    }

    #[test]
    fn the_minimum_is_8_to_64_and_15_unless_set() {
        assert_eq!(PasswordPolicy::new(7), Err(PolicyError::TooShort { min_length: 7 }));
        assert_eq!(PasswordPolicy::new(65), Err(PolicyError::TooLong { min_length: 65 }));
        assert_eq!(PasswordPolicy::new(15), Ok(PasswordPolicy::RECOMMENDED));
        assert!(PasswordPolicy::new(14).unwrap().is_lenient());
        assert!(!PasswordPolicy::RECOMMENDED.is_lenient());
    }

    #[test]
    fn length_counts_characters_and_size_counts_bytes() {
        assert_eq!(check(15, "ünvergällßlich"), Err(PasswordError::TooShort { min_length: 15 }));
        assert_eq!(check(15, "ünvergällßliche"), Ok(()));
        let longest = "river stone cloud ".repeat(56) + "and a tree moon!";
        assert_eq!(check(15, &longest), Ok(()));
        assert_eq!(check(15, &(longest + "x")), Err(PasswordError::TooLong));
        assert_eq!(check(15, &"🔑".repeat(257)), Err(PasswordError::TooLong));
    }

    #[test]
    fn no_composition_is_demanded_and_nothing_is_trimmed() {
        for good in [
            "horse staple tractor lamp",
            "gemüsegärtnerinnen",
            "  winding river stones  ",
            "83645192750361",
            "zwölf\0boxkämpfer",
            "my roomkey desk opens",
        ] {
            assert_eq!(check(8, good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_everybody_tries_is_refused() {
        for (bad, why) in [
            ("correcthorsebatterystaple", PasswordError::Common),
            ("Iloveyou1234567", PasswordError::Common),
            ("SUNSHINE!2024!!", PasswordError::Common),
            ("thisismypassword", PasswordError::Common),
            ("passwordpassword", PasswordError::Repetition),
            ("aaaaaaaaaaaaaaaa", PasswordError::Repetition),
            ("abcabcabcabcabca", PasswordError::Repetition),
            ("123456789012345", PasswordError::Sequence),
            ("qwertyuiopasdfgh", PasswordError::Sequence),
            ("Qwerty123456asdf", PasswordError::Sequence),
            ("zyxwvutsrqponmlk", PasswordError::Sequence),
            ("roomkey-roomkey-1", PasswordError::Context),
            ("AdaLovelace2024!", PasswordError::Context),
            ("P@ssw0rd1234567!", PasswordError::Context),
            ("livekit-admin-01", PasswordError::Context),
        ] {
            assert_eq!(check(15, bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn messages_say_what_to_do_and_hold_no_password() {
        let error = check(15, "canary-7").unwrap_err().to_string();
        assert!(error.contains("at least 15") && !error.contains("canary"), "{error}");
    }
}
