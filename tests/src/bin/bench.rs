//! Measures the budgets of the design: `bench [--quick] [area]`.

use anyhow::bail;
use roomkey_tests::bench::{self, Effort};

fn main() -> anyhow::Result<()> {
    let (mut effort, mut area) = (Effort::FULL, None);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quick" => effort = Effort::QUICK,
            option if option.starts_with('-') => bail!("usage: bench [--quick] [area]"),
            _ => area = Some(argument),
        }
    }
    bench::run(effort, area.as_deref())
}
