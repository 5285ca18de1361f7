//! How hard a password's hash is to compute.

use argon2::Params;

/// Equally strong floors of memory in KiB and iterations, with one lane.
///
/// OWASP Password Storage Cheat Sheet, section Argon2id; OWASP ASVS 5.0 appendix C names the same numbers.
const FLOORS: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

/// Most memory of one hash: 1 GiB, in KiB.
const MAX_MEMORY_KIB: u32 = 1_048_576;
/// Most iterations.
const MAX_ITERATIONS: u32 = 16;
/// Most lanes; they are computed one after the other, so that a pool's threads stay the only ones.
const MAX_LANES: u32 = 4;

/// Bytes of a hash.
pub(crate) const HASH_BYTES: usize = 32;
/// Bytes of a salt (RFC 9106 section 3.1).
pub(crate) const SALT_BYTES: usize = 16;

/// The parameters of argon2id, never weaker than what OWASP recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashSettings {
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
}

impl HashSettings {
    /// 19456 KiB, 2 iterations, 1 lane: the default.
    pub const OWASP: Self = Self { memory_kib: 19_456, iterations: 2, lanes: 1 };

    /// These parameters, where they are strong enough and a server can bear them.
    pub fn new(memory_kib: u32, iterations: u32, lanes: u32) -> Result<Self, HashSettingsError> {
        let strong =
            FLOORS.iter().any(|&(memory, passes)| memory <= memory_kib && passes <= iterations);
        if !strong || lanes == 0 {
            return Err(HashSettingsError::Weak { memory_kib, iterations, lanes });
        }
        if MAX_MEMORY_KIB < memory_kib || MAX_ITERATIONS < iterations || MAX_LANES < lanes {
            return Err(HashSettingsError::Excessive { memory_kib, iterations, lanes });
        }
        Ok(Self { memory_kib, iterations, lanes })
    }

    /// Memory of one hash, in KiB; each thread of a pool holds as much.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn iterations(self) -> u32 {
        self.iterations
    }

    /// Lanes.
    pub const fn lanes(self) -> u32 {
        self.lanes
    }

    /// The same for argon2.
    pub(crate) fn params(self) -> Params {
        #[expect(clippy::expect_used, reason = "the bounds of `new` are inside argon2's own")]
        Params::new(self.memory_kib, self.iterations, self.lanes, Some(HASH_BYTES))
            .expect("bounds of argon2")
    }

    /// Whether a stored hash has exactly these parameters.
    pub(crate) fn matches(self, stored: &Params) -> bool {
        (stored.m_cost(), stored.t_cost(), stored.p_cost())
            == (self.memory_kib, self.iterations, self.lanes)
            && stored.output_len() == Some(HASH_BYTES)
            && stored.data().is_empty()
            && stored.keyid().is_empty()
    }

    /// The work that is missing where a stored hash is cheaper than these settings.
    ///
    /// Work is taken as memory times iterations, to which argon2's time is proportional.
    /// Without it, a user whose hash dates from before the settings rose could be told from an unknown one by time.
    pub(crate) fn top_up(self, stored: &Params) -> Option<Params> {
        let work = |memory: u32, passes: u32| u64::from(memory) * u64::from(passes);
        let missing = work(self.memory_kib, self.iterations)
            .checked_sub(work(stored.m_cost(), stored.t_cost()))?;
        let memory = u32::try_from(missing / u64::from(self.iterations)).ok()?;
        Params::new(memory, self.iterations, self.lanes, Some(HASH_BYTES)).ok()
    }
}

/// Whether a stored hash stays inside the upper bounds of the settings, so that no row of a database can exhaust the memory.
pub(crate) fn within_bounds(stored: &Params) -> bool {
    stored.m_cost() <= MAX_MEMORY_KIB
        && stored.t_cost() <= MAX_ITERATIONS
        && stored.p_cost() <= MAX_LANES
}

/// Parameters that the desk does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashSettingsError {
    /// Weaker than every floor.
    #[error(
        "argon2id with {memory_kib} KiB, {iterations} iterations, {lanes} lanes is too weak: use at least one lane and \
         at least one of 47104 KiB with 1 iteration, 19456 KiB with 2, 12288 KiB with 3, 9216 KiB with 4, 7168 KiB with 5"
    )]
    Weak {
        /// Memory, in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        iterations: u32,
        /// Lanes.
        lanes: u32,
    },
    /// More than a server can bear for each login.
    #[error(
        "argon2id with {memory_kib} KiB, {iterations} iterations, {lanes} lanes is too much: use at most 1048576 KiB, \
         16 iterations, 4 lanes"
    )]
    Excessive {
        /// Memory, in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        iterations: u32,
        /// Lanes.
        lanes: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floors_pass_and_nothing_below_them() {
        for (memory, passes) in FLOORS {
            assert!(HashSettings::new(memory, passes, 1).is_ok());
            assert!(
                matches!(
                    HashSettings::new(memory - 1, passes, 1),
                    Err(HashSettingsError::Weak { .. })
                ),
                "{memory}"
            );
        }
        assert_eq!(HashSettings::new(19_456, 2, 1), Ok(HashSettings::OWASP));
        assert!(matches!(HashSettings::new(19_456, 2, 0), Err(HashSettingsError::Weak { .. })));
    }

    #[test]
    fn more_than_a_server_bears_is_refused() {
        for (memory, passes, lanes) in [(1_048_577, 1, 1), (19_456, 17, 1), (19_456, 2, 5)] {
            let error = HashSettings::new(memory, passes, lanes).unwrap_err();
            assert!(matches!(error, HashSettingsError::Excessive { .. }), "{error}");
        }
        assert!(HashSettings::new(1_048_576, 16, 4).unwrap().params().block_count() > 0);
    }

    #[test]
    fn the_error_lists_what_is_accepted() {
        let error = HashSettings::new(4_096, 3, 1).unwrap_err().to_string();
        for floor in FLOORS {
            assert!(error.contains(&floor.0.to_string()), "{error}");
        }
    }

    #[test]
    fn a_cheap_hash_is_topped_up_to_the_same_work() {
        let settings = HashSettings::new(19_456, 2, 1).unwrap();
        let stored = Params::new(7_168, 2, 1, Some(HASH_BYTES)).unwrap();
        let top_up = settings.top_up(&stored).unwrap();
        assert_eq!((top_up.m_cost() + 7_168, top_up.t_cost()), (19_456, 2));
        assert_eq!(settings.top_up(&settings.params()), None);
    }
}
