//! What ran, what failed, and what could not run.

use std::time::{Duration, Instant};

use anyhow::bail;

/// The steps of one command, for the summary at its end.
pub(crate) struct Report {
    command: &'static str,
    steps: Vec<(String, Outcome)>,
}

enum Outcome {
    Passed(Duration),
    Failed(Duration, String),
    NotRun(String),
}

impl Report {
    pub(crate) fn new(command: &'static str) -> Self {
        Self { command, steps: Vec::new() }
    }

    /// Runs a check; the steps after it run whatever comes out.
    pub(crate) fn check(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<()>) {
        self.time(name, work, Outcome::Failed);
    }

    /// Gets something that later steps need; without it they are told to do with less, and the summary says so.
    pub(crate) fn prepare<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> Option<T> {
        self.time(name, work, |_, why| Outcome::NotRun(why))
    }

    /// Notes a step that was not even tried.
    pub(crate) fn not_run(&mut self, name: &str, why: &str) {
        self.steps.push((name.to_owned(), Outcome::NotRun(why.to_owned())));
    }

    /// Prints the summary; an error if something failed or, in continuous integration, did not run.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let (mut failed, mut not_run) = (0, 0);
        println!("\ncargo xtask {}:", self.command);
        for (name, outcome) in &self.steps {
            match outcome {
                Outcome::Passed(took) => {
                    println!("  passed   {name} ({:.1} s)", took.as_secs_f64());
                }
                Outcome::Failed(took, why) => {
                    failed += 1;
                    println!("  FAILED   {name} ({:.1} s): {why}", took.as_secs_f64());
                }
                Outcome::NotRun(why) => {
                    not_run += 1;
                    println!("  NOT RUN  {name}: {why}");
                }
            }
        }
        if failed > 0 {
            bail!("{failed} of {} steps failed", self.steps.len());
        }
        if not_run > 0 && crate::place::is_ci() {
            bail!("{not_run} of {} steps could not run, and CI is set", self.steps.len());
        }
        Ok(())
    }

    fn time<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
        unhappy: impl FnOnce(Duration, String) -> Outcome,
    ) -> Option<T> {
        eprintln!("\n==> {name}");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        let (value, outcome, word) = match result {
            Ok(value) => (Some(value), Outcome::Passed(took), "done"),
            Err(error) => {
                eprintln!("{error:#}");
                (None, unhappy(took, format!("{error:#}")), "not done")
            }
        };
        eprintln!("==> {name}: {word} in {:.1} s", took.as_secs_f64());
        self.steps.push((name.to_owned(), outcome));
        value
    }
}
