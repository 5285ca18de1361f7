//! The use cases of the desk, without HTTP: each takes the authority that it needs as a value.

pub mod actor;
pub mod authenticate;
pub mod counts;
pub mod desk;
pub mod disconnect;
pub mod error;
pub mod issue;
pub mod keyring;
pub mod login;
pub mod logout;
pub mod me;
pub mod named_user;
pub mod outbound;
pub mod password;
pub mod readiness;
pub mod renew;
pub mod rules;
pub mod tally;

pub mod archives;
pub mod audit;
pub mod backends;
pub mod events;
pub mod listing;
pub mod log;
pub mod meetings;
pub mod members;
pub mod rooms;
pub mod users;

pub use actor::{Actor, Admin, Console, InRoom, Reads};
pub use authenticate::Credentials;
pub use desk::{Desk, DeskError, DeskOptions, SessionLifetimes};
pub use error::OpsError;
pub use issue::{IssuedKey, KeyRequest};
pub use keyring::{Keyring, KeyringError};
pub use login::LoggedIn;
pub use named_user::NamedUser;
pub use outbound::ProviderFault;
pub use readiness::{Check, Readiness};
pub use rules::Rules;
