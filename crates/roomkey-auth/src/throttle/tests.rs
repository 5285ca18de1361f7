//! Attacks and honest people under the limits.

use roomkey_claims::{FixedClock, Timestamp};

use super::*;

struct Desk {
    clock: Arc<FixedClock>,
    throttle: LoginThrottle,
}

fn desk() -> Desk {
    let clock = Arc::new(FixedClock::new(Timestamp::from_seconds(1_800_000_000)));
    let throttle =
        LoginThrottle::new(LoginLimits::RECOMMENDED, Arc::clone(&clock) as Arc<dyn Clock>);
    Desk { clock, throttle }
}

impl Desk {
    /// How many of `tries` from addresses and for accounts that depend on their number are let through.
    fn let_through(&self, tries: u32, of: impl Fn(u32) -> (IpAddr, String)) -> u32 {
        let passes = |number: &u32| {
            let (address, account) = of(*number);
            self.throttle.check(address, &account).is_ok()
        };
        u32::try_from((0..tries).filter(passes).count()).unwrap()
    }
}

fn v4(number: u32) -> IpAddr {
    IpAddr::V4((0xc000_0200 + number).into())
}

#[test]
fn spraying_from_one_address_is_stopped_and_resumes_slowly() {
    let desk = desk();
    let spray = |number| (v4(0), format!("user-{number}"));
    assert_eq!(desk.let_through(500, spray), 20);
    let RetryAfter(wait) = desk.throttle.check(v4(0), "somebody").unwrap_err();
    assert_eq!(wait, Duration::from_secs(5));
    assert_eq!(desk.throttle.check(v4(1), "somebody"), Ok(()));
    desk.clock.advance(wait);
    assert_eq!(desk.let_through(500, |number| (v4(0), format!("other-{number}"))), 1);
}

#[test]
fn guessing_from_many_addresses_is_stopped_before_100() {
    let desk = desk();
    let mut passed = 0;
    for number in 0..1_000 {
        desk.clock.advance(Duration::from_millis(100));
        passed += u32::from(desk.throttle.check(v4(number), "bob").is_ok());
    }
    // 50 at once and 16 that came back in 100 seconds.
    assert_eq!(passed, 66);
}

#[test]
fn bob_gets_in_from_his_address_while_his_account_is_flooded() {
    let desk = desk();
    let home = v4(9_999);
    assert_eq!(desk.throttle.check(home, "bob"), Ok(()));
    desk.throttle.succeeded(home, "bob");
    assert_eq!(desk.let_through(1_000, |number| (v4(number), "bob".to_owned())), 50);
    for _ in 0..100 {
        assert_eq!(desk.throttle.check(home, "bob"), Ok(()));
        desk.throttle.succeeded(home, "bob");
    }
    assert!(desk.throttle.check(v4(8_888), "bob").is_err());
}

#[test]
fn a_flood_from_one_address_leaves_the_account_open() {
    let desk = desk();
    assert_eq!(desk.let_through(1_000, |_| (v4(0), "bob".to_owned())), 20);
    assert_eq!(desk.throttle.check(v4(1), "bob"), Ok(()));
}

#[test]
fn a_known_address_is_still_held_to_the_limit_of_addresses() {
    let desk = desk();
    desk.throttle.check(v4(0), "bob").unwrap();
    desk.throttle.succeeded(v4(0), "bob");
    assert_eq!(desk.let_through(100, |_| (v4(0), "bob".to_owned())), 20);
}

#[test]
fn an_own_account_buys_no_tries_at_others() {
    let desk = desk();
    let mut guesses = 0;
    for number in 0..200 {
        if desk.throttle.check(v4(0), "mallory").is_ok() {
            desk.throttle.succeeded(v4(0), "mallory");
        }
        guesses += u32::from(desk.throttle.check(v4(0), &format!("user-{number}")).is_ok());
    }
    assert_eq!(guesses, 20);
}

#[test]
fn what_was_not_compared_is_not_counted() {
    let desk = desk();
    for _ in 0..500 {
        assert_eq!(desk.throttle.check(v4(0), "ada"), Ok(()));
        desk.throttle.withdrawn(v4(0), "ada");
    }
    // A try that the account refuses does not charge the address either.
    desk.let_through(500, |number| (v4(number + 1), "eve".to_owned()));
    assert_eq!(desk.let_through(500, |_| (v4(0), "eve".to_owned())), 0);
    assert_eq!(desk.let_through(500, |_| (v4(0), "ada".to_owned())), 20);
}

#[test]
fn loopback_and_addresses_of_one_network_are_counted() {
    let desk = desk();
    let loopback = |_| (IpAddr::from([127, 0, 0, 1]), "a".to_owned());
    assert_eq!(desk.let_through(100, loopback), 20);
    let network = |number: u32| {
        let low = u16::try_from(number).unwrap();
        let address = IpAddr::from([0x2001, 0xdb8, 1, low % 256, low, 0, 0, low]);
        (address, format!("user-{number}"))
    };
    assert_eq!(desk.let_through(1_000, network), 20);
}

#[test]
fn spellings_of_a_name_share_its_bucket() {
    let desk = desk();
    let spell = |number: u32| {
        let name = ["bob", "BOB", " bob", "Bob\n"][number as usize % 4];
        (v4(number), name.to_owned())
    };
    assert_eq!(desk.let_through(1_000, spell), 50);
}

#[test]
fn debug_shows_no_address() {
    let desk = desk();
    desk.throttle.check(v4(0), "ada").unwrap();
    assert_eq!(format!("{:?}", desk.throttle), "LoginThrottle { tracked: 2, .. }");
}

#[test]
fn full_buckets_are_forgotten() {
    let desk = desk();
    for number in 0..20_000 {
        desk.clock.advance(Duration::from_millis(100));
        desk.throttle.check(v4(number), &format!("user-{number}")).unwrap();
    }
    assert!(desk.throttle.tracked() < 3_000, "{}", desk.throttle.tracked());
}

#[test]
fn a_clock_set_back_shuts_nobody_out() {
    let desk = desk();
    desk.let_through(100, |_| (v4(0), "ada".to_owned()));
    desk.clock.set(Timestamp::from_seconds(1_700_000_000));
    assert!(desk.throttle.check(v4(0), "ada").is_err());
    desk.clock.advance(Duration::from_secs(6));
    assert_eq!(desk.throttle.check(v4(0), "ada"), Ok(()));
}

#[test]
fn waits_round_up_to_whole_seconds() {
    let seconds = |millis| RetryAfter(Duration::from_millis(millis)).seconds();
    assert_eq!((seconds(0), seconds(1), seconds(1_000), seconds(1_001)), (1, 1, 1, 2));
}

#[test]
fn senseless_rates_are_refused() {
    for (burst, per_minute) in [(0, 1), (1, 0), (10_001, 1), (1, 10_001)] {
        assert_eq!(Rate::new(burst, per_minute), Err(RateError { burst, per_minute }));
    }
    let rate = Rate::new(3, 4).unwrap();
    assert_eq!((rate.burst(), rate.per_minute()), (3, 4));
}
