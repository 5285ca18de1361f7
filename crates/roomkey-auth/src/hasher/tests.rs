//! The pool as its callers see it.

use std::pin::pin;
use std::task::Waker;

use argon2::PasswordVerifier;
use roomkey_claims::{SeededIds, SystemIds};

use super::*;

/// The password of every test.
const PASSWORD: &str = " pass\u{e9}\0word, exactly as typed ";

/// The cheapest settings that are accepted.
fn settings() -> HashSettings {
    HashSettings::new(7_168, 5, 1).unwrap()
}

fn pool(settings: HashSettings, threads: usize, queue: usize) -> Hasher {
    let count = |number| NonZeroUsize::new(number).unwrap();
    Hasher::start(settings, count(threads), count(queue), Arc::new(SystemIds))
}

#[track_caller]
fn verdict(hasher: &Hasher, password: &str, stored: Option<&PasswordHash>) -> Verdict {
    hasher.verify(password.into(), stored.cloned()).unwrap().wait().unwrap()
}

#[test]
fn only_the_exact_password_is_right() {
    let hasher = pool(settings(), 2, 8);
    let hash = hasher.hash(PASSWORD.into()).unwrap().wait().unwrap();
    assert_eq!(verdict(&hasher, PASSWORD, Some(&hash)), Verdict::Right { rehash: None });
    for wrong in ["", PASSWORD.trim(), &PASSWORD.to_uppercase(), " passe\u{301}\0word", " passé"] {
        assert_eq!(verdict(&hasher, wrong, Some(&hash)), Verdict::Wrong, "{wrong:?}");
    }
    let long = "x".repeat(72);
    let hash = hasher.hash(format!("{long}a").into()).unwrap().wait().unwrap();
    assert_eq!(verdict(&hasher, &format!("{long}b"), Some(&hash)), Verdict::Wrong);
}

#[test]
fn the_hash_is_the_one_that_argon2_itself_verifies() {
    let hasher = pool(settings(), 1, 8);
    let one = hasher.hash(PASSWORD.into()).unwrap().wait().unwrap();
    let two = hasher.hash(PASSWORD.into()).unwrap().wait().unwrap();
    assert!(one.as_str().starts_with("$argon2id$v=19$m=7168,t=5,p=1$"), "{}", one.as_str());
    assert_ne!(one, two);
    let judge = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        settings().params(),
    );
    judge.verify_password(PASSWORD.as_bytes(), one.as_str()).unwrap();
    judge.verify_password(b"another", one.as_str()).unwrap_err();
}

#[test]
fn an_unknown_user_is_wrong_after_the_same_work() {
    let hasher = pool(settings(), 1, 8);
    let hash = hasher.hash(PASSWORD.into()).unwrap().wait().unwrap();
    let before = hasher.verifications();
    assert_eq!(verdict(&hasher, "wrong", Some(&hash)), Verdict::Wrong);
    assert_eq!(hasher.verifications(), before + 1);
    assert_eq!(verdict(&hasher, "wrong", None), Verdict::Wrong);
    assert_eq!(hasher.verifications(), before + 2);
    let nobody = phc::Parts::read(&hasher.shared.nobody).unwrap();
    assert!(nobody.is_current(settings()));
}

