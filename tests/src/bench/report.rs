//! Figures on the terminal and as JSON.

use std::fs;
use std::io::Write;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::place;

/// What was measured so far.
#[derive(Debug)]
pub(super) struct Report {
    all: Map<String, Value>,
    section: Option<String>,
}

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Budget {
    AtLeast(f64),
    AtMost(f64),
    None,
}

impl Report {
    pub(super) fn new() -> Self {
        Self { all: Map::new(), section: None }
    }

    /// What the figures depend on.
    pub(super) fn machine(&mut self) {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.all.insert("cores".to_owned(), json!(cores));
        print(&format!("roomkey bench, {cores} cores; the load generator runs on the same ones"));
    }

    /// The figures to come are of this database.
    pub(super) fn section(&mut self, name: &str) {
        self.section = Some(name.to_owned());
        print(&format!("\n{name}"));
    }

    /// Notes a figure and holds it against its budget.
    pub(super) fn figure(
        &mut self,
        name: &str,
        what: &str,
        figure: f64,
        unit: &str,
        budget: Budget,
    ) {
        let shown = match figure {
            figure if figure.abs() < 10.0 => format!("{figure:.2}"),
            figure if figure.abs() < 1000.0 => format!("{figure:.1}"),
            figure => format!("{figure:.0}"),
        };
        let verdict = match budget {
            Budget::AtLeast(least) => verdict(least <= figure, &format!("at least {least}")),
            Budget::AtMost(most) => verdict(figure <= most, &format!("at most {most:.1}")),
            Budget::None => String::new(),
        };
        print(&format!("  {what:<58}{shown:>10} {unit:<6}{verdict}"));
        let value = json!((figure * 1000.0).round() / 1000.0);
        self.place().insert(name.to_owned(), value);
    }

    /// Notes median and 99th percentile of times in milliseconds; the budget is for the latter.
    pub(super) fn latency(
        &mut self,
        name: &str,
        what: &str,
        (middle, slow): (f64, f64),
        budget: Budget,
    ) {
        self.figure(
            &format!("{name}P50Millis"),
            &format!("{what}: p50"),
            middle,
            "ms",
            Budget::None,
        );
        self.figure(&format!("{name}P99Millis"), &format!("{what}: p99"), slow, "ms", budget);
    }

    /// A figure of this database that was noted before.
    pub(super) fn of_section(&mut self, name: &str) -> Option<f64> {
        self.place().get(name).and_then(Value::as_f64)
    }

    /// Notes a time in microseconds.
    pub(super) fn time(&mut self, name: &str, what: &str, time: Duration, budget: Budget) {
        self.figure(name, what, time.as_secs_f64() * 1e6, "us", budget);
    }

    /// Writes `target/bench/bench.json`, or the file of an area.
    pub(super) fn write(&self, area: Option<&str>) -> anyhow::Result<()> {
        let folder = place::target().join("bench");
        fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{}.json", area.unwrap_or("bench")));
        fs::write(&file, serde_json::to_string_pretty(&self.all)? + "\n")?;
        print(&format!("\nwritten to {}", file.display()));
        Ok(())
    }

    fn place(&mut self) -> &mut Map<String, Value> {
        let Some(section) = &self.section else { return &mut self.all };
        let databases = object(&mut self.all, "databases");
        object(databases, section)
    }
}

fn object<'a>(map: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(name).or_insert_with(|| json!({}));
    if !value.is_object() {
        *value = json!({});
    }
    match value {
        Value::Object(inner) => inner,
        _ => unreachable!("it was made an object"),
    }
}

fn verdict(is_met: bool, budget: &str) -> String {
    format!("{} ({budget})", if is_met { "ok" } else { "MISSED" })
}

/// A line on standard output.
pub(super) fn print(line: &str) {
    // A closed pipe ends the printing, not the measurement.
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// The middle one of some figures; zero where there are none.
pub(super) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}
