//! The desk as its users meet it: the real binary, real databases, real clients.
//!
//! Every scenario runs on both databases, and the log that it leaves is replayed.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value without the key is null, which is compared"
)]
#![expect(clippy::format_collect, reason = "short texts, made once")]

/// Makes two tests of each scenario, `<scenario>::sqlite` and `<scenario>::postgres`, so that the failure of one does not
/// hide that of the other. A scenario that is not listed is never called, which is a warning.
macro_rules! on_both {
    ($($scenario:ident),+ $(,)?) => {$(
        mod $scenario {
            use roomkey_tests::Kind;

            #[test]
            fn sqlite() -> anyhow::Result<()> {
                super::$scenario(Kind::Sqlite)
            }

            #[test]
            fn postgres() -> anyhow::Result<()> {
                if Kind::Postgres.is_available()? { super::$scenario(Kind::Postgres) } else { Ok(()) }
            }
        }
    )+};
    (async: $($scenario:ident),+ $(,)?) => {$(
        mod $scenario {
            use roomkey_tests::Kind;

            #[test]
            fn sqlite() -> anyhow::Result<()> {
                actix_web::rt::System::new().block_on(super::$scenario(Kind::Sqlite))
            }

            #[test]
            fn postgres() -> anyhow::Result<()> {
                if !Kind::Postgres.is_available()? {
                    return Ok(());
                }
                actix_web::rt::System::new().block_on(super::$scenario(Kind::Postgres))
            }
        }
    )+};
}

mod agora;
mod agora_tokens;
mod append_only;
mod audit;
mod audit_export;
mod audit_reading;
mod audit_stats;
mod audit_tail;
mod backends;
mod backup;
mod bad_input;
mod canary;
mod circles;
mod cli;
mod compat_agora;
mod compat_opentok;
mod cors;
mod crash;
mod databases;
mod diagnostics;
mod edges;
mod erase;
mod fixed_clock;
mod generated;
mod headers;
mod illegitimate;
mod integrator_faults;
mod issue;
mod jobs;
mod judges;
mod lifetime;
mod login;
mod lost_commit;
mod meetings;
mod members;
mod metrics;
mod migrations;
mod opentok;
mod opentok_faults;
mod opentok_meetings;
mod passwords;
mod project_jwts;
mod proxy;
mod race;
mod reload;
mod removal;
mod renew;
mod requirements;
mod roles;
mod saturation;
mod seed_log;
mod settings;
mod shutdown;
mod signed_log;
mod stored_log;
mod tamper;
mod tidy;
mod token_source;
mod vendors;
mod vonage;