#[test]
fn a_hash_with_other_settings_is_made_anew_at_login() {
    let old = pool(settings(), 1, 8).hash(PASSWORD.into()).unwrap().wait().unwrap();
    let hasher = pool(HashSettings::OWASP, 1, 8);
    assert_eq!(verdict(&hasher, "wrong", Some(&old)), Verdict::Wrong);
    let Verdict::Right { rehash: Some(new) } = verdict(&hasher, PASSWORD, Some(&old)) else {
        panic!("no new hash")
    };
    assert!(new.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", new.as_str());
    assert_eq!(verdict(&hasher, PASSWORD, Some(&new)), Verdict::Right { rehash: None });
    // Back to less memory: the thread serves the larger hash and gives the memory back.
    let Verdict::Right { rehash } = verdict(&pool(settings(), 1, 8), PASSWORD, Some(&new)) else {
        panic!("refused")
    };
    assert!(rehash.is_some());
}

#[test]
fn a_damaged_hash_is_told_from_a_wrong_password() {
    let hasher = pool(settings(), 1, 8);
    let damaged = "$argon2id$v=19$m=7168,t=5,p=1$AAAA$AAAA".to_owned();
    let damaged = PasswordHash::try_from(damaged).unwrap();
    assert_eq!(verdict(&hasher, PASSWORD, Some(&damaged)), Verdict::Unreadable);
}

#[test]
fn a_full_queue_refuses_at_once() {
    let hasher = pool(settings(), 1, 2);
    let jobs: Vec<_> = (0..20).map(|_| hasher.verify(PASSWORD.into(), None)).collect();
    assert!(hasher.queue_depth() <= 2);
    let (accepted, refused): (Vec<_>, Vec<_>) = jobs.into_iter().partition(Result::is_ok);
    assert!(!accepted.is_empty() && !refused.is_empty(), "{}", refused.len());
    for job in accepted {
        assert_eq!(job.unwrap().wait(), Ok(Verdict::Wrong));
    }
}

#[test]
fn nobody_works_for_a_caller_who_left() {
    let hasher = pool(settings(), 1, 8);
    let first = hasher.verify(PASSWORD.into(), None).unwrap();
    for _ in 0..4 {
        drop(hasher.verify(PASSWORD.into(), None).unwrap());
    }
    let last = hasher.verify(PASSWORD.into(), None).unwrap();
    assert_eq!((first.wait(), last.wait()), (Ok(Verdict::Wrong), Ok(Verdict::Wrong)));
    assert!(hasher.verifications() < 6, "{}", hasher.verifications());
}

#[test]
fn a_stopped_pool_answers_that_it_stopped() {
    let hasher = pool(settings(), 1, 8);
    let jobs: Vec<_> = (0..6).map(|_| hasher.hash(PASSWORD.into()).unwrap()).collect();
    drop(hasher);
    let answers: Vec<_> = jobs.into_iter().map(Pending::wait).collect();
    assert!(answers.contains(&Err(HasherStopped)));
}

#[test]
fn a_job_that_panics_costs_no_thread() {
    #[derive(Debug)]
    struct PanicsOnce(SeededIds, AtomicU64);
    impl IdSource for PanicsOnce {
        fn fill(&self, bytes: &mut [u8]) {
            // The first two calls are those of the start.
            assert_ne!(self.1.fetch_add(1, Ordering::SeqCst), 2, "this panic is part of the test");
            self.0.fill(bytes);
        }
    }
    let ids = Arc::new(PanicsOnce(SeededIds::new(1), AtomicU64::new(0)));
    let hasher = Hasher::start(settings(), NonZeroUsize::MIN, NonZeroUsize::MIN, ids);
    assert_eq!(hasher.hash(PASSWORD.into()).unwrap().wait(), Err(HasherStopped));
    assert!(hasher.hash(PASSWORD.into()).unwrap().wait().is_ok());
}

#[test]
fn a_result_can_be_awaited() {
    let hasher = pool(settings(), 1, 8);
    let mut pending = pin!(hasher.verify(PASSWORD.into(), None).unwrap());
    let mut context = Context::from_waker(Waker::noop());
    let verdict = loop {
        match pending.as_mut().poll(&mut context) {
            Poll::Ready(verdict) => break verdict,
            Poll::Pending => thread::yield_now(),
        }
    };
    assert_eq!(verdict, Ok(Verdict::Wrong));
}

#[test]
fn debug_shows_neither_password_nor_hash() {
    let hasher = pool(settings(), 1, 8);
    let hash = hasher.hash(PASSWORD.into()).unwrap().wait().unwrap();
    let shown = format!("{hasher:?} {:?}", Verdict::Right { rehash: Some(hash) });
    assert!(!shown.contains("$argon2id") && !shown.contains("exactly"), "{shown}");
}
