//! What is looked at for readiness.

/// One thing that must be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Whether it is so.
    pub ok: bool,
    /// Whether nothing can be issued while it is not so.
    pub needed: bool,
    /// What was found, and what to do where it is not so.
    pub detail: String,
}

/// All that must be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Each thing.
    pub checks: Vec<Check>,
}

impl Readiness {
    /// Whether all that is needed is so.
    pub fn is_ready(&self) -> bool {
        self.checks.iter().all(|check| check.ok || !check.needed)
    }
}
