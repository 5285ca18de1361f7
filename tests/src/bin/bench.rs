//! Measures the budgets of the design: `bench [--quick] [--entries N] [area]`.

use anyhow::{Context, bail};
use roomkey_tests::bench::{self, Effort};

fn main() -> anyhow::Result<()> {
    let (mut effort, mut area, mut entries) = (Effort::FULL, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => effort = Effort::QUICK,
            "--entries" => {
                let number = arguments.next().context("--entries takes a number")?;
                entries = Some(number.parse().context("--entries takes a number")?);
            }
            option if option.starts_with('-') => {
                bail!("usage: bench [--quick] [--entries N] [area]")
            }
            _ => area = Some(argument),
        }
    }
    bench::run(effort, area.as_deref(), entries)
}
