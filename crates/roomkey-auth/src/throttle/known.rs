//! The addresses from which accounts logged in.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Account;

/// Most accounts that are remembered.
const MOST_ACCOUNTS: usize = 16_384;
/// Most addresses of one account, so that nobody can fill the memory with one.
const MOST_ADDRESSES: usize = 16;
/// How long an address is remembered after its last login, in microseconds: 30 days.
const REMEMBERED: u64 = 30 * 24 * 3_600 * 1_000_000;

/// For each account its addresses, each with the time of its last login.
///
/// Kept in memory only: after a restart everybody is unknown until the next login.
pub(super) struct KnownAddresses(Mutex<BTreeMap<Account, BTreeMap<IpAddr, u64>>>);

impl KnownAddresses {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// Whether the account logged in from there in the last 30 days.
    pub(super) fn contains(&self, account: &Account, address: IpAddr, now: u64) -> bool {
        let accounts = self.lock();
        let last = accounts.get(account).and_then(|addresses| addresses.get(&address));
        last.is_some_and(|last| now.saturating_sub(*last) <= REMEMBERED)
    }

    /// Takes note of a login.
    pub(super) fn insert(&self, account: Account, address: IpAddr, now: u64) {
        let mut accounts = self.lock();
        if MOST_ACCOUNTS <= accounts.len() && !accounts.contains_key(&account) {
            forget_half(&mut accounts);
        }
        let addresses = accounts.entry(account).or_default();
        if MOST_ADDRESSES <= addresses.len() && !addresses.contains_key(&address) {
            let oldest = addresses.iter().min_by_key(|(_, last)| **last).map(|(oldest, _)| *oldest);
            oldest.map(|oldest| addresses.remove(&oldest));
        }
        addresses.insert(address, now);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Account, BTreeMap<IpAddr, u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the half of the accounts whose last login is longest ago.
fn forget_half(accounts: &mut BTreeMap<Account, BTreeMap<IpAddr, u64>>) {
    let last = |addresses: &BTreeMap<IpAddr, u64>| addresses.values().copied().max().unwrap_or(0);
    let mut times: Vec<u64> = accounts.values().map(last).collect();
    let middle = times.len() / 2;
    let (_, median, _) = times.select_nth_unstable(middle);
    let median = *median;
    accounts.retain(|_, addresses| median < last(addresses));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_keeps_its_latest_addresses_for_a_month() {
        let known = KnownAddresses::new();
        let address = |last: u8| IpAddr::from([192, 0, 2, last]);
        for last in 0..20_u8 {
            known.insert([1; 16], address(last), u64::from(last));
        }
        assert!(!known.contains(&[1; 16], address(3), 20));
        assert!(known.contains(&[1; 16], address(4), 20));
        assert!(!known.contains(&[2; 16], address(4), 20));
        assert!(!known.contains(&[1; 16], address(4), 5 + REMEMBERED));
    }

    #[test]
    fn the_longest_absent_accounts_are_forgotten_first() {
        let known = KnownAddresses::new();
        let account = |number: usize| *(number as u128).to_be_bytes().first_chunk().unwrap();
        let address = IpAddr::from([192, 0, 2, 1]);
        for number in 0..=MOST_ACCOUNTS {
            known.insert(account(number), address, number as u64);
        }
        assert!(known.lock().len() <= MOST_ACCOUNTS / 2 + 1);
        assert!(known.contains(&account(MOST_ACCOUNTS - 1), address, 0));
        assert!(!known.contains(&account(1), address, 0));
    }
}
