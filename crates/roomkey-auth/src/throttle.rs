//! How often somebody may try to log in.
//!
//! Two buckets are charged for each try: that of the address, against one attacker who tries many accounts, and that of
//! the account, against many addresses that try one.
//! Who logs in with the right password gets both charges back, so only failures count.
//!
//! A limit per account is also a weapon: whoever floods Bob's account would lock Bob out (OWASP ASVS 5.0 section 6.1.1).
//! So the account's bucket is charged only for addresses from which this account never logged in; Bob at his own
//! address is held to the limit of the address alone. Nothing is ever locked: a bucket refills.
//!
//! The limits are those of one process: several nodes allow several times as much.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};
use roomkey_claims::Clock;
use sha2::{Digest, Sha256};

use crate::address::counted;

mod buckets;
mod known;
mod ticks;

use buckets::Buckets;
use known::KnownAddresses;
use ticks::Ticks;

/// After so many checks the buckets that are full again are forgotten.
const SWEEP_EVERY: u32 = 1_024;

/// How much may be done at once, and how fast that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    burst: NonZeroU32,
    per_minute: NonZeroU32,
}

impl Rate {
    /// `burst` at once, then `per_minute`; each from 1 to 10000.
    pub const fn new(burst: u32, per_minute: u32) -> Result<Self, RateError> {
        match (NonZeroU32::new(burst), NonZeroU32::new(per_minute)) {
            (Some(many), Some(more)) if burst <= 10_000 && per_minute <= 10_000 => {
                Ok(Self { burst: many, per_minute: more })
            }
            _ => Err(RateError { burst, per_minute }),
        }
    }

    /// How much may be done at once.
    pub const fn burst(self) -> u32 {
        self.burst.get()
    }

    /// How much of it comes back in a minute.
    pub const fn per_minute(self) -> u32 {
        self.per_minute.get()
    }

    /// The same for governor.
    fn quota(self) -> Quota {
        Quota::per_minute(self.per_minute).allow_burst(self.burst)
    }
}

/// A rate that makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a burst of {burst} with {per_minute} per minute: both must be 1 to 10000")]
pub struct RateError {
    /// The burst that was asked for.
    pub burst: u32,
    /// The refill that was asked for.
    pub per_minute: u32,
}

/// The limits on logins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginLimits {
    /// Failures of one address: IPv4 alone, IPv6 with its /56.
    pub per_address: Rate,
    /// Failures of one account from addresses that never logged in to it.
    pub per_account: Rate,
}

impl LoginLimits {
    /// 20 failures and 12 a minute for an address, 50 and 10 a minute for an account.
    ///
    /// Somebody who tries at least every second is stopped before 100 failures in a row (NIST SP 800-63B-4).
    pub const RECOMMENDED: Self = Self {
        per_address: Rate {
            burst: NonZeroU32::new(20).unwrap(),
            per_minute: NonZeroU32::new(12).unwrap(),
        },
        per_account: Rate {
            burst: NonZeroU32::new(50).unwrap(),
            per_minute: NonZeroU32::new(10).unwrap(),
        },
    };
}

/// An account as the throttle knows it: a hash, for what was typed as a name may have been a password.
type Account = [u8; 16];

type Limiter<K> = RateLimiter<K, Buckets<K>, Ticks, NoOpMiddleware<Nanos>>;

/// The buckets of all addresses and accounts.
pub struct LoginThrottle {
    ticks: Ticks,
    addresses: Limiter<IpAddr>,
    accounts: Limiter<Account>,
    address_buckets: Buckets<IpAddr>,
    account_buckets: Buckets<Account>,
    known: KnownAddresses,
    checks: AtomicU32,
}

impl LoginThrottle {
    /// Full buckets for everybody.
    pub fn new(limits: LoginLimits, clock: Arc<dyn Clock>) -> Self {
        let ticks = Ticks::new(clock);
        let (per_address, per_account) = (limits.per_address.quota(), limits.per_account.quota());
        let address_buckets = Buckets::new(per_address);
        let account_buckets = Buckets::new(per_account);
        Self {
            addresses: RateLimiter::new(per_address, address_buckets.clone(), ticks.clone()),
            accounts: RateLimiter::new(per_account, account_buckets.clone(), ticks.clone()),
            ticks,
            address_buckets,
            account_buckets,
            known: KnownAddresses::new(),
            checks: AtomicU32::new(0),
        }
    }

    /// Charges a try to log in to `account`, or refuses it without charge.
    ///
    /// `address` is that of the peer, or what a trusted proxy says it is, never what a client claims; loopback is
    /// counted like any other. `account` is the username as the desk folds it, whether or not there is such a user.
    /// Call it before any hashing, then [`Self::succeeded`] or [`Self::withdrawn`] where they apply.
    pub fn check(&self, address: IpAddr, account: &str) -> Result<(), RetryAfter> {
        self.sweep();
        let (address, account) = (counted(address), hashed(account));
        let wait = |until: governor::NotUntil<_>| {
            RetryAfter(until.wait_time_from(governor::clock::Clock::now(&self.ticks)))
        };
        self.addresses.check_key(&address).map_err(wait)?;
        if self.known.contains(&account, address, self.ticks.elapsed()) {
            return Ok(());
        }
        self.accounts.check_key(&account).map_err(|until| {
            self.address_buckets.refund(&address);
            wait(until)
        })
    }

    /// Takes note that a checked try had the right password: its charge is returned, its address is known from now on.
    ///
    /// One try returns one charge, so logging in to an account of one's own buys no tries at others.
    pub fn succeeded(&self, address: IpAddr, account: &str) {
        self.withdrawn(address, account);
        self.known.insert(hashed(account), counted(address), self.ticks.elapsed());
    }

    /// Returns the charge of a checked try whose password was never compared, because the hashing queue was full for
    /// example.
    pub fn withdrawn(&self, address: IpAddr, account: &str) {
        let (address, account) = (counted(address), hashed(account));
        self.address_buckets.refund(&address);
        if !self.known.contains(&account, address, self.ticks.elapsed()) {
            self.account_buckets.refund(&account);
        }
    }

    /// How many addresses and accounts have a bucket that is not known to be full.
    fn tracked(&self) -> usize {
        self.addresses.len() + self.accounts.len()
    }

    /// Forgets full buckets from time to time.
    fn sweep(&self) {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.addresses.retain_recent();
            self.accounts.retain_recent();
        }
    }
}

/// Addresses are personal: none is shown.
impl fmt::Debug for LoginThrottle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginThrottle").field("tracked", &self.tracked()).finish_non_exhaustive()
    }
}

/// The key of an account: all spellings that could mean one username are one.
fn hashed(account: &str) -> Account {
    let digest: [u8; 32] = Sha256::digest(account.trim().to_lowercase()).into();
    *digest.first_chunk().unwrap_or(&[0; 16])
}

/// Too many tries; the next one may be made after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed logins: try again in {} seconds", self.seconds())]
pub struct RetryAfter(pub Duration);

impl RetryAfter {
    /// Whole seconds for the header `Retry-After`, rounded up, at least 1.
    pub const fn seconds(self) -> u64 {
        let whole = self.0.as_secs();
        let rounded = if self.0.subsec_nanos() == 0 { whole } else { whole.saturating_add(1) };
        if rounded == 0 { 1 } else { rounded }
    }
}

#[cfg(test)]
mod tests;
